//! One pass over a text for every beginning that a secret can have.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::formats::FORMATS;

/// Where something may start, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    /// A token of `FORMATS[…]`.
    Format(usize),
    /// A private key.
    Key,
    /// A JSON Web Token.
    Jwt,
    /// What follows the scheme of an address.
    Address,
    /// A word that names secrets.
    Word,
}

const KEY: &str = "-----BEGIN ";
const JWT: &str = "eyJ";
const ADDRESS: &str = "://";

/// Words that names of secrets hold. All of them are lower case.
const WORDS: &[&str] = &[
    "passw",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "accesskey",
    "access-key",
    "private_key",
    "privatekey",
    "auth_key",
    "authkey",
    "encryption_key",
    "signing_key",
    "account_key",
    "credential",
    "client_key",
    "master_key",
];

struct Search {
    automaton: AhoCorasick,
    hits: Vec<Hit>,
}

static SEARCH: LazyLock<Option<Search>> = LazyLock::new(|| {
    let formats = FORMATS.iter().enumerate().map(|(at, format)| (format.prefix, Hit::Format(at)));
    let fixed = [(KEY, Hit::Key), (JWT, Hit::Jwt), (ADDRESS, Hit::Address)];
    let words = WORDS.iter().map(|word| (*word, Hit::Word));
    let (patterns, hits): (Vec<&str>, Vec<Hit>) = formats.chain(fixed).chain(words).unzip();
    let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&patterns).ok()?;
    Some(Search { automaton, hits })
});

/// Calls `each` for every place where something may start, in the order of where it ends: what it is, and its span.
pub(super) fn search(text: &str, mut each: impl FnMut(Hit, std::ops::Range<usize>)) {
    let Some(search) = SEARCH.as_ref() else { return };
    for found in search.automaton.find_overlapping_iter(text) {
        let hit = search.hits[found.pattern().as_usize()];
        let exact = |written: &str| &text[found.range()] == written;
        let right = match hit {
            Hit::Format(at) => exact(FORMATS[at].prefix),
            Hit::Key => exact(KEY),
            Hit::Jwt => exact(JWT),
            Hit::Address | Hit::Word => true,
        };
        if right {
            each(hit, found.range());
        }
    }
}
