//! The report for people: each plugin with a headline, each finding with its source line, what
//! the host does, and what to do. It reads the same without colour.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::group::{self, Group, groups};
use super::paint::Paint;
use super::{Style, prose, snippet, visible};
use crate::model::{FileStatus, Judged, Loads, Report, RuleId, Safety, Severity, Verdict};
use crate::rules::RuleSet;

/// More plugins without findings than this are counted, not listed.
const CLEAN_SHOWN: usize = 20;
/// More places of one remark than this are counted, not listed.
const PLACES: usize = 5;
/// Columns before the text of `help:` and its like.
const KEY: usize = 12;

pub(super) fn render(report: &Report, rules: &RuleSet, style: &Style) -> String {
    let groups = groups(report);
    // A plugin that is clean but does not load has suppressed findings; that is never folded away.
    let is_clean =
        |group: &&Group<'_>| group.findings.is_empty() && group.plugin.is_some_and(|one| one.loads != Loads::No);
    let (clean, told): (Vec<_>, Vec<_>) = groups.iter().partition(is_clean);
    let mut text = Text {
        out: String::new(),
        paint: Paint::new(style),
        style: *style,
        width: style.width.clamp(40, 120),
        explained: BTreeSet::new(),
        rules,
        paths: needs_paths(report),
    };
    if clean.len() > CLEAN_SHOWN {
        text.folded(&clean);
    } else {
        clean.iter().for_each(|group| text.group(group));
    }
    for group in told {
        text.group(group);
    }
    text.summary(report);
    text.out
}

/// Whether the name of a plugin does not say where it is: two have the same, or they lie in several folders.
fn needs_paths(report: &Report) -> bool {
    let parents: BTreeSet<&str> = report
        .plugins
        .iter()
        .map(|plugin| plugin.path.strip_suffix(plugin.slug.as_str()).unwrap_or(&plugin.path))
        .collect();
    let slugs: BTreeSet<&str> = report.plugins.iter().map(|plugin| plugin.slug.as_str()).collect();
    report.plugins.len() > 1 && (parents.len() > 1 || slugs.len() < report.plugins.len())
}

struct Text<'a> {
    out: String,
    paint: Paint,
    style: Style,
    width: usize,
    /// Rules whose `explain` command was shown.
    explained: BTreeSet<RuleId>,
    rules: &'a RuleSet,
    paths: bool,
}

impl Text<'_> {
    fn group(&mut self, group: &Group<'_>) {
        if !group.findings.is_empty() && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.headline(group);
        if group.findings.is_empty() {
            return;
        }
        self.out.push('\n');
        let (remarks, told): (Vec<_>, Vec<_>) = group.findings.iter().partition(|judged| is_remark(judged));
        for judged in told {
            self.finding(judged);
        }
        self.remarks(&remarks);
    }

    /// Facts that ask for nothing: one line for all places of each.
    fn remarks(&mut self, remarks: &[&Judged]) {
        let mut alike: Vec<(&Judged, Vec<String>)> = Vec::new();
        for judged in remarks {
            let place = &judged.finding.place;
            let (start, _) = place.positions();
            let shown = format!("{}:{}", visible::name(&place.path), start.line);
            let same = |(other, _): &&mut (&Judged, Vec<String>)| {
                other.finding.rule == judged.finding.rule && other.finding.message == judged.finding.message
            };
            match alike.iter_mut().find(same) {
                Some((_, places)) => places.push(shown),
                None => alike.push((judged, vec![shown])),
            }
        }
        for (judged, places) in alike {
            let tag = format!("{}[{}]", prose::severity(judged.severity), judged.finding.rule);
            let painted = self.paint.severity(judged.severity, &tag);
            let more = places.len().saturating_sub(PLACES);
            let mut where_it_is = places[..places.len() - more].join(", ");
            if more > 0 {
                let _ = write!(where_it_is, ", and {more} more");
            }
            let lead = format!("{tag}: {} ({where_it_is})", visible::one_line(&judged.finding.message));
            for (at, line) in prose::wrap(&lead, self.width - 4).iter().enumerate() {
                match line.strip_prefix(&tag).filter(|_| at == 0) {
                    Some(rest) => writeln!(self.out, "  {painted}{rest}"),
                    None => writeln!(self.out, "    {line}"),
                }
                .unwrap_or_default();
            }
        }
        if !remarks.is_empty() {
            self.out.push('\n');
        }
    }

    /// Many plugins without findings, one line for each verdict on the loading.
    fn folded(&mut self, clean: &[&Group<'_>]) {
        let with = |loads| clean.iter().filter(|group| group.plugin.is_some_and(|one| one.loads == loads)).count();
        let icon = self.paint.verdict(Verdict::Pass, "✓");
        for (count, says) in [
            (with(Loads::Yes), ["loads", "load"]),
            (
                with(Loads::Unknown),
                ["passes; whether it loads cannot be told", "pass; whether they load cannot be told"],
            ),
        ] {
            if count > 0 {
                let says = says[usize::from(count > 1)];
                let _ = writeln!(self.out, "{icon} {} {says}", self.paint.bold(&prose::several(count, "plugin")));
            }
        }
    }

    fn headline(&mut self, group: &Group<'_>) {
        let Some(plugin) = group.plugin else {
            let _ = writeln!(self.out, "{}", self.paint.bold("About the run"));
            return;
        };
        let icon = match (plugin.verdict, plugin.loads) {
            (Verdict::Fail, _) => self.paint.verdict(Verdict::Fail, "✗"),
            (Verdict::Pass, Loads::Yes | Loads::Unknown) => self.paint.verdict(Verdict::Pass, "✓"),
            (Verdict::Warn, _) | (Verdict::Pass, Loads::No) => self.paint.verdict(Verdict::Warn, "!"),
        };
        let mut name = visible::name(&plugin.slug).into_owned();
        if let Some(version) = &plugin.version {
            let _ = write!(name, " {}", visible::one_line(version));
        }
        let _ = write!(self.out, "{icon} {} {}", self.paint.bold(&name), group.says());
        if self.paths && plugin.path != plugin.slug {
            let path = format!("({})", visible::name(&plugin.path));
            let _ = write!(self.out, " {}", self.paint.dim(&path));
        }
        self.out.push('\n');
    }

    fn finding(&mut self, judged: &Judged) {
        let finding = &judged.finding;
        let rule = self.rules.get(finding.rule);
        let url = rule.references.iter().find(|reference| reference.starts_with("https://"));
        let severity = prose::severity(judged.severity);
        let tag = format!("{severity}[{}]", finding.rule);
        let painted = self.paint.severity(judged.severity, &tag);
        let lead = format!("{tag}: {}", visible::one_line(&finding.message));
        for (at, line) in prose::wrap(&lead, self.width - 4).iter().enumerate() {
            match line.strip_prefix(&tag).filter(|_| at == 0) {
                Some(rest) => {
                    let linked = self.paint.link(url.map(String::as_str), &painted);
                    let _ = writeln!(self.out, "  {linked}{}", self.paint.bold(rest));
                }
                None => {
                    let _ = writeln!(self.out, "    {}", self.paint.bold(line));
                }
            }
        }

        let snippet = snippet::draw(judged, self.style.width.saturating_sub(2), self.style.colour);
        if let Some(snippet) = &snippet {
            for line in snippet.text.lines() {
                let _ = writeln!(self.out, "  {}", line.trim_end());
            }
        } else {
            self.entry("in", &visible::name(&finding.place.path));
        }
        let drawn = |at: &usize| snippet.as_ref().is_some_and(|snippet| snippet.shown.contains(at));
        // A way of data is told as a whole, unless the source above shows all of it.
        let whole = (0..finding.related.len()).any(|at| finding.related[at].step && !drawn(&at));
        let mut steps = 0;
        for (at, related) in finding.related.iter().enumerate() {
            if drawn(&at) && !(related.step && whole) {
                continue;
            }
            let place = &related.place;
            let mut shown = visible::name(&place.path).into_owned();
            if place.span.is_some() && place.source.is_some() {
                let (start, _) = place.positions();
                let _ = write!(shown, ":{}:{}", start.line, start.column);
            }
            if related.step {
                steps += 1;
                self.entry(if steps == 1 { "data" } else { "" }, &format!("{steps}. {shown}: {}", related.message));
            } else {
                self.entry("see", &format!("{shown}: {}", related.message));
            }
        }
        if let Some(words) = &finding.host_says {
            self.entry("the host", words);
        }
        if !judged.help.is_empty() {
            self.entry("help", &judged.help);
        }
        if let Some(fix) = &finding.fix {
            let (flag, note) = match fix.safety {
                Safety::Safe => ("--fix", ""),
                Safety::Unsafe => ("--fix=unsafe", "; look at what it changes"),
            };
            self.entry("fix", &format!("{} (`{flag}` does it{note})", fix.title));
        }
        if self.explained.insert(finding.rule) {
            self.entry("more", &format!("{} explain {}", prose::TOOL, finding.rule));
        }
        self.out.push('\n');
    }

    /// A key and its text, with the text's lines under one another.
    fn entry(&mut self, key: &str, text: &str) {
        let colon = if key.is_empty() { ' ' } else { ':' };
        let key_text = format!("{key:>width$}{colon}", width = KEY - 2);
        let painted = self.paint.key(&key_text);
        for (at, line) in prose::wrap(&visible::lines(text), self.width - KEY).iter().enumerate() {
            if at == 0 {
                let _ = writeln!(self.out, "{painted} {line}");
            } else if line.is_empty() {
                self.out.push('\n');
            } else {
                let _ = writeln!(self.out, "{:KEY$}{line}", "");
            }
        }
    }

    fn summary(&mut self, report: &Report) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        let counts = report.counts();
        let all = report.plugins.len();
        let groups = groups(report);
        let with = groups.iter().filter(|group| group.plugin.is_some() && !group.findings.is_empty()).count();
        let mut parts = Vec::new();
        let found = prose::counts(&counts);
        let total = counts.high + counts.medium + counts.low + counts.info;
        parts.push(match (total, with) {
            (0, _) => format!("{found} in {}", prose::several(all, "plugin")),
            (_, 0) => found,
            _ if all == 1 => format!("{found} in 1 plugin"),
            _ => format!("{found} in {with} of {all} plugins"),
        });
        parts.extend(fixable(report));
        let verdict = group::run_verdict(report);
        for (at, line) in prose::wrap(&parts.join("; "), self.width).iter().enumerate() {
            let line = if at == 0 { self.paint.verdict(verdict, line) } else { line.clone() };
            let _ = writeln!(self.out, "{line}");
        }

        let mut parts = Vec::new();
        if counts.suppressed > 0 {
            parts.push(format!("{} suppressed", counts.suppressed));
        }
        let left_out = |status| matches!(status, FileStatus::Skipped | FileStatus::Unreadable);
        let left_out = report.files.iter().filter(|file| left_out(file.status)).count();
        if left_out > 0 {
            parts.push(format!("{} not read (`--format json` lists them)", prose::several(left_out, "file")));
        }
        for line in prose::wrap(&parts.join("; "), self.width) {
            let _ = writeln!(self.out, "{}", self.paint.dim(&line));
        }
    }
}

/// Whether a finding is a mere fact, with nothing more to say than its one sentence.
fn is_remark(judged: &Judged) -> bool {
    let finding = &judged.finding;
    judged.severity == Severity::Info
        && finding.fix.is_none()
        && finding.host_says.is_none()
        && finding.related.is_empty()
}

/// How many findings that count a `--fix` would mend.
fn fixable(report: &Report) -> Option<String> {
    let fixes = || report.findings.iter().filter(|judged| judged.suppressed.is_none());
    let with =
        |safety| fixes().filter(|judged| judged.finding.fix.as_ref().is_some_and(|fix| fix.safety == safety)).count();
    match (with(Safety::Safe), with(Safety::Unsafe)) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} can be fixed with --fix")),
        (0, risky) => Some(format!("{risky} can be fixed with --fix=unsafe")),
        (safe, risky) => Some(format!("{safe} can be fixed with --fix, {risky} more with --fix=unsafe")),
    }
}
