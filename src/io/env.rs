//! The surroundings of the process: a few variables, by name, and the working directory.
#![expect(clippy::disallowed_methods, reason = "this is the door to the environment")]

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

/// What the environment says about colour and width. Made once; pure to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// `NO_COLOR` is there and not empty.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is there and neither empty nor `0`.
    pub force_color: bool,
    /// `CLICOLOR` is `0`.
    pub color_off: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// `COLUMNS`, when it is a number from 1 to 10000.
    pub columns: Option<usize>,
}

impl Terminal {
    /// Reads the process's environment.
    #[must_use]
    pub fn read() -> Self {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    /// Reads any environment; for tests.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| lookup(name).map(|value| value.to_string_lossy().into_owned());
        let set = |name: &str| text(name).filter(|value| !value.is_empty());
        Self {
            no_color: set("NO_COLOR").is_some(),
            force_color: set("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            color_off: set("CLICOLOR").is_some_and(|value| value == "0"),
            dumb: set("TERM").is_some_and(|value| value == "dumb"),
            columns: set("COLUMNS").and_then(|value| value.parse().ok()).filter(|width| (1..=10_000).contains(width)),
        }
    }
}

/// The value of a variable: `None` when it is not set or empty.
///
/// # Errors
///
/// With the variable's name in words when its value is not UTF-8.
pub fn variable(name: &str) -> Result<Option<String>, String> {
    match std::env::var_os(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value).filter(|value| !value.is_empty())),
        Some(Err(_)) => Err(format!("the environment variable {name} is not valid UTF-8")),
    }
}

/// Whether a variable says yes: `1` or `true`; not set, empty, `0`, and `false` say no.
///
/// # Errors
///
/// With the variable's name when it says neither.
pub fn truth(name: &str) -> Result<bool, String> {
    match variable(name)?.as_deref() {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(other) => Err(format!("{name}: `{other}` must be 1 or 0")),
    }
}

/// The folder in which programs of this user keep what they can make again; `None` when the environment names none.
#[must_use]
pub fn caches() -> Option<PathBuf> {
    caches_of(std::env::consts::OS, |name| std::env::var_os(name))
}

/// The same for any system and environment. A relative path names no place: it would be another one in each folder.
fn caches_of(system: &str, lookup: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| lookup(name).map(PathBuf::from).filter(|path| path.is_absolute());
    match system {
        "windows" => folder("LOCALAPPDATA"),
        "macos" | "ios" => folder("HOME").map(|home| home.join("Library/Caches")),
        _ => folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache"))),
    }
}

/// The working directory.
///
/// # Errors
///
/// When it was removed or may not be entered.
pub fn current_dir() -> io::Result<PathBuf> {
    std::env::current_dir()
}

/// The arguments of the process, the program's own name first.
#[must_use]
pub fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(pairs: &[(&str, &str)]) -> Terminal {
        Terminal::from_lookup(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(*value))
        })
    }

    #[cfg(unix)]
    #[test]
    fn every_system_has_a_place_for_caches() {
        let caches = |system: &str, pairs: &[(&str, &str)]| {
            let found = caches_of(system, |name| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(*value))
            });
            found.map(|path| path.to_string_lossy().into_owned())
        };
        let all = [("HOME", "/home/ada"), ("XDG_CACHE_HOME", "/var/fast"), ("LOCALAPPDATA", "/c/local")];
        assert_eq!(caches("linux", &all).as_deref(), Some("/var/fast"));
        assert_eq!(caches("freebsd", &all[..1]).as_deref(), Some("/home/ada/.cache"));
        assert_eq!(caches("macos", &all).as_deref(), Some("/home/ada/Library/Caches"));
        assert_eq!(caches("windows", &all).as_deref(), Some("/c/local"));
        assert_eq!(
            caches("linux", &[("HOME", "/home/ada"), ("XDG_CACHE_HOME", "")]).as_deref(),
            Some("/home/ada/.cache")
        );
        assert_eq!(caches("linux", &[("HOME", "relative"), ("XDG_CACHE_HOME", "also")]), None);
        assert_eq!(caches("linux", &[]), None);
    }

    #[test]
    fn empty_variables_say_nothing() {
        assert_eq!(terminal(&[("NO_COLOR", ""), ("CLICOLOR_FORCE", ""), ("CLICOLOR", "")]), Terminal::default());
        assert!(terminal(&[("NO_COLOR", "0")]).no_color, "any text counts, as no-color.org has it");
        assert!(!terminal(&[("CLICOLOR_FORCE", "0")]).force_color);
        assert!(terminal(&[("CLICOLOR_FORCE", "1")]).force_color);
        assert!(terminal(&[("TERM", "dumb")]).dumb);
        assert_eq!(terminal(&[("COLUMNS", "72")]).columns, Some(72));
        assert_eq!(terminal(&[("COLUMNS", "wide")]).columns, None);
        assert_eq!(terminal(&[("COLUMNS", "0")]).columns, None);
    }
}
