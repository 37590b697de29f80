//! Commands that send secrets away: by a program that is given them, or that reads what another one says.

use super::leaks::{leaks, payload};
use super::texts::pieces_of;
use crate::source::python::flow::{Engine, Val};

/// Programs that send what they are given to another machine.
const SENDERS: &[&str] =
    &["curl", "wget", "nc", "ncat", "netcat", "socat", "scp", "rsync", "sftp", "ftp", "http", "telnet"];

/// Programs that say what is in the environment.
const SAYERS: &[&str] = &["env", "printenv", "set", "export"];

/// Whether a command sends the keys of the site, its environment, or private files to another machine.
pub(super) fn carried_away(engine: &Engine<'_, '_>, value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '"' | '\'' | '`' | '(' | ')' | '$'))
        .filter(|word| !word.is_empty())
        .collect();
    let is = |all: &[&str]| words.iter().any(|word| all.contains(&word.rsplit('/').next().unwrap_or(word)));
    if !is(SENDERS) {
        return false;
    }
    let handed_on = text.contains('|') || text.contains("$(") || text.contains('`');
    let uploads = ["-d@", "--data", "-d ", "-f ", "-t ", "--post-file", "--upload-file", "@"];
    leaks(engine, value, true)
        || handed_on && is(SAYERS)
        || (handed_on || uploads.iter().any(|way| text.contains(way)))
            && is(&["cat", "tar", "curl", "wget"])
            && payload(value)
}
