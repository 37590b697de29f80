//! What a command does, by its known pieces.

use super::paths::{file_name, paths};
use super::texts::pieces_of;
use crate::source::python::flow::{Args, Engine, Kind, Piece, Val};

/// Folders that everybody on the machine may write to.
const SHARED: &[&str] = &["/tmp/", "/var/tmp/", "/dev/shm/"];

/// Programs that run the program that is named behind them.
const WRAPPERS: &[&str] = &[
    "nohup",
    "sudo",
    "env",
    "nice",
    "ionice",
    "setsid",
    "timeout",
    "exec",
    "start",
    "stdbuf",
    "unbuffer",
    "xargs",
    "doas",
    "su",
    "systemd-run",
    "sh",
    "bash",
    "dash",
    "zsh",
    "ash",
    "ksh",
    "python",
    "python3",
    "perl",
    "ruby",
    "node",
    "php",
    "cmd",
    "cmd.exe",
    "/c",
    "<python>",
];

/// Shells, and what is as good as one.
const SHELLS: &[&str] = &[
    "sh",
    "bash",
    "dash",
    "zsh",
    "ash",
    "ksh",
    "fish",
    "busybox",
    "cmd",
    "cmd.exe",
    "powershell",
    "powershell.exe",
    "pwsh",
];

/// The simple commands in a command, each as its words, as far as they are known.
fn commands(engine: &Engine<'_, '_>, value: &Val) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for value in value.alternatives() {
        match &value.kind {
            Kind::Seq(seq) => {
                let items = seq.items.iter().take(32).filter_map(|item| paths(engine, item).into_iter().next());
                let items: Vec<String> = items.collect();
                // `["sh", "-c", "…"]`: the text is a command of its own.
                if let Some(at) = items.iter().position(|item| item == "-c" || item == "/c") {
                    all.extend(items.get(at + 1).into_iter().flat_map(|text| simple(text)));
                }
                all.push(items);
            }
            _ => all.extend(paths(engine, value).iter().flat_map(|text| simple(text))),
        }
    }
    all
}

/// The simple commands in a text for a shell.
fn simple(text: &str) -> Vec<Vec<String>> {
    let parts = text.split([';', '|', '&', '\n', '`', '(', ')', '{', '}']);
    let words = |part: &str| {
        let words = part.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect::<Vec<String>>()
    };
    parts.map(words).filter(|words| !words.is_empty()).take(32).collect()
}

/// The programs that a simple command runs: the first word, and what stands behind a program that runs another one.
fn programs(words: &[String]) -> Vec<&str> {
    let mut found = Vec::new();
    for word in words {
        if word.starts_with('-') || word.contains('=') || word.chars().all(|c| c.is_ascii_digit()) {
            continue;
        }
        found.push(word.as_str());
        if !WRAPPERS.contains(&file_name(word)) {
            break;
        }
    }
    found
}

/// The programs and scripts that a command runs.
pub(super) fn run_by(engine: &Engine<'_, '_>, value: &Val) -> Vec<String> {
    let all = commands(engine, value);
    all.iter().flat_map(|words| programs(words)).map(str::to_owned).collect()
}

/// Whether the program lies in a folder for temporary files.
pub(super) fn temporary(engine: &Engine<'_, '_>, value: &Val) -> bool {
    commands(engine, value).iter().any(|words| {
        let shared = |program: &&str| {
            // A folder that was made for this program alone is nobody else's.
            SHARED.iter().any(|folder| program.strip_prefix(folder).is_some_and(|rest| !rest.starts_with('\u{1}')))
        };
        programs(words).iter().any(shared)
    })
}

/// Whether a command starts a shell, or an interpreter that waits for what to do.
pub(super) fn is_shell(engine: &Engine<'_, '_>, value: &Val) -> bool {
    commands(engine, value).iter().any(|words| {
        programs(words).iter().any(|program| {
            let name = file_name(program);
            SHELLS.contains(&name)
                || name.starts_with("python") && words.len() <= 2
                || *program == "<python>" && words.len() <= 2
        })
    })
}

/// Whether a command puts something from the network into a file.
pub(super) fn fetches(engine: &Engine<'_, '_>, value: &Val) -> bool {
    commands(engine, value).iter().any(|words| {
        let names = programs(words);
        let program = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&file_name(name)));
        let option = |wanted: &[&str]| words.iter().any(|word| wanted.iter().any(|option| word.starts_with(option)));
        // `-sSLo file`: several options in one word.
        let short = |word: &String| word.starts_with('-') && !word.starts_with("--") && word.contains('o');
        program(&["curl"])
            && (option(&["--output"]) || words.iter().any(short) || words.iter().any(|word| word.starts_with('>')))
            || program(&["wget", "aria2c", "scp", "rsync", "sftp", "ftp", "certutil", "bitsadmin"])
            || program(&["git"]) && words.iter().any(|word| word == "clone")
    })
}

/// Whether a command deletes what is not the plugin's: the machine's folders, its disks, its logs.
pub(super) fn destroys(engine: &Engine<'_, '_>, value: &Val) -> bool {
    commands(engine, value).iter().any(|words| {
        let names = programs(words);
        let program = |wanted: &str| names.iter().any(|name| file_name(name) == wanted);
        let all = words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('r'))
            || words.iter().any(|word| word == "--recursive");
        let root = |word: &String| super::site::is_root(word.trim_end_matches("/*"));
        let emptied = words.windows(2).any(|pair| pair[0].ends_with('>') && super::site::is_log(&pair[1]))
            || words.iter().any(|word| word.starts_with('>') && super::site::is_log(word.trim_start_matches('>')));
        emptied
            || (program("rm") || program("truncate")) && words.iter().any(|word| super::site::is_log(word))
            || program("history") && words.iter().any(|word| word == "-c")
            || program("rm") && all && words.iter().any(root)
            || names.iter().any(|name| file_name(name).starts_with("mkfs"))
            || program("dd") && words.iter().any(|word| word.starts_with("of=/dev/"))
            || (program("shred") || program("wipe")) && words.iter().any(|word| word.starts_with('/'))
            || program("find") && words.iter().any(|word| word == "-delete") && words.iter().any(root)
    })
}

/// The programs for Python that a command gives it as arguments: `[sys.executable, "-c", "…"]`.
pub(super) fn for_python<'v>(engine: &Engine<'_, '_>, args: &'v Args) -> Vec<&'v Val> {
    let lists = args.values().flat_map(Val::alternatives).filter_map(|value| match &value.kind {
        Kind::Seq(seq) => Some(seq.items.as_slice()),
        _ => None,
    });
    let told = |items: &'v [Val]| {
        let at = items.iter().position(|item| item.as_str() == Some("-c"))?;
        let program = |item: &Val| {
            engine.path_of(item) == Some("sys.executable")
                || item.as_str().is_some_and(|text| file_name(text).starts_with("python"))
        };
        items[..at].iter().any(program).then(|| items.get(at + 1)).flatten()
    };
    lists.filter_map(told).collect()
}

/// Whether a text is a script that a shell runs.
pub(super) fn is_script(value: &Val) -> bool {
    value.alternatives().any(|value| {
        let text = pieces_of(value);
        let text = text.trim_start();
        text.starts_with("#!/") || text.to_ascii_lowercase().starts_with("@echo off")
    })
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
        && seq.items.iter().skip(1).filter(|item| !item.origins().is_empty()).all(|item| match &item.kind {
            Kind::Text(pieces) => {
                matches!(pieces.first(), Some(Piece::Literal(text)) if !text.trim_start_matches('-').is_empty())
            }
            _ => false,
        })
}
