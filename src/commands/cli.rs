//! Arguments to a subcommand, and its answer to an exit code.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, CommandFactory as _, Parser, Subcommand, ValueEnum};

use super::{cache, completions, explain, judge, list, man, own_rules, permissions, schema, settings, validate};
use crate::exit::Exit;
use crate::io::console::{ColorChoice, Console};
use crate::io::env;
use crate::rules::{Host, RuleSet};

/// Judges plugins of the Wicara CMS as the real host would, without running a line of them.
#[derive(Debug, Parser)]
#[command(name = "wicara-tool", version, max_term_width = 80, propagate_version = false)]
#[command(after_help = "Exit codes: 0 clean · 1 findings · 2 usage or settings · 3 unreadable input · 70 a bug")]
struct Cli {
    /// When to use colour; NO_COLOR and CLICOLOR_FORCE are obeyed.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    color: When,
    /// A folder of rules of your own; may be given more than once.
    #[arg(long = "rules", value_name = "DIR", global = true)]
    rule_folders: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    /// On a terminal.
    Auto,
    /// Even in a pipe.
    Always,
    /// Not even on a terminal.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge plugins: will the host load them, and do they do what they say?
    #[command(alias = "check")]
    Validate(Box<validate::Args>),
    /// Look for dangers in any files: the security families of `validate`, without the host.
    Scan(Box<validate::Args>),
    /// Show what plugins can do against what they ask leave for.
    Permissions(Box<permissions::Args>),
    /// Show where results are kept for later runs, and how much; or remove them.
    Cache(cache::Args),
    /// List the rules.
    Rules(list::Args),
    /// Explain a rule: what the host does, what to do, and a bad and a good example.
    Explain(explain::Args),
    /// Show the settings of a run in this folder, and where each comes from.
    Settings(settings::Args),
    /// Print a JSON Schema, for editors and for readers of the JSON report.
    Schema(schema::Args),
    /// Print a completion script for a shell.
    Completions(completions::Args),
    /// Print the manual page, or write all manual pages to a folder.
    Man(man::Args),
}

/// What every subcommand gets.
pub(super) struct World {
    /// The streams.
    pub(super) console: Console,
    /// Absolute.
    pub(super) cwd: PathBuf,
    /// The rules.
    pub(super) rules: RuleSet,
}

/// The whole command line, for completions, manual pages, and tests.
#[must_use]
pub fn command() -> clap::Command {
    let version = format!("{} (knows Wicara {})", env!("CARGO_PKG_VERSION"), Host::known().join(", "));
    let flag = clap::Arg::new("version").long("version").short('V').action(ArgAction::Version);
    let flag = flag.help("Print the version, and the Wicara versions it knows");
    Cli::command().version(version).disable_version_flag(true).arg(flag)
}

/// Runs the program with arguments, the program's own name first.
#[must_use]
pub fn run(arguments: Vec<OsString>) -> Exit {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error),
    };
    let cli = match <Cli as clap::FromArgMatches>::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let console = Console::new(match cli.color {
        When::Auto => ColorChoice::Auto,
        When::Always => ColorChoice::Always,
        When::Never => ColorChoice::Never,
    });
    let cwd = match env::current_dir() {
        Ok(cwd) => cwd,
        Err(error) => {
            console.err(&format!("error: cannot find out the working directory: {error}\n"));
            return Exit::Input;
        }
    };
    let mut world = World { console, cwd, rules: RuleSet::embedded() };
    if let Err(stop) = own_rules::add(&cli.rule_folders, &mut world) {
        return stop;
    }
    let world = world;
    match cli.command {
        Command::Validate(args) => judge::run(&args, false, &world),
        Command::Scan(args) => judge::run(&args, true, &world),
        Command::Permissions(args) => permissions::run(&args, &world),
        Command::Cache(args) => cache::run(&args, &world),
        Command::Rules(args) => list::run(&args, &world),
        Command::Explain(args) => explain::run(&args, &world),
        Command::Settings(args) => settings::run(&args, &world),
        Command::Schema(args) => schema::run(&args, &world),
        Command::Completions(args) => completions::run(&args, &world),
        Command::Man(args) => man::run(&args, &world),
    }
}

/// Help and version are answers; everything else that clap says is a usage error.
fn refuse(error: &clap::Error) -> Exit {
    let console = Console::new(ColorChoice::Auto);
    let text = error.render();
    if error.use_stderr() {
        console.err(&if console.color_err { text.ansi().to_string() } else { text.to_string() });
        return Exit::Usage;
    }
    let text = if console.color_out { text.ansi().to_string() } else { text.to_string() };
    match console.out(|out| out.write_all(text.as_bytes())) {
        Ok(()) => Exit::Clean,
        Err(_) => Exit::Usage,
    }
}

impl World {
    /// Prints an answer.
    pub(super) fn answer(&self, text: &str) -> Exit {
        match self.console.out(|out| out.write_all(text.as_bytes())) {
            Ok(()) => Exit::Clean,
            Err(error) => {
                self.console.err(&format!("error: cannot write to standard output: {error}\n"));
                Exit::Usage
            }
        }
    }
}
