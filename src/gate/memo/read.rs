//! Bytes → what was found.

use std::sync::Arc;

use super::wire::In;
use crate::contract::{Claim, Facts, HookUse};
use crate::gate::engine::Texts;
use crate::gate::examine::{Examined, Notes};
use crate::model::{Confidence, Edit, Finding, Fix, Loads, Place, Plugin, Related, Safety, Source, Span};
use crate::rules::RuleSet;

/// What was found in a plugin with the same files. `None` when the bytes are not that, and when the plugin does not hold
/// all texts that the rest of the run needs.
pub(super) fn read(bytes: &[u8], plugin: &Plugin, rules: &RuleSet) -> Option<Examined> {
    let mut head = In::new(bytes)?;
    let needed = head.list(In::size)?;
    let marked = head.list(In::size)?;
    let source = |at: &usize| plugin.files.get(*at)?.source();
    let sources: Option<Vec<&Arc<Source>>> = needed.iter().map(source).collect();
    if !marked.iter().all(|at| source(at).is_some()) {
        return None;
    }
    let mut reader = Reader { input: In::new(head.rest())?, sources: sources?, rules };
    let examined = reader.examined()?;
    let scopes = reader.input.list(In::string)?;
    let texts = Texts { marked, needed: Some(needed) };
    let fits = reader.input.is_at_end() && scopes.len() == examined.findings.len();
    fits.then(|| Examined { notes: Some(Notes { scopes, texts }), ..examined })
}

struct Reader<'e> {
    input: In<'e>,
    sources: Vec<&'e Arc<Source>>,
    rules: &'e RuleSet,
}

impl Reader<'_> {
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.input.count()?;
        (0..count).map(|_| item(self)).collect()
    }

    fn optional<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.input.flag()? {
            true => value(self).map(Some),
            false => Some(None),
        }
    }

    fn examined(&mut self) -> Option<Examined> {
        Some(Examined {
            findings: self.list(Self::finding)?,
            loads: match self.input.number()? {
                0 => Loads::Yes,
                1 => Loads::No,
                2 => Loads::Unknown,
                _ => return None,
            },
            name: self.input.optional(In::string)?,
            version: self.input.optional(In::string)?,
            facts: self.facts()?,
            notes: None,
        })
    }

    fn finding(&mut self) -> Option<Finding> {
        Some(Finding {
            rule: self.rules.find(self.input.text()?)?,
            plugin: self.input.string()?,
            confidence: match self.input.number()? {
                0 => Confidence::Low,
                1 => Confidence::Medium,
                2 => Confidence::High,
                _ => return None,
            },
            message: self.input.string()?,
            place: self.place()?,
            label: self.input.string()?,
            host_says: self.input.optional(In::string)?,
            help: self.input.optional(In::string)?,
            related: self.list(|reader| {
                Some(Related { place: reader.place()?, message: reader.input.string()?, step: reader.input.flag()? })
            })?,
            fix: self.optional(Self::fix)?,
        })
    }

    fn fix(&mut self) -> Option<Fix> {
        Some(Fix {
            title: self.input.string()?,
            safety: if self.input.flag()? { Safety::Safe } else { Safety::Unsafe },
            edits: self.list(|reader| {
                Some(Edit { path: reader.input.string()?, span: reader.span()?, replacement: reader.input.string()? })
            })?,
        })
    }

    fn place(&mut self) -> Option<Place> {
        let path = self.input.string()?;
        let span = self.optional(Self::span)?;
        let source = self.optional(|reader| {
            let at = reader.input.size()?;
            reader.sources.get(at).map(|source| Arc::clone(source))
        })?;
        Some(Place { path, span, source })
    }

    fn span(&mut self) -> Option<Span> {
        let mut offset = || u32::try_from(self.input.number()?).ok();
        Some(Span { start: offset()?, end: offset()? })
    }

    fn facts(&mut self) -> Option<Facts> {
        Some(Facts {
            depends_on: self.claims()?,
            imports: self.claims()?,
            filters: self.claims()?,
            globals: self.claims()?,
            routes: self.claims()?,
            endpoints: self.claims()?,
            blueprints: self.claims()?,
            templates: self.claims()?,
            hooks: self.list(|reader| {
                Some(HookUse {
                    hook: reader.input.string()?,
                    place: reader.place()?,
                    priority_place: reader.optional(Self::place)?,
                    comparable: reader.input.flag()?,
                    priority: reader.input.optional(In::number)?.map(u64::cast_signed),
                    returns_value: reader.input.flag()?,
                })
            })?,
        })
    }

    fn claims(&mut self) -> Option<Vec<Claim>> {
        self.list(|reader| Some(Claim { name: reader.input.string()?, place: reader.place()? }))
    }
}
