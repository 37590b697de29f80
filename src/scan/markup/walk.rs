//! Walks over a template: binds its names, and hands out what each output holds and where it stands.

use super::names::{self, Names};
use super::values::{Data, Value, value};
use crate::model::Span;
use crate::source::markup::Page;
use crate::source::markup::html::Place;
use crate::source::markup::jinja::{ExprKind, Piece, PieceKind, Statement, Template};

/// A value that is put out.
#[derive(Clone, Debug)]
pub(super) struct Put<'p> {
    /// With its marks.
    pub(super) span: Span,
    pub(super) place: &'p Place,
    pub(super) value: Value,
    /// Whether `autoescape` is on or off there, where the template says so.
    pub(super) autoescape: Option<bool>,
    /// The tag that says so.
    pub(super) switch: Span,
}

/// A template that another one takes in, by a value from the request.
pub(super) struct Chosen {
    pub(super) span: Span,
    pub(super) what: &'static str,
}

/// What a template puts out, in order.
pub(super) struct Walked<'p> {
    pub(super) puts: Vec<Put<'p>>,
    pub(super) chosen: Vec<Chosen>,
}

/// Blocks whose names are kept apart.
const MAX_SCOPES: usize = 1_000;

pub(super) fn walk<'p>(text: &str, template: &Template, page: &'p Page) -> Walked<'p> {
    let mut walk = Walk { text, template, names: Names::default(), autoescape: Vec::new(), branches: 0 };
    let mut outputs = page.outputs.iter();
    let mut walked = Walked { puts: Vec::new(), chosen: Vec::new() };
    for Piece { span, kind } in &template.pieces {
        match kind {
            PieceKind::Output(id) => {
                let Some(output) = outputs.next() else { break };
                let value = value(template, &walk.names, *id);
                let (autoescape, switch) = walk.autoescape.last().copied().unzip();
                let switch = switch.unwrap_or_default();
                walked.puts.push(Put { span: *span, place: &output.place, value, autoescape, switch });
            }
            PieceKind::Statement(statement) => {
                if let Some(what) = walk.statement(statement, *span) {
                    walked.chosen.push(Chosen { span: *span, what });
                }
            }
            PieceKind::Text | PieceKind::Comment => {}
        }
    }
    walked
}

struct Walk<'t> {
    text: &'t str,
    template: &'t Template,
    names: Names,
    autoescape: Vec<(bool, Span)>,
    branches: usize,
}

impl Walk<'_> {
    fn value(&self, id: crate::source::markup::jinja::ExprId) -> Value {
        value(self.template, &self.names, id)
    }

    /// What the statement takes in by a value from the request, if it does.
    fn statement(&mut self, statement: &Statement, tag: Span) -> Option<&'static str> {
        match statement {
            Statement::For { names, value } => {
                let each = self.value(*value);
                self.names.open(names.iter().map(|name| (name, each)));
                self.branches += 1;
            }
            Statement::If(_) => self.branches += 1,
            Statement::Set { names, value } => {
                let made = match value {
                    Some(value) => self.value(*value),
                    // What a block puts out is escaped.
                    None => Value { escaped: true, ..Value::of(Data::Result, Span::default()) },
                };
                for name in names {
                    self.names.set(name, made, self.branches > 0);
                }
            }
            Statement::With(pairs) => {
                let values: Vec<Value> = pairs.iter().map(|(_, value)| self.value(*value)).collect();
                self.names.open(pairs.iter().map(|(name, _)| name).zip(values));
            }
            Statement::Macro { name, params, defaults } => {
                self.names.set(name, Value::default(), false);
                let needed = params.len() - defaults;
                self.names.open(params.iter().enumerate().take(MAX_SCOPES).map(|(at, name)| {
                    // What may be left out is for authors: a label, a class, a separator.
                    let of_author = at >= needed || names::is_of_author(name);
                    let data = if of_author { Data::Result } else { Data::Variable };
                    (name, Value::of(data, Span::default()))
                }));
            }
            Statement::Import(names) => {
                for name in names {
                    self.names.set(name, Value::default(), false);
                }
            }
            Statement::Autoescape(value) => {
                let span = self.template[*value].span;
                let off = matches!(self.template[*value].kind, ExprKind::Constant)
                    && self.text.get(span.range()).is_some_and(|word| word.eq_ignore_ascii_case("false"));
                self.autoescape.push((!off, tag));
            }
            Statement::End("autoescape") => {
                self.autoescape.pop();
            }
            Statement::End("for") => {
                self.names.close();
                self.branches = self.branches.saturating_sub(1);
            }
            Statement::End("if") => self.branches = self.branches.saturating_sub(1),
            Statement::End("with" | "macro") => self.names.close(),
            Statement::Include(value) => return self.chosen(*value, "include"),
            Statement::Extends(value) => return self.chosen(*value, "extends"),
            _ => {}
        }
        None
    }

    fn chosen(&self, id: crate::source::markup::jinja::ExprId, what: &'static str) -> Option<&'static str> {
        (self.value(id).data == Data::Request).then_some(what)
    }
}
