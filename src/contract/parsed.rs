//! The Python files of a plugin, parsed once for all engines.

use crate::model::{Plugin, PluginFile};
use crate::source::python::{self, syntax::Ast};

/// The syntax of every Python file of a plugin that could be read, sorted by path.
#[derive(Debug)]
pub struct Parsed<'p> {
    /// File and syntax.
    pub files: Vec<(&'p PluginFile, Ast)>,
}

impl<'p> Parsed<'p> {
    /// Parses the `.py` files of a plugin.
    #[must_use]
    pub fn new(plugin: &'p Plugin) -> Self {
        let files = plugin
            .files
            .iter()
            .filter(|file| file.path.extension() == Some("py"))
            .filter_map(|file| file.source().map(|source| (file, python::parse(source.text()))))
            .collect();
        Self { files }
    }

    /// The syntax of the file at `path`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Ast> {
        self.files.iter().find(|(file, _)| file.path.as_str() == path).map(|(_, ast)| ast)
    }
}
