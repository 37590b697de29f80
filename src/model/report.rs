//! The result of a run, before it is rendered.

use super::{Finding, Severity};

/// Who silenced a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// A `# wicara: ignore[…]` comment.
    Comment,
    /// The settings (`ignore`, per-path settings).
    Settings,
    /// The baseline file.
    Baseline,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Who silenced it.
    pub by: SuppressedBy,
    /// The reason that was given, possibly empty.
    pub reason: String,
}

/// A finding with everything decided about it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What the engine said.
    pub finding: Finding,
    /// After rule, settings and policy.
    pub severity: Severity,
    /// The rule's family.
    pub family: &'static str,
    /// The finding's help, or its rule's.
    pub help: String,
    /// Hex digits that survive moved and re-indented lines.
    pub fingerprint: String,
    /// Set when it does not count.
    pub suppressed: Option<Suppression>,
}

/// Whether the host would load a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loads {
    /// The simulation reached the end.
    Yes,
    /// The simulation found what stops it.
    No,
    /// A value that decides it could not be followed.
    Unknown,
}

/// The verdict on one plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No finding.
    Pass,
    /// Findings, all below `--fail-on`.
    Warn,
    /// A finding at or above `--fail-on`.
    Fail,
}

/// What is said of a plugin as a whole.
#[derive(Clone, Debug)]
pub struct PluginVerdict {
    /// Its root as shown to people.
    pub path: String,
    /// Directory name.
    pub slug: String,
    /// From the manifest or `get_metadata()`.
    pub name: Option<String>,
    /// From the manifest or `get_metadata()`.
    pub version: Option<String>,
    /// Pass, warn or fail.
    pub verdict: Verdict,
    /// Would the host load it?
    pub loads: Loads,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// Its text was checked.
    Read,
    /// Its name and size were checked.
    Listed,
    /// It was left out.
    Skipped,
    /// It could not be read.
    Unreadable,
}

/// One file that the run met.
#[derive(Clone, Debug)]
pub struct FileRecord {
    /// As shown to people.
    pub path: String,
    /// What happened to it.
    pub status: FileStatus,
    /// Why, for all but `Read` and `Listed`.
    pub reason: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
}

/// How many findings of each severity count, and how many were silenced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Severity high.
    pub high: usize,
    /// Severity medium.
    pub medium: usize,
    /// Severity low.
    pub low: usize,
    /// Severity info.
    pub info: usize,
    /// Silenced by comment, settings or baseline.
    pub suppressed: usize,
}

/// Everything a run found, in its final order.
#[derive(Clone, Debug)]
pub struct Report {
    /// Sorted by path.
    pub plugins: Vec<PluginVerdict>,
    /// Sorted by path, position, rule.
    pub findings: Vec<Judged>,
    /// Sorted by path.
    pub files: Vec<FileRecord>,
    /// The host version that was judged against.
    pub host_version: String,
    /// Findings at or above this fail the run; `None`: no finding does.
    pub fail_on: Option<Severity>,
}

impl Report {
    /// Counts the findings.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for judged in &self.findings {
            let slot = match (&judged.suppressed, judged.severity) {
                (Some(_), _) => &mut counts.suppressed,
                (None, Severity::High) => &mut counts.high,
                (None, Severity::Medium) => &mut counts.medium,
                (None, Severity::Low) => &mut counts.low,
                (None, Severity::Info) => &mut counts.info,
            };
            *slot += 1;
        }
        counts
    }

    /// Whether any finding that counts is at or above `fail_on`.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.fail_on
            .is_some_and(|bar| self.findings.iter().any(|judged| judged.suppressed.is_none() && judged.severity >= bar))
    }
}
