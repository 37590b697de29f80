//! What names of Rust's library and of well-known crates stand for.

/// What something can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Can {
    Run,
    Connect,
    Files,
    Environment,
    /// Changes what the compiler knows of a value.
    Retype,
    /// Loads code, or calls another language.
    Load,
    /// Runs Python that is a text here.
    Python,
}

/// A module and what it holds; `*` is all of it. A module of a crate holds its modules, too.
const KNOWN: &[(&str, &[&str], Can)] = &[
    ("std::process", &["Command"], Can::Run),
    ("std::os::unix::process", &["CommandExt"], Can::Run),
    ("tokio::process", &["*"], Can::Run),
    ("async_process", &["*"], Can::Run),
    ("duct", &["*"], Can::Run),
    ("subprocess", &["*"], Can::Run),
    ("xshell", &["*"], Can::Run),
    (
        "libc",
        &["system", "popen", "execl", "execle", "execlp", "execv", "execve", "execvp", "fork", "vfork", "posix_spawn"],
        Can::Run,
    ),
    ("nix::unistd", &["execv", "execve", "execvp", "execvpe", "fork"], Can::Run),
    ("std::net", &["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"], Can::Connect),
    ("std::os::unix::net", &["UnixStream", "UnixListener", "UnixDatagram"], Can::Connect),
    ("tokio::net", &["*"], Can::Connect),
    ("async_std::net", &["*"], Can::Connect),
    ("reqwest", &["*"], Can::Connect),
    ("ureq", &["*"], Can::Connect),
    ("hyper", &["*"], Can::Connect),
    ("hyper_util", &["*"], Can::Connect),
    ("curl", &["*"], Can::Connect),
    ("isahc", &["*"], Can::Connect),
    ("attohttpc", &["*"], Can::Connect),
    ("minreq", &["*"], Can::Connect),
    ("surf", &["*"], Can::Connect),
    ("tungstenite", &["*"], Can::Connect),
    ("native_tls", &["*"], Can::Connect),
    ("socket2", &["*"], Can::Connect),
    ("libc", &["socket", "connect", "sendto", "getaddrinfo", "bind", "listen"], Can::Connect),
    (
        "std::fs",
        &[
            "File",
            "OpenOptions",
            "DirBuilder",
            "read",
            "read_to_string",
            "read_dir",
            "read_link",
            "write",
            "copy",
            "rename",
            "hard_link",
            "remove_file",
            "remove_dir",
            "remove_dir_all",
            "create_dir",
            "create_dir_all",
            "set_permissions",
            "soft_link",
        ],
        Can::Files,
    ),
    ("std::os::unix::fs", &["symlink", "chown"], Can::Files),
    ("tokio::fs", &["*"], Can::Files),
    ("async_std::fs", &["*"], Can::Files),
    ("fs_err", &["*"], Can::Files),
    ("memmap2", &["*"], Can::Files),
    ("walkdir", &["*"], Can::Files),
    ("libc", &["open", "openat", "unlink", "rename", "chmod", "mmap"], Can::Files),
    (
        "std::env",
        &["var", "var_os", "vars", "vars_os", "set_var", "remove_var", "home_dir", "set_current_dir"],
        Can::Environment,
    ),
    ("dotenv", &["*"], Can::Environment),
    ("dotenvy", &["*"], Can::Environment),
    ("libc", &["getenv", "setenv", "environ"], Can::Environment),
    ("std::mem", &["transmute", "transmute_copy"], Can::Retype),
    ("std::slice", &["from_raw_parts", "from_raw_parts_mut"], Can::Retype),
    ("libloading", &["*"], Can::Load),
    ("libc", &["dlopen", "dlsym", "mprotect"], Can::Load),
    ("wasmtime", &["*"], Can::Load),
    ("pyo3::types::PyModule", &["from_code", "from_code_bound"], Can::Python),
    ("pyo3::prelude::PyModule", &["from_code", "from_code_bound"], Can::Python),
];

/// What a full path stands for; of one that a glob makes only likely, a name must fit.
pub(super) fn can(path: &str, perhaps: bool) -> Option<Can> {
    KNOWN.iter().find_map(|(module, names, can)| {
        let rest = path.strip_prefix(module)?.strip_prefix("::")?;
        let name = rest.split("::").next().unwrap_or(rest);
        let all = names == &["*"] && (!perhaps || name.starts_with(|c: char| c.is_ascii_uppercase()));
        (all || names.contains(&name)).then_some(*can)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_by_module_and_name() {
        for (path, perhaps, expected) in [
            ("std::process::Command::new", false, Some(Can::Run)),
            ("std::process::exit", false, None),
            ("std::fs::File::open", true, Some(Can::Files)),
            ("std::fs::Metadata", false, None),
            ("std::fs", false, None),
            ("reqwest::blocking::get", false, Some(Can::Connect)),
            ("reqwest::get", true, None),
            ("reqwest::Client::new", true, Some(Can::Connect)),
            ("reqwesting::get", false, None),
            ("libc::system", false, Some(Can::Run)),
            ("libc::c_int", false, None),
        ] {
            assert_eq!(can(path, perhaps), expected, "{path}");
        }
    }
}
