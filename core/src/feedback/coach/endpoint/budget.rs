//! What asking costs: an estimate before, a cap during, the count after. A request whose worst case does not fit is not sent.

use super::Endpoint;
use super::frame::Question;
use crate::domain::{Budget, Spent};

/// Letters of a token, as an estimate goes.
const LETTERS: f64 = 3.5;

/// Tokens that the protocol puts around a message.
const AROUND_MESSAGE: u64 = 8;

/// More bytes a token than this has no text of people.
const MOST_BYTES: u64 = 16;

/// Rounding must not spend what is left.
const ROUNDING: f64 = 1e-9;

/// Tokens of a request, and what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Tokens read.
    pub prompt_tokens: u64,
    /// Tokens written.
    pub completion_tokens: u64,
    /// In the endpoint's currency.
    pub money: f64,
}

impl Cost {
    /// So many tokens at an endpoint's prices.
    pub fn at(endpoint: &Endpoint, prompt_tokens: u64, completion_tokens: u64) -> Self {
        Self { prompt_tokens, completion_tokens, money: endpoint.money(prompt_tokens, completion_tokens) }
    }

    /// What a question likely costs: its letters, and an answer of usual length.
    pub fn likely(endpoint: &Endpoint, question: &Question) -> Self {
        Self::at(endpoint, likely_tokens(question), question.most_tokens.min(80))
    }

    /// What it costs at most.
    pub fn worst(endpoint: &Endpoint, question: &Question) -> Self {
        let bytes: u64 = question.messages.iter().map(|(_, content)| content.len() as u64).sum();
        // Two bytes a token is what code and other scripts come to.
        let prompt = (bytes / 2 + around(question)).max(likely_tokens(question));
        Self::at(endpoint, prompt, question.most_tokens)
    }

    /// What the server says that it cost, where that can be; else what was set aside. A server that counts nothing would
    /// be asked without end, and one that counts anything would end the job.
    pub fn settled(endpoint: &Endpoint, question: &Question, answer: &str, usage: Option<(u64, u64)>) -> Self {
        let worst = Self::worst(endpoint, question);
        let bytes: u64 = question.messages.iter().map(|(_, content)| content.len() as u64).sum();
        let prompt = bytes / MOST_BYTES..=worst.prompt_tokens;
        let completion = answer.len() as u64 / MOST_BYTES..=worst.completion_tokens;
        match usage {
            Some((read, written)) if prompt.contains(&read) && completion.contains(&written) => {
                Self::at(endpoint, read, written)
            }
            // Without a count, the estimate; the answer is there to be counted.
            None => {
                let written = (answer.len() as u64).div_ceil(2).clamp(1, worst.completion_tokens);
                Self::at(endpoint, likely_tokens(question).min(worst.prompt_tokens), written)
            }
            Some(_) => worst,
        }
    }
}

fn around(question: &Question) -> u64 {
    AROUND_MESSAGE * (1 + question.messages.len() as u64)
}

fn likely_tokens(question: &Question) -> u64 {
    (question.characters() as f64 / LETTERS).ceil() as u64 + around(question)
}

/// The books of one mind.
#[derive(Debug)]
pub struct Accounts {
    budget: Budget,
    spent: Spent,
    reserved: Cost,
    in_flight: usize,
}

/// What became of a request for money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// It is set aside.
    Yes,
    /// It does not fit now; something that is set aside may come back.
    NotNow,
    /// It does not fit.
    No,
}

impl Accounts {
    /// Books in which so much was spent before.
    pub fn new(budget: Budget, spent: Spent) -> Self {
        Self { budget, spent, reserved: Cost::default(), in_flight: 0 }
    }

    /// Sets a request's worst case aside.
    pub fn reserve(&mut self, cost: Cost) -> Granted {
        let money = self.spent.money + self.reserved.money + cost.money;
        let tokens = [self.spent.prompt_tokens, self.spent.completion_tokens]
            .into_iter()
            .chain([self.reserved.prompt_tokens, self.reserved.completion_tokens])
            .chain([cost.prompt_tokens, cost.completion_tokens])
            .fold(0_u64, u64::saturating_add);
        let fits = self.budget.most_money.is_none_or(|most| money <= most + ROUNDING)
            && self.budget.most_tokens.is_none_or(|most| tokens <= most);
        if !fits {
            return if self.in_flight > 0 { Granted::NotNow } else { Granted::No };
        }
        self.reserved.prompt_tokens += cost.prompt_tokens;
        self.reserved.completion_tokens += cost.completion_tokens;
        self.reserved.money += cost.money;
        self.in_flight += 1;
        Granted::Yes
    }

    /// Ends a reservation: with what was spent instead, or with nothing where it was not.
    pub fn settle(&mut self, reserved: Cost, spent: Option<Cost>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.reserved.prompt_tokens = self.reserved.prompt_tokens.saturating_sub(reserved.prompt_tokens);
        self.reserved.completion_tokens = self.reserved.completion_tokens.saturating_sub(reserved.completion_tokens);
        self.reserved.money = if self.in_flight == 0 { 0.0 } else { self.reserved.money - reserved.money };
        if let Some(cost) = spent {
            add(&mut self.spent, cost);
        }
    }

    /// What is spent for sure.
    pub fn spent(&self) -> Spent {
        self.spent
    }
}

/// One more request in the books.
pub fn add(spent: &mut Spent, cost: Cost) {
    spent.requests += 1;
    spent.prompt_tokens = spent.prompt_tokens.saturating_add(cost.prompt_tokens);
    spent.completion_tokens = spent.completion_tokens.saturating_add(cost.completion_tokens);
    spent.money += cost.money;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Text;

    fn paid() -> Endpoint {
        Endpoint { prompt_price: 1.0, completion_price: 2.0, ..Endpoint::new("paid", "https://x.example/v1", "m") }
    }

    fn question(text: &str) -> Question {
        Question::of_prompt(&Text::from(text), 100, 0.0, 0)
    }

    #[test]
    fn nothing_goes_beyond_the_budget() {
        let cost = |money| Cost { prompt_tokens: 10, completion_tokens: 10, money };
        let mut accounts = Accounts::new(Budget { most_money: Some(1.0), most_tokens: None }, Spent::default());
        assert_eq!(accounts.reserve(cost(0.6)), Granted::Yes);
        assert_eq!(accounts.reserve(cost(0.6)), Granted::NotNow);
        accounts.settle(cost(0.6), Some(cost(0.3)));
        assert_eq!(accounts.reserve(cost(0.6)), Granted::Yes);
        // It was refused, so nothing was spent.
        accounts.settle(cost(0.6), None);
        assert_eq!(accounts.reserve(cost(0.7)), Granted::Yes);
        accounts.settle(cost(0.7), Some(cost(0.7)));
        assert_eq!(accounts.reserve(cost(0.1)), Granted::No);
        let spent = accounts.spent();
        assert!((spent.money - 1.0).abs() < 1e-9 && spent.requests == 2, "{spent:?}");
        let mut accounts = Accounts::new(Budget { most_money: None, most_tokens: Some(30) }, Spent::default());
        assert_eq!([accounts.reserve(cost(0.0)), accounts.reserve(cost(0.0))], [Granted::Yes, Granted::NotNow]);
    }

    #[test]
    fn a_server_that_lies_about_its_usage_changes_little() {
        let (endpoint, question) = (paid(), question(&"word ".repeat(200)));
        let worst = Cost::worst(&endpoint, &question);
        let settled = |usage| Cost::settled(&endpoint, &question, "an answer", usage);
        let honest = settled(Some((220, 3)));
        assert_eq!((honest.prompt_tokens, honest.completion_tokens), (220, 3));
        assert!((honest.money - (220.0 + 6.0) / 1e6).abs() < 1e-15);
        for lie in [(0, 0), (u64::MAX, 3), (220, u64::MAX), (220, 101), (1, 3)] {
            assert_eq!(settled(Some(lie)), worst, "{lie:?}");
        }
        let untold = settled(None);
        assert!(untold.prompt_tokens > 220 && untold.prompt_tokens <= worst.prompt_tokens, "{untold:?}");
        assert!(untold.completion_tokens > 0 && untold.completion_tokens <= 100);
    }

    #[test]
    fn the_likely_cost_is_below_the_worst() {
        let endpoint = paid();
        for text in ["", "Hi", &"word ".repeat(500), &"\u{4f60}\u{597d}".repeat(500), &"{}[]".repeat(500)] {
            let (likely, worst) = (Cost::likely(&endpoint, &question(text)), Cost::worst(&endpoint, &question(text)));
            assert!(likely.prompt_tokens <= worst.prompt_tokens && likely.money <= worst.money, "{text}");
        }
    }
}
