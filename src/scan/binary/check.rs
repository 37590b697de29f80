//! Files that nobody can read, and files that are not what they are called.

use super::kind::{self, Claim, Kind};
use crate::model::{Confidence, FileState, Finding, Plugin, PluginFile};
use crate::rules::id;

/// Judges one file by its first bytes and its name. Whether its text, if it has one, is what its name claims.
pub(in crate::scan) fn check(plugin: &Plugin, file: &PluginFile, found: &mut Vec<Finding>) -> bool {
    let finding = judge(plugin, file);
    let honest = finding.as_ref().is_none_or(|finding| finding.rule != id::DISGUISED_FILE);
    found.extend(finding);
    honest
}

/// Whether a file holds machine code that Python or another program loads.
pub(in crate::scan) fn is_machine_code(file: &PluginFile) -> bool {
    let extension = file.path.extension().unwrap_or_default().to_lowercase();
    let library = ["so", "pyd", "dll", "dylib"].contains(&extension.as_str()) && is_there(file);
    library || matches!(kind::of(file.head()), Some(Kind::Program(_)))
}

fn judge(plugin: &Plugin, file: &PluginFile) -> Option<Finding> {
    let path = file.path.as_str();
    let claim = kind::claim(file.path.file_name());
    let kind = kind::of(file.head());
    let whole = |rule, message: String| Finding::whole(rule, plugin, path, message);
    let disguised = |what: &str| {
        let as_what = match claim {
            Claim::Media => "a picture, a sound, or a font",
            _ => "text",
        };
        whole(id::DISGUISED_FILE, format!("`{path}` is called like {as_what} and is {what}"))
    };
    let unreadable =
        |what: &str| whole(id::COMPILED_FILE, format!("`{path}` is {what}, which cannot be judged by reading it"));
    let finding = match (kind, claim) {
        (Some(Kind::Program(what)), Claim::Text | Claim::Media) => disguised(what),
        (Some(Kind::Bytecode), Claim::Text | Claim::Media) => disguised("compiled Python"),
        (Some(Kind::Archive(what)), Claim::Text | Claim::Media) => disguised(what),
        (Some(Kind::Pickle), Claim::Text | Claim::Media) => {
            disguised("pickled objects of Python").confidence(Confidence::Medium)
        }
        (Some(Kind::Script(what)), Claim::Media) => disguised(what),
        (Some(Kind::Program(what)), _) => unreadable(what),
        (Some(Kind::Bytecode), _) => unreadable("compiled Python"),
        (_, Claim::Bytecode) if is_there(file) => unreadable("compiled Python"),
        (_, Claim::Program) if is_there(file) => unreadable("compiled code"),
        (Some(Kind::Archive(what)), _) if !is_document(file) => {
            whole(id::NESTED_ARCHIVE, format!("`{path}` is {what}, and what is in it was not judged"))
        }
        (Some(Kind::Pickle), _) => {
            whole(id::PICKLE_FILE, format!("`{path}` holds pickled objects, and whatever loads it runs what they say"))
        }
        _ => return None,
    };
    Some(finding)
}

/// Whether the file is part of the plugin, and not left out by settings or by git.
fn is_there(file: &PluginFile) -> bool {
    matches!(file.state, FileState::Listed | FileState::Read(_))
}

/// Documents and maps that are stored as archives.
fn is_document(file: &PluginFile) -> bool {
    let extension = file.path.extension().unwrap_or_default().to_lowercase();
    ["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "svgz", "npz", "gz"].contains(&extension.as_str())
        && (extension != "gz" || is_packed_asset(file.path.file_name()))
}

/// `app.js.gz`: what a web server sends in place of `app.js`.
fn is_packed_asset(name: &str) -> bool {
    [".js.gz", ".css.gz", ".svg.gz", ".json.gz", ".html.gz"].iter().any(|end| name.to_lowercase().ends_with(end))
}
