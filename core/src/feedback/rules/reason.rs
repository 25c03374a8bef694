//! Why rules decide as they do, in words.

use super::Judgement;
use crate::domain::Verdict;
use crate::feedback::pairs::is_tie;

/// Why the verdict is what it is: the rules that decided, the heaviest difference first.
pub(in crate::feedback) fn reason(
    chosen: &Judgement,
    rejected: &Judgement,
    verdict: Verdict,
    tie_margin: f64,
) -> String {
    let mut differences: Vec<(f64, String)> = chosen
        .given
        .iter()
        .zip(&rejected.given)
        .filter(|(chosen, rejected)| !is_tie(chosen.score, rejected.score, 0.0))
        .map(|(chosen, rejected)| {
            let (better, worse) = (chosen.score.max(rejected.score), chosen.score.min(rejected.score));
            let rule = format!("`{}` ({} against {})", chosen.name, plain(better), plain(worse));
            ((chosen.score - rejected.score) * chosen.weight, rule)
        })
        .collect();
    differences.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let list = |for_chosen: bool| {
        let rules = differences.iter().filter(|(difference, _)| (*difference > 0.0) == for_chosen);
        rules.map(|(_, rule)| rule.as_str()).collect::<Vec<_>>().join(", ")
    };
    let sides = match (list(true), list(false)) {
        (chosen, rejected) if chosen.is_empty() && rejected.is_empty() => {
            return "every rule gives both answers the same".to_owned();
        }
        (chosen, rejected) if rejected.is_empty() => format!("the chosen answer is better by {chosen}"),
        (chosen, rejected) if chosen.is_empty() => format!("the rejected answer is better by {rejected}"),
        (chosen, rejected) if verdict == Verdict::Rejected => {
            format!("the rejected answer is better by {rejected}, which outweighs {chosen} of the chosen one")
        }
        (chosen, rejected) if verdict == Verdict::Chosen => {
            format!("the chosen answer is better by {chosen}, which outweighs {rejected} of the rejected one")
        }
        (chosen, rejected) => {
            format!("the chosen answer is better by {chosen}, the rejected one by {rejected}")
        }
    };
    if verdict != Verdict::Tie {
        return sides;
    }
    let difference = (chosen.score - rejected.score).abs();
    if is_tie(difference, 0.0, 0.0) {
        format!("{sides}; together that is equal")
    } else {
        format!("{sides}; the scores differ by {}, within the tie margin {}", plain(difference), plain(tie_margin))
    }
}

/// A share as people write it: at most two decimals, more where it would round to nothing.
fn plain(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded == 0.0 && value > 0.0 { format!("{value:.1e}") } else { rounded.to_string() }
}
