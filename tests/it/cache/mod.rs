//! Results that are kept for later runs: they change how long a run takes, and nothing else.

mod changes;
mod command;
mod damage;
#[cfg(unix)]
mod processes;
mod same;
#[cfg(unix)]
mod trust;
