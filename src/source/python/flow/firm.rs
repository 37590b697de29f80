//! What the attributes of classes and their objects may be.

use super::engine::Engine;
use super::names::Sym;
use super::value::{ClassId, Kind, Piece, Val};

/// Values inside one another that are looked at.
const DEEPEST: u8 = 6;

impl Engine<'_, '_> {
    /// Adds a value that an attribute of a class may have.
    pub(super) fn keep(&mut self, class: ClassId, attr: Sym, value: Val) {
        let class = &mut self.classes[class.0 as usize];
        if let Some((firm, _)) = class.firm.get_mut(&attr) {
            *firm = Some(match firm.take() {
                Some(old) if old.same(&value) => old,
                Some(old) => old.either(value.clone()),
                None => value.clone(),
            });
        }
        let merged = match class.attrs.get(&attr) {
            Some(old) if old.same(&value) => return,
            Some(old) => old.clone().either(value),
            None => value,
        };
        class.attrs.insert(attr, merged);
        class.grew.insert(attr);
    }

    /// The same, of a value that came in by an argument and is not known here: the calls of the function that keeps it
    /// say what it is, unless others call it, too.
    pub(super) fn keep_loosely(&mut self, class: ClassId, attr: Sym, value: Val) {
        let Some(func) = self.frame().func else { return self.keep(class, attr, value) };
        if self.settled.contains(&(class, attr)) {
            return;
        }
        let known = &mut self.classes[class.0 as usize];
        let before = known.attrs.get(&attr);
        let (_, funcs) = known.firm.entry(attr).or_insert_with(|| (before.cloned(), Vec::new()));
        if !funcs.contains(&func) {
            funcs.push(func);
        }
        let firm = known.firm.get(&attr).and_then(|(firm, _)| firm.clone());
        self.keep(class, attr, value);
        if let Some((kept, _)) = self.classes[class.0 as usize].firm.get_mut(&attr) {
            *kept = firm;
        }
    }

    /// Takes back what nobody keeps: the program calls the functions itself, and all that it gives them is its own.
    pub(super) fn settle_kept(&mut self) {
        for at in 0..self.classes.len() {
            let class = &self.classes[at];
            let mut settled: Vec<(Sym, Val)> = class
                .firm
                .iter()
                .filter(|(_, (_, funcs))| {
                    funcs.iter().map(|func| &self.funcs[func.0 as usize]).all(|func| func.is_ours_alone())
                })
                .filter_map(|(attr, (firm, _))| Some((*attr, firm.clone().filter(|firm| fixed(firm, DEEPEST))?)))
                .collect();
            settled.sort_unstable_by_key(|(attr, _)| *attr);
            let id = ClassId(u32::try_from(at).unwrap_or(u32::MAX));
            let class = &mut self.classes[at];
            for (attr, firm) in settled {
                class.attrs.insert(attr, firm);
                class.grew.insert(attr);
                self.settled.insert((id, attr));
            }
        }
    }
}

/// Whether a value is made of constants, and of numbers and choices among them.
fn fixed(value: &Val, left: u8) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    match &value.kind {
        Kind::Const(_) | Kind::Check(_) => true,
        Kind::Text(pieces) => pieces.iter().all(|piece| match piece {
            Piece::Literal(_) => true,
            Piece::Hole(hole) => fixed(hole, left),
        }),
        Kind::Seq(seq) => seq.items.iter().all(|item| fixed(item, left)),
        Kind::Dict(dict) => {
            !dict.open && dict.entries.iter().all(|(key, value)| fixed(key, left) && fixed(value, left))
        }
        Kind::Union(members) => members.iter().all(|member| fixed(member, left)),
        _ => false,
    }
}
