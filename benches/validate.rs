//! How long the whole program takes, from its start to its end, and how that grows with the number of plugins.
//!
//! `cargo bench --bench validate` measures the release build as a user runs it: a process over
//! plugins on disk. In the same run it measures `ruff check` over the same trees, a Python that
//! does nothing, and, where `WICARA_HOST` names a checkout, the host's own `plugin-validate`.
//!
//! Variables: `RUFF` (the program; else the one on the path), `WICARA_HOST` and `WICARA_PYTHON`
//! (a checkout of the host and a Python with its requirements), `BENCH_PLUGINS` (the largest
//! tree, 10000 unless told).
#![allow(clippy::disallowed_methods, reason = "a benchmark looks at the world directly")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use tempfile::TempDir;

use self::process::{Cost, Table, cpu, measured, median, millis, runs};

mod process;

const TOOL: &str = env!("CARGO_BIN_EXE_wicara-tool");
const HELLO_WORLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/plugins/hello-world");

fn main() -> ExitCode {
    let largest = env::var("BENCH_PLUGINS").ok().map_or(10_000, |text| text.parse().unwrap());
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    println!("wicara-tool {} on {processors} processors; medians of whole processes\n", env!("CARGO_PKG_VERSION"));
    let mut table = Table::start();
    let trees = tempfile::tempdir().unwrap();
    let one = trees.path().join("one");
    make(&one, 1, Names::Own);

    table.row("start (--version)", 41, median(41, || tool(trees.path(), &["--version"])), millis(3));
    let cost = median(41, || tool(&one, &["validate", "plugin-00000"]));
    table.row("1 plugin", 41, cost, millis(10));
    let kept = trees.path().join("kept").display().to_string();
    let known =
        |cache: &str| ["validate".to_owned(), "plugin-00000".to_owned(), "--cache-dir".to_owned(), cache.to_owned()];
    let mut run = 0;
    let cost = median(41, || {
        run += 1;
        tool(&one, &known(&format!("{kept}-{run}")).each_ref().map(String::as_str))
    });
    table.row("1 plugin, filling the cache", 41, cost, None);
    let cost = median(41, || tool(&one, &known(&kept).each_ref().map(String::as_str)));
    table.row("1 plugin, from the cache", 41, cost, None);

    let mut sizes = vec![100, 1_000, 10_000];
    sizes.retain(|size| *size <= largest);
    let mut grown: Vec<(usize, Cost)> = Vec::new();
    for size in sizes {
        let tree = trees.path().join(size.to_string());
        make(&tree, size, Names::Own);
        let runs = runs_for(size);
        let cost = median(runs, || tool(&tree, &["validate", "."]));
        table.row(&format!("{size} plugins"), runs, cost, if size == 1_000 { millis(500) } else { None });
        let warm = median(runs, || tool(&tree, &["validate", ".", "--cache-dir", &kept]));
        table.row(&format!("{size} plugins, from the cache"), runs, warm, None);
        grown.push((size, cost));
    }
    let crowd = trees.path().join("crowd");
    let size = largest.min(1_000);
    make(&crowd, size, Names::Same);
    let cost = median(5, || tool_finding(&crowd, &["validate", "--format", "json", "."]));
    table.row(&format!("{size} plugins that collide, as JSON"), 5, cost, None);

    println!();
    for pair in grown.windows(2) {
        let [(fewer, less), (more, cost)] = pair else { continue };
        println!(
            "{more} plugins take {:.1} times the wall time and {:.1} times the CPU time of {fewer}",
            cost.wall.as_secs_f64() / less.wall.as_secs_f64(),
            cpu(cost) / cpu(less)
        );
    }
    println!();
    let compared = peers(&mut table, &trees, &grown);
    if table.missed() > 0 {
        println!("\n{} of the targets missed; measure on a machine that does nothing else", table.missed());
    }
    if compared { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Other programs over the same trees. False when the comparison could not be made.
fn peers(table: &mut Table, trees: &TempDir, grown: &[(usize, Cost)]) -> bool {
    let python = env::var_os("WICARA_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    if runs(&python) {
        let cost = median(11, || measured(Command::new(&python).args(["-c", "pass"]), &[0]));
        table.row("python -c pass", 11, cost, None);
    }
    if let Some(host) = env::var_os("WICARA_HOST").map(PathBuf::from) {
        let name = "bench-hello-world";
        let installed = host.join("app/plugins/installed").join(name);
        copy(&installed, 0, Names::Own);
        let mut command = Command::new(&python);
        command.args(["run.py", "plugin-validate", name]).current_dir(&host);
        let cost = median(5, || measured(&mut command, &[0]));
        fs::remove_dir_all(installed).unwrap();
        table.row("1 plugin, the host's plugin-validate", 5, cost, None);
    }
    let ruff = env::var_os("RUFF").map_or_else(|| PathBuf::from("ruff"), PathBuf::from);
    if !runs(&ruff) {
        println!("no ruff: install it from PyPI and name it in RUFF to compare");
        return false;
    }
    for (size, own) in grown {
        let tree = trees.path().join(size.to_string());
        let runs = runs_for(*size);
        let mut command = Command::new(&ruff);
        command.args(["check", "--isolated", "--no-cache", "--quiet", "."]).current_dir(tree);
        let cost = median(runs, || measured(&mut command, &[0, 1]));
        table.row(&format!("{size} plugins, ruff check --no-cache"), runs, cost, None);
        println!("    ours takes {:.2} times the wall time of ruff", own.wall.as_secs_f64() / cost.wall.as_secs_f64());
    }
    true
}

const fn runs_for(size: usize) -> usize {
    match size {
        0..500 => 21,
        500..5_000 => 11,
        _ => 5,
    }
}

/// How the copies of a plugin are called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Every copy has filters of its own and changes nothing that another one changes.
    Own,
    /// All copies are the same, so that each collides with every other.
    Same,
}

/// Makes a folder of so many plugins.
fn make(folder: &Path, plugins: usize, names: Names) {
    for number in 0..plugins {
        copy(&folder.join(format!("plugin-{number:05}")), number, names);
    }
}

/// Makes one plugin of the size of hello-world.
fn copy(target: &Path, number: usize, names: Names) {
    fs::create_dir_all(target).unwrap();
    for name in ["__init__.py", "plugin.py", "plugin.json"] {
        let text = fs::read_to_string(Path::new(HELLO_WORLD).join(name)).unwrap();
        let text = if names == Names::Own && name == "plugin.py" { own(&text, number) } else { text };
        fs::write(target.join(name), text).unwrap();
    }
}

/// Filters of the plugin's own, and a hook whose result is not used.
fn own(text: &str, number: usize) -> String {
    [
        ("'hello':", format!("'hello_{number}':")),
        ("'shout':", format!("'shout_{number}':")),
        ("'after_page_render'", "'after_import'".to_owned()),
        ("return f'<!--", "self.app.logger.debug(f'<!--".to_owned()),
        ("\\n{html}'", "\\n{html}')".to_owned()),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "hello-world has no `{from}` any more");
        text.replacen(from, &to, 1)
    })
}

fn tool(cwd: &Path, arguments: &[&str]) -> Cost {
    measured(command(cwd, arguments), &[0])
}

/// Over plugins that have findings.
fn tool_finding(cwd: &Path, arguments: &[&str]) -> Cost {
    measured(command(cwd, arguments), &[1])
}

fn command(cwd: &Path, arguments: &[&str]) -> &'static mut Command {
    let command = Box::leak(Box::new(Command::new(TOOL)));
    command.args(arguments).current_dir(cwd).env_remove("CLICOLOR_FORCE").env_remove("RAYON_NUM_THREADS");
    command.env("WICARA_TOOL_NO_CACHE", "1")
}
