use std::path::PathBuf;

use super::*;
use crate::domain::{ChatMessage, ToUserMessage};
use crate::feedback::coach::golden;
use crate::job::CancelToken;
use crate::model::{Adapter, DecoderConfig, TrainingCard};
use crate::random::Random;

/// An adapter of a golden model with a score head of random numbers.
fn scoring_adapter(model: &str, folder: &Path) -> PathBuf {
    let golden = golden(model);
    let config = DecoderConfig::open(&golden).expect("a golden model");
    let mut adapter = Adapter::open(&golden.join("adapter"), &config).expect("its adapter");
    let mut random = Random::new(3, &[]);
    adapter.score_head = Some((0..config.hidden_size).map(|_| random.normal() as f32).collect());
    adapter.config.has_score_head = true;
    let path = folder.join("adapter");
    adapter.save(&path, &TrainingCard::default()).expect("saved");
    path
}

fn pair(request: &str, chosen: &str, rejected: &str) -> PreferencePair {
    let turn = |role: &str, text: &str| Text::Messages(vec![ChatMessage::new(role, text)]);
    PreferencePair {
        prompt: turn("user", request),
        chosen: turn("assistant", chosen),
        rejected: turn("assistant", rejected),
    }
}

fn pairs() -> Vec<PreferencePair> {
    let mut pairs: Vec<PreferencePair> = (0..20)
        .map(|number| pair("Where is it?", &format!("On its way, number {number}."), "I do not know."))
        .collect();
    pairs.push(pair("Thanks", "You are welcome.", "You are welcome."));
    pairs
}

#[test]
fn scores_are_the_head_on_the_last_hidden_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let adapter = scoring_adapter("qwen3", folder.path());
    let model = PreferenceModel::open(&ComputeSettings::default(), &golden("qwen3"), &adapter).expect("opens");
    let cancel = CancelToken::default();
    let pairs = pairs();
    let answers: Vec<(&Text, &Text)> = pairs.iter().map(|pair| (&pair.prompt, &pair.chosen)).collect();
    let scores = model.scores(&answers, &JobContext::new(&|_| {}, &cancel)).expect("scores");
    assert_eq!(scores.len(), pairs.len());
    let AnyModel::Cpu(open) = &model.model else { panic!("on the processor") };
    let head = open.adapter.as_ref().and_then(|adapter| adapter.score_head.clone()).expect("a head");
    let arguments = Map::new();
    let encoder = Encoder { tokenizer: &open.tokenizer, template: open.template.as_ref(), arguments: &arguments };
    for ((prompt, completion), score) in answers.iter().zip(&scores) {
        let ids = encoder.scored_ids(prompt, completion).expect("encodes");
        let mut batch = Batch::default();
        batch.push(&ids);
        let states = open.decoder.hidden_states(&batch, true).expect("computes");
        let last = states.last().expect("a state");
        let last = &last[last.len() - head.len()..];
        let expected: f64 = last.iter().zip(&head).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        assert!((expected - score).abs() < 1e-4, "{expected} {score}");
    }
    assert!((scores[0] - scores[1]).abs() > 1e-4, "the answers make a difference");
}

#[test]
fn a_pair_is_decided_by_the_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let adapter = scoring_adapter("qwen3", folder.path());
    let model = PreferenceModel::open(&ComputeSettings::default(), &golden("qwen3"), &adapter).expect("opens");
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    let pairs = pairs();
    let swapped: Vec<PreferencePair> = pairs
        .iter()
        .map(|pair| PreferencePair { chosen: pair.rejected.clone(), rejected: pair.chosen.clone(), ..pair.clone() })
        .collect();
    let model = model.with_tie_margin(1e-3);
    let (one, other) =
        (model.compare(&pairs, &context).expect("judges"), model.compare(&swapped, &context).expect("judges"));
    for (one, other) in one.iter().zip(&other) {
        let (a, b) = (one.margin.expect("judged"), other.margin.expect("judged"));
        assert!((a + b).abs() < 1e-4, "{one:?} {other:?}");
        let expected = if a > 1e-3 {
            Verdict::Chosen
        } else if a < -1e-3 {
            Verdict::Rejected
        } else {
            Verdict::Tie
        };
        assert_eq!(one.verdict, expected, "{one:?}");
    }
    assert_eq!(one[20].verdict, Verdict::Tie);
    assert!(one.iter().any(|judged| judged.verdict != Verdict::Tie), "{one:?}");
}

#[test]
fn the_job_takes_a_coach_with_a_score_head_for_a_preference_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let adapter = scoring_adapter("qwen3", folder.path());
    let spec = JudgeSpec {
        coach: Some(CoachName::Model(golden("qwen3").to_string_lossy().into_owned())),
        adapter: Some(adapter),
        ..JudgeSpec::default()
    };
    assert!(PreferenceModel::open_as_asked(&spec).expect("asked for").is_ok());
    let with_rubric = JudgeSpec { rubric: Some("r.toml".into()), ..spec.clone() };
    let error = PreferenceModel::open_as_asked(&with_rubric).expect("asked for").expect_err("reads no rules");
    assert!(error.to_string().contains("reads no rules") && error.hint().is_some(), "{error}");
    let writing = golden("qwen3").join("adapter");
    let other = JudgeSpec { adapter: Some(writing.clone()), ..spec };
    assert!(PreferenceModel::open_as_asked(&other).is_none());
    let error = PreferenceModel::open(&ComputeSettings::default(), &golden("qwen3"), &writing).expect_err("no head");
    assert!(error.to_string().contains("has no score head") && error.hint().is_some(), "{error}");
}
