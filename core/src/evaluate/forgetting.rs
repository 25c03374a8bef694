//! What a model has lost, or not, by being trained: on texts and questions that have nothing to do with the training.

use serde::{Deserialize, Serialize};

use super::figures::{between, count, percent, short};
use super::{Estimate, wilson};

/// What was measured of the old model and of the new one on the program's own texts and questions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Forgetting {
    /// How well the models foretell general text.
    pub text: Option<TextChange>,
    /// Small questions that the old model answers rightly, by kind.
    pub checks: Vec<CheckKind>,
    /// How far the new model's next-token distributions are from the old one's on ordinary prompts.
    pub shift: Option<Shift>,
    /// What could not be measured of these models, or says nothing of them, in whole sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// How well general text is foretold before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextChange {
    /// The old model's perplexity: e to the mean of −log p of a token. Infinite where that is beyond what a number holds.
    #[serde(with = "perhaps_infinite")]
    pub perplexity_before: f64,
    /// The new model's.
    #[serde(with = "perhaps_infinite")]
    pub perplexity_after: f64,
    /// The change of −log p a token in nats, new less old, averaged by passage: above 0 the new model foretells worse.
    pub nats_a_token: Estimate,
    /// Passages.
    pub passages: usize,
    /// Tokens of all passages.
    pub tokens: u64,
}

/// JSON knows no infinity: `null` stands for it, and is read as it.
mod perhaps_infinite {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        if value.is_finite() { serializer.serialize_f64(*value) } else { serializer.serialize_none() }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
    }
}

/// Questions of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckKind {
    /// The kind's id: `formats`, `arithmetic`, `refusals`, `languages`.
    pub kind: String,
    /// Questions that both models were asked and had room to answer.
    pub asked: usize,
    /// Those that the old model answers rightly.
    pub passed_before: usize,
    /// Those of them that the new model answers rightly too.
    pub still_passed: usize,
    /// Those that the new model answers rightly and the old one does not.
    #[serde(default)]
    pub gained: usize,
    /// The questions that were lost, with both answers.
    pub lost: Vec<LostCheck>,
}

/// A question that the old model answers rightly and the new one does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostCheck {
    /// What was asked.
    pub prompt: String,
    /// The old model's answer.
    pub before: String,
    /// The new model's answer.
    pub after: String,
}

/// The divergence of the new model from the old one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// KL(new ‖ old) a token in nats, over the whole vocabulary, at the tokens of the old model's own answers; averaged by
    /// prompt.
    pub nats_a_token: Estimate,
    /// Prompts.
    pub prompts: usize,
    /// Tokens.
    pub tokens: u64,
}

/// Nats a token by which general text must clearly be foretold worse to count as forgotten: a perplexity that is higher by
/// a tenth. A gentle training moves it by a hundredth or two; rounding weights to eight bits by less.
pub const TEXT_LOSS: f64 = 0.095;

/// A perplexity above which the old model did not foretell general text at all: so many words were equally likely to it.
pub const HOPELESS_PERPLEXITY: f64 = 1_000.0;

/// How unlikely chance must be to explain that more checks were lost than gained: of models that lost nothing, at most one of
/// forty is said to have lost checks of all kinds together, and at most one of forty those of some kind. Together that is one
/// of twenty, as for every other interval here.
const UNLIKELY: f64 = 0.025;

/// Nats a token from which the shift is worth a look: two distributions so far apart may differ in a third of their
/// weight (Pinsker: at most the root of half the divergence).
pub const NOTABLE_SHIFT: f64 = 0.25;

/// Nats a token from which the new model is another model on prompts that had nothing to do with the training: two
/// distributions so far apart may differ in 70% of their weight.
pub const LARGE_SHIFT: f64 = 1.0;

/// Something that was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// What it shows in: `text`, `checks` or `shift`.
    pub id: String,
    /// It in a sentence.
    pub says: String,
}

impl TextChange {
    /// Whether the old model foretold general text at all.
    pub fn is_telling(&self) -> bool {
        self.perplexity_before <= HOPELESS_PERPLEXITY
    }

    /// Whether general text is surely not foretold so much worse that it counts as forgotten.
    pub fn is_kept(&self) -> bool {
        self.nats_a_token.high.unwrap_or(self.nats_a_token.value) < TEXT_LOSS
    }

    /// The change of perplexity as a share of what it was; from the change of each token, as its interval is.
    pub fn change(&self) -> Estimate {
        let of = |nats: f64| nats.exp_m1();
        let nats = self.nats_a_token;
        Estimate { value: of(nats.value), low: nats.low.map(of), high: nats.high.map(of) }
    }
}

impl CheckKind {
    /// Checks that the old model passes and the new one does not.
    pub fn lost(&self) -> usize {
        self.passed_before.saturating_sub(self.still_passed)
    }

    /// Checks that the new model passes.
    pub fn passed_after(&self) -> usize {
        self.still_passed.min(self.passed_before) + self.gained
    }
}

impl Forgetting {
    /// Checks that the old model passes, and those of them that the new one passes too.
    pub fn checks_passed(&self) -> (usize, usize) {
        let sum = |of: fn(&CheckKind) -> usize| self.checks.iter().map(of).sum();
        (sum(|kind| kind.passed_before), sum(|kind| kind.still_passed.min(kind.passed_before)))
    }

    /// Checks that the new model passes and the old one does not.
    pub fn checks_gained(&self) -> usize {
        self.checks.iter().map(|kind| kind.gained).sum()
    }

    /// Whether anything was measured that a model could forget: one that never foretold general text and passes no check
    /// has nothing to lose there, and its shift on such prompts means nothing.
    pub fn is_telling(&self) -> bool {
        let text = self.text.as_ref().is_some_and(TextChange::is_telling);
        let nothing_asked = self.text.is_none() && self.checks.is_empty();
        text || self.checks_passed().0 > 0 || nothing_asked && self.shift.is_some()
    }

    /// What was forgotten, beyond what chance explains; empty where nothing was.
    pub fn losses(&self) -> Vec<Loss> {
        if !self.is_telling() {
            return Vec::new();
        }
        let text = self.text.as_ref().and_then(lost_text);
        let shift = self.shift.filter(|shift| clearly_above(&shift.nats_a_token, LARGE_SHIFT)).map(|shift| Loss {
            id: "shift".to_owned(),
            says: format!(
                "On ordinary prompts it has become another model: {} nats a token from the old one, where {LARGE_SHIFT} \
                 is far",
                short(shift.nats_a_token.value)
            ),
        });
        text.into_iter().chain(self.lost_checks()).chain(shift).collect()
    }

    /// Whether anything was forgotten, beyond what chance explains.
    pub fn has_forgotten(&self) -> bool {
        !self.losses().is_empty()
    }

    /// Whether the new model has moved far from the old one on ordinary prompts, though not so far that it is another.
    pub fn has_moved(&self) -> bool {
        let far = |shift: &Shift| clearly_above(&shift.nats_a_token, NOTABLE_SHIFT);
        self.is_telling() && self.shift.as_ref().is_some_and(far)
    }

    /// More checks lost, beside those gained, than chance explains: of all together, or of a kind, where each kind has its
    /// part of the doubt.
    fn lost_checks(&self) -> Option<Loss> {
        let (passed, still) = self.checks_passed();
        let says = |of: &str, lost: usize, passed: usize, gained: usize| {
            let instead = match gained {
                0 => "answers none instead".to_owned(),
                gained => format!("answers only {gained} that the old one does not"),
            };
            let passed = count(passed as u64, "small question");
            Loss {
                id: "checks".to_owned(),
                says: format!(
                    "It no longer answers {lost} of {passed}{of} that the old one answers rightly, and {instead}: more than \
                     chance explains"
                ),
            }
        };
        let gained = self.checks_gained();
        if chance_of_losing(passed - still, gained) < UNLIKELY {
            return Some(says("", passed - still, passed, gained));
        }
        let kinds: Vec<&CheckKind> = self.checks.iter().filter(|kind| kind.lost() + kind.gained > 0).collect();
        let chance = |kind: &CheckKind| chance_of_losing(kind.lost(), kind.gained);
        let worst = kinds.iter().min_by(|one, other| chance(one).total_cmp(&chance(other)))?;
        // Every kind that was asked about has its part, also one in which nothing has changed.
        (chance(worst) < UNLIKELY / self.checks.len() as f64)
            .then(|| says(&format!(" about {}", worst.kind), worst.lost(), worst.passed_before, worst.gained))
    }

    /// What stands where nothing was forgotten, or where nothing could be.
    pub fn says(&self) -> String {
        if !self.is_telling() {
            return "The old model could do none of this before, so these figures say nothing about forgetting"
                .to_owned();
        }
        let mut parts = Vec::new();
        if let Some(text) = self.text.as_ref().filter(|text| text.is_telling()) {
            parts.push(format!("general text is foretold {}", foretold(text)));
        }
        let (passed, still) = self.checks_passed();
        if passed > 0 {
            let kept = wilson(still as f64 / passed as f64, passed as f64);
            let likely = between(&kept, percent).map_or(String::new(), |ends| format!(" (very likely {ends})"));
            let gained = match self.checks_gained() {
                0 => String::new(),
                gained => format!(", and {gained} that the old one does not answer"),
            };
            parts.push(format!(
                "{still} of {} are still answered rightly{likely}{gained}",
                count(passed as u64, "small question")
            ));
        }
        if let Some(shift) = self.shift {
            parts.push(format!(
                "on ordinary prompts its choice of words is {} the old one's ({} nats a token away)",
                if self.has_moved() { "away from" } else { "close to" },
                short(shift.nats_a_token.value)
            ));
        }
        super::figures::capital(&parts.join("; "))
    }
}

/// How well general text is foretold now, in a few words: `as well as before`, `worse: perplexity 14.1, and 12 before`.
fn foretold(text: &TextChange) -> String {
    let [before, after] = [text.perplexity_before, text.perplexity_after].map(perplexity);
    let how = match () {
        () if clearly_above(&text.nats_a_token, TEXT_LOSS) => "clearly worse",
        () if text.nats_a_token.is_above(0.0) => "a little worse",
        () if text.nats_a_token.is_below(0.0) => "a little better",
        () => "as well as before",
    };
    format!("{how} (perplexity {after}, and {before} before)")
}

/// A perplexity with one place behind the point.
pub(super) fn perplexity(value: f64) -> String {
    if value.is_infinite() { "without end".to_owned() } else { short((10.0 * value).round() / 10.0) }
}

fn lost_text(text: &TextChange) -> Option<Loss> {
    (text.is_telling() && clearly_above(&text.nats_a_token, TEXT_LOSS))
        .then(|| Loss { id: "text".to_owned(), says: format!("It foretells general text {}", foretold(text)) })
}

/// The whole interval lies above; a figure without one must do so itself.
fn clearly_above(estimate: &Estimate, bound: f64) -> bool {
    estimate.low.unwrap_or(estimate.value) > bound
}

/// How likely so many of the checks that turned, or more, were lost if either way is as likely: the exact one-sided sign test,
/// for pairs known as that of `McNemar` (1947). Where two next words are nearly equally likely, any change of the weights turns an
/// answer one way or the other, so what was lost is weighed against what was gained.
fn chance_of_losing(lost: usize, gained: usize) -> f64 {
    let turned = lost + gained;
    let mut of_just = 0.5f64.powi(i32::try_from(turned).unwrap_or(i32::MAX));
    let mut so_many = of_just;
    // Losing all that turned is as likely as losing none, one less as likely as one: so the upper tail is summed from 0 up.
    for number in 0..gained {
        of_just *= (turned - number) as f64 / (number as f64 + 1.0);
        so_many += of_just;
    }
    so_many.min(1.0)
}

#[cfg(test)]
mod tests;
