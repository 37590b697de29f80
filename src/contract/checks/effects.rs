//! What handlers do besides returning: configuration, requests, blocking calls.

use std::rc::Rc;

use super::results::derives;
use crate::contract::context::{Context, hook_of};
use crate::contract::simulate::Hooked;
use crate::rules::id;
use crate::source::python::values::{At, Event, EventKind, Kind, Sym, Ty, Val};

pub(super) fn check(ctx: &mut Context<'_>) {
    let events: Vec<Event> =
        ctx.interp.events.iter().filter(|event| hook_of(&event.phase).is_some()).cloned().collect();
    for event in &events {
        let Some(hook) = hook_of(&event.phase).cloned() else { continue };
        let Some(facts) = ctx.host.hooks.get(&*hook) else { continue };
        if !ctx.is_own(event.at) {
            continue;
        }
        let category = facts.category.clone();
        match category.as_str() {
            "page" => {
                request(ctx, event, &hook);
                counter(ctx, event, &hook);
            }
            "config" => config(ctx, event, &hook),
            _ => {}
        }
        // Pages and configuration are read for visitors; saving, clearing, and exporting are an operator's own wait.
        if facts.executed
            && matches!(&*hook, "before_page_render" | "after_page_render" | "before_config_load" | "after_config_load")
        {
            blocking(ctx, event, &hook);
        }
        match &*hook {
            "after_export" => export(ctx, event),
            "before_import" | "after_import" => import(ctx, event, &hook),
            _ => {}
        }
    }
    for hooked in ctx.sim.hooked.clone() {
        not_json(ctx, &hooked);
        returned_change(ctx, &hooked);
    }
}

/// `flask.request.args` → `request`
fn proxy(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("flask.").or_else(|| path.strip_prefix("flask_login."))?;
    let name = rest.split('.').next()?;
    matches!(name, "request" | "session" | "g" | "current_user").then_some(name)
}

/// What the cache of pages is keyed by is the same for every visitor of that page.
fn is_cache_key(path: &str) -> bool {
    ["path", "endpoint", "blueprint", "url_rule", "view_args", "script_root"]
        .iter()
        .any(|part| path == format!("flask.request.{part}") || path.starts_with(&format!("flask.request.{part}.")))
}

fn request(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    let path: String = match &event.kind {
        EventKind::Read(path) => path.to_string(),
        EventKind::GetItem { target, .. } | EventKind::SetItem { target, .. } | EventKind::SetAttr { target, .. } => {
            match target.as_external() {
                Some(path) => path.to_owned(),
                None => return,
            }
        }
        _ => return,
    };
    // An import inside the handler is not yet a use.
    let Some(name) = proxy(&path) else { return };
    let longer = ctx.interp.events.iter().any(|other| match &other.kind {
        EventKind::Read(longer) => {
            other.at.file == event.at.file && other.at.span.start == event.at.span.start && is_cache_key(longer)
        }
        _ => false,
    });
    // One finding a line is enough.
    let line = line_number(ctx, event.at);
    let told = ctx.findings.iter().any(|finding| {
        finding.rule == id::REQUEST_IN_PAGE_HOOK
            && finding.place.path == ctx.place(event.at).path
            && finding.place.positions().0.line == line
    });
    if longer || told || ctx.text(event.at).is_empty() || in_import(ctx, event.at) {
        return;
    }
    // `request.args`: one finding for the name, not one for each part.
    let at = At {
        file: event.at.file,
        span: crate::model::Span::new(
            event.at.span.start,
            event.at.span.start + u32::try_from(first_word(ctx.text(event.at)).len()).unwrap_or(0),
        ),
    };
    let finding = ctx.finding(
        id::REQUEST_IN_PAGE_HOOK,
        at,
        format!("what `{hook}` takes from `{name}` is cached with the page and served to every other visitor"),
    );
    ctx.report(finding);
}

fn line_number(ctx: &Context<'_>, at: At) -> u32 {
    ctx.file(at.file).and_then(crate::model::PluginFile::source).map_or(0, |source| source.position(at.span.start).line)
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or(text)
}

fn in_import(ctx: &Context<'_>, at: At) -> bool {
    use crate::source::python::syntax::StmtKind;
    ctx.ast(at.file).stmts().iter().any(|stmt| {
        matches!(stmt.kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. })
            && stmt.span.start <= at.span.start
            && at.span.end <= stmt.span.end
    })
}

/// `self.views += 1` in a page hook, which runs on a cache miss only.
fn counter(ctx: &mut Context<'_>, event: &Event, _hook: &Rc<str>) {
    let value = match &event.kind {
        EventKind::SetAttr { value, .. } | EventKind::SetItem { value, .. } => value,
        _ => return,
    };
    let counts = match value.as_sym() {
        Some(Sym::From { parts, .. }) => {
            parts.iter().any(|part| matches!(part.as_const(), Some(crate::source::python::syntax::Constant::Int(_))))
        }
        _ => matches!(value.as_const(), Some(crate::source::python::syntax::Constant::Int(_))),
    };
    let text = ctx.text(event.at);
    let line = line_of(ctx, event.at);
    if counts && (line.contains("+=") || line.contains("+ 1") || line.contains("1 +")) && !text.is_empty() {
        let finding = ctx.finding(
            id::PAGE_COUNTER_CACHED,
            event.at,
            "page hooks run when a page is not in the cache, so this counts about one visit an hour".to_owned(),
        );
        ctx.report(finding);
    }
}

fn line_of<'a>(ctx: &Context<'a>, at: At) -> &'a str {
    let Some(source) = ctx.file(at.file).and_then(crate::model::PluginFile::source) else { return "" };
    source.slice(source.lines().line_span(source.text(), source.position(at.span.start).line))
}

fn config(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    app_context(ctx, event, hook);
    match &event.kind {
        EventKind::Call { callee, .. } => {
            if &**hook == "after_config_load" && inside_argument(callee) {
                change_saved(ctx, event.at);
            }
            let name = config_loader(callee);
            if let Some(name) = name.filter(|name| recurses(hook, name) && !guards_itself(ctx, event)) {
                let finding = ctx.finding(
                    id::CONFIG_RECURSION,
                    event.at,
                    format!("`{name}` calls `{hook}` again, which calls `{name}` again, down to Python's limit"),
                );
                ctx.report(finding);
            }
        }
        EventKind::SetItem { target, .. } if &**hook == "after_config_load" && is_argument(target, "config") => {
            change_saved(ctx, event.at);
        }
        _ => {}
    }
}

fn change_saved(ctx: &mut Context<'_>, at: At) {
    let finding = ctx.finding(
        id::CONFIG_CHANGE_SAVED,
        at,
        "this change of the configuration is written to disk at the next save".to_owned(),
    );
    ctx.report(finding);
}

/// `config["footer"]["content"].append(…)`, `config.update(…)`: a method that changes the argument or a part of it.
fn inside_argument(callee: &Val) -> bool {
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            let part = matches!(base.as_sym(), Some(Sym::Item { .. } | Sym::Made { .. }));
            part && is_argument(base, "config")
                && matches!(
                    &**name,
                    "append"
                        | "extend"
                        | "insert"
                        | "remove"
                        | "pop"
                        | "clear"
                        | "update"
                        | "sort"
                        | "reverse"
                        | "setdefault"
                )
        }
        _ => false,
    }
}

/// What needs an application context, in a hook that also runs without one.
fn app_context(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    if event.guards.context || event.guards.catches("RuntimeError") || in_import(ctx, event.at) {
        return;
    }
    let Some(name) = super::class::needs_context(&event.kind) else { return };
    if matches!(name.as_str(), "request" | "session" | "g")
        && !matches!(&**hook, "before_config_load" | "after_config_load")
    {
        return;
    }
    let told = ctx.findings.iter().any(|finding| {
        finding.rule == id::APP_CONTEXT_IN_CONFIG_HOOK
            && finding.place.span.is_some_and(|span| span.start == event.at.span.start)
            && finding.place.path == ctx.place(event.at).path
    });
    if told {
        return;
    }
    let finding = ctx
        .finding(
            id::APP_CONTEXT_IN_CONFIG_HOOK,
            event.at,
            format!("`{hook}` also runs outside of any request, where `{name}` fails"),
        )
        .host_says("Working outside of application context.");
    ctx.report(finding);
}

/// Whether this loader runs this hook again.
fn recurses(hook: &str, loader: &str) -> bool {
    match hook {
        "before_config_load" | "after_config_load" => loader.starts_with("load") || loader.starts_with("get"),
        "before_config_save" | "after_config_save" => loader.starts_with("save"),
        _ => false,
    }
}

/// A flag that is read before and set around the call: `if self.busy: return`, `self.busy = True`.
fn guards_itself(ctx: &Context<'_>, event: &Event) -> bool {
    let Some(func) = event.function else { return false };
    let code = ctx.func(func);
    ctx.interp.events.iter().any(|other| {
        other.at.file == code.file
            && code.span.start <= other.at.span.start
            && other.at.span.end <= event.at.span.start
            && match &other.kind {
                EventKind::SetAttr { name, value, .. } => {
                    ctx.interp.truth(value) == Some(true) && tested(ctx, code.file, code.span, name)
                }
                _ => false,
            }
    })
}

/// An `if` in this code tests an attribute of this name.
fn tested(
    ctx: &Context<'_>,
    file: crate::source::python::values::FileId,
    span: crate::model::Span,
    name: &str,
) -> bool {
    use crate::source::python::syntax::{ExprKind, StmtKind};
    let ast = ctx.ast(file);
    ast.stmts().iter().any(|stmt| match stmt.kind {
        StmtKind::If { test, .. } => {
            let test = ast[test].span;
            span.start <= stmt.span.start
                && stmt.span.end <= span.end
                && ast.exprs().iter().any(|expr| {
                    test.start <= expr.span.start
                        && expr.span.end <= test.end
                        && matches!(&expr.kind, ExprKind::Attribute { attr, .. } if &*attr.name == name)
                })
        }
        _ => false,
    })
}

fn config_loader(callee: &Val) -> Option<String> {
    if let Some(path) = callee.as_external() {
        let name = path.rsplit('.').next().unwrap_or(path);
        // `app.utils` has a reader of its own that runs no hooks.
        let loads = path.starts_with("app.core") && matches!(name, "load_config" | "get_config" | "save_config");
        return loads.then(|| name.to_owned());
    }
    match callee.as_sym() {
        // `ConfigManager(…).load()`, `app.config_manager.load_config()`
        Some(Sym::Attr { base, name }) => {
            let manager = matches!(base.as_sym(), Some(Sym::Made { callee, .. })
                if callee.as_external().is_some_and(|path| path.starts_with("app.") && path.ends_with("ConfigManager")))
                || matches!(base.as_sym(), Some(Sym::Attr { name, .. }) if &**name == "config_manager");
            (manager && (name.starts_with("load") || name.starts_with("save") || name.starts_with("get")))
                .then(|| name.to_string())
        }
        _ => None,
    }
}

/// The argument itself or something inside it, not a copy.
fn is_argument(value: &Val, param: &str) -> bool {
    match value.as_sym() {
        Some(Sym::Param { name, .. }) => &**name == param,
        Some(Sym::Item { base, .. }) => is_argument(base, param),
        Some(Sym::Made { callee, .. }) => match callee.as_sym() {
            // `config.get("footer")["x"] = …`, `config.setdefault(…)`
            Some(Sym::Attr { base, name }) => matches!(&**name, "get" | "setdefault") && is_argument(base, param),
            _ => false,
        },
        _ => match &value.kind {
            Kind::Union(members) => members.iter().any(|member| is_argument(member, param)),
            _ => false,
        },
    }
}

/// Calls that make the visitor wait.
fn blocking(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    let EventKind::Call { callee, .. } = &event.kind else { return };
    let Some(what) = blocks(callee) else { return };
    let finding = ctx.finding(
        id::BLOCKING_CALL_IN_HOOK,
        event.at,
        format!("`{what}` makes everybody wait: `{hook}` runs while a request is answered"),
    );
    ctx.report(finding);
}

/// The name of a call that sleeps, talks to the network, or waits for a process.
pub(super) fn blocks(callee: &Val) -> Option<String> {
    if let Some(path) = callee.as_external() {
        let network = [
            "requests.",
            "httpx.",
            "urllib.request.",
            "urllib3.",
            "http.client.",
            "smtplib.",
            "ftplib.",
            "socket.",
            "aiohttp.",
            "telnetlib.",
            "imaplib.",
            "poplib.",
            "xmlrpc.",
        ];
        let process = ["subprocess."];
        let plain = [
            "socket.gethostname",
            "urllib.request.Request",
            "requests.Session",
            "requests.Request",
            "httpx.Client",
            "urllib.request.build_opener",
            "subprocess.Popen",
            "subprocess.list2cmdline",
            "urllib3.PoolManager",
            "httpx.Timeout",
        ];
        let constant = path.rsplit('.').next().is_some_and(|name| {
            name.starts_with(|c: char| c.is_uppercase()) && name.len() > 3 && name.to_uppercase() == name
        });
        let sleeps =
            matches!(path, "time.sleep" | "os.system" | "os.popen" | "builtins.input" | "os.wait" | "os.waitpid");
        let waits = network.iter().chain(&process).any(|prefix| path.starts_with(prefix));
        return (sleeps || (waits && !plain.contains(&path) && !constant))
            .then(|| path.trim_start_matches("builtins.").to_owned());
    }
    // A method of a session, a client, a connection.
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => match base.as_sym() {
            Some(Sym::Made { callee, .. }) => {
                let maker = callee.as_external()?;
                let client = matches!(
                    maker,
                    "requests.Session"
                        | "requests.session"
                        | "httpx.Client"
                        | "urllib.request.build_opener"
                        | "urllib3.PoolManager"
                        | "smtplib.SMTP"
                        | "smtplib.SMTP_SSL"
                        | "socket.socket"
                        | "http.client.HTTPConnection"
                        | "http.client.HTTPSConnection"
                );
                let acts = matches!(
                    &**name,
                    "get"
                        | "post"
                        | "put"
                        | "patch"
                        | "delete"
                        | "head"
                        | "request"
                        | "send"
                        | "open"
                        | "sendmail"
                        | "send_message"
                        | "connect"
                        | "recv"
                        | "urlopen"
                        | "getresponse"
                );
                (client && acts).then(|| format!("{maker}().{name}"))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `after_export` gets a name, not a file.
fn export(ctx: &mut Context<'_>, event: &Event) {
    let EventKind::Call { callee, args } = &event.kind else { return };
    let opens = |path: &str| {
        matches!(
            path,
            "builtins.open"
                | "io.open"
                | "os.path.getsize"
                | "os.path.exists"
                | "os.path.isfile"
                | "os.stat"
                | "os.remove"
                | "os.unlink"
                | "os.rename"
                | "zipfile.ZipFile"
                | "zipfile.is_zipfile"
                | "tarfile.open"
                | "codecs.open"
                | "os.path.getmtime"
                | "gzip.open"
                | "os.replace"
                | "os.chmod"
                | "os.listdir"
        ) || path.starts_with("shutil.")
    };
    let given = |value: Option<&Val>| value.is_some_and(|value| derives(value, "filename"));
    let hit = match (callee.as_external(), callee.as_sym()) {
        (Some(path), _) => opens(path) && given(args.pos.first()),
        (None, Some(Sym::Attr { base, name })) => {
            let on_disk = matches!(
                &**name,
                "read_text"
                    | "read_bytes"
                    | "open"
                    | "stat"
                    | "exists"
                    | "is_file"
                    | "unlink"
                    | "rename"
                    | "replace"
                    | "write_text"
                    | "write_bytes"
                    | "touch"
            );
            let is_path = |value: &Val| {
                matches!(value.as_sym(), Some(Sym::Made { callee, .. } ) if callee.as_external().is_some_and(|path| path.starts_with("pathlib.")))
                    || matches!(value.as_sym(), Some(Sym::From { .. }))
            };
            on_disk && is_path(base) && derives(base, "filename")
        }
        _ => false,
    };
    if hit {
        let finding = ctx.finding(
            id::EXPORT_FILE_MISSING,
            event.at,
            "the host passes the name of a download that never is on disk".to_owned(),
        );
        ctx.report(finding);
    }
}

/// `import_data` holds the form's options.
fn import(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    let Some(facts) = ctx.host.hooks.get("before_import") else { return };
    let Some(known) = facts.keys.get("import_data") else { return };
    let (target, key) = match &event.kind {
        EventKind::GetItem { target, key } | EventKind::SetItem { target, key, .. } => (target, key),
        _ => return,
    };
    let direct = matches!(target.as_sym(), Some(Sym::Param { name, .. }) if &**name == "import_data");
    let Some(name) = key.as_str().filter(|_| direct) else { return };
    if known.iter().any(|known| known == name) {
        return;
    }
    let finding = ctx.finding(
        id::IMPORT_DATA_KEYS,
        event.at,
        format!("`{hook}` gets the options of the form, not the site's data; there is no `{name}` in it"),
    );
    ctx.report(finding);
}

/// `return {**config, "x": …}` from `after_config_load`: the new value is saved as well.
fn returned_change(ctx: &mut Context<'_>, hooked: &Hooked) {
    use crate::source::python::values::Obj;
    let Some(outcome) = hooked.outcome.as_ref().filter(|_| &*hooked.hook == "after_config_load") else { return };
    let mut found: Vec<At> = Vec::new();
    for returned in &outcome.returns {
        for value in returned.value.alternatives() {
            let Kind::Obj(id) = value.kind else { continue };
            let Some(Obj::Dict { entries, from, .. }) = ctx.interp.obj(id) else { continue };
            if from.iter().any(|value| derives(value, "config")) && entries.iter().any(|entry| ctx.is_own(entry.key_at))
            {
                found.extend(entries.iter().map(|entry| entry.key_at).filter(|at| ctx.is_own(*at)).take(1));
            }
        }
    }
    for at in found {
        change_saved(ctx, at);
    }
}

/// What `before_config_save` puts into a configuration that JSON cannot hold.
fn not_json(ctx: &mut Context<'_>, hooked: &Hooked) {
    let category = ctx.host.hooks.get(&*hooked.hook).map(|facts| facts.category.clone());
    if category.as_deref() != Some("config") || !matches!(&*hooked.hook, "before_config_save" | "after_config_load") {
        return;
    }
    let mut bad: Vec<(At, String)> = Vec::new();
    let events: Vec<Event> = ctx
        .interp
        .events
        .iter()
        .filter(|event| hook_of(&event.phase) == Some(&hooked.hook) && ctx.is_own(event.at))
        .cloned()
        .collect();
    for event in events {
        if let EventKind::SetItem { target, value, .. } = &event.kind
            && is_argument(target, "config")
        {
            for value in value.alternatives() {
                let mut found = Vec::new();
                super::metadata::unserialisable(ctx, &value.clone().at_or(ctx, event.at), &mut found, false, 0);
                bad.extend(found.into_iter().map(|(_, ty)| (event.at, ty)));
            }
        }
    }
    if let Some(outcome) = &hooked.outcome {
        for returned in &outcome.returns {
            for value in returned.value.alternatives() {
                if ctx.interp.type_of(value) == Ty::Dict {
                    super::metadata::unserialisable(ctx, value, &mut bad, false, 0);
                }
            }
        }
    }
    for (at, ty) in bad {
        if !ctx.is_own(at) {
            continue;
        }
        let finding = ctx
            .finding(id::CONFIG_NOT_JSON, at, format!("the configuration gets {ty}, which JSON cannot hold"))
            .host_says("module 'json' has no attribute 'JSONEncodeError'");
        ctx.report(finding);
    }
}
