//! The tree: every value and every key knows its span.

use serde_json::Value;

use crate::model::Span;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// From the first to the last byte of the value.
    pub(crate) span: Span,
    /// The value.
    pub(crate) json: Json,
}

/// A JSON value. What the text meant, where a fault could be seen through.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number; its digits are the text of the span.
    Number,
    /// A string, decoded.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object; a key may occur more than once.
    Object(Vec<Member>),
    /// Something that could not be read; a fault says what.
    Broken,
}

/// One key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The key, decoded.
    pub(crate) key: String,
    /// The key with its quotes.
    pub(crate) key_span: Span,
    /// The value.
    pub(crate) value: Node,
}

impl Json {
    /// The kind in the words of JSON.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
            Self::Broken => "unreadable",
        }
    }

    /// The name that Python gives the type.
    pub(crate) const fn python_type(&self) -> &'static str {
        match self {
            Self::Null | Self::Broken => "NoneType",
            Self::Bool(_) => "bool",
            Self::Number => "float",
            Self::Text(_) => "str",
            Self::List(_) => "list",
            Self::Object(_) => "dict",
        }
    }
}

impl Node {
    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.json {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as `serde_json` has it: the last of equal keys wins, unreadable parts are `null`.
    pub(crate) fn to_value(&self, source: &str) -> Value {
        match &self.json {
            Json::Null | Json::Broken => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number => {
                let digits = source.get(self.span.range()).unwrap_or_default();
                serde_json::from_str(digits).unwrap_or(Value::Null)
            }
            Json::Text(text) => Value::String(text.clone()),
            Json::List(items) => Value::Array(items.iter().map(|item| item.to_value(source)).collect()),
            Json::Object(members) => Value::Object(
                members.iter().map(|member| (member.key.clone(), member.value.to_value(source))).collect(),
            ),
        }
    }
}
