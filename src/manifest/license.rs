//! SPDX licence expressions.

use std::sync::LazyLock;

use super::check::{Check, quoted, replace};
use super::model::Spanned;
use crate::model::Safety;
use crate::rules::{id, nearest};

/// Identifiers of licences and, after the empty line, of exceptions (SPDX list 3.28).
static IDS: LazyLock<(Vec<&'static str>, Vec<&'static str>)> = LazyLock::new(|| {
    let (licenses, exceptions) = include_str!("spdx.txt").split_once("\n\n").unwrap_or_default();
    (licenses.split_whitespace().collect(), exceptions.split_whitespace().collect())
});

/// What people write, and the identifier it most likely stands for.
const COMMON: &[(&str, &str)] = &[
    ("apache", "Apache-2.0"),
    ("apache 2", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("bsd", "BSD-3-Clause"),
    ("bsd-3", "BSD-3-Clause"),
    ("agpl", "AGPL-3.0-only"),
    ("agplv3", "AGPL-3.0-only"),
    ("agplv3+", "AGPL-3.0-or-later"),
    ("gpl", "GPL-3.0-only"),
    ("gplv2", "GPL-2.0-only"),
    ("gplv2+", "GPL-2.0-or-later"),
    ("gplv3", "GPL-3.0-only"),
    ("gplv3+", "GPL-3.0-or-later"),
    ("lgpl", "LGPL-3.0-only"),
    ("lgplv3", "LGPL-3.0-only"),
    ("mit license", "MIT"),
    ("mpl", "MPL-2.0"),
    ("mpl2", "MPL-2.0"),
    ("public domain", "CC0-1.0"),
    ("mit/apache-2.0", "MIT OR Apache-2.0"),
];

/// What is wrong with an expression.
#[derive(Debug, PartialEq, Eq)]
struct Wrong {
    message: String,
    /// The whole expression mended, and whether that is certain.
    better: Option<(String, Safety)>,
}

/// Checks the value of `license`.
pub(super) fn check(check: &mut Check<'_>, text: &Spanned<String>) {
    let Err(wrong) = judge(text) else { return };
    let finding = check.at(id::MANIFEST_LICENSE, text.span, wrong.message);
    check.push(match wrong.better {
        Some((better, safety)) => {
            replace(finding.label(format!("did you mean `{better}`?")), safety, text.span, quoted(&better))
        }
        None => finding,
    });
}

fn judge(text: &str) -> Result<(), Wrong> {
    let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.trim().is_empty() {
        return Err(Wrong { message: "`license` is empty".to_owned(), better: None });
    }
    let lower = text.trim().to_lowercase();
    if let Some((_, id)) = COMMON.iter().find(|(name, _)| *name == lower) {
        let message = format!("`{shown}` is not an SPDX identifier");
        return Err(Wrong { message, better: Some(((*id).to_owned(), Safety::Unsafe)) });
    }
    let mut parser = Parser { tokens: tokens(text), at: 0, depth: 0, mended: Vec::new() };
    match parser.expression().and_then(|()| parser.end()) {
        Ok(()) => parser.case(),
        Err(message) => {
            let (licenses, _) = &*IDS;
            let near = if text.len() <= 60 { nearest(text, licenses.iter().copied()) } else { None };
            Err(Wrong { message, better: near.map(|near| (near.to_owned(), Safety::Unsafe)) })
        }
    }
}

fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(['(', ')']) {
            if at > 0 {
                out.push(&rest[..at]);
            }
            out.push(&rest[at..=at]);
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            out.push(rest);
        }
    }
    out
}

struct Parser<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    depth: usize,
    /// The tokens as they should be written.
    mended: Vec<String>,
}

impl Parser<'_> {
    fn expression(&mut self) -> Result<(), String> {
        self.term()?;
        while let Some(token) = self.tokens.get(self.at) {
            if !["AND", "OR"].iter().any(|word| token.eq_ignore_ascii_case(word)) {
                break;
            }
            self.mended.push(token.to_uppercase());
            self.at += 1;
            self.term()?;
        }
        Ok(())
    }

    fn term(&mut self) -> Result<(), String> {
        match self.tokens.get(self.at).copied() {
            Some("(") if self.depth < 64 => {
                self.take();
                self.depth += 1;
                self.expression()?;
                self.depth -= 1;
                if self.tokens.get(self.at) != Some(&")") {
                    return Err("a bracket in `license` is not closed".to_owned());
                }
                self.take();
                Ok(())
            }
            Some("(") => Err("`license` nests brackets too deep".to_owned()),
            None => Err("`license` ends where a licence is due".to_owned()),
            Some(token) => self.license(token),
        }
    }

    fn take(&mut self) {
        self.mended.push(self.tokens[self.at].to_owned());
        self.at += 1;
    }

    fn license(&mut self, token: &str) -> Result<(), String> {
        let (licenses, exceptions) = &*IDS;
        let (bare, plus) = token.strip_suffix('+').map_or((token, ""), |bare| (bare, "+"));
        if is_reference(token) {
            self.mended.push(token.to_owned());
        } else {
            let known = find(licenses, bare).ok_or_else(|| unknown(token, "licence", licenses))?;
            self.mended.push(format!("{known}{plus}"));
        }
        self.at += 1;
        if self.tokens.get(self.at).is_some_and(|word| word.eq_ignore_ascii_case("WITH")) {
            self.mended.push("WITH".to_owned());
            self.at += 1;
            let Some(token) = self.tokens.get(self.at).copied() else {
                return Err("`license` ends where an exception is due".to_owned());
            };
            let known = if token.starts_with("AdditionRef-") { Some(token) } else { find(exceptions, token) };
            self.mended.push(known.ok_or_else(|| unknown(token, "exception", exceptions))?.to_owned());
            self.at += 1;
        }
        Ok(())
    }

    fn end(&self) -> Result<(), String> {
        match self.tokens.get(self.at) {
            None => Ok(()),
            Some(&")") => Err("`license` closes a bracket that is not open".to_owned()),
            Some(token) => Err(format!("`license` has `{}` where AND, OR, or its end is due", token.escape_debug())),
        }
    }

    /// Everything is known; the case of letters may still be wrong.
    fn case(&self) -> Result<(), Wrong> {
        if self.tokens.iter().zip(&self.mended).all(|(token, mended)| token == mended) {
            return Ok(());
        }
        let better = self.mended.join(" ").replace("( ", "(").replace(" )", ")");
        let message = "`license` has the right identifiers with the wrong case".to_owned();
        Err(Wrong { message, better: Some((better, Safety::Safe)) })
    }
}

fn find(ids: &[&'static str], token: &str) -> Option<&'static str> {
    ids.iter()
        .copied()
        .find(|id| *id == token)
        .or_else(|| ids.iter().copied().find(|id| id.eq_ignore_ascii_case(token)))
}

fn is_reference(token: &str) -> bool {
    let name =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let local = |text: &str| text.strip_prefix("LicenseRef-").is_some_and(name);
    match token.strip_prefix("DocumentRef-").and_then(|rest| rest.split_once(':')) {
        Some((document, license)) => name(document) && local(license),
        None => local(token),
    }
}

fn unknown(token: &str, kind: &str, ids: &[&'static str]) -> String {
    let shown: String = token.chars().take(60).flat_map(char::escape_debug).collect();
    match nearest(&shown, ids.iter().copied()) {
        Some(near) => format!("there is no SPDX {kind} `{shown}`; the nearest is `{near}`"),
        None => format!("there is no SPDX {kind} `{shown}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_and_slips_are_named() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "(MIT AND BSD-3-Clause) OR GPL-2.0-only WITH Classpath-exception-2.0",
            "GPL-2.0+",
            "LicenseRef-Proprietary",
            "DocumentRef-spdx:LicenseRef-x.y",
        ] {
            assert_eq!(judge(good), Ok(()), "{good}");
        }
        let better = |text: &str| judge(text).unwrap_err().better;
        assert_eq!(better("mit"), Some(("MIT".to_owned(), Safety::Safe)));
        assert_eq!(better("(mit or apache-2.0)"), Some(("(MIT OR Apache-2.0)".to_owned(), Safety::Safe)));
        assert_eq!(better("GPLv3"), Some(("GPL-3.0-only".to_owned(), Safety::Unsafe)));
        assert_eq!(better("Apache 2.0"), Some(("Apache-2.0".to_owned(), Safety::Unsafe)));
        for (bad, words) in [
            ("", "empty"),
            ("Proprietary", "no SPDX licence"),
            ("MIT OR", "where a licence is due"),
            ("(MIT", "not closed"),
            ("MIT)", "not open"),
            ("MIT Apache-2.0", "where AND, OR"),
            ("GPL-2.0-only WITH MIT", "no SPDX exception"),
        ] {
            let wrong = judge(bad).unwrap_err();
            assert!(wrong.message.contains(words), "{bad:?}: {wrong:?}");
        }
        assert!(judge(&"(".repeat(10_000)).is_err());
    }
}
