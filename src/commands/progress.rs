//! A bar on standard error for runs that take longer than a second on a terminal.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::gate::Watch;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the bar is drawn again: one plugin can take long, too.
const TURN: Duration = Duration::from_millis(120);

/// The bar, hidden until the run has taken a while.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    /// Waits to show the bar; it ends when this is dropped.
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// A bar if `wanted`, or nothing at all.
    pub(super) fn new(wanted: bool) -> Self {
        if !wanted {
            return Self { bar: None, waiting: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        dress(&bar, "  {spinner} reading");
        let (done, wait) = mpsc::channel();
        let shown = bar.clone();
        let thread = thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TURN);
            }
        });
        Self { bar: Some(bar), waiting: Some((done, thread)) }
    }
}

fn dress(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

impl Watch for Progress {
    fn start(&self, plugins: usize) {
        if let Some(bar) = &self.bar {
            bar.set_position(0);
            bar.set_length(plugins as u64);
            dress(bar, "  {spinner} judging {bar:30} {pos}/{len} plugins");
        }
    }

    fn tick(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.waiting.take() {
            drop(done);
            // It ends at once; a bar that it has shown is cleared below.
            let ended = thread.join();
            debug_assert!(ended.is_ok());
        }
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
