//! Names, literals, and what is hung on them: attributes, calls, and subscripts.

use super::lexer::{Declined, Go};
use super::number;
use super::parser::{Parser, Written};
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{Constant, ExprKind};

impl Parser<'_> {
    /// `a.b(c)[d]`
    pub(super) fn primary(&mut self) -> Go<Written> {
        let mut value = self.atom()?;
        loop {
            let kind = match self.kind() {
                T::Dot => {
                    self.advance()?;
                    let attr = self.ident()?;
                    ExprKind::Attribute { value: value.id, attr }
                }
                T::LeftParen => {
                    let args = self.call_args()?;
                    ExprKind::Call { func: value.id, args }
                }
                T::LeftBracket => {
                    let slice = self.subscript()?;
                    ExprKind::Subscript { value: value.id, slice }
                }
                _ => return Ok(value),
            };
            value = self.written(value.start, kind);
        }
    }

    fn atom(&mut self) -> Go<Written> {
        let kind = match self.kind() {
            T::Name => ExprKind::Name(self.name_text()?),
            T::String | T::Format => return self.strings(),
            T::Number => ExprKind::Constant(number::value(self.text())?),
            T::None => ExprKind::Constant(Constant::None),
            T::True => ExprKind::Constant(Constant::Bool(true)),
            T::False => ExprKind::Constant(Constant::Bool(false)),
            T::Ellipsis => ExprKind::Constant(Constant::Ellipsis),
            T::LeftParen => return self.nested(Self::parentheses),
            T::LeftBracket => return self.nested(Self::list),
            T::LeftBrace => return self.nested(Self::braces),
            _ => return Err(Declined),
        };
        let (start, end) = (self.start(), self.lexer.now.end);
        self.advance()?;
        Ok(Written { id: self.push(Span::new(start, end), kind), start, end })
    }
}
