//! Where settings are: the nearest file from the working directory upwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::read::{Raw, read};
use super::{Fault, Faults, FileSettings};
use crate::io::fs::{self, Links};
use crate::model::Source;
use crate::rules::RuleSet;

/// Settings files larger than this, in bytes, are refused.
pub const MAX_SETTINGS_BYTES: u64 = 1 << 20;

const NAMES: [&str; 2] = ["wicara-tool.toml", "pyproject.toml"];

/// Reads the settings that count for `cwd`: those of the first folder, going up, that has a
/// `wicara-tool.toml` or a `pyproject.toml` with `[tool.wicara-tool]`. A folder with `.git` is the last
/// that is looked into.
///
/// # Errors
///
/// When that file cannot be read, or is wrong.
pub fn find(cwd: &Path, rules: &RuleSet) -> Result<Option<FileSettings>, Faults> {
    for folder in cwd.ancestors() {
        for name in NAMES {
            let path = folder.join(name);
            if fs::exists(&path)
                && let Some(settings) = load(&path, cwd, rules, false)?
            {
                return Ok(Some(settings));
            }
        }
        if fs::exists(&folder.join(".git")) {
            break;
        }
    }
    Ok(None)
}

/// Reads one settings file, or a policy. `None` for a `pyproject.toml` without `[tool.wicara-tool]`.
///
/// # Errors
///
/// When it cannot be read, or is wrong.
pub fn load(path: &Path, cwd: &Path, rules: &RuleSet, policy: bool) -> Result<Option<FileSettings>, Faults> {
    let full = cwd.join(path);
    let shown = full.strip_prefix(cwd).unwrap_or(&full).display().to_string();
    let what = if policy { "policy" } else { "settings file" };
    let contents = fs::read_bounded(&full, MAX_SETTINGS_BYTES, Links::Follow)
        .map_err(|error| vec![Fault::new(format!("cannot read the {what} `{shown}`: {error}"))])?;
    let source = Arc::new(Source::new(contents.bytes));
    let folder: PathBuf = full.parent().unwrap_or(cwd).to_owned();
    let pyproject = full.file_name().is_some_and(|name| name == "pyproject.toml");
    read(Raw { path: &shown, folder: &folder, cwd, source: &source, policy, pyproject }, rules)
}
