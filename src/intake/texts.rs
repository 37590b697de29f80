//! What is in the files that a walk found: read by several threads, and taken in the order of the walk, in which the
//! bounds of a plugin are met.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::io::fs::{self, Contents, Links, ReadError};
use crate::model::{HEAD, RelPath};
use crate::package::{Draft, Limits, Text, Want, is_text};
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
    if wanted.len() < PARALLEL_FROM {
        for Wanted { disk, path } in wanted {
            let got = read(&disk, &path, limits);
            take(draft, path, got, limits);
        }
        return;
    }
    // What is beyond the bounds of the plugin is not kept, so that little more than the bounds is held at any time.
    let room = AtomicU64::new(limits.total.saturating_add(limits.other));
    let ahead = |Wanted { disk, path }: &Wanted| {
        if room.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let got = read(disk, path, limits);
        if let Got::Text(text) | Got::Spare(text, _) = &got {
            if reading.digests {
                let _ = text.digest();
            }
            let _ =
                room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(text.size())));
        }
        Some(got)
    };
    let all: Vec<Option<Got>> = wanted.par_iter().map(ahead).collect();
    for (Wanted { disk, path }, got) in wanted.into_iter().zip(all) {
        // So much was read ahead that this file had to wait for its turn.
        let got = got.unwrap_or_else(|| read(&disk, &path, limits));
        take(draft, path, got, limits);
    }
}

fn read(disk: &Path, path: &RelPath, limits: &Limits) -> Got {
    let head = || fs::read_head(disk, HEAD as u64, Links::Refuse);
    let all = |limit| fs::read_bounded(disk, limit, Links::Refuse).map(|contents| Got::Text(Text::new(contents)));
    let got = match Want::of(path.as_str(), limits) {
        Want::Head => head().map(Got::Head),
        Want::TextIfText(limit) => {
            let worth = |head: &[u8], _| is_text(head);
            fs::read_head_or_all(disk, HEAD as u64, limit, Links::Refuse, worth).map(|(contents, whole)| match whole {
                true => Got::Spare(Text::new(contents), limit),
                false => Got::Head(contents),
            })
        }
        Want::Text(limit) => all(limit),
        Want::TextIfSmall(limit) => match all(limit) {
            Err(ReadError::TooLarge { size, limit }) => {
                let bytes = head().map(|head| head.bytes).unwrap_or_default();
                Ok(Got::TooLarge(Contents { bytes, size, executable: false }, limit))
            }
            other => other,
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
