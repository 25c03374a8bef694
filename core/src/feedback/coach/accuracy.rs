//! How far a coach can be trusted: its verdicts beside people's.

use serde::{Deserialize, Serialize};

use crate::domain::Choice;
use crate::feedback::Proportion;

/// A coach measured by people's verdicts on the same comparisons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Where both chose an answer: how often it was the same one.
    pub agreement: Proportion,
    /// Where people chose an answer: how often the coach chose one too.
    pub coverage: Proportion,
    /// What that says, in a sentence.
    pub sentence: String,
}

/// Measures (coach, people) on the same comparisons. Comparisons on which people chose no answer say nothing.
pub fn accuracy(verdicts: &[(Choice, Choice)]) -> Accuracy {
    let by_people = || verdicts.iter().filter(|(_, people)| people.is_decisive());
    let coverage = Proportion::of(by_people().map(|(coach, _)| coach.is_decisive()));
    let by_both = by_people().filter(|(coach, _)| coach.is_decisive());
    let agreement = Proportion::of(by_both.map(|(coach, people)| coach == people));
    let sentence = sentence(&agreement, &coverage);
    Accuracy { agreement, coverage, sentence }
}

fn sentence(agreement: &Proportion, coverage: &Proportion) -> String {
    let left = coverage.trials - agreement.trials;
    let rest = if left == 0 { String::new() } else { format!("; it left {left} of {} to people", coverage.trials) };
    match (coverage.trials, agreement.trials) {
        (0, _) => "people have chosen no answer yet that the coach could be measured by".to_owned(),
        (all, 0) => format!("the coach chose no answer where people did: it left all {all} comparisons to them"),
        (_, both) => format!(
            "the coach agrees with people on {} of the {both} comparisons that both decided: {}{rest}",
            agreement.right,
            agreement.in_words()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Choice::{A, B, BothBad, Skip, Tie};

    #[test]
    fn only_what_both_decided_is_agreement() {
        let mut verdicts = vec![(A, A); 5];
        verdicts.extend([(B, B), (A, B), (Tie, A), (Skip, B), (A, Tie), (B, BothBad), (Tie, Tie)]);
        let found = accuracy(&verdicts);
        assert_eq!((found.agreement.right, found.agreement.trials), (6.0, 7));
        assert_eq!((found.coverage.right, found.coverage.trials), (7.0, 9));
        // statsmodels.stats.proportion.proportion_confint(6, 7, method="wilson") → (0.48687, 0.97433)
        assert_eq!(
            found.sentence,
            "the coach agrees with people on 6 of the 7 comparisons that both decided: 86% (95% interval 49% to 97%); \
             it left 2 of 9 to people"
        );
    }

    #[test]
    fn nothing_to_measure_is_said() {
        assert!(accuracy(&[(A, Tie)]).sentence.starts_with("people have chosen no answer"));
        assert!(accuracy(&[(Tie, A), (Skip, B)]).sentence.ends_with("it left all 2 comparisons to them"));
    }
}
