//! Values that stand for a secret and are none, and how random a value looks.

/// Words in values that nobody means.
const WORDS: &[&str] = &[
    "example",
    "sample",
    "your",
    "changeme",
    "change_me",
    "change-me",
    "change_this",
    "placeholder",
    "dummy",
    "fake",
    "redacted",
    "replace",
    "insert",
    "xxxx",
    "****",
    "....",
    "…",
    "<",
    ">",
    "${",
    "{{",
    "{%",
    "%(",
    "$(",
    "foobar",
    "notreal",
    "not-real",
    "invalid",
    "lorem",
    "deadbeef",
    "cafebabe",
    "0000000000",
];

/// Words in values that are made up, where nothing else says that a value is a secret.
const INVENTED: &[&str] = &[
    "abcdef",
    "12345678",
    "87654321",
    "11111111",
    "qwerty",
    "asdf",
    "test-token",
    "test_token",
    "testtoken",
    "mytoken",
    "my-token",
    "my_token",
    "mysecret",
    "my-secret",
    "my_secret",
    "somekey",
    "secretkey",
    "process.env",
    "os.environ",
    "getenv",
    "environ[",
];

/// Whether a value is a placeholder by what it says or by how little there is to it.
pub(super) fn is_placeholder(value: &str) -> bool {
    holds(value, WORDS) || is_monotonous(value) || is_documented(value)
}

/// Whether a value of no known form is made up.
pub(super) fn is_invented(value: &str) -> bool {
    is_placeholder(value) || holds(value, INVENTED)
}

fn holds(value: &str, words: &[&str]) -> bool {
    let lower = value.to_ascii_lowercase();
    words.iter().any(|word| lower.contains(word))
}

/// Keys that documents of their services show to everybody.
fn is_documented(value: &str) -> bool {
    [
        // The key of every storage emulator.
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
        // Of the documents of Stripe.
        "4eC39HqLyjWDarjtT1zdp7dc",
        "BQokikJOvBiI2HlWgH4olfQ2",
        // The subject, and the signature, of the token that the home page of JSON Web Tokens shows.
        "eyJzdWIiOiIxMjM0NTY3ODkwIiwi",
        "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    ]
    .iter()
    .any(|known| value.contains(known))
}

/// Made of few different characters, or of characters in the order of the alphabet.
fn is_monotonous(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut seen = [false; 256];
    bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let different = seen.iter().filter(|seen| **seen).count();
    let steps = bytes.windows(2).filter(|pair| pair[1] == pair[0] || pair[1] == pair[0].wrapping_add(1)).count();
    different < 6.min(value.len() / 2) || steps * 2 > bytes.len()
}

/// Bits of information for each character, as far as the value itself shows.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let all = f64::from(u32::try_from(value.len().max(1)).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / all;
            -share * share.log2()
        })
        .sum()
}

/// Whether a value looks drawn by lot: kinds of characters change often, as they do in no word.
pub(in crate::scan) fn is_random(value: &str) -> bool {
    #[derive(PartialEq)]
    enum Kind {
        Lower,
        Upper,
        Digit,
        Other,
    }
    let kind = |byte: &u8| match byte {
        b'a'..=b'z' => Kind::Lower,
        b'A'..=b'Z' => Kind::Upper,
        b'0'..=b'9' => Kind::Digit,
        _ => Kind::Other,
    };
    let bytes = value.as_bytes();
    // From a capital to a small letter is how words start.
    let changes = bytes
        .windows(2)
        .filter(|pair| {
            let (a, b) = (kind(&pair[0]), kind(&pair[1]));
            a != b && !(a == Kind::Upper && b == Kind::Lower)
        })
        .count();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let hex = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let least = if hex { 3.0 } else { 3.5 };
    digits >= 2 && changes * 4 >= bytes.len() && entropy(value) >= least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_words_are_told_from_secrets() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "your-api-key",
            "<token>",
            "${TOKEN}",
            "aaaaaaaaaaaaaaaaaaaa",
            "0123456789abcdefghijklmnopqrst",
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        ] {
            assert!(is_invented(value), "{value}");
        }
        for value in ["x9Kq2mVb7TzR4wLp8NcY", "9f86d081884c7d659a2feaa0c55ad015", "f3a9-77b1-c02e-91d4-5be8"] {
            assert!(!is_invented(value) && is_random(value), "{value}");
        }
        for value in [
            "user.password.reset_token",
            "change-password-button",
            "ThisIsNotAVeryRandomText",
            "application/x-www-form-urlencoded",
        ] {
            assert!(!is_random(value), "{value}");
        }
    }
}
