//! Names and passwords in addresses.

use super::placeholder::is_invented;

/// Passwords of examples, and of databases that run on the developer's own machine.
const TRIVIAL: &str = "password passwd pass pw pwd secret user username root admin test tests guest postgres mysql mongo redis rabbitmq guest \
    token key foo bar baz pass123 password123 hunter2 changeit none null x-oauth-basic anonymous p s3cr3t tiger";

/// A password in an address: where it stands, and whether the address is one of this machine or of an example.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) local: bool,
    /// A word, as passwords of examples are.
    pub(super) weak: bool,
}

/// The password in the address whose `://` ends at `at`.
pub(super) fn password(text: &str, at: usize) -> Option<Found> {
    let scheme = text[..at - 3]
        .bytes()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        .count();
    if scheme < 2 {
        return None;
    }
    let rest = &text[at..];
    let length = rest.bytes().take_while(|byte| is_plain(*byte)).count();
    let user = &rest[..length];
    if rest.as_bytes().get(length) != Some(&b'@') {
        return None;
    }
    let (name, password) = user.split_once(':')?;
    let host_at = length + 1;
    let host_length = rest[host_at..]
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        .count();
    let host = rest[host_at..host_at + host_length].to_ascii_lowercase();
    let lower = password.to_ascii_lowercase();
    let trivial =
        lower.len() < 4 || lower == name.to_ascii_lowercase() || TRIVIAL.split_whitespace().any(|word| word == lower);
    let escapes = password.split('%').skip(1);
    let formatted =
        escapes.into_iter().any(|rest| !rest.as_bytes().iter().take(2).all(u8::is_ascii_hexdigit) || rest.len() < 2);
    if trivial
        || formatted
        || host.is_empty()
        || is_invented(password)
        || name.eq_ignore_ascii_case("user") && is_example(&host)
    {
        return None;
    }
    let start = at + name.len() + 1;
    let local = is_example(&host) || !host.contains('.') || host == "127.0.0.1" || host.ends_with(".local");
    let weak = password.len() < 12 && password.bytes().all(|byte| byte.is_ascii_lowercase());
    Some(Found { start, end: start + password.len(), local, weak })
}

/// Characters of a name and a password that need no escape, but for those of patterns and templates.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'!' | b'&' | b'+' | b'=' | b';' | b':' | b'%')
}

fn is_example(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    ["example", "test", "invalid", "localhost"].iter().any(|end| host == *end || host.ends_with(&format!(".{end}")))
        || ["example.com", "example.org", "example.net"]
            .iter()
            .any(|end| host == *end || host.ends_with(&format!(".{end}")))
        || matches!(
            host,
            "host" | "hostname" | "server" | "domain.com" | "host.com" | "mydomain.com" | "proxy" | "proxy.com"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_told_from_examples() {
        let found = |text: &str| {
            let at = text.find("://").unwrap() + 3;
            password(text, at).map(|found| (text[found.start..found.end].to_owned(), found.local))
        };
        for (text, expected) in [
            ("postgresql://app:Zk3-9fQ@db.host.net/app", Some(("Zk3-9fQ", false))),
            ("redis://:Zk39fQpw@cache:6379", Some(("Zk39fQpw", true))),
            ("postgresql://postgres:postgres@localhost/db", None),
            ("https://user:password@example.com/", None),
            ("https://{user}:{pw}@host.net", None),
            ("(https?://)[^:]+:[^@]+@", None),
            ("https://host.net/a:b@c", None),
            ("git+ssh://git@github.com", None),
            ("mysql://root:$PASS@db.net", None),
            ("mysql://%s:%s@db.net", None),
            ("mysql://app:Zk3%409fQ@db.net", Some(("Zk3%409fQ", false))),
        ] {
            assert_eq!(
                found(text),
                expected.map(|(password, local): (&str, bool)| (password.to_owned(), local)),
                "{text}"
            );
        }
    }
}
