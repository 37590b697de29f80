//! Seeded small mistakes in Python texts: what a slip of the hand or a bad merge leaves behind.

/// A small generator of the xorshift kind: the same numbers everywhere.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from((self.0 >> 11) % bound).unwrap_or(0)
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

const STRAY: [&str; 40] = [
    "(", ")", "[", "]", "{", "}", ":", ",", ".", "=", "*", "**", "'", "\"", "@", "\\", ";", "->", ":=", "!", "$", "0",
    "1x", "if ", "else ", "def ", "class ", "in ", "is ", "not ", "return ", "lambda ", "import ", "yield ", "await ",
    "async ", "as ", "None ", "f'{", "\t",
];

/// The words and marks of a text: `start..end` of each.
pub(super) fn pieces(text: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut word = false;
    for (at, char) in text.char_indices() {
        let end = at + char.len_utf8();
        let joins = char.is_alphanumeric() || char == '_';
        match found.last_mut() {
            Some(last) if joins && word && last.1 == at => last.1 = end,
            _ if !char.is_whitespace() => found.push((at, end)),
            _ => {}
        }
        word = joins;
    }
    found
}

/// `text` with one mistake.
pub(super) fn mutate(text: &str, random: &mut Random) -> String {
    let pieces = pieces(text);
    if pieces.len() < 3 {
        return text.to_owned();
    }
    let place = random.below(pieces.len() - 1);
    let ((a, b), (c, d)) = (pieces[place], pieces[place + 1]);
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = random.below(lines.len());
    let owned;
    match random.below(10) {
        0 => format!("{}{}", &text[..a], &text[b..]),
        1 => format!("{}{} {}", &text[..b], &text[a..b], &text[b..]),
        2 => format!("{}{}{}{}{}", &text[..a], &text[c..d], &text[b..c], &text[a..b], &text[d..]),
        3 => format!("{}{}{}", &text[..a], random.pick(&STRAY), &text[b..]),
        4 => format!("{}{}{}", &text[..a], random.pick(&STRAY), &text[a..]),
        5 => {
            lines.remove(line);
            lines.concat()
        }
        6 => {
            owned = format!("{}{}", random.pick(&[" ", "    ", "\t"]), lines[line]);
            lines[line] = &owned;
            lines.concat()
        }
        7 => {
            let body = lines[line];
            lines[line] = body.strip_prefix("    ").or_else(|| body.strip_prefix(' ')).unwrap_or(body);
            lines.concat()
        }
        8 => format!("{}\n{}", &text[..b], &text[b..]),
        _ => {
            owned = lines[line].trim_end_matches('\n').to_owned();
            lines[line] = &owned;
            lines.concat()
        }
    }
}
