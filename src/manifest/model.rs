//! A manifest as it was read: every value knows its span.

use std::ops::Deref;

use serde_json::Value;

use super::json::{Json, Member, Node};
use crate::model::Span;

/// A value and where it stands in `plugin.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// From its first to its last byte, quotes included.
    pub span: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// A list of texts with their places.
pub type Texts = Spanned<Vec<Spanned<String>>>;

/// What `plugin.json` says. A key that is absent, or whose value has the wrong JSON type, is `None`;
/// of a key that stands twice, the last one counts, as in Python.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// Whether the host can read the file at all. When not, the fields say what was meant.
    pub readable: bool,
    /// `$schema`
    pub schema: Option<Spanned<String>>,
    /// `name`: for people.
    pub name: Option<Spanned<String>>,
    /// `version`
    pub version: Option<Spanned<String>>,
    /// `author`
    pub author: Option<Spanned<String>>,
    /// `description`
    pub description: Option<Spanned<String>>,
    /// `license`: an SPDX expression.
    pub license: Option<Spanned<String>>,
    /// `homepage`
    pub homepage: Option<Spanned<String>>,
    /// `author_url`
    pub author_url: Option<Spanned<String>>,
    /// `tags`
    pub tags: Option<Texts>,
    /// `keywords`
    pub keywords: Option<Texts>,
    /// `category`
    pub category: Option<Spanned<String>>,
    /// `screenshots`
    pub screenshots: Option<Texts>,
    /// `min_version`: the oldest host, a plain version.
    pub min_version: Option<Spanned<String>>,
    /// `max_version`: the newest host, a plain version.
    pub max_version: Option<Spanned<String>>,
    /// `requires`
    pub requires: Option<Requires>,
    /// `depends_on`: directory names.
    pub depends_on: Option<Texts>,
    /// `permissions`
    pub permissions: Option<Texts>,
    /// `api_version`
    pub api_version: Option<Spanned<String>>,
    /// `config_schema`
    pub config_schema: Option<Spanned<Value>>,
    /// Every key of the file in its order, with the span of its value, known or not.
    pub keys: Vec<(Spanned<String>, Span)>,
}

/// `requires`: PEP 440 specifier sets.
#[derive(Clone, Debug, Default)]
pub struct Requires {
    /// The whole object.
    pub span: Span,
    /// `requires.wicara`
    pub wicara: Option<Spanned<String>>,
    /// `requires.python`
    pub python: Option<Spanned<String>>,
}

impl Manifest {
    pub(super) fn read(members: &[Member], source: &str, readable: bool) -> Self {
        let find = |key: &str| find(members, key);
        let one = |key: &str| find(key).and_then(spanned);
        let many = |key: &str| find(key).and_then(texts);
        let requires = find("requires").and_then(|node| match &node.json {
            Json::Object(members) => Some(Requires {
                span: node.span,
                wicara: self::find(members, "wicara").and_then(spanned),
                python: self::find(members, "python").and_then(spanned),
            }),
            _ => None,
        });
        let keys = members
            .iter()
            .map(|member| (Spanned { value: member.key.clone(), span: member.key_span }, member.value.span))
            .collect();
        Self {
            readable,
            schema: one("$schema"),
            name: one("name"),
            version: one("version"),
            author: one("author"),
            description: one("description"),
            license: one("license"),
            homepage: one("homepage"),
            author_url: one("author_url"),
            tags: many("tags"),
            keywords: many("keywords"),
            category: one("category"),
            screenshots: many("screenshots"),
            min_version: one("min_version"),
            max_version: one("max_version"),
            requires,
            depends_on: many("depends_on"),
            permissions: many("permissions"),
            api_version: one("api_version"),
            config_schema: find("config_schema")
                .filter(|node| matches!(node.json, Json::Object(_)))
                .map(|node| Spanned { value: node.to_value(source), span: node.span }),
            keys,
        }
    }
}

/// The value of a key; of several, the last.
pub(super) fn find<'a>(members: &'a [Member], key: &str) -> Option<&'a Node> {
    members.iter().rev().find(|member| member.key == key).map(|member| &member.value)
}

fn spanned(node: &Node) -> Option<Spanned<String>> {
    node.text().map(|text| Spanned { value: text.to_owned(), span: node.span })
}

fn texts(node: &Node) -> Option<Texts> {
    let Json::List(items) = &node.json else { return None };
    let value = items.iter().map(spanned).collect::<Option<Vec<_>>>()?;
    Some(Spanned { value, span: node.span })
}
