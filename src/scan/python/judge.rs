//! From what a program does to findings.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::Catalogue;
use super::matching::{Case, Matcher};
use super::places::Places;
use super::programs::{Member, Program, programs};
use super::standing::Standing;
use super::templates::{self, Rendered, rendered};
use super::traces::Traces;
use super::{aside, commands, powers, say};
use crate::model::{Confidence, Finding, Place, Plugin, PluginFile, RuleId, Span};
use crate::rules::{Evidence, id};
use crate::scan::capability::Capabilities;
use crate::source::python::flow::{At, Engine, Event, EventKind, FileSource, StepKind, Taint, Val};
use crate::source::python::syntax::{Ast, StmtKind};
use crate::source::python::{TOO_COMPLEX, parse};

/// What the Python files of a plugin do that rules speak of, and what they can do. `files` are its files with their
/// syntax, sorted by path.
#[must_use]
pub fn python(plugin: &Plugin, files: &[(&PluginFile, Ast)], catalogue: &Catalogue) -> (Vec<Finding>, Capabilities) {
    let mut findings = Vec::new();
    let mut seen = Capabilities::default();
    for Program { members } in programs(plugin) {
        let find = |member: &Member<'_>| {
            files.binary_search_by(|(file, _)| file.path.cmp(&member.file.path)).ok().map(|at| &files[at].1)
        };
        let asts: Option<Vec<&Ast>> = members.iter().map(find).collect();
        if let Some(asts) = asts {
            program(plugin, &members, &asts, catalogue, &mut findings, &mut seen);
        }
    }
    (findings, seen)
}

/// What one program does that rules speak of; its files are parsed here, so that only the syntax of the programs that
/// are being followed is held.
#[must_use]
pub fn of_program(plugin: &Plugin, members: &Program<'_>, catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    let asts: Vec<Ast> =
        members.members.iter().map(|member| parse(member.file.source().map_or("", |source| source.text()))).collect();
    for (member, ast) in members.members.iter().zip(&asts) {
        if let Some(fault) = ast.faults.iter().find(|fault| fault.message == TOO_COMPLEX) {
            let message = "this file is too large or too tangled to be judged";
            findings.push(Finding::at(id::ANALYSIS_LIMIT, plugin, member.file, fault.span, message));
        }
    }
    let asts: Vec<&Ast> = asts.iter().collect();
    program(plugin, &members.members, &asts, catalogue, &mut findings, &mut Capabilities::default());
    findings
}

fn program(
    plugin: &Plugin,
    members: &[Member<'_>],
    asts: &[&Ast],
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
    seen: &mut Capabilities,
) {
    let sources = members
        .iter()
        .zip(asts)
        .map(|(member, ast)| {
            // A loose file that has the name of a library is not what `import` finds.
            let hides = !member.in_package && catalogue.knows_module(&member.module);
            let module = if hides { String::new() } else { member.module.clone() };
            FileSource { module, is_package: member.is_package, ast }
        })
        .collect();
    let mut look = |engine: &Engine<'_, '_>, events: &[Event], around: Option<At>| {
        powers::collect(&powers::Followed { plugin, members, engine, events, around }, &catalogue.powers, seen);
    };
    let mut inner = Inner::default();
    let cases = cases(sources, catalogue, &mut inner, None, &mut look);
    if inner.exhausted
        && let Some(first) = members.first()
    {
        let message = "the data of this program is too much, or goes too many ways, to be followed to its end";
        findings.push(Finding::at(id::ANALYSIS_LIMIT, plugin, first.file, Span::default(), message));
    }
    let mut standing = Standing::new(asts);
    let mut addresses = BTreeSet::new();
    let into_templates = |rule: &str| matches!(rule, "cross-site-scripting" | "template-injection");
    let told = cases.keys().filter(|(_, rule)| into_templates(rule.as_str())).map(|(at, _)| *at).collect();
    templates::judge(plugin, members, &inner.templates, &told, &mut standing, findings);
    let counted = aside::counted(members);
    for ((at, rule), case) in cases {
        let index = at.file.0 as usize;
        // What a test sets up is no setting of the site, and what it replaces it replaces for itself.
        let is_test = || members.get(index).is_some_and(|member| aside::is_test(member.file.path.as_str()));
        let is_aside = || counted.get(index) == Some(&false);
        // What a test evaluates is its own, unless it can be seen to come from elsewhere.
        // A file beside packages that defines nothing is a script: nobody imports it.
        let defines = |ast: &&Ast| {
            ast.stmts().iter().any(|stmt| matches!(stmt.kind, StmtKind::FunctionDef(_) | StmtKind::ClassDef(_)))
        };
        let loose = || members.get(index).is_some_and(|member| !member.in_package);
        if rule.as_str() == "work-at-import" && loose() && !asts.get(index).is_some_and(defines) {
            continue;
        }
        let of_its_own =
            || matches!(case.evidence, Evidence::Unknown) && catalogue.is_within(rule) && is_test() && is_aside();
        if catalogue.is_test_matter(rule) && is_test() || catalogue.is_tampering(rule) && is_aside() || of_its_own() {
            continue;
        }
        let Some(member) = members.get(at.file.0 as usize) else { continue };
        findings.extend(written(plugin, members, &case, at, &mut standing, &mut addresses));
        let mut finding = Finding::at(rule, plugin, member.file, at.span, case.message);
        finding.confidence = case.entry.spec.confidence.unwrap_or(match case.evidence {
            Evidence::Tainted => Confidence::High,
            Evidence::Constant => Confidence::High,
            Evidence::Unknown => Confidence::Medium,
        });
        if let Some(taint) = &case.taint {
            for (place, message) in way(plugin, members, taint) {
                finding = finding.step(place, message);
            }
        }
        findings.push(finding);
    }
}

/// Where the text stands that a finding is about, when that is not the place of the finding.
fn written(
    plugin: &Plugin,
    members: &[Member<'_>],
    case: &Case<'_>,
    call: At,
    standing: &mut Standing<'_>,
    told: &mut BTreeSet<At>,
) -> Option<Finding> {
    let at = standing.of(case.text.as_deref()?, call).filter(|at| told.insert(*at))?;
    let (member, caller) = (members.get(at.file.0 as usize)?, members.get(call.file.0 as usize)?);
    let line = caller.file.source()?.position(call.span.start).line;
    let message = format!("what stands here is used in line {line} of `{}`", caller.file.path.as_str());
    Some(Finding::at(id::PLAIN_HTTP_ADDRESS, plugin, member.file, at.span, message).confidence(Confidence::High))
}

/// Programs in texts that the program runs.
struct Inner {
    /// Programs inside one another that are still looked into.
    depth: u8,
    /// Bytes of programs that are still read.
    left: usize,
    /// The templates that the outermost program renders.
    templates: Vec<Rendered>,
    /// The steps of one of them ran out.
    exhausted: bool,
}

impl Default for Inner {
    fn default() -> Self {
        Self { depth: 3, left: 1 << 20, templates: Vec::new(), exhausted: false }
    }
}

/// Is shown every program that was followed, and where it stands when it is in a text.
type Look<'l> = &'l mut dyn FnMut(&Engine<'_, '_>, &[Event], Option<At>);

/// What rules say about a program; `around` is where it stands when it is in a text.
fn cases<'e>(
    sources: Vec<FileSource<'_>>,
    catalogue: &'e Catalogue,
    inner: &mut Inner,
    around: Option<At>,
    look: Look<'_>,
) -> BTreeMap<(At, RuleId), Case<'e>> {
    let mut engine = Engine::new(sources, &catalogue.model);
    engine.run();
    inner.exhausted |= engine.exhausted();
    let events = std::mem::take(&mut engine.events);
    look(&engine, &events, around);
    let mut cases: BTreeMap<(At, RuleId), Case<'e>> = BTreeMap::new();
    let mut add = |at: At, case: Case<'e>| {
        let key = (at, case.entry.rule);
        if cases.get(&key).is_none_or(|seen| case.evidence > seen.evidence) {
            cases.insert(key, case);
        }
    };
    let traces = Traces::of(&engine, catalogue, &events);
    // What a caller outside could pass says nothing where the program's own calls are known.
    let own: BTreeSet<At> = events.iter().filter(|event| !event.outside).map(|event| event.at).collect();
    for event in events.iter().filter(|event| !event.outside || !own.contains(&event.at)) {
        let matcher = Matcher { engine: &engine, catalogue, event, in_text: around.is_some(), traces: &traces };
        for case in matcher.matching() {
            add(case.at.unwrap_or(event.at), case);
        }
        if around.is_none() {
            inner.templates.extend(rendered(&engine, catalogue, event));
        }
        for text in runs(&engine, catalogue, event) {
            for case in within(&text, catalogue, inner, around.unwrap_or(event.at), look) {
                add(event.at, case);
            }
        }
    }
    let mut loud = Places::default();
    // Where the data was read whose end another rule tells of.
    let mut ends: BTreeSet<At> = BTreeSet::new();
    let mut of_rule: BTreeMap<RuleId, Places> = BTreeMap::new();
    for (at, rule) in cases.keys() {
        of_rule.entry(*rule).or_default().push(*at);
    }
    cases.retain(|(at, rule), _| {
        let stronger = |rule: &RuleId| of_rule.get(rule).is_some_and(|places| places.around(*at));
        !catalogue.stronger(*rule).iter().any(stronger)
    });
    for ((at, _), case) in &cases {
        if !case.entry.spec.yields {
            loud.push(*at);
            ends.extend(case.taint.as_ref().map(source));
        }
    }
    cases.retain(|(at, rule), case| {
        let flows_on = || case.taint.as_ref().is_some_and(|taint| ends.contains(&source(taint)));
        let same = || of_rule.get(rule).is_some_and(|places| places.within(*at));
        !(case.entry.spec.yields && (loud.around(*at) || loud.inside(*at) || flows_on() || same()))
    });
    cases
}

/// Where the way of data begins.
fn source(taint: &Taint) -> At {
    taint.step.first().at
}

/// The constant programs that a call runs.
fn runs(engine: &Engine<'_, '_>, catalogue: &Catalogue, event: &Event) -> Vec<String> {
    let EventKind::Call { name, args, .. } = &event.kind else { return Vec::new() };
    let texts: Vec<&Val> = if catalogue.runs(name) {
        args.pos.first().into_iter().flat_map(Val::alternatives).collect()
    } else if name.starts_with("subprocess.") || name.starts_with("os.") {
        commands::for_python(engine, args)
    } else {
        Vec::new()
    };
    texts.into_iter().filter_map(|value| std::str::from_utf8(value.as_bytes()?).ok().map(str::to_owned)).collect()
}

/// What rules say about a program in a text.
fn within<'e>(text: &str, catalogue: &'e Catalogue, inner: &mut Inner, at: At, look: Look<'_>) -> Vec<Case<'e>> {
    let Some(left) = inner.left.checked_sub(text.len()) else { return Vec::new() };
    if inner.depth == 0 {
        return Vec::new();
    }
    inner.left = left;
    inner.depth -= 1;
    let ast = parse(text);
    let source = FileSource { module: String::new(), is_package: false, ast: &ast };
    let found = cases(vec![source], catalogue, inner, Some(at), look);
    inner.depth += 1;
    found
        .into_values()
        .map(|case| Case {
            message: format!("in the text that runs here: {}", case.message),
            taint: None,
            at: None,
            ..case
        })
        .collect()
}

/// The way of data, first step first.
fn way(plugin: &Plugin, members: &[Member<'_>], taint: &Taint) -> Vec<(Place, String)> {
    let steps = taint.step.way();
    steps
        .into_iter()
        .filter_map(|step| {
            let member = members.get(step.at.file.0 as usize)?;
            let message = match &step.what {
                StepKind::Source(name) => format!("comes from {}", quoted(name)),
                StepKind::Into(name) => format!("is handed to `{name}`"),
                StepKind::From(name) => format!("comes back from `{name}`"),
                StepKind::Stored(name) => format!("is kept as `{name}`"),
                StepKind::Param(_) | StepKind::Inside(_) => return None,
            };
            let place = Place {
                path: plugin.shown(member.file.path.as_str()),
                span: Some(step.at.span),
                source: member.file.source().cloned(),
            };
            Some((place, message))
        })
        .collect()
}

fn quoted(name: &str) -> String {
    if name.contains(' ') { format!("the {name}") } else { format!("`{}`", say::shown(name)) }
}
