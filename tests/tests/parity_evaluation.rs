//! What an evaluation measures of two models, against transformers and PEFT: perplexity, the divergence of one from the other,
//! and the implicit reward of held-out pairs.

use serde_json::{Map, Value};
use whetstone_core::domain::{ComputeSettings, PreferencePair, Text};
use whetstone_core::evaluate::job::{
    Answered, Asking, FROM_BASE, HeldOutPair, Policies, Policy, divergences, held_out, text_change,
};
use whetstone_core::generate::Session;
use whetstone_core::job::{CancelToken, JobContext};
use whetstone_tests::{golden_json, golden_model, test_device};

fn session(name: &str) -> Session {
    let compute = ComputeSettings { device: test_device(), ..ComputeSettings::default() };
    let folder = golden_model(name);
    Session::open(&compute, &folder, Some(&folder.join("adapter"))).expect("a golden model opens")
}

fn policies(session: &Session) -> Policies<'_> {
    Policies { old: Policy { session, adapted: false }, new: Policy { session, adapted: true } }
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn near(found: f64, wanted: f64, name: &str) {
    assert!((found - wanted).abs() < 2e-5 * wanted.abs().max(1.0), "{name}: {found} instead of {wanted}");
}

/// Every model of the golden, with its numbers.
fn each(mut told: impl FnMut(&str, &Session, &Value, &Value, &JobContext<'_>)) {
    let golden = golden_json("evaluation.json");
    let cancel = CancelToken::default();
    for (name, numbers) in golden["models"].as_object().expect("models") {
        told(name, &session(name), &golden, numbers, &JobContext::new(&|_| {}, &cancel));
    }
}

#[test]
fn perplexity_is_that_of_transformers() {
    each(|name, session, golden, numbers, context| {
        let texts: Vec<&str> = golden["texts"].as_array().expect("texts").iter().filter_map(Value::as_str).collect();
        let found = text_change(policies(session), &texts, context).expect("measured").expect("a figure");
        let rows = numbers["text"].as_array().expect("a row a text");
        let tokens: f64 = rows.iter().map(|row| number(&row["tokens"])).sum();
        let perplexity = |side: usize| (rows.iter().map(|row| number(&row["nats"][side])).sum::<f64>() / tokens).exp();
        near(found.perplexity_before, perplexity(0), name);
        near(found.perplexity_after, perplexity(1), name);
        let change = |row: &Value| (number(&row["nats"][1]) - number(&row["nats"][0])) / number(&row["tokens"]);
        near(found.nats_a_token.value, rows.iter().map(change).sum::<f64>() / rows.len() as f64, name);
        assert_eq!((found.passages, found.tokens as f64), (rows.len(), tokens));
    });
}

#[test]
fn the_divergence_at_every_token_is_that_of_torch() {
    each(|name, session, _, numbers, context| {
        let rows = numbers["shift"].as_array().expect("a row an answer");
        let answered = |row: &Value| Answered {
            ids: serde_json::from_value(row["ids"].clone()).expect("ids"),
            start: row["start"].as_u64().expect("a place") as usize,
        };
        let answered: Vec<Answered> = rows.iter().map(answered).collect();
        let found = divergences(policies(session), &answered, context).expect("measured");
        assert_eq!(found.len(), rows.len());
        for (found, row) in found.iter().zip(rows) {
            let wanted: Vec<f64> = row["nats"].as_array().expect("numbers").iter().map(number).collect();
            assert_eq!(found.len(), wanted.len(), "{name}");
            found.iter().zip(wanted).for_each(|(&found, wanted)| near(found, wanted, name));
        }
        let same = Policies { old: policies(session).new, new: policies(session).new };
        let none = divergences(same, &answered, context).expect("measured");
        assert!(none.iter().flatten().all(|nats| *nats < 1e-9), "{name}: {none:?}");
    });
}

#[test]
fn rewards_of_held_out_pairs_are_those_of_peft() {
    each(|name, session, golden, numbers, context| {
        let text = |value: &Value| Text::Plain(value.as_str().expect("text").to_owned());
        let pair = |(place, row): (usize, &Value)| HeldOutPair {
            prompt: place as u64,
            pair: PreferencePair { prompt: text(&row[0]), chosen: text(&row[1]), rejected: text(&row[2]) },
        };
        let pairs: Vec<HeldOutPair> = golden["pairs"].as_array().expect("pairs").iter().enumerate().map(pair).collect();
        let arguments = Map::new();
        let asking = Asking { system_prompt: None, template_arguments: &arguments, raw: false };
        let Policies { old, new } = policies(session);
        let beta = number(&golden["beta"]);
        let found =
            held_out(new, (old, FROM_BASE), &pairs, beta, asking, context).expect("measured").expect("a figure");
        let rows = numbers["rewards"].as_array().expect("a row a pair");
        let margins: Vec<f64> = rows.iter().map(|row| number(&row[0]) - number(&row[1])).collect();
        near(found.margin.value, margins.iter().sum::<f64>() / margins.len() as f64, name);
        let right = margins.iter().filter(|margin| **margin > 0.0).count() as f64;
        near(found.accuracy.value, right / margins.len() as f64, name);
        assert_eq!((found.pairs, found.prompts), (rows.len(), rows.len()));
    });
}
