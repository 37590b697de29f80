//! Archives made byte by byte, as no honest program would write them.

/// One entry, as it is written.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) name: Vec<u8>,
    pub(crate) data: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) mode: u32,
    pub(crate) crc: Option<u32>,
    /// Unpacked size as the list gives it.
    pub(crate) size: Option<u32>,
    /// Unpacked content, for the checksum, when `data` is packed.
    pub(crate) plain: Option<Vec<u8>>,
    /// The name in the header, when it is another.
    pub(crate) header_name: Option<Vec<u8>>,
}

pub(crate) fn part(name: &str, text: &str) -> Part {
    raw(name.as_bytes(), text.as_bytes())
}

pub(crate) fn raw(name: &[u8], data: &[u8]) -> Part {
    Part {
        name: name.to_vec(),
        data: data.to_vec(),
        flags: 0x800,
        method: 0,
        mode: 0o100_644,
        crc: None,
        size: None,
        plain: None,
        header_name: None,
    }
}

/// `length` zeros, packed.
pub(crate) fn zeros(name: &str, length: usize) -> Part {
    use std::io::Write as _;
    let plain = vec![0; length];
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&plain).unwrap();
    Part { method: 8, plain: Some(plain), ..raw(name.as_bytes(), &encoder.finish().unwrap()) }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The archive of these parts.
pub(crate) fn zip(parts: &[Part]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut list = Vec::new();
    for part in parts {
        let plain = part.plain.as_ref().unwrap_or(&part.data);
        let size = part.size.unwrap_or(plain.len() as u32);
        let mut common = Vec::new();
        common.extend(20_u16.to_le_bytes());
        common.extend(part.flags.to_le_bytes());
        common.extend(part.method.to_le_bytes());
        common.extend([0, 0, 0x21, 0x58]);
        common.extend(part.crc.unwrap_or_else(|| crc(plain)).to_le_bytes());
        common.extend((part.data.len() as u32).to_le_bytes());
        common.extend(size.to_le_bytes());
        let offset = out.len() as u32;
        let header_name = part.header_name.as_ref().unwrap_or(&part.name);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend((header_name.len() as u16).to_le_bytes());
        out.extend([0, 0]);
        out.extend(header_name);
        out.extend(&part.data);
        list.extend(b"PK\x01\x02\x14\x03");
        list.extend(&common);
        list.extend((part.name.len() as u16).to_le_bytes());
        list.extend([0; 8]);
        list.extend((part.mode << 16).to_le_bytes());
        list.extend(offset.to_le_bytes());
        list.extend(&part.name);
    }
    let start = out.len() as u32;
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}
