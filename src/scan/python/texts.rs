//! Texts: what is known of one that is put together, and whether it is a query, markup, or a URL.

use crate::source::python::flow::{Engine, Kind, Piece, Val};

/// The known pieces of a text, with a hole between them.
pub(super) fn literals(value: &Val) -> String {
    match &value.kind {
        Kind::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => &**text,
                Piece::Hole(_) => "\u{0}",
            })
            .collect(),
        // What an escape or a wrapper was given.
        Kind::Made(made) => made
            .args
            .pos
            .first()
            .map(|first| match &first.kind {
                Kind::Text(_) | Kind::Const(_) => literals(first),
                _ => String::new(),
            })
            .unwrap_or_default(),
        _ => value.as_str().unwrap_or_default().to_owned(),
    }
}

/// Whether a text is a query: a verb of SQL, and what must follow it.
pub(super) fn query(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\u{0}' || c == '*' || c == '='))
        .filter(|word| !word.is_empty())
        .take(400)
        .map(str::to_ascii_lowercase)
        .collect();
    let has = |from: usize, word: &str| words.iter().skip(from).any(|seen| seen == word);
    let follows = |at: usize, word: &str| words.get(at + 1).is_some_and(|seen| seen == word);
    words.iter().enumerate().any(|(at, word)| match word.as_str() {
        // A sentence says "select" and "from", too; a query begins with it.
        "select" => {
            at == 0 && has(at, "from")
                || text.trim_start().starts_with("(select")
                || text.to_ascii_lowercase().contains("union select")
        }
        "insert" | "replace" => follows(at, "into") && at == 0,
        "update" => at == 0 && has(at, "set"),
        "delete" => at == 0 && follows(at, "from"),
        "with" => at == 0 && has(at, "as") && has(at, "select"),
        "drop" | "alter" | "create" | "truncate" => {
            at == 0
                && words.get(1).is_some_and(|next| {
                    matches!(
                        next.as_str(),
                        "table" | "index" | "view" | "database" | "user" | "unique" | "temporary" | "schema"
                    )
                })
        }
        "where" => text.contains('\u{0}') && at == 0,
        "pragma" | "exec" | "execute" | "call" | "grant" => at == 0 && words.len() > 1,
        _ => false,
    })
}

/// Whether a query only makes or changes tables, users, and databases, with holes where no value can stand: names are
/// no parameters, and nobody can give them as such.
pub(super) fn names_only(text: &str) -> bool {
    const VERBS: &[&str] = &["create", "drop", "alter", "truncate", "grant", "pragma", "use"];
    let verb = text.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb)) && !text.contains("'\u{0}") && !text.contains("\"\u{0}")
}

/// Whether a text was put together from something known and something unknown, or by `format` of something unknown.
pub(super) fn put_together(engine: &Engine<'_, '_>, value: &Val) -> bool {
    match &value.kind {
        Kind::Text(pieces) => {
            pieces.iter().any(|piece| matches!(piece, Piece::Literal(text) if !text.trim().is_empty()))
        }
        // Composed by a driver, each part is quoted as what it is.
        Kind::Made(made) => engine.name_of(&made.callee).is_some_and(|name| {
            name.ends_with(".format") && !name.starts_with("psycopg") && made.args.values().count() > 0
        }),
        _ => false,
    }
}

/// Whether a text names something in a hub of models: `owner/name`, and no path on this machine.
pub(super) fn hub_name(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(part) && text.matches('/').count() < 2
}

/// Whether a text is the hash of a commit, in full or cut off.
pub(super) fn commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is markup with a hole in it.
pub(super) fn markup(value: &Val) -> bool {
    let text = literals(value);
    text.contains('\u{0}')
        && text.char_indices().any(|(at, c)| {
            c == '<' && text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
        })
}

/// Whether the program puts tags into a text of others: `text.replace("\n", "<br>")`, `re.sub("\n", "<br>", text)`.
pub(super) fn tagged(engine: &Engine<'_, '_>, value: &Val, left: u8) -> bool {
    let (Kind::Made(made), Some(left)) = (&value.kind, left.checked_sub(1)) else { return false };
    let tag = |value: Option<&Val>| {
        let text = value.and_then(Val::as_str).unwrap_or_default();
        text.char_indices()
            .any(|(at, c)| c == '<' && text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
    };
    let args = &made.args.pos;
    let further = |value: Option<&Val>| value.is_some_and(|value| tagged(engine, value, left));
    match &made.callee.kind {
        Kind::Attr(pair) => match engine.text(pair.1) {
            "replace" => tag(args.get(1)) || further(Some(&pair.0)),
            "strip" | "lstrip" | "rstrip" => further(Some(&pair.0)),
            _ => false,
        },
        Kind::Path(path) | Kind::Method(path, _) => match engine.text_of(*path) {
            "re.sub" => tag(args.get(1)) || further(args.get(2)),
            "re.compile().sub" => tag(args.first()) || further(args.get(1)),
            "builtins.str" => further(args.first()),
            _ => false,
        },
        _ => false,
    }
}

/// Whether data stands in a tag as an attribute without quotes.
pub(super) fn unquoted(value: &Val) -> bool {
    let Kind::Text(pieces) = &value.kind else { return false };
    let free = |hole: &Val| {
        let mut origins = hole.origins().iter();
        origins.any(|taint| !taint.cleared.has(crate::source::python::flow::Kinds::ALL))
    };
    pieces.windows(2).any(|pair| match pair {
        [Piece::Literal(before), Piece::Hole(hole)] => {
            let in_tag = before.rfind('<').map_or(!before.contains('>'), |at| !before[at..].contains('>'));
            before.ends_with('=') && in_tag && !before.contains("://") && free(hole)
        }
        _ => false,
    })
}

/// Whether a text starts with the scheme of the web or of FTP.
pub(super) fn web_address(pieces: &[Piece]) -> bool {
    let Some(Piece::Literal(start)) = pieces.first() else { return false };
    ["http://", "https://", "ftp://"].iter().any(|scheme| start.trim_start().starts_with(scheme))
}

/// Whether somebody else may choose the host of a URL.
pub(super) fn open_host(engine: &Engine<'_, '_>, value: &Val) -> bool {
    match &value.kind {
        Kind::Text(pieces) => match pieces.first() {
            Some(Piece::Literal(text)) => match text.split_once("://") {
                // `https://host/…`: what follows is a path.
                Some((_, rest)) => !rest.contains('/') && !rest.contains('?'),
                None => !text.starts_with('/') || text.starts_with("//"),
            },
            // The path of this very request leads to the site itself.
            Some(Piece::Hole(hole)) if own_path(hole) => false,
            Some(Piece::Hole(hole)) => {
                // A base that is our own, and a path after it.
                let path_after =
                    pieces.get(1).is_some_and(|piece| matches!(piece, Piece::Literal(text) if text.starts_with('/')));
                !path_after || !engine.is_ours(hole)
            }
            None => false,
        },
        _ => true,
    }
}

fn own_path(value: &Val) -> bool {
    let roots = super::leaks::roots(value);
    !roots.is_empty()
        && roots
            .into_iter()
            .all(|root| matches!(root, "flask.request.path" | "flask.request.full_path" | "flask.request.script_root"))
}

/// Whether a text may be a secret: not empty, no placeholder, no sentence.
pub(super) fn secret(text: &str) -> bool {
    let plain = text.to_ascii_lowercase();
    let placeholder = [
        "example",
        "changeme",
        "change-me",
        "change_me",
        "placeholder",
        "your",
        "xxx",
        "todo",
        "dummy",
        "<",
        "${",
        "{{",
        "none",
        "null",
        "test",
        "...",
        "***",
        "secret_key",
        "password",
    ];
    // `X-CSRF-Token` and `NextToken` are names.
    let words = text.split(['-', '_', '.', ':', '/']).all(|word| word.chars().all(char::is_alphabetic))
        && (text.contains(['-', '_', '.', ':', '/']) || text.chars().skip(1).any(char::is_uppercase));
    !words
        && text.len() >= 4
        && text.len() <= 4096
        && !text.contains(char::is_whitespace)
        && !placeholder.iter().any(|part| plain.contains(part))
}

/// Values that are looked at for their texts.
const COLLECTED: u32 = 1_000;

/// Every known piece of text in a value: of the arguments of calls, too.
pub(super) fn pieces_of(value: &Val) -> String {
    let mut all = String::new();
    collect(value, &mut all, 10, &mut { COLLECTED });
    all
}

fn collect(value: &Val, all: &mut String, depth: u8, left: &mut u32) {
    *left = left.saturating_sub(1);
    if depth == 0 || *left == 0 || all.len() > 4096 {
        return;
    }
    let mut say = |text: &str| {
        all.push_str(&text[..text.char_indices().nth(1024).map_or(text.len(), |(at, _)| at)]);
        all.push(' ');
    };
    match &value.kind {
        Kind::Const(_) => {
            if let Some(text) = value.as_str() {
                say(text);
            }
        }
        Kind::Text(pieces) => {
            for piece in pieces.iter() {
                match piece {
                    Piece::Literal(text) => {
                        all.push_str(&text[..text.char_indices().nth(1024).map_or(text.len(), |(at, _)| at)]);
                    }
                    Piece::Hole(hole) => {
                        all.push('\u{0}');
                        collect(hole, all, depth - 1, left);
                    }
                }
            }
            all.push(' ');
        }
        Kind::Made(made) => {
            collect(&made.callee, all, depth - 1, left);
            made.args.values().take(16).for_each(|value| collect(value, all, depth - 1, left));
        }
        Kind::Method(_, receiver) => collect(receiver, all, depth - 1, left),
        Kind::Attr(pair) => collect(&pair.0, all, depth - 1, left),
        Kind::Item(pair) => {
            collect(&pair.0, all, depth - 1, left);
            collect(&pair.1, all, depth - 1, left);
        }
        Kind::Seq(seq) => seq.items.iter().take(32).for_each(|item| collect(item, all, depth - 1, left)),
        Kind::Dict(dict) => dict.entries.iter().take(32).for_each(|(_, value)| collect(value, all, depth - 1, left)),
        Kind::Union(members) => members.iter().for_each(|member| collect(member, all, depth - 1, left)),
        _ => {}
    }
}
