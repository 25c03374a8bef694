//! Rules that judge together.

use super::{Check, compile};
use crate::domain::{Rule, RuleSet};
use crate::feedback::error::{RuleFault, RuleLabel, RuleProblem};

/// What an annotator says of one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Between 0 and 1; the weighted mean of what was given. Not a number where the answer could not be judged.
    pub score: f64,
    /// What each rule gave, in the order of the set.
    pub given: Vec<RuleScore>,
}

/// What one rule gave.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleScore {
    /// The rule's name, which no other rule of the set has.
    pub name: String,
    /// Between 0 and 1.
    pub score: f64,
    /// How much it counts.
    pub weight: f64,
}

/// Beyond this a weight says nothing that a smaller one would not, and sums could overflow.
const LARGEST_WEIGHT: f64 = 1e6;

/// A set of rules, checked and ready to judge.
#[derive(Debug)]
pub struct CompiledRules {
    rules: Vec<Compiled>,
    tie_margin: f64,
}

#[derive(Debug)]
struct Compiled {
    name: String,
    weight: f64,
    check: Box<dyn Check>,
}

impl CompiledRules {
    /// Checks and prepares every rule. The error names the first rule that cannot be used.
    pub fn new(set: &RuleSet) -> Result<Self, RuleProblem> {
        if set.rules.is_empty() {
            return Err(RuleProblem::NoRules);
        }
        if !(0.0..1.0).contains(&set.tie_margin) {
            return Err(RuleProblem::TieMargin { value: set.tie_margin });
        }
        let names = names(&set.rules)?;
        let mut rules = Vec::with_capacity(set.rules.len());
        for (index, (rule, name)) in set.rules.iter().zip(names).enumerate() {
            let label = || RuleLabel { index, name: rule.name.clone() };
            if !(rule.weight > 0.0 && rule.weight <= LARGEST_WEIGHT) {
                return Err(RuleFault::Weight { weight: rule.weight }.of(label()));
            }
            let check = compile(&rule.kind).map_err(|fault| fault.of(label()))?;
            rules.push(Compiled { name, weight: rule.weight, check });
        }
        Ok(Self { rules, tie_margin: set.tie_margin })
    }

    /// Judges an answer: score = Σ weight · given / Σ weight.
    pub fn judge(&self, completion: &str) -> Judgement {
        let given: Vec<RuleScore> = self
            .rules
            .iter()
            .map(|rule| RuleScore { name: rule.name.clone(), score: rule.check.give(completion), weight: rule.weight })
            .collect();
        let sum: f64 = given.iter().map(|rule| rule.weight * rule.score).sum();
        let weights: f64 = given.iter().map(|rule| rule.weight).sum();
        Judgement { score: sum / weights, given }
    }

    /// Two answers whose scores differ by no more than this are a tie.
    pub fn tie_margin(&self) -> f64 {
        self.tie_margin
    }
}

/// A name for each rule that no other has: its own, else its kind with a number from the second on.
fn names(rules: &[Rule]) -> Result<Vec<String>, RuleProblem> {
    for (index, rule) in rules.iter().enumerate() {
        let Some(name) = &rule.name else { continue };
        let label = RuleLabel { index, name: Some(name.clone()) };
        if name.trim().is_empty() {
            return Err(RuleFault::EmptyText { key: "name", index: 0 }.of(label));
        }
        if rules[..index].iter().any(|other| other.name.as_ref() == Some(name)) {
            return Err(RuleFault::NameTwice { name: name.clone() }.of(label));
        }
    }
    let mut names: Vec<String> = Vec::with_capacity(rules.len());
    for rule in rules {
        let taken = |name: &String| names.contains(name) || rules.iter().any(|rule| rule.name.as_ref() == Some(name));
        let name = rule.name.clone().unwrap_or_else(|| {
            let kind = rule.kind.id();
            let mut name = kind.to_owned();
            let mut number = 1;
            while taken(&name) {
                number += 1;
                name = format!("{kind} {number}");
            }
            name
        });
        names.push(name);
    }
    Ok(names)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the expected shares are exact in binary")]
mod tests {
    use super::*;
    use crate::domain::RuleKind;

    fn rule(name: Option<&str>, weight: f64, word: &str) -> Rule {
        let kind = RuleKind::Contains { any_of: vec![word.to_owned()], all_of: Vec::new(), case_sensitive: false };
        Rule { name: name.map(str::to_owned), weight, kind }
    }

    fn set(rules: Vec<Rule>) -> RuleSet {
        RuleSet { rules, tie_margin: 0.0 }
    }

    #[test]
    fn the_score_is_the_weighted_mean() {
        let rules = CompiledRules::new(&set(vec![rule(None, 3.0, "tea"), rule(None, 1.0, "milk")])).expect("right");
        let scores = ["tea with milk", "tea", "milk", "water"].map(|answer| rules.judge(answer).score);
        assert_eq!(scores, [1.0, 0.75, 0.25, 0.0]);
    }

    #[test]
    fn names_are_told_apart() {
        let rules = vec![rule(None, 1.0, "a"), rule(Some("contains 2"), 1.0, "b"), rule(None, 1.0, "c")];
        let rules = CompiledRules::new(&set(rules)).expect("right");
        let names: Vec<String> = rules.judge("a").given.into_iter().map(|given| given.name).collect();
        assert_eq!(names, ["contains", "contains 2", "contains 3"]);
    }

    #[test]
    fn sets_that_cannot_judge_are_refused() {
        let fault = |rules: Vec<Rule>| match CompiledRules::new(&set(rules)) {
            Err(RuleProblem::Rule { label, fault }) => (label.index, fault),
            other => panic!("{other:?}"),
        };
        for weight in [0.0, -1.0, 1e7, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                fault(vec![rule(None, 1.0, "a"), rule(None, weight, "b")]),
                (1, RuleFault::Weight { .. })
            ));
        }
        let twice = vec![rule(Some("x"), 1.0, "a"), rule(Some("x"), 1.0, "b")];
        assert!(matches!(fault(twice), (1, RuleFault::NameTwice { .. })));
        assert!(matches!(fault(vec![rule(Some(" "), 1.0, "a")]), (0, RuleFault::EmptyText { key: "name", .. })));
        assert!(matches!(CompiledRules::new(&RuleSet::default()), Err(RuleProblem::NoRules)));
        for tie_margin in [-0.1, 1.0, f64::NAN] {
            let set = RuleSet { tie_margin, ..set(vec![rule(None, 1.0, "a")]) };
            assert!(matches!(CompiledRules::new(&set), Err(RuleProblem::TieMargin { .. })));
        }
    }
}
