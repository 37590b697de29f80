//! What a regular expression leaves in a text that it matched.

/// What is known of each text that a pattern matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Matched {
    /// Nothing in it is free: each character is one of those that the pattern names.
    pub(super) whole: bool,
    /// It has no characters that mean something to a shell.
    pub(super) no_shell: bool,
    /// It has no `<`.
    pub(super) no_markup: bool,
    /// It has no folders, or no two dots.
    pub(super) no_path: bool,
    /// It starts with a scheme, a host, and a slash.
    pub(super) host: bool,
}

/// How a pattern is compared with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// From its start.
    Match,
    /// From its start to its end.
    Full,
    /// Anywhere.
    Search,
}

/// What a text is like that matches `pattern`; with `lines`, `^` and `$` stand for the start and end of any line.
pub(super) fn matched(pattern: &str, how: How, lines: bool) -> Matched {
    let lines = lines || pattern.starts_with("(?m)") || pattern.starts_with("(?im)") || pattern.starts_with("(?mi)");
    let starts = how != How::Search || pattern.starts_with("\\A") || pattern.starts_with('^') && !lines;
    let escaped = pattern.ends_with("\\$");
    let ends = how == How::Full
        || pattern.ends_with("\\Z")
        || pattern.ends_with("\\z")
        || pattern.ends_with('$') && !escaped && !lines;
    let host = starts && names_host(pattern);
    let Some(content) = content(pattern) else { return Matched { host, ..Matched::default() } };
    // `^a|b$` holds the start of one text, and the end of another.
    let all_of_it = starts && ends && !(content.splits && how != How::Full);
    let whole = all_of_it && !content.any;
    Matched {
        whole,
        no_shell: whole && !content.shell,
        no_markup: all_of_it && !content.markup && !content.any_markup,
        no_path: all_of_it && !content.path && !content.any_path,
        host: host && !content.splits,
    }
}

/// What a text is like in which nothing of `pattern` was found: the pattern is one set of what must not be there.
pub(super) fn without(pattern: &str) -> Option<Matched> {
    let inner = pattern.strip_prefix("[^")?;
    let inner = inner.strip_suffix(']').or_else(|| inner.strip_suffix("]+")).or_else(|| inner.strip_suffix("]*"))?;
    let mut content = Content::default();
    let mut chars = inner.chars().peekable();
    if inner.contains(']') && !inner.contains("\\]") {
        return None;
    }
    set(&mut chars, &mut content, false);
    Some(Matched {
        whole: !content.any,
        no_shell: !content.any && !content.shell,
        no_markup: !content.any && !content.markup,
        no_path: !content.any && !content.path,
        host: false,
    })
}

#[derive(Clone, Copy, Debug, Default)]
struct Content {
    /// Something may be any character, or all but some.
    any: bool,
    /// The same, with `<` or with folders among them.
    any_markup: bool,
    any_path: bool,
    shell: bool,
    markup: bool,
    path: bool,
    slash: bool,
    splits: bool,
}

impl Content {
    const fn free(&mut self) {
        self.any = true;
        self.any_markup = true;
        self.any_path = true;
    }
}

/// Characters that mean something to a shell.
const SHELL: &[char] = &[';', '|', '&', '$', '`', '<', '>', '(', ')', '\n'];

/// The characters that a pattern lets through; `None` when it is too long to be looked at.
fn content(pattern: &str) -> Option<Content> {
    if pattern.len() > 2_000 {
        return None;
    }
    let mut content = Content::default();
    let mut depth = 0_u32;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                if let Some('S' | 'D' | 'W') = chars.next() {
                    content.free();
                }
            }
            '[' => {
                let negated = chars.next_if_eq(&'^').is_some();
                let mut named = Content::default();
                set(&mut chars, &mut named, true);
                if negated {
                    // Whatever it does not name: a text without `/` is no path, and one without `<` no markup.
                    content.any = true;
                    content.any_markup |= !named.markup;
                    content.any_path |= !named.slash;
                } else {
                    if named.any {
                        content.free();
                    }
                    content.shell |= named.shell;
                    content.markup |= named.markup;
                    content.path |= named.path;
                }
            }
            '(' => {
                depth += 1;
                // `(?P<name>…)`, `(?:…)`, `(?!…)`
                if chars.next_if_eq(&'?').is_some() {
                    if chars.next_if_eq(&'P').is_some() {
                        while chars.next().is_some_and(|c| !matches!(c, '>' | ')')) {}
                    } else {
                        chars.next();
                    }
                }
            }
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => content.splits = true,
            '.' => content.free(),
            _ => {}
        }
    }
    Some(content)
}

/// The characters of a set, up to its end.
fn set(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, content: &mut Content, closed: bool) {
    let (mut dot, mut slash, mut first) = (false, false, true);
    let mut last: Option<char> = None;
    while let Some(c) = chars.next() {
        let c = match c {
            ']' if closed && !first => break,
            '\\' => match chars.next() {
                Some('S' | 'D' | 'W') => {
                    content.free();
                    continue;
                }
                Some('w' | 'd' | 's' | 'b') => {
                    last = None;
                    first = false;
                    continue;
                }
                Some('n') => '\n',
                Some(c) => c,
                None => break,
            },
            // `!-~` holds everything between.
            '-' if last.is_some() && chars.peek().is_some_and(|next| *next != ']') => {
                let (from, to) = (last.unwrap_or_default(), chars.peek().copied().unwrap_or_default());
                let within = |c: &char| (from..=to).contains(c);
                content.shell |= SHELL.iter().any(within);
                content.markup |= within(&'<');
                dot |= within(&'.');
                slash |= within(&'/') || within(&'\\');
                continue;
            }
            c => c,
        };
        content.shell |= SHELL.contains(&c);
        content.markup |= c == '<';
        dot |= c == '.';
        slash |= matches!(c, '/' | '\\');
        last = Some(c);
        first = false;
    }
    content.path |= dot && slash;
    content.slash |= slash;
}

/// Whether a pattern begins with a whole scheme and host, and the slash behind it.
fn names_host(pattern: &str) -> bool {
    let rest = pattern.trim_start_matches("\\A").trim_start_matches('^').trim_start_matches("(?:").replace("\\/", "/");
    let Some(rest) = rest
        .strip_prefix("https://")
        .or_else(|| rest.strip_prefix("http://"))
        .or_else(|| rest.strip_prefix("https?://"))
    else {
        return false;
    };
    let Some((host, _)) = rest.split_once('/') else { return false };
    let plain = host.replace("\\.", "");
    !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':'))
}

#[cfg(test)]
mod tests {
    use super::{How, matched, without};

    #[test]
    fn a_whole_match_of_named_characters_says_all() {
        for pattern in [r"[a-z0-9-]+", r"^[\w-]{1,40}$", r"\A[A-Z]{3}\Z", r"(?:[a-z]+\.)+[a-z]+"] {
            let told = matched(pattern, How::Full, false);
            assert!(told.whole && told.no_shell && told.no_markup && told.no_path, "{pattern}");
        }
    }

    #[test]
    fn a_part_of_the_text_says_nothing() {
        assert!(!matched("[a-z.-]+", How::Match, false).whole);
        assert!(!matched("^[a-z]+$", How::Match, true).whole);
        assert!(!matched("[a-z]+$", How::Search, false).whole);
        assert!(!matched("^a|b$", How::Match, false).whole);
        assert!(!matched("^https?://.+$", How::Match, false).whole);
        assert!(matched("^[a-z]+$", How::Search, false).whole);
    }

    #[test]
    fn sets_tell_what_they_let_through() {
        assert!(!matched("[a-z/.]+", How::Full, false).no_path);
        assert!(!matched("[a-z;|]+", How::Full, false).no_shell);
        assert!(!matched("[ -~]+", How::Full, false).no_markup);
        assert!(matched("[a-z./-]+", How::Full, false).no_markup);
    }

    #[test]
    fn a_host_at_the_start_is_known() {
        assert!(matched(r"https://example\.org/", How::Match, false).host);
        assert!(!matched(r"https://example.org", How::Match, false).host);
        assert!(!matched(r"https://.*/", How::Match, false).host);
    }

    #[test]
    fn what_is_left_without_others_is_known() {
        assert!(without("[^a-z0-9_-]").is_some_and(|told| told.whole && told.no_path));
        assert!(without(r"[^\w./]+").is_some_and(|told| told.whole && !told.no_path));
        assert!(without("[a-z]").is_none());
    }
}
