//! Which rules speak, and how loudly: layers from weak to strong, applied in order.

use super::{Level, Scope, Selector};
use crate::model::{RuleId, Severity};

/// What one source of settings says about rules.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Where it comes from, in words, for reasons (`wicara-tool.toml`, `--ignore`).
    pub source: String,
    /// Only these rules; starts afresh.
    pub select: Option<Vec<Selector>>,
    /// Not these rules.
    pub ignore: Vec<Selector>,
    /// Other severities.
    pub severity: Vec<(Selector, Level)>,
    /// For some paths only.
    pub per_path: Vec<PerPath>,
}

/// Settings for some paths.
#[derive(Clone, Debug)]
pub struct PerPath {
    /// Which paths.
    pub paths: Scope,
    /// Not these rules.
    pub ignore: Vec<Selector>,
    /// Other severities.
    pub severity: Vec<(Selector, Level)>,
}

/// Which findings may be silenced locally: by comments, a baseline, and all layers below the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allow {
    /// Any.
    All,
    /// None.
    Nothing,
    /// Those of these rules.
    Only(Vec<Selector>),
}

impl Allow {
    /// Whether findings of this rule may be silenced locally.
    #[must_use]
    pub fn permits(&self, rule: RuleId, family: &str) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Only(selectors) => selectors.iter().any(|selector| selector.matches(rule, family)),
        }
    }
}

/// All layers together.
#[derive(Clone, Debug)]
pub struct Choice {
    /// From weak to strong, without the policy.
    pub local: Vec<Layer>,
    /// The policy's, the strongest.
    pub policy: Option<Layer>,
    /// What the policy lets the others silence.
    pub allow: Allow,
}

impl Default for Choice {
    fn default() -> Self {
        Self { local: Vec::new(), policy: None, allow: Allow::All }
    }
}

/// What the layers say of one rule at one path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Whether the rule takes part at all.
    pub selected: bool,
    /// Why its findings are silent, if they are.
    pub silent: Option<String>,
    /// Its severity, unless it is the rule's own.
    pub severity: Option<Severity>,
}

impl Layer {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines().is_empty()
    }

    /// What it says, for people: one line for each key.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let names = |selectors: &[Selector]| selectors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut lines: Vec<String> = Vec::new();
        lines.extend(self.select.iter().map(|select| format!("{:18} {}", "select", names(select))));
        if !self.ignore.is_empty() {
            lines.push(format!("{:18} {}", "ignore", names(&self.ignore)));
        }
        lines.extend(self.severity.iter().map(|(rule, level)| format!("{:18} {rule} = {level}", "severity")));
        lines.extend(self.per_path.iter().map(|per_path| {
            let rules = per_path.ignore.iter().map(|rule| format!("ignore {rule}"));
            let levels = per_path.severity.iter().map(|(rule, level)| format!("{rule} = {level}"));
            let said = rules.chain(levels).collect::<Vec<_>>().join(", ");
            format!("{:18} {}: {said}", "per-path", per_path.paths)
        }));
        lines
    }
}

impl Choice {
    /// Decides about one rule at one path, as shown to people.
    #[must_use]
    pub fn decide(&self, rule: RuleId, family: &str, path: &str) -> Decision {
        let mut decision = Decision { selected: true, ..Decision::default() };
        let mut off = None;
        let local = if self.allow.permits(rule, family) { self.local.as_slice() } else { &[] };
        for layer in local.iter().chain(&self.policy) {
            if let Some(select) = &layer.select {
                decision.selected = select.iter().any(|selector| selector.matches(rule, family));
                decision.silent = None;
            }
            let mut ignore = |selectors: &[Selector], where_: &str| {
                if selectors.iter().any(|selector| selector.matches(rule, family)) {
                    decision.silent = Some(format!("ignored by {where_}"));
                }
            };
            ignore(&layer.ignore, &layer.source);
            let mut levels = closest(&layer.severity, rule, family);
            for per_path in layer.per_path.iter().filter(|per_path| per_path.paths.contains(path)) {
                ignore(&per_path.ignore, &format!("{} for this path", layer.source));
                levels = closest(&per_path.severity, rule, family).or(levels);
            }
            match levels {
                Some(Level::Off) => off = Some(format!("switched off by {}", layer.source)),
                Some(Level::Is(severity)) => {
                    off = None;
                    decision.severity = Some(severity);
                }
                None => {}
            }
        }
        decision.silent = decision.silent.or(off);
        decision
    }

    /// Whether findings of the rule may be silenced by comments and a baseline.
    #[must_use]
    pub fn permits(&self, rule: RuleId, family: &str) -> bool {
        self.allow.permits(rule, family)
    }
}

/// The level whose selector means the rule most closely; of equals the last.
fn closest(levels: &[(Selector, Level)], rule: RuleId, family: &str) -> Option<Level> {
    let weighed = levels.iter().filter_map(|(selector, level)| Some((selector.weight(rule, family)?, *level)));
    weighed.max_by_key(|(weight, _)| *weight).map(|(_, level)| level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleSet, id};

    fn rule(id: RuleId) -> Selector {
        Selector::Rule(id)
    }

    fn layer(source: &str) -> Layer {
        Layer { source: source.to_owned(), ..Layer::default() }
    }

    fn decide(choice: &Choice) -> Decision {
        choice.decide(id::SYNTAX_ERROR, "load", "my-plugin/plugin.py")
    }

    #[test]
    fn a_stronger_select_starts_afresh_and_the_closest_severity_wins() {
        let file = Layer {
            ignore: vec![rule(id::SYNTAX_ERROR)],
            severity: vec![(rule(id::SYNTAX_ERROR), Level::Is(Severity::Low)), (Selector::All, Level::Off)],
            ..layer("file")
        };
        let mut choice = Choice { local: vec![file], ..Choice::default() };
        assert_eq!(decide(&choice).silent.as_deref(), Some("ignored by file"));
        choice.local.push(Layer { select: Some(vec![Selector::Family("load")]), ..layer("--select") });
        let decision = decide(&choice);
        assert_eq!((decision.selected, decision.silent, decision.severity), (true, None, Some(Severity::Low)));
        choice.local.push(Layer { select: Some(vec![Selector::Family("hooks")]), ..layer("x") });
        assert!(!decide(&choice).selected);
    }

    #[test]
    fn a_policy_refuses_what_it_does_not_allow() {
        let local = Layer {
            ignore: vec![Selector::All],
            severity: vec![(Selector::All, Level::Is(Severity::Info))],
            select: Some(Vec::new()),
            ..layer("file")
        };
        let mut choice = Choice { local: vec![local], policy: Some(layer("policy")), allow: Allow::Nothing };
        assert_eq!(decide(&choice), Decision { selected: true, ..Decision::default() });
        choice.allow = Allow::Only(vec![rule(id::UNUSED_SUPPRESSION)]);
        assert!(decide(&choice).selected);
        choice.allow = Allow::Only(vec![Selector::Family("load")]);
        assert!(!decide(&choice).selected);
        let rules = RuleSet::embedded();
        assert!(
            Selector::parse("load/syntax-eror", &rules).is_err_and(|(_, near)| near.as_deref() == Some("syntax-error"))
        );
        assert_eq!(Selector::parse("load/*", &rules), Ok(Selector::Family("load")));
        assert!(Selector::parse("control/syntax-error", &rules).is_err());
    }
}
