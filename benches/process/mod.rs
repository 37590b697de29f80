//! Whole processes: what they cost, and the table that says so.
#![allow(dead_code, reason = "each benchmark takes what it needs")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run of a program cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// On all processors, in user mode.
    pub(crate) user: Duration,
    /// On all processors, in the kernel.
    pub(crate) system: Duration,
    /// KiB of memory at its largest.
    pub(crate) peak: u64,
}

/// The rows of the table, as they come.
#[derive(Default)]
pub(crate) struct Table {
    missed: usize,
}

impl Table {
    /// Prints the head.
    pub(crate) fn start() -> Self {
        println!(
            "{:<44} {:>10} {:>10} {:>10} {:>11} {:>5}  target",
            "what", "wall", "user CPU", "system", "peak", "runs"
        );
        Self::default()
    }

    /// How many targets were missed.
    pub(crate) const fn missed(&self) -> usize {
        self.missed
    }

    pub(crate) fn row(&mut self, what: &str, runs: usize, cost: Cost, target: Option<Duration>) {
        let verdict = match target {
            Some(target) if cost.wall <= target => format!("within {}", shown(target)),
            Some(target) => {
                self.missed += 1;
                format!("OVER {}", shown(target))
            }
            None => String::new(),
        };
        println!(
            "{what:<44} {:>10} {:>10} {:>10} {:>8.1} MB {runs:>5}  {verdict}",
            shown(cost.wall),
            shown(cost.user),
            shown(cost.system),
            cost.peak as f64 / 1024.0
        );
    }
}

pub(crate) fn runs(program: &Path) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

#[expect(clippy::unnecessary_wraps, reason = "a target of a row")]
pub(crate) const fn millis(millis: u64) -> Option<Duration> {
    Some(Duration::from_millis(millis))
}

pub(crate) fn cpu(cost: &Cost) -> f64 {
    (cost.user + cost.system).as_secs_f64()
}

pub(crate) fn shown(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1_000.0;
    if millis < 100.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

/// The run in the middle by wall time, after one that warms the caches. The largest peak of all.
pub(crate) fn median(runs: usize, mut run: impl FnMut() -> Cost) -> Cost {
    run();
    let mut costs: Vec<Cost> = (0..runs).map(|_| run()).collect();
    let peak = costs.iter().map(|cost| cost.peak).max().unwrap();
    costs.sort_by_key(|cost| cost.wall);
    Cost { peak, ..costs[runs / 2] }
}

/// Runs a program and demands one of these exit codes.
pub(crate) fn measured(command: &mut Command, codes: &[i32]) -> Cost {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let usage = wait(&mut child, codes);
    Cost { wall: started.elapsed(), ..usage }
}

#[cfg(unix)]
#[allow(unsafe_code, reason = "the standard library does not hand out what wait4 counts")]
fn wait(child: &mut std::process::Child, codes: &[i32]) -> Cost {
    use std::os::unix::process::ExitStatusExt as _;

    let mut status = 0;
    // SAFETY: all-zero bytes are a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the child is ours and nobody else waits for it; both pointers are to live values.
    let waited = unsafe { libc::wait4(child.id() as libc::pid_t, &raw mut status, 0, &raw mut usage) };
    assert_eq!(waited, child.id() as libc::pid_t);
    let status = std::process::ExitStatus::from_raw(status);
    assert!(status.code().is_some_and(|code| codes.contains(&code)), "{status}");
    let time = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1_000);
    let (user, system) = (time(usage.ru_utime), time(usage.ru_stime));
    Cost { wall: Duration::ZERO, user, system, peak: usage.ru_maxrss as u64 }
}

/// Where the system counts nothing for one child, only the wall time is known.
#[cfg(not(unix))]
fn wait(child: &mut std::process::Child, codes: &[i32]) -> Cost {
    let status = child.wait().unwrap();
    assert!(status.code().is_some_and(|code| codes.contains(&code)), "{status}");
    Cost { wall: Duration::ZERO, user: Duration::ZERO, system: Duration::ZERO, peak: 0 }
}
