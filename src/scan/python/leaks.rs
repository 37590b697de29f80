//! Which data is secret, by the name under which it is read.

use crate::source::python::flow::{Engine, Kind, Piece, StepKind, Taint, Val};

/// The start of the way of data, by its name: `os.environ[HOME]`.
fn root(taint: &Taint) -> Option<&str> {
    let mut step = &taint.step;
    while let Some(before) = &step.before {
        step = before;
    }
    match &step.what {
        StepKind::Source(name) => Some(&**name),
        _ => None,
    }
}

/// Where the data in a value starts.
pub(super) fn roots(value: &Val) -> Vec<&str> {
    value.origins().iter().filter_map(root).collect()
}

/// Whether the environment or the configuration is in it as a whole, or one of the keys of the site itself.
pub(super) fn leaks(engine: &Engine<'_, '_>, value: &Val, sent: bool) -> bool {
    value.origins().iter().any(|taint| {
        let root = root(taint).unwrap_or_default();
        // The host hands its whole configuration to some handlers, and takes it back from them.
        if root == "hook argument config" {
            return sent && itself(engine, value, taint, 8);
        }
        let ours = ["os.environ", "os.getenv", "flask.current_app", "flask.Flask()", "keyring", "getpass"]
            .iter()
            .any(|path| root.starts_with(path));
        ours && match root.split_once('[') {
            Some((_, part)) => {
                let part = part.trim_end_matches(']').to_ascii_uppercase();
                [
                    "SECRET_KEY",
                    "DATABASE_URI",
                    "DATABASE_URL",
                    "SQLALCHEMY",
                    "AWS_SECRET",
                    "SECURITY_PASSWORD_SALT",
                    "JWT_SECRET",
                ]
                .iter()
                .any(|key| part.contains(key))
            }
            None => root != "os.environ.get()" && !root.ends_with("config.get") && root != "os.getenv()",
        }
    })
}

/// Parts of the paths of files that are private.
pub(super) const PRIVATE: &[&str] = &[
    "/etc/passwd",
    "/etc/shadow",
    ".ssh/",
    "id_rsa",
    "id_ed25519",
    ".aws/credentials",
    ".env",
    "instance/config",
    ".netrc",
    ".pgpass",
    ".docker/config",
    ".kube/config",
    "config.py",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    "wallet",
    "login data",
    "cookies.sqlite",
    ".db",
    ".sqlite",
    "secret",
    "users.json",
    "credentials",
    "config.json",
];

/// Words in the names of what nobody else should read.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "private_key",
    "authorization",
    "credit",
    "cvv",
    "database_url",
    "database_uri",
];

/// Whether what is read under this name is a secret: `os.environ[API_KEY]`.
pub(super) fn names_secret(root: &str) -> bool {
    root.split_once('[').is_some_and(|(_, part)| {
        let part = part.to_ascii_lowercase();
        SECRET.iter().any(|word| part.contains(word))
    })
}

/// Whether a value says a secret: one that was read under such a name, or the configuration or the environment as a
/// whole.
pub(super) fn logged_secret(engine: &Engine<'_, '_>, value: &Val) -> bool {
    value.origins().iter().any(|taint| {
        let root = root(taint).unwrap_or_default();
        let whole = root.ends_with("secret_key")
            || ["flask.current_app.config", "os.environ"].iter().any(|all| {
                root.strip_prefix(all)
                    .is_some_and(|rest| ["", ".items", ".copy", ".values"].contains(&rest.trim_end_matches("()")))
            });
        let named = root.starts_with("name of");
        match root.contains('[') {
            // What was made with a token is no token.
            true if named => says_secret(root) && itself(engine, value, taint, 8),
            true => names_secret(root),
            false => whole && itself(engine, value, taint, 8),
        }
    })
}

/// Calls that say what they are given in other words.
const SAME: &[&str] = &[
    "str",
    "repr",
    "format",
    "dumps",
    "encode",
    "decode",
    "strip",
    "join",
    "dict",
    "items",
    "values",
    "copy",
    "list",
    "sorted",
    "hex",
    "b64encode",
    "quote",
];

/// Whether a name ends in the word for a secret: `db_password`, and not `token_bucket`.
fn says_secret(root: &str) -> bool {
    const LAST: &[&str] = &["password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "cvv"];
    const KEYS: &[&str] = &["api", "private", "secret", "access", "auth", "encryption", "signing"];
    let name = root.split_once('[').map_or("", |(_, name)| name.trim_end_matches(']')).trim_matches('_');
    let mut plain = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && name[..at].ends_with(char::is_lowercase) {
            plain.push('_');
        }
        plain.extend(c.to_lowercase());
    }
    let mut words = plain.rsplit(['_', '-']);
    match words.next() {
        Some("key") => words.next().is_some_and(|before| KEYS.contains(&before)),
        Some(last) => LAST.contains(&last),
        None => false,
    }
}

/// Whether a value is what came from there, and not something that was made with it.
fn itself(engine: &Engine<'_, '_>, value: &Val, from: &Taint, left: u8) -> bool {
    let of = |value: &Val| value.origins().iter().any(|taint| taint.origin == from.origin);
    if left == 0 || !of(value) {
        return false;
    }
    let inside = |value: &Val| itself(engine, value, from, left - 1);
    match &value.kind {
        Kind::Text(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if inside(hole))),
        Kind::Seq(seq) => seq.items.iter().take(32).any(inside),
        Kind::Dict(dict) => dict.entries.iter().take(32).any(|(_, value)| inside(value)),
        Kind::Union(members) => members.iter().any(inside),
        Kind::Made(made) => {
            let receiver = match &made.callee.kind {
                Kind::Method(_, receiver) => Some(&**receiver),
                Kind::Attr(pair) => Some(&pair.0),
                _ => None,
            };
            let given: Vec<&Val> = made.args.values().chain(receiver).filter(|value| of(value)).collect();
            if given.is_empty() {
                return true;
            }
            let name = match &made.callee.kind {
                Kind::Attr(pair) => engine.text(pair.1),
                _ => engine.path_of(&made.callee).map_or("", |path| path.rsplit('.').next().unwrap_or(path)),
            };
            SAME.contains(&name) && given.into_iter().any(inside)
        }
        Kind::Attr(pair) => !of(&pair.0),
        // A loop over all names and values says the values.
        Kind::Item(pair) => !of(&pair.0) || matches!(pair.0.kind, Kind::Made(_) | Kind::Item(_)) && inside(&pair.0),
        Kind::Method(_, receiver) => !of(receiver),
        Kind::Instance(_) => false,
        // What a long way has made of it is not known.
        Kind::Unknown => from.step.before.as_ref().is_none_or(|before| before.before.is_none()),
        _ => true,
    }
}
