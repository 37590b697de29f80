//! A run that was made before, from what is kept of it: only the texts that are shown are held, of the others no more than
//! what they are known by. It is the same as judging, or it is nothing.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::engine::{Bench, Outcome, Roll, gathered, on_threads};
use super::memo::Memory;
use crate::intake::Group;
use crate::model::{FileState, Plugin};

/// Bytes of text from which on it pays not to hold them.
const LARGE: u64 = 4 << 20;

/// What the engines said of every plugin in earlier runs; `None` when that is not known of all of them.
pub(super) fn recall(groups: &[Group], bench: Bench<'_>, memory: &Memory<'_>) -> Option<Outcome> {
    let roll = Roll::of(groups);
    let one = |(group, plugin): &(usize, &Plugin)| memory.recall(plugin, &roll.names[*group]).map(Ok);
    let all: Option<Vec<_>> = on_threads(roll.all.len(), bench.jobs, || match roll.all.len() {
        1 => roll.all.iter().map(one).collect(),
        _ => roll.all.par_iter().map(one).collect(),
    });
    Some(gathered(groups, &roll, all?, bench.host))
}

/// The paths of the files whose texts the rest of the run needs, as shown to people; `None` when it does not pay to know
/// them, and when the next run has to judge something anyway.
pub(super) fn texts(groups: &[Group], outcome: &Outcome) -> Option<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    let mut bytes = 0;
    for (plugin, seen) in groups.iter().flat_map(|group| &group.plugins).zip(&outcome.seen) {
        let texts = seen.texts.as_ref()?;
        let needed = texts.needed.as_ref()?;
        let files = needed.iter().chain(&texts.marked).filter_map(|at| plugin.files.get(*at));
        paths.extend(files.map(|file| plugin.shown(file.path.as_str())));
        let read = plugin.files.iter().filter(|file| matches!(file.state, FileState::Read(_)));
        bytes += read.map(|file| file.size).sum::<u64>();
    }
    (bytes >= LARGE).then_some(paths)
}
