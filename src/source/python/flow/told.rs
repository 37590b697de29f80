//! What a part of a value, or its start, tells about the whole: a host, a path that leads nowhere else.

use super::engine::Engine;
use super::model::Kinds;
use super::patterns::{How, Matched, matched, without};
use super::taint::Origin;
use super::value::{Args, Kind, Made, Val};

/// Kinds that no sink is of: what two tests together say of a URL.
pub(super) const ROOTED: &str = "starts with a slash";
pub(super) const NO_HOST: &str = "does not start with two";
/// What no sink is of, either: that a text, or what was made of it, is one that the program expects.
pub(super) const EXPECTED: &str = "is what the program expects";
/// All of them; a model has to know them.
pub const TOLD: [&str; 3] = [ROOTED, NO_HOST, EXPECTED];

impl Engine<'_, '_> {
    /// For which sinks a text with this start is harmless: `https://host/` and `/pages/` leave nobody a choice of the host.
    pub(super) fn told_by_start(&self, args: &Args) -> Kinds {
        let fixed = |start: &Val| match start.as_str() {
            Some(text) => match text.split_once("://") {
                Some((_, rest)) => rest.contains('/'),
                None => text.starts_with('/') && text.len() > 1 && !text.starts_with("//"),
            },
            None => matches!(
                self.path_of(start),
                Some("flask.request.host_url" | "flask.request.url_root" | "flask.request.root_url")
            ),
        };
        let Some(start) = args.pos.first() else { return Kinds::NONE };
        let known = match &start.kind {
            Kind::Seq(seq) => !seq.open && !seq.items.is_empty() && seq.items.iter().all(fixed),
            _ => start.alternatives().all(fixed),
        };
        match start.as_str() {
            _ if known => self.host_kinds(),
            Some("/") => self.model.find_kind(ROOTED),
            _ => Kinds::NONE,
        }
    }

    pub(super) fn starts_with(&self, callee: &Val) -> bool {
        self.called_name(callee, None).is_some_and(|name| name.ends_with(".startswith"))
    }

    pub(super) fn receiver_of<'v>(&self, callee: &'v Val) -> Option<&'v Val> {
        match &callee.kind {
            Kind::Attr(pair) => Some(&pair.0),
            Kind::Method(_, receiver) => Some(receiver),
            _ => None,
        }
    }

    /// Whether a path may hold `..`: one as it came, or one that was put together and not resolved.
    pub(super) fn may_lead_out(&self, value: &Val) -> bool {
        match &value.kind {
            Kind::Text(_) | Kind::Item(_) | Kind::Path(_) => true,
            Kind::Method(path, _) => !self.paths.text(*path).starts_with("pathlib."),
            Kind::Made(made) => match self.path_of(&made.callee) {
                Some("os.path.join" | "pathlib.Path().joinpath") => true,
                Some("builtins.str" | "os.fspath" | "pathlib.Path") => {
                    made.args.pos.first().is_some_and(|path| self.may_lead_out(path))
                }
                Some(path) => path.starts_with("flask.request."),
                None => false,
            },
            Kind::Union(members) => members.iter().any(|member| self.may_lead_out(member)),
            _ => false,
        }
    }

    /// Whether a path is tested for a folder of our own before its `..` are resolved: what is resolved begins at the root.
    pub(super) fn is_as_written(&self, made: &Made, receiver: &Val) -> bool {
        let start = made.args.pos.first().and_then(Val::as_str);
        let resolved = matches!(&receiver.kind, Kind::Made(made) if self.path_of(&made.callee).is_some_and(|path| {
            path.ends_with("normpath") || path.ends_with("abspath") || path.ends_with("realpath")
        }));
        start.is_some_and(|start| !start.starts_with('/')) && !resolved
    }

    /// Whether a value is of our own making: constants, or what was read from the site's own files and settings.
    #[must_use]
    pub fn is_ours(&self, value: &Val) -> bool {
        let ours = ["file", "environment", "secret"].iter().fold(0, |all, name| all | self.model.find_label(name).0);
        value.origins().iter().all(|taint| matches!(taint.origin, Origin::Source(labels, ..) if labels.0 & !ours == 0))
    }

    /// The same, or the address under which the site was asked.
    pub(super) fn is_of_site(&self, value: &Val) -> bool {
        value.origins().iter().all(|taint| match taint.origin {
            Origin::Source(_, path, _) if SITE.contains(&&**self.paths.text(path)) => true,
            _ => self.is_ours(&Val::dirty(Some([taint.clone()].into()))),
        })
    }

    /// The same, or of arguments of the function that is followed.
    pub(super) fn may_be_ours(&self, value: &Val) -> bool {
        let from_outside = |taint: &super::taint::Taint| matches!(taint.origin, Origin::Source(..));
        let outer = value.origins().iter().filter(|taint| from_outside(taint)).cloned().collect::<Vec<_>>();
        self.is_ours(&Val::dirty((!outer.is_empty()).then(|| outer.into())))
    }

    pub(super) fn path_kinds(&self) -> Kinds {
        self.model.find_kind("paths").and(self.model.find_kind("archives"))
    }

    /// For which sinks a value is harmless when this part of it, or this about it, is known.
    pub(super) fn told_by(&self, value: &Val) -> Kinds {
        match &value.kind {
            Kind::Made(made) => match &made.callee.kind {
                Kind::Path(path) | Kind::Method(path, _) => {
                    let text = self.paths.text(*path);
                    match (self.about(text, &made.args), &made.callee.kind) {
                        (Kinds::EVERY, Kind::Method(_, receiver)) if is_same(text) => self.told_by(receiver),
                        (kinds, _) => kinds,
                    }
                }
                // `x.lower()` is still the whole of it.
                Kind::Attr(pair) => match &**self.names.text(pair.1) {
                    "get" => Kinds::EVERY,
                    name if is_same(name) => self.told_by(&pair.0),
                    _ => Kinds::NONE,
                },
                _ => Kinds::NONE,
            },
            Kind::Method(path, _) => self.about(self.paths.text(*path), &Args::default()),
            Kind::Item(_) | Kind::Param(_) | Kind::Path(_) | Kind::Unknown | Kind::Union(_) => Kinds::EVERY,
            Kind::Attr(pair) => {
                let name = self.names.text(pair.1);
                if matches!(&**name, "netloc" | "hostname" | "host") { self.host_kinds() } else { Kinds::EVERY }
            }
            Kind::Seq(_) => Kinds::EVERY,
            _ => Kinds::NONE,
        }
    }

    pub(super) fn about(&self, path: &str, args: &Args) -> Kinds {
        let last = path.rsplit('.').next().unwrap_or(path);
        if matches!(last, "netloc" | "hostname" | "host") {
            return self.host_kinds();
        }
        if path == "os.path.commonpath" || path == "os.path.commonprefix" {
            return self.path_kinds();
        }
        let of_source = args.values().all(|value| value.is_constant() || matches!(value.kind, Kind::Path(_)));
        let whole = matches!(last, "get" | "lower" | "upper" | "strip" | "str" | "casefold" | "pop" | "getlist");
        if whole && of_source || matches!(path, "builtins.str") { Kinds::EVERY } else { Kinds::NONE }
    }

    pub(super) fn host_kinds(&self) -> Kinds {
        self.model.find_kind("redirect").and(self.model.find_kind("url"))
    }

    /// The same, when it is compared with something that comes from outside, too: only a host tells something then.
    pub(super) fn host_told_by(&self, value: &Val) -> Kinds {
        let kinds = self.told_by(value);
        if kinds == self.host_kinds() || kinds == self.path_kinds() { kinds } else { Kinds::NONE }
    }
}

/// Where a request says under which address the site was asked.
const SITE: &[&str] = &[
    "flask.request.host",
    "flask.request.host_url",
    "flask.request.url_root",
    "flask.request.root_url",
    "flask.request.base_url",
];

/// Functions that compare a text with a pattern.
const COMPARES: &[(&str, How)] = &[
    ("re.match", How::Match),
    ("re.fullmatch", How::Full),
    ("re.search", How::Search),
    ("re.findall", How::Search),
    ("re.compile().match", How::Match),
    ("re.compile().fullmatch", How::Full),
    ("re.compile().search", How::Search),
    ("re.compile().findall", How::Search),
];

impl Engine<'_, '_> {
    /// The pattern that a function of `re` is given, or that its object was made of, and whether it is one of lines.
    fn pattern_of<'v>(&self, path: &str, args: &'v Args, receiver: Option<&'v Val>) -> Option<(&'v Val, bool)> {
        let (given, flags) = match receiver.filter(|_| path.starts_with("re.compile()")) {
            Some(Val { kind: Kind::Made(made), .. }) => (&made.args, 1),
            Some(_) => return None,
            None => (args, 2),
        };
        let lines = self.argument(given, "flags", Some(flags)).and_then(|flags| self.path_of(flags));
        let lines = matches!(lines, Some("re.M" | "re.MULTILINE" | "re.RegexFlag.MULTILINE"));
        Some((given.pos.first()?, lines))
    }

    fn kinds_of(&self, told: Matched) -> Kinds {
        let without = |all: Kinds, some: Kinds| Kinds(all.0 & !some.0);
        if !told.whole {
            let mut kinds = if told.host { self.host_kinds() } else { Kinds::NONE };
            if told.no_path {
                kinds = kinds.and(self.path_kinds());
            }
            return if told.no_markup { kinds.and(self.model.find_kind("web")) } else { kinds };
        }
        let mut kinds = Kinds::ALL;
        if !told.no_shell {
            kinds = without(kinds, self.model.find_kind("process").and(self.model.find_kind("code")));
        }
        if !told.no_markup {
            kinds = without(kinds, self.model.find_kind("web"));
        }
        if !told.no_path {
            kinds = without(kinds, self.path_kinds());
            kinds = if told.host { kinds } else { without(kinds, self.host_kinds()) };
        }
        kinds
    }

    /// For which sinks a text is harmless that matched; `None` when that is no comparison with a pattern.
    pub(super) fn told_by_pattern(&self, path: &str, args: &Args, receiver: Option<&Val>) -> Option<Option<Kinds>> {
        let (_, how) = COMPARES.iter().find(|(known, _)| *known == path)?;
        let Some((pattern, lines)) = self.pattern_of(path, args, receiver) else { return Some(None) };
        let text = pattern.as_bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
        Some(match (text, how) {
            (Some(text), how) => Some(self.kinds_of(matched(text, *how, lines))),
            // What is not known is taken for what its author meant it to be.
            (None, How::Full) => Some(Kinds::ALL),
            (None, How::Match) if receiver.is_some() => Some(Kinds::ALL),
            (None, _) => None,
        })
    }

    /// For which sinks a text is harmless in which a pattern of what must not be there was not found, and the text.
    pub(super) fn told_by_absence<'v>(&self, made: &'v Made) -> Option<(Kinds, &'v Val)> {
        let path = self.path_of(&made.callee)?;
        COMPARES.iter().find(|(known, how)| *known == path && *how == How::Search)?;
        let (pattern, _) = self.pattern_of(path, &made.args, self.receiver_of(&made.callee))?;
        let text = made.args.pos.get(usize::from(!path.starts_with("re.compile()")))?;
        Some((self.kinds_of(without(pattern.as_str()?)?), text))
    }

    /// For which sinks a text is harmless in which each of these characters became something else.
    pub(super) fn told_by_replacement(&self, args: &Args) -> Kinds {
        match args.pos.first().and_then(Val::as_str) {
            Some("<") => self.model.find_kind("web"),
            Some("/") => self.path_kinds(),
            Some("\n" | "\r\n" | "\r") => Kinds::LOG,
            _ => Kinds::NONE,
        }
    }

    /// For which sinks a text is harmless from which all was taken that must not be there.
    pub(super) fn told_by_removal(&self, path: &str, args: &Args, receiver: Option<&Val>) -> Kinds {
        if !matches!(path, "re.sub" | "re.compile().sub") {
            return Kinds::NONE;
        }
        let Some((pattern, _)) = self.pattern_of(path, args, receiver) else { return Kinds::NONE };
        let put = args.pos.get(usize::from(path == "re.sub")).and_then(Val::as_str);
        match (pattern.as_str().and_then(without), put) {
            (Some(told), Some(put)) if put.chars().all(|c| c.is_ascii_alphanumeric() || "-_ ".contains(c)) => {
                self.kinds_of(told)
            }
            _ => Kinds::NONE,
        }
    }
}

/// Whether a method hands back the whole of its text.
fn is_same(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    matches!(last, "lower" | "upper" | "strip" | "casefold" | "lstrip" | "rstrip" | "title" | "capitalize")
}
