//! Forms that change something, and whether they prove where they come from.

use super::check::Said;
use crate::model::{Confidence, Span};
use crate::rules::id;
use crate::source::markup::Page;
use crate::source::markup::html::Tag;
use crate::source::markup::jinja::{PieceKind, Statement, Template};

/// Judges the forms of a template.
pub(super) fn judge(text: &str, template: &Template, page: &Page, said: &mut Vec<Said>) {
    // The scripts of the page send the token along.
    if ["csrf-token", "csrf_token\" content", "X-CSRF", "X-XSRF"].iter().any(|mark| text.contains(mark)) {
        return;
    }
    let mut pieces = template.pieces.iter().peekable();
    for (at, tag) in page.tags.iter().enumerate() {
        if &*tag.name != "form" || tag.closes || tag.open_ended || !posts(text, tag) {
            continue;
        }
        let end = page.tags[at + 1..].iter().find(|tag| &*tag.name == "form").map(|tag| tag.span.start);
        let inside = Span::new(tag.span.end, end.unwrap_or(u32::try_from(text.len()).unwrap_or(u32::MAX)));
        let mut unknown = false;
        while let Some(piece) = pieces.next_if(|piece| piece.span.start < inside.end) {
            if piece.span.start < inside.start {
                continue;
            }
            let written = text.get(piece.span.range()).unwrap_or("");
            unknown |= match &piece.kind {
                // What renders a whole form renders its token, too.
                PieceKind::Output(_) => {
                    ["(form", "_form", "form_", "caller(", "super(", "self."].iter().any(|mark| written.contains(mark))
                        || written.trim_matches(['{', '}', '-', ' ']) == "form"
                }
                PieceKind::Statement(Statement::Include(_) | Statement::Call(_) | Statement::Block(_)) => true,
                PieceKind::Statement(Statement::For { .. }) => {
                    // A loop over all fields comes across the hidden one.
                    written.contains(" in form")
                }
                _ => false,
            };
        }
        let content = text.get(inside.range()).unwrap_or("").to_ascii_lowercase();
        let token = ["csrf", "xsrf", "hidden_tag", "authenticity_token"].iter().any(|word| content.contains(word));
        if !token && !unknown {
            let message = "this form posts without a token: any other site can make a visitor's browser send it";
            said.push(Said::new(id::FORM_WITHOUT_TOKEN, tag.span, Confidence::Medium, message.to_owned()));
        }
    }
}

/// Whether a form posts to the site itself.
fn posts(text: &str, tag: &Tag) -> bool {
    let posts = tag.value(text, "method").is_some_and(|method| method.trim().eq_ignore_ascii_case("post"));
    let abroad = tag.value(text, "action").is_some_and(|action| action.contains("://"));
    posts && !abroad
}
