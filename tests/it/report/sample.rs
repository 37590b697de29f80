//! Two reports: a calm one to read, and a nasty one with everything that a plugin can do to a renderer.

use std::sync::Arc;

use wicara_tool::model::{
    Confidence, Edit, FileRecord, FileStatus, Finding, Fix, Judged, Loads, Place, PluginVerdict, Related, Report,
    RuleId, Safety, Severity, Source, Span, SuppressedBy, Suppression, Verdict,
};
use wicara_tool::rules::RuleSet;

pub(crate) fn rule(id: &str) -> RuleId {
    RuleSet::embedded().find(id).unwrap_or_else(|| panic!("there is no rule {id}"))
}

pub(crate) fn source(text: &str) -> Arc<Source> {
    Arc::new(Source::new(text.as_bytes().to_vec()))
}

/// The place of the first `marked` in the text.
pub(crate) fn place(path: &str, source: &Arc<Source>, marked: &str) -> Place {
    let at = source.text().find(marked).unwrap_or_else(|| panic!("{marked:?} is not in the text"));
    Place { path: path.to_owned(), span: Some(Span::of(at..at + marked.len())), source: Some(source.clone()) }
}

pub(crate) fn whole(path: &str) -> Place {
    Place { path: path.to_owned(), span: None, source: None }
}

pub(crate) fn judged(severity: Severity, rule_id: &str, plugin: &str, place: Place, message: &str) -> Judged {
    let finding = Finding {
        rule: rule(rule_id),
        plugin: plugin.to_owned(),
        confidence: Confidence::High,
        message: message.to_owned(),
        place,
        label: String::new(),
        host_says: None,
        help: None,
        related: Vec::new(),
        fix: None,
    };
    Judged {
        finding,
        severity,
        family: "load",
        help: "Correct the marked place.".to_owned(),
        fingerprint: "0123456789abcdef".to_owned(),
        suppressed: None,
    }
}

pub(crate) fn plugin(path: &str, version: Option<&str>, verdict: Verdict, loads: Loads) -> PluginVerdict {
    PluginVerdict {
        path: path.to_owned(),
        slug: path.rsplit('/').next().unwrap_or(path).to_owned(),
        name: None,
        version: version.map(str::to_owned),
        verdict,
        loads,
    }
}

pub(crate) fn report(plugins: Vec<PluginVerdict>, findings: Vec<Judged>) -> Report {
    Report { plugins, findings, files: Vec::new(), host_version: "1.0.0".to_owned(), fail_on: Some(Severity::High) }
}

pub(crate) const HOOKS: &str = "from app.plugins import BasePlugin\n\n\nclass MyPlugin(BasePlugin):\n    def init(self, app):\n        pass\n\n    def get_hooks(self):\n        return {\n            'after_page_rendr': [(self.footer, 10)],\n        }\n";

/// One plugin that does not do what it says, one with a remark, one that is clean.
pub(crate) fn calm() -> Report {
    let text = source(HOOKS);
    let path = "plugins/my-plugin/plugin.py";
    let mut hook = judged(
        Severity::High,
        "syntax-error",
        "my-plugin",
        place(path, &text, "'after_page_rendr'"),
        "the host has no hook `after_page_rendr`",
    );
    hook.finding.label = "did you mean `after_page_render`?".to_owned();
    hook.finding.host_says =
        Some("Nothing: the host stores the handler under this name and never asks for it.".to_owned());
    hook.help = "Use the name of a hook that the host executes. `wicara-tool hooks` lists them with the arguments that each handler gets.".to_owned();
    let marked = hook.finding.place.span.expect("a place with a span");
    hook.finding.fix = Some(Fix {
        title: "Rename the hook to `after_page_render`".to_owned(),
        safety: Safety::Safe,
        edits: vec![Edit { path: "plugin.py".to_owned(), span: marked, replacement: "'after_page_render'".to_owned() }],
    });
    let mut class = judged(
        Severity::Medium,
        "missing-init",
        "my-plugin",
        whole("plugins/my-plugin"),
        "the folder has no `__init__.py`, so the host does not discover it",
    );
    class.finding.related = vec![Related {
        place: place(path, &text, "MyPlugin"),
        message: "the class that nobody will see".to_owned(),
        step: false,
    }];
    let mut quiet = judged(
        Severity::High,
        "syntax-error",
        "remark",
        place("plugins/remark/__init__.py", &source("import os\n"), "os"),
        "silenced",
    );
    quiet.suppressed = Some(Suppression { by: SuppressedBy::Comment, reason: "the host is patched".to_owned() });
    let low = judged(
        Severity::Low,
        "syntax-error",
        "remark",
        place("plugins/remark/a.py", &source("x = 1\n"), "x"),
        "two plugins set `x`",
    );
    let mut report = report(
        vec![
            plugin("plugins/clean", Some("2.0"), Verdict::Pass, Loads::Yes),
            plugin("plugins/my-plugin", Some("1.0.0"), Verdict::Fail, Loads::No),
            plugin("plugins/remark", None, Verdict::Warn, Loads::Yes),
        ],
        vec![class, hook, quiet, low],
    );
    report.files = vec![
        FileRecord { path: path.to_owned(), status: FileStatus::Read, reason: None, bytes: HOOKS.len() as u64 },
        FileRecord {
            path: "plugins/my-plugin/huge.bin".to_owned(),
            status: FileStatus::Skipped,
            reason: Some("larger than 4 MiB".to_owned()),
            bytes: 1 << 40,
        },
    ];
    report
}

/// What every hostile string below ends in: terminal commands, bidi, markup, mentions, markdown, commands.
pub(crate) const HOSTILE: &str = "\x1b[31m\u{9b}2J\x07\0\u{202e}\u{2066}\u{feff}</summary><script>|`@team ``` #1 ]]>&\"'\r\n::error::x%\t[a](1) {0}\u{fffe}";

/// Hostile names, every kind of place, every kind of text.
pub(crate) fn nasty() -> Report {
    let slug = format!("evil{HOSTILE}");
    let root = format!("plugins/{slug}");
    let path = format!("{root}/a,b:{HOSTILE}.py");
    let long = format!("{}NEEDLE{}\n", "x = 'é' + ".repeat(3000), " + 'ü'".repeat(3000));
    let texts = [
        ("", ""),
        ("\u{feff}x = '插件' + \u{1f600}\tNEEDLE # \u{202e}\x1b[31m\r\nnext\r\n", "NEEDLE"),
        (long.as_str(), "NEEDLE"),
        ("a(\n  b,\n  c\n)\n", "a(\n  b,\n  c\n)\n"),
        (
            "class A:\n    x\n    y\n    z\n    u\n    v\n    w\n",
            "class A:\n    x\n    y\n    z\n    u\n    v\n    w\n",
        ),
        ("last line without an end", "end"),
        ("\u{1f468}\u{200d}\u{1f469} = NEEDLE \u{301}", "NEEDLE \u{301}"),
        ("\r\r\n\n\tNEEDLE", "NEEDLE"),
        ("x\0\0y NEEDLE", "\0\0y"),
    ];
    let mut findings = Vec::new();
    for (at, (text, marked)) in texts.iter().enumerate() {
        let text = source(text);
        let severity = [Severity::High, Severity::Medium, Severity::Low, Severity::Info][at % 4];
        let mut one =
            judged(severity, "syntax-error", &slug, place(&path, &text, marked), &format!("message {HOSTILE}"));
        one.finding.label = format!("label {HOSTILE}");
        one.finding.host_says = Some(format!("words {HOSTILE}"));
        one.help = format!("help {HOSTILE}\n\n```\ncode\n```\n- item {HOSTILE}");
        one.finding.confidence = [Confidence::High, Confidence::Medium, Confidence::Low][at % 3];
        one.finding.related = vec![
            Related { place: place(&path, &text, ""), message: format!("near {HOSTILE}"), step: false },
            Related { place: whole(&root), message: HOSTILE.to_owned(), step: false },
            Related { place: place("other.py", &source("a\nb = 1\n"), "b"), message: "far".to_owned(), step: true },
        ];
        let span = one.finding.place.span.expect("a place with a span");
        let path = path.strip_prefix(&format!("{root}/")).expect("a path in the plugin").to_owned();
        let safety = if at % 2 == 0 { Safety::Safe } else { Safety::Unsafe };
        one.finding.fix = Some(Fix {
            title: HOSTILE.to_owned(),
            safety,
            edits: vec![Edit { path, span, replacement: HOSTILE.to_owned() }],
        });
        one.suppressed = match at {
            5 => Some(Suppression { by: SuppressedBy::Baseline, reason: HOSTILE.to_owned() }),
            6 => Some(Suppression { by: SuppressedBy::Settings, reason: String::new() }),
            _ => None,
        };
        findings.push(one);
    }
    findings.push(judged(Severity::High, "missing-init", &slug, whole(&root), HOSTILE));
    findings.push(judged(
        Severity::Low,
        "missing-init",
        "no such plugin",
        whole("wicara-tool.toml"),
        "about the settings",
    ));
    // A span that does not fit its text, and an edit in a file that nothing points into.
    let mut lost = judged(Severity::Info, "missing-init", &slug, place(&path, &source("é"), "é"), "lost");
    lost.finding.place.span = Some(Span::new(1, 4_000_000_000));
    lost.finding.fix = Some(Fix {
        title: "Elsewhere".to_owned(),
        safety: Safety::Safe,
        edits: vec![Edit { path: "elsewhere.py".to_owned(), span: Span::new(3, 9), replacement: String::new() }],
    });
    findings.push(lost);

    let mut evil = plugin(&root, Some(HOSTILE), Verdict::Fail, Loads::Unknown);
    evil.slug = slug;
    evil.name = Some(HOSTILE.to_owned());
    let mut report = report(vec![evil, plugin("", None, Verdict::Pass, Loads::Unknown)], findings);
    report.files =
        vec![FileRecord { path, status: FileStatus::Unreadable, reason: Some(HOSTILE.to_owned()), bytes: u64::MAX }];
    report
}
