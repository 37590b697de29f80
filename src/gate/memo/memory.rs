//! Asks the cache first, and tells it afterwards.

use std::collections::BTreeSet;

use super::{read, write};
use crate::cache::Store;
use crate::gate::engine::Bench;
use crate::gate::examine::{Examined, Notes};
use crate::gate::{comments, fingerprint};
use crate::model::{Digest, Digester, FileState, Origin, Plugin, PluginFile};
use crate::rules::{RuleSet, id};

/// Results of earlier runs that were asked the same.
#[derive(Debug)]
pub(in crate::gate) struct Memory<'a> {
    store: &'a Store,
    rules: &'a RuleSet,
    /// What is the same for all plugins of a run.
    frame: Digester,
}

impl<'a> Memory<'a> {
    /// For a run with this bench.
    pub(in crate::gate) fn new(store: &'a Store, bench: Bench<'a>) -> Self {
        let Bench { host, python, jobs: _, scan, rules, store: _ } = bench;
        let mut frame = Digester::default();
        // All code and all built-in rules, and so the version of this program and the form of entries.
        frame.text(env!("WICARA_TOOL_BUILD"));
        frame.optional(rules.own_digest().map(Digest::to_string).as_deref());
        frame.text(&host.version);
        frame.optional(python);
        frame.number(u64::from(scan));
        Self { store, rules, frame }
    }

    /// What is found in a plugin: what was found before, or what `judge` finds.
    pub(in crate::gate) fn through(
        &self,
        plugin: &Plugin,
        siblings: &BTreeSet<&str>,
        judge: impl FnOnce() -> Examined,
    ) -> Examined {
        let key = self.key(plugin, siblings);
        if let Some(known) = self.recall(&key, plugin) {
            return known;
        }
        let mut examined = judge();
        let notes = notes(plugin, &examined);
        // What broke off may go better the next time.
        let whole = !examined.findings.iter().any(|finding| finding.rule == id::INTERNAL_ERROR);
        if let Some(bytes) = write::write(plugin, &examined, &notes).filter(|_| whole) {
            // Without it the next run takes longer, and that is all.
            let _ = self.store.put(&key, &bytes);
        }
        examined.notes = Some(notes);
        examined
    }

    fn recall(&self, key: &Digest, plugin: &Plugin) -> Option<Examined> {
        read::read(&self.store.get(key)?, plugin, self.rules)
    }

    /// Everything about a plugin that engines can see.
    fn key(&self, plugin: &Plugin, siblings: &BTreeSet<&str>) -> Digest {
        let Plugin { slug, root, origin, files } = plugin;
        let mut key = self.frame.clone();
        key.text(slug);
        key.text(root);
        key.number(match origin {
            Origin::Folder => 0,
            Origin::Zip => 1,
        });
        key.number(siblings.len() as u64);
        siblings.iter().for_each(|slug| key.text(slug));
        key.number(files.len() as u64);
        for PluginFile { path, size, executable, head, state } in files {
            key.text(path.as_str());
            key.number(*size);
            key.number(u64::from(*executable));
            match state {
                FileState::Read(source) => {
                    key.number(0);
                    key.digest(source.digest());
                }
                FileState::Listed => {
                    key.number(1);
                    key.bytes(head);
                }
                FileState::Skipped(reason) => {
                    key.number(2);
                    key.text(reason);
                    key.bytes(head);
                }
                FileState::Unreadable(reason) => {
                    key.number(3);
                    key.text(reason);
                    key.bytes(head);
                }
            }
        }
        key.finish()
    }
}

/// What takes a look at the texts themselves to know.
fn notes(plugin: &Plugin, examined: &Examined) -> Notes {
    let marked = plugin.files.iter().enumerate().filter(|(_, file)| comments::may_have_directives(file));
    Notes { scopes: fingerprint::scopes_of(&examined.findings), marked: marked.map(|(at, _)| at).collect() }
}
