//! Asks the cache first, and tells it afterwards.

use std::collections::BTreeSet;

use super::wire::{In, Out};
use super::{read, write};
use crate::cache::Store;
use crate::gate::engine::{Bench, Texts};
use crate::gate::examine::{Examined, Notes};
use crate::gate::{Run, comments, fingerprint};
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
        if let Some(known) = self.known(&key, plugin) {
            return known;
        }
        let mut examined = judge();
        let mut notes = notes(plugin, &examined);
        // What broke off may go better the next time.
        let whole = !examined.findings.iter().any(|finding| finding.rule == id::INTERNAL_ERROR);
        if let Some((bytes, needed)) = write::write(plugin, &examined, &notes).filter(|_| whole) {
            // Without it the next run takes longer, and that is all.
            notes.texts.needed = self.store.put(&key, &bytes).is_ok().then_some(needed);
        }
        examined.notes = Some(notes);
        examined
    }

    /// What is known of a plugin from earlier runs.
    pub(in crate::gate) fn recall(&self, plugin: &Plugin, siblings: &BTreeSet<&str>) -> Option<Examined> {
        self.known(&self.key(plugin, siblings), plugin)
    }

    fn known(&self, key: &Digest, plugin: &Plugin) -> Option<Examined> {
        read::read(&self.store.get(key)?, plugin, self.rules)
    }

    /// The paths of the files whose texts were needed after the engines, when the same run was made before.
    pub(in crate::gate) fn texts(&self, run: &Run<'_>) -> Option<BTreeSet<String>> {
        let bytes = self.store.get(&self.key_of_run(run))?;
        let mut input = In::new(&bytes)?;
        let paths = input.list(In::string)?;
        input.is_at_end().then(|| paths.into_iter().collect())
    }

    /// Keeps them.
    pub(in crate::gate) fn keep_texts(&self, run: &Run<'_>, paths: &BTreeSet<String>) {
        let mut out = Out::default();
        out.size(paths.len());
        paths.iter().for_each(|path| out.text(path));
        // Without them the next run takes longer, and that is all.
        let _ = self.store.put(&self.key_of_run(run), &out.finish());
    }

    /// What a run looks at, whatever is there. It is no more than a guess at what a run needs, and never an answer.
    fn key_of_run(&self, run: &Run<'_>) -> Digest {
        let mut key = self.frame.clone();
        key.text("run");
        key.bytes(run.cwd.as_os_str().as_encoded_bytes());
        key.number(u64::from(run.changed));
        key.number(run.paths.len() as u64);
        run.paths.iter().for_each(|path| key.bytes(path.as_os_str().as_encoded_bytes()));
        key.finish()
    }

    /// Everything about a plugin that engines can see.
    fn key(&self, plugin: &Plugin, siblings: &BTreeSet<&str>) -> Digest {
        let Plugin { slug, root, origin, files } = plugin;
        let mut key = self.frame.clone();
        key.text("plugin");
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
                FileState::Known(digest) => {
                    key.number(0);
                    key.digest(digest);
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
    let texts = Texts { marked: marked.map(|(at, _)| at).collect(), needed: None };
    Notes { scopes: fingerprint::scopes_of(&examined.findings), texts }
}
