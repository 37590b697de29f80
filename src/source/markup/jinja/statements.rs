//! Statements, and which may follow which.

use std::collections::BTreeSet;

use super::parse::Parser;
use super::syntax::{Fault, Statement};
use super::tokens::Kind;
use crate::model::Span;

/// A block that is open.
struct Open {
    /// What it is.
    name: &'static str,
    span: Span,
    /// Whether `else` was seen.
    other: bool,
    /// The name of a `block`.
    label: Box<str>,
}

/// The blocks that are open, and what is known of the template so far.
pub(super) struct Blocks {
    open: Vec<Open>,
    extensions: bool,
    labels: BTreeSet<Box<str>>,
}

/// Tags of extensions that come with Jinja: those that need an end, and those that do not.
const EXTENDED: &[(&str, bool)] =
    &[("do", false), ("break", false), ("continue", false), ("debug", false), ("trans", true)];

/// Blocks inside of one another.
const MAX_DEPTH: usize = 1_000;

impl Blocks {
    pub(super) fn new(extensions: bool) -> Self {
        Self { open: Vec::new(), extensions, labels: BTreeSet::new() }
    }

    /// The fault of a template that ends while a block is open.
    pub(super) fn unclosed(&self) -> Option<Fault> {
        let open = self.open.last()?;
        let message = format!(
            "Unexpected end of template. Jinja was looking for the following tags: {}. The innermost block that needs to be closed is '{}'",
            wanted(open),
            open.name
        );
        Some(Fault { span: open.span, message, tag: None })
    }

    /// Reads one statement whose tokens the parser has.
    pub(super) fn statement(&mut self, parser: &mut Parser<'_>, span: Span) -> Result<Statement, Fault> {
        let token = parser.token();
        if token.kind != Kind::Name {
            return Err(parser.fault(span, "tag name expected"));
        }
        parser.next();
        let word = parser.written(token);
        if let Some(statement) = self.closing(word, parser, token.span)? {
            parser.end("end of statement block")?;
            return Ok(statement);
        }
        let statement = self.opening(word, parser, span)?;
        parser.end("end of statement block")?;
        if self.open.len() > MAX_DEPTH {
            return Err(parser.fault(span, "blocks are nested too deep"));
        }
        Ok(statement)
    }

    /// What ends or continues the innermost block.
    fn closing(&mut self, word: &str, parser: &mut Parser<'_>, span: Span) -> Result<Option<Statement>, Fault> {
        let unknown = |open: Option<&Open>| {
            let looking = open.map_or_else(String::new, |open| {
                format!(". Jinja was looking for the following tags: {}. The innermost block that needs to be closed is '{}'", wanted(open), open.name)
            });
            let message = format!("Encountered unknown tag '{word}'{looking}");
            Err(Fault { span, message, tag: Some(word.to_owned()) })
        };
        let open = self.open.last_mut();
        match (word, open) {
            ("else", Some(open)) if matches!(open.name, "if" | "for") && !open.other => {
                open.other = true;
                Ok(Some(Statement::Else))
            }
            ("elif", Some(open)) if open.name == "if" && !open.other => {
                Ok(Some(Statement::Elif(parser.tuple(false, &[])?)))
            }
            ("pluralize", Some(open)) if open.name == "trans" => {
                while parser.token().kind != Kind::End {
                    parser.next();
                }
                Ok(Some(Statement::Other("pluralize".into())))
            }
            (end, Some(open)) if end.strip_prefix("end").is_some_and(|name| name == open.name) => {
                let name = open.name;
                if name == "block" {
                    let label = open.label.clone();
                    parser.skip_word(&label);
                }
                self.open.pop();
                Ok(Some(Statement::End(name)))
            }
            ("else" | "elif" | "pluralize", open) => unknown(open.as_deref()),
            (end, open) if end.starts_with("end") => unknown(open.as_deref()),
            _ => Ok(None),
        }
    }

    fn push(&mut self, name: &'static str, span: Span) {
        self.open.push(Open { name, span, other: false, label: "".into() });
    }

    fn opening(&mut self, word: &str, parser: &mut Parser<'_>, span: Span) -> Result<Statement, Fault> {
        Ok(match word {
            "for" => {
                let names = targets(parser, Some("in"), false)?;
                if names.iter().any(|name| &**name == "loop") {
                    return Err(parser.fault(span, "can't assign to special loop variable in for-loop target"));
                }
                parser.expect_word("in")?;
                let value = parser.tuple(false, &["recursive"])?;
                if parser.skip_word("if") {
                    parser.expression()?;
                }
                parser.skip_word("recursive");
                self.push("for", span);
                Statement::For { names, value }
            }
            "if" => {
                let test = parser.tuple(false, &[])?;
                self.push("if", span);
                Statement::If(test)
            }
            "block" => {
                let name = parser.expect_name()?;
                let label: Box<str> = parser.written(name).into();
                if !self.labels.insert(label.clone()) {
                    return Err(parser.fault(name.span, format!("block '{label}' defined twice")));
                }
                parser.skip_word("scoped");
                parser.skip_word("required");
                if parser.at_mark("-") {
                    let message = "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead";
                    return Err(parser.fault(parser.token().span, message));
                }
                self.open.push(Open { name: "block", span, other: false, label: label.clone() });
                Statement::Block(label)
            }
            "extends" => {
                let value = parser.expression()?;
                if self.open.iter().any(|open| !matches!(open.name, "if" | "autoescape")) {
                    return Err(parser.fault(span, "cannot use extend from a non top-level scope"));
                }
                Statement::Extends(value)
            }
            "print" => {
                let mut values = Vec::new();
                while parser.token().kind != Kind::End {
                    if !values.is_empty() {
                        parser.expect_mark(",")?;
                    }
                    values.push(parser.expression()?);
                }
                Statement::Print(values)
            }
            "macro" => {
                let (name, params, defaults) = signature(parser, true)?;
                self.push("macro", span);
                Statement::Macro { name, params, defaults }
            }
            "include" => {
                let value = parser.expression()?;
                if parser.at_word("ignore") && parser.is_word(parser.ahead(1), "missing") {
                    parser.next();
                    parser.next();
                }
                context(parser);
                Statement::Include(value)
            }
            "import" => {
                parser.expression()?;
                parser.expect_word("as")?;
                let name = assigned(parser)?;
                context(parser);
                Statement::Import(vec![name])
            }
            "from" => from(parser)?,
            "set" => {
                let names = targets(parser, None, true)?;
                if parser.skip_mark("=") {
                    Statement::Set { names, value: Some(parser.tuple(true, &[])?) }
                } else {
                    if parser.at_mark("|") {
                        parser.filter(None, false)?;
                    }
                    self.push("set", span);
                    Statement::Set { names, value: None }
                }
            }
            "with" => {
                let mut pairs = Vec::new();
                while parser.token().kind != Kind::End {
                    if !pairs.is_empty() {
                        parser.expect_mark(",")?;
                    }
                    let names = targets(parser, None, false)?;
                    parser.expect_mark("=")?;
                    let value = parser.expression()?;
                    pairs.extend(names.into_iter().map(|name| (name, value)));
                }
                self.push("with", span);
                Statement::With(pairs)
            }
            "autoescape" => {
                let value = parser.expression()?;
                self.push("autoescape", span);
                Statement::Autoescape(value)
            }
            "call" => {
                if parser.at_mark("(") {
                    signature(parser, false)?;
                }
                let value = parser.expression()?;
                if !parser.is_call(value) {
                    return Err(parser.fault(parser.span_of(value), "expected call"));
                }
                self.push("call", span);
                Statement::Call(value)
            }
            "filter" => {
                parser.filter(None, true)?;
                self.push("filter", span);
                Statement::Filter
            }
            other => return self.extended(other, parser, span),
        })
    }

    fn extended(&mut self, word: &str, parser: &mut Parser<'_>, span: Span) -> Result<Statement, Fault> {
        match EXTENDED.iter().find(|(name, _)| *name == word) {
            Some((name, block)) if self.extensions => {
                while parser.token().kind != Kind::End {
                    parser.next();
                }
                if *block {
                    self.push(name, span);
                }
                Ok(Statement::Other(word.into()))
            }
            _ => {
                let open = self.open.last();
                let looking = open.map_or_else(String::new, |open| {
                    format!(
                        ". Jinja was looking for the following tags: {}. The innermost block that needs to be closed is '{}'",
                        wanted(open),
                        open.name
                    )
                });
                let message = format!("Encountered unknown tag '{word}'{looking}");
                Err(Fault { span, message, tag: Some(word.to_owned()) })
            }
        }
    }
}

/// The tags that would end or continue a block.
fn wanted(open: &Open) -> String {
    match (open.name, open.other) {
        ("if", false) => "'elif' or 'else' or 'endif'".to_owned(),
        ("for", false) => "'else' or 'endfor'".to_owned(),
        (name, _) => format!("'end{name}'"),
    }
}

/// Words that no name may be.
const RESERVED: &[&str] = &["true", "false", "none", "True", "False", "None"];

fn assigned(parser: &mut Parser<'_>) -> Result<Box<str>, Fault> {
    let token = parser.expect_name()?;
    let name = parser.written(token);
    if RESERVED.contains(&name) {
        return Err(parser.fault(token.span, format!("can't assign to '{name}'")));
    }
    Ok(name.into())
}

/// What is assigned to: names, with commas and parentheses. `ends`: the word that follows.
fn targets(parser: &mut Parser<'_>, ends: Option<&str>, namespace: bool) -> Result<Vec<Box<str>>, Fault> {
    let mut names = Vec::new();
    if namespace && matches!(parser.ahead(1).kind, Kind::Mark(".")) {
        let name = assigned(parser)?;
        parser.next();
        parser.expect_name()?;
        names.push(name);
        return Ok(names);
    }
    loop {
        if parser.at_mark("(") {
            parser.next();
            names.extend(parser.deeper(|parser| targets(parser, None, false))?);
            parser.expect_mark(")")?;
        } else {
            names.push(assigned(parser)?);
        }
        let ended = |parser: &Parser<'_>| {
            parser.token().kind == Kind::End
                || parser.at_mark(")")
                || parser.at_mark("=")
                || ends.is_some_and(|word| parser.at_word(word))
        };
        if !parser.skip_mark(",") || ended(parser) {
            return Ok(names);
        }
    }
}

/// The name of a macro, its parameters, and how many of them have a default.
type Signature = (Box<str>, Vec<Box<str>>, usize);

/// `name(a, b=1)`, or only the parentheses: the name, the parameters, and how many of them have a default.
fn signature(parser: &mut Parser<'_>, named: bool) -> Result<Signature, Fault> {
    let name = if named { assigned(parser)? } else { "".into() };
    parser.expect_mark("(")?;
    let (mut params, mut defaults) = (Vec::new(), 0);
    while !parser.at_mark(")") {
        if !params.is_empty() {
            parser.expect_mark(",")?;
        }
        let place = parser.token().span;
        params.push(assigned(parser)?);
        if parser.skip_mark("=") {
            defaults += 1;
            parser.expression()?;
        } else if defaults > 0 {
            return Err(parser.fault(place, "non-default argument follows default argument"));
        }
    }
    parser.expect_mark(")")?;
    Ok((name, params, defaults))
}

/// `with context`, `without context`.
fn context(parser: &mut Parser<'_>) {
    let word = parser.at_word("with") || parser.at_word("without");
    if word && parser.is_word(parser.ahead(1), "context") {
        parser.next();
        parser.next();
    }
}

fn from(parser: &mut Parser<'_>) -> Result<Statement, Fault> {
    parser.expression()?;
    parser.expect_word("import")?;
    let mut names: Vec<Box<str>> = Vec::new();
    loop {
        if !names.is_empty() {
            parser.expect_mark(",")?;
        }
        let token = parser.token();
        if token.kind != Kind::Name {
            return Err(parser.expected("name"));
        }
        let with = (parser.at_word("with") || parser.at_word("without")) && parser.is_word(parser.ahead(1), "context");
        if with {
            context(parser);
            break;
        }
        let name = assigned(parser)?;
        if name.starts_with('_') {
            return Err(parser.fault(token.span, "names starting with an underline can not be imported"));
        }
        let local = if parser.skip_word("as") { assigned(parser)? } else { name };
        names.push(local);
        let with = (parser.at_word("with") || parser.at_word("without")) && parser.is_word(parser.ahead(1), "context");
        if with {
            context(parser);
            break;
        }
        if !parser.at_mark(",") {
            break;
        }
    }
    Ok(Statement::Import(names))
}
