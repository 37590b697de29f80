//! One ignore file of git.
//!
//! Nearly all lines are a name, a name with wildcards, or a plain path. These are matched here, without
//! the regular expressions whose making costs more than reading a small plugin. The rest goes to the
//! `ignore` crate, line by line, each compiled when it is first asked.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The patterns of one ignore file.
#[derive(Debug)]
pub(super) struct Patterns {
    folder: PathBuf,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    negated: bool,
    folders_only: bool,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A name in any folder, perhaps with wildcards.
    Name(Vec<char>),
    /// A path from the ignore file's folder, without wildcards.
    Path(String),
    /// Anything else, as written.
    Other(String, OnceLock<Gitignore>),
}

impl Patterns {
    /// Reads the lines of the ignore file of `folder`; `None` when no pattern is in it.
    pub(super) fn new(folder: &Path, text: &str) -> Option<Self> {
        let lines: Vec<Line> = text.lines().filter_map(line).collect();
        (!lines.is_empty()).then(|| Self { folder: folder.to_owned(), lines })
    }

    /// Whether a path below the folder is left out (`true`), taken in again (`false`), or not spoken of.
    pub(super) fn judge(&self, path: &Path, is_folder: bool) -> Option<bool> {
        let inside = path.strip_prefix(&self.folder).ok()?;
        let name: Vec<char> = inside.file_name()?.to_string_lossy().chars().collect();
        let inside = inside.to_string_lossy();
        // The last line that matches wins.
        self.lines.iter().rev().find_map(|line| {
            let matches = match &line.kind {
                Kind::Name(pattern) => (is_folder || !line.folders_only) && name_matches(pattern, &name),
                Kind::Path(wanted) => (is_folder || !line.folders_only) && *wanted == inside,
                Kind::Other(text, compiled) => {
                    let compiled = compiled.get_or_init(|| compile(&self.folder, text));
                    return match compiled.matched(path, is_folder) {
                        Match::None => None,
                        Match::Ignore(_) => Some(true),
                        Match::Whitelist(_) => Some(false),
                    };
                }
            };
            matches.then_some(!line.negated)
        })
    }
}

fn compile(folder: &Path, line: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    // Git passes over a line that is no pattern.
    let _ = builder.add_line(None, line);
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn line(text: &str) -> Option<Line> {
    if text.starts_with('#') || text.trim().is_empty() {
        return None;
    }
    let other = || Line { negated: false, folders_only: false, kind: Kind::Other(text.to_owned(), OnceLock::new()) };
    if text.contains(['\\', '\t', '\r']) || text.contains("**") {
        return Some(other());
    }
    let pattern = text.trim_end_matches(' ');
    let (pattern, negated) = pattern.strip_prefix('!').map_or((pattern, false), |rest| (rest, true));
    let (pattern, folders_only) = pattern.strip_suffix('/').map_or((pattern, false), |rest| (rest, true));
    let (pattern, anchored) = pattern.strip_prefix('/').map_or((pattern, false), |rest| (rest, true));
    let wild = pattern.contains(['*', '?', '[']);
    let kind = match (pattern.is_empty(), anchored || pattern.contains('/')) {
        (true, _) => return Some(other()),
        (false, true) if wild || pattern.contains("//") => return Some(other()),
        (false, true) => Kind::Path(pattern.to_owned()),
        (false, false) if pattern.matches('[').count() != pattern.matches(']').count() => return Some(other()),
        (false, false) if pattern.contains("[]") || pattern.contains("[!]") || pattern.contains("[^]") => {
            return Some(other());
        }
        (false, false) => Kind::Name(pattern.chars().collect()),
    };
    Some(Line { negated, folders_only, kind })
}

/// `*`, `?` and `[…]` over one name; goes back to the last `*` only, so the time is bounded.
fn name_matches(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some('?') => Some(1),
            Some('[') => class(&pattern[p..], name[n]),
            Some(c) => (*c == name[n]).then_some(1),
            None => None,
        };
        match (step, star) {
            (Some(length), _) => {
                p += length;
                n += 1;
            }
            (None, Some((at, from))) => {
                star = Some((at, from + 1));
                p = at + 1;
                n = from + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The length of the class that `pattern` starts with, if `c` is in it.
fn class(pattern: &[char], c: char) -> Option<usize> {
    let end = pattern.iter().position(|c| *c == ']')?;
    let (negated, members) = match &pattern[1..end] {
        ['!' | '^', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let mut at = 0;
    let mut found = false;
    while at < members.len() {
        if let [low, '-', high, ..] = members[at..] {
            found |= low <= c && c <= high;
            at += 3;
        } else {
            found |= members[at] == c;
            at += 1;
        }
    }
    (found != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_means_what_it_means_to_the_ignore_crate() {
        let lines = [
            "__pycache__/",
            "*.py[codz]",
            "*$py.class",
            "*.so",
            "build/",
            "/dist",
            "docs/_build/",
            ".env",
            "*.log",
            "!keep.log",
            "*~",
            ".coverage.*",
            "a?c",
            "[ab]*.txt",
            "[!a]x",
            "[^a-c]y",
            "**/deep",
            "deep/**",
            "a/**/z",
            "foo/*.js",
            "\\#x",
            "name ",
            "#comment",
            "",
            "   ",
            "!",
            "/",
            "x//y",
            "[",
            "a]",
            "[]a]z",
            "*",
            "**",
            "?",
            "*a*b*c",
            "ünï*",
            "a[b-]c",
            "!/dist",
            "sub/",
            "file\t",
            "*.*",
            "foo/",
            "/foo/bar",
        ];
        let paths = [
            "__pycache__",
            "x/__pycache__",
            "a.pyc",
            "a.py",
            "x$py.class",
            "lib.so",
            "build",
            "x/build",
            "dist",
            "x/dist",
            "docs/_build",
            "x/docs/_build",
            ".env",
            "debug.log",
            "keep.log",
            "a~",
            ".coverage.1",
            "abc",
            "ac",
            "b1.txt",
            "c1.txt",
            "bx",
            "ax",
            "dy",
            "by",
            "deep",
            "q/deep",
            "deep/q",
            "a/z",
            "a/b/z",
            "a/b/c/z",
            "foo/a.js",
            "foo/x/a.js",
            "#x",
            "name",
            "name ",
            "x/y",
            "[",
            "a]",
            "]z",
            "xaxbxc",
            "ünïx",
            "a-c",
            "sub",
            "x/sub",
            "file",
            "foo",
            "foo/bar",
            "x/foo/bar",
            "]",
        ];
        let folder = Path::new("/w/t");
        let check = |text: &str| {
            let mut builder = GitignoreBuilder::new(folder);
            for line in text.lines() {
                let _ = builder.add_line(None, line);
            }
            let theirs = builder.build().unwrap();
            let ours = Patterns::new(folder, text);
            for path in paths {
                for is_folder in [false, true] {
                    let full = folder.join(path);
                    let expected = match theirs.matched(&full, is_folder) {
                        Match::None => None,
                        Match::Ignore(_) => Some(true),
                        Match::Whitelist(_) => Some(false),
                    };
                    let answer = ours.as_ref().and_then(|ours| ours.judge(&full, is_folder));
                    assert_eq!(answer, expected, "{text:?} on {path:?}, folder: {is_folder}");
                }
            }
        };
        for line in lines {
            check(line);
        }
        for pair in lines.windows(2) {
            check(&pair.join("\n"));
        }
        check(&lines.join("\n"));
    }
}
