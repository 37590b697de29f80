//! What `get_metadata()` returns, and whether the manifest says the same.

use std::rc::Rc;

use crate::contract::context::{Context, listed};
use crate::contract::facts::Claim;
use crate::manifest::{self as versions, Spanned};
use crate::model::{Confidence, Finding, RuleId, Safety};
use crate::rules::{id, nearest};
use crate::source::python::syntax::Constant;
use crate::source::python::values::{At, DictEntry, EventKind, Kind, Obj, Phase, Ty, Val};

/// Name and version, where every path returns the same.
pub(in crate::contract) fn identity(ctx: &Context<'_>) -> (Option<String>, Option<String>) {
    let get = |key: &str| {
        let outcome = ctx.sim.metadata.as_ref()?;
        let entry = ctx.interp.dict_get(&outcome.value, key)??;
        entry.value.as_str().map(str::to_owned)
    };
    (get("name"), get("version"))
}

pub(super) fn check(ctx: &mut Context<'_>) {
    let Some(outcome) = ctx.sim.metadata.clone() else { return };
    let method = metadata_method(ctx);
    let mut ways: Vec<(Val, At)> = outcome
        .returns
        .iter()
        .flat_map(|returned| {
            let at = returned.at.or(method).unwrap_or(returned.value.at);
            returned.value.alternatives().map(move |value| (value.clone(), at)).collect::<Vec<_>>()
        })
        .collect();
    if outcome.opaque {
        ways.push((outcome.value.clone(), method.unwrap_or(outcome.value.at)));
    }
    let certain = ways.len() == 1;
    for (value, at) in ways {
        one(ctx, &value, at, certain);
    }
    config(ctx);
}

fn failed(ctx: &Context<'_>, reason: &str) -> String {
    format!("Failed to load plugin '{}': {reason}", ctx.plugin.slug)
}

fn one(ctx: &mut Context<'_>, value: &Val, at: At, certain: bool) {
    let ty = ctx.interp.type_of(value);
    let is_dict = matches!(value.kind, Kind::Obj(id) if matches!(ctx.interp.obj(id), Some(Obj::Dict { .. })));
    if !is_dict {
        let is_mapping = |id| match ctx.interp.obj(id) {
            Some(Obj::Instance { class, .. }) => ctx.interp.find_member(*class, "__contains__").is_some(),
            _ => true,
        };
        match ty {
            Ty::Unknown | Ty::Dict | Ty::Other => not_followed(ctx, at),
            Ty::Instance if matches!(value.kind, Kind::Obj(id) if is_mapping(id)) => not_followed(ctx, at),
            _ => {
                let words = match ty {
                    Ty::None => "argument of type 'NoneType' is not iterable".to_owned(),
                    Ty::Str | Ty::List | Ty::Tuple | Ty::Set => "Missing required metadata field: name".to_owned(),
                    Ty::Instance => format!("argument of type '{}' is not iterable", class_name(ctx, value)),
                    other => format!("argument of type '{}' is not iterable", other.name()),
                };
                let place = if ctx.is_own(at) { at } else { metadata_method(ctx).unwrap_or(at) };
                let finding = ctx
                    .finding(
                        id::METADATA_NOT_DICT,
                        place,
                        format!("`get_metadata` returns {}, not a dict", described(ty)),
                    )
                    .host_says(failed(ctx, &words));
                let finding = sure(finding, certain);
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
        }
        return;
    }
    let Kind::Obj(id) = value.kind else { return };
    let Some(Obj::Dict { entries, open, .. }) = ctx.interp.obj(id) else { return };
    let (entries, open) = (entries.clone(), *open);
    if open {
        let required = ctx.host.metadata.required.clone();
        let missing = required.iter().any(|key| !entries.iter().any(|entry| entry.key.as_str() == Some(key)));
        if missing {
            not_followed(ctx, at);
        }
    } else {
        missing_keys(ctx, value, &entries, at, certain);
    }
    for entry in &entries {
        let Some(key) = entry.key.as_str().map(Rc::<str>::from) else { continue };
        known_key(ctx, entry, &key, open);
        let certain = certain && !entry.maybe;
        match &*key {
            "version" => version(ctx, entry, certain),
            "min_version" | "max_version" => range(ctx, entry, &key, certain),
            "depends_on" => depends(ctx, entry, certain),
            _ => {}
        }
    }
    agrees(ctx, &entries, open);
}

fn class_name(ctx: &Context<'_>, value: &Val) -> String {
    match value.kind {
        Kind::Obj(id) => match ctx.interp.obj(id) {
            Some(Obj::Instance { class, .. }) => ctx.interp.class(*class).def.name.name.to_string(),
            _ => "object".to_owned(),
        },
        _ => "object".to_owned(),
    }
}

fn metadata_method(ctx: &Context<'_>) -> Option<At> {
    let member = ctx.interp.find_member(ctx.sim.class?, "get_metadata")?;
    ctx.interp.function_of(&member.value).map(|func| ctx.func(func).name_at())
}

fn described(ty: Ty) -> String {
    match ty {
        Ty::None => "`None`".to_owned(),
        Ty::Coroutine => "a coroutine".to_owned(),
        Ty::Generator => "a generator".to_owned(),
        Ty::Int => "an `int`".to_owned(),
        other => format!("a `{}`", other.name()),
    }
}

fn sure(finding: Finding, certain: bool) -> Finding {
    if certain { finding } else { finding.confidence(Confidence::Medium) }
}

fn not_followed(ctx: &mut Context<'_>, at: At) {
    ctx.unsure();
    if ctx.is_own(at) {
        let finding = ctx
            .finding(
                id::HOOKS_UNKNOWN,
                at,
                "what `get_metadata` returns cannot be followed without running it".to_owned(),
            )
            .confidence(Confidence::Low);
        ctx.report(finding);
    }
}

fn missing_keys(ctx: &mut Context<'_>, value: &Val, entries: &[DictEntry], at: At, certain: bool) {
    let absent: Vec<String> = ctx
        .host
        .metadata
        .required
        .iter()
        .filter(|key| !entries.iter().any(|entry| entry.key.as_str() == Some(key)))
        .cloned()
        .collect();
    let Some(first) = absent.first() else { return };
    let place = if ctx.is_own(value.at) { value.at } else { at };
    let finding = ctx
        .finding(id::METADATA_KEY_MISSING, place, format!("`get_metadata` leaves out {}", listed(&absent)))
        .host_says(failed(ctx, &format!("Missing required metadata field: {first}")));
    let finding = sure(finding, certain);
    if certain {
        ctx.stop();
    }
    ctx.report(finding);
}

fn known_key(ctx: &mut Context<'_>, entry: &DictEntry, key: &str, _open: bool) {
    let facts = &ctx.host.metadata;
    let known: Vec<&str> = facts.required.iter().chain(&facts.optional).map(String::as_str).collect();
    if known.contains(&key) || !ctx.is_own(entry.key_at) {
        return;
    }
    let near = nearest(key, known.iter().copied()).map(str::to_owned);
    let mut finding = ctx.finding(
        id::METADATA_KEY_IGNORED,
        entry.key_at,
        format!("the host never reads `{key}` from `get_metadata`"),
    );
    if let Some(near) = near {
        finding = finding.help(format!("Did you mean `{near}`?"));
    } else if key.contains("wicara") || key == "requires" {
        finding = finding.help("Use `min_version` and `max_version`: plain versions, both inclusive.".to_owned());
    }
    ctx.report(finding);
}

fn place_of(ctx: &Context<'_>, entry: &DictEntry, value: &Val) -> At {
    if ctx.is_own(value.at) { value.at } else { entry.value_at }
}

/// Quotes a number that should be a text.
fn quote(ctx: &Context<'_>, finding: Finding, at: At) -> Finding {
    let text = ctx.text(at);
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if plain { finding.fix(Safety::Safe, "make it a text", ctx.edit(at, format!("'{text}'"))) } else { finding }
}

fn number_text(value: &Val) -> String {
    match value.as_const() {
        Some(Constant::Float(number)) => format!("{number:?}"),
        Some(Constant::Int(number)) => number.to_string(),
        Some(Constant::None) => "None".to_owned(),
        _ => "…".to_owned(),
    }
}

fn version(ctx: &mut Context<'_>, entry: &DictEntry, certain: bool) {
    for value in entry.value.alternatives() {
        let at = place_of(ctx, entry, value);
        let ty = ctx.interp.type_of(value);
        let Some(text) = value.as_str() else {
            if !matches!(ty, Ty::Str | Ty::Unknown | Ty::Other | Ty::Instance) {
                let finding = ctx
                    .finding(
                        id::METADATA_VERSION_TYPE,
                        at,
                        format!("the version is {}, and the host wants a text", described(ty)),
                    )
                    .host_says(failed(ctx, &format!("Invalid version format: {}", number_text(value))));
                let finding = quote(ctx, finding, at);
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
            continue;
        };
        let facts = versions::judge(text);
        if let Err(reason) = &facts.pep440 {
            let mut finding = ctx
                .finding(
                    id::METADATA_VERSION_INVALID,
                    at,
                    format!("`{text}` is not a PEP 440 version, which the host demands: {reason}"),
                )
                .host_says(failed(ctx, &format!("Invalid version format: {text}")));
            if facts.semver.is_ok() {
                finding = finding.help(match versions::pep440_equivalent(text) {
                    Some(same) => format!("It is a legal SemVer version, but the host parses PEP 440. Write `{same}`."),
                    None => "It is a legal SemVer version, but the host parses PEP 440: `1.0.0a1` for a pre-release."
                        .to_owned(),
                });
            }
            if certain {
                ctx.stop();
            }
            ctx.report(finding);
        } else if !facts.three_parts {
            let finding = ctx.finding(
                id::VERSION_NOT_THREE_PARTS,
                at,
                format!("`{text}` does not have the three numeric parts that the host's own validator wants"),
            );
            ctx.report(finding);
        }
    }
}

fn range(ctx: &mut Context<'_>, entry: &DictEntry, key: &str, certain: bool) {
    let host_version = versions::parse_plain(&ctx.host.version).ok();
    for value in entry.value.alternatives() {
        if ctx.interp.truth(value) == Some(false) {
            continue;
        }
        let at = place_of(ctx, entry, value);
        let ty = ctx.interp.type_of(value);
        let Some(text) = value.as_str() else {
            if !matches!(ty, Ty::Str | Ty::Unknown | Ty::Other | Ty::Instance) {
                let finding = ctx
                    .finding(
                        id::VERSION_RANGE_INVALID,
                        at,
                        format!("`{key}` is {}, and the host wants a text", described(ty)),
                    )
                    .host_says(failed(ctx, "expected string or bytes-like object"));
                let finding = quote(ctx, finding, at);
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
            continue;
        };
        match versions::parse_plain(text) {
            Err(_) => {
                let words = format!(
                    "Plugin '{}' version incompatible: Invalid version format: Invalid version: '{text}'",
                    ctx.plugin.slug
                );
                let mut finding = ctx
                    .finding(
                        id::VERSION_RANGE_INVALID,
                        at,
                        format!("`{key}` must be one plain version; `{text}` is none"),
                    )
                    .host_says(words);
                if let Some(plain) = versions::strip_operator(text) {
                    let quoted = ctx.text(at);
                    if let Some(quote) = quoted.chars().next().filter(|c| matches!(c, '\'' | '"')) {
                        finding = finding.fix(
                            Safety::Safe,
                            "keep the version alone",
                            ctx.edit(at, format!("{quote}{plain}{quote}")),
                        );
                    }
                }
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
            Ok(limit) => {
                let Some(current) = &host_version else { continue };
                let (excluded, sign) =
                    if key == "min_version" { (*current < limit, ">=") } else { (*current > limit, "<=") };
                if excluded {
                    let finding = ctx
                        .finding(
                            id::VERSION_RANGE_EXCLUDES_HOST,
                            at,
                            format!("`{key}` {text} excludes Wicara {}", ctx.host.version),
                        )
                        .host_says(format!(
                            "Plugin '{}' version incompatible: Requires Wicara {sign} {text}",
                            ctx.plugin.slug
                        ));
                    if certain {
                        ctx.stop();
                    }
                    ctx.report(finding);
                }
            }
        }
    }
}

fn depends(ctx: &mut Context<'_>, entry: &DictEntry, certain: bool) {
    for value in entry.value.alternatives() {
        let at = place_of(ctx, entry, value);
        let ty = ctx.interp.type_of(value);
        if let Some(text) = value.as_str() {
            let letters: Vec<String> = text.chars().map(|c| format!("'{c}'")).collect();
            let words = format!("Plugin '{}' missing dependencies: [{}]", ctx.plugin.slug, letters.join(", "));
            let finding = ctx
                .finding(
                    id::DEPENDS_ON_TYPE,
                    at,
                    "the host walks this text letter by letter; `depends_on` must be a list".to_owned(),
                )
                .host_says(words)
                .fix(Safety::Safe, "make it a list", ctx.edit(at, format!("[{}]", ctx.text(at))));
            if certain {
                ctx.stop();
            }
            ctx.report(finding);
            continue;
        }
        if matches!(ty, Ty::None | Ty::Bool | Ty::Int | Ty::Float) {
            let finding = ctx
                .finding(
                    id::DEPENDS_ON_TYPE,
                    at,
                    format!("`depends_on` is {}, and the host walks over it", described(ty)),
                )
                .host_says(failed(ctx, &format!("'{}' object is not iterable", ty.name())));
            if certain {
                ctx.stop();
            }
            ctx.report(finding);
            continue;
        }
        let Some(items) = ctx.interp.items(value) else { continue };
        let mut first = true;
        for item in items {
            let item_at = if ctx.is_own(item.at) { item.at } else { at };
            if first {
                order(ctx, entry, at);
                first = false;
            }
            match item.as_str().map(str::to_owned) {
                Some(name) => dependency(ctx, &name, item_at),
                None => {
                    let ty = ctx.interp.type_of(&item);
                    if !matches!(ty, Ty::Unknown | Ty::Str | Ty::Other | Ty::Instance) {
                        let finding = ctx
                            .finding(
                                id::DEPENDS_ON_VALUE,
                                item_at,
                                format!("a dependency is {}, not the name of a plugin's folder", described(ty)),
                            )
                            .host_says(format!("Plugin '{}' missing dependencies: […]", ctx.plugin.slug));
                        ctx.stopper(finding);
                    }
                }
            }
        }
    }
}

fn dependency(ctx: &mut Context<'_>, name: &str, at: At) {
    let place = ctx.place(at);
    ctx.facts.depends_on.push(Claim { name: name.to_owned(), place });
    if name == ctx.plugin.slug {
        let finding = ctx.finding(id::DEPENDENCY_CYCLE, at, "the plugin depends on itself".to_owned());
        ctx.report(finding);
        return;
    }
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !plain {
        let bare: String = name.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
        let mut finding = ctx
            .finding(id::DEPENDS_ON_VALUE, at, format!("`{name}` is not the name of a plugin's folder"))
            .host_says(format!("Plugin '{}' missing dependencies: ['{name}']", ctx.plugin.slug));
        if !bare.is_empty() && bare.len() < name.len() && !name.contains(' ') {
            finding = finding.help(format!("Write `{bare}` alone: the host knows no versions of dependencies."));
        }
        ctx.stopper(finding);
    }
}

fn order(ctx: &mut Context<'_>, entry: &DictEntry, at: At) {
    let at = if ctx.is_own(at) { at } else { entry.value_at };
    let finding = ctx.finding(
        id::DEPENDS_ON_ORDER,
        at,
        "the host loads plugins in the order of the disk, so a dependency may come too late".to_owned(),
    );
    ctx.report(finding);
}

/// `plugin.json` against `get_metadata()`.
fn agrees(ctx: &mut Context<'_>, entries: &[DictEntry], open: bool) {
    let Some(manifest) = ctx.manifest.filter(|manifest| manifest.readable) else { return };
    let Some(file) = ctx.plugin.file("plugin.json") else { return };
    let text_of = |key: &str| entries.iter().find(|entry| entry.key.as_str() == Some(key));
    let mut found: Vec<Finding> = Vec::new();
    let mut differ = |rule: RuleId, key: &str, mine: Option<&Spanned<String>>| {
        let theirs = text_of(key);
        let (span, message) = match (mine, theirs) {
            (Some(mine), Some(entry)) => {
                let Some(text) = entry.value.as_str() else { return };
                if text == mine.value {
                    return;
                }
                (
                    mine.span,
                    format!(
                        "`{key}` is `{}` here and `{text}` in `get_metadata`, which is what the host obeys",
                        mine.value
                    ),
                )
            }
            (Some(mine), None) if !open && rule == id::MANIFEST_RULES_DIFFER => {
                (mine.span, format!("`{key}` stands here alone; the host obeys `get_metadata`, which does not set it"))
            }
            _ => return,
        };
        let mut finding = Finding::at(rule, ctx.plugin, file, span, message);
        if let Some(entry) = theirs {
            finding = finding.related(ctx.place(place_of(ctx, entry, &entry.value)), "what the host obeys");
        }
        found.push(finding);
    };
    differ(id::MANIFEST_RULES_DIFFER, "version", manifest.version.as_ref());
    differ(id::MANIFEST_RULES_DIFFER, "min_version", manifest.min_version.as_ref());
    differ(id::MANIFEST_RULES_DIFFER, "max_version", manifest.max_version.as_ref());
    differ(id::MANIFEST_TEXT_DIFFERS, "name", manifest.name.as_ref());
    differ(id::MANIFEST_TEXT_DIFFERS, "author", manifest.author.as_ref());
    differ(id::MANIFEST_TEXT_DIFFERS, "description", manifest.description.as_ref());
    for finding in found {
        ctx.report(finding);
    }
    dependencies_agree(ctx, entries, open);
}

fn dependencies_agree(ctx: &mut Context<'_>, entries: &[DictEntry], open: bool) {
    let Some(mine) =
        ctx.manifest.filter(|manifest| manifest.readable).and_then(|manifest| manifest.depends_on.as_ref())
    else {
        return;
    };
    let Some(file) = ctx.plugin.file("plugin.json") else { return };
    let mut names: Vec<&str> = mine.value.iter().map(|name| name.value.as_str()).collect();
    names.sort_unstable();
    let theirs = match entries.iter().find(|entry| entry.key.as_str() == Some("depends_on")) {
        Some(entry) => ctx.interp.texts(&entry.value),
        None if open => None,
        None => Some(Vec::new()),
    };
    let Some(mut theirs) = theirs else { return };
    theirs.sort();
    if theirs.iter().map(|name| &**name).ne(names.iter().copied()) {
        let finding = Finding::at(
            id::MANIFEST_RULES_DIFFER,
            ctx.plugin,
            file,
            mine.span,
            "`depends_on` differs from the one in `get_metadata`, which is what the host obeys",
        );
        ctx.report(finding);
    }
}

/// Configuration that the host never delivers, and schemas that it cannot show.
fn config(ctx: &mut Context<'_>) {
    let Some(instance) = ctx.sim.instance.clone() else { return };
    let Some(class) = ctx.sim.class else { return };
    reads_config(ctx, class);
    let schema = ctx.interp.read_attribute(&instance, "get_config_schema");
    let Some(func) = ctx.interp.function_of(&schema) else { return };
    if !ctx.is_own(ctx.func(func).name_at()) {
        return;
    }
    ctx.interp.phase = Phase::Later("schema");
    let outcome = ctx.interp.invoke(&schema, Vec::new());
    let mut bad = Vec::new();
    for value in outcome.value.alternatives() {
        unserialisable(ctx, value, &mut bad, true, 0);
    }
    for (at, ty) in bad {
        // Flask writes dates, decimals, and UUIDs as text; the page of the schema is written by Flask.
        if ["`date", "`Decimal", "`UUID"].iter().any(|name| ty.contains(name)) {
            continue;
        }
        let finding = ctx
            .finding(id::CONFIG_SCHEMA_NOT_JSON, at, format!("the schema holds {ty}, which JSON cannot hold"))
            .host_says(format!(
                "Object of type {} is not JSON serializable",
                ty.trim_start_matches("a `").trim_end_matches('`')
            ));
        ctx.report(finding);
    }
}

/// Collects what `json.dumps` would refuse.
pub(super) fn unserialisable(ctx: &Context<'_>, value: &Val, bad: &mut Vec<(At, String)>, sorted: bool, depth: usize) {
    if depth > 16 {
        return;
    }
    match &value.kind {
        Kind::Obj(id) => match ctx.interp.obj(*id) {
            Some(Obj::Dict { entries, .. }) => {
                let entries = entries.clone();
                for entry in &entries {
                    if matches!(ctx.interp.type_of(&entry.key), Ty::Tuple | Ty::Bytes) {
                        let at = if ctx.is_own(entry.key.at) { entry.key.at } else { entry.key_at };
                        bad.push((at, format!("a key that is a `{}`", ctx.interp.type_of(&entry.key).name())));
                    }
                }
                let kinds = |wanted: Ty| entries.iter().any(|entry| ctx.interp.type_of(&entry.key) == wanted);
                if sorted && kinds(Ty::Str) && kinds(Ty::Int) {
                    bad.push((
                        value.at,
                        "keys that are text and keys that are numbers, and it is written with sorted keys".to_owned(),
                    ));
                }
                for entry in entries {
                    unserialisable(ctx, &entry.value.clone().at_or(ctx, entry.value_at), bad, sorted, depth + 1);
                }
            }
            Some(Obj::List { is_set: true, .. }) => bad.push((value.at, "a `set`".to_owned())),
            Some(Obj::List { items, .. }) => {
                for item in items.clone() {
                    unserialisable(ctx, &item, bad, sorted, depth + 1);
                }
            }
            Some(Obj::Instance { class, .. }) if !ctx.interp.class(*class).is_open => {
                bad.push((value.at, format!("a `{}`", ctx.interp.class(*class).def.name.name)));
            }
            _ => {}
        },
        Kind::Tuple(items) => items.iter().for_each(|item| unserialisable(ctx, item, bad, sorted, depth + 1)),
        Kind::Const(constant)
            if matches!(**constant, Constant::Bytes(_) | Constant::Ellipsis | Constant::Complex(_)) =>
        {
            bad.push((value.at, "a `bytes`".to_owned()));
        }
        Kind::Func(_) => bad.push((value.at, "a `function`".to_owned())),
        Kind::Bound(..) => bad.push((value.at, "a `method`".to_owned())),
        Kind::Class(_) => bad.push((value.at, "a `type`".to_owned())),
        Kind::Sym(_) => {
            if let Some(name) = library_type(ctx, value) {
                bad.push((value.at, format!("a `{name}`")));
            }
        }
        _ => {}
    }
}

/// The type of a value from outside that JSON surely cannot hold.
fn library_type(ctx: &Context<'_>, value: &Val) -> Option<&'static str> {
    use crate::source::python::values::Sym;
    match value.as_sym()? {
        Sym::External(path) => match path.strip_prefix("builtins.") {
            Some(name) if name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('.') => Some("type"),
            _ => None,
        },
        Sym::Made { callee, .. } => match callee.as_external()? {
            "datetime.datetime.now"
            | "datetime.datetime.utcnow"
            | "datetime.datetime.today"
            | "datetime.datetime"
            | "datetime.datetime.fromtimestamp" => Some("datetime"),
            "datetime.date.today" | "datetime.date" => Some("date"),
            "datetime.timedelta" => Some("timedelta"),
            "decimal.Decimal" => Some("Decimal"),
            "uuid.uuid4" | "uuid.uuid1" | "uuid.UUID" => Some("UUID"),
            "pathlib.Path" => Some("PosixPath"),
            "re.compile" => Some("Pattern"),
            "builtins.range" => Some("range"),
            "builtins.bytes" | "builtins.bytearray" | "os.urandom" => Some("bytes"),
            "builtins.object" => Some("object"),
            _ => match ctx.interp.type_of(value) {
                Ty::Bytes => Some("bytes"),
                Ty::Set => Some("set"),
                _ => None,
            },
        },
        Sym::From { ty: Ty::Bytes, .. } => Some("bytes"),
        Sym::From { ty: Ty::Set, .. } => Some("set"),
        _ => None,
    }
}

impl Val {
    /// The value, seen at `at` when its own place is not in the plugin.
    pub(super) fn at_or(self, ctx: &Context<'_>, at: At) -> Self {
        if ctx.is_own(self.at) { self } else { self.seen_at(at) }
    }
}

/// `self.get_config_value("x")` without a default, `self.get_config()["x"]`.
fn reads_config(ctx: &mut Context<'_>, class: crate::source::python::values::ClassId) {
    use crate::source::python::syntax::{ArgKind, ExprKind};
    let overridden = ["set_config", "get_config", "get_config_value"].iter().any(|name| {
        ctx.interp
            .find_member(class, name)
            .is_some_and(|member| ctx.file(ctx.interp.class(member.class).file).is_some())
    });
    let fed = ctx.interp.events.iter().any(|event| {
        matches!(&event.kind, EventKind::SetAttr { name, .. } if &**name == "_config") && ctx.is_own(event.at)
    }) || calls_set_config(ctx);
    if overridden || fed {
        return;
    }
    // `self.get_config()["x"]`, `self._config["x"]`, also through a variable.
    let config = ctx.sim.instance.as_ref().and_then(|instance| match instance.kind {
        Kind::Obj(id) => match ctx.interp.obj(id) {
            Some(Obj::Instance { attrs, .. }) => attrs.get("_config").map(|slot| slot.value.clone()),
            _ => None,
        },
        _ => None,
    });
    let mut found: Vec<At> = ctx
        .interp
        .events
        .iter()
        .filter(|event| match (&event.kind, &config) {
            (EventKind::MissingKey { target, .. }, Some(config)) => {
                target.same(config) && ctx.is_own(event.at) && !event.guards.catches("KeyError")
            }
            _ => false,
        })
        .map(|event| event.at)
        .collect();
    for (index, file) in ctx.files.iter().enumerate() {
        let Some(id) = u32::try_from(index).ok().filter(|_| file.is_some()).map(crate::source::python::values::FileId)
        else {
            continue;
        };
        if !ctx.interp.was_run(id) {
            continue;
        }
        let ast = ctx.ast(id);
        let is_self = |value: crate::source::python::syntax::ExprId| matches!(&ast[value].kind, ExprKind::Name(name) if &**name == "self");
        let method = |value: crate::source::python::syntax::ExprId| match &ast[value].kind {
            ExprKind::Attribute { value, attr } if is_self(*value) => Some(&*attr.name),
            _ => None,
        };
        for expr in ast.exprs() {
            match &expr.kind {
                ExprKind::Call { func, args } if method(*func) == Some("get_config_value") => {
                    let defaulted = args.len() > 1
                        || args.iter().any(|arg| matches!(arg.kind, ArgKind::Star | ArgKind::DoubleStar));
                    if !defaulted && !with_fallback(ast, expr.span) {
                        found.push(At { file: id, span: expr.span });
                    }
                }
                _ => {}
            }
        }
    }
    for at in found {
        let finding = ctx.finding(
            id::CONFIG_NEVER_SET,
            at,
            "the host never delivers a configuration to plugins, so this has no value".to_owned(),
        );
        ctx.report(finding);
    }
}

/// `value or default`
fn with_fallback(ast: &crate::source::python::syntax::Ast, span: crate::model::Span) -> bool {
    use crate::source::python::syntax::{BoolOp, ExprKind};
    ast.exprs().iter().any(|expr| match &expr.kind {
        ExprKind::BoolOp { op: BoolOp::Or, values } => {
            values.split_last().is_some_and(|(_, first)| first.iter().any(|id| ast[*id].span == span))
        }
        _ => false,
    })
}

fn calls_set_config(ctx: &Context<'_>) -> bool {
    use crate::source::python::syntax::ExprKind;
    ctx.files.iter().enumerate().filter(|(_, file)| file.is_some()).any(|(index, _)| {
        let id = crate::source::python::values::FileId(u32::try_from(index).unwrap_or(u32::MAX));
        ctx.ast(id)
            .exprs()
            .iter()
            .any(|expr| matches!(&expr.kind, ExprKind::Attribute { attr, .. } if &*attr.name == "set_config"))
    })
}
