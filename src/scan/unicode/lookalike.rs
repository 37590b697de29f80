//! Names that read as other names: letters of another alphabet, and letters that Python itself replaces.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use super::characters::Said;
use crate::model::{Confidence, RelPath, Span};
use crate::rules::id;
use crate::source::python;

/// Letters, and the Latin letters that they look like.
const CYRILLIC: (&str, &str) = ("аɑеоресухіјѕԁԛԝһӏԍАВЕЅІЈКМНОРСТХУԌҮгпкв", "aaeopecyxijsdqwhlgABESIJKMHOPCTXYGYrnkb");
const OTHERS: (&str, &str) = (
    "οναικρυϲϳγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹօսոցհզԼՕՍᎪᏴᏟᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᏃⅰⅴⅹⅼⅽⅾⅿ",
    "ovaikpucjywABEZHIKMNOPTYXCounghqLOUABCEHJKLMPRSTVZivxlcdm",
);

/// Names that need no definition in a file, so that a lookalike of them needs no other proof.
const BUILT_IN: &str = "eval exec compile open getattr setattr globals locals input print import os sys subprocess \
    system request session config password token user admin is_admin is_authenticated login_required escape \
    secure_filename self cls app True False None str int len document window location fetch innerHTML";

/// The names of a text that look like others. Python and JavaScript only: their names are known.
pub(super) fn judge(text: &str, path: &RelPath) -> Vec<Said> {
    let python = match path.extension() {
        Some("py" | "pyi" | "pyw") => true,
        _ => return Vec::new(),
    };
    if !may_mislead(text) {
        return Vec::new();
    }
    let names = python::identifiers(text);
    let plain: BTreeSet<&str> =
        names.iter().filter_map(|span| text.get(span.range())).filter(|name| name.is_ascii()).collect();
    let known =
        |name: &str| plain.contains(name) || BUILT_IN.split_whitespace().any(|known| known == name.trim_matches('_'));
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for span in names {
        let Some(name) = text.get(span.range()).filter(|name| !name.is_ascii()) else { continue };
        if !told.insert(name) {
            continue;
        }
        found.extend(one(name, span, python, &known));
    }
    found
}

/// Whether any character of a text could stand for a Latin letter, a digit, or `_` in a name. Most texts with other
/// characters hold words of other languages, and need not be taken apart.
fn may_mislead(text: &str) -> bool {
    let mut seen = BTreeSet::new();
    text.chars().filter(|c| !c.is_ascii() && seen.insert(*c)).any(|c| {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || like(c, CYRILLIC).or(like(c, OTHERS)).is_some();
        std::iter::once(c).nfkc().all(part)
    })
}

fn one(name: &str, span: Span, python: bool, known: &dyn Fn(&str) -> bool) -> Option<Said> {
    let said = |confidence, message| Said {
        rule: id::LOOKALIKE_NAME,
        span,
        confidence,
        message,
        label: "not the letters that they seem to be",
        help: None,
    };
    let normal: String = name.nfkc().collect();
    if python && normal.is_ascii() {
        let confidence = if known(&normal) { Confidence::High } else { Confidence::Medium };
        return Some(said(
            confidence,
            format!("`{name}` is the name `{normal}` to Python, written in other characters"),
        ));
    }
    let skeleton: String = normal.chars().map(|c| like(c, CYRILLIC).or_else(|| like(c, OTHERS)).unwrap_or(c)).collect();
    if !skeleton.is_ascii() {
        return None;
    }
    // Greek letters are honest names of quantities (`ν`, `ρ_max`), so they alone prove nothing.
    let cyrillic = normal.chars().any(|c| like(c, CYRILLIC).is_some());
    let latin = normal.chars().any(|c| c.is_ascii_alphabetic());
    let foreign = normal.chars().find(|c| !c.is_ascii())?;
    let message = format!(
        "`{name}` reads as `{skeleton}` and is another name: it holds U+{:04X}, no Latin letter",
        u32::from(foreign)
    );
    if known(&skeleton) && skeleton.chars().count() > 1 {
        return Some(said(Confidence::High, message));
    }
    (cyrillic && latin).then(|| said(Confidence::Medium, message))
}

fn like(c: char, (letters, latin): (&str, &str)) -> Option<char> {
    letters.chars().position(|letter| letter == c).and_then(|at| latin.chars().nth(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_a_lookalike() {
        for (letters, latin) in [CYRILLIC, OTHERS] {
            assert_eq!(letters.chars().count(), latin.chars().count(), "{letters}");
            assert!(latin.is_ascii() && letters.chars().all(|c| !c.is_ascii()), "{letters}");
        }
    }

    #[test]
    fn names_of_other_alphabets_are_honest_until_they_read_as_a_known_one() {
        let path = RelPath::new("a.py").unwrap();
        for (text, expected) in [
            ("имя = 1\nget_имя = 2\n", 0),
            ("Δt = ν * ρ_max\n", 0),
            ("größe = naïve = 1\n", 0),
            ("# webхук\ns = 'pаypal'\n", 0),
            ("p\u{430}ssword_ok = 1\n", 1),
            ("v = 1\nx_ν = 2\n", 0),
            ("vο = 1\nvo = 2\n", 1),
            ("\u{435}\u{445}\u{435}\u{441}('1')\n", 1),
            ("\u{1d41e}\u{1d42f}\u{1d41a}\u{1d425}('1')\n", 1),
            ("с = 1\nc = 2\n", 0),
        ] {
            assert_eq!(judge(text, &path).len(), expected, "{text}");
        }
    }
}
