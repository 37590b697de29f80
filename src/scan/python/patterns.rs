//! Regular expressions that take for ever on the wrong text.

/// Whether a part that repeats without bound is itself repeated without bound: `(a+)+`, `(x|y*)*`.
///
/// Groups with a lookaround in front, and repetitions with an upper bound, are not counted.
pub(super) fn slow(pattern: &str) -> bool {
    // For each open group: whether something inside repeats without bound, and whether all of it is optional or alike.
    let mut open: Vec<Group> = vec![Group::default()];
    let mut closed: Option<Group> = None;
    let mut chars = pattern.chars().take(10_000).peekable();
    while let Some(c) = chars.next() {
        let last = closed.take();
        match c {
            '\\' => {
                chars.next();
                part(&mut open);
            }
            '[' => {
                if chars.peek() == Some(&'^') {
                    chars.next();
                }
                if chars.peek() == Some(&']') {
                    chars.next();
                }
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => _ = chars.next(),
                        ']' => break,
                        _ => {}
                    }
                }
                part(&mut open);
            }
            '(' => {
                let around = chars.peek() == Some(&'?');
                if around {
                    chars.next();
                    // `(?:`, `(?P<name>`, `(?=`: what stands before the pattern.
                    if chars.peek() == Some(&'P') {
                        while chars.next().is_some_and(|c| c != '>') {}
                    } else {
                        chars.next();
                    }
                }
                open.push(Group::default());
            }
            ')' => {
                let Some(group) = open.pop() else { return false };
                if open.is_empty() {
                    return false;
                }
                part(&mut open);
                closed = Some(group);
            }
            '|' => {
                if let Some(group) = open.last_mut() {
                    group.slow |= group.parts == 1 && group.repeats;
                    group.parts = 0;
                    group.repeats = false;
                }
            }
            '*' | '+' => {
                if last.is_some_and(|group| group.slow || group.parts == 1 && group.repeats) {
                    return true;
                }
                if let Some(group) = open.last_mut() {
                    group.repeats = true;
                }
            }
            '{' => {
                let count: String = chars.by_ref().take_while(|c| *c != '}').collect();
                if count.ends_with(',') {
                    if last.is_some_and(|group| group.slow || group.parts == 1 && group.repeats) {
                        return true;
                    }
                    if let Some(group) = open.last_mut() {
                        group.repeats = true;
                    }
                }
            }
            '?' | '^' | '$' => closed = last,
            _ => part(&mut open),
        }
    }
    false
}

/// A group, or one of its alternatives.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    /// Its parts.
    parts: u32,
    /// One of them repeats without bound.
    repeats: bool,
    /// An alternative before this one is a single part that repeats without bound.
    slow: bool,
}

fn part(open: &mut [Group]) {
    if let Some(group) = open.last_mut() {
        group.parts += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::slow;

    #[test]
    fn repetitions_of_repetitions_are_slow() {
        for pattern in ["(a+)+$", "(?:x*)*", "(a|b+)*c", "([0-9]+){2,}"] {
            assert!(slow(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_is_told_apart_is_quick() {
        for pattern in
            ["a+b+", "(?:[a-z]+,)*", r"(\w+\.)+\w+", "(a+)?", "[+*]+", r"\(a+\)+", "(a{1,3})+", "(a+){3}", ")+"]
        {
            assert!(!slow(pattern), "{pattern}");
        }
    }
}
