//! One file of a fixture's plugin: how its text becomes bytes.

/// A file of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Path from the plugin's root.
    pub path: String,
    /// Its text; outside Python files without the markers.
    pub text: String,
    /// How the text becomes bytes.
    pub encoding: Encoding,
    /// Whether `\u{202e}` in the text stands for the character.
    pub escaped: bool,
}

/// How the text of a file becomes bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8Sig,
    /// One byte per character; other characters become `?`.
    Latin1,
    /// Little-endian after a byte order mark.
    Utf16,
}

impl CaseFile {
    /// The bytes to write.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let text = if self.escaped { &unescaped(&self.text) } else { &self.text };
        match self.encoding {
            Encoding::Utf8 => text.clone().into_bytes(),
            Encoding::Utf8Sig => format!("\u{feff}{text}").into_bytes(),
            Encoding::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
            Encoding::Utf16 => [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        }
    }
}

/// The text with every `\u{…}` that names a character replaced by it.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = part
            .split_once('}')
            .and_then(|(hex, rest)| Some((u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?, rest)));
        match known {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push_str("\\u{");
                out.push_str(part);
            }
        }
    }
    out
}

impl CaseFile {
    /// From what follows `#: file`: a path and options.
    pub(super) fn named(rest: &str) -> Result<Self, String> {
        let mut words = rest.split_whitespace();
        let path = words.next().ok_or("a file needs a path")?.to_owned();
        let mut file = Self { path, text: String::new(), encoding: Encoding::Utf8, escaped: false };
        for option in words {
            match option {
                "encoding=utf-8" => file.encoding = Encoding::Utf8,
                "encoding=utf-8-sig" => file.encoding = Encoding::Utf8Sig,
                "encoding=latin-1" => file.encoding = Encoding::Latin1,
                "encoding=utf-16" => file.encoding = Encoding::Utf16,
                "escaped" => file.escaped = true,
                other => return Err(format!("unknown option `{other}`")),
            }
        }
        Ok(file)
    }
}
