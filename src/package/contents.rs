//! What is read of a file, by its name.

use super::Limits;

/// How much of a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// All of its text, at most so many bytes; a larger one is a finding.
    Text(u64),
    /// All of its text, at most so many bytes; of a larger one only the beginning.
    TextIfSmall(u64),
    /// The beginning, to see what kind of file it is.
    Head,
}

impl Want {
    /// For a file of a plugin, by its path from the plugin's root.
    #[must_use]
    pub fn of(path: &str, limits: &Limits) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        if path == "plugin.json" {
            return Self::Text(limits.manifest);
        }
        if name == "pyproject.toml" || (name.starts_with("requirements") && name.ends_with(".txt")) {
            return Self::Text(limits.text);
        }
        match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "py" => Self::Text(limits.python),
            "html" | "htm" | "jinja" | "jinja2" | "j2" => Self::Text(limits.text),
            // Bundled libraries and drawings may honestly be larger.
            "js" | "svg" => Self::TextIfSmall(limits.text),
            _ => Self::Head,
        }
    }
}
