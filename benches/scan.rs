//! How long the scanner takes, beside other programs over the same trees in the same run.
//!
//! `cargo bench --bench scan`. Variables: `BENCH_CORPUS` (a folder of Python packages; without it only small trees are
//! measured), `RUFF`, `BANDIT`, and `SEMGREP` (the programs; else those on the path), `SEMGREP_RULES` (a folder of rules).
#![allow(clippy::disallowed_methods, reason = "a benchmark looks at the world directly")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use self::process::{Cost, Table, cpu, measured, median, runs};

mod process;

const TOOL: &str = env!("CARGO_BIN_EXE_wicara-tool");
const PLUGINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/plugins");

fn main() -> ExitCode {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    println!("wicara-tool {} on {processors} processors; medians of whole processes\n", env!("CARGO_PKG_VERSION"));
    let mut table = Table::start();
    let trees = tempfile::tempdir().unwrap();

    let small = trees.path().join("plugin");
    let bytes = gathered(&small, 130_000);
    let mut compared = against(&mut table, &format!("{} KB of plugins", bytes / 1_000), &small, 11);
    match env::var_os("BENCH_CORPUS").map(PathBuf::from) {
        Some(corpus) => compared &= against(&mut table, "the corpus", &corpus, 3),
        None => println!("no corpus: name a folder of Python packages in BENCH_CORPUS"),
    }

    println!();
    let mut before: Option<Cost> = None;
    for kilobytes in [1, 10, 100, 1_000, 10_000] {
        let folder = trees.path().join(format!("file-{kilobytes}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("views.py"), views(kilobytes * 1_000)).unwrap();
        let cost = median(if kilobytes > 100 { 3 } else { 11 }, || ours(&folder, &[]));
        table.row(&format!("one file of {kilobytes} KB"), 3, cost, None);
        if let Some(before) = before {
            println!("    {:.1} times the CPU time of a tenth of it", cpu(&cost) / cpu(&before));
        }
        before = Some(cost);
    }

    println!();
    for (name, text) in shapes() {
        let folder = trees.path().join(name.replace(' ', "-"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("shape.py"), &text).unwrap();
        let cost = median(3, || ours(&folder, &[]));
        table.row(&format!("{name} ({} KB)", text.len() / 1_000), 3, cost, None);
    }
    if compared { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One tree, by us on all processors and on one, and by others. False when a comparison could not be made.
fn against(table: &mut Table, what: &str, tree: &Path, times: usize) -> bool {
    let own = median(times, || ours(tree, &[]));
    table.row(what, times, own, None);
    let alone = median(times, || ours(tree, &["--jobs", "1"]));
    table.row(&format!("{what}, one thread"), times, alone, None);
    println!("    all processors: {:.2} times as fast", ratio(&alone, &own));
    let cache = tempfile::tempdir().unwrap();
    let fresh = |run: usize| scan(tree, &["--cache-dir".as_ref(), cache.path().join(run.to_string()).as_os_str()]);
    let mut run = 0;
    let filling = median(times, || {
        run += 1;
        fresh(run)
    });
    table.row(&format!("{what}, filling the cache"), times, filling, None);
    let warm = median(times.max(11), || fresh(1));
    table.row(&format!("{what}, from the cache"), times.max(11), warm, None);
    println!(
        "    from the cache: {:.1} times as fast; filling it: {:.2} times the wall time",
        ratio(&own, &warm),
        ratio(&filling, &own)
    );
    let program = |name: &str| env::var_os(name.to_uppercase()).map_or_else(|| PathBuf::from(name), PathBuf::from);
    let rules = env::var_os("SEMGREP_RULES");
    let mut whole = true;
    for name in ["ruff", "bandit", "semgrep"] {
        let path = program(name);
        if !runs(&path) || name == "semgrep" && rules.is_none() {
            println!("    no {name}: install it from PyPI and name it in {} to compare", name.to_uppercase());
            whole = false;
            continue;
        }
        let mut command = Command::new(path);
        match name {
            "ruff" => command.args(["check", "--isolated", "--no-cache", "--quiet", "--select", "S"]),
            "bandit" => command.args(["-q", "-r", "--exit-zero"]),
            _ => command
                .args(["scan", "--metrics=off", "--disable-version-check", "--quiet", "--config"])
                .arg(rules.as_ref().unwrap()),
        };
        command.arg(tree);
        let times = if name == "ruff" { times } else { 1 };
        let cost = if times == 1 {
            measured(&mut command, &[0, 1])
        } else {
            median(times, || measured(&mut command, &[0, 1]))
        };
        table.row(&format!("{what}, {name}"), times, cost, None);
        println!("    {name} takes {:.2} times our wall time", ratio(&cost, &own));
    }
    whole
}

fn ratio(a: &Cost, b: &Cost) -> f64 {
    a.wall.as_secs_f64() / b.wall.as_secs_f64()
}

fn ours(tree: &Path, more: &[&str]) -> Cost {
    let more: Vec<&OsStr> = more.iter().copied().chain(["--no-cache"]).map(OsStr::new).collect();
    scan(tree, &more)
}

fn scan(tree: &Path, more: &[&OsStr]) -> Cost {
    let mut command = Command::new(TOOL);
    command.args(["scan", ".", "--no-config", "--no-ignore", "--format", "concise"]).args(more);
    measured(command.current_dir(tree).env_remove("RAYON_NUM_THREADS"), &[0, 1])
}

/// Copies of the plugins of the fixtures until there are so many bytes of Python.
fn gathered(target: &Path, wanted: usize) -> usize {
    let mut bytes = 0;
    for round in 0.. {
        let mut plugins: Vec<PathBuf> = fs::read_dir(PLUGINS).unwrap().map(|entry| entry.unwrap().path()).collect();
        plugins.sort();
        for plugin in plugins.iter().filter(|plugin| plugin.is_dir()) {
            let folder = target.join(format!("{}-{round}", plugin.file_name().unwrap().to_string_lossy()));
            fs::create_dir_all(&folder).unwrap();
            for entry in fs::read_dir(plugin).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "py") {
                    let text = fs::read_to_string(&path).unwrap();
                    fs::write(folder.join(path.file_name().unwrap()), &text).unwrap();
                    bytes += text.len();
                }
            }
            if bytes >= wanted {
                return bytes;
            }
        }
    }
    bytes
}

/// Views as people write them, until the text has so many bytes.
fn views(bytes: usize) -> String {
    let mut text =
        "import sqlite3\nfrom flask import request, render_template\n\ndb = sqlite3.connect('site.db')\n".to_owned();
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        let _ = write!(
            text,
            "\n\ndef show_{number}(limit=10):\n    wanted = request.args.get('q', '')\n    rows = db.execute('SELECT id, title FROM pages WHERE title = ? LIMIT ?', (wanted, limit)).fetchall()\n    titles = [row[1].strip() for row in rows if row]\n    return render_template('list.html', titles=titles, total=len(titles))\n"
        );
    }
    text
}

/// Programs that are built to cost much.
fn shapes() -> Vec<(&'static str, String)> {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    vec![
        ("nested brackets", format!("x = {}1{}\n", "(".repeat(150), ")".repeat(150))),
        (
            "nested blocks",
            (0..90).map(|depth| format!("{}if x{depth}:\n", " ".repeat(depth))).collect::<String>()
                + &" ".repeat(90)
                + "pass\n",
        ),
        ("a long sum", format!("x = a{}\n", " + 'b'".repeat(50_000))),
        ("a long chain of calls", format!("x = a{}\n", ".b()".repeat(5_000))),
        ("a huge literal", format!("x = [{}]\n", "'abc', ".repeat(200_000))),
        ("one huge text", format!("x = '{}'\n", "A".repeat(4_000_000))),
        (
            "mutual recursion",
            many(2_000, &|n| {
                format!("def f{n}(a):\n    return f{}(a + str(a)) + f{}(a)\n", (n + 1) % 2_000, (n * 7) % 2_000)
            }),
        ),
        (
            "a chain of assignments",
            "x0 = input()\n".to_owned() + &many(20_000, &|n| format!("x{} = x{n} + x{n}\n", n + 1)),
        ),
        ("many branches", many(20_000, &|n| format!("if a{n}:\n    x = 'a'\nelse:\n    x = 'b'\n"))),
        ("many sinks", "import os\n".to_owned() + &many(20_000, &|n| format!("os.system(a{n})\n"))),
    ]
}
