//! One plugin, judged.

use std::collections::BTreeSet;

use super::checks;
use super::context::Context;
use super::facts::Facts;
use super::parsed::Parsed;
use super::simulate::{self, Sim};
use super::world::{HostWorld, STUB_MODULE, stub};
use crate::manifest::Manifest;
use crate::model::{Confidence, Finding, Loads, Plugin, PluginFile};
use crate::rules::{Host, id};
use crate::source::python::syntax::Ast;
use crate::source::python::values::{FileId, FileSource, Interp};

/// The host as the simulation needs it, made once for all plugins.
#[derive(Debug)]
pub struct Model<'h> {
    host: &'h Host,
    stub: Ast,
    /// Stands for the missing `__init__.py` of a folder, which Python allows.
    namespace: Ast,
}

impl<'h> Model<'h> {
    /// Prepares the facts of a host.
    #[must_use]
    pub fn new(host: &'h Host) -> Self {
        Self { host, stub: crate::source::python::parse(&stub(host)), namespace: Ast::default() }
    }
}

/// What is known of a plugin besides its code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Its manifest, if it could be read.
    pub manifest: Option<&'a Manifest>,
    /// Names of the Python requirements that it declares, normalised as in PEP 503.
    pub requirements: &'a [String],
    /// The Python version to assume (`3.11`); every version that the host runs on when `None`.
    pub python: Option<&'a str>,
}

/// What the simulation says of a plugin.
#[derive(Debug)]
pub struct Judgement {
    /// In no particular order.
    pub findings: Vec<Finding>,
    /// Whether the host would load it.
    pub loads: Loads,
    /// The name in `get_metadata()`, if it could be followed.
    pub name: Option<String>,
    /// The version in `get_metadata()`, if it could be followed.
    pub version: Option<String>,
    /// For [`across`](super::across()).
    pub facts: Facts,
}

/// Simulates what the host does with a plugin. `siblings` are the folder names of its collection.
#[must_use]
pub fn judge(
    plugin: &Plugin,
    parsed: &Parsed<'_>,
    siblings: &BTreeSet<&str>,
    given: Given<'_>,
    model: &Model<'_>,
) -> Judgement {
    let (sources, mut files) = program(plugin, parsed, model);
    let stub = FileId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
    let mut all = sources;
    all.push(FileSource { module: STUB_MODULE.to_owned(), is_package: false, ast: &model.stub });
    files.push(None);
    let world = HostWorld::new(model.host, siblings, plugin, stub);
    let interp = Interp::new(all, &world);
    let mut ctx = Context {
        plugin,
        host: model.host,
        manifest: given.manifest,
        requirements: given.requirements,
        files,
        interp,
        sim: Sim::default(),
        facts: Facts::default(),
        findings: Vec::new(),
        loads: Loads::Yes,
        comparisons: super::context::COMPARED.into(),
        homes: std::cell::OnceCell::new(),
    };
    checks::before(&mut ctx);
    simulate::run(&mut ctx);
    checks::after(&mut ctx, parsed, siblings, given.python);
    if ctx.interp.exhausted() {
        ctx.unsure();
        let finding = ctx
            .whole(id::ANALYSIS_LIMIT, "", "the plugin's code is too large or too branched to follow to the end")
            .confidence(Confidence::High);
        ctx.report(finding);
    }
    let (name, version) = checks::metadata::identity(&ctx);
    let mut findings = std::mem::take(&mut ctx.findings);
    // What stands in a data file is the manifest's to report.
    findings.retain(|finding| finding.place.path != super::context::IN_DATA);
    // Of a file that Python cannot compile, its faults are all that is known.
    let broken: BTreeSet<String> = parsed
        .files
        .iter()
        .filter(|(_, ast)| !ast.faults.is_empty())
        .map(|(file, _)| plugin.shown(file.path.as_str()))
        .collect();
    let of_syntax = [id::SYNTAX_ERROR, id::HYPHEN_IN_IMPORT, id::ANALYSIS_LIMIT];
    findings.retain(|finding| of_syntax.contains(&finding.rule) || !broken.contains(&finding.place.path));
    dedupe(&mut findings);
    Judgement { findings, loads: ctx.loads, name, version, facts: std::mem::take(&mut ctx.facts) }
}

/// One finding for one rule at one place is enough; the surest stays.
fn dedupe(findings: &mut Vec<Finding>) {
    let mut seen: BTreeSet<_> = BTreeSet::new();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.confidence));
    findings.retain(|finding| {
        let span = finding.place.span.map(|span| (span.start, span.end));
        seen.insert((finding.rule, finding.place.path.clone(), span))
    });
}

type Program<'a> = (Vec<FileSource<'a>>, Vec<Option<&'a PluginFile>>);

/// The modules of a plugin: every `.py` file, and a package for every folder on the way to one.
fn program<'a>(plugin: &'a Plugin, parsed: &'a Parsed<'_>, model: &'a Model<'_>) -> Program<'a> {
    let mut sources = Vec::new();
    let mut files = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (file, ast) in &parsed.files {
        let mut parts: Vec<&str> = vec![&plugin.slug];
        parts.extend(file.path.as_str().split('/'));
        let Some(name) = parts.pop().and_then(|last| last.strip_suffix(".py")) else { continue };
        let is_package = name == "__init__";
        if !is_package {
            parts.push(name);
        }
        let module = parts.join("\0");
        if known.insert(module.clone()) {
            sources.push(FileSource { module, is_package, ast });
            files.push(plugin.file(file.path.as_str()));
        }
    }
    let folders: Vec<String> = known
        .iter()
        .flat_map(|module| {
            let ends = module.match_indices('\0').map(|(at, _)| module[..at].to_owned());
            ends.collect::<Vec<_>>()
        })
        .collect();
    for module in folders {
        // Without its own `__init__.py` the host does not discover the plugin at all.
        if module != plugin.slug && known.insert(module.clone()) {
            sources.push(FileSource { module, is_package: true, ast: &model.namespace });
            files.push(None);
        }
    }
    (sources, files)
}
