//! Calls that make the visitor wait.

use std::rc::Rc;

use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::values::{Event, EventKind, Sym, Val};

/// Calls that make the visitor wait.
pub(super) fn blocking(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
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
pub(in crate::contract::checks) fn blocks(callee: &Val) -> Option<String> {
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
