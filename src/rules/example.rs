//! The examples of a rule, cut from its fixture.

use super::fixture::{Case, Fixture, without_markers};

/// A piece of a fixture that shows a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The file's path in the plugin.
    pub path: String,
    /// Its lines, cut around the place that matters.
    pub text: String,
}

/// The bad example of a fixture (from its first case) and the good one (from the first case whose
/// name starts with `good`), each with the lines around what the mark points at.
#[must_use]
pub fn examples(fixture: &Fixture, rule: &str) -> (Option<Example>, Option<Example>) {
    let bad = fixture.cases.first().and_then(|case| example(case, rule));
    let good = fixture.cases.iter().find(|case| case.name.starts_with("good")).and_then(|case| example(case, rule));
    (bad, good)
}

/// Lines of context on each side of the line that an example is about.
const CONTEXT: usize = 6;

fn example(case: &Case, rule: &str) -> Option<Example> {
    let marked = case.plugins.iter().flat_map(|plugin| plugin.marks.iter().map(move |mark| (plugin, mark)));
    let about = marked.clone().find(|(_, mark)| mark.rule == rule && mark.line.is_some());
    let (plugin, mark) = match about.or_else(|| marked.clone().find(|(_, mark)| mark.rule == rule)) {
        Some((plugin, mark)) => (plugin, Some(mark)),
        None => (case.plugins.first()?, None),
    };
    let file = mark
        .and_then(|mark| plugin.files.iter().find(|file| file.path == mark.path))
        .or_else(|| plugin.files.iter().find(|file| !file.text.is_empty()))?;
    let lines: Vec<&str> = file.text.lines().map(without_markers).collect();
    let whole = (0, lines.len());
    let (start, end) = match mark.and_then(|mark| mark.line).filter(|_| lines.len() > 2 * CONTEXT) {
        Some(line) => (line.saturating_sub(CONTEXT + 1), (line + CONTEXT).min(lines.len())),
        None => whole,
    };
    let mut text = lines[start..end].join("\n");
    if start > 0 {
        text.insert_str(0, "…\n");
    }
    if end < lines.len() {
        text.push_str("\n…");
    }
    Some(Example { path: file.path.clone(), text: text.trim_matches('\n').to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fixture::parse;

    #[test]
    fn examples_are_cut_around_the_mark_and_carry_no_markers() {
        let (bad, good) = examples(&parse("#: case bad\n#: file __init__.py\na = 1\nb = [  # expect: x-y\n]  # ok: z\n#: case good\n#: file a.py\n\u{e9} = 1\n").unwrap(), "x-y");
        let bad = bad.unwrap();
        assert_eq!((bad.path.as_str(), bad.text.as_str()), ("__init__.py", "a = 1\nb = [\n]"));
        assert_eq!(good.unwrap().text, "\u{e9} = 1");
        let long = format!("#: case a\n#: file a.py\n{}x  # expect: r\n{}", "y\n".repeat(20), "z\n".repeat(20));
        let text = examples(&parse(&long).unwrap(), "r").0.unwrap().text;
        assert_eq!(text.lines().count(), 2 * CONTEXT + 3, "{text}");
        assert!(text.contains("\nx\n") && text.starts_with("…\n") && text.ends_with("\n…"));
    }
}
