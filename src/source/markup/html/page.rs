//! A page as its tags, and the values that a template puts into it.

use super::super::jinja::{ExprId, Template};
use super::reader::Reader;
use crate::model::Span;

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Every tag, in order.
    pub tags: Vec<Tag>,
    /// Every value that a template puts out, in order.
    pub outputs: Vec<Output>,
    /// The contents of `script` elements that hold code, in order.
    pub scripts: Vec<Span>,
    /// `<!DOCTYPE …>`, `<!ENTITY …>`, and `<?…?>`, in order.
    pub declarations: Vec<Span>,
}

/// An opening or a closing tag.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its name in small letters.
    pub name: Box<str>,
    /// All of it.
    pub span: Span,
    /// Whether it is `</name>`.
    pub closes: bool,
    /// In order; of a name that stands there twice only the first.
    pub attrs: Vec<Attr>,
    /// Whether a template decides which attributes it has.
    pub open_ended: bool,
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attr {
    /// Its name in small letters.
    pub name: Box<str>,
    /// Where its name stands.
    pub span: Span,
    /// Where its value stands, without quotes.
    pub value: Option<Span>,
    /// The quote around its value.
    pub quote: Option<u8>,
    /// Whether a template puts something into its value.
    pub dynamic: bool,
}

/// A value that a template puts out.
#[derive(Clone, Debug)]
pub struct Output {
    /// The value.
    pub value: ExprId,
    /// Where, marks included.
    pub span: Span,
    /// In which place.
    pub place: Place,
}

/// A place in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between tags.
    Text,
    /// In a comment, which nobody sees.
    Comment,
    /// In a script: inside of a string with this quote, or outside of any.
    Script(Option<u8>),
    /// In a style sheet.
    Style,
    /// In a tag, where a name of an attribute could stand.
    Tag,
    /// In the value of an attribute.
    Attr {
        /// The tag.
        tag: Box<str>,
        /// The attribute.
        name: Box<str>,
        /// The quote around the value.
        quote: Option<u8>,
        /// Where the value starts.
        start: u32,
    },
}

impl Tag {
    /// The attribute of this name.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&Attr> {
        self.attrs.iter().find(|attr| &*attr.name == name)
    }

    /// The value of the attribute of this name as it is written; empty when it has none.
    #[must_use]
    pub fn value<'t>(&self, text: &'t str, name: &str) -> Option<&'t str> {
        let attr = self.attr(name)?;
        Some(attr.value.map_or("", |value| text.get(value.range()).unwrap_or("")))
    }
}

/// Reads the tags of a text around the pieces of its template. What is no markup is passed over.
#[must_use]
pub fn page(text: &str, template: &Template) -> Page {
    let mut reader = Reader::new(text);
    for piece in &template.pieces {
        reader.piece(piece);
    }
    reader.finish()
}
