//! What happens at import, in `init`, and to the whole process.

use super::effects::{config_loader, is_config_manager};
use super::routes::is_app;
use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::syntax::Constant;
use crate::source::python::values::{Args, At, Event, EventKind, Kind, Obj, Phase, Sym, Val};

pub(super) fn check(ctx: &mut Context<'_>) {
    for event in ctx.interp.events.clone() {
        if !ctx.is_own(event.at) {
            continue;
        }
        match &event.kind {
            EventKind::Call { callee, args } => {
                exits(ctx, &event, callee, args);
                if event.phase == Phase::Import {
                    at_import(ctx, &event, callee, args);
                }
                if event.phase == Phase::Init {
                    other_plugin(ctx, &event, callee);
                }
                secret_call(ctx, &event, callee, args.pos.first());
            }
            EventKind::Raise(value) => {
                if let Some(name) = ends_process(ctx, value).filter(|_| !ctx.interp.caught_by(value, &event.guards)) {
                    exit_found(ctx, &event, &format!("raise {name}"));
                }
            }
            EventKind::SetItem { target, .. }
                if event.phase == Phase::Import && target.as_external() == Some("os.environ") =>
            {
                import_effect(ctx, event.at, "os.environ");
            }
            EventKind::SetAttr { target, .. } if event.phase == Phase::Import => {
                if let Some(path) = target.as_external().map(str::to_owned) {
                    import_effect(ctx, event.at, &path);
                }
            }
            EventKind::GetAttr { target, name } if &**name == "secret_key" && is_app(target) => {
                secret(ctx, event.at, "SECRET_KEY");
            }
            EventKind::Read(path) if path.starts_with("flask.current_app.") && path.ends_with(".secret_key") => {
                secret(ctx, event.at, "SECRET_KEY");
            }
            EventKind::GetItem { target, key } => {
                if event.phase == Phase::Init && is_plugins(target) {
                    uses_other(ctx, event.at);
                }
                if let Some(name) =
                    key.as_str().filter(|name| is_secret(name) && (is_config(target) || is_config_file(target)))
                {
                    secret(ctx, event.at, name);
                }
            }
            _ => {}
        }
    }
}

/// The name of an exception that the host does not catch: it is no `Exception`.
pub(super) fn ends_process(ctx: &Context<'_>, value: &Val) -> Option<String> {
    let ends = |path: Option<&str>| {
        matches!(path, Some("builtins.SystemExit" | "builtins.KeyboardInterrupt" | "builtins.BaseException"))
    };
    if let Some(class) = ctx.interp.exception_class(value) {
        let mut bases = ctx.interp.class(class).mro.iter().flat_map(|id| &ctx.interp.class(*id).bases);
        return bases.any(|base| ends(base.as_external())).then(|| ctx.interp.class(class).name.to_string());
    }
    let path = match value.as_sym() {
        Some(Sym::Made { callee, .. }) => callee.as_external(),
        _ => value.as_external(),
    };
    path.filter(|path| ends(Some(path))).map(|path| path.trim_start_matches("builtins.").to_owned())
}

fn exits(ctx: &mut Context<'_>, event: &Event, callee: &Val, args: &Args) {
    let Some(path) = callee.as_external() else { return };
    let ends = match path {
        "sys.exit" | "builtins.exit" | "builtins.quit" => !event.guards.catches("SystemExit"),
        "os._exit" | "os.abort" => true,
        "os.kill" | "os.killpg" | "signal.raise_signal" => kills_itself(path, args),
        _ => false,
    };
    if ends {
        exit_found(ctx, event, path.trim_start_matches("builtins."));
    }
}

/// Whether a signal goes to the host's own process, its parent, or all of its group, and ends it by default.
fn kills_itself(path: &str, args: &Args) -> bool {
    let number = |value: &Val| match value.as_const() {
        Some(Constant::Int(number)) => Some(*number),
        _ => None,
    };
    let (target, signal) = match path {
        "signal.raise_signal" => (None, args.get("signalnum", 0)),
        _ => (args.get("pid", 0).or_else(|| args.named("pgid")), args.get("sig", 1).or_else(|| args.named("signal"))),
    };
    let itself = path == "signal.raise_signal"
        || target.is_some_and(|(target, _)| matches!(number(target), Some(0 | -1)) || is_own_process(target, 0));
    let Some((signal, _)) = signal else { return false };
    // Signal 0 only asks whether the process is there.
    let harmless = number(signal) == Some(0)
        || matches!(
            signal.as_external(),
            Some("signal.SIGCHLD" | "signal.SIGCONT" | "signal.SIGURG" | "signal.SIGWINCH")
        );
    itself && !harmless
}

/// A number that `os.getpid()` and its like gave, as it is or computed from.
fn is_own_process(value: &Val, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    value.alternatives().any(|value| match value.as_sym() {
        Some(Sym::Made { callee, args }) => match callee.as_external() {
            Some("os.getpid" | "os.getppid" | "os.getpgrp") => true,
            Some("os.getpgid" | "builtins.int") => args
                .pos
                .iter()
                .any(|part| matches!(part.as_const(), Some(Constant::Int(0))) || is_own_process(part, depth + 1)),
            _ => false,
        },
        Some(Sym::From { parts, .. }) => parts.iter().any(|part| is_own_process(part, depth + 1)),
        _ => false,
    })
}

fn exit_found(ctx: &mut Context<'_>, event: &Event, name: &str) {
    // While the host loads plugins, nothing loads any more; in a handler it does until the handler runs.
    if matches!(event.phase, Phase::Import | Phase::Construct | Phase::Metadata | Phase::Init | Phase::Hooks) {
        if event.certain { ctx.stop() } else { ctx.unsure() }
    }
    let finding = ctx.finding(
        id::EXITS_HOST,
        event.at,
        format!("`{name}` ends the whole site: the host catches errors of plugins, but not this"),
    );
    ctx.report(finding);
}

fn at_import(ctx: &mut Context<'_>, event: &Event, callee: &Val, args: &Args) {
    if let Some(what) = super::effects::blocks(callee) {
        let finding = ctx.finding(
            id::SLOW_IMPORT,
            event.at,
            format!("`{what}` holds up the start of the site, twice under the development server"),
        );
        ctx.report(finding);
        return;
    }
    if starts_thread(ctx, callee) {
        let finding = ctx.finding(
            id::THREAD_AT_IMPORT,
            event.at,
            "a thread that starts at import runs in every process that only looks at the plugin, and twice under the development server".to_owned(),
        );
        ctx.report(finding);
        return;
    }
    if let Some(what) = side_effect(callee, args) {
        let finding = ctx.finding(
            id::IMPORT_SIDE_EFFECT,
            event.at,
            format!("`{what}` runs at import, also when an operator only validates another plugin"),
        );
        ctx.report(finding);
    }
}

fn import_effect(ctx: &mut Context<'_>, at: At, what: &str) {
    let finding = ctx.finding(
        id::IMPORT_SIDE_EFFECT,
        at,
        format!("this changes `{what}` at import, also when an operator only validates another plugin"),
    );
    ctx.report(finding);
}

fn starts_thread(ctx: &Context<'_>, callee: &Val) -> bool {
    let path = callee.as_external().unwrap_or("");
    if matches!(path, "_thread.start_new_thread" | "os.fork" | "multiprocessing.Pool") {
        return true;
    }
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            let maker = match base.as_sym() {
                Some(Sym::Made { callee, .. }) => callee.as_external().unwrap_or("").to_owned(),
                _ => outside_base(ctx, base).unwrap_or_default(),
            };
            let thread = maker.starts_with("threading.")
                || maker.starts_with("multiprocessing.")
                || maker.starts_with("concurrent.futures.");
            thread && matches!(&**name, "start" | "submit" | "map" | "apply_async")
        }
        _ => false,
    }
}

/// The library class that an object's class derives from.
fn outside_base(ctx: &Context<'_>, value: &Val) -> Option<String> {
    let Kind::Obj(id) = value.kind else { return None };
    let Some(Obj::Instance { class, .. }) = ctx.interp.obj(id) else { return None };
    ctx.interp
        .class(*class)
        .mro
        .iter()
        .find_map(|id| ctx.interp.class(*id).bases.iter().find_map(|base| base.as_external().map(str::to_owned)))
}

/// Whether `open(…)` opens for writing; a mode that is not known counts as reading.
fn opens_for_writing(args: &Args) -> bool {
    args.get("mode", 1).and_then(|(mode, _)| mode.as_str()).is_some_and(|mode| mode.contains(['w', 'a', 'x', '+']))
}

/// Calls that change something outside the process, or the process itself.
fn side_effect(callee: &Val, args: &Args) -> Option<String> {
    if let Some(path) = callee.as_external() {
        if matches!(path, "builtins.open" | "io.open") {
            return opens_for_writing(args).then(|| "open".to_owned());
        }
        let exact = matches!(
            path,
            "builtins.print"
                | "builtins.exec"
                | "builtins.eval"
                | "os.remove"
                | "os.unlink"
                | "os.mkdir"
                | "os.makedirs"
                | "os.rename"
                | "os.replace"
                | "os.rmdir"
                | "os.chdir"
                | "os.chmod"
                | "os.putenv"
                | "os.symlink"
                | "os.umask"
                | "sqlite3.connect"
                | "signal.signal"
                | "locale.setlocale"
                | "socket.setdefaulttimeout"
                | "logging.basicConfig"
                | "os.kill"
                | "os.startfile"
                | "sys.setrecursionlimit"
                | "atexit.register"
                | "logging.disable"
                | "tempfile.mkdtemp"
                | "tempfile.mkstemp"
                | "tempfile.NamedTemporaryFile"
        );
        let below = path.starts_with("shutil.")
            || path.starts_with("os.exec")
            || path.starts_with("os.spawn")
            || path == "subprocess.Popen";
        return (exact || below).then(|| path.trim_start_matches("builtins.").to_owned());
    }
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            let maker = match base.as_sym() {
                Some(Sym::Made { callee, .. }) => callee.as_external().unwrap_or(""),
                Some(Sym::From { parts, .. }) => parts
                    .iter()
                    .find_map(|part| match part.as_sym() {
                        Some(Sym::Made { callee, .. }) => callee.as_external(),
                        _ => None,
                    })
                    .unwrap_or(""),
                Some(Sym::External(path)) => path,
                _ => "",
            };
            let files = maker.starts_with("pathlib.")
                && matches!(
                    &**name,
                    "write_text"
                        | "write_bytes"
                        | "mkdir"
                        | "unlink"
                        | "touch"
                        | "rename"
                        | "replace"
                        | "rmdir"
                        | "open"
                        | "symlink_to"
                        | "chmod"
                );
            let environment = maker == "os.environ" && matches!(&**name, "update" | "setdefault" | "pop" | "clear");
            let opened = files
                && &**name == "open"
                && !args
                    .get("mode", 0)
                    .and_then(|(mode, _)| mode.as_str())
                    .is_some_and(|mode| mode.contains(['w', 'a', 'x', '+']));
            ((files && !opened) || environment).then(|| name.to_string())
        }
        _ => None,
    }
}

/// `self.manager.get("other")`, `self.manager.plugins["other"]`
fn other_plugin(ctx: &mut Context<'_>, event: &Event, callee: &Val) {
    if let Some(Sym::Attr { base, name }) = callee.as_sym() {
        let manager = is_manager(base);
        let of_plugins = is_plugins(base) && matches!(&**name, "get" | "values" | "items" | "keys" | "pop");
        if (manager && matches!(&**name, "get" | "get_all" | "get_enabled" | "load")) || of_plugins {
            uses_other(ctx, event.at);
        }
    }
}

fn is_manager(value: &Val) -> bool {
    match value.as_sym() {
        Some(Sym::Param { name, .. }) => &**name == "manager",
        Some(Sym::Made { callee, .. }) => callee.as_external() == Some("app.plugins.get_plugin_manager"),
        _ => false,
    }
}

fn is_plugins(value: &Val) -> bool {
    matches!(value.as_sym(), Some(Sym::Attr { base, name }) if &**name == "plugins" && is_manager(base))
}

fn uses_other(ctx: &mut Context<'_>, at: At) {
    ctx.unsure();
    let finding = ctx.finding(
        id::OTHER_PLUGIN_IN_INIT,
        at,
        "whether another plugin is there when `init` runs depends on the order of the disk".to_owned(),
    );
    ctx.report(finding);
}

fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "SECRET_KEY" | "admin-password" | "admin_password" | "SECURITY_PASSWORD_SALT" | "WTF_CSRF_SECRET_KEY"
    )
}

/// The host's configuration: Flask's, or the site's.
fn is_config(target: &Val) -> bool {
    match target.as_sym() {
        Some(Sym::Attr { base, name }) => &**name == "config" && (is_app(base) || is_config_manager(base)),
        Some(Sym::Param { name, .. }) => matches!(&**name, "config" | "context"),
        Some(Sym::External(path)) => &**path == "flask.current_app.config" || path.starts_with("app.config"),
        Some(Sym::Made { callee, .. }) => {
            callee.as_external().is_some_and(|path| path.starts_with("app.") && path.ends_with("load_config"))
                || config_loader(callee).is_some()
        }
        Some(Sym::Item { base, .. }) => is_config(base),
        _ => false,
    }
}

/// `json.load(open("config.json"))`: the site's file itself.
fn is_config_file(target: &Val) -> bool {
    fn mentions(value: &Val, depth: usize) -> bool {
        if depth > 8 {
            return false;
        }
        if let Some(text) = value.as_str() {
            return text.rsplit('/').next() == Some("config.json");
        }
        match value.as_sym() {
            Some(Sym::Made { callee, args }) => {
                mentions(callee, depth + 1) || args.pos.iter().any(|part| mentions(part, depth + 1))
            }
            Some(Sym::From { parts, .. }) => parts.iter().any(|part| mentions(part, depth + 1)),
            Some(Sym::Attr { base, .. }) => mentions(base, depth + 1),
            _ => false,
        }
    }
    matches!(target.as_sym(), Some(Sym::Made { callee, args })
        if matches!(callee.as_external(), Some("json.load" | "json.loads")) && args.pos.iter().any(|part| mentions(part, 0)))
}

fn secret_call(ctx: &mut Context<'_>, event: &Event, callee: &Val, first: Option<&Val>) {
    let Some(name) = first.and_then(Val::as_str).filter(|name| is_secret(name)).map(str::to_owned) else { return };
    let reads = match callee.as_sym() {
        Some(Sym::Attr { base, name }) => matches!(&**name, "get" | "pop" | "setdefault") && is_config(base),
        Some(Sym::External(path)) => matches!(&**path, "flask.current_app.config.get" | "os.getenv" | "os.environ.get"),
        _ => false,
    };
    if reads {
        secret(ctx, event.at, &name);
    }
}

fn secret(ctx: &mut Context<'_>, at: At, name: &str) {
    let finding = ctx.finding(
        id::READS_SITE_SECRET,
        at,
        format!("`{name}` is a secret of the site: who has it can sign sessions or attack the password"),
    );
    ctx.report(finding);
}
