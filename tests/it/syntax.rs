//! The syntax against the real Python: what it refuses, and what it sees in what it accepts.
//!
//! Every test here needs `python3`, and fails without it: a check that cannot run is no check.

mod dump;
mod mutation;
mod same;
mod ways;
mod words;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use wicara_tool::source::python::parse;
use wicara_tool::source::python::syntax::Ast;

use dump::dump;
use mutation::{Random, mutate};

fn python(arguments: &[&str], input: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/syntax/dump_ast.py");
    let mut child = Command::new("python3")
        .arg(script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 must be there");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("python3 must end");
    writer.join().expect("the writer does not panic").expect("python3 reads its input");
    assert!(output.status.success(), "python3 failed");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The minor version of `python3`: what is newer than it counts as refused.
fn minor() -> u8 {
    let output = Command::new("python3").arg("--version").output().expect("python3 must be there");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split('.').nth(1).and_then(|minor| minor.parse().ok()).expect("Python 3.x")
}

/// Paths of the standard library with what Python says about each, the same for all tests.
fn library(count: usize) -> Vec<(String, Option<String>)> {
    let listed = python(&["list", &count.to_string()], "");
    let rows = listed.lines().map(|line| match line.split_once('\t') {
        Some((path, refusal)) => (path.to_owned(), Some(refusal.to_owned())),
        None => (line.to_owned(), None),
    });
    rows.collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).expect("a readable file")
}

/// What we hold against a text, in one line.
fn refusal(text: &str, ast: &Ast, minor: u8) -> Option<String> {
    let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
    let fault = ast.faults.first().map(|fault| format!("{} (line {})", fault.message, line(fault.span.start)));
    let newer = ast.features.iter().find(|feature| feature.since > minor);
    fault.or_else(|| newer.map(|newer| format!("{} (line {})", newer.name, line(newer.span.start))))
}

#[test]
fn the_standard_library_is_judged_as_python_judges_it() {
    let minor = minor();
    let files = library(700);
    let valid = files.iter().filter(|(_, refused)| refused.is_none()).count();
    assert!(valid >= 600, "only {valid} valid files");
    let mut wrong = Vec::new();
    for (path, expected) in files {
        let text = read(&path);
        let ours = refusal(&text, &parse(&text), minor);
        if ours.is_some() != expected.is_some() {
            wrong.push(format!("{path}: ours {ours:?}, Python's {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn small_mistakes_are_found_and_no_others() {
    let minor = minor();
    let mut sources: Vec<String> = library(300)
        .into_iter()
        .filter(|(_, refused)| refused.is_none())
        .map(|(path, _)| read(&path))
        .filter(|text| (200..8_000).contains(&text.len()))
        .collect();
    sources.push(PLUGIN.to_owned());
    let mut random = Random::new(0x5eed_2026);
    let texts: Vec<String> = (0..600)
        .map(|round| {
            let source = if round % 3 == 0 { sources.len() - 1 } else { random.below(sources.len()) };
            mutate(&sources[source], &mut random)
        })
        .collect();
    let asked = serde_json::to_string(&texts).expect("JSON");
    let answers: Vec<Option<(String, usize)>> =
        serde_json::from_str(&python(&["check"], &asked)).expect("an answer for each text");
    assert_eq!(answers.len(), texts.len());
    let (mut refused, mut found, mut same_line) = (0, 0, 0);
    let (mut missed, mut noisy) = (Vec::new(), Vec::new());
    for (text, expected) in texts.iter().zip(&answers) {
        let ours = refusal(text, &parse(text), minor);
        match (expected, ours) {
            (Some((_, line)), Some(ours)) => {
                refused += 1;
                found += 1;
                same_line += usize::from(ours.ends_with(&format!("(line {line})")));
            }
            (Some((message, line)), None) => {
                refused += 1;
                let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or("");
                missed.push(format!("missed: {message} (line {line}): {shown}"));
            }
            (None, Some(ours)) => noisy.push(format!("noisy: {ours}")),
            (None, None) => {}
        }
    }
    assert!(refused >= 300, "only {refused} of the texts are invalid");
    assert!(noisy.is_empty(), "{}", noisy.join("\n"));
    assert!(found * 100 >= refused * 99, "{found} of {refused}\n{}", missed.join("\n"));
    assert!(same_line * 100 >= found * 90, "only {same_line} of {found} on the line that Python names");
}

#[test]
fn trees_are_equal_to_those_of_python() {
    let paths: Vec<String> = library(1_200)
        .into_iter()
        .filter(|(_, refused)| refused.is_none())
        .map(|(path, _)| path)
        .filter(|path| std::fs::metadata(path).is_ok_and(|file| file.len() < 40_000))
        .enumerate()
        .filter(|(place, _)| place % 3 == 0)
        .map(|(_, path)| path)
        .collect();
    assert!(paths.len() >= 200, "only {} files", paths.len());
    let dumped = python(&["dump"], &paths.join("\n"));
    let known = dumped.lines().filter(|line| line.starts_with("== ")).count();
    assert!(known * 10 >= paths.len() * 9, "only {known} of {} files without newer kinds of nodes", paths.len());
    let mut wrong = BTreeMap::new();
    for section in dumped.split("== ").skip(1) {
        let (path, expected) = section.split_once('\n').expect("a path and a dump");
        let text = read(path);
        let ours = dump(&text, &parse(&text));
        let expected: Vec<&str> = expected.trim_end_matches('\n').split('\n').collect();
        let differs = (0..ours.len().max(expected.len())).find(|at| {
            let (ours, theirs) = (ours.get(*at).map_or("", String::as_str), expected.get(*at).copied().unwrap_or(""));
            // A character by its name, or half a surrogate pair: neither has a value here.
            ours != theirs && !ours.contains("efbfbd")
        });
        if let Some(at) = differs {
            let ours = ours.get(at).map_or("nothing", String::as_str);
            wrong.insert(path.to_owned(), format!("ours {ours}, Python's {}", expected.get(at).unwrap_or(&"nothing")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Ordinary plugin code for the mutations to break.
const PLUGIN: &str = r#""""A plugin."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from app.plugins import BasePlugin, hook as _hook

LIMITS = {"small": 10, "large": 1_000, **json.loads("{}")}
pattern = [x ** 2 for x in range(10) if x % 2 and x != 4]


def decorate(*names: str, strict=False, **options: Any):
    def inner(function):
        nonlocal strict
        strict = not strict
        return function

    return inner


class MyPlugin(BasePlugin, metaclass=type):
    name: str = "my-plugin"
    size = -1

    def __init__(self, app=None, /, *, debug: bool = True) -> None:
        super().__init__(app)
        self.cache: dict[str, int] = {}

    def get_metadata(self):
        return {
            'name': self.name,
            'version': '1.0.0',
            'author': f"{self.author!r:>{10}} of {', '.join(LIMITS)}",
        }

    @decorate("a", "b", strict=True)
    def get_hooks(self):
        try:
            hooks = {'after_page_render': {'handler': self.render, 'priority': 10}}
        except (KeyError, ValueError) as error:
            raise RuntimeError("no hooks") from error
        else:
            hooks.update({})
        finally:
            pass
        return hooks

    async def load(self, path: Path):
        async with asyncio.Lock() as lock, self.other():
            data = await self.read(path)
        for index, (key, value) in enumerate(data.items()):
            if key in self.cache and not value:
                continue
            elif (found := self.cache.get(key)) is not None:
                del self.cache[key], data
                break
        else:
            return lambda x, *rest: x if rest else found
        while True:
            assert data, "no data"
            yield data[1:2, ...]

    def render(self, html, context=None):
        global LIMITS
        LIMITS = LIMITS or {1, 2, *pattern}
        with open('file', 'rb') as file:
            first, *others = file.read().split(b"\n")
        return html.replace(
            "</body>",
            '<script src="/static/a.js"></script>'
            "</body>",
        )
"#;
