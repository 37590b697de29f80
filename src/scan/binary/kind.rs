//! Kinds of files: by their first bytes, and by what their names claim.

/// What the first bytes of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Machine code, or code for a virtual machine; as a noun phrase.
    Program(&'static str),
    /// Python byte code.
    Bytecode,
    /// Files in a file; as a noun phrase.
    Archive(&'static str),
    /// Objects of Python.
    Pickle,
    /// A text that a system or a server runs; as a noun phrase.
    Script(&'static str),
}

/// What the bytes at the beginning of a file are, if they are something that runs or that holds files.
pub(super) fn of(head: &[u8]) -> Option<Kind> {
    program(head)
        .map(Kind::Program)
        .or_else(|| is_bytecode(head).then_some(Kind::Bytecode))
        .or_else(|| archive(head).map(Kind::Archive))
        .or_else(|| is_pickle(head).then_some(Kind::Pickle))
        .or_else(|| script(head).map(Kind::Script))
}

fn program(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [0x7f, b'E', b'L', b'F', ..] => "compiled machine code for Linux",
        [b'M', b'Z', ..] if head.contains(&0) => "compiled machine code for Windows",
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] => "compiled machine code for macOS",
        // Java counts its versions from 45; a program for several processors has a handful of parts.
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, parts, ..] if *parts < 40 => "compiled machine code for macOS",
        [0xca, 0xfe, 0xba, 0xbe, ..] => "compiled Java",
        [b'd', b'e', b'x', b'\n', b'0', ..] => "compiled code for Android",
        [0, b'a', b's', b'm', ..] => "compiled WebAssembly",
        [0x1b, b'L', b'u', b'a', ..] => "compiled Lua",
        _ => return None,
    })
}

/// The magic numbers of Python 3 lie in one range, and a small number follows.
fn is_bytecode(head: &[u8]) -> bool {
    match head {
        [low, high, b'\r', b'\n', flags, 0, 0, 0, ..] if head.len() >= 16 => {
            let magic = u16::from_le_bytes([*low, *high]);
            (3000..=4000).contains(&magic) && *flags < 4
        }
        _ => false,
    }
}

fn archive(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => "a ZIP archive",
        [0x1f, 0x8b, 8, ..] => "a gzip archive",
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => "a bzip2 archive",
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => "an xz archive",
        [b'7', b'z', 0xbc, 0xaf, ..] => "a 7z archive",
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => "a RAR archive",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "a Zstandard archive",
        [b'M', b'S', b'C', b'F', 0, ..] => "a cabinet archive",
        _ if head.get(257..262) == Some(b"ustar") => "a tar archive",
        _ => return None,
    })
}

fn is_pickle(head: &[u8]) -> bool {
    match head {
        // A frame of at most 16 MiB, or the start of a container, a constructor, or a name.
        [0x80, 4..=5, 0x95, _, _, _, 0, 0, 0, 0, 0, ..] => true,
        [0x80, 2..=5, opcode, ..] => matches!(opcode, b'}' | b']' | b'(' | b'c' | b')' | 0x8c),
        _ => false,
    }
}

fn script(head: &[u8]) -> Option<&'static str> {
    let text = head.trim_ascii_start();
    let starts = |with: &[u8]| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if starts(b"#!/") || starts(b"#! /") {
        Some("a script")
    } else if starts(b"<?php") || starts(b"<?=") {
        Some("a PHP script")
    } else if starts(b"<script") || starts(b"<!doctype html") || starts(b"<html") {
        Some("an HTML page")
    } else {
        None
    }
}

/// What the name of a file claims that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Text or source code.
    Text,
    /// A picture, a sound, or a font.
    Media,
    /// A program or byte code.
    Program,
    /// Python byte code.
    Bytecode,
    /// Files in a file, also documents that are stored so.
    Archive,
    /// Anything.
    Other,
}

/// What the name of a file claims, by its last extension.
pub(super) fn claim(name: &str) -> Claim {
    let lower = name.to_lowercase();
    let is = |list: &str, extension: &str| list.split(' ').any(|kind| kind == extension);
    match lower.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "pyc" | "pyo" => Claim::Bytecode,
        "so" | "pyd" | "dll" | "dylib" | "exe" | "wasm" | "class" | "node" => Claim::Program,
        _ if lower.contains(".so.") => Claim::Program,
        one if is(
            "zip gz tgz bz2 xz zst tar 7z rar whl egg jar war pyz apk docx xlsx pptx odt ods odp epub npz svgz xpi crx",
            one,
        ) =>
        {
            Claim::Archive
        }
        one if is("png jpg jpeg gif webp ico bmp tif tiff avif mp3 mp4 ogg wav webm woff woff2 ttf otf eot", one) => {
            Claim::Media
        }
        one if is(
            "py pyi js mjs cjs ts css scss html htm jinja jinja2 j2 svg xml json md rst txt csv toml yaml yml ini cfg conf po pot sh \
             sql rs map lock",
            one,
        ) =>
        {
            Claim::Text
        }
        _ => Claim::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_what_a_file_is() {
        let mut tar = vec![b'a'; 257];
        tar.extend(b"ustar\0");
        for (head, expected) in [
            (b"\x7fELF\x02".as_slice(), Some(Kind::Program("compiled machine code for Linux"))),
            (b"MZ\x90\x00", Some(Kind::Program("compiled machine code for Windows"))),
            (b"MZ is a magic number", None),
            (b"\xca\xfe\xba\xbe\x00\x00\x00\x02\x01", Some(Kind::Program("compiled machine code for macOS"))),
            (b"\xca\xfe\xba\xbe\x00\x00\x00\x41\x01", Some(Kind::Program("compiled Java"))),
            (b"\x89PNG\r\n\x1a\n", None),
            (b"\xa7\x0d\x0d\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xe3", Some(Kind::Bytecode)),
            (b"PK\x03\x04\x14", Some(Kind::Archive("a ZIP archive"))),
            (&tar, Some(Kind::Archive("a tar archive"))),
            (b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00", Some(Kind::Pickle)),
            (b"\x80\x03}q\x00", Some(Kind::Pickle)),
            (b"#!/bin/sh\n", Some(Kind::Script("a script"))),
            (b"# notes", None),
            (b"", None),
        ] {
            assert_eq!(of(head), expected, "{head:?}");
        }
    }
}
