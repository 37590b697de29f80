//! What a command does, by its known pieces.

use super::texts::pieces_of;
use crate::source::python::flow::{Engine, Kind, Piece, Val};

/// Folders that everybody on the machine may write to.
const SHARED: &[&str] = &["/tmp/", "/var/tmp/", "/dev/shm/"];

/// Whether the program lies in a folder for temporary files.
pub(super) fn temporary(engine: &Engine<'_, '_>, value: &Val) -> bool {
    value.alternatives().any(|value| {
        let program = match &value.kind {
            Kind::Seq(seq) => match seq.items.first() {
                Some(first) => first,
                None => return false,
            },
            _ => value,
        };
        let start = start(engine, program, 4);
        SHARED.iter().any(|folder| start.trim_start().starts_with(folder))
    })
}

/// How a text or a path begins, as far as it is known.
fn start(engine: &Engine<'_, '_>, value: &Val, left: u8) -> String {
    if left == 0 {
        return String::new();
    }
    match &value.kind {
        Kind::Text(pieces) => match pieces.first() {
            Some(Piece::Literal(text)) => text.to_string(),
            Some(Piece::Hole(hole)) => start(engine, hole, left - 1),
            None => String::new(),
        },
        Kind::Made(made) => match engine.path_of(&made.callee) {
            Some("tempfile.gettempdir") => "/tmp/".to_owned(),
            Some("os.path.join" | "pathlib.Path" | "builtins.str" | "os.fspath") => {
                let first = made.args.pos.first().map(|first| start(engine, first, left - 1)).unwrap_or_default();
                if made.args.pos.len() > 1 && !first.ends_with('/') { format!("{first}/") } else { first }
            }
            Some("pathlib.Path().joinpath") => match &made.callee.kind {
                Kind::Method(_, base) => format!("{}/", start(engine, base, left - 1).trim_end_matches('/')),
                _ => String::new(),
            },
            _ => String::new(),
        },
        _ => value.as_str().unwrap_or_default().to_owned(),
    }
}

/// Whether a command connects a shell with another machine.
pub(super) fn remote_shell(value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '|')).collect();
    let word = |wanted: &str| words.iter().any(|word| word.rsplit('/').next() == Some(wanted));
    let shell = ["sh", "bash", "zsh", "cmd.exe", "powershell"].iter().any(|shell| word(shell));
    let netcat = ["nc", "ncat", "netcat"].iter().any(|name| word(name));
    text.contains("/dev/tcp/") && (shell || text.contains("exec"))
        || text.contains("/dev/udp/") && shell
        || netcat && (["-e", "-c", "--exec", "--sh-exec"].iter().any(|option| words.contains(option)) || shell)
        || word("socat") && (text.contains("exec:") || text.contains("system:"))
        || text.contains("socket.socket") && (text.contains("dup2") || text.contains("pty.spawn"))
        || text.contains("net.sockets.tcpclient")
}

/// Whether none of the data from outside can be taken for an option: it stands behind a text of our own.
pub(super) fn behind_text(value: &Val) -> bool {
    let Kind::Seq(seq) = &value.kind else { return false };
    !seq.open
        && seq.items.iter().filter(|item| !item.origins().is_empty()).all(|item| match &item.kind {
            Kind::Text(pieces) => {
                matches!(pieces.first(), Some(Piece::Literal(text)) if !text.trim_start_matches('-').is_empty())
            }
            _ => false,
        })
}
