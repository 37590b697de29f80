//! Names of a template: what they hold, and what some of them tell.

use std::collections::BTreeMap;

use super::values::Value;

/// Names that a template has given a value; all others come from outside.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<Box<str>, Value>,
    /// For each open block with names of its own: what they held before.
    scopes: Vec<Vec<(Box<str>, Option<Value>)>>,
}

impl Names {
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        self.known.get(name).copied()
    }

    /// Binds a name; `joins`: it may also keep what it holds.
    pub(super) fn set(&mut self, name: &str, value: Value, joins: bool) {
        let value = match self.get(name).filter(|_| joins) {
            Some(before) => before.join(value),
            None => value,
        };
        self.known.insert(name.into(), value);
    }

    /// Opens a block with names of its own.
    pub(super) fn open<'n>(&mut self, names: impl Iterator<Item = (&'n Box<str>, Value)>) {
        let mut before = Vec::new();
        for (name, value) in names {
            before.push((name.clone(), self.known.insert(name.clone(), value)));
        }
        self.scopes.push(before);
    }

    /// Closes it.
    pub(super) fn close(&mut self) {
        for (name, value) in self.scopes.pop().into_iter().flatten().rev() {
            match value {
                Some(value) => self.known.insert(name, value),
                None => self.known.remove(&name),
            };
        }
    }
}

/// Members that hold numbers, dates, or truth values nearly always.
pub(super) fn is_number(name: &str) -> bool {
    matches!(
        name,
        "id" | "pk"
            | "count"
            | "total"
            | "index"
            | "index0"
            | "page"
            | "pages"
            | "per_page"
            | "size"
            | "length"
            | "width"
            | "height"
            | "year"
            | "month"
            | "day"
            | "number"
            | "order"
            | "position"
            | "priority"
            | "enabled"
            | "active"
            | "disabled"
            | "endpoint"
            | "method"
    ) || ["_id", "_count", "_index", "_total", "_size", "_at", "_number", "_seconds", "_ms", "_percent"]
        .iter()
        .any(|end| name.ends_with(end))
        || ["is_", "has_", "num_", "n_", "can_", "show_", "enable_"].iter().any(|start| name.starts_with(start))
}

/// Names of what the author of a template hands to a part of it: classes of style sheets.
pub(super) fn is_of_author(name: &str) -> bool {
    ["_class", "_classes", "_css"].iter().any(|end| name.ends_with(end)) || matches!(name, "class" | "classes")
}

/// Methods and filters whose result is a number or a date.
pub(super) fn is_number_method(name: &str) -> bool {
    matches!(name, "strftime" | "isoformat" | "timestamp" | "count" | "index" | "find" | "date" | "time")
        || ["date", "time", "datetime", "number", "currency", "decimal", "percent"]
            .iter()
            .any(|word| name.strip_prefix("format_").unwrap_or(name).starts_with(word) && !name.contains("html"))
}

/// Methods whose result holds the text that they are called on.
pub(super) fn keeps_text(method: &str) -> bool {
    matches!(
        method,
        "get"
            | "strip"
            | "lstrip"
            | "rstrip"
            | "lower"
            | "upper"
            | "capitalize"
            | "replace"
            | "format"
            | "join"
            | "split"
            | "splitlines"
            | "items"
            | "values"
            | "keys"
            | "getlist"
            | "pop"
            | "copy"
            | "to_dict"
            | "decode"
            | "append"
            | "partition"
    )
}

/// Filters whose result holds what they get.
pub(super) fn keeps(filter: &str) -> bool {
    matches!(
        filter,
        "attr"
            | "batch"
            | "capitalize"
            | "center"
            | "dictsort"
            | "first"
            | "groupby"
            | "indent"
            | "items"
            | "last"
            | "list"
            | "lower"
            | "max"
            | "min"
            | "pprint"
            | "random"
            | "reject"
            | "rejectattr"
            | "reverse"
            | "select"
            | "selectattr"
            | "slice"
            | "sort"
            | "string"
            | "title"
            | "trim"
            | "truncate"
            | "unique"
            | "upper"
            | "urlize"
            | "wordwrap"
    )
}

/// Filters whose name says that they make markup harmless.
pub(super) fn cleans(filter: &str) -> bool {
    let filter = filter.to_ascii_lowercase();
    ["sanit", "bleach", "purif", "clean", "escape", "nh3"].iter().any(|word| filter.contains(word))
        && !filter.contains("unescape")
}
