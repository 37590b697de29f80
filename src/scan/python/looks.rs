//! What a value looks like: a command, a private file, a secret, an answer to a browser.

use super::answers::{headers, is_near, last_of, response};
use super::leaks::{leaks, logged_secret, root, roots};
use super::texts::{
    commit, hub_name, literals, markup, names_only, open_host, pieces_of, put_together, query, secret, tagged,
    web_address,
};
use crate::scan::secrets::is_random;
use crate::source::python::flow::{Engine, Kind, Kinds, Piece, Taint, Val};

/// Whether a value looks like what a rule is about.
pub(super) fn looks(engine: &Engine<'_, '_>, value: &Val, like: &str) -> bool {
    match like {
        "" => true,
        // What `text(…)` makes was looked at there.
        "sql" => value.alternatives().any(|value| !made_by(engine, value, "sqlalchemy.text") && query(&literals(value))),
        // Values are data there, not names of tables and databases, for which no query has a parameter.
        "sql-data" => {
            looks(engine, value, "sql") && value.alternatives().any(|value| { let text = literals(value); query(&text) && !names_only(&text) })
        }
        "csrf-name" => is_csrf(&value.as_str().map(str::to_owned).or_else(|| engine.name_of(value).map(|name| name.to_string())).unwrap_or_default()),
        "drawn" => value.alternatives().any(|value| !matches!(value.kind, Kind::Item(_) | Kind::Attr(_) | Kind::Method(..))),
        "html" => value.alternatives().any(|value| markup(value) || tagged(engine, value, 6)),
        "unquoted" => value.alternatives().any(super::texts::unquoted),
        "host" => value.alternatives().any(|value| open_host(engine, value)),
        "http" => value.alternatives().any(|value| {
            let text = literals(value);
            let text = text.trim_start();
            let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("ftp://"));
            rest.is_some_and(|rest| !is_near(rest))
        }),
        "some" => value.alternatives().any(|value| value.as_bytes().is_some_and(|text| !text.is_empty())),
        "empty" => value.alternatives().any(|value| value.as_bytes().is_some_and(<[u8]>::is_empty)),
        "local-url" => value.alternatives().any(|value| literals(value).to_ascii_lowercase().starts_with("file:")),
        "host-header" => open_host(engine, value) && literals(value).contains("://") && roots(value).into_iter().any(|root| root.starts_with("flask.request.host") || root.starts_with("flask.request.url_root") || root.eq_ignore_ascii_case("flask.request.headers[host]")),
        // The first unknown piece is the host, or its end.
        "host-hole" => match &value.kind {
            Kind::Text(pieces) => open_host(engine, value) && web_address(pieces) && matches!(pieces.get(1), Some(Piece::Hole(hole)) if !hole.origins().is_empty()),
            _ => false,
        },
        "maybe-html" => value.alternatives().any(|value| !matches!(value.kind, Kind::Dict(_) | Kind::Seq(_) | Kind::Const(_))),
        "site-key" => value.alternatives().any(|value| match &value.kind {
            Kind::Item(pair) => pair.1.as_str().is_some_and(|key| key.eq_ignore_ascii_case("secret_key")),
            Kind::Attr(pair) => engine.text(pair.1) == "secret_key",
            Kind::Method(path, _) | Kind::Path(path) => engine.text_of(*path).ends_with(".secret_key"),
            Kind::Made(made) => made.args.pos.first().and_then(Val::as_str) == Some("SECRET_KEY"),
            _ => false,
        }),
        "unescaped" => value.alternatives().any(unescaped),
        "slow-pattern" => value.alternatives().any(|value| value.as_str().is_some_and(super::patterns::slow)),
        "fast-hash" => value.alternatives().any(|value| hashed_by(engine, value, &["hashlib.", "Cryptodome.Hash.", "cryptography.hazmat.primitives.hashes."], 8)),
        "password-inside" => match &value.kind {
            Kind::Dict(dict) => dict.entries.iter().any(|(key, _)| key.as_str().is_some_and(|key| ["password", "passwd", "pwd", "secret"].contains(&key.to_ascii_lowercase().as_str()))),
            _ => false,
        },
        // What looks drawn by lot is told as a secret, wherever it stands.
        "password-text" => value.alternatives().any(|value| value.as_str().is_some_and(|text| secret(text) && !is_random(text))),
        "given-password" => value.alternatives().any(|value| {
            value.as_str().is_some_and(|text| (4..=128).contains(&text.len()) && !text.contains([' ', '<', '{', '\n']))
        }),
        "token" => value.alternatives().any(|value| value.as_str().is_some_and(crate::scan::secrets::is_token)),
        "secret" => value.alternatives().any(|value| value.as_str().is_some_and(secret)),
        "url" => value.alternatives().any(|value| {
            let text = literals(value);
            text.contains("://") || text.starts_with("//")
        }),
        "put-together" => value.alternatives().any(|value| put_together(engine, value)),
        "hub-name" => value.alternatives().any(|value| value.as_str().is_some_and(hub_name)),
        "movable" => value.alternatives().any(|value| value.as_str().is_some_and(|text| !commit(text))),
        "built" => value.alternatives().any(|value| matches!(value.kind, Kind::Text(_))),
        // Whoever sends it also chooses the names in it.
        "own-names" => looks(engine, value, "whole") && value.origins().iter().any(|taint| !taint.origin.is_item() && !taint.cleared.has(Kinds::ALL)),
        "any-origin" => super::setup::any_origin(value),
        "open-resources" => super::setup::open_resources(value),
        "location" => headers(value, |name, value| name.eq_ignore_ascii_case("location") && open_host(engine, value)),
        "headers" => headers(value, |name, _| !name.eq_ignore_ascii_case("location")),
        "answer-location" => last_of(value).is_some_and(|last| looks(engine, last, "location")),
        "answer-headers" => last_of(value).is_some_and(|last| looks(engine, last, "headers")),
        // Whoever chooses a name after a fixed beginning chooses among our own.
        "unprefixed" => !matches!(&value.kind, Kind::Text(pieces) if matches!(pieces.first(), Some(Piece::Literal(_)))),
        "argv" => argv(value),
        "argument" => !argv(value) && !after_dashes(value) && !super::commands::behind_text(value),
        "temp-program" => super::commands::temporary(engine, value),
        "remote-shell" => super::commands::remote_shell(value),
        "miner" => has_any(value, &["stratum+tcp", "stratum+ssl", "xmrig", "cpuminer", "minerd", "nicehash", "coinhive", "cryptonight"]),
        "secret-value" => value.alternatives().any(|value| value.as_str().is_some_and(secret)),
        "password" => roots(value).into_iter().any(|root| {
            let root = root.to_ascii_lowercase();
            ["password", "passwd", "pwd", "passphrase"].iter().any(|word| root.contains(word))
        }),
        "typed-password" => super::leaks::typed_password(value),
        "carried-away" => super::carried::carried_away(engine, value),
        "weak-hash" => weak_hash(engine, value),
        "whole" => {
            !matches!(value.kind, Kind::Text(_) | Kind::Seq(_) | Kind::Dict(_)) && !made_by(engine, value, "sqlalchemy.text")
        }
        "response" => response(engine, value),
        "path" => path_built(engine, value),
        "page-path" => path_built(engine, value) && of_page(value),
        "temp" => value.alternatives().any(|value| value.as_str().is_some_and(|text| ["/tmp/", "/var/tmp/", "/dev/shm/"].iter().any(|folder| text.starts_with(folder)))),
        "code" => code_path(engine, value),
        "key" => value.alternatives().any(|value| value.as_str().is_some_and(secret) || matches!(value.as_const(), Some(crate::source::python::syntax::Constant::Bytes(bytes)) if std::str::from_utf8(bytes).is_ok_and(secret))),
        "leak" => leaks(engine, value, true),
        "leak-answer" => leaks(engine, value, false),
        "payload" => super::leaks::payload(value),
        "secret-name" => logged_secret(engine, value),
        "host-file" => super::site::is_host_file(engine, value),
        "public-file" => super::site::is_public(engine, value),
        "site-data" => super::site::is_site_data(engine, value),
        "system-log" => super::site::is_system_log(engine, value),
        "encrypted" => super::site::is_encrypted(engine, value, 8),
        "kept-by-others" => super::site::is_of_others(engine, value),
        "destroys" => super::commands::destroys(engine, value),
        "visitor" => super::leaks::visitor(value),
        "watched-visitor" => super::leaks::watched_visitor(engine, value),
        "identity" => super::leaks::identity(value),
        "command-output" => super::leaks::command_output(value),
        "rows" => super::leaks::rows(engine, value),
        "shell" => super::commands::is_shell(engine, value),
        "fetches" => super::commands::fetches(engine, value),
        "script-text" => super::commands::is_script(value),
        "startup-text" => super::startup::is_startup_text(value),
        "startup" => super::startup::is_startup(engine, value),
        "startup-command" => super::startup::stays(value),
        "install" => installs(value),
        "socket" => socket(engine, value),
        // The same words as in `where`.
        _ => like.contains(':') && super::conditions::holds(engine, Some(value), like),
    }
}

/// Whether a value is what a call of this makes.
fn made_by(engine: &Engine<'_, '_>, value: &Val, path: &str) -> bool {
    matches!(&value.kind, Kind::Made(made) if engine.path_of(&made.callee) == Some(path))
}

/// Whether a value is the result of a hash that is broken.
fn weak_hash(engine: &Engine<'_, '_>, value: &Val) -> bool {
    let broken = |path: Option<&str>| {
        path.is_some_and(|path| {
            ["hashlib.md5", "hashlib.sha1", "hashlib.md4", "zlib.crc32"].iter().any(|name| path.starts_with(name))
        })
    };
    match &value.kind {
        Kind::Made(made) => broken(engine.path_of(&made.callee)),
        Kind::Method(..) => broken(engine.path_of(value)),
        Kind::Union(members) => members.iter().any(|member| weak_hash(engine, member)),
        _ => false,
    }
}

/// Whether a template has an ending for which Flask does not escape.
fn unescaped(value: &Val) -> bool {
    let end = match &value.kind {
        Kind::Const(_) => value.as_str(),
        Kind::Text(pieces) => match pieces.last() {
            Some(Piece::Literal(end)) => Some(&**end),
            _ => None,
        },
        _ => None,
    };
    end.is_some_and(|end| ![".html", ".htm", ".xml", ".xhtml", ".svg"].iter().any(|known| end.ends_with(known)))
}

/// Whether a value was made by a function of one of these modules, or by a method of what one made.
fn hashed_by(engine: &Engine<'_, '_>, value: &Val, modules: &[&str], left: u8) -> bool {
    if left == 0 {
        return false;
    }
    let of = |value: &Val| hashed_by(engine, value, modules, left - 1);
    match &value.kind {
        Kind::Path(path) => modules.iter().any(|module| engine.text_of(*path).starts_with(module)),
        Kind::Method(path, receiver) => {
            modules.iter().any(|module| engine.text_of(*path).starts_with(module)) || of(receiver)
        }
        Kind::Made(made) => of(&made.callee) || made.args.pos.first().is_some_and(of),
        Kind::Attr(pair) => of(&pair.0),
        _ => false,
    }
}

/// Whether a value is a socket, or its number.
pub(super) fn socket(engine: &Engine<'_, '_>, value: &Val) -> bool {
    match &value.kind {
        Kind::Made(made) => {
            let path = engine.path_of(&made.callee).unwrap_or_default();
            path.starts_with("socket.")
                || path.starts_with("ssl.") && path.ends_with("wrap_socket")
                || made.args.pos.first().and_then(Val::as_str) == Some("socket")
                || socket(engine, &made.callee)
        }
        Kind::Method(_, receiver) => socket(engine, receiver),
        Kind::Attr(pair) => socket(engine, &pair.0),
        Kind::Union(members) => members.iter().any(|member| socket(engine, member)),
        _ => false,
    }
}

/// Whether a name is one of a token against forged requests, which scripts have to read.
fn is_csrf(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    last.contains("csrf") || last.contains("xsrf")
}

fn has_any(value: &Val, words: &[&str]) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// Whether a command installs software, or fetches a program and runs it.
fn installs(value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == '"' || c == '\'').collect();
    let word = |wanted: &str| words.iter().any(|word| word.rsplit('/').next() == Some(wanted));
    let installer = [
        "pip",
        "pip3",
        "apt",
        "apt-get",
        "npm",
        "yum",
        "apk",
        "brew",
        "gem",
        "conda",
        "easy_install",
        "uv",
        "dnf",
        "poetry",
    ];
    let fetches = word("curl") || word("wget");
    let runs = ["sh", "bash", "python", "python3", "perl", "zsh"].iter().any(|shell| word(shell))
        && (text.contains('|') || text.contains("&&") || text.contains(';'));
    installer.iter().any(|name| word(name)) && (word("install") || word("add"))
        || fetches && (runs || text.contains("chmod"))
        || word("git") && (word("pull") || word("clone"))
        || word("powershell") && text.contains("downloadstring")
}

/// Whether a value is a path that was put together, not an open file.
fn path_built(engine: &Engine<'_, '_>, value: &Val) -> bool {
    match &value.kind {
        Kind::Text(_) => true,
        Kind::Union(members) => members.iter().any(|member| path_built(engine, member)),
        Kind::Made(made) => engine
            .path_of(&made.callee)
            .is_some_and(|path| path.starts_with("os.path.") || path.starts_with("pathlib.")),
        Kind::Method(path, _) => engine.text_of(*path).ends_with("filename"),
        _ => false,
    }
}

/// Whether something of a page, as it is, is in a value; what the configuration says is the site's own.
fn of_page(value: &Val) -> bool {
    let untouched = value.origins().iter().filter(|taint| taint.cleared == Kinds::NONE);
    untouched.filter_map(root).any(|root| {
        root.starts_with("hook argument") && !root.starts_with("hook argument config")
            || root.starts_with("filter argument")
    })
}

/// Whether the data is more than an argument of a program that the plugin chose: a command line, the program itself,
/// or an argument of an interpreter.
fn argv(value: &Val) -> bool {
    const RUNNERS: &[&str] = &[
        "sh",
        "bash",
        "zsh",
        "dash",
        "ksh",
        "fish",
        "python",
        "python3",
        "perl",
        "ruby",
        "node",
        "php",
        "env",
        "cmd",
        "cmd.exe",
        "powershell",
        "pwsh",
        "ssh",
        "sudo",
        "su",
        "xargs",
        "nohup",
        "eval",
        "awk",
        "tclsh",
        "lua",
        "osascript",
        "busybox",
        "docker",
        "git",
    ];
    // The settings of the site may say which program it is.
    let chosen = |taint: &Taint| {
        let ours = |root: &str| ["flask.current_app", "os.environ", "os.getenv"].iter().any(|of| root.starts_with(of));
        !taint.cleared.has(Kinds::ALL) && !root(taint).is_some_and(ours)
    };
    let runs = |program: &str| RUNNERS.contains(&program.rsplit(['/', '\\']).next().unwrap_or(program));
    match &value.kind {
        Kind::Seq(seq) => match seq.items.first() {
            Some(first) if first.origins().iter().any(chosen) => true,
            Some(first) => first.alternatives().any(|program| match (program.as_str(), &program.kind) {
                // What stands behind `--` is no option of git.
                (Some("git"), _) => !after_dashes(value),
                (Some(program), _) => runs(program),
                // `shutil.which("convert")`
                (None, Kind::Made(made)) => made.args.pos.iter().filter_map(Val::as_str).any(runs),
                (None, Kind::Path(_) | Kind::Unknown) => true,
                _ => false,
            }),
            None => true,
        },
        Kind::Union(members) => members.iter().any(argv),
        _ => true,
    }
}

/// Whether all that comes from outside stands behind `--`, where no program takes it for an option.
fn after_dashes(value: &Val) -> bool {
    let Kind::Seq(seq) = &value.kind else { return false };
    let dashes = seq.items.iter().position(|item| item.as_str() == Some("--"));
    let dirty = seq.items.iter().position(|item| !item.origins().is_empty());
    matches!((dashes, dirty), (Some(dashes), Some(dirty)) if dashes < dirty)
}

/// Whether code may be in the file of this path.
fn code_path(engine: &Engine<'_, '_>, value: &Val) -> bool {
    let own_file = |value: &Val| engine.path_of(value) == Some("builtins.__file__");
    let made_of_it = matches!(&value.kind, Kind::Made(made) if engine.path_of(&made.callee) == Some("pathlib.Path") && made.args.pos.first().is_some_and(own_file));
    if own_file(value) || made_of_it {
        return true;
    }
    let text = pieces_of(value).to_ascii_lowercase();
    text.split([' ', '\u{0}']).any(|part| [".py", ".pyc", ".pth", ".so", ".pyd"].iter().any(|end| part.ends_with(end)))
}
