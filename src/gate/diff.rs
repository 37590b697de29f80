//! What fixes would change, as a unified diff that `patch -p1` and `git apply` read.

use similar::TextDiff;

use super::fix::Mended;

/// The diff of all files, in order. `colour` is for terminals.
#[must_use]
pub fn diff(files: &[Mended], colour: bool) -> String {
    let mut out = String::new();
    for file in files {
        let path = match file.root.as_str() {
            "" | "." => file.path.clone(),
            root => format!("{root}/{}", file.path),
        };
        let before = file.before.as_ref().map_or("", |source| source.text());
        let old = if file.before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
        let diff = TextDiff::from_lines(before, file.after.text());
        let text = diff.unified_diff().context_radius(3).header(&old, &format!("b/{path}")).to_string();
        if colour {
            text.lines().for_each(|line| painted(line, &mut out));
        } else {
            out.push_str(&text);
        }
    }
    out
}

fn painted(line: &str, out: &mut String) {
    let code = match line.as_bytes().first() {
        _ if line.starts_with("---") || line.starts_with("+++") => "1",
        Some(b'+') => "32",
        Some(b'-') => "31",
        Some(b'@') => "36",
        _ => "0",
    };
    out.push_str(&format!("\u{1b}[{code}m"));
    // A file must not steer the terminal.
    line.chars().for_each(|c| match c {
        '\t' => out.push(c),
        c if c.is_control() => out.extend(c.escape_default()),
        c => out.push(c),
    });
    out.push_str("\u{1b}[0m\n");
}
