//! Which data is secret, by the name under which it is read.

use super::texts::pieces_of;
use crate::source::python::flow::{Engine, Kind, Kinds, Piece, StepKind, Taint, Val};

/// The start of the way of data, by its name: `os.environ[HOME]`.
pub(super) fn root(taint: &Taint) -> Option<&str> {
    match &taint.step.first().what {
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
    // What was made with a key, and does not show it, is none.
    value.origins().iter().filter(|taint| !taint.cleared.has(Kinds::ALL)).any(|taint| {
        let root = root(taint).unwrap_or_default();
        // The host hands its whole configuration to some handlers, and takes it back from them.
        if root == "hook argument config" {
            return sent && itself(engine, value, taint, 8);
        }
        let ours = ["os.environ", "os.getenv", "flask.current_app", "flask.Flask()", "keyring", "getpass"]
            .iter()
            .any(|path| root.starts_with(path));
        // Rows of a database whose address is in the environment are not the address.
        let told = sent || itself(engine, value, taint, 8);
        ours && told
            && match root.split_once('[') {
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
const PRIVATE: &[&str] = &[
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
    ".aws/",
    ".azure/",
    ".gnupg/",
    ".kube/",
    ".config/gcloud",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    "/proc/self/environ",
    "local state",
    "web data",
    "key4.db",
    "logins.json",
    "known_hosts",
    "keychain",
    "<instance>",
];

/// Whether a private file is in a value: by its path, or by where its data was read.
pub(super) fn payload(value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    // A folder as a whole, too.
    let is_private = |text: &str| {
        let text = format!("{text} ").replace(' ', "/ ");
        PRIVATE.iter().any(|part| text.contains(part))
    };
    is_private(&text)
        || roots(value).into_iter().any(|root| {
            root.split_once('[').is_some_and(|(_, part)| is_private(&part.trim_end_matches(']').to_ascii_lowercase()))
        })
}

/// Whether a value holds what makes a visitor of the site known, or may act for one: cookies, the session, headers with
/// keys, a form as a whole.
pub(super) fn visitor(value: &Val) -> bool {
    roots(value).into_iter().any(|root| {
        let (path, part) = root.split_once('[').unwrap_or((root, ""));
        let part = part.trim_end_matches(']').to_ascii_lowercase();
        let part = part.as_str();
        let whole = |all: &str| {
            part.is_empty()
                && path.strip_prefix(all).is_some_and(|rest| {
                    matches!(
                        rest.trim_end_matches("()"),
                        "" | ".items" | ".values" | ".to_dict" | ".copy" | ".lists" | ".listvalues"
                    )
                })
        };
        let has = |words: &[&str]| !part.is_empty() && words.iter().any(|word| part.contains(word));
        let form = path.starts_with("flask.request.form") || path.starts_with("flask.request.values");
        whole("flask.request.cookies")
            || whole("flask.session")
            || whole("flask.request.form")
            || whole("flask.request.values")
            || whole("flask.request.headers")
            || whole("flask.request.environ")
            || path.starts_with("flask.request.authorization")
            || path.starts_with("flask.request.cookies") && has(&["sess", "token", "auth", "remember", "jwt", "sid"])
            || path.starts_with("flask.request.headers") && has(&["authorization", "cookie", "token"])
            || (form || path.starts_with("flask.session")) && names_secret(root)
    })
}

/// The same, but for what the plugin's own forms are sent: what they hold the plugin has asked for.
pub(super) fn watched_visitor(engine: &Engine<'_, '_>, value: &Val) -> bool {
    let of_own_form = |taint: &Taint| {
        let form = ["flask.request.form", "flask.request.values"];
        let root = root(taint).unwrap_or_default();
        form.iter().any(|form| root.starts_with(form))
            && !names_secret(root)
            && engine.is_in_view(taint.step.first().at)
    };
    visitor(value) && !value.origins().iter().any(of_own_form)
}

/// Whether a password is in a value as a visitor has typed it.
pub(super) fn typed_password(value: &Val) -> bool {
    let as_typed = value.origins().iter().filter(|taint| !taint.cleared.has(Kinds::ALL));
    as_typed.filter_map(root).any(|root| {
        let root = root.to_ascii_lowercase();
        ["password", "passwd", "pwd", "passphrase"].iter().any(|word| root.contains(word))
    })
}

/// Whether a value tells which machine this is and whose: more than one thing about it, or the name of its user.
pub(super) fn identity(value: &Val) -> bool {
    let mut roots = roots(value);
    roots.retain(|root| {
        ["socket.get", "getpass.", "os.getlogin", "os.uname", "os.getcwd", "platform.", "uuid.getnode", "psutil."]
            .iter()
            .any(|start| root.starts_with(start))
    });
    roots.sort_unstable();
    roots.dedup();
    roots.len() > 1 || roots.iter().any(|root| root.starts_with("getpass.getuser") || root.starts_with("os.getlogin"))
}

/// Whether a value is what a program says about the machine, or about private files.
pub(super) fn command_output(value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '"')).collect();
    let asks = [
        "whoami",
        "id",
        "ifconfig",
        "ipconfig",
        "hostname",
        "printenv",
        "env",
        "netstat",
        "ps",
        "w",
        "who",
        "last",
        "systeminfo",
        "lsof",
        "history",
        "getent",
    ];
    words.iter().any(|word| asks.contains(&word.rsplit('/').next().unwrap_or(word)))
        || text.contains("uname -a")
        || text.contains("ip addr")
        || text.contains("net user")
        || text.contains("cat ") && payload(value)
}

/// Whether a value holds rows about people: a table of users as a whole, or the hashes of their passwords.
pub(super) fn rows(engine: &Engine<'_, '_>, value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*')).collect();
    let asked = words.iter().position(|word| *word == "select").is_some_and(|at| {
        let rest = &words[at..];
        let of_people = rest.windows(2).any(|pair| pair[0] == "from" && PEOPLE.contains(&pair[1]));
        let hashes =
            rest.iter().any(|word| HASHES.contains(word) || word.contains("password") || word.contains("passwd"));
        of_people && (rest.contains(&"*") || hashes) || hashes && rest.contains(&"from")
    });
    asked || names_hash(engine, value, 8, &mut 200)
}

const PEOPLE: &[&str] =
    &["user", "users", "account", "accounts", "member", "members", "customer", "customers", "auth_user", "admins"];
const HASHES: &[&str] = &["password_hash", "pw_hash", "passwd_hash", "hashed_password", "pwhash", "totp_secret"];

fn names_hash(engine: &Engine<'_, '_>, value: &Val, deep: u8, left: &mut u32) -> bool {
    *left = left.saturating_sub(1);
    let Some(deep) = deep.checked_sub(1).filter(|_| *left > 0) else { return false };
    let mut inside = |value: &Val| names_hash(engine, value, deep, left);
    match &value.kind {
        Kind::Attr(pair) => HASHES.contains(&engine.text(pair.1)) || inside(&pair.0),
        Kind::Item(pair) => pair.1.as_str().is_some_and(|key| HASHES.contains(&key)) || inside(&pair.0),
        Kind::Seq(seq) => seq.items.iter().take(32).any(inside),
        Kind::Dict(dict) => dict.entries.iter().take(32).any(|(_, value)| inside(value)),
        Kind::Made(made) => made.args.values().take(8).any(&mut inside) || inside(&made.callee),
        Kind::Method(_, holder) => inside(holder),
        Kind::Text(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if inside(hole))),
        Kind::Union(members) => members.iter().any(inside),
        _ => false,
    }
}

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
            true => names_secret(root) && !taint.cleared.has(Kinds::ALL),
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
    "urlsafe_b64encode",
    "standard_b64encode",
    "b32encode",
    "b16encode",
    "b85encode",
    "a85encode",
    "hexlify",
    "rstrip",
    "lstrip",
    "replace",
    "quote",
    "quote_plus",
    "urlencode",
    "jsonify",
    "make_response",
    "Response",
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
    let of = |value: &Val| value.origins().iter().any(|taint| taint.origin.whole() == from.origin.whole());
    if left == 0 || !of(value) {
        return false;
    }
    let inside = |value: &Val| itself(engine, value, from, left - 1);
    match &value.kind {
        Kind::Text(pieces) => {
            let mut holes = pieces.iter().filter_map(|piece| match piece {
                Piece::Hole(hole) if of(hole) => Some(hole),
                _ => None,
            });
            // Where none of its parts has the name, the text has it.
            holes.clone().next().is_none() || holes.any(inside)
        }
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
            // What a token of `jwt` says is no token.
            let other = matches!(name, "decode" | "encode")
                && engine
                    .path_of(&made.callee)
                    .is_some_and(|path| ["jwt.", "jose."].iter().any(|of| path.starts_with(of)));
            !other && SAME.contains(&name) && given.into_iter().any(inside)
        }
        Kind::Attr(pair) => !of(&pair.0),
        // `os.environ["KEY"]`
        Kind::Item(pair) if matches!(pair.0.kind, Kind::Path(_)) && pair.1.is_constant() => true,
        // A loop over all names and values says the values.
        Kind::Item(pair) => !of(&pair.0) || matches!(pair.0.kind, Kind::Made(_) | Kind::Item(_)) && inside(&pair.0),
        Kind::Method(_, receiver) => !of(receiver),
        Kind::Instance(_) => false,
        // What a long way has made of it is not known.
        Kind::Unknown => {
            value.origins().len() == 1 && from.step.before.as_ref().is_none_or(|before| before.before.is_none())
        }
        _ => true,
    }
}
