//! The example project's prompts.

use std::collections::BTreeSet;

use super::request::Request;
use super::topics::Topic;
use crate::random::Random;

/// One prompt of the example project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamplePrompt {
    /// What is asked.
    pub request: Request,
    /// Whether it is set aside for the proof.
    pub is_holdout: bool,
}

/// Prompts a topic, and how many of them are set aside for the proof, in turns of three topics.
const A_TOPIC: usize = 5;
const HELD_BACK: [usize; 3] = [2, 2, 1];
const SEED: u64 = 20;

/// Sixty prompts, every topic alike: forty to learn from and twenty for the proof. None occurs twice, and the starter
/// model saw none of them when it was trained.
pub fn prompts() -> Vec<ExamplePrompt> {
    let mut prompts = Vec::new();
    for (index, topic) in Topic::ALL.into_iter().enumerate() {
        let mut random = Random::new(SEED, &[index as u64]);
        let mut slots = BTreeSet::new();
        while slots.len() < A_TOPIC {
            let request = Request::about(topic, &mut random);
            let named = (request.slots.order, request.slots.product, request.slots.day);
            if request.is_held_out() && slots.insert(named) {
                let is_holdout = slots.len() <= HELD_BACK[index % HELD_BACK.len()];
                prompts.push(ExamplePrompt { request, is_holdout });
            }
        }
    }
    prompts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_prompts_are_apart() {
        let prompts = prompts();
        let texts: BTreeSet<&str> = prompts.iter().map(|prompt| prompt.request.text.as_str()).collect();
        assert_eq!((prompts.len(), texts.len()), (60, 60));
        assert_eq!(prompts.iter().filter(|prompt| prompt.is_holdout).count(), 20);
        assert!(prompts.iter().all(|prompt| prompt.request.is_held_out()));
    }
}
