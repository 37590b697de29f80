//! The version readers against what the host's own parser said.

use super::*;

/// Text → what `str(packaging.version.parse(text))` gave with packaging 26.3; `None` where it refused.
/// packaging 24.2 gave the same but for one row: it takes a long s for an s, and 26.3 does not.
const HOST: &[(&str, Option<&str>)] = &[
    ("1.0", Some("1.0")),
    ("1", Some("1")),
    ("1.0.0", Some("1.0.0")),
    ("v1.0", Some("1.0")),
    ("V1.0", Some("1.0")),
    (" 1.0 ", Some("1.0")),
    ("1.0\u{a}", Some("1.0")),
    ("\u{9}1.0", Some("1.0")),
    ("1.0-1", Some("1.0.post1")),
    ("1.0+abc.5", Some("1.0+abc.5")),
    ("1.0+ABC-5_x", Some("1.0+abc.5.x")),
    ("1.0+", None),
    ("1.0+a..b", None),
    ("1.0+a+b", None),
    ("1.0.0-alpha", Some("1.0.0a0")),
    ("1.0.0-alpha.1", Some("1.0.0a1")),
    ("1.0.0-alpha.beta", None),
    ("1.0.0-rc.1", Some("1.0.0rc1")),
    ("1.0.0-rc.1+build.5", Some("1.0.0rc1+build.5")),
    ("\u{661}.\u{660}", None),
    ("1!2.0", Some("1!2.0")),
    ("1!", None),
    ("!1", None),
    ("1e5", None),
    ("1.0a", Some("1.0a0")),
    ("1.0a-", Some("1.0a0")),
    ("1.0a.", Some("1.0a0")),
    ("1.0-", None),
    ("1.0.", None),
    ("1..0", None),
    (".1", None),
    ("1.0.post1", Some("1.0.post1")),
    ("1.0post", Some("1.0.post0")),
    ("1.0-post-1", Some("1.0.post1")),
    ("1.0.r4", Some("1.0.post4")),
    ("1.0-rev.4", Some("1.0.post4")),
    ("1.0.dev", Some("1.0.dev0")),
    ("1.0dev3", Some("1.0.dev3")),
    ("1.0.dev-", Some("1.0.dev0")),
    ("1.0a1.post2.dev3+l.1", Some("1.0a1.post2.dev3+l.1")),
    ("1.0a.dev1", Some("1.0a0.dev1")),
    ("1.0.dev1.post1", None),
    ("1.0preview2", Some("1.0rc2")),
    ("1.0pre2", Some("1.0rc2")),
    ("1.0c1", Some("1.0rc1")),
    ("1.0rc1", Some("1.0rc1")),
    ("1.0RC1", Some("1.0rc1")),
    ("1.0alpha1", Some("1.0a1")),
    ("1.0_beta_2", Some("1.0b2")),
    ("1.0b--2", Some("1.0b0.post2")),
    ("99999999999999999999999999", Some("99999999999999999999999999")),
    ("18446744073709551615", Some("18446744073709551615")),
    ("1.18446744073709551616", Some("1.18446744073709551616")),
    ("01.02.003", Some("1.2.3")),
    ("1.0.x", None),
    ("1.x", None),
    ("1.*", None),
    ("1.0.*", None),
    ("*", None),
    ("", None),
    (">=1.0", None),
    ("^1.0", None),
    ("~1.0", None),
    ("==1.0", None),
    ("latest", None),
    ("one.two", None),
    ("1,0", None),
    ("1.0 beta", None),
    ("1 .0", None),
    ("v 1.0", None),
    ("vv1", None),
    ("r1", None),
    ("1.0.0.0.0.0", Some("1.0.0.0.0.0")),
    ("0", Some("0")),
    ("0.0.0", Some("0.0.0")),
    ("-1.0", None),
    ("+1.0", None),
    ("1.0.0-SNAPSHOT", None),
    ("2024.01.15", Some("2024.1.15")),
    ("2024-01-15", None),
    ("1.0-1-1", None),
    ("1.0a1-1", Some("1.0a1.post1")),
    ("1.0/../x", None),
    ("1.0\u{0}", None),
    ("1.0\u{a0}", Some("1.0")),
    ("\u{2003}1.0", Some("1.0")),
    ("1.0\u{1c}", Some("1.0")),
    ("1.0po\u{17f}t1", None),
    ("1.0.0-20240101", Some("1.0.0.post20240101")),
    ("1.0.0-0.3.7", None),
    ("1.0.0--", None),
    ("1.0+1.a_b", Some("1.0+1.a.b")),
    ("1!1!1", None),
    ("1.0-alpha-1", Some("1.0a1")),
    ("1.0.alpha", Some("1.0a0")),
    ("1.0~1", None),
    ("\u{feff}1.0", None),
    ("1.0.dev+l", Some("1.0.dev0+l")),
    ("1.0.post.dev", Some("1.0.post0.dev0")),
    ("1.0r", Some("1.0.post0")),
    ("1.0-r-", Some("1.0.post0")),
    ("1.0--1", None),
    ("1.0_1", None),
    ("1.0.1a.1", Some("1.0.1a1")),
    ("0!1.0", Some("1.0")),
];

#[test]
fn the_host_and_this_program_read_the_same_versions() {
    assert!(HOST.len() >= 100);
    for (text, wanted) in HOST {
        let read = parse_plain(text);
        let wanted = wanted.map(|wanted| match clamp_digits(wanted) {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        });
        assert_eq!(read.as_ref().ok().map(ToString::to_string), wanted, "{text:?}: {read:?}");
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let cases = [
        ("", "it is empty"),
        (">=1.0", "it starts with an operator, and a plain version has none"),
        ("1.x", "it is a wildcard, and a plain version has none"),
        ("1.0.0-alpha.beta", "PEP 440 has no `beta` after `1.0.0-alpha.`"),
        ("one.two", "it does not start with a number"),
    ];
    for (text, wanted) in cases {
        assert_eq!(parse_plain(text).unwrap_err(), wanted, "{text:?}");
    }
}

#[test]
fn operators_are_stripped_only_from_one_plain_version() {
    assert_eq!(strip_operator(">=1.0"), Some("1.0"));
    assert_eq!(strip_operator(" ^ 2.1.0 "), Some("2.1.0"));
    assert_eq!(strip_operator(">=1.0,<2"), None);
    assert_eq!(strip_operator("1.0"), None);
    assert_eq!(strip_operator(">=1.x"), None);
}

#[test]
fn semver_and_the_order_of_releases() {
    for (text, semver, three) in [
        ("1.0.0", true, true),
        ("1.0", false, false),
        ("1.0.0-rc1", true, true),
        ("1.0.0-rc.1", true, false),
        ("1.0.0rc1", false, false),
        ("01.0.0", false, true),
        (" 1.0.0", false, false),
        ("1.0.99999999999999999999999", true, true),
    ] {
        let facts = judge(text);
        assert_eq!((facts.semver.is_ok(), facts.three_parts), (semver, three), "{text:?}: {facts:?}");
    }
    assert!(judge("1.0.0-1").order_differs(), "a post-release to the host, a pre-release to a registry");
    assert!(!judge("1.0.0-rc1").order_differs());
    assert!(!judge("1.0.0").order_differs());
}

#[test]
fn ranges_name_foreign_syntax() {
    for good in [">=1.0", ">=1.0,<2", "~=1.2", "==1.*", "!=1.5", "> 1.0 , < 3"] {
        assert!(parse_range(good).is_ok(), "{good:?}: {:?}", parse_range(good));
    }
    for (bad, words) in [
        ("^1.0", "caret"),
        ("~1.0", "tilde"),
        ("=1.0", "single `=`"),
        ("1.0", "no operator"),
        ("*", "any version"),
        (">=1.0 || <0.5", "npm"),
        (">=1.0,", "comma"),
        ("", "empty"),
        (">=1.x", ""),
    ] {
        let reason = parse_range(bad).unwrap_err();
        assert!(reason.contains(words), "{bad:?}: {reason}");
    }
    for (text, wanted) in [("^1.2", ">=1.2,<2"), ("~1.2.3", ">=1.2.3,<1.3"), ("^0.3", ">=0.3,<0.4"), ("1.0", ">=1.0")] {
        assert_eq!(pep440_equivalent(text).as_deref(), Some(wanted));
        assert!(parse_range(wanted).is_ok());
    }
    assert_eq!(pep440_equivalent(">=1.0"), None);
}
