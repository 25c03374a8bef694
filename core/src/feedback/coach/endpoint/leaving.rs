//! What would leave this machine and what it would cost: shown before anything is sent.

use serde::{Deserialize, Serialize};

use super::Endpoint;
use super::budget::Cost;
use super::frame::Question;
use crate::domain::{Rubric, RubricRule, Text};
use crate::feedback::coach::mind::{CheckQuestion, CompareQuestion, Writing};
use crate::feedback::coach::{CheckItem, CoachItem, request_of};

/// What a job would send to an endpoint, at most: what a ledger already holds is not sent again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Leaving {
    /// What the endpoint is called here.
    pub endpoint: String,
    /// Where it goes.
    pub host: String,
    /// The model that is asked.
    pub model: String,
    /// The whole text of the first question.
    pub first_question: String,
    /// How many there are.
    pub questions: u64,
    /// Characters of all.
    pub characters: u64,
    /// Tokens of all, as an estimate goes.
    pub prompt_tokens: u64,
    /// Tokens of the answers, as an estimate goes.
    pub completion_tokens: u64,
    /// What that likely costs.
    pub money: f64,
    /// What it costs at most, where every answer is as long as it may be.
    pub most_money: f64,
    /// What the prices are in.
    pub currency: String,
}

impl Leaving {
    /// Comparisons by all rules of a rubric, in both orders.
    pub fn of_comparisons(endpoint: &Endpoint, rubric: &Rubric, items: &[CoachItem]) -> Self {
        let rules: Vec<&RubricRule> = rubric.rules.iter().collect();
        let mut leaving = Self::to(endpoint);
        for item in items {
            let request = request_of(&item.prompt);
            for (first, second) in [(&item.a, &item.b), (&item.b, &item.a)] {
                let question = CompareQuestion {
                    task: rubric.task,
                    rules: &rules,
                    prompt: &item.prompt,
                    request: &request,
                    first,
                    second,
                    explain: true,
                };
                leaving.add(endpoint, &Question::of_comparison(&question, endpoint.answer_tokens));
            }
        }
        leaving
    }

    /// Each answer with each rule.
    pub fn of_checks(endpoint: &Endpoint, rubric: &Rubric, items: &[CheckItem<'_>]) -> Self {
        let mut leaving = Self::to(endpoint);
        for item in items {
            let request = request_of(item.prompt);
            for rule in &rubric.rules {
                let question = CheckQuestion {
                    task: rubric.task,
                    rule,
                    prompt: item.prompt,
                    request: &request,
                    reply: item.reply,
                };
                leaving.add(endpoint, &Question::of_check(&question, endpoint.answer_tokens));
            }
        }
        leaving
    }

    /// Prompts that it is to answer.
    pub fn of_prompts(endpoint: &Endpoint, prompts: &[Text], writing: Writing) -> Self {
        let mut leaving = Self::to(endpoint);
        for prompt in prompts {
            let most = writing.most_tokens as u64;
            leaving.add(endpoint, &Question::of_prompt(prompt, most, writing.temperature, writing.seed));
        }
        leaving
    }

    /// This and then that, to the same endpoint.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self {
            questions: self.questions + other.questions,
            characters: self.characters + other.characters,
            prompt_tokens: self.prompt_tokens + other.prompt_tokens,
            completion_tokens: self.completion_tokens + other.completion_tokens,
            money: self.money + other.money,
            most_money: self.most_money + other.most_money,
            ..self
        }
    }

    fn to(endpoint: &Endpoint) -> Self {
        Self {
            endpoint: endpoint.name.clone(),
            host: endpoint.host(),
            model: endpoint.model.clone(),
            currency: endpoint.currency.clone(),
            ..Self::default()
        }
    }

    fn add(&mut self, endpoint: &Endpoint, question: &Question) {
        if self.questions == 0 {
            self.first_question = question.shown();
        }
        let likely = Cost::likely(endpoint, question);
        self.questions += 1;
        self.characters += question.characters();
        self.prompt_tokens += likely.prompt_tokens;
        self.completion_tokens += likely.completion_tokens;
        self.money += likely.money;
        self.most_money += Cost::worst(endpoint, question).money;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::coach::plain_rubric;

    #[test]
    fn what_leaves_is_shown_as_it_is_sent() {
        let endpoint =
            Endpoint { prompt_price: 1.0, completion_price: 2.0, ..Endpoint::new("paid", "https://x.example/v1", "m") };
        let items: Vec<CoachItem> =
            (0..3).map(|number| CoachItem::new(format!("Where is {number}?").as_str(), "Here <b>", "There")).collect();
        let leaving = Leaving::of_comparisons(&endpoint, &plain_rubric(), &items);
        assert_eq!((leaving.questions, leaving.host.as_str(), leaving.model.as_str()), (6, "x.example", "m"));
        assert!(
            leaving
                .first_question
                .contains(r#""request":"Where is 0?","replies":{"A":"Here \u003cb\u003e","B":"There"}"#)
        );
        let expected = (leaving.prompt_tokens as f64 + 2.0 * leaving.completion_tokens as f64) / 1e6;
        assert!((leaving.money - expected).abs() < 1e-12 && leaving.most_money > leaving.money, "{leaving:?}");
        let twice = leaving.clone().and(&leaving);
        assert_eq!((twice.questions, twice.characters), (12, 2 * leaving.characters));
        assert_eq!(twice.first_question, leaving.first_question);
        let checks = [CheckItem { prompt: &items[0].prompt, reply: "Here" }];
        assert_eq!(Leaving::of_checks(&endpoint, &plain_rubric(), &checks).questions, 1);
    }
}
