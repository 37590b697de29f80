//! Which folder of an archive the host takes for the plugin.

use std::collections::BTreeSet;

use crate::model::RuleId;
use crate::rules::id;

/// Where the plugin lies, and what is wrong about it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Folders in the archive that are judged as plugins; empty for the archive's own root.
    pub(super) roots: Vec<String>,
    /// Rule, path in the archive, message.
    pub(super) findings: Vec<(RuleId, String, String)>,
}

const MARKS: [&str; 3] = ["__init__.py", "plugin.py", "plugin.json"];

/// Judges the paths of all files. `stem` is the archive's file name without its extension.
pub(super) fn judge(paths: &[&str], stem: &str) -> Layout {
    let tops: BTreeSet<&str> = paths.iter().map(|path| path.split('/').next().unwrap_or(path)).collect();
    let loose = |name: &str| paths.contains(&name);
    let marked = |folder: &str| MARKS.iter().any(|mark| paths.contains(&format!("{folder}/{mark}").as_str()));
    let single = tops.first().filter(|top| tops.len() == 1 && !loose(top));
    let Some(top) = single else {
        let roots = if MARKS.iter().any(|mark| loose(mark)) {
            vec![String::new()]
        } else {
            tops.iter().filter(|top| marked(top)).map(|top| (*top).to_owned()).collect()
        };
        return Layout { roots, findings: vec![(id::ZIP_NO_TOP_FOLDER, String::new(), top_message(&tops))] };
    };
    let mut layout = Layout { roots: vec![(*top).to_owned()], findings: Vec::new() };
    if let Some(message) = name_message(top, stem) {
        layout.findings.push((id::ZIP_NAME_DIFFERS, (*top).to_owned(), message));
    }
    if marked(top) {
        return layout;
    }
    let inits = paths.iter().filter_map(|path| path.strip_suffix("/__init__.py"));
    if let Some(nested) = inits.min_by_key(|folder| (folder.matches('/').count(), *folder)) {
        let message = format!("`__init__.py` lies in `{nested}`, not right inside `{top}`");
        layout.findings.push((id::ZIP_MISSING_INIT, nested.to_owned(), message));
        layout.roots = vec![nested.to_owned()];
    }
    layout
}

fn top_message(tops: &BTreeSet<&str>) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<String> = tops.iter().take(SHOWN).map(|top| format!("`{top}`")).collect();
    match (tops.len(), names.as_slice()) {
        (0, _) => "the archive is empty".to_owned(),
        (1, [name]) => format!("the archive holds the file {name} and no folder"),
        (count, _) => {
            if count > SHOWN {
                names.push("…".to_owned());
            }
            format!("the archive has {count} entries at its top: {}", names.join(", "))
        }
    }
}

/// What is wrong with the name of the top folder.
fn name_message(top: &str, stem: &str) -> Option<String> {
    let branch = ["-main", "-master", "-trunk", "-develop", "-HEAD"].iter().find_map(|end| top.strip_suffix(end));
    let commit =
        || top.rsplit_once('-').filter(|(_, end)| end.len() == 40 && end.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if let Some(plain) = branch.or_else(|| commit().map(|(plain, _)| plain)).filter(|plain| !plain.is_empty()) {
        let message = format!("the plugin will be called `{top}`, after a branch or commit, and not `{plain}`");
        return Some(message);
    }
    let plain = plain_stem(stem);
    let version = top.strip_prefix(plain)?.strip_prefix(['-', '_'])?;
    (!version.contains('.') && is_version(version))
        .then(|| format!("the plugin will be called `{top}`, with its version, and not `{plain}`"))
}

/// A file name without extension, version and the number that a browser adds.
pub(super) fn plain_stem(stem: &str) -> &str {
    let stem = match stem.rsplit_once(" (") {
        Some((plain, number)) if number.trim_end_matches(')').bytes().all(|byte| byte.is_ascii_digit()) => plain,
        _ => stem,
    };
    stem.match_indices(['-', '_']).find(|(at, _)| is_version(&stem[at + 1..])).map_or(stem, |(at, _)| &stem[..at])
}

fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_digit())
        && (text.parse::<pep440_rs::Version>().is_ok() || text.parse::<semver::Version>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(paths: &[&str], stem: &str) -> (Vec<String>, Vec<&'static str>) {
        let layout = judge(paths, stem);
        (layout.roots, layout.findings.iter().map(|(rule, _, _)| rule.as_str()).collect())
    }

    #[test]
    fn the_folder_that_the_host_takes_is_found() {
        for (paths, stem, root, rules) in [
            (["my-plugin/__init__.py", "my-plugin/x.py"].as_slice(), "my-plugin-1.0.0", Some("my-plugin"), vec![]),
            (&["hello/__init__.py"], "wicara-hello-1.2", Some("hello"), vec![]),
            (&["my-plugin-main/__init__.py"], "my-plugin-main", Some("my-plugin-main"), vec!["zip-name-differs"]),
            (&["my-plugin-2/__init__.py"], "my-plugin-2", Some("my-plugin-2"), vec!["zip-name-differs"]),
            (&["my-plugin-1.0/__init__.py"], "my-plugin-1.0", Some("my-plugin-1.0"), vec![]),
            (&["p/src/p/__init__.py", "p/src/p/a/__init__.py"], "p", Some("p/src/p"), vec!["zip-missing-init"]),
            (&["__init__.py", "plugin.py"], "my-plugin-1.0 (2)", Some(""), vec!["zip-no-top-folder"]),
            (&["p/__init__.py", "__MACOSX/p/._x"], "p", Some("p"), vec!["zip-no-top-folder"]),
            (&["p/__init__.py", "README.md"], "p", Some("p"), vec!["zip-no-top-folder"]),
            (&["a.txt"], "p", None, vec!["zip-no-top-folder"]),
            (&[], "p", None, vec!["zip-no-top-folder"]),
            (&["p/readme.md"], "p", Some("p"), vec![]),
        ] {
            let roots: Vec<String> = root.into_iter().map(str::to_owned).collect();
            assert_eq!(seen(paths, stem), (roots, rules), "{paths:?}");
        }
        assert_eq!(plain_stem("my-plugin-1.0.0-alpha.beta (3)"), "my-plugin");
        assert_eq!(plain_stem("html5-player"), "html5-player");
        assert_eq!(plain_stem("my_plugin-v2"), "my_plugin");
    }
}
