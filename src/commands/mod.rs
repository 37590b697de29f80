//! The command line: one file per subcommand, with its arguments (their doc comments are the help)
//! and what it runs.

mod cache;
mod caching;
mod cli;
mod complain;
mod completions;
mod explain;
mod judge;
mod list;
mod man;
mod own_rules;
mod page;
mod permissions;
mod permissions_diff;
mod permissions_table;
mod progress;
mod schema;
mod settings;
mod validate;

pub use cli::{command, run};
