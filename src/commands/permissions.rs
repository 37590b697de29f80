//! `wicara-tool permissions`: its arguments and what it runs.

use std::path::PathBuf;

use clap::ValueEnum;

use super::cli::World;
use super::validate::{RuleArgs, environment};
use super::{complain, permissions_diff, permissions_table};
use crate::exit::Exit;
use crate::gate::{self, Surveyed};
use crate::intake::{self, Intake, Options};
use crate::model::{Report, Severity};
use crate::rules::{Host, id};
use crate::settings::{Settings, resolve};

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 shown · 1 --diff found more than before, at or above --fail-on, or --dry-run \
    would write · 2 usage or settings · 3 unreadable input · 70 a bug")]
pub(super) struct Args {
    /// Plugin folders, folders of plugins, ZIP archives, or files inside plugins [default: .].
    paths: Vec<PathBuf>,
    /// How to print the table.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Shape,
    /// Write the least permissions that are enough into plugin.json, then show the table.
    #[arg(long, conflicts_with_all = ["diff", "dry_run"])]
    fix: bool,
    /// Print what --fix would change, as a unified diff, and write nothing.
    #[arg(long, conflicts_with_all = ["diff", "format"])]
    dry_run: bool,
    /// Compare with an older version, a folder or a ZIP archive: what grew is a finding.
    #[arg(long, value_name = "OLD")]
    diff: Option<PathBuf>,
    /// Print no notes.
    #[arg(long, short)]
    quiet: bool,
    /// Threads to use [default: one for each processor].
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    #[command(flatten)]
    rules: RuleArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people.
    Text,
    /// For programs.
    Json,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    show(args, world).unwrap_or_else(|stop| stop)
}

fn show(args: &Args, world: &World) -> Result<Exit, Exit> {
    let usage = |message: String| {
        complain::say(world, message, None);
        Exit::Usage
    };
    let env = environment().map_err(usage)?;
    let mut asked = args.rules.asked();
    if args.diff.is_some() {
        // Nothing else takes part, so that no comment for another rule is called unused.
        asked.select = vec![id::PERMISSION_GROWN.as_str().to_owned()];
    }
    let settings = resolve(&asked, &env, &world.cwd, &world.rules).map_err(|faults| {
        complain::faults(world, &faults);
        Exit::Usage
    })?;
    let host = Host::load(Some(&settings.host_version)).map_err(|error| usage(error.to_string()))?;
    let jobs = args.jobs.map(usize::from);
    let mut intake = load(&args.paths, &settings, world);
    if let Some(old) = &args.diff {
        return Ok(compare(args, old, &intake, &settings, &host, world));
    }
    if args.fix || args.dry_run {
        let (exit, wrote) = mend(args, &gate::survey(&intake.groups, &host, &world.rules, jobs), world);
        if args.dry_run || exit != Exit::Clean {
            complain::inputs(world, &intake.errors);
            return Ok(exit);
        }
        if wrote > 0 {
            intake = load(&args.paths, &settings, world);
        }
    }
    let all = gate::survey(&intake.groups, &host, &world.rules, jobs);
    let shown = match args.format {
        _ if all.is_empty() => Exit::Clean,
        Shape::Text => world.answer(&permissions_table::text(&all, world)),
        Shape::Json => world.answer(&permissions_table::json(&all)),
    };
    complain::inputs(world, &intake.errors);
    Ok(worst(shown, &intake, &all, world))
}

fn load(paths: &[PathBuf], settings: &Settings, world: &World) -> Intake {
    let options = Options { ignore_files: settings.respect_gitignore, ..Options::default() };
    let mut intake = intake::load(paths, &options, &world.cwd);
    gate::exclude(&mut intake, &settings.exclude);
    intake
}

/// The worst thing that happened.
fn worst(shown: Exit, intake: &Intake, all: &[Surveyed<'_>], world: &World) -> Exit {
    let mut exit = shown;
    for (plugin, said) in all.iter().filter_map(|one| Some((one.plugin, one.broken.as_ref()?))) {
        complain::say(world, format!("a check of `{}` broke off: {said}", plugin.root), None);
        exit = Exit::Bug;
    }
    match exit {
        Exit::Clean | Exit::Findings if !intake.errors.is_empty() || !intake.unjudged.is_empty() => Exit::Input,
        exit => exit,
    }
}

/// Writes the least permissions, or prints what would be written; and how many files were written.
fn mend(args: &Args, all: &[Surveyed<'_>], world: &World) -> (Exit, usize) {
    let mut files = Vec::new();
    let mut exit = Exit::Clean;
    for one in all {
        match one.mended() {
            Ok(file) => files.extend(file),
            Err(why) => {
                let help = "Mend the manifest first: `wicara-tool validate --fix` does what can be done safely.";
                complain::say(world, why, Some(help));
                exit = Exit::Input;
            }
        }
    }
    if args.dry_run {
        let shown = world.answer(&gate::diff(&files, world.console.color_out));
        let changes = if files.is_empty() { Exit::Clean } else { Exit::Findings };
        let exit = if exit == Exit::Clean { changes } else { exit };
        return (if shown == Exit::Clean { exit } else { shown }, 0);
    }
    let mut written = 0;
    for file in &files {
        match gate::write(file, &world.cwd) {
            Ok(()) => written += 1,
            Err(why) => {
                let help = "Nothing was written to it. Run again to look at what is there now.";
                complain::say(world, format!("did not write `{}/{}`: {why}", file.root, file.path), Some(help));
                exit = Exit::Input;
            }
        }
    }
    if written > 0 && !args.quiet {
        let noun = if written == 1 { "1 manifest".to_owned() } else { format!("{written} manifests") };
        world.console.err(&format!("wrote the permissions of {noun}\n"));
    }
    (exit, written)
}

/// Compares with older versions.
fn compare(args: &Args, old: &PathBuf, new: &Intake, settings: &Settings, host: &Host, world: &World) -> Exit {
    let jobs = args.jobs.map(usize::from);
    let old = load(std::slice::from_ref(old), settings, world);
    let before = gate::survey(&old.groups, host, &world.rules, jobs);
    let after = gate::survey(&new.groups, host, &world.rules, jobs);
    let pairs = permissions_diff::pairs(&before, &after);
    let report = permissions_diff::report(&pairs, &new.groups, settings, &world.rules);
    let shown = match args.format {
        _ if before.is_empty() || after.is_empty() => Exit::Clean,
        Shape::Text => world.answer(&permissions_diff::text(&pairs, &report, world)),
        Shape::Json => world.answer(&permissions_diff::json(&pairs, &report)),
    };
    complain::inputs(world, &old.errors);
    complain::inputs(world, &new.errors);
    let exit = if shown == Exit::Clean && report.fails() { Exit::Findings } else { shown };
    worst(worst(exit, &old, &before, world), new, &after, world)
}

/// The word of a severity.
pub(super) const fn severity(severity: Severity) -> &'static str {
    super::list::severity(severity).0
}

/// The findings of a report that count.
pub(super) fn counting(report: &Report) -> impl Iterator<Item = &crate::model::Judged> {
    report.findings.iter().filter(|judged| judged.suppressed.is_none())
}
