//! `wicara-tool permissions`: its arguments and what it runs.

use std::path::PathBuf;

use clap::ValueEnum;

use super::cli::World;
use super::validate::{RuleArgs, environment};
use super::{complain, permissions_table};
use crate::exit::Exit;
use crate::gate::{self, Surveyed};
use crate::intake::{self, Intake, Options};
use crate::package::Limits;
use crate::rules::Host;
use crate::settings::{Settings, resolve};

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 shown · 2 usage or settings · 3 unreadable input · 70 a bug")]
pub(super) struct Args {
    /// Plugin folders, folders of plugins, ZIP archives, or files inside plugins [default: .].
    paths: Vec<PathBuf>,
    /// How to print the table.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Shape,
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
    let settings = resolve(&args.rules.asked(), &env, &world.cwd, &world.rules).map_err(|faults| {
        complain::faults(world, &faults);
        Exit::Usage
    })?;
    let host = Host::load(Some(&settings.host_version)).map_err(|error| usage(error.to_string()))?;
    let intake = load(&args.paths, &settings, world);
    let all = gate::survey(&intake.groups, &host, args.jobs.map(usize::from));
    let text = match args.format {
        Shape::Text => permissions_table::text(&all, world),
        Shape::Json => permissions_table::json(&all),
    };
    let shown = if all.is_empty() { Exit::Clean } else { world.answer(&text) };
    complain::inputs(world, &intake.errors);
    Ok(worst(shown, &intake, &all, world))
}

fn load(paths: &[PathBuf], settings: &Settings, world: &World) -> Intake {
    let options = Options { ignore_files: settings.respect_gitignore, limits: Limits::default(), ..Options::default() };
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
        Exit::Clean if !intake.errors.is_empty() || !intake.unjudged.is_empty() => Exit::Input,
        exit => exit,
    }
}
