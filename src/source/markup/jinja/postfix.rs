//! What follows a value: attributes, indices, calls, filters, and tests.

use std::collections::BTreeSet;

use super::parse::Parser;
use super::syntax::{ExprId, ExprKind, Fault};
use super::tokens::Kind;

type Parsed = Result<ExprId, Fault>;

impl Parser<'_> {
    pub(super) fn postfix(&mut self, mut value: ExprId) -> Parsed {
        loop {
            if self.at_mark(".") || self.at_mark("[") {
                value = self.subscript(value)?;
            } else if self.at_mark("(") {
                value = self.call(value)?;
            } else {
                return Ok(value);
            }
        }
    }

    pub(super) fn filters(&mut self, mut value: ExprId) -> Parsed {
        loop {
            if self.at_mark("|") {
                value = self.filter(Some(value), false)?;
            } else if self.at_word("is") {
                value = self.test(value)?;
            } else if self.at_mark("(") {
                value = self.call(value)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn subscript(&mut self, value: ExprId) -> Parsed {
        if self.skip_mark(".") {
            let token = self.next();
            let span = self.span_of(value).cover(token.span);
            return match token.kind {
                Kind::Name => Ok(self.add(span, ExprKind::Attr(value, self.written(token).into()))),
                Kind::Integer => {
                    let index = self.add(token.span, ExprKind::Constant);
                    Ok(self.add(span, ExprKind::Item(value, index)))
                }
                _ => Err(self.fault(token.span, "expected name or number")),
            };
        }
        self.expect_mark("[")?;
        let mut parts = Vec::new();
        while !self.at_mark("]") {
            if !parts.is_empty() {
                self.expect_mark(",")?;
            }
            parts.push(self.deeper(Self::subscribed)?);
        }
        let close = self.expect_mark("]")?;
        let span = self.span_of(value).cover(close.span);
        let index = match parts.as_slice() {
            [only] => *only,
            _ => self.add(close.span, ExprKind::Collection(parts)),
        };
        Ok(self.add(span, ExprKind::Item(value, index)))
    }

    /// An index or a slice.
    fn subscribed(&mut self) -> Parsed {
        let start = self.token().span;
        let mut parts = Vec::new();
        if !self.at_mark(":") {
            let value = self.expression()?;
            if !self.at_mark(":") {
                return Ok(value);
            }
            parts.push(value);
        }
        self.next();
        let ended = |parser: &Self| parser.at_mark(":") || parser.at_mark("]") || parser.at_mark(",");
        if !ended(self) {
            parts.push(self.expression()?);
        }
        if self.skip_mark(":") && !self.at_mark("]") && !self.at_mark(",") {
            parts.push(self.expression()?);
        }
        Ok(self.add(start, ExprKind::Collection(parts)))
    }

    /// The arguments of a call with their parentheses.
    pub(super) fn arguments(&mut self) -> Result<Vec<ExprId>, Fault> {
        let open = self.expect_mark("(")?;
        let (mut values, mut first) = (Vec::new(), true);
        let mut names = BTreeSet::new();
        let (mut named, mut star, mut stars) = (false, false, false);
        while !self.at_mark(")") {
            if !first {
                self.expect_mark(",")?;
                if self.at_mark(")") {
                    break;
                }
            }
            let wrong = |parser: &Self| parser.fault(open.span, "invalid syntax for function call expression");
            if self.skip_mark("*") {
                if star || stars {
                    return Err(wrong(self));
                }
                star = true;
                values.push(self.expression()?);
            } else if self.skip_mark("**") {
                if stars {
                    return Err(wrong(self));
                }
                stars = true;
                values.push(self.expression()?);
            } else if self.token().kind == Kind::Name && matches!(self.ahead(1).kind, Kind::Mark("=")) {
                if stars {
                    return Err(wrong(self));
                }
                let name = self.next();
                self.next();
                if !names.insert(self.written(name)) {
                    let message = format!("keyword argument repeated: {}", self.written(name));
                    return Err(self.fault(name.span, message));
                }
                named = true;
                values.push(self.expression()?);
            } else {
                if star || stars || named {
                    return Err(wrong(self));
                }
                values.push(self.expression()?);
            }
            first = false;
        }
        self.expect_mark(")")?;
        Ok(values)
    }

    fn call(&mut self, callee: ExprId) -> Parsed {
        let args = self.arguments()?;
        let end = self.before();
        let span = self.span_of(callee).cover(end);
        Ok(self.add(span, ExprKind::Call(callee, args)))
    }

    /// `|name(args)`, once or more. `inline`: the first one has no bar.
    pub(super) fn filter(&mut self, mut value: Option<ExprId>, inline: bool) -> Parsed {
        let mut inline = inline;
        let start = self.token().span;
        while inline || self.at_mark("|") {
            if !inline {
                self.next();
            }
            inline = false;
            let name = self.dotted()?;
            let args = if self.at_mark("(") { self.arguments()? } else { Vec::new() };
            let from = value.map_or(start, |value| self.span_of(value));
            let span = from.cover(self.before());
            value = Some(self.add(span, ExprKind::Filter(value, name, args)));
        }
        value.ok_or_else(|| self.expected("name"))
    }

    fn dotted(&mut self) -> Result<Box<str>, Fault> {
        let first = self.expect_name()?;
        let mut name = self.written(first).to_owned();
        while self.skip_mark(".") {
            let part = self.expect_name()?;
            name.push('.');
            name.push_str(self.written(part));
        }
        Ok(name.into())
    }

    fn test(&mut self, value: ExprId) -> Parsed {
        self.next();
        self.skip_word("not");
        self.dotted()?;
        let mut parts = vec![value];
        let token = self.token();
        if self.at_mark("(") {
            parts.extend(self.arguments()?);
        } else {
            let starts =
                matches!(token.kind, Kind::Name | Kind::Text | Kind::Integer | Kind::Float | Kind::Mark("[" | "{"));
            let ends = ["else", "or", "and"].iter().any(|word| self.at_word(word));
            if starts && !ends {
                if self.at_word("is") {
                    return Err(self.fault(token.span, "You cannot chain multiple tests with is"));
                }
                let argument = self.primary()?;
                parts.push(self.postfix(argument)?);
            }
        }
        let span = self.span_of(value).cover(self.before());
        Ok(self.add(span, ExprKind::Truth(parts)))
    }
}
