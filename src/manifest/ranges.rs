//! Ranges of host and Python versions: their syntax, and what they leave out.

use pep440_rs::{Version, VersionSpecifiers};

use super::check::{Check, quoted, replace};
use super::format::Format;
use super::model::{Manifest, Spanned};
use super::versions::{parse_plain, parse_range, pep440_equivalent, strip_operator};
use crate::model::Safety;
use crate::rules::id;

/// The most patch releases that one minor version of Python is taken to have.
const PATCHES: u64 = 40;

/// Checks `min_version`, `max_version`, and `requires`.
pub(super) fn check(check: &mut Check<'_>, manifest: &Manifest) {
    let min = manifest.min_version.as_ref().and_then(|text| bound(check, "min_version", text));
    let max = manifest.max_version.as_ref().and_then(|text| bound(check, "max_version", text));
    if let (Some(min), Some(max), Some(low), Some(high)) = (&min, &max, &manifest.min_version, &manifest.max_version)
        && min > max
    {
        let message = format!("`max_version` {} lies before `min_version` {}; no Wicara fits", high.value, low.value);
        let place = check.at(id::MANIFEST_BOUNDS_REVERSED, low.span, "").place;
        let finding = check.at(id::MANIFEST_BOUNDS_REVERSED, high.span, message);
        check.push(finding.related(place, "the lower bound"));
    } else {
        let host = parse_plain(&check.host.version).ok();
        excluded(
            check,
            "min_version",
            &manifest.min_version,
            min.zip(host.clone()).is_some_and(|(min, host)| host < min),
        );
        excluded(check, "max_version", &manifest.max_version, max.zip(host).is_some_and(|(max, host)| host > max));
    }
    let Some(requires) = &manifest.requires else { return };
    if let Some(text) = &requires.wicara
        && let Some(range) = specifiers(check, "requires.wicara", text)
        && parse_plain(&check.host.version).is_ok_and(|host| !range.contains(&host))
    {
        let message = format!("`requires.wicara` leaves out Wicara {}", check.host.version);
        check.push(check.at(id::MANIFEST_HOST_RANGE, text.span, message));
    }
    if let Some(text) = &requires.python
        && let Some(range) = specifiers(check, "requires.python", text)
    {
        python(check, text, &range);
    }
}

/// Reads one end of the range, or says why that is none.
fn bound(check: &mut Check<'_>, key: &str, text: &Spanned<String>) -> Option<Version> {
    let shown = text.escape_debug();
    let why = match parse_plain(text) {
        Ok(version) if Format::Bound.accepts(text) => return Some(version),
        Ok(_) => "it has white space around it".to_owned(),
        Err(why) => why,
    };
    let message = format!("`{key}` is `{shown}`, not a plain version: {why}");
    let mut finding = check.at(id::MANIFEST_BOUND_SYNTAX, text.span, message);
    let trimmed = text.trim();
    if parse_plain(trimmed).is_ok() {
        finding = replace(finding, Safety::Safe, text.span, quoted(trimmed));
    } else if let Some(plain) = strip_operator(trimmed) {
        let operator = trimmed[..trimmed.len() - plain.len()].trim();
        // Both ends include themselves, so only these operators say what the key says anyway.
        let same = matches!((key, operator), ("min_version", ">=") | ("max_version", "<="));
        finding = finding.host_says(format!("Invalid version format: Invalid version: '{shown}'"));
        let safety = if same { Safety::Safe } else { Safety::Unsafe };
        finding = replace(finding, safety, text.span, quoted(plain));
    } else {
        finding = finding.host_says(format!("Invalid version format: Invalid version: '{shown}'"));
    }
    check.push(finding);
    None
}

fn excluded(check: &mut Check<'_>, key: &str, text: &Option<Spanned<String>>, excluded: bool) {
    let Some(text) = text.as_ref().filter(|_| excluded) else { return };
    let host = &check.host.version;
    let sign = if key == "min_version" { ">=" } else { "<=" };
    let message = format!("`{key}` {} leaves out Wicara {host}", text.value);
    let says = format!("version incompatible: Requires Wicara {sign} {}", text.value);
    check.push(check.at(id::MANIFEST_HOST_RANGE, text.span, message).host_says(says));
}

fn specifiers(check: &mut Check<'_>, key: &str, text: &Spanned<String>) -> Option<VersionSpecifiers> {
    let why = match parse_range(text) {
        Ok(range) if Format::Range.accepts(text) => return Some(range),
        Ok(_) => "it has white space around it, or line breaks or tabs in it".to_owned(),
        Err(why) => why,
    };
    let message = format!("`{key}` is not a PEP 440 specifier set: {why}");
    let mut finding = check.at(id::MANIFEST_REQUIRES_SYNTAX, text.span, message);
    let trimmed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = trimmed.as_str();
    if parse_range(trimmed).is_ok() {
        finding = replace(finding, Safety::Safe, text.span, quoted(trimmed));
    } else if let Some(same) = pep440_equivalent(trimmed) {
        let safety = if trimmed.starts_with(['^', '~']) { Safety::Safe } else { Safety::Unsafe };
        finding = replace(finding, safety, text.span, quoted(&same));
    }
    check.push(finding);
    None
}

fn python(check: &mut Check<'_>, text: &Spanned<String>, range: &VersionSpecifiers) {
    let minor = |text: &str| text.strip_prefix("3.").and_then(|minor| minor.split('.').next()?.parse::<u64>().ok());
    let fits = |minor: u64| (0..PATCHES).any(|patch| range.contains(&Version::new([3, minor, patch])));
    let (Some(low), Some(below)) = (minor(&check.host.python.min), minor(&check.host.python.below)) else { return };
    if !(low..below).any(fits) {
        let message = format!(
            "`requires.python` leaves out every Python that Wicara {} starts on, 3.{low} to 3.{}",
            check.host.version,
            below.saturating_sub(1)
        );
        check.push(check.at(id::MANIFEST_PYTHON_RANGE, text.span, message));
    } else if let Some(target) = check.python
        && let Some(wanted) = minor(target)
        && !fits(wanted)
    {
        let message = format!("`requires.python` leaves out Python {target}");
        check.push(check.at(id::MANIFEST_PYTHON_RANGE, text.span, message));
    }
}
