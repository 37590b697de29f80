//! Where a constant text stands that a call elsewhere is given.

use rustc_hash::FxHashMap;

use crate::model::Span;
use crate::source::python::flow::{At, FileId};
use crate::source::python::syntax::{Ast, Constant, ExprKind};

/// The constant texts of a program, by what they say; the files are read once somebody asks.
pub(super) struct Standing<'a> {
    asts: &'a [&'a Ast],
    read: Option<FxHashMap<&'a str, Vec<At>>>,
}

impl<'a> Standing<'a> {
    pub(super) const fn new(asts: &'a [&'a Ast]) -> Self {
        Self { asts, read: None }
    }

    /// Where `text` stands in the call at `call`.
    pub(super) fn within(&mut self, text: &str, call: At) -> Option<At> {
        let asts = self.asts;
        let all = self.read.get_or_insert_with(|| read(asts)).get(text)?;
        let from = all.partition_point(|at| (at.file, at.span.start) < (call.file, call.span.start));
        all.get(from).copied().filter(|at| at.file == call.file && at.span.end <= call.span.end)
    }

    /// Where `text` stands when that is not in the call at `call`: the last place before it in the same file, or else
    /// the first place anywhere.
    pub(super) fn of(&mut self, text: &str, call: At) -> Option<At> {
        let asts = self.asts;
        let all = self.read.get_or_insert_with(|| read(asts)).get(text)?;
        let own = &all[all.partition_point(|at| at.file < call.file)..all.partition_point(|at| at.file <= call.file)];
        let before = own.partition_point(|at| at.span.start < call.span.start);
        if own.get(before).is_some_and(|at| at.span.start < call.span.end) {
            return None;
        }
        before.checked_sub(1).map(|last| own[last]).or_else(|| own.first().copied()).or_else(|| all.first().copied())
    }
}

fn read<'a>(asts: &[&'a Ast]) -> FxHashMap<&'a str, Vec<At>> {
    let mut all: FxHashMap<&str, Vec<At>> = FxHashMap::default();
    for (file, ast) in asts.iter().enumerate() {
        let file = FileId(u32::try_from(file).unwrap_or(u32::MAX));
        let mut texts: Vec<(&str, Span)> = ast
            .exprs()
            .iter()
            .filter_map(|expr| match &expr.kind {
                ExprKind::Constant(Constant::Str(text)) => Some((&**text, expr.span)),
                _ => None,
            })
            .collect();
        texts.sort_unstable_by_key(|(_, span)| *span);
        for (text, span) in texts {
            all.entry(text).or_default().push(At { file, span });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::python::parse;

    #[test]
    fn a_text_stands_in_front_of_the_call_that_takes_it() {
        let text = "a = 'x'\nf(a)\na = 'x'\nf(a)\nf('x')\n";
        let ast = parse(text);
        let asts = [&ast];
        let mut standing = Standing::new(&asts);
        let mut of = |call: &str, nth: usize| {
            let start = text.match_indices(call).nth(nth).map_or(0, |(at, _)| at);
            let span = Span::of(start..start + call.len());
            standing.of("x", At { file: FileId(0), span }).map(|at| at.span.start)
        };
        assert_eq!(of("f(a)", 0), Some(4));
        assert_eq!(of("f(a)", 1), Some(17));
        assert_eq!(of("f('x')", 0), None, "it stands in the call");
    }
}
