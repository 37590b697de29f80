//! The whole program on hostile input: how long it takes, and how much memory at its peak.

use std::fs::File;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::intake::Tree;
use crate::zips::{part, zeros, zip};

const INIT: &str = "from .plugin import P\n";
const PEAK: u64 = 200 * 1024;
const LONGEST: Duration = Duration::from_secs(30);

/// Who has not ended by then is taken to hang, however busy the machine is.
const HANGS: Duration = Duration::from_secs(180);

pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) output: String,
    /// Processor time, so that a busy machine changes nothing.
    pub(super) took: Duration,
    /// KiB of memory at its largest.
    pub(super) peak: u64,
}

/// Runs `wicara-tool validate PATHS --format concise` and measures it.
#[expect(clippy::zombie_processes, reason = "`wait` waits for it, and counts what it used")]
pub(super) fn validate(cwd: &Path, paths: &[&str]) -> Ended {
    let output = File::create_new(cwd.join("output.tmp")).unwrap();
    let started = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_wicara-tool"))
        .args(["validate", "--no-config", "--no-cache", "--format", "concise"])
        .args(paths)
        .current_dir(cwd)
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    let (status, peak, took) = wait(child.id(), started);
    let text = String::from_utf8_lossy(&std::fs::read(cwd.join("output.tmp")).unwrap()).into_owned();
    std::fs::remove_file(cwd.join("output.tmp")).unwrap();
    Ended { code: status.code(), output: text, took, peak }
}

/// Waits for one child, with what the system counted for it alone; ends it when it takes too long.
#[allow(unsafe_code, reason = "the standard library does not hand out what wait4 counts")]
fn wait(pid: u32, started: Instant) -> (ExitStatus, u64, Duration) {
    let pid = pid as libc::pid_t;
    let mut status = 0;
    // SAFETY: all-zero bytes are a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: the child was started by the caller and nobody else waits for it; both pointers are to live values.
        match unsafe { libc::wait4(pid, &raw mut status, libc::WNOHANG, &raw mut usage) } {
            0 if started.elapsed() > HANGS => {
                // SAFETY: the child is not waited for yet, so the number is still its own.
                unsafe { libc::kill(pid, libc::SIGKILL) };
            }
            0 => {}
            waited => {
                assert_eq!(waited, pid);
                let spent = |time: libc::timeval| {
                    Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
                };
                let took = spent(usage.ru_utime) + spent(usage.ru_stime);
                return (ExitStatus::from_raw(status), usage.ru_maxrss as u64, took);
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Demands one finding at least with `rule`, the usual exit code, and the bounds.
fn bounded(tree: &Tree, paths: &[&str], rule: &str) {
    let ended = validate(&tree.path(), paths);
    let shown: String = ended.output.chars().take(2_000).collect();
    assert_eq!(ended.code, Some(1), "{rule}: {shown}");
    assert!(ended.output.contains(rule), "{rule}: {shown}");
    assert!(ended.peak <= PEAK, "{rule}: {} KiB", ended.peak);
    assert!(ended.took <= LONGEST, "{rule}: {:?}", ended.took);
    assert!(!ended.output.chars().any(|c| c.is_control() && c != '\n'), "{rule}: {shown:?}");
}

fn plugin() -> Tree {
    Tree::new(&[("p/__init__.py", INIT)])
}

#[test]
fn files_of_any_size_and_kind() {
    let tree = plugin();
    File::create(tree.path().join("p/sparse.py")).unwrap().set_len(1 << 30).unwrap();
    bounded(&tree, &["p"], "file-too-large");

    let tree = plugin();
    tree.write("p/plugin.json", &[b"[\"".as_slice(), &vec![b'x'; 64 << 20], b"\"]"].concat());
    bounded(&tree, &["p"], "file-too-large");

    let tree = plugin();
    assert!(Command::new("mkfifo").arg(tree.path().join("p/pipe.py")).status().unwrap().success());
    symlink("/dev/zero", tree.path().join("p/zero.py")).unwrap();
    bounded(&tree, &["p"], "special-file");
    bounded(&tree, &["p"], "link-outside");
}

#[test]
fn manifests_nested_deep_and_bytes_that_are_no_text() {
    for (name, bytes) in [
        ("arrays", vec![b'['; 100_000]),
        ("objects", b"{\"a\":".repeat(100_000)),
        ("closed", [vec![b'['; 100_000], vec![b']'; 100_000]].concat()),
        ("nul", vec![0; 100_000]),
        ("no text", vec![0xff; 100_000]),
        ("quotes", vec![b'"'; 900_000]),
        ("keys that nothing reads", {
            let keys: String = (0..30_000).map(|n| format!("\"auther{n}\": 1, ")).collect();
            format!("{{{keys}\"z\": 1}}").into_bytes()
        }),
        ("commas", vec![b','; 900_000]),
    ] {
        let tree = plugin();
        tree.write("p/plugin.json", &bytes);
        let ended = validate(&tree.path(), &["p"]);
        assert_eq!(ended.code, Some(1), "{name}: {}", ended.output.chars().take(500).collect::<String>());
        assert!(ended.output.contains("manifest-"), "{name}");
        assert!(ended.peak <= PEAK && ended.took <= LONGEST, "{name}: {} KiB, {:?}", ended.peak, ended.took);
    }
}

#[test]
fn python_of_any_bytes() {
    for (name, bytes) in [
        ("nul", b"x = '\0'\n".repeat(10_000)),
        ("no text", vec![0xff; 100_000]),
        ("brackets", vec![b'('; 100_000]),
        ("one line", b"x=1;".repeat(60_000)),
        ("quotes", b"'''".repeat(100_001)),
    ] {
        let tree = plugin();
        tree.write("p/plugin.py", &bytes);
        let ended = validate(&tree.path(), &["p"]);
        assert_eq!(ended.code, Some(1), "{name}: {}", ended.output.chars().take(500).collect::<String>());
        assert!(ended.peak <= PEAK && ended.took <= LONGEST, "{name}: {} KiB, {:?}", ended.peak, ended.took);
    }
}

#[test]
fn archives_of_any_content() {
    let tree = Tree::new(&[]);
    let init = || part("p/__init__.py", INIT);
    tree.write("bomb.zip", &zip(&[init(), zeros("p/zeros.py", 20 << 20)]));
    tree.write("up.zip", &zip(&[init(), part("p/../../evil.py", "x")]));
    tree.write("cut.zip", &zip(&[init()])[..40]);
    for (path, rule) in [("bomb.zip", "zip-bomb"), ("up.zip", "zip-path-escape"), ("cut.zip", "zip-unreadable")] {
        bounded(&tree, &[path], rule);
    }
    assert!(!tree.path().join("evil.py").exists() && !tree.path().parent().unwrap().join("evil.py").exists());
}
