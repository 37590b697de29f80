//! What `wicara-tool validate` runs: resolve, then judge or mend, then render, then the exit code.

use std::path::{Path, PathBuf};

use super::cli::World;
use super::complain;
use super::progress::Progress;
use super::validate::{Args, Fixes, environment};
use crate::exit::Exit;
use crate::gate::{self, Baseline, Done, Run};
use crate::io::fs::{self, Links};
use crate::model::Report;
use crate::report::{self, Format, Style};
use crate::rules::{Host, nearest};
use crate::settings::{Allow, Settings, resolve};

/// Baseline files larger than this, in bytes, are refused.
const MAX_BASELINE_BYTES: u64 = 64 << 20;

/// An error about the run that was printed already.
type Stop = Exit;

pub(super) fn run(args: &Args, scan: bool, world: &World) -> Exit {
    judge(args, scan, world).unwrap_or_else(|stop| stop)
}

fn judge(args: &Args, scan: bool, world: &World) -> Result<Exit, Stop> {
    let usage = |message: String| {
        complain::say(world, message, None);
        Exit::Usage
    };
    if world.rules.own().is_none() {
        gate::prepare(scan);
    }
    let env = environment().map_err(usage)?;
    let settings = resolve(&args.rules.asked(), &env, &world.cwd, &world.rules).map_err(|faults| {
        complain::faults(world, &faults);
        Exit::Usage
    })?;
    let outputs = outputs(args, world)?;
    let host = Host::load(Some(&settings.host_version)).map_err(|error| usage(error.to_string()))?;
    let (baseline, path) = baseline(args, world, &settings)?;
    let shown = path.as_ref().map(|path| path.strip_prefix(&world.cwd).unwrap_or(path).display().to_string());
    let store = args.cache.open(&args.paths, args.quiet, world).map_err(usage)?;
    let run = Run {
        cwd: &world.cwd,
        paths: &args.paths,
        changed: args.changed,
        scan,
        settings: &settings,
        rules: &world.rules,
        host: &host,
        baseline: baseline.as_ref().zip(shown.as_deref()),
        jobs: args.jobs.map(usize::from),
        store: store.as_ref(),
    };
    let progress = Progress::new(!args.quiet && !args.no_progress && world.console.err_is_terminal);
    let mut refused = false;
    if args.fix.is_some() || args.diff {
        let mending = run.mend(args.fix.unwrap_or(Fixes::Safe).safety(), &progress);
        if args.diff {
            drop(progress);
            let exit = world.answer(&gate::diff(&mending.files, world.console.color_out));
            complain::inputs(world, &mending.errors);
            return Ok(match exit {
                Exit::Clean if !mending.errors.is_empty() => Exit::Input,
                Exit::Clean if !mending.files.is_empty() => Exit::Findings,
                other => other,
            });
        }
        refused = !write(&mending, args, world);
    }
    let mut done = run.check(&progress);
    drop(progress);
    if args.update_baseline {
        let path = path.unwrap_or_default();
        let text = done.ruling.baseline.text();
        fs::write_atomic(&path, text.as_bytes())
            .map_err(|error| usage(format!("cannot write the baseline `{}`: {error}", path.display())))?;
        let shown = shown.as_deref().unwrap_or_default();
        note(args, world, &format!("wrote {} to {shown}", count(done.ruling.baseline.entries().count(), "finding")));
        done = Run { baseline: Some((&done.ruling.baseline, shown)), ..run }.check(&Progress::new(false));
    }
    if done.plugins > 0 || done.errors.is_empty() {
        render(&done.ruling.report, &outputs, args, world)?;
    }
    if let Some(store) = &store {
        store.tidy();
    }
    complain::inputs(world, &done.errors);
    Ok(exit(&done, refused))
}

/// The worst thing that happened.
const fn exit(done: &Done, refused: bool) -> Exit {
    if done.ruling.bugs > 0 {
        Exit::Bug
    } else if !done.errors.is_empty() || refused {
        Exit::Input
    } else if done.ruling.fails {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// Where the report goes: standard output (`None`) or files.
fn outputs(args: &Args, world: &World) -> Result<Vec<(Format, Option<PathBuf>)>, Stop> {
    let mut outputs = Vec::new();
    for text in &args.output {
        let parsed = text.split_once('=').filter(|(_, file)| !file.is_empty());
        let format = parsed.and_then(|(format, _)| Format::from_name(format));
        let (Some((_, file)), Some(format)) = (parsed, format) else {
            let names = Format::ALL.map(Format::name);
            let wanted = text.split('=').next().unwrap_or_default();
            let help = match nearest(wanted, names) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Write FORMAT=FILE; the formats are {}.", names.join(", ")),
            };
            complain::say(world, format!("--output: `{text}` is not FORMAT=FILE"), Some(&help));
            return Err(Exit::Usage);
        };
        outputs.push((format, (file != "-").then(|| world.cwd.join(file))));
    }
    let to_stdout = outputs.iter().filter(|(_, file)| file.is_none()).count();
    if args.format.is_some() || to_stdout == 0 {
        let format = args.format.as_deref().and_then(Format::from_name).unwrap_or(Format::Text);
        outputs.insert(0, (format, None));
    }
    if outputs.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        complain::say(
            world,
            "only one format can go to standard output".to_owned(),
            Some("Write the others to files."),
        );
        return Err(Exit::Usage);
    }
    Ok(outputs)
}

/// The baseline of the run and its file.
fn baseline(args: &Args, world: &World, settings: &Settings) -> Result<(Option<Baseline>, Option<PathBuf>), Stop> {
    let stop = |message: String, help: &str| {
        complain::say(world, message, Some(help));
        Err(Exit::Usage)
    };
    let Some(path) = settings.baseline.clone() else {
        return match args.update_baseline {
            true => stop("--update-baseline needs a file".to_owned(), "Add `--baseline FILE`, or set `baseline`."),
            false => Ok((None, None)),
        };
    };
    if args.update_baseline && settings.choice.allow == Allow::Nothing {
        return stop("the policy refuses a baseline".to_owned(), "Leave out --update-baseline or --policy.");
    }
    if args.update_baseline && !fs::exists(&path) {
        return Ok((Some(Baseline::default()), Some(path)));
    }
    match read_baseline(&path) {
        Ok(baseline) => Ok((Some(baseline), Some(path))),
        Err(why) => stop(
            format!("cannot use the baseline `{}`: {why}", path.display()),
            "`wicara-tool validate --baseline FILE --update-baseline` writes one.",
        ),
    }
}

fn read_baseline(path: &Path) -> Result<Baseline, String> {
    let contents = fs::read_bounded(path, MAX_BASELINE_BYTES, Links::Follow).map_err(|error| error.to_string())?;
    let text = String::from_utf8(contents.bytes).map_err(|error| error.to_string())?;
    Baseline::parse(&text)
}

/// Writes mended files; whether all of them could be written.
fn write(mending: &gate::Mending, args: &Args, world: &World) -> bool {
    let mut written = 0;
    for file in &mending.files {
        match gate::write(file, &world.cwd) {
            Ok(()) => written += 1,
            Err(why) => {
                let help = "Nothing was written to it. Run again to judge what is there now.";
                complain::say(world, format!("did not mend `{}/{}`: {why}", file.root, file.path), Some(help));
            }
        }
    }
    if written > 0 {
        note(args, world, &format!("fixed {} in {}", count(mending.problems, "problem"), count(written, "file")));
    }
    written == mending.files.len()
}

fn render(report: &Report, outputs: &[(Format, Option<PathBuf>)], args: &Args, world: &World) -> Result<(), Stop> {
    let silent = args.quiet && report.findings.iter().all(|judged| judged.suppressed.is_some());
    for (format, file) in outputs {
        let written = match file {
            None if silent && matches!(format, Format::Text | Format::Concise) => Ok(()),
            None => {
                let style = Style { colour: world.console.color_out, width: world.console.width, links: false };
                world.console.out(|out| report::render(*format, report, &world.rules, &style, out))
            }
            Some(path) => {
                let mut bytes = Vec::new();
                report::render(*format, report, &world.rules, &Style::default(), &mut bytes)
                    .and_then(|()| fs::write_atomic(path, &bytes))
            }
        };
        if let Err(error) = written {
            let place = file.as_ref().map_or("standard output".to_owned(), |path| format!("`{}`", path.display()));
            complain::say(world, format!("cannot write the report to {place}: {error}"), None);
            return Err(Exit::Usage);
        }
    }
    Ok(())
}

fn note(args: &Args, world: &World, text: &str) {
    if !args.quiet {
        world.console.err(&format!("{text}\n"));
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Ruling;

    #[test]
    fn the_worst_thing_decides_the_exit_code() {
        let host_version = String::new();
        let report =
            Report { plugins: Vec::new(), findings: Vec::new(), files: Vec::new(), host_version, fail_on: None };
        let ruling = Ruling { report, baseline: Baseline::default(), bugs: 0, fails: false };
        let mut done = Done { ruling, errors: Vec::new(), plugins: 1 };
        assert_eq!((exit(&done, false), exit(&done, true)), (Exit::Clean, Exit::Input));
        done.ruling.fails = true;
        assert_eq!((exit(&done, false), exit(&done, true)), (Exit::Findings, Exit::Input));
        done.ruling.bugs = 1;
        assert_eq!(exit(&done, true), Exit::Bug, "a plugin that could not be judged has not passed");
    }
}
