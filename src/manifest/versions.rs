//! What a version text is to the host (PEP 440) and to a registry (SemVer 2.0.0).

use std::borrow::Cow;
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

/// What each reader makes of one version text.
#[derive(Clone, Debug)]
pub struct VersionFacts {
    /// The host's reading, or why `packaging.version.parse` refuses the text (a clause without a full stop).
    pub pep440: Result<Version, String>,
    /// The reading of a registry that sorts by SemVer, or why that refuses the text (likewise).
    pub semver: Result<semver::Version, String>,
    /// Whether the host's test assertion for metadata takes it: three numbers and at most one suffix
    /// of letters and digits after a hyphen.
    pub three_parts: bool,
}

impl VersionFacts {
    /// Whether PEP 440 sees a release *after* what SemVer sees a release *before*: `1.0.0-1` is a
    /// post-release to the one and a pre-release to the other.
    #[must_use]
    pub fn order_differs(&self) -> bool {
        match (&self.pep440, &self.semver) {
            (Ok(host), Ok(registry)) => {
                !registry.pre.is_empty() && host.is_post() && host.pre().is_none() && !host.is_dev()
            }
            _ => false,
        }
    }
}

/// Judges one version text.
#[must_use]
pub fn judge(version: &str) -> VersionFacts {
    let semver = semver::Version::parse(&clamp_digits(version)).map_err(|error| {
        let words = error.to_string();
        if version.trim() == version { words } else { "it has white space around it".to_owned() }
    });
    VersionFacts { pep440: parse_plain(version), semver, three_parts: has_three_parts(version) }
}

/// Reads a plain version (no operator, no wildcard) as the host does.
///
/// Numbers of more than 19 digits are read as the largest 19-digit number, so that a text that the
/// host takes is never refused here.
///
/// # Errors
///
/// A clause that says what is wrong with the text.
pub fn parse_plain(text: &str) -> Result<Version, String> {
    let body = text.trim_matches(is_python_space);
    if body.is_empty() {
        return Err("it is empty".to_owned());
    }
    let read = Scanner::new(body).version();
    if read < body.len() {
        return Err(refusal(body, read));
    }
    Version::from_str(&clamp_digits(&normal_separators(body))).map_err(|error| error.to_string())
}

/// The version behind a leading comparison operator, when there is exactly one that PEP 440, npm, or
/// Cargo writes (`>=1.0` → `1.0`); `None` for a text without one or with more than one version.
#[must_use]
pub fn strip_operator(text: &str) -> Option<&str> {
    let text = text.trim();
    let operators = ["===", "~=", "==", "!=", "<=", ">=", "^", "~", "<", ">", "="];
    let operator = operators.iter().find(|operator| text.starts_with(**operator))?;
    let rest = text[operator.len()..].trim();
    parse_plain(rest).is_ok().then_some(rest)
}

/// Reads a PEP 440 specifier set such as `>=1.0,<2`.
///
/// # Errors
///
/// A clause that says what is wrong, with the syntax named when it is that of npm or Cargo.
pub fn parse_range(text: &str) -> Result<VersionSpecifiers, String> {
    let body = text.trim();
    if body.is_empty() {
        return Err("it is empty".to_owned());
    }
    for clause in body.split(',') {
        let clause = clause.trim();
        if clause.is_empty() {
            return Err("it has a comma with no clause beside it".to_owned());
        }
        if let Some(reason) = foreign_clause(clause) {
            return Err(reason);
        }
    }
    VersionSpecifiers::from_str(&clamp_digits(body)).map_err(|error| first_line(&error.to_string()))
}

/// The PEP 440 set that means the same as one npm or Cargo clause (`^1.2` → `>=1.2,<2`), or as a
/// plain version (`1.2` → `>=1.2`).
#[must_use]
pub fn pep440_equivalent(text: &str) -> Option<String> {
    let text = text.trim();
    let (operator, rest) = match text.chars().next()? {
        '^' => ('^', text[1..].trim()),
        '~' if !text.starts_with("~=") => ('~', text[1..].trim()),
        'v' | 'V' | '0'..='9' => (' ', text),
        _ => return None,
    };
    let version = parse_plain(rest).ok()?;
    let release = version.release();
    let part = |at: usize| release.get(at).copied().unwrap_or(0);
    let below = match operator {
        ' ' => return Some(format!(">={rest}")),
        '^' if part(0) > 0 || release.len() == 1 => format!("{}", part(0) + 1),
        '^' if part(1) > 0 || release.len() == 2 => format!("0.{}", part(1) + 1),
        '^' => format!("0.0.{}", part(2) + 1),
        _ if release.len() == 1 => format!("{}", part(0) + 1),
        _ => format!("{}.{}", part(0), part(1) + 1),
    };
    Some(format!(">={rest},<{below}"))
}

fn foreign_clause(clause: &str) -> Option<String> {
    let says = |name: &str| Some(format!("`{clause}` is {name}; PEP 440 has no such operator"));
    if clause.starts_with('^') {
        return says("the caret syntax of npm and Cargo");
    }
    if clause.starts_with('~') && !clause.starts_with("~=") {
        return says("the tilde syntax of npm and Cargo");
    }
    if clause.starts_with('=') && !clause.starts_with("==") {
        return Some(format!("`{clause}` has a single `=`; PEP 440 writes `==`"));
    }
    if clause.contains("||") || clause.contains(" - ") {
        return Some(format!("`{clause}` is a range of npm; PEP 440 joins clauses with commas only"));
    }
    if clause.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '*') {
        return Some(match clause {
            "*" => "`*` alone is npm's way to say any version; leave the key out for that".to_owned(),
            _ => format!("`{clause}` has no operator such as `>=` in front of the version"),
        });
    }
    None
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

fn has_three_parts(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (numbers, suffix) = text.split_once('-').map_or((text, None), |(numbers, suffix)| (numbers, Some(suffix)));
    let parts: Vec<_> = numbers.split('.').collect();
    parts.len() == 3
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        && suffix.is_none_or(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// White space as Python's `\s` sees it, which counts four more control characters than Rust does.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn refusal(body: &str, read: usize) -> String {
    if body.starts_with(['<', '>', '=', '~', '^', '!']) && strip_operator(body).is_some() {
        return "it starts with an operator, and a plain version has none".to_owned();
    }
    if body.ends_with(".*") || body.ends_with(".x") || body == "*" {
        return "it is a wildcard, and a plain version has none".to_owned();
    }
    match (body.get(..read), body.get(read..)) {
        (Some(good), Some(rest)) if !good.is_empty() => {
            format!("PEP 440 has no `{}` after `{good}`", rest.escape_debug())
        }
        _ => "it does not start with a number".to_owned(),
    }
}

/// Digit runs of more than 19 digits become nineteen nines, which every parser here can hold.
pub(crate) fn clamp_digits(text: &str) -> Cow<'_, str> {
    let long = |run: &str| run.trim_start_matches('0').len() > 19;
    if !text.split(|c: char| !c.is_ascii_digit()).any(long) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let run = &rest[..digits];
        out.push_str(if long(run) { "9999999999999999999" } else { run });
        let other = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| digits + at);
        out.push_str(&rest[digits..other]);
        rest = &rest[other..];
    }
    Cow::Owned(out)
}

/// `1.0a-` means `1.0a`: the host allows a separator with no number after it, the parser here does not
/// (and reads `1.0b--2` as `1.0b2`, where the host sees the post-release `1.0b0-2`).
fn normal_separators(body: &str) -> String {
    let (public, local) = body.split_once('+').map_or((body, None), |(public, local)| (public, Some(local)));
    let bytes = public.as_bytes();
    let mut out = String::with_capacity(body.len());
    for (at, c) in public.char_indices() {
        let separator = matches!(c, '.' | '-' | '_');
        let after_word = at > 0 && bytes[at - 1].is_ascii_alphabetic();
        let before_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let before_word = bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        let idle = separator && after_word && !before_digit && !before_word;
        out.push(if idle { '0' } else { c.to_ascii_lowercase() });
    }
    if let Some(local) = local {
        out.push('+');
        out.push_str(local);
    }
    out
}

/// Reads as much of a text as the grammar of PEP 440 allows.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0 }
    }

    /// How many bytes are a version; 0 when it does not start as one.
    fn version(mut self) -> usize {
        if matches!(self.bytes.first(), Some(b'v' | b'V')) {
            self.at = 1;
        }
        if !self.digits() {
            return 0;
        }
        if self.bytes.get(self.at) == Some(&b'!') {
            let epoch = self.at;
            self.at += 1;
            if !self.digits() {
                return epoch;
            }
        }
        while self.attempt(|scanner| scanner.byte(b'.') && scanner.digits()) {}
        self.segment(&["alpha", "a", "beta", "b", "preview", "pre", "c", "rc"]);
        if !self.attempt(|scanner| scanner.byte(b'-') && scanner.digits()) {
            self.segment(&["post", "rev", "r"]);
        }
        self.segment(&["dev"]);
        self.attempt(|scanner| {
            let more = |scanner: &mut Self| scanner.separator() && scanner.word();
            let start = scanner.byte(b'+') && scanner.word();
            while start && scanner.attempt(more) {}
            start
        });
        self.at
    }

    fn attempt(&mut self, step: impl FnOnce(&mut Self) -> bool) -> bool {
        let start = self.at;
        let done = step(self);
        if !done {
            self.at = start;
        }
        done
    }

    fn segment(&mut self, words: &[&str]) {
        self.attempt(|scanner| {
            scanner.separator();
            let rest = &scanner.bytes[scanner.at..];
            let starts =
                |word: &&&str| rest.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()));
            let Some(word) = words.iter().find(starts) else { return false };
            scanner.at += word.len();
            scanner.separator();
            scanner.digits();
            true
        });
    }

    fn byte(&mut self, wanted: u8) -> bool {
        let found = self.bytes.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    fn separator(&mut self) -> bool {
        let found = matches!(self.bytes.get(self.at), Some(b'.' | b'-' | b'_'));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> bool {
        self.run(u8::is_ascii_digit)
    }

    fn word(&mut self) -> bool {
        self.run(u8::is_ascii_alphanumeric)
    }

    fn run(&mut self, of: impl Fn(&u8) -> bool) -> bool {
        let length = self.bytes[self.at..].iter().take_while(|byte| of(byte)).count();
        self.at += length;
        length > 0
    }
}

#[cfg(test)]
#[path = "versions_test.rs"]
mod tests;
