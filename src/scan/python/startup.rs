//! What a machine runs or trusts by itself: files that are read at a start, and commands that set such things up.

use super::paths::{LIBRARIES, file_name, paths};
use super::texts::pieces_of;
use crate::source::python::flow::{Engine, Val};

/// Parts of the paths of files that are run or trusted without anybody asking for them.
const PARTS: &[&str] = &[
    "/etc/cron",
    "/var/spool/cron",
    "/etc/anacrontab",
    "/etc/crontab",
    "/etc/systemd",
    "/lib/systemd/",
    "systemd/user",
    "systemd/system",
    "/etc/init.d",
    "/etc/init/",
    "/etc/rc.local",
    "/etc/profile",
    "/etc/bash.bashrc",
    "/etc/environment",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/sudoers",
    "/etc/pam.d/",
    "/etc/hosts",
    "/etc/ld.so.preload",
    "/etc/ld.so.conf",
    "/etc/udev/",
    "/etc/update-motd.d/",
    "/etc/apt/apt.conf.d/",
    "/etc/supervisor",
    "/etc/xdg/autostart",
    "/etc/ssh/",
    "/.ssh/authorized_keys",
    "/.ssh/rc",
    "/.ssh/config",
    "authorized_keys",
    ".config/autostart",
    ".config/systemd",
    ".config/upstart",
    ".config/fish/",
    ".config/git/",
    "launchagents/",
    "launchdaemons/",
    "programs/startup",
    "currentversion/run",
    ".git/hooks/",
    ".git/config",
    ".config/pip/pip.conf",
    ".ipython/profile_default/startup",
    "/usr/local/bin/",
    "/usr/local/sbin/",
    "/usr/bin/",
    "/usr/sbin/",
    "~/.local/bin/",
    "~/bin/",
];

/// Names of such files, in whichever folder.
const NAMES: &[&str] = &[
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".bash_logout",
    ".bash_aliases",
    ".profile",
    ".zshrc",
    ".zprofile",
    ".zshenv",
    ".zlogin",
    ".kshrc",
    ".cshrc",
    ".xinitrc",
    ".xsession",
    ".xprofile",
    ".pythonrc",
    ".pythonstartup",
    ".gitconfig",
    ".pip/pip.conf",
    "authorized_keys",
    "sitecustomize.py",
    "usercustomize.py",
    "sitecustomize",
    "usercustomize",
    "activate_this.py",
    "crontab",
];

/// Programs that git runs by itself, by the names of their files in a folder `hooks`.
const HOOKS: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "update",
];

/// Whether the machine runs or trusts the file of this path by itself.
pub(super) fn is_startup(engine: &Engine<'_, '_>, value: &Val) -> bool {
    paths(engine, value).iter().any(|path| is_startup_path(path))
}

fn is_startup_path(path: &str) -> bool {
    let name = file_name(path);
    // The start of every Python that finds it.
    let of_python = name.ends_with(".pth") || path.starts_with(LIBRARIES) && name.ends_with(".py");
    let unit = |end: &str| name.ends_with(end);
    let of_system = (unit(".service") || unit(".timer")) && path.contains("systemd");
    // The folder itself, too, when a file is put into it.
    let inside = format!("{path}/");
    of_python
        || of_system
        || unit(".desktop") && path.contains("autostart")
        || NAMES.contains(&name)
        || HOOKS.contains(&name) && path.contains("hooks/")
        || PARTS.iter().any(|part| if part.ends_with('/') { inside.contains(part) } else { path.contains(part) })
}

/// Whether a text tells a machine to start a program by itself: a unit of systemd, an entry of a desktop, a job of cron.
pub(super) fn is_startup_text(value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    let has = |word: &str| text.contains(word);
    has("[service]") && has("execstart=")
        || has("[desktop entry]") && has("exec=")
        || has("<key>programarguments</key>")
        || text.lines().any(|line| line.trim_start().starts_with("@reboot "))
}

/// Whether a command sets up something that stays on the machine.
pub(super) fn stays(value: &Val) -> bool {
    let text = pieces_of(value).to_ascii_lowercase();
    let has = |word: &str| text.contains(word);
    text.split([';', '|', '&', '\n', '`', '(']).any(|command| {
        let words: Vec<&str> = command.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        sets_up(&words)
    }) || has("crontab") && (has("|") || text.trim_end().ends_with(" -"))
        || has("authorized_keys")
        || has(".bashrc")
        || has("/etc/cron")
}

/// The same of one simple command.
fn sets_up(words: &[&str]) -> bool {
    let word = |wanted: &str| words.iter().any(|word| word.rsplit('/').next() == Some(wanted));
    let has = |wanted: &str| words.iter().any(|word| word.contains(wanted));
    let program = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word)).find(|word| *word != "sudo");
    let redirected = words.iter().enumerate().any(|(at, word)| match word.trim_start_matches(['1', '2', '>']) {
        _ if !word.contains('>') => false,
        "" => words.get(at + 1).is_some_and(|next| is_startup_path(next)),
        path => is_startup_path(path),
    });
    let written = match program {
        Some("cp" | "mv" | "ln" | "install") => words.last().is_some_and(|last| is_startup_path(last)),
        Some("tee") => words.iter().any(|word| is_startup_path(word)),
        Some("dd") => words.iter().filter_map(|word| word.strip_prefix("of=")).any(is_startup_path),
        _ => false,
    };
    let set_up = match program {
        Some("crontab") => !words.contains(&"-l"),
        Some("at") => words.len() > 1 && (word("now") || has("+")),
        Some("useradd" | "adduser" | "usermod" | "chpasswd" | "visudo" | "update-rc.d" | "chkconfig") => true,
        _ => false,
    };
    redirected
        || written
        || set_up
        || word("systemctl") && (word("enable") || word("link"))
        || word("schtasks") && has("create")
        || word("launchctl") && (word("load") || word("bootstrap") || word("submit"))
        || word("reg") && word("add")
        || word("sc") && word("create")
        || word("net") && word("user") && has("/add")
        || word("git") && word("config") && has("core.hookspath")
}

#[cfg(test)]
mod tests {
    use super::{is_startup_path, sets_up};

    #[test]
    fn files_that_run_by_themselves_are_known() {
        for path in [
            "/etc/cron.d/x",
            "~/.config/systemd/user/x.service",
            "\u{0}/.git/hooks/pre-push",
            "~/library/launchagents/x.plist",
            "<libraries>/x.pth",
            "~/.bash_aliases",
        ] {
            assert!(is_startup_path(path), "{path}");
        }
        for path in ["crop.txt", "/srv/app/hooks/update.md", "data/profile.json", "~/.cache/x", "static/service.css"] {
            assert!(!is_startup_path(path), "{path}");
        }
    }

    #[test]
    fn commands_that_set_something_up_are_known() {
        for command in ["crontab x", "sudo cp x /etc/systemd/system/x.service", "echo x >> ~/.profile", "reg add x"] {
            assert!(sets_up(&command.split(' ').collect::<Vec<_>>()), "{command}");
        }
        for command in
            ["crontab -l", "/usr/bin/python -m build", "cp /etc/hosts x", "git config user.name", "look at x"]
        {
            assert!(!sets_up(&command.split(' ').collect::<Vec<_>>()), "{command}");
        }
    }
}
