//! The dump of our own syntax, in the shape of `dump_ast.py`.

use std::fmt::Write as _;

use wicara_tool::source::python::syntax::*;

/// One line per node, parents first.
pub(crate) fn dump(text: &str, ast: &Ast) -> Vec<String> {
    let mut starts = vec![0];
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' || *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
            starts.push(at + 1);
        }
    }
    let mut dump = Dump { ast, starts, bom: text.starts_with('\u{feff}'), placed: true, out: Vec::new() };
    dump.body("module", &ast.body);
    dump.out
}

struct Dump<'a> {
    ast: &'a Ast,
    starts: Vec<usize>,
    bom: bool,
    placed: bool,
    out: Vec<String>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("x".to_owned(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

impl Dump<'_> {
    fn line(&mut self, kind: &str, at: Option<u32>, details: &str) {
        let place = match at.filter(|_| self.placed) {
            Some(at) => {
                let at = at as usize;
                let line = self.starts.partition_point(|start| *start <= at);
                let column = at - self.starts[line - 1];
                let column = if self.bom && line == 1 { column - 3 } else { column };
                format!("{line}:{column}")
            }
            None => "-".to_owned(),
        };
        let space = if details.is_empty() { "" } else { " " };
        self.out.push(format!("{kind} {place}{space}{details}"));
    }

    fn optional(&mut self, id: Option<ExprId>) {
        match id {
            Some(id) => self.expr(id),
            None => self.line("none", None, ""),
        }
    }

    fn several(&mut self, kind: &str, at: u32, items: &[ExprId]) {
        self.line(kind, Some(at), &items.len().to_string());
        items.iter().for_each(|item| self.expr(*item));
    }

    fn expr(&mut self, id: ExprId) {
        let ast = self.ast;
        let at = ast[id].span.start;
        let here = Some(at);
        match &ast[id].kind {
            ExprKind::Name(name) => self.line("Name", here, name),
            ExprKind::Constant(constant) => self.constant(at, constant),
            ExprKind::JoinedStr(parts) => {
                self.line("JoinedStr", here, "");
                let placed = std::mem::replace(&mut self.placed, false);
                for part in parts {
                    self.part(part);
                }
                self.placed = placed;
            }
            ExprKind::Attribute { value, attr } => {
                self.line("Attribute", here, &attr.name);
                self.expr(*value);
            }
            ExprKind::Subscript { value, slice } => {
                self.line("Subscript", here, "");
                self.expr(*value);
                self.expr(*slice);
            }
            ExprKind::Slice { lower, upper, step } => {
                self.line("Slice", here, "");
                [lower, upper, step].into_iter().for_each(|part| self.optional(*part));
            }
            ExprKind::Call { func, args } => {
                self.line("Call", here, "");
                self.expr(*func);
                self.args(args);
            }
            ExprKind::BinOp { left, op, right } => {
                self.line("BinOp", here, &format!("{op:?}"));
                self.expr(*left);
                self.expr(*right);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.line("UnaryOp", here, &format!("{op:?}"));
                self.expr(*operand);
            }
            ExprKind::BoolOp { op, values } => {
                self.line("BoolOp", here, &format!("{op:?} {}", values.len()));
                values.iter().for_each(|value| self.expr(*value));
            }
            ExprKind::Compare { left, rest } => {
                let ops: Vec<String> = rest.iter().map(|(op, _)| format!("{op:?}")).collect();
                self.line("Compare", here, &ops.join(" "));
                self.expr(*left);
                rest.iter().for_each(|(_, value)| self.expr(*value));
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.line("IfExp", here, "");
                [test, body, orelse].into_iter().for_each(|part| self.expr(*part));
            }
            ExprKind::Lambda { params, body } => {
                self.line("Lambda", here, "");
                self.params(params);
                self.expr(*body);
            }
            ExprKind::Tuple(items) => self.several("Tuple", at, items),
            ExprKind::List(items) => self.several("List", at, items),
            ExprKind::Set(items) => self.several("Set", at, items),
            ExprKind::Dict(pairs) => {
                self.line("Dict", here, &pairs.len().to_string());
                for (key, value) in pairs {
                    self.optional(*key);
                    self.expr(*value);
                }
            }
            ExprKind::ListComp { elt, generators } => self.comprehension("ListComp", at, &[*elt], generators),
            ExprKind::SetComp { elt, generators } => self.comprehension("SetComp", at, &[*elt], generators),
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("GeneratorExp", at, &[*elt], generators),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("DictComp", at, &[*key, *value], generators);
            }
            ExprKind::Starred(value) => self.wrapped("Starred", at, Some(*value)),
            ExprKind::NamedExpr { target, value } => {
                self.line("NamedExpr", here, "");
                self.expr(*target);
                self.expr(*value);
            }
            ExprKind::Await(value) => self.wrapped("Await", at, Some(*value)),
            ExprKind::Yield(value) => self.wrapped("Yield", at, *value),
            ExprKind::YieldFrom(value) => self.wrapped("YieldFrom", at, Some(*value)),
            ExprKind::Invalid => self.line("Invalid", here, ""),
        }
    }

    fn wrapped(&mut self, kind: &str, at: u32, value: Option<ExprId>) {
        self.line(kind, Some(at), "");
        self.optional(value);
    }

    fn constant(&mut self, at: u32, constant: &Constant) {
        let here = Some(at);
        match constant {
            Constant::None => self.line("Const", here, "None"),
            Constant::Bool(true) => self.line("Const", here, "True"),
            Constant::Bool(false) => self.line("Const", here, "False"),
            Constant::Ellipsis => self.line("Const", here, "..."),
            Constant::Int(value) => self.line("Int", here, &value.to_string()),
            Constant::BigInt(_) => self.line("Int", here, "big"),
            Constant::Float(value) => self.line("Float", here, &format!("{:016x}", value.to_bits())),
            Constant::Complex(_) => self.line("Complex", here, ""),
            Constant::Str(text) => self.line("Str", here, &hex(text.as_bytes())),
            Constant::Bytes(bytes) => self.line("Bytes", here, &hex(bytes)),
        }
    }

    fn part(&mut self, part: &FPart) {
        match part {
            FPart::Literal(text) => self.line("Lit", None, &hex(text.as_bytes())),
            FPart::Value { value, conversion, spec, has_spec } => {
                let plain = spec.as_ref().map_or("-".to_owned(), |spec| hex(spec.as_bytes()));
                let details = format!("{} {} {plain}", conversion.unwrap_or('-'), u8::from(*has_spec));
                self.line("Val", None, &details);
                self.expr(*value);
            }
        }
    }

    fn args(&mut self, args: &[Arg]) {
        for arg in args {
            let here = Some(arg.span.start);
            match &arg.kind {
                ArgKind::Positional => self.line("pos", None, ""),
                ArgKind::Star => self.line("star", here, ""),
                ArgKind::Keyword(name) => self.line("kw", here, &name.name),
                ArgKind::DoubleStar => self.line("kw", here, "**"),
            }
            self.expr(arg.value);
        }
    }

    fn params(&mut self, params: &Params) {
        for param in &params.list {
            self.line("param", Some(param.name.span.start), &format!("{:?} {}", param.kind, param.name.name));
            self.optional(param.annotation);
            self.optional(param.default);
        }
    }

    fn comprehension(&mut self, kind: &str, at: u32, elements: &[ExprId], generators: &[Comprehension]) {
        self.line(kind, Some(at), "");
        elements.iter().for_each(|element| self.expr(*element));
        for clause in generators {
            self.line("for", None, &format!("{} {}", u8::from(clause.is_async), clause.ifs.len()));
            self.expr(clause.target);
            self.expr(clause.iter);
            clause.ifs.iter().for_each(|test| self.expr(*test));
        }
    }

    fn body(&mut self, label: &str, statements: &[StmtId]) {
        self.line(label, None, &statements.len().to_string());
        statements.iter().for_each(|statement| self.stmt(*statement));
    }

    fn aliases(&mut self, names: &[Alias]) {
        for alias in names {
            let asname = alias.asname.as_ref().map_or("-", |asname| &asname.name);
            self.line("alias", Some(alias.name.span.start), &format!("{} {asname}", alias.name.name));
        }
    }

    fn declared(&mut self, kind: &str, at: u32, names: &[Ident]) {
        let names: Vec<&str> = names.iter().map(|name| &*name.name).collect();
        self.line(kind, Some(at), &names.join(" "));
    }

    fn stmt(&mut self, id: StmtId) {
        let ast = self.ast;
        let at = ast[id].span.start;
        let here = Some(at);
        match &ast[id].kind {
            StmtKind::FunctionDef(def) => {
                def.decorators.iter().for_each(|decorator| self.expr(*decorator));
                let details = format!("{} {}", def.name.name, u8::from(def.is_async));
                self.line("def", Some(def.header.start), &details);
                self.params(&def.params);
                self.optional(def.returns);
                self.body("body", &def.body);
            }
            StmtKind::ClassDef(def) => {
                def.decorators.iter().for_each(|decorator| self.expr(*decorator));
                self.line("class", Some(def.header.start), &def.name.name);
                self.args(&def.bases);
                self.body("body", &def.body);
            }
            StmtKind::Return(value) => {
                self.line("return", here, "");
                self.optional(*value);
            }
            StmtKind::Delete(targets) => self.several("del", at, targets),
            StmtKind::Assign { targets, value } => {
                self.several("assign", at, targets);
                self.expr(*value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.line("augassign", here, &format!("{op:?}"));
                self.expr(*target);
                self.expr(*value);
            }
            StmtKind::AnnAssign { target, annotation, value } => {
                self.line("annassign", here, "");
                self.expr(*target);
                self.expr(*annotation);
                self.optional(*value);
            }
            StmtKind::For { target, iter, body, orelse, is_async } => {
                self.line("for", here, &u8::from(*is_async).to_string());
                self.expr(*target);
                self.expr(*iter);
                self.body("body", body);
                self.body("else", orelse);
            }
            StmtKind::While { test, body, orelse } => self.tested("while", at, *test, body, orelse),
            StmtKind::If { test, body, orelse } => self.tested("if", at, *test, body, orelse),
            StmtKind::With { items, body, is_async } => {
                self.line("with", here, &format!("{} {}", u8::from(*is_async), items.len()));
                for (manager, target) in items {
                    self.expr(*manager);
                    self.optional(*target);
                }
                self.body("body", body);
            }
            StmtKind::Match { subject, cases } => {
                self.line("match", here, &cases.len().to_string());
                self.expr(*subject);
                for case in cases {
                    let binds: Vec<&str> = case.binds.iter().map(|bind| &*bind.name).collect();
                    self.line("case", None, &binds.join(" "));
                    self.optional(case.guard);
                    self.body("body", &case.body);
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.line("raise", here, "");
                self.optional(*exc);
                self.optional(*cause);
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.line("try", here, &handlers.len().to_string());
                self.body("body", body);
                for handler in handlers {
                    let name = handler.name.as_ref().map_or("-", |name| &name.name);
                    self.line("except", Some(handler.span.start), name);
                    self.optional(handler.typ);
                    self.body("body", &handler.body);
                }
                self.body("else", orelse);
                self.body("finally", finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.line("assert", here, "");
                self.expr(*test);
                self.optional(*msg);
            }
            StmtKind::Import(names) => {
                self.line("import", here, "");
                self.aliases(names);
            }
            StmtKind::ImportFrom { module, level, names, .. } => {
                self.line("from", here, &format!("{} {level}", module.as_deref().unwrap_or("-")));
                self.aliases(names);
            }
            StmtKind::Global(names) => self.declared("global", at, names),
            StmtKind::Nonlocal(names) => self.declared("nonlocal", at, names),
            StmtKind::Expr(value) => {
                self.line("expr", here, "");
                self.expr(*value);
            }
            StmtKind::Pass => self.line("pass", here, ""),
            StmtKind::Break => self.line("break", here, ""),
            StmtKind::Continue => self.line("continue", here, ""),
            StmtKind::TypeAlias { .. } => self.line("type", here, ""),
            StmtKind::Invalid => self.line("invalid", here, ""),
        }
    }

    fn tested(&mut self, kind: &str, at: u32, test: ExprId, body: &[StmtId], orelse: &[StmtId]) {
        self.line(kind, Some(at), "");
        self.expr(test);
        self.body("body", body);
        self.body("else", orelse);
    }
}
