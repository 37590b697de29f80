//! One entry's bytes, unpacked within a bound and checked.

use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::directory::Entry;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Unpacks an entry to its end, keeps the first `keep` bytes, and checks size and checksum.
/// Never makes more than the list says.
///
/// # Errors
///
/// In words, without a full stop, when it cannot be unpacked or is not what the list says.
pub(super) fn unpack(archive: &[u8], entry: &Entry, keep: usize) -> Result<Vec<u8>, String> {
    if let Some(obstacle) = entry.obstacle() {
        return Err(obstacle.to_owned());
    }
    let packed = entry
        .data
        .and_then(|start| Some(start..start.checked_add(usize::try_from(entry.packed).ok()?)?))
        .and_then(|range| archive.get(range))
        .ok_or("its data is not in the archive")?;
    match entry.method {
        STORED => drain(packed, entry, keep),
        DEFLATED => drain(DeflateDecoder::new(packed), entry, keep),
        other => Err(format!("it is packed by method {other}, which plugin packages do not use")),
    }
}

fn drain(mut from: impl Read, entry: &Entry, keep: usize) -> Result<Vec<u8>, String> {
    let mut kept = Vec::with_capacity(keep.min(usize::try_from(entry.size).unwrap_or(0)));
    let mut crc = Crc::new();
    let mut total = 0_u64;
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).map_err(|error| format!("its data is damaged: {error}"))?;
        if read == 0 {
            break;
        }
        total += read as u64;
        if total > entry.size {
            return Err(format!("it unpacks to more than the {} bytes that the list gives", entry.size));
        }
        crc.update(&buffer[..read]);
        let room = keep - kept.len();
        kept.extend_from_slice(&buffer[..read.min(room)]);
    }
    if total != entry.size {
        return Err(format!("it unpacks to {total} bytes instead of {}", entry.size));
    }
    if crc.sum() != entry.crc {
        return Err("its checksum is wrong".to_owned());
    }
    Ok(kept)
}
