//! The two directories of a ZIP: the list at its end, and the headers before the data.
//!
//! The list counts, as it does for Python; the headers are compared with it.

/// One entry of the list.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    /// The writer says that the name is UTF-8.
    pub(super) utf8: bool,
    pub(super) flags: u16,
    /// The version of the format that is needed to unpack it, ten times.
    needs: u8,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Type and permissions, when the writer was a Unix program.
    pub(super) mode: Option<u32>,
    /// Where its header starts.
    pub(super) header: usize,
    /// Where its packed bytes start; `None` when its header is not where the list says.
    pub(super) data: Option<usize>,
}

impl Entry {
    /// What keeps Python from unpacking it, whatever its method.
    pub(super) const fn obstacle(&self) -> Option<&'static str> {
        if self.flags & (1 | 1 << 6) != 0 {
            Some("it is encrypted")
        } else if self.flags & 1 << 5 != 0 {
            Some("it holds changes to another file, not a file")
        } else {
            None
        }
    }

    /// Whether Python refuses the whole archive for this entry's sake.
    pub(super) const fn too_new(&self) -> bool {
        self.needs > NEWEST
    }
}

/// The whole list, and what is odd about the archive.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    /// Names and faults of entries whose header says something else than the list.
    pub(super) disagreements: Vec<(Vec<u8>, &'static str)>,
    /// Entries that share bytes with another one.
    pub(super) overlap: bool,
    /// Where there are bytes that belong to no entry.
    pub(super) hidden: Vec<&'static str>,
}

/// Why there is no list to go by.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// No archive, or a damaged one, in words.
    Damaged(&'static str),
    /// So many entries.
    TooManyEntries(u64),
}

const END: [u8; 4] = *b"PK\x05\x06";
const END_64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";
const LISTED: [u8; 4] = *b"PK\x01\x02";
const HEADER: [u8; 4] = *b"PK\x03\x04";
const END_SIZE: usize = 22;
/// The newest version of the format that Python takes: 6.3.
const NEWEST: u8 = 63;
const CUT_OFF: Fault = Fault::Damaged("the list of its files is cut off or damaged");

/// Reads the list.
pub(super) fn read(bytes: &[u8], limit: usize) -> Result<Directory, Fault> {
    let end =
        find_end(bytes).ok_or(Fault::Damaged("it has no list of files at its end; it is no ZIP, or was cut off"))?;
    let mut directory = Directory::default();
    if end + END_SIZE + usize::from(short(bytes, end + 20)?) != bytes.len() {
        directory.hidden.push("after its end");
    }
    let (count, size, offset, list_end) = extent(bytes, end)?;
    if count > limit as u64 {
        return Err(Fault::TooManyEntries(count));
    }
    // Python takes the list to lie right before the end record, and shifts everything by the difference.
    let start = usize::try_from(size).ok().and_then(|size| list_end.checked_sub(size)).ok_or(CUT_OFF)?;
    let shift = usize::try_from(offset).ok().and_then(|offset| start.checked_sub(offset)).ok_or(CUT_OFF)?;
    let mut at = start;
    while at < list_end {
        if directory.entries.len() == limit {
            return Err(Fault::TooManyEntries(limit as u64 + 1));
        }
        let (entry, next) = listed(bytes, at, shift)?;
        directory.entries.push(entry);
        at = next;
    }
    if at != list_end || directory.entries.len() as u64 != count {
        return Err(CUT_OFF);
    }
    compare(bytes, &mut directory, start);
    Ok(directory)
}

/// The last end record; its comment may hold anything, and bytes may follow it.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_SIZE)?;
    if bytes[last..].starts_with(&END) && bytes[last + 20..] == [0, 0] {
        return Some(last);
    }
    let first = last.saturating_sub(usize::from(u16::MAX));
    (first..=last).rev().find(|at| bytes[*at..].starts_with(&END))
}

/// Count, size, offset and end of the list.
fn extent(bytes: &[u8], end: usize) -> Result<(u64, u64, u64, usize), Fault> {
    let count = u64::from(short(bytes, end + 10)?);
    let size = u64::from(long(bytes, end + 12)?);
    let offset = u64::from(long(bytes, end + 16)?);
    let locator = end.checked_sub(20).filter(|at| bytes[*at..].starts_with(&LOCATOR_64));
    let Some(record) = locator.and_then(|at| at.checked_sub(56)) else { return Ok((count, size, offset, end)) };
    if !bytes[record..].starts_with(&END_64) {
        return Err(CUT_OFF);
    }
    Ok((wide(bytes, record + 32)?, wide(bytes, record + 40)?, wide(bytes, record + 48)?, record))
}

fn listed(bytes: &[u8], at: usize, shift: usize) -> Result<(Entry, usize), Fault> {
    if slice(bytes, at, 4)? != LISTED {
        return Err(CUT_OFF);
    }
    let made_by_unix = slice(bytes, at + 5, 1)? == [3];
    let flags = short(bytes, at + 8)?;
    let lengths: [usize; 3] =
        [usize::from(short(bytes, at + 28)?), usize::from(short(bytes, at + 30)?), usize::from(short(bytes, at + 32)?)];
    let name = slice(bytes, at + 46, lengths[0])?.to_vec();
    let extra = slice(bytes, at + 46 + lengths[0], lengths[1])?;
    let mut sizes =
        [u64::from(long(bytes, at + 24)?), u64::from(long(bytes, at + 20)?), u64::from(long(bytes, at + 42)?)];
    widen(extra, &mut sizes)?;
    let [size, packed, offset] = sizes;
    let header = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(shift)).ok_or(CUT_OFF)?;
    let mode = made_by_unix.then_some(long(bytes, at + 38)? >> 16);
    let entry = Entry {
        name,
        utf8: flags & 0x800 != 0,
        flags,
        needs: slice(bytes, at + 6, 1)?[0],
        method: short(bytes, at + 10)?,
        crc: long(bytes, at + 16)?,
        packed,
        size,
        mode,
        header,
        data: None,
    };
    Ok((entry, at + 46 + lengths.iter().sum::<usize>()))
}

/// Sizes that do not fit 32 bits stand in an extra field, in this order, only those that do not fit.
fn widen(extra: &[u8], sizes: &mut [u64; 3]) -> Result<(), Fault> {
    let mut at = 0;
    while at + 4 <= extra.len() {
        let length = usize::from(short(extra, at + 2)?);
        if short(extra, at)? == 1 {
            let mut field = at + 4;
            for size in sizes.iter_mut().filter(|size| **size == u64::from(u32::MAX)) {
                *size = wide(extra, field)?;
                field += 8;
            }
            return Ok(());
        }
        at += 4 + length;
    }
    Ok(())
}

/// Compares each entry with its header, and looks for bytes that belong to none or to two.
fn compare(bytes: &[u8], directory: &mut Directory, start: usize) {
    let mut extents = Vec::with_capacity(directory.entries.len());
    for entry in &mut directory.entries {
        match header(bytes, entry) {
            Ok((data, disagreement)) => {
                entry.data = Some(data);
                if let Some(what) = disagreement {
                    directory.disagreements.push((entry.name.clone(), what));
                }
                let end = usize::try_from(entry.packed).map_or(usize::MAX, |packed| data.saturating_add(packed));
                extents.push((entry.header, end, entry.flags & 8 != 0));
                if end > start {
                    entry.data = None;
                    directory.disagreements.push((entry.name.clone(), "its data ends outside the archive"));
                }
            }
            Err(_) => directory.disagreements.push((entry.name.clone(), "it has no header where the list says")),
        }
    }
    extents.sort_unstable();
    let mut covered = 0;
    let mut described = false;
    for (from, to, has_descriptor) in extents.into_iter().chain([(start, start, false)]) {
        if from < covered {
            directory.overlap |= from != start;
        } else if from - covered > if described { DESCRIPTOR } else { 0 } {
            let place = if covered == 0 { "before its first entry" } else { "between its entries" };
            if !directory.hidden.contains(&place) {
                directory.hidden.push(place);
            }
        }
        covered = covered.max(to);
        described = has_descriptor;
    }
}

/// The longest record of sizes that may follow an entry's data.
const DESCRIPTOR: usize = 24;

fn header(bytes: &[u8], entry: &Entry) -> Result<(usize, Option<&'static str>), Fault> {
    let at = entry.header;
    if slice(bytes, at, 4)? != HEADER {
        return Err(CUT_OFF);
    }
    let name_length = usize::from(short(bytes, at + 26)?);
    let extra_length = usize::from(short(bytes, at + 28)?);
    let flags = short(bytes, at + 6)?;
    let name = slice(bytes, at + 30, name_length)?;
    let data = at + 30 + name_length + extra_length;
    let later = flags & 8 != 0;
    let same = |wanted: u64, found: u32| later || found == u32::MAX || wanted == u64::from(found);
    let disagreement = if name != entry.name {
        Some("its header bears another name")
    } else if short(bytes, at + 8)? != entry.method {
        Some("its header names another method of packing")
    } else if (flags ^ entry.flags) & 1 != 0 {
        Some("its header and the list differ on encryption")
    } else if !same(entry.packed, long(bytes, at + 18)?) || !same(entry.size, long(bytes, at + 22)?) {
        Some("its header gives another size")
    } else if !later && long(bytes, at + 14)? != entry.crc {
        Some("its header gives another checksum")
    } else {
        None
    };
    Ok((data, disagreement))
}

fn slice(bytes: &[u8], at: usize, length: usize) -> Result<&[u8], Fault> {
    at.checked_add(length).and_then(|end| bytes.get(at..end)).ok_or(CUT_OFF)
}

fn short(bytes: &[u8], at: usize) -> Result<u16, Fault> {
    slice(bytes, at, 2)?.try_into().map(u16::from_le_bytes).map_err(|_| CUT_OFF)
}

fn long(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    slice(bytes, at, 4)?.try_into().map(u32::from_le_bytes).map_err(|_| CUT_OFF)
}

fn wide(bytes: &[u8], at: usize) -> Result<u64, Fault> {
    slice(bytes, at, 8)?.try_into().map(u64::from_le_bytes).map_err(|_| CUT_OFF)
}
