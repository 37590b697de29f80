//! What Python cannot compile, and what not every Python of the host can.

use crate::contract::context::Context;
use crate::contract::parsed::Parsed;
use crate::model::{Decoded, Finding, PluginFile, Span};
use crate::rules::id;
use crate::source::python::TOO_COMPLEX;
use crate::source::python::syntax::{Ast, Constant, ExprKind};

/// Faults reported for one file; what follows is usually a consequence.
const FAULTS: usize = 5;

pub(super) fn check(ctx: &mut Context<'_>, parsed: &Parsed<'_>, python: Option<&str>) {
    let minor = |version: &str| version.split('.').nth(1).and_then(|minor| minor.parse::<u8>().ok());
    let below = python.and_then(minor).map_or_else(|| minor(&ctx.host.python.below), |minor| Some(minor + 1));
    let oldest = python.and_then(minor).or_else(|| minor(&ctx.host.python.min));
    for (file, ast) in &parsed.files {
        let Some(source) = file.source() else { continue };
        let independent = ast.faults.iter().enumerate().filter(|(index, fault)| *index == 0 || !fault.of_layout);
        for (_, fault) in independent.take(FAULTS) {
            let at_load = loaded(ctx, file);
            if fault.message == TOO_COMPLEX {
                ctx.unsure();
                let message = "this file is too large or too tangled to be judged";
                let finding = Finding::at(id::ANALYSIS_LIMIT, ctx.plugin, file, fault.span, message);
                ctx.report(finding);
                continue;
            }
            let line = source.lines().line_span(source.text(), source.position(fault.span.start).line);
            let finding = match hyphenated(source.slice(line)) {
                Some(module) => {
                    let message = format!("`{module}` cannot stand in an import: Python reads the hyphen as a minus");
                    Finding::at(id::HYPHEN_IN_IMPORT, ctx.plugin, file, word(line, source.slice(line), module), message)
                }
                None => Finding::at(id::SYNTAX_ERROR, ctx.plugin, file, fault.span, fault.message.clone()),
            };
            let name = file.path.file_name();
            let number = source.position(fault.span.start).line;
            let finding = match at_load {
                true => finding.host_says(ctx.failed(&format!("{} ({name}, line {number})", fault.message))),
                false => finding,
            };
            if at_load {
                ctx.stop();
            }
            ctx.report(finding);
        }
        if ast.faults.is_empty() {
            bytes(ctx, file, ast);
        }
        versions(ctx, file, ast, below, oldest);
    }
}

/// A text with bytes that are no UTF-8, in a file that names no other encoding. Python reads over them in comments.
fn bytes(ctx: &mut Context<'_>, file: &PluginFile, ast: &Ast) {
    let Some(source) = file.source() else { return };
    let Decoded::Invalid(from) = source.decoded() else { return };
    if encoding(source.text()).is_some_and(|name| !is_utf8(name)) {
        return;
    }
    let texts = ast.exprs().iter().filter(|expr| {
        matches!(expr.kind, ExprKind::Constant(Constant::Str(_)) | ExprKind::JoinedStr(_))
            && expr.span.end as usize > from
    });
    let bad = texts.filter_map(|expr| {
        let offset = source.slice(expr.span).find(char::REPLACEMENT_CHARACTER)?;
        Some(expr.span.start as usize + offset)
    });
    let Some(first) = bad.min() else { return };
    let span = Span::of(first..first + char::REPLACEMENT_CHARACTER.len_utf8());
    let line = source.position(span.start).line;
    let words = format!(
        "(unicode error) 'utf-8' codec can't decode byte… in position …: … ({}, line {line})",
        file.path.file_name()
    );
    let message = "the file is not UTF-8, and names no other encoding: this byte belongs to no character";
    let finding = Finding::at(id::SYNTAX_ERROR, ctx.plugin, file, span, message)
        .help("Save the file as UTF-8. It was probably saved as Latin-1 or Windows-1252.");
    if loaded(ctx, file) {
        let said = ctx.failed(&words);
        ctx.stopper(finding.host_says(said));
    } else {
        ctx.report(finding.host_says(words));
    }
}

/// The encoding that a comment in the first two lines names: `# -*- coding: latin-1 -*-`.
fn encoding(text: &str) -> Option<&str> {
    let lines = text.split(['\n', '\r']).take(2).map(|line| line.trim_start_matches(['\u{feff}', ' ', '\t', '\u{c}']));
    // The second line counts where the first one holds no code.
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with('#'));
    lines.into_iter().find_map(|line| {
        let name = line.match_indices("coding").find_map(|(at, word)| {
            let rest = &line[at + word.len()..];
            rest.strip_prefix([':', '=']).map(|rest| rest.trim_start_matches([' ', '\t']))
        })?;
        let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.')).unwrap_or(name.len());
        (end > 0).then(|| &name[..end])
    })
}

fn is_utf8(name: &str) -> bool {
    let name = name.to_lowercase().replace('_', "-");
    name == "utf8" || name == "u8" || name.starts_with("utf-8")
}

fn versions(ctx: &mut Context<'_>, file: &PluginFile, ast: &Ast, below: Option<u8>, oldest: Option<u8>) {
    for feature in &ast.features {
        let (rule, message) = if below.is_some_and(|below| feature.since >= below) {
            let message = format!(
                "{} needs Python 3.{}, and the host runs on {} up to, but not including, {}",
                feature.name, feature.since, ctx.host.python.min, ctx.host.python.below
            );
            (id::SYNTAX_TOO_NEW, message)
        } else if oldest.is_some_and(|oldest| feature.since > oldest) {
            let message = format!(
                "{} needs Python 3.{}, and the host also runs on {}",
                feature.name, feature.since, ctx.host.python.min
            );
            (id::SYNTAX_NOT_ON_OLDEST, message)
        } else {
            continue;
        };
        let finding = Finding::at(rule, ctx.plugin, file, feature.span, message);
        if rule == id::SYNTAX_TOO_NEW && loaded(ctx, file) {
            ctx.stop();
        }
        ctx.report(finding);
    }
}

/// Whether the host executes a file while it loads the plugin.
fn loaded(ctx: &Context<'_>, file: &PluginFile) -> bool {
    let found = ctx.files.iter().position(|other| other.is_some_and(|other| other.path == file.path));
    found
        .and_then(|index| u32::try_from(index).ok())
        .is_some_and(|index| ctx.interp.was_run(crate::source::python::values::FileId(index)))
}

/// The hyphenated module name in `from my-plugin import x` or `import my-plugin`.
fn hyphenated(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let rest = rest.strip_prefix("from ").or_else(|| rest.strip_prefix("import "))?;
    let module = rest.trim_start().split([' ', ',', ';', '#', '\t']).next()?;
    let plain = module.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (plain && module.contains('-') && module.starts_with(|c: char| c.is_alphabetic())).then_some(module)
}

fn word(line: Span, text: &str, word: &str) -> Span {
    let start = line.start as usize + text.find(word).unwrap_or(0);
    Span::of(start..start + word.len())
}
