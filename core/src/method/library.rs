//! The library of rules that a rubric may be made of.

use std::sync::LazyLock;

use super::MethodError;
use super::work::Work;
use crate::domain::{Rubric, RubricRule};
use crate::example;

/// Rules that fit most tasks.
const GENERAL: &str = include_str!("../../../assets/rubrics/library.toml");

/// The general rules; a test holds the file to its form.
static LIBRARY: LazyLock<Vec<RubricRule>> =
    LazyLock::new(|| toml::from_str::<Rubric>(GENERAL).map(|rubric| rubric.rules).unwrap_or_default());

/// The rules that fit most tasks.
pub fn general_rules() -> &'static [RubricRule] {
    &LIBRARY
}

/// What people's verdicts choose among: the project's own rules first, then the library.
pub(super) fn candidates(work: &Work<'_>) -> Result<Vec<RubricRule>, MethodError> {
    let mut rules: Vec<RubricRule> =
        work.store.rubrics()?.pop().map(|version| version.rubric.rules).unwrap_or_default();
    let library = if work.settings.is_example { example::rule_library() } else { general_rules().to_vec() };
    for rule in library {
        if rules.iter().all(|known| known.name != rule.name) {
            rules.push(rule);
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RuleSet;
    use crate::feedback::CompiledRules;

    #[test]
    fn the_library_is_whole_and_its_checks_can_be_checked() {
        let rules = general_rules();
        assert!(rules.len() >= 10, "{}", rules.len());
        for rule in rules {
            assert!(rules.iter().filter(|other| other.name == rule.name).count() == 1, "{}", rule.name);
            assert!(rule.text.ends_with('.') && rule.text.len() > 10, "{}", rule.text);
            if let Some(check) = rule.check.clone() {
                CompiledRules::new(&RuleSet { rules: vec![check], tie_margin: 0.0 }).expect("it can be checked");
            }
        }
        assert!(rules.iter().filter(|rule| rule.check.is_some()).count() >= 5);
    }
}
