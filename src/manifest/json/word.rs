//! Numbers, `true`, `false`, `null`, and the bare words that are written in their stead.

use super::reader::Reader;
use super::string::is_odd_quote;
use super::{Fault, FaultKind, Json};
use crate::model::Safety;

impl Reader<'_> {
    /// Any value that does not start with a bracket or a double quote.
    pub(super) fn odd_value(&mut self) -> Json {
        match self.peek_char() {
            Some(quote) if is_odd_quote(quote) => Json::Text(self.odd_string()),
            Some(c) if c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '+' | '.' | '@' | '<' | '^' | '~') => {
                self.word()
            }
            _ => {
                self.junk();
                Json::Broken
            }
        }
    }

    /// A run of signs that start nothing in JSON.
    pub(super) fn junk(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let known = |c: char| {
            c.is_alphanumeric()
                || c.is_whitespace()
                || is_odd_quote(c)
                || matches!(c, ',' | ':' | ';' | '{' | '}' | '[' | ']' | '"' | '#' | '/')
        };
        let first = rest.chars().next().map_or(0, char::len_utf8);
        self.at += first + rest[first..].find(known).unwrap_or(rest.len() - first);
        let span = self.from(start);
        let shown: String = self.text[span.range()].chars().take(20).flat_map(char::escape_debug).collect();
        self.broken(span, format!("`{shown}` has no place here"));
    }

    fn word(&mut self) -> Json {
        let start = self.at;
        let rest = &self.text[start..];
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '{' | '}' | '[' | ']' | '"' | '#');
        let length = rest.find(ends).unwrap_or(rest.len());
        let length = rest[..length].find("//").or_else(|| rest[..length].find("/*")).unwrap_or(length);
        self.at += length;
        let word = &self.text[start..self.at];
        match word {
            "true" => return Json::Bool(true),
            "false" => return Json::Bool(false),
            "null" => return Json::Null,
            _ if is_number(word) => return self.number(start),
            _ => {}
        }
        let span = self.from(start);
        let literal = |json: &'static str, value: Json| {
            let whose = match word {
                "True" | "False" | "None" => "a word of Python",
                "undefined" => "a word of JavaScript",
                _ => "not a word of JSON",
            };
            let fault = Fault::new(FaultKind::Broken, span, format!("`{word}` is {whose}; JSON writes `{json}`"));
            (fault.mend(format!("write `{json}`"), span, json), value)
        };
        let (fault, value) = match word.to_ascii_lowercase().as_str() {
            "true" => literal("true", Json::Bool(true)),
            "false" => literal("false", Json::Bool(false)),
            "null" | "none" | "nil" | "undefined" => literal("null", Json::Null),
            "nan" | "infinity" | "-infinity" if matches!(word, "NaN" | "Infinity" | "-Infinity") => {
                let words = format!("`{word}` is not JSON");
                let help = "Python's own reader takes it for a number; the standard, browsers, and registries do not. Write a number or `null`.";
                (Fault::new(FaultKind::Nonstandard, span, words).help(help), Json::Number)
            }
            _ => self.odd_word(start),
        };
        self.fault(fault);
        value
    }

    fn number(&mut self, start: usize) -> Json {
        let span = self.from(start);
        let finite = self.text[span.range()].parse::<f64>().is_ok_and(f64::is_finite);
        if !finite {
            let fault = Fault::new(FaultKind::Nonstandard, span, "the number is too large for most readers of JSON");
            self.fault(fault.help("Python reads it as infinity or as an integer of any size; others refuse it."));
        }
        Json::Number
    }

    /// A number that JSON writes differently, or text without quotes.
    fn odd_word(&mut self, start: usize) -> (Fault, Json) {
        let word = &self.text[start..self.at];
        let span = self.from(start);
        if let Some((why, number)) = other_number(word) {
            let fault = Fault::new(FaultKind::Broken, span, format!("`{word}` is not a number of JSON: {why}"));
            return (fault.mend(format!("write `{number}`"), span, number), Json::Number);
        }
        let quoted = |text: &str| serde_json::Value::String(text.to_owned()).to_string();
        if word.starts_with(|c: char| c.is_ascii_digit()) && word.bytes().all(is_version_byte) {
            let fault = Fault::new(FaultKind::Broken, span, format!("`{word}` is not a number; text needs quotes"));
            let json = if word.contains('.') { Json::Text(word.to_owned()) } else { Json::Broken };
            let safety = if word.contains('.') { Safety::Safe } else { Safety::Unsafe };
            return (fault.mend_as(safety, "put it in double quotes", span, quoted(word)), json);
        }
        // Take the rest of the phrase, so that `My Plugin` is one fault and not two.
        let rest = &self.text[self.at..];
        let line = rest.find([',', ':', ';', '{', '}', '[', ']', '"', '#', '\n', '\r', '/']).unwrap_or(rest.len());
        let phrase_end = self.at + rest[..line].trim_end().len();
        self.at = phrase_end;
        let span = self.from(start);
        let text = &self.text[span.range()];
        let fault = Fault::new(FaultKind::Broken, span, format!("`{}` is text without quotes", shorten(text)));
        let text = text.to_owned();
        (fault.mend_as(Safety::Unsafe, "put it in double quotes", span, quoted(&text)), Json::Text(text))
    }
}

fn shorten(text: &str) -> String {
    let mut out: String = text.chars().take(40).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

const fn is_version_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_')
}

/// The grammar of JSON's numbers.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let body = word.strip_prefix('-').unwrap_or(word);
    let whole = digits(body);
    if whole == 0 || (whole > 1 && body.starts_with('0')) {
        return false;
    }
    let mut rest = &body[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    match rest.strip_prefix(['e', 'E']) {
        Some(power) => {
            let power = power.strip_prefix(['+', '-']).unwrap_or(power);
            !power.is_empty() && digits(power) == power.len()
        }
        None => rest.is_empty(),
    }
}

/// A number as Python or JavaScript writes it: what JSON lacks, and JSON's way of writing it.
fn other_number(word: &str) -> Option<(&'static str, String)> {
    let (sign, body) = match word.as_bytes().first()? {
        b'-' => ("-", &word[1..]),
        b'+' => ("", &word[1..]),
        _ => ("", word),
    };
    let plain = body.replace('_', "");
    let trimmed = plain.trim_start_matches('0');
    let fits = |text: String, why: &'static str| is_number(&text).then_some((why, text));
    if let Some(hex) = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().map(|value| ("it has no hexadecimal", format!("{sign}{value}")));
    }
    if word.starts_with('+') && is_number(&plain) {
        return fits(plain, "it has no leading plus sign");
    }
    if plain.len() < body.len() && is_number(&plain) {
        return fits(format!("{sign}{plain}"), "it has no underscores");
    }
    if plain.starts_with('.') {
        return fits(format!("{sign}0{plain}"), "it needs a digit before the point");
    }
    if plain.ends_with('.') && plain.matches('.').count() == 1 {
        return fits(format!("{sign}{plain}0"), "it needs a digit after the point");
    }
    if plain.starts_with('0') && plain.len() > 1 && !trimmed.is_empty() {
        let start = if trimmed.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
        return fits(format!("{sign}{start}{trimmed}"), "it has no leading zeros");
    }
    None
}
