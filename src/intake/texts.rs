//! What is in the files that a walk found: read by several threads, and taken in the order of the walk, in which the
//! bounds of a plugin are met.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::io::buffer::{About, Buffer};
use crate::io::fs::{self, Contents, Links, ReadError};
use crate::model::{HEAD, Plugin, RelPath};
use crate::package::{Draft, Limits, Text, Want, is_test, is_text};
use crate::rules::id;

use super::folder::Reading;

/// From this many files on it pays to wake the other processors.
const PARALLEL_FROM: usize = 256;

/// A file that a walk found.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) disk: PathBuf,
    pub(super) path: RelPath,
}

/// What reading a file gave.
enum Got {
    /// All of it.
    Text(Text),
    /// All of a file that need not be text; it counts where there is room for such files.
    Spare(Text, u64),
    /// The beginning of a file that need not be read whole.
    Head(Contents),
    /// The beginning of a file that has more bytes than files of its kind may have.
    TooLarge(Contents, u64),
    Failed(ReadError),
}

/// Reads the files, in order, into the plugin.
pub(super) fn fill(draft: &mut Draft, wanted: Vec<Wanted>, reading: &Reading<'_>) {
    let limits = reading.limits;
    let mut buffer = Buffer::default();
    if reading.alone || wanted.len() < PARALLEL_FROM {
        for one in wanted {
            let got = read(&mut buffer, &one, is_kept(draft.plugin(), &one.path, reading), limits);
            take(draft, one.path, got, limits);
        }
        return;
    }
    // What is beyond the bounds of the plugin is not kept, so that little more than the bounds is held at any time.
    let room = AtomicU64::new(limits.total.saturating_add(limits.other));
    let plugin = draft.plugin();
    let ahead = |buffer: &mut Buffer, one: &Wanted| {
        let keep = is_kept(plugin, &one.path, reading);
        if keep && room.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let got = read(buffer, one, keep, limits);
        if let Got::Text(text) | Got::Spare(text, _) = &got
            && keep
        {
            if reading.digests {
                text.prepare();
            }
            let less = |left: u64| Some(left.saturating_sub(text.size()));
            let _ = room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        }
        Some(got)
    };
    let all: Vec<Option<Got>> = wanted.par_iter().map_init(Buffer::default, ahead).collect();
    for (one, got) in wanted.into_iter().zip(all) {
        // So much was read ahead that this file had to wait for its turn.
        let got = got.unwrap_or_else(|| read(&mut buffer, &one, true, limits));
        take(draft, one.path, got, limits);
    }
}

/// Whether the text of a file is held, and not only what it is known by.
fn is_kept(plugin: &Plugin, path: &RelPath, reading: &Reading<'_>) -> bool {
    reading.keep.is_none_or(|keep| is_test(path) || keep.contains(&plugin.shown(path.as_str())))
}

fn read(buffer: &mut Buffer, one: &Wanted, keep: bool, limits: &Limits) -> Got {
    let Wanted { disk, path } = one;
    let contents = |buffer: &Buffer, About { size, executable }| {
        let bytes = buffer.bytes().to_vec();
        Contents { bytes, size, executable }
    };
    let text = |buffer: &Buffer, about| match keep {
        true => Text::new(contents(buffer, about)),
        false => Text::known(buffer.bytes(), about),
    };
    let head = HEAD as u64;
    let got = match Want::of(path.as_str(), limits) {
        Want::Head => fs::read_head_or_all(buffer, disk, head, 0, Links::Refuse, |_| false)
            .map(|(about, _)| Got::Head(contents(buffer, about))),
        Want::TextIfText(limit) => {
            fs::read_head_or_all(buffer, disk, head, limit, Links::Refuse, is_text).map(|(about, whole)| match whole {
                true => Got::Spare(text(buffer, about), limit),
                false => Got::Head(contents(buffer, about)),
            })
        }
        Want::Text(limit) => {
            fs::read_into(buffer, disk, limit, Links::Refuse).map(|about| Got::Text(text(buffer, about)))
        }
        Want::TextIfSmall(limit) => match fs::read_into(buffer, disk, limit, Links::Refuse) {
            Err(ReadError::TooLarge { size, limit }) => {
                let head = fs::read_head(disk, head, Links::Refuse);
                let bytes = head.map(|head| head.bytes).unwrap_or_default();
                Ok(Got::TooLarge(Contents { bytes, size, executable: false }, limit))
            }
            other => other.map(|about| Got::Text(text(buffer, about))),
        },
    };
    got.unwrap_or_else(Got::Failed)
}

/// What a file becomes in its plugin.
fn take(draft: &mut Draft, path: RelPath, got: Got, limits: &Limits) {
    match got {
        Got::Text(text) if !draft.take(text.size()) => {
            let total = limits.total;
            if draft.first_time_full() {
                let message = format!("the plugin holds more than {total} bytes of text, and the rest was not judged");
                draft.finding(id::TOO_MANY_FILES, "", message);
            }
            draft.skipped(path, text.size(), format!("more than {total} bytes of text in one plugin"));
        }
        Got::Text(text) => draft.read(path, text),
        Got::Spare(text, limit) => {
            let head = text.beginning();
            match draft.is_worth_reading(&head.bytes, head.size, limit) {
                true => draft.read(path, text),
                false => draft.listed(path, head),
            }
        }
        Got::Head(head) => draft.listed(path, head),
        Got::TooLarge(head, limit) => draft.too_large(path, head, limit),
        Got::Failed(ReadError::TooLarge { size, limit }) => {
            let message = format!("`{path}` has {size} bytes; files of its kind are judged up to {limit}");
            draft.finding(id::FILE_TOO_LARGE, path.as_str(), message);
            draft.unreadable(path, size, format!("larger than {limit} bytes"));
        }
        Got::Failed(ReadError::NotAFile(what)) => special(draft, path, what),
        Got::Failed(ReadError::Io(error)) => unreadable(draft, path, &error.to_string()),
    }
}

/// What is neither a file nor a folder.
pub(super) fn special(draft: &mut Draft, path: RelPath, what: &str) {
    draft.finding(id::SPECIAL_FILE, path.as_str(), format!("`{path}` is a {what}, not a file"));
    draft.unreadable(path, 0, format!("it is a {what}, not a file"));
}

/// What the system does not let anybody read.
pub(super) fn unreadable(draft: &mut Draft, path: RelPath, reason: &str) {
    let message = format!("`{path}` cannot be read: {reason}");
    draft.finding(id::UNREADABLE_FILE, path.as_str(), message);
    draft.unreadable(path, 0, reason);
}
