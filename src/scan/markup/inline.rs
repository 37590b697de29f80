//! The scripts inside of a page, judged as scripts.

use crate::model::{Finding, Plugin, PluginFile, Span};
use crate::scan::script;
use crate::source::markup::Page;
use crate::source::markup::jinja::{Piece, PieceKind, Template};

/// What an address that is code starts with.
const SCHEME: &str = "javascript:";

/// Judges the scripts and handlers of a page.
pub(super) fn judge(
    plugin: &Plugin,
    file: &PluginFile,
    text: &str,
    template: &Template,
    page: &Page,
    found: &mut Vec<Finding>,
) {
    let handlers = page.tags.iter().flat_map(|tag| &tag.attrs).filter_map(|attr| {
        let value = attr.value?;
        if attr.name.starts_with("on") && attr.name.len() > 4 {
            return Some(value).filter(|value| value.end > value.start);
        }
        let written = text.get(value.range())?;
        let code = written.trim_start();
        let scheme = code.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME));
        let before = u32::try_from(written.len() - code.len() + SCHEME.len()).ok()?;
        scheme.then(|| Span::new(value.start + before, value.end))
    });
    let mut spans: Vec<Span> = page.scripts.iter().copied().chain(handlers).collect();
    spans.sort_by_key(|span| span.start);
    let mut pieces = template.pieces.iter().peekable();
    let mut scripts = Vec::new();
    for span in spans {
        while pieces.next_if(|piece| piece.span.end <= span.start).is_some() {}
        let inside = pieces.clone().take_while(|piece| piece.span.start < span.end);
        scripts.push((span.start, code(text, span, inside)));
    }
    script::embedded(plugin, file, &scripts, found);
}

/// The code of a script, as long as it is written: values of the template become a number or blanks.
fn code<'p>(text: &str, span: Span, pieces: impl Iterator<Item = &'p Piece>) -> String {
    let mut out = String::new();
    for piece in pieces {
        let from = piece.span.start.max(span.start);
        let inner = text.get(Span::new(from, piece.span.end.min(span.end)).range()).unwrap_or("");
        if matches!(piece.kind, PieceKind::Text) {
            out.push_str(inner);
        } else {
            let number = matches!(piece.kind, PieceKind::Output(_));
            blank(&mut out, inner, if number { '0' } else { ' ' });
        }
    }
    for mark in ["<![CDATA[", "]]>", "<!--", "-->"] {
        if out.contains(mark) {
            out = out.replace(mark, &" ".repeat(mark.len()));
        }
    }
    out
}

fn blank(out: &mut String, inner: &str, first: char) {
    for (at, byte) in inner.bytes().enumerate() {
        out.push(match byte {
            b'\n' => '\n',
            _ if at == 0 => first,
            _ => ' ',
        });
    }
}
