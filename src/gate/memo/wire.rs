//! Numbers and texts as bytes. Each text is written once.

use rustc_hash::FxHashMap;

/// Writes values one after the other.
#[derive(Default)]
pub(super) struct Out<'t> {
    bytes: Vec<u8>,
    texts: Vec<&'t str>,
    known: FxHashMap<&'t str, usize>,
}

impl<'t> Out<'t> {
    pub(super) fn number(&mut self, number: u64) {
        push(&mut self.bytes, number);
    }

    pub(super) fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.number(u64::from(flag));
    }

    pub(super) fn text(&mut self, text: &'t str) {
        let at = *self.known.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() - 1
        });
        self.size(at);
    }

    pub(super) fn optional(&mut self, text: Option<&'t str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// The texts, and then the values.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.bytes.len() * 2);
        push(&mut all, self.texts.len() as u64);
        for text in self.texts {
            push(&mut all, text.len() as u64);
            all.extend_from_slice(text.as_bytes());
        }
        all.extend_from_slice(&self.bytes);
        all
    }
}

/// Seven bits in each byte, the lowest first; the eighth says that there are more.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Reads values one after the other: `None` where there is no such value.
pub(super) struct In<'e> {
    rest: &'e [u8],
    texts: Vec<&'e str>,
}

impl<'e> In<'e> {
    pub(super) fn new(bytes: &'e [u8]) -> Option<Self> {
        let mut all = Self { rest: bytes, texts: Vec::new() };
        let count = all.count()?;
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            let length = all.count()?;
            let (text, rest) = all.rest.split_at_checked(length)?;
            all.rest = rest;
            texts.push(std::str::from_utf8(text).ok()?);
        }
        Some(Self { texts, ..all })
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for place in 0..10 {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// How many things follow, each of at least one byte.
    pub(super) fn count(&mut self) -> Option<usize> {
        self.size().filter(|count| *count <= self.rest.len())
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(super) fn text(&mut self) -> Option<&'e str> {
        let at = self.size()?;
        self.texts.get(at).copied()
    }

    pub(super) fn string(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    /// What follows a flag; the outer `None` where there is no such value.
    pub(super) fn optional<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.flag()? {
            true => value(self).map(Some),
            false => Some(None),
        }
    }

    /// A list, with what reads one of its items.
    pub(super) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| item(self)).collect()
    }

    /// What was not read yet.
    pub(super) const fn rest(&self) -> &'e [u8] {
        self.rest
    }

    /// Whether everything was read.
    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let numbers = [0, 1, 127, 128, 300, 1 << 32, u64::MAX];
        let mut out = Out::default();
        out.size(numbers.len());
        numbers.iter().for_each(|number| out.number(*number));
        out.text("a text");
        out.optional(None);
        out.optional(Some("a text"));
        out.text("");
        let bytes = out.finish();
        assert_eq!(bytes.windows(6).filter(|part| part == b"a text").count(), 1);
        let mut input = In::new(&bytes).unwrap();
        assert_eq!(input.list(In::number).unwrap(), numbers);
        assert_eq!(input.text(), Some("a text"));
        assert_eq!(input.optional(In::text), Some(None));
        assert_eq!(input.optional(In::string), Some(Some("a text".to_owned())));
        assert_eq!((input.is_at_end(), input.text(), input.is_at_end()), (false, Some(""), true));
        assert_eq!((input.number(), input.text(), input.flag()), (None, None, None));
    }

    #[test]
    fn bytes_that_are_no_values_are_none() {
        assert!(In::new(b"").is_none());
        assert!(In::new(&[2, 1, b'a']).is_none(), "a text is missing");
        assert!(In::new(&[1, 2, 0xc3, 0x28]).is_none(), "no UTF-8");
        let mut endless = In::new(&[0; 1]).unwrap();
        endless.rest = &[0xff; 20];
        assert_eq!(endless.number(), None);
        let mut many = In::new(&[0, 0xff, 0xff, 0x7f]).unwrap();
        assert_eq!(many.list(In::number), None, "more than there are bytes");
    }
}
