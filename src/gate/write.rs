//! Brings mended files to the disk: only inside their plugin, only over the text that was judged.

use std::path::Path;

use super::fix::Mended;
use crate::io::fs::{self, Links};

/// Writes one file.
///
/// # Errors
///
/// Why it was left alone, as a sentence without a full stop.
pub fn write(file: &Mended, cwd: &Path) -> Result<(), String> {
    let root = fs::canonical(&cwd.join(&file.root)).map_err(|error| error.to_string())?;
    let path = root.join(&file.path);
    let folder = path.parent().unwrap_or(&root);
    if !fs::canonical(folder).map_err(|error| error.to_string())?.starts_with(&root) {
        return Err("it lies outside the plugin".to_owned());
    }
    match &file.before {
        None if fs::exists(&path) => return Err("it has come into being meanwhile".to_owned()),
        None => {}
        Some(before) => {
            let real = fs::canonical(&path).map_err(|error| error.to_string())?;
            if !real.starts_with(&root) {
                return Err("it lies outside the plugin".to_owned());
            }
            let limit = before.text().len() as u64;
            let now = fs::read_bounded(&real, limit, Links::Refuse);
            if now.is_err() || now.is_ok_and(|now| now.bytes != before.text().as_bytes()) {
                return Err("it was changed meanwhile".to_owned());
            }
        }
    }
    fs::write_atomic(&path, file.after.text().as_bytes()).map_err(|error| error.to_string())
}
