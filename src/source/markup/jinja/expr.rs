//! Expressions, from what binds least to what binds most.

use super::parse::Parser;
use super::syntax::{ExprId, ExprKind, Fault};
use super::tokens::Kind;

type Parsed = Result<ExprId, Fault>;

const COMPARISONS: &[&str] = &["==", "!=", "<", "<=", ">", ">="];

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed {
        self.deeper(Self::conditional)
    }

    fn joined(&mut self, parts: Vec<ExprId>, kind: fn(Vec<ExprId>) -> ExprKind) -> ExprId {
        if let [only] = parts.as_slice() {
            return *only;
        }
        let span = parts.iter().map(|part| self.span_of(*part)).reduce(crate::model::Span::cover).unwrap_or_default();
        self.add(span, kind(parts))
    }

    fn conditional(&mut self) -> Parsed {
        let mut yes = self.or()?;
        while self.skip_word("if") {
            let test = self.or()?;
            let no = if self.skip_word("else") { Some(self.deeper(Self::conditional)?) } else { None };
            let last = no.unwrap_or(test);
            let span = self.span_of(yes).cover(self.span_of(last));
            yes = self.add(span, ExprKind::Conditional { yes, test, no });
        }
        Ok(yes)
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.skip_word("or") {
            let right = self.and()?;
            left = self.either(left, right);
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.not()?;
        while self.skip_word("and") {
            let right = self.not()?;
            left = self.either(left, right);
        }
        Ok(left)
    }

    fn either(&mut self, left: ExprId, right: ExprId) -> ExprId {
        let span = self.span_of(left).cover(self.span_of(right));
        self.add(span, ExprKind::Either(left, right))
    }

    fn not(&mut self) -> Parsed {
        let start = self.token().span;
        if self.skip_word("not") {
            let value = self.deeper(Self::not)?;
            let span = start.cover(self.span_of(value));
            return Ok(self.add(span, ExprKind::Truth(vec![value])));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let mut parts = vec![self.sum()?];
        loop {
            let compares = matches!(self.token().kind, Kind::Mark(mark) if COMPARISONS.contains(&mark));
            if compares {
                self.next();
            } else if self.at_word("not") && self.is_word(self.ahead(1), "in") {
                self.next();
                self.next();
            } else if !self.skip_word("in") {
                break;
            }
            parts.push(self.sum()?);
        }
        Ok(self.joined(parts, ExprKind::Truth))
    }

    fn series(&mut self, marks: &[&str], part: fn(&mut Self) -> Parsed) -> Parsed {
        let mut parts = vec![part(self)?];
        while matches!(self.token().kind, Kind::Mark(mark) if marks.contains(&mark)) {
            self.next();
            parts.push(part(self)?);
        }
        Ok(self.joined(parts, ExprKind::Joined))
    }

    fn sum(&mut self) -> Parsed {
        self.series(&["+", "-"], |parser| {
            parser.series(&["~"], |parser| parser.series(&["*", "/", "//", "%"], Self::power))
        })
    }

    fn power(&mut self) -> Parsed {
        self.series(&["**"], |parser| parser.unary(true))
    }

    fn unary(&mut self, filters: bool) -> Parsed {
        let start = self.token().span;
        let value = if self.skip_mark("-") || self.skip_mark("+") {
            let value = self.deeper(|parser| parser.unary(false))?;
            let span = start.cover(self.span_of(value));
            self.add(span, ExprKind::Joined(vec![value]))
        } else {
            self.primary()?
        };
        let value = self.postfix(value)?;
        if filters { self.filters(value) } else { Ok(value) }
    }

    pub(super) fn primary(&mut self) -> Parsed {
        let token = self.token();
        let written = self.written(token);
        match token.kind {
            Kind::Name => {
                self.next();
                let kind = match written {
                    "true" | "false" | "True" | "False" | "none" | "None" => ExprKind::Constant,
                    name => ExprKind::Name(name.into()),
                };
                Ok(self.add(token.span, kind))
            }
            Kind::Text => {
                let mut text = String::new();
                let mut span = token.span;
                while self.token().kind == Kind::Text {
                    let part = self.next();
                    span = span.cover(part.span);
                    let inner = self.written(part);
                    text.push_str(inner.get(1..inner.len().saturating_sub(1)).unwrap_or(""));
                }
                Ok(self.add(span, ExprKind::Text(text.into())))
            }
            Kind::Integer | Kind::Float => {
                self.next();
                Ok(self.add(token.span, ExprKind::Constant))
            }
            Kind::Mark("(") => {
                self.next();
                let value = self.deeper(|parser| parser.tuple_in_parentheses())?;
                self.expect_mark(")")?;
                Ok(value)
            }
            Kind::Mark("[") => {
                self.next();
                let values = self.deeper(|parser| parser.list())?;
                Ok(self.add(token.span, ExprKind::Collection(values)))
            }
            Kind::Mark("{") => {
                self.next();
                let values = self.deeper(|parser| parser.dict())?;
                Ok(self.add(token.span, ExprKind::Collection(values)))
            }
            _ => Err(self.fault(token.span, format!("unexpected '{}'", self.shown(token)))),
        }
    }

    fn list(&mut self) -> Result<Vec<ExprId>, Fault> {
        let mut values = Vec::new();
        while !self.at_mark("]") {
            if !values.is_empty() {
                self.expect_mark(",")?;
            }
            if self.at_mark("]") {
                break;
            }
            values.push(self.expression()?);
        }
        self.expect_mark("]")?;
        Ok(values)
    }

    fn dict(&mut self) -> Result<Vec<ExprId>, Fault> {
        let mut values = Vec::new();
        while !self.at_mark("}") {
            if !values.is_empty() {
                self.expect_mark(",")?;
            }
            if self.at_mark("}") {
                break;
            }
            self.expression()?;
            self.expect_mark(":")?;
            values.push(self.expression()?);
        }
        self.expect_mark("}")?;
        Ok(values)
    }

    /// One expression, or several with commas between them. `ends`: words that end it.
    pub(super) fn tuple(&mut self, conditions: bool, ends: &[&str]) -> Parsed {
        self.deeper(|parser| parser.tuple_inner(conditions, ends, false))
    }

    fn tuple_in_parentheses(&mut self) -> Parsed {
        self.tuple_inner(true, &[], true)
    }

    fn tuple_inner(&mut self, conditions: bool, ends: &[&str], empty: bool) -> Parsed {
        let mut parts = Vec::new();
        let mut tuple = false;
        let start = self.token().span;
        loop {
            if !parts.is_empty() {
                self.expect_mark(",")?;
            }
            let token = self.token();
            let ended = matches!(token.kind, Kind::End | Kind::Mark(")")) || ends.iter().any(|word| self.at_word(word));
            if ended {
                break;
            }
            parts.push(if conditions { self.expression()? } else { self.deeper(Self::or)? });
            if self.at_mark(",") {
                tuple = true;
            } else {
                break;
            }
        }
        if tuple {
            return Ok(self.add(start, ExprKind::Collection(parts)));
        }
        match parts.first() {
            Some(only) => Ok(*only),
            None if empty => Ok(self.add(start, ExprKind::Collection(parts))),
            None => {
                let token = self.token();
                Err(self.fault(token.span, format!("Expected an expression, got '{}'", self.shown(token))))
            }
        }
    }
}
