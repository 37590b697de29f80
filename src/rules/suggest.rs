//! Did you mean …?

/// Longer words are not compared: nobody misspells one of them, and the comparison costs the product of the lengths.
const LONGEST: usize = 120;

/// The candidate nearest to `word`, if it is near enough to be a slip: the same but for case and
/// separators, or within a third of the length in edits (a swap of neighbours is one edit).
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' ', '.'], "");
    let wanted = plain(word);
    let length = wanted.chars().count();
    if length > LONGEST {
        return None;
    }
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = plain(candidate);
            // No fewer edits than the lengths differ by.
            let close = other.chars().count().abs_diff(length) <= limit;
            close.then(|| (strsim::damerau_levenshtein(&wanted, &other), candidate))
        })
        .filter(|(distance, candidate)| *distance <= limit && *candidate != word)
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// The candidate that [`nearest`] gives, unless another one is as near: then it is not known which is meant.
#[must_use]
pub fn only_near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let near = nearest(word, candidates.clone())?;
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' ', '.'], "");
    let distance = |candidate: &str| strsim::damerau_levenshtein(&plain(word), &plain(candidate));
    let least = distance(near);
    candidates.into_iter().all(|other| other == near || distance(other) > least).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let hooks = ["after_page_render", "before_page_render", "after_config_save"];
        assert_eq!(nearest("after_page_rendr", hooks), Some("after_page_render"));
        assert_eq!(nearest("after-page-render", hooks), Some("after_page_render"));
        assert_eq!(nearest("AFTER_PAGE_RENDER", hooks), Some("after_page_render"));
        assert_eq!(nearest("on_startup", hooks), None);
        assert_eq!(only_near("after_page_rendr", hooks), Some("after_page_render"));
        assert_eq!(only_near("a_hook", ["b_hook", "c_hook"]), None, "either may be meant");
        assert_eq!(nearest("after_page_render", ["after_page_render"]), None, "the word itself is no suggestion");
        let long = "a".repeat(100_000);
        assert_eq!(nearest(&long, [&*format!("{long}b")]), None, "not compared");
    }
}
