//! Regular expressions that take for ever on the wrong text.

/// Whether a part that repeats without bound is itself repeated without bound, with nothing beside it that must be
/// there: `(a+)+`, `(x|y*)*`, `(a+ ?)+`.
///
/// Groups with a lookaround in front, and repetitions with an upper bound, are not counted.
pub(super) fn slow(pattern: &str) -> bool {
    // For each open group: whether something inside repeats without bound, and what has to be there beside it.
    let mut open: Vec<Group> = vec![Group::default()];
    let mut closed: Option<Group> = None;
    let mut chars = pattern.chars().take(10_000).peekable();
    // What follows a repetition changes how it is tried, not how often.
    let mut repeated = false;
    while let Some(c) = chars.next() {
        let last = closed.take();
        let after = std::mem::take(&mut repeated);
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
                    *group = Group { slow: group.is_slow(), ..Group::default() };
                }
            }
            '+' if after => repeated = true,
            '*' | '+' => {
                if last.is_some_and(Group::is_slow) {
                    return true;
                }
                repeat(&mut open, c == '+');
                repeated = true;
            }
            '{' => {
                let count: String = chars.by_ref().take_while(|c| *c != '}').collect();
                if count.ends_with(',') {
                    if last.is_some_and(Group::is_slow) {
                        return true;
                    }
                    repeat(&mut open, true);
                }
                repeated = true;
            }
            '?' => {
                closed = last;
                if !after && let Some(group) = open.last_mut() {
                    group.plain = group.plain.saturating_sub(1);
                }
            }
            '^' | '$' => closed = last,
            _ => part(&mut open),
        }
    }
    false
}

/// A group, or one of its alternatives.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    /// Parts that must be there, and do not repeat without bound.
    plain: u32,
    /// Parts that must be there, and repeat without bound.
    many: u32,
    /// One of its parts repeats without bound.
    repeats: bool,
    /// An alternative before this one is slow when it is repeated.
    slow: bool,
}

impl Group {
    fn is_slow(self) -> bool {
        self.slow || self.repeats && self.plain == 0 && self.many <= 1
    }
}

fn part(open: &mut [Group]) {
    if let Some(group) = open.last_mut() {
        group.plain += 1;
    }
}

/// The last part repeats without bound, at least once or not.
fn repeat(open: &mut [Group], must: bool) {
    if let Some(group) = open.last_mut() {
        group.repeats = true;
        group.plain = group.plain.saturating_sub(1);
        group.many += u32::from(must);
    }
}

#[cfg(test)]
mod tests {
    use super::slow;

    #[test]
    fn repetitions_of_repetitions_are_slow() {
        for pattern in
            ["(a+)+$", "(?:x*)*", "(a|b+)*c", "([0-9]+){2,}", r"(\w+\s?)+", r"(?:,?\d+)*", "(a+?)+", r"(\s*\w+)+"]
        {
            assert!(slow(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_is_told_apart_is_quick() {
        for pattern in [
            "a+b+",
            "(?:[a-z]+,)*",
            r"(\w+\.)+\w+",
            "(a+)?",
            "[+*]+",
            r"\(a+\)+",
            "(a{1,3})+",
            "(a+){3}",
            ")+",
            "(a+b+)+",
            "(a*b)+",
            "(a+?,)+",
            "(?:[a-z]+(?:-[a-z]+)*/)*",
        ] {
            assert!(!slow(pattern), "{pattern}");
        }
    }
}
