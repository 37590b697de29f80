//! `wicara-tool validate`: its arguments. What it runs is in [`super::judge`].

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, ValueEnum};

use super::caching::CacheArgs;
use crate::io::env;
use crate::model::Safety;
use crate::report::Format;
use crate::rules::Host;
use crate::settings::{Asked, FailOn};

#[derive(Debug, clap::Args)]
#[command(after_help = "Settings are read from the nearest wicara-tool.toml, or [tool.wicara-tool] in \
    pyproject.toml, from the working directory upwards. Strongest first: --policy, flags, the environment \
    (WICARA_TOOL_SELECT, _IGNORE, _SEVERITY, _FAIL_ON, _HOST_VERSION, _PYTHON_VERSION, _BASELINE, _CONFIG, \
    _POLICY, _NO_IGNORE, _NO_CONFIG, _CACHE_DIR, _NO_CACHE), the file, the defaults.\n\n\
    Exit codes: 0 nothing at or above --fail-on · 1 findings · 2 usage or settings · 3 unreadable input · 70 a bug")]
pub(super) struct Args {
    /// Plugin folders, folders of plugins, ZIP archives, or files inside plugins [default: .].
    pub(super) paths: Vec<PathBuf>,
    /// The paths are files that changed, as Git or pre-commit lists them: judge the plugins that they
    /// belong to, even when they are gone, and pass over those that belong to none.
    #[arg(long, requires = "paths")]
    pub(super) changed: bool,

    /// How to print the report [default: text].
    #[arg(long, short, value_name = "FORMAT", value_parser = formats(), help_heading = "Output")]
    pub(super) format: Option<String>,
    /// Write the report to a file as well, in another format; `-` is standard output. Repeatable.
    #[arg(long, short, value_name = "FORMAT=FILE", help_heading = "Output")]
    pub(super) output: Vec<String>,
    /// Print findings only: no progress, no notes, and nothing when all is well.
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Show no progress, even when a run takes long on a terminal.
    #[arg(long, help_heading = "Output")]
    pub(super) no_progress: bool,

    /// Threads to use [default: one for each processor].
    #[arg(long, short, value_name = "N", help_heading = "Output", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,

    #[command(flatten)]
    pub(super) rules: RuleArgs,

    #[command(flatten)]
    pub(super) cache: CacheArgs,

    /// Rewrite the baseline file so that it accepts what is found now.
    #[arg(long, help_heading = "Settings", conflicts_with_all = ["fix", "diff"])]
    pub(super) update_baseline: bool,

    /// Mend what can be mended safely, judge again, and report what is left.
    #[arg(long, value_name = "SAFETY", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    #[arg(help_heading = "Fixes")]
    pub(super) fix: Option<Fixes>,
    /// Print what --fix would change, as a unified diff, and write nothing.
    #[arg(long, help_heading = "Fixes", conflicts_with = "output")]
    pub(super) diff: bool,
}

/// Which fixes to apply.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Fixes {
    /// Those that keep or restore what the author meant.
    Safe,
    /// Good guesses as well.
    Unsafe,
}

impl Fixes {
    pub(super) const fn safety(self) -> Safety {
        match self {
            Self::Safe => Safety::Safe,
            Self::Unsafe => Safety::Unsafe,
        }
    }
}

/// Flags that decide about rules and verdicts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct RuleArgs {
    /// Only these rules and families, separated by commas; starts afresh over weaker settings.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Not these rules and families, separated by commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Give a rule or family another severity: high, medium, low, info or off. Repeatable.
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',')]
    severity: Vec<String>,
    /// Fail when a finding is at least this severe [default: medium].
    #[arg(long, value_name = "SEVERITY", value_parser = PossibleValuesParser::new(FailOn::WORDS))]
    fail_on: Option<String>,
    /// The Wicara version to judge against [default: the newest known].
    #[arg(long, value_name = "VERSION", value_parser = PossibleValuesParser::new(Host::known()))]
    host_version: Option<String>,
    /// The Python version that the site runs on, such as 3.10 [default: all that the host runs on].
    #[arg(long, value_name = "VERSION")]
    python_version: Option<String>,
    /// Read files that Git ignores as well.
    #[arg(long)]
    no_ignore: bool,
    /// A file of findings that were accepted once.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// A settings file that overrides local settings, flags, and suppressions; for registries.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// This settings file instead of the nearest one.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// No settings file at all.
    #[arg(long, action = ArgAction::SetTrue)]
    no_config: bool,
}

impl RuleArgs {
    /// As the settings want it.
    pub(super) fn asked(&self) -> Asked {
        Asked {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            severity: self.severity.clone(),
            fail_on: self.fail_on.clone(),
            host_version: self.host_version.clone(),
            python_version: self.python_version.clone(),
            baseline: self.baseline.clone(),
            no_ignore: self.no_ignore,
            config: self.config.clone(),
            no_config: self.no_config,
            policy: self.policy.clone(),
        }
    }
}

/// The same from `WICARA_TOOL_…` variables.
///
/// # Errors
///
/// When one is not UTF-8, or no truth value where it must be one.
pub(super) fn environment() -> Result<Asked, String> {
    let list = |name: &str| -> Result<Vec<String>, String> {
        let text = env::variable(name)?.unwrap_or_default();
        Ok(text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
    };
    let path = |name: &str| Ok::<_, String>(env::variable(name)?.map(PathBuf::from));
    Ok(Asked {
        select: list("WICARA_TOOL_SELECT")?,
        ignore: list("WICARA_TOOL_IGNORE")?,
        severity: list("WICARA_TOOL_SEVERITY")?,
        fail_on: env::variable("WICARA_TOOL_FAIL_ON")?,
        host_version: env::variable("WICARA_TOOL_HOST_VERSION")?,
        python_version: env::variable("WICARA_TOOL_PYTHON_VERSION")?,
        baseline: path("WICARA_TOOL_BASELINE")?,
        no_ignore: env::truth("WICARA_TOOL_NO_IGNORE")?,
        config: path("WICARA_TOOL_CONFIG")?,
        no_config: env::truth("WICARA_TOOL_NO_CONFIG")?,
        policy: path("WICARA_TOOL_POLICY")?,
    })
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(Format::ALL.map(Format::name))
}
