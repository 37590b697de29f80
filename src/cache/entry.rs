//! One entry: its key and a digest around its value, so that what is not whole or stands in the wrong place is known.

use crate::model::{Digest, Digester};

/// Marks the files, and the version of their form.
const MARK: &[u8; 8] = b"wicara\0\x01";

/// A value as it is kept under a key.
pub(super) fn seal(key: &Digest, value: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(MARK.len() + Digest::BYTES + value.len());
    sealed.extend_from_slice(MARK);
    sealed.extend_from_slice(sum(key, value).as_bytes());
    sealed.extend_from_slice(value);
    sealed
}

/// The value that was sealed under this key, and under no other.
pub(super) fn open<'e>(key: &Digest, sealed: &'e [u8]) -> Option<&'e [u8]> {
    let rest = sealed.strip_prefix(MARK)?;
    let (seal, value) = rest.split_at_checked(Digest::BYTES)?;
    (seal == sum(key, value).as_bytes()).then_some(value)
}

fn sum(key: &Digest, value: &[u8]) -> Digest {
    let mut digester = Digester::default();
    digester.digest(key);
    digester.digest(&Digest::of(value));
    digester.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_entry_under_its_own_key_is_one() {
        let (key, other) = (Digest::of(b"a"), Digest::of(b"b"));
        for value in [b"".as_slice(), b"some value"] {
            let sealed = seal(&key, value);
            assert_eq!(open(&key, &sealed), Some(value));
            assert_eq!(open(&other, &sealed), None);
            for length in 0..sealed.len() {
                assert_eq!(open(&key, &sealed[..length]), None, "cut at {length}");
            }
            for at in 0..sealed.len() {
                let mut damaged = sealed.clone();
                damaged[at] ^= 0x20;
                assert_eq!(open(&key, &damaged), None, "damaged at {at}");
            }
            assert_eq!(open(&key, &[sealed.as_slice(), b"x"].concat()), None);
        }
    }
}
