//! What is read of a file, by its name.

use super::Limits;

/// How much of a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// All of its text, at most so many bytes; a larger one is a finding.
    Text(u64),
    /// All of its text, at most so many bytes; of a larger one only the beginning.
    TextIfSmall(u64),
    /// All of its text, at most so many bytes, if its beginning is text; else only the beginning.
    TextIfText(u64),
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
            "js" | "mjs" | "cjs" | "svg" => Self::TextIfSmall(limits.text),
            extension if is_no_text(&extension.to_ascii_lowercase()) => Self::Head,
            _ => Self::TextIfText(limits.text),
        }
    }
}

/// Kinds of files that are no text, whatever their first bytes look like.
fn is_no_text(extension: &str) -> bool {
    [
        "png jpg jpeg gif webp ico bmp tif tiff avif heic psd",
        "woff woff2 ttf otf eot",
        "mp3 mp4 m4a ogg oga ogv wav webm mov avi flac",
        "pdf doc docx xls xlsx odt ods pptx epub",
        "zip gz tgz bz2 xz zst tar 7z rar whl egg jar war",
        "so pyd dll exe dylib pyc pyo o a lib class wasm bin dat db sqlite sqlite3 mo pkl pickle npy npz parquet",
    ]
    .iter()
    .any(|kinds| kinds.split(' ').any(|kind| kind == extension))
}

/// Whether the beginning of a file is text: UTF-8 without NUL; the last character may be cut in two.
#[must_use]
pub fn is_text(head: &[u8]) -> bool {
    let utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    utf8 && !head.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_other_bytes() {
        for (head, expected) in [
            (b"".as_slice(), true),
            (b"# notes\n", true),
            ("caf\u{e9}".as_bytes(), true),
            (&"caf\u{e9}".as_bytes()[..4], true),
            (b"caf\xe9 au lait", false),
            (b"\x7fELF\x02\x01\x00", false),
            (b"a\0b", false),
            (b"\xff", false),
        ] {
            assert_eq!(is_text(head), expected, "{head:?}");
        }
    }

    #[test]
    fn names_say_how_much_is_read() {
        let limits = Limits::default();
        for (path, expected) in [
            ("plugin.py", Want::Text(limits.python)),
            ("static/app.mjs", Want::TextIfSmall(limits.text)),
            ("static/LOGO.PNG", Want::Head),
            ("README.md", Want::TextIfText(limits.text)),
            (".env", Want::TextIfText(limits.text)),
            ("LICENSE", Want::TextIfText(limits.text)),
        ] {
            assert_eq!(Want::of(path, &limits), expected, "{path}");
        }
    }
}
