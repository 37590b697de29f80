//! A bar on standard error for runs that take longer than a second on a terminal.

use std::sync::OnceLock;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::gate::Watch;
use crate::io::clock::Stopwatch;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar, hidden until the run has taken a while.
pub(super) struct Progress {
    watch: Stopwatch,
    bar: Option<ProgressBar>,
    shown: OnceLock<()>,
}

impl Progress {
    /// A bar if `wanted`, or nothing at all.
    pub(super) fn new(wanted: bool) -> Self {
        let bar = wanted.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("  judging {bar:30} {pos}/{len} plugins");
            style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
        });
        Self { watch: Stopwatch::start(), bar, shown: OnceLock::new() }
    }
}

impl Watch for Progress {
    fn start(&self, plugins: usize) {
        if let Some(bar) = &self.bar {
            bar.set_position(0);
            bar.set_length(plugins as u64);
        }
    }

    fn tick(&self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if self.watch.elapsed() > PATIENCE {
            self.shown.get_or_init(|| bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
