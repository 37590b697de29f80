//! Tests that make data harmless on one side of a branch.

use std::rc::Rc;

use super::engine::Engine;
use super::model::Kinds;
use super::parts::Part;
use super::taint::{Origin, Origins, Passed, Taint};
use super::told::{EXPECTED, NO_HOST, ROOTED};
use super::value::{Args, Kind, Made, Piece, Val};
use crate::source::python::syntax::{BoolOp, CmpOp, Constant};

pub(super) type Passes = Vec<(Origin, Kinds)>;

/// Arguments of which a test can say something.
const ARGUMENTS: usize = 16;

/// Classes whose values are no texts.
const NUMBERS: &[&str] = &[
    "builtins.int",
    "builtins.float",
    "builtins.bool",
    "builtins.complex",
    "decimal.Decimal",
    "uuid.UUID",
    "datetime.date",
    "datetime.datetime",
];

impl Engine<'_, '_> {
    /// What is harmless when a value counts as true, and when it counts as false.
    pub(super) fn passed_by(&self, value: &Val) -> (Passes, Passes) {
        (self.passed_when(value, true), self.passed_when(value, false))
    }

    fn passed_when(&self, value: &Val, when: bool) -> Passes {
        match &value.kind {
            Kind::Check(all) => {
                all.iter().filter(|passed| passed.when == when).map(|passed| (passed.origin, passed.kinds)).collect()
            }
            Kind::Union(members) => {
                let mut both: Option<Passes> = None;
                for member in members.iter() {
                    if super::exec::truth(member).is_some_and(|truth| truth != when) {
                        continue;
                    }
                    let mine = self.passed_when(member, when);
                    both = Some(match both {
                        None => mine,
                        Some(other) => common(&other, &mine),
                    });
                }
                both.unwrap_or_default()
            }
            // `if parts.netloc:`: without one it is a path of the site.
            Kind::Method(path, _)
                if !when && self.about(self.paths.text(*path), &Args::default()) == self.host_kinds() =>
            {
                let kinds = self.host_kinds();
                value.origins().iter().map(|taint| (taint.origin, kinds)).collect()
            }
            // `not x.startswith("//")`
            Kind::Made(made) if !when => match &made.callee.kind {
                Kind::Attr(_) | Kind::Method(..) if self.starts_with(&made.callee) => {
                    let doubled = made.args.pos.first().is_some_and(|start| match &start.kind {
                        Kind::Seq(seq) => seq.items.iter().any(|start| start.as_str() == Some("//")),
                        _ => start.as_str() == Some("//"),
                    });
                    let kinds = if doubled { self.model.find_kind(NO_HOST) } else { Kinds::NONE };
                    let origins = self.receiver_of(&made.callee).map(Val::origins).unwrap_or_default();
                    origins.iter().filter(|_| doubled).map(|taint| (taint.origin, kinds)).collect()
                }
                // `re.search("[^a-z]", x)` found nothing.
                _ => match self.told_by_absence(made) {
                    Some((kinds, text)) => text.origins().iter().map(|taint| (taint.origin, kinds)).collect(),
                    None => Vec::new(),
                },
            },
            Kind::Made(made) if matches!(self.path_of(&made.callee), Some("builtins.any" | "builtins.all")) => {
                self.passed_by_items(made)
            }
            Kind::Made(made) if !self.passes_subset(made).is_empty() => self.passes_subset(made),
            Kind::Made(made) if !self.expected_by(made).is_empty() => self.expected_by(made),
            // `re.fullmatch(pattern, x)` is true when it matched.
            Kind::Made(made) => {
                let kinds = match &made.callee.kind {
                    Kind::Path(path) | Kind::Method(path, _) => {
                        self.guard_kinds(self.paths.text(*path), &made.args, self.receiver_of(&made.callee))
                    }
                    Kind::Attr(pair) => self.model.method_guard(self.names.text(pair.1)),
                    _ => None,
                };
                let receiver = self.receiver_of(&made.callee);
                // What was not resolved may still lead out.
                let kinds = kinds.map(|kinds| match receiver {
                    Some(receiver) if kinds == self.path_kinds() && self.may_lead_out(receiver) => Kinds::NONE,
                    // `name.startswith("themes/")` is true of `themes/../..`, too.
                    Some(receiver) if self.starts_with(&made.callee) && self.is_as_written(made, receiver) => {
                        Kinds::NONE
                    }
                    _ => kinds,
                });
                let kinds = kinds.or_else(|| self.host_test(made));
                let kinds = if self.starts_with(&made.callee) {
                    Some(kinds.unwrap_or_default().and(self.told_by_start(&made.args)))
                } else {
                    kinds
                };
                let Some(kinds) = kinds.filter(|kinds| kinds.0 != 0) else { return Vec::new() };
                let receiver = receiver.map(Val::origins).unwrap_or_default();
                made.args.values().flat_map(Val::origins).chain(receiver).map(|taint| (taint.origin, kinds)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is harmless when `any(…)` or `all(…)` of tests is true.
    fn passed_by_items(&self, made: &Made) -> Passes {
        let Some(Kind::Seq(seq)) = made.args.pos.first().map(|items| &items.kind) else { return Vec::new() };
        let tests = seq.items.iter().map(|item| self.passed_when(item, true));
        tests.reduce(|one, two| common(&one, &two)).unwrap_or_default()
    }

    /// A host that ends like one of our own, or that matches a pattern of ours.
    fn host_test(&self, made: &Made) -> Option<Kinds> {
        let name = self.called_name(&made.callee, None)?;
        let (host, own) = match &*name {
            "fnmatch.fnmatch" | "fnmatch.fnmatchcase" => (made.args.pos.first()?, made.args.pos.get(1)?),
            _ if name.ends_with(".endswith") => (self.receiver_of(&made.callee)?, made.args.pos.first()?),
            _ => return None,
        };
        let kinds = self.told_by(host);
        (kinds == self.host_kinds() && self.is_of_site(own)).then_some(kinds)
    }

    fn guard_kinds(&self, path: &str, args: &Args, receiver: Option<&Val>) -> Option<Kinds> {
        let kinds = self.model.guard(path)?;
        match path {
            // A text or a dict may still be any.
            "builtins.isinstance" => {
                let number = |class: &Val| self.path_of(class).is_some_and(|path| NUMBERS.contains(&path));
                let known = args.pos.get(1).is_some_and(|class| match &class.kind {
                    Kind::Seq(seq) => seq.items.iter().all(number),
                    _ => number(class),
                });
                known.then_some(kinds)
            }
            _ => self.told_by_pattern(path, args, receiver).unwrap_or(Some(kinds)),
        }
    }

    /// Takes note of what a test has found harmless.
    pub(super) fn pass(&mut self, passes: &[(Origin, Kinds)]) {
        let (rooted, hosts) = (self.model.find_kind(ROOTED).and(self.model.find_kind(NO_HOST)), self.host_kinds());
        let passed = &mut self.frame_mut().passed;
        for (origin, kinds) in passes {
            let room = passed.len() < 64;
            match passed.iter_mut().find(|(seen, _)| seen == origin) {
                // A path from the root, and no host: a place of the site.
                Some((_, seen)) if seen.and(*kinds).has(rooted) => *seen = seen.and(*kinds).and(hosts),
                Some((_, seen)) => *seen = seen.and(*kinds),
                None if room => passed.push((*origin, *kinds)),
                None => {}
            }
        }
    }

    /// The answer of `not value`.
    pub(super) fn negated(&self, value: &Val) -> Val {
        let (yes, no) = self.passed_by(value);
        if yes.is_empty() && no.is_empty() {
            let exact = self.exact.as_ref().and_then(|_| super::decided::decided(value));
            return match exact.or_else(|| super::exec::truth(value)) {
                Some(truth) => Val::constant(Constant::Bool(!truth)),
                None => Val::UNKNOWN,
            };
        }
        check(&no, &yes)
    }

    /// The answer of `a and b`, `a or b`.
    pub(super) fn combined(&self, op: BoolOp, all: &[(Passes, Passes)], result: Val) -> Val {
        if all.iter().all(|(yes, no)| yes.is_empty() && no.is_empty()) {
            return result;
        }
        // All of them are true after `and`; all of them are false after `or`. One of them is on the other side.
        let every =
            |pick: fn(&(Passes, Passes)) -> &Passes| all.iter().flat_map(|pair| pick(pair).clone()).collect::<Passes>();
        let any = |pick: fn(&(Passes, Passes)) -> &Passes| {
            all.iter().map(|pair| pick(pair).clone()).reduce(|one, two| common(&one, &two)).unwrap_or_default()
        };
        match op {
            BoolOp::And => check(&every(|pair| &pair.0), &any(|pair| &pair.1)),
            BoolOp::Or => check(&any(|pair| &pair.0), &every(|pair| &pair.1)),
        }
    }

    /// What equality with a value of our own says.
    pub(super) fn equal_to_constant(&self, value: &Val) -> (Passes, Passes) {
        let kinds = self.told_by(value).and(self.model.find_kind(EXPECTED));
        (value.origins().iter().map(|taint| (taint.origin, kinds)).collect(), Vec::new())
    }

    /// The answer of a comparison.
    pub(super) fn compared(&mut self, left: &Val, op: CmpOp, right: &Val) -> Val {
        // `pattern.fullmatch(x) is None`: no match.
        if matches!(right.as_const(), Some(Constant::None)) && matches!(left.kind, Kind::Made(_)) {
            let (yes, no) = self.passed_by(left);
            if !(yes.is_empty() && no.is_empty()) {
                return match op {
                    CmpOp::Is | CmpOp::Eq => check(&no, &yes),
                    _ => check(&yes, &no),
                };
            }
        }
        if left.taint.is_none() && right.taint.is_none() {
            return match (op, left.as_const(), right.as_const()) {
                (CmpOp::Eq, Some(a), Some(b)) => Val::constant(Constant::Bool(a == b)),
                (CmpOp::NotEq, Some(a), Some(b)) => Val::constant(Constant::Bool(a != b)),
                _ => Val::UNKNOWN,
            };
        }
        let own = |value: &Val| value.taint.is_none();
        let positive = matches!(op, CmpOp::Eq | CmpOp::Is | CmpOp::In);
        let mut passes = Vec::new();
        match op {
            CmpOp::Eq | CmpOp::NotEq | CmpOp::Is | CmpOp::IsNot => {
                for (value, other) in [(left, right), (right, left)] {
                    // `x == None`, `x is True` say nothing about a text.
                    let says = !matches!(other.as_const(), Some(Constant::None | Constant::Bool(_)));
                    let kinds = if own(other) && says { self.told_by(value) } else { self.host_told_by(value) };
                    let kinds = kinds.and(self.expected(other));
                    passes.extend(value.origins().iter().map(|taint| (taint.origin, kinds)));
                }
            }
            CmpOp::In | CmpOp::NotIn => {
                if self.is_ours(right) && !super::operators::is_text(right) {
                    let kinds = self.told_by(left);
                    passes.extend(left.origins().iter().map(|taint| (taint.origin, kinds)));
                } else if matches!(right.kind, Kind::Seq(_) | Kind::Union(_)) && self.is_of_site(right) {
                    // A host that is among our own and that of the request.
                    let kinds = self.host_told_by(left);
                    passes.extend(left.origins().iter().map(|taint| (taint.origin, kinds)));
                } else if self.may_be_ours(left)
                    && self.called_name(right, None).is_some_and(|name| name.ends_with(".parents"))
                {
                    // `base in path.parents`
                    let kinds = self.path_kinds();
                    passes.extend(right.origins().iter().map(|taint| (taint.origin, kinds)));
                } else if matches!(left.as_str(), Some(".." | "/" | "../" | "\\" | "..\\")) {
                    // `".." in x`: harmless as a path where it is false.
                    let kinds = self.path_kinds();
                    let both: Vec<_> = right.origins().iter().map(|taint| (taint.origin, kinds)).collect();
                    let when = op == CmpOp::NotIn;
                    return if when { check(&both, &[]) } else { check(&[], &both) };
                }
            }
            // What is at most something of our own is not too much.
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                let (small, large) = if matches!(op, CmpOp::Lt | CmpOp::LtE) { (left, right) } else { (right, left) };
                let bounded = |value: &Val| -> Passes {
                    value.origins().iter().map(|taint| (taint.origin, Kinds::AMOUNT)).collect()
                };
                // What our own callers give is no data of others, as far as we know.
                let mut yes = if self.may_be_ours(large) { bounded(small) } else { Passes::new() };
                // `set(given) <= ALLOWED`
                yes.extend(self.passes_within(small, large));
                let no = if self.may_be_ours(small) { bounded(large) } else { Passes::new() };
                return check(&yes, &no);
            }
        }
        passes.retain(|(_, kinds)| kinds.0 != 0);
        if passes.is_empty() {
            return Val::UNKNOWN;
        }
        if positive { check(&passes, &[]) } else { check(&[], &passes) }
    }

    /// A value as it leaves a function: what tests have found harmless is.
    pub(super) fn as_passed(&self, value: Val) -> Val {
        let passed = &self.frame().passed;
        if passed.is_empty() {
            return value;
        }
        if let Some(Constant::Bool(truth)) = value.as_const() {
            // The other answer never comes from here, which takes nothing from what it means elsewhere.
            let never = self.arguments().chain(passed.iter().map(|(origin, _)| *origin));
            let never = never.map(|origin| Passed { origin, kinds: Kinds::EVERY, when: !truth });
            let says = |(origin, kinds): &(Origin, Kinds)| Passed { origin: *origin, kinds: *kinds, when: *truth };
            let all: Vec<Passed> = passed.iter().map(says).chain(never).collect();
            return Val::plain(Kind::Check(all.into()));
        }
        harmless(&value, passed, 3)
    }

    /// The arguments of the function that is followed, as origins.
    fn arguments(&self) -> impl Iterator<Item = Origin> {
        let count = self.frame().func.map_or(0, |func| {
            let func = &self.funcs[func.0 as usize];
            (func.params().list.len() + func.free.len()).min(ARGUMENTS)
        });
        (0..u16::try_from(count).unwrap_or(0)).map(|index| Origin::Param(index, Part::WHOLE))
    }

    pub(super) fn passed_taint(&self, taint: &Origins) -> Origins {
        without(taint, &self.frame().passed)
    }
}

/// What is in both.
pub(super) fn common(one: &[(Origin, Kinds)], two: &[(Origin, Kinds)]) -> Passes {
    // What one says of the whole, and the other of a part, both say of the part.
    let both = |from: &[(Origin, Kinds)], of: &[(Origin, Kinds)]| -> Passes {
        from.iter()
            .map(|(origin, kinds)| (*origin, Kinds(kinds.0 & super::parts::passed_for(of, *origin).0)))
            .filter(|(_, kinds)| kinds.0 != 0)
            .collect()
    };
    let mut all = both(one, two);
    for (origin, kinds) in both(two, one) {
        if !all.iter().any(|(seen, _)| *seen == origin) {
            all.push((origin, kinds));
        }
    }
    all
}

/// What the answer of one of two tests says, whichever it is.
pub(super) fn both_say(one: &Kind, two: &[Passed]) -> Kind {
    let Kind::Check(one) = one else { return one.clone() };
    let side = |all: &[Passed], when: bool| -> Passes {
        all.iter().filter(|passed| passed.when == when).map(|passed| (passed.origin, passed.kinds)).collect()
    };
    let both = |when| common(&side(one, when), &side(two, when));
    check(&both(true), &both(false)).kind
}

fn check(yes: &[(Origin, Kinds)], no: &[(Origin, Kinds)]) -> Val {
    let sides = yes.iter().map(|pass| (pass, true)).chain(no.iter().map(|pass| (pass, false)));
    let all: Vec<Passed> =
        sides.map(|((origin, kinds), when)| Passed { origin: *origin, kinds: *kinds, when }).collect();
    Val::plain(Kind::Check(all.into()))
}

fn without(taint: &Origins, passed: &[(Origin, Kinds)]) -> Origins {
    let all = taint.as_ref()?;
    if !all.iter().any(|taint| passed.iter().any(|(origin, _)| origin.covers(taint.origin))) {
        return taint.clone();
    }
    let clear = |taint: &Taint| {
        let kinds = super::parts::passed_for(passed, taint.origin);
        Taint { cleared: taint.cleared.and(kinds), ..taint.clone() }
    };
    Some(all.iter().map(clear).collect())
}

pub(super) fn harmless(value: &Val, passed: &[(Origin, Kinds)], depth: u8) -> Val {
    if value.taint.is_none() {
        return value.clone();
    }
    let taint = without(&value.taint, passed);
    let kind = match &value.kind {
        _ if depth == 0 => value.kind.clone(),
        Kind::Text(pieces) => Kind::Text(
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Hole(hole) => Piece::Hole(harmless(hole, passed, depth - 1)),
                    Piece::Literal(text) => Piece::Literal(Rc::clone(text)),
                })
                .collect(),
        ),
        Kind::Seq(seq) => Kind::Seq(Rc::new(super::value::Seq {
            items: seq.items.iter().map(|item| harmless(item, passed, depth - 1)).collect(),
            open: seq.open,
        })),
        Kind::Dict(dict) => Kind::Dict(Rc::new(super::value::Dict {
            entries: dict
                .entries
                .iter()
                .map(|(key, value)| (harmless(key, passed, depth - 1), harmless(value, passed, depth - 1)))
                .collect(),
            open: dict.open,
        })),
        other => other.clone(),
    };
    Val::new(kind, taint, value.depth)
}
