//! What was found → bytes. Every field of every type is named, so that none is forgotten when one is added.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::wire::Out;
use crate::contract::{Claim, Facts, HookUse};
use crate::gate::engine::Texts;
use crate::gate::examine::{Examined, Notes};
use crate::model::{Confidence, Edit, Finding, Fix, Loads, Place, Plugin, Related, Safety, Source, Span};

/// The bytes of what was found in a plugin, and the files whose texts it speaks of; `None` when it speaks of a text that
/// is in none of the plugin's files.
pub(super) fn write(plugin: &Plugin, examined: &Examined, notes: &Notes) -> Option<(Vec<u8>, Vec<usize>)> {
    let files = plugin.files.iter().enumerate();
    let indices = files.filter_map(|(at, file)| Some((Arc::as_ptr(file.source()?), at))).collect();
    let mut writer =
        Writer { out: Out::default(), indices, needed: Vec::new(), places: FxHashMap::default(), foreign: false };
    writer.examined(examined);
    let Notes { scopes, texts: Texts { marked, needed: _ } } = notes;
    writer.list(scopes, |writer, scope| writer.out.text(scope));
    if writer.foreign {
        return None;
    }
    let mut head = Out::default();
    for list in [&writer.needed, marked] {
        head.size(list.len());
        list.iter().for_each(|file| head.size(*file));
    }
    let mut bytes = head.finish();
    bytes.extend(writer.out.finish());
    Some((bytes, writer.needed))
}

struct Writer<'t> {
    out: Out<'t>,
    /// The plugin's files by their texts.
    indices: FxHashMap<*const Source, usize>,
    /// The files that places are in.
    needed: Vec<usize>,
    /// Where in `needed` a file is.
    places: FxHashMap<usize, usize>,
    /// A place is in another text.
    foreign: bool,
}

impl<'t> Writer<'t> {
    fn list<T>(&mut self, items: &'t [T], mut item: impl FnMut(&mut Self, &'t T)) {
        self.out.size(items.len());
        items.iter().for_each(|one| item(self, one));
    }

    fn examined(&mut self, examined: &'t Examined) {
        let Examined { findings, loads, name, version, facts, notes: _ } = examined;
        self.list(findings, Self::finding);
        self.out.number(match loads {
            Loads::Yes => 0,
            Loads::No => 1,
            Loads::Unknown => 2,
        });
        self.out.optional(name.as_deref());
        self.out.optional(version.as_deref());
        self.facts(facts);
    }

    fn finding(&mut self, finding: &'t Finding) {
        let Finding { rule, plugin, confidence, message, place, label, host_says, help, related, fix } = finding;
        self.out.text(rule.as_str());
        self.out.text(plugin);
        self.out.number(match confidence {
            Confidence::Low => 0,
            Confidence::Medium => 1,
            Confidence::High => 2,
        });
        self.out.text(message);
        self.place(place);
        self.out.text(label);
        self.out.optional(host_says.as_deref());
        self.out.optional(help.as_deref());
        self.list(related, |writer, Related { place, message, step }| {
            writer.place(place);
            writer.out.text(message);
            writer.out.flag(*step);
        });
        self.out.flag(fix.is_some());
        if let Some(Fix { title, safety, edits }) = fix {
            self.out.text(title);
            self.out.flag(*safety == Safety::Safe);
            self.list(edits, |writer, Edit { path, span, replacement }| {
                writer.out.text(path);
                writer.span(*span);
                writer.out.text(replacement);
            });
        }
    }

    fn place(&mut self, place: &'t Place) {
        let Place { path, span, source } = place;
        self.out.text(path);
        self.out.flag(span.is_some());
        if let Some(span) = span {
            self.span(*span);
        }
        self.out.flag(source.is_some());
        if let Some(source) = source {
            let file = self.indices.get(&Arc::as_ptr(source)).copied();
            self.foreign |= file.is_none();
            let file = file.unwrap_or_default();
            let at = *self.places.entry(file).or_insert_with(|| {
                self.needed.push(file);
                self.needed.len() - 1
            });
            self.out.size(at);
        }
    }

    fn span(&mut self, Span { start, end }: Span) {
        self.out.number(u64::from(start));
        self.out.number(u64::from(end));
    }

    fn facts(&mut self, facts: &'t Facts) {
        let Facts { depends_on, imports, filters, globals, routes, endpoints, blueprints, templates, hooks } = facts;
        for claims in [depends_on, imports, filters, globals, routes, endpoints, blueprints, templates] {
            self.list(claims, |writer, Claim { name, place }| {
                writer.out.text(name);
                writer.place(place);
            });
        }
        self.list(hooks, |writer, hook| {
            let HookUse { hook, place, priority_place, comparable, priority, returns_value } = hook;
            writer.out.text(hook);
            writer.place(place);
            writer.out.flag(priority_place.is_some());
            if let Some(place) = priority_place {
                writer.place(place);
            }
            writer.out.flag(*comparable);
            writer.out.flag(priority.is_some());
            if let Some(priority) = priority {
                writer.out.number(priority.cast_unsigned());
            }
            writer.out.flag(*returns_value);
        });
    }
}
