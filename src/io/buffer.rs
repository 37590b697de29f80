//! Memory that files are read into.

use std::fs::File;
use std::io::{self, Read as _};

/// What is known of a file that was read into a [`Buffer`].
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The size that the file system says.
    pub size: u64,
    /// Whether any execute bit is set.
    pub executable: bool,
}

/// Room for the contents of files, one after the other: memory that was touched before is much faster.
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    used: usize,
}

impl Buffer {
    /// What was read last.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// The same, to keep.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.truncate(self.used);
        self.bytes
    }

    pub(super) const fn clear(&mut self) {
        self.used = 0;
    }

    /// Keeps the first `length` bytes.
    pub(super) fn truncate(&mut self, length: usize) {
        self.used = self.used.min(length);
    }

    /// Reads on until the file ends or `limit` bytes are there; `size` is how many are expected.
    pub(super) fn fill(&mut self, mut file: &File, size: u64, limit: u64) -> io::Result<()> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        // One byte more than there should be tells the end of the file.
        let mut room = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1).min(most);
        loop {
            if self.bytes.is_empty() {
                // Zeros come at no price when all of the memory is new.
                self.bytes = vec![0; room];
            } else if self.bytes.len() < room {
                self.bytes.resize(room, 0);
            }
            while self.used < room {
                match file.read(&mut self.bytes[self.used..room]) {
                    Ok(0) => return Ok(()),
                    Ok(more) => self.used += more,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            if room == most {
                return Ok(());
            }
            // It grew meanwhile, or the file system does not know its size.
            room = room.saturating_mul(2).max(8192).min(most);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn sizes_that_are_wrong_do_no_harm() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let text: Vec<u8> = (0..50_000_u32).map(|number| number.to_le_bytes()[1]).collect();
        file.write_all(&text).unwrap();
        let mut buffer = Buffer::default();
        for expected in [0, 1, 100, 49_999, 50_000, 1 << 20] {
            for limit in [0, 1, 777, 50_000, 50_001, u64::MAX] {
                buffer.clear();
                buffer.fill(&file.reopen().unwrap(), expected, limit).unwrap();
                let most = usize::try_from(limit).unwrap_or(usize::MAX).min(text.len());
                assert!(buffer.bytes() == &text[..most], "{expected} expected, at most {limit}");
            }
        }
        let reopened = file.reopen().unwrap();
        buffer.clear();
        buffer.fill(&reopened, 50_000, 7).unwrap();
        buffer.fill(&reopened, 50_000, 60_000).unwrap();
        assert!(buffer.bytes() == text.as_slice(), "the rest follows the beginning");
        buffer.truncate(3);
        assert_eq!(buffer.into_bytes(), text[..3]);
    }
}
