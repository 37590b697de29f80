//! Whether a function can be called with some arguments, in Python's words.

use crate::source::python::syntax::{Param, ParamKind, Params};

/// What happens when a function is called with so many positional arguments and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It can be called.
    Fits,
    /// It takes fewer: Python's words after the function's name.
    TooMany(String),
    /// It wants more: the names of the missing ones, and Python's words.
    Missing(Vec<String>, String),
    /// Parameters that can only be given by name have no default.
    KeywordOnly(Vec<String>, String),
}

/// Judges a call with `given` positional arguments, `self` included for a method.
#[must_use]
pub fn fit(params: &Params, given: usize) -> Fit {
    fit_with(params, given, &[])
}

/// The same, with these arguments given by name as well.
#[must_use]
pub fn fit_with(params: &Params, given: usize, named: &[&str]) -> Fit {
    let positional: Vec<_> = params
        .list
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Positional))
        .collect();
    let required = positional.iter().filter(|param| param.default.is_none()).count();
    let any = params.list.iter().any(|param| param.kind == ParamKind::VarArgs);
    if given > positional.len() && !any {
        let takes = if required == positional.len() {
            format!("{} positional argument{}", positional.len(), plural(positional.len()))
        } else {
            format!("from {required} to {} positional arguments", positional.len())
        };
        let were = if given == 1 { "was" } else { "were" };
        return Fit::TooMany(format!("takes {takes} but {given} {were} given"));
    }
    let by_name = |param: &&Param| named.contains(&&*param.name.name);
    let takes_any = params.list.iter().any(|param| param.kind == ParamKind::KwArgs);
    let by_any_name = |name: &str| {
        let mut named = params.list.iter().filter(|param| &*param.name.name == name);
        named.any(|param| matches!(param.kind, ParamKind::Positional | ParamKind::KeywordOnly))
    };
    if let Some(name) = named.iter().find(|name| !takes_any && !by_any_name(name)) {
        return Fit::TooMany(format!("got an unexpected keyword argument '{name}'"));
    }
    if let Some(twice) = positional.iter().take(given).copied().find(by_name) {
        return Fit::TooMany(format!("got multiple values for argument '{}'", twice.name.name));
    }
    let missing: Vec<String> = positional
        .iter()
        .copied()
        .skip(given)
        .filter(|param| param.default.is_none() && !by_name(param))
        .map(|param| param.name.name.to_string())
        .collect();
    if !missing.is_empty() {
        let words = lacking(&missing, "positional");
        return Fit::Missing(missing, words);
    }
    let by_name: Vec<String> = params
        .list
        .iter()
        .filter(|param| param.kind == ParamKind::KeywordOnly && param.default.is_none() && !by_name(param))
        .map(|param| param.name.name.to_string())
        .collect();
    if !by_name.is_empty() {
        let words = lacking(&by_name, "keyword-only");
        return Fit::KeywordOnly(by_name, words);
    }
    Fit::Fits
}

/// What Python says of arguments that are missing, after the function's name.
#[must_use]
pub fn lacking(names: &[String], kind: &str) -> String {
    format!("missing {} required {kind} argument{}: {}", names.len(), plural(names.len()), python_list(names))
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// As Python joins names in its errors: `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`.
fn python_list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
        [] => String::new(),
    }
}
