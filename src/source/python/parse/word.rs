//! Names and keywords.

use super::lexer::{Declined, Go, Lexer};
use super::token::T;

/// Up to eight letters as one number, so that a word is compared with all keywords at once.
const fn packed(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let mut key = 0;
    let mut at = 0;
    while at < bytes.len() {
        key = key << 8 | bytes[at] as u64;
        at += 1;
    }
    key
}

macro_rules! keywords {
    ($($word:ident $name:literal $token:ident),* $(,)?) => {
        $(const $word: u64 = packed($name);)*

        /// The keyword behind a word of at most eight letters.
        const fn keyword(key: u64) -> T {
            match key {
                $($word => T::$token,)*
                _ => T::Name,
            }
        }
    };
}

keywords! {
    AND "and" And, AS "as" As, ASSERT "assert" Assert, ASYNC "async" Async, AWAIT "await" Await,
    BREAK "break" Break, CLASS "class" Class, CONTINUE "continue" Continue, DEF "def" Def, DEL "del" Del,
    ELIF "elif" Elif, ELSE "else" Else, EXCEPT "except" Except, FALSE "False" False, FINALLY "finally" Finally,
    FOR "for" For, FROM "from" From, GLOBAL "global" Global, IF "if" If, IMPORT "import" Import, IN "in" In,
    IS "is" Is, LAMBDA "lambda" Lambda, NONE "None" None, NONLOCAL "nonlocal" Nonlocal, NOT "not" Not,
    OR "or" Or, PASS "pass" Pass, RAISE "raise" Raise, RETURN "return" Return, TRUE "True" True, TRY "try" Try,
    WHILE "while" While, WITH "with" With, YIELD "yield" Yield,
}

/// Whether a name is a keyword after all.
pub(super) fn is_keyword(name: &str) -> bool {
    name.len() <= 8 && keyword(packed(name)) != T::Name
}

/// The letters of names beyond ASCII that are letters in every version of Unicode. Other names are
/// left to the grammar, which has the whole table.
const fn is_letter(char: char) -> bool {
    matches!(char,
        '\u{b5}' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{17e}' | '\u{180}'..='\u{24f}'
        | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ce}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}'
        | '\u{531}'..='\u{556}' | '\u{561}'..='\u{586}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fa5}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

/// Marks that can follow such a letter.
const fn is_mark(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}')
}

impl Lexer<'_> {
    /// A name, a keyword, or a string with a prefix.
    pub(super) fn word(&mut self, start: usize) -> Go<T> {
        let mut key = 0_u64;
        let mut at = start;
        while let Some(&byte) = self.bytes.get(at) {
            if !(byte.is_ascii_alphanumeric() || byte == b'_') {
                break;
            }
            key = key << 8 | u64::from(byte);
            at += 1;
        }
        match self.bytes.get(at) {
            Some(b'\'' | b'"') if at - start <= 2 => {
                if let Some(kind) = self.prefixed(start, at)? {
                    return Ok(kind);
                }
            }
            Some(0x80..) => {
                self.now.at = self.wide(start, at)?;
                return Ok(T::Name);
            }
            _ => {}
        }
        self.now.at = at;
        Ok(if at - start <= 8 { keyword(key) } else { T::Name })
    }

    /// Where the name from `start` ends, which goes on beyond ASCII at `at`.
    fn wide(&self, start: usize, at: usize) -> Go<usize> {
        let mut end = at;
        for char in self.text.get(at..).ok_or(Declined)?.chars() {
            if !(char.is_ascii_alphanumeric() || char == '_') {
                if char.is_ascii() {
                    break;
                }
                if !(is_letter(char) || end > start && is_mark(char)) {
                    return Err(Declined);
                }
            }
            end += char.len_utf8();
        }
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use super::{T, keyword, packed};

    #[test]
    fn keywords_are_told_from_names() {
        assert_eq!(keyword(packed("nonlocal")), T::Nonlocal);
        assert_eq!(keyword(packed("as")), T::As);
        assert_eq!(keyword(packed("match")), T::Name);
        assert_eq!(keyword(packed("none")), T::Name);
    }
}
