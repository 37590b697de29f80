//! Decoders that hide code: base64, hex, ROT13, compression.

use std::io::Read as _;

use super::fold::{LONGEST, bytes};
use super::value::*;
use crate::source::python::syntax::*;

pub(super) fn codec(value: &Val, name: &str) -> Option<Val> {
    Some(match name.to_ascii_lowercase().replace('-', "_").as_str() {
        "rot13" | "rot_13" => Val::text(
            value
                .as_str()?
                .chars()
                .map(|c| match c {
                    'a'..='m' | 'A'..='M' => char::from(c as u8 + 13),
                    'n'..='z' | 'N'..='Z' => char::from(c as u8 - 13),
                    _ => c,
                })
                .collect::<String>(),
        ),
        "hex" | "hex_codec" => bytes(unhex(std::str::from_utf8(value.as_bytes()?).ok()?)?),
        "base64" | "base64_codec" => bytes(base64(value.as_bytes()?)?),
        "zlib" | "zlib_codec" | "zip" => bytes(inflate(value.as_bytes()?)?),
        "utf_8" | "utf8" | "ascii" | "latin_1" | "latin1" => match value.as_const()? {
            Constant::Bytes(all) => Val::text(String::from_utf8(all.to_vec()).ok()?),
            Constant::Str(text) => bytes(text.as_bytes().to_vec()),
            _ => return None,
        },
        _ => return None,
    })
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if !digits.len().is_multiple_of(2) || digits.len() > LONGEST {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        })
        .collect()
}

pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    bits(text, 6, |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    })
}

pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    bits(text, 5, |byte| match byte.to_ascii_uppercase() {
        byte @ b'A'..=b'Z' => Some(byte - b'A'),
        byte @ b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    })
}

/// Bytes from digits of `width` bits each.
pub(super) fn bits(text: &[u8], width: u32, digit: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut all = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0u32, 0);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=') {
        held = held << width | u32::from(digit(*byte)?);
        count += width;
        if count >= 8 {
            count -= 8;
            all.push(u8::try_from(held >> count & 0xff).ok()?);
            held &= (1 << count) - 1;
        }
    }
    Some(all)
}

/// Bytes from digits in base 85, five for four; `digits` are in order, or start at `first`.
pub(super) fn base85(text: &[u8], digits: &[u8], first: u8) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let digit = |byte: u8| {
        if digits.is_empty() {
            byte.checked_sub(first).filter(|digit| *digit < 85)
        } else {
            digits.iter().position(|known| *known == byte).and_then(|at| u8::try_from(at).ok())
        }
    };
    let mut all = Vec::new();
    let clean: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    for chunk in clean.chunks(5) {
        let mut number = 0u64;
        for at in 0..5 {
            number = number * 85 + u64::from(chunk.get(at).map_or(Some(84), |byte| digit(*byte))?);
        }
        let four = u32::try_from(number).ok()?.to_be_bytes();
        all.extend_from_slice(&four[..chunk.len().saturating_sub(1)]);
    }
    Some(all)
}

pub(super) fn ascii85(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_prefix(b"<~").unwrap_or(text);
    let text = text.strip_suffix(b"~>").unwrap_or(text);
    let full: Vec<u8> = text.iter().flat_map(|byte| if *byte == b'z' { vec![b'!'; 5] } else { vec![*byte] }).collect();
    base85(&full, &[], b'!')
}

pub(super) fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    bounded(flate2::read::ZlibDecoder::new(data))
}

pub(super) fn gunzip(data: &[u8]) -> Option<Vec<u8>> {
    bounded(flate2::read::GzDecoder::new(data))
}

pub(super) fn bounded(reader: impl std::io::Read) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    reader.take(LONGEST as u64 + 1).read_to_end(&mut all).ok()?;
    (all.len() <= LONGEST).then_some(all)
}

/// `%69` and, if asked for, `+`, as addresses have them; what is no code stays as it is.
pub(super) fn unpercent(text: &[u8], plus: bool) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|c| char::from(*c).to_digit(16)).and_then(|n| u8::try_from(n).ok());
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                plain.push(high << 4 | low);
                at += 2;
            }
            (b'+', ..) if plus => plain.push(b' '),
            _ => plain.push(*byte),
        }
        at += 1;
    }
    plain
}
