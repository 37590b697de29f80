//! Whether a query reads or writes.

use super::texts::literals;
use crate::source::python::flow::{Engine, Kind, Val};

/// Values of several inside one another that are looked at.
const DEEPEST: u8 = 4;

/// What a query does to a database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Access {
    /// It could be told.
    pub(super) known: bool,
    pub(super) reads: bool,
    pub(super) writes: bool,
}

impl Access {
    const UNKNOWN: Self = Self { known: false, reads: true, writes: true };

    const fn and(self, other: Self) -> Self {
        Self { known: self.known && other.known, reads: self.reads || other.reads, writes: self.writes || other.writes }
    }
}

/// What a query does, whether it is a text or was made by SQLAlchemy.
pub(super) fn access(engine: &Engine<'_, '_>, query: &Val) -> Access {
    within(engine, query, DEEPEST)
}

fn within(engine: &Engine<'_, '_>, query: &Val, deeper: u8) -> Access {
    if deeper == 0 {
        return Access::UNKNOWN;
    }
    let all = query.alternatives().map(|query| match &query.kind {
        Kind::Const(_) | Kind::Text(_) => of_text(&literals(query)),
        Kind::Made(_) | Kind::Method(..) => built(engine, query, 24, deeper - 1),
        _ => Access::UNKNOWN,
    });
    all.reduce(Access::and).unwrap_or(Access::UNKNOWN)
}

/// `select(User).where(…)`, `text("SELECT …")`, `users.insert().values(…)`
fn built(engine: &Engine<'_, '_>, query: &Val, left: u8, deeper: u8) -> Access {
    if left == 0 {
        return Access::UNKNOWN;
    }
    let reads = Access { known: true, reads: true, writes: false };
    let writes = Access { known: true, reads: false, writes: true };
    match &query.kind {
        Kind::Made(made) => {
            let name = engine.name_of(&made.callee).unwrap_or_default();
            match (&*name, name.rsplit('.').next().unwrap_or_default()) {
                ("sqlalchemy.text", _) => {
                    made.args.pos.first().map_or(Access::UNKNOWN, |text| within(engine, text, deeper))
                }
                (_, "select" | "exists" | "union" | "union_all") => reads,
                (_, "insert" | "update" | "delete") => writes,
                _ => built(engine, &made.callee, left - 1, deeper),
            }
        }
        Kind::Method(_, holder) => built(engine, holder, left - 1, deeper),
        Kind::Attr(pair) => built(engine, &pair.0, left - 1, deeper),
        _ => Access::UNKNOWN,
    }
}

/// Whether a value is a database by its name, or by how it was made.
pub(super) fn is_database(engine: &Engine<'_, '_>, value: &Val) -> bool {
    is_database_within(engine, value, DEEPEST)
}

fn is_database_within(engine: &Engine<'_, '_>, value: &Val, left: u8) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    let name = engine.name_of(value).unwrap_or_default().to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    let named =
        ["cursor", "conn", "database", "session", "engine", "sqlalchemy"].iter().any(|word| last.contains(word))
            && !name.starts_with("requests.")
            && !name.starts_with("flask.")
            || matches!(last, "db" | "cur" | "_db");
    named
        || match &value.kind {
            Kind::Made(made) => is_database_within(engine, &made.callee, left),
            Kind::Union(members) => members.iter().any(|member| is_database_within(engine, member, left)),
            _ => false,
        }
}

/// What the statements of a text do.
fn of_text(text: &str) -> Access {
    let statements = text.split(';').map(without_comments).filter(|statement| !statement.is_empty());
    statements.map(|statement| of_statement(&statement)).reduce(Access::and).unwrap_or(Access::UNKNOWN)
}

fn without_comments(statement: &str) -> String {
    let mut rest = statement.trim_start();
    loop {
        let comment = match rest {
            _ if rest.starts_with("--") => rest.split_once('\n'),
            _ if rest.starts_with("/*") => rest.split_once("*/"),
            _ => return rest.trim_start_matches(['(', ' ', '\t', '\r', '\n']).trim_end().to_lowercase(),
        };
        rest = comment.map_or("", |(_, rest)| rest).trim_start();
    }
}

fn of_statement(statement: &str) -> Access {
    let mut words = statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let verb = words.next().unwrap_or_default();
    let has = |wanted: &[&str]| {
        statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| wanted.contains(&word))
    };
    let known = |reads, writes| Access { known: true, reads, writes };
    // What stands before it is not known: neither is what it does.
    if statement.starts_with('\u{0}') {
        return Access::UNKNOWN;
    }
    match verb {
        "select" | "values" | "table" => known(true, has(&["into"])),
        "show" | "explain" | "describe" | "desc" => known(true, false),
        "pragma" => known(true, statement.contains('=')),
        "with" => known(true, has(&["insert", "update", "delete", "merge"])),
        "insert" | "update" | "delete" | "replace" | "merge" | "upsert" => known(has(&["select", "returning"]), true),
        "create" | "alter" | "drop" | "truncate" | "grant" | "revoke" | "vacuum" | "reindex" | "analyze" | "attach"
        | "detach" | "lock" | "rename" | "comment" | "copy" | "call" | "exec" | "execute" | "do" | "load" => {
            known(has(&["select"]), true)
        }
        "begin" | "commit" | "rollback" | "savepoint" | "release" | "start" | "set" | "use" | "end" => {
            known(false, false)
        }
        _ => Access::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_each_statement_tells() {
        let of = |text| {
            let access = of_text(text);
            (access.known, access.reads, access.writes)
        };
        assert_eq!(of("SELECT a FROM b"), (true, true, false));
        assert_eq!(of("  -- all\n/* of */ (select 1)"), (true, true, false));
        assert_eq!(of("insert into a values (?)"), (true, false, true));
        assert_eq!(of("INSERT INTO a SELECT * FROM b"), (true, true, true));
        assert_eq!(of("delete from a returning id"), (true, true, true));
        assert_eq!(of("CREATE TABLE a (b); SELECT 1;"), (true, true, true));
        assert_eq!(of("with x as (select 1) select * from x"), (true, true, false));
        assert_eq!(of("with x as (select 1) delete from y"), (true, true, true));
        assert_eq!(of("UPDATE \u{0} SET a = 1"), (true, false, true));
        assert_eq!(of("\u{0} FROM a"), (false, true, true));
        assert_eq!(of("pragma user_version"), (true, true, false));
        assert_eq!(of("pragma user_version = 2"), (true, true, true));
        assert_eq!(of("BEGIN"), (true, false, false));
        assert_eq!(of("deploy the site"), (false, true, true));
        assert_eq!(of(""), (false, true, true));
    }
}
