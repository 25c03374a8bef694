//! Online methods against TRL's `GRPOTrainer`, `RLOOTrainer` and `OnlineDPOTrainer`: advantages, loss, gradients and
//! figures of the first step, on answers and rewards that are given. See `tests/oracle/make_online_golden.py`.

use serde_json::Value;
use whetstone_core::domain::ScaleRewards;
use whetstone_core::model::OpenModel;
use whetstone_core::model::backend::{Backend, BackendError};
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::Keep;
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::train::loss::{Objective, RowValues, find_loss};
use whetstone_core::train::online::advantages::Rewards;
use whetstone_core::train::online::learner::{AnswerLearner, Known, Learned, log_probabilities, rows};
use whetstone_core::train::online::token_losses::{AnswerLoss, Bounds, Counts};
use whetstone_core::train::online::{Learns, METHODS, find_method};
use whetstone_core::train::optimizer::gradient_norm;
use whetstone_core::train::{TokenizedRow, Trained};
use whetstone_tests::training::{FirstStep, assert_gradients_match, first_step, open_adapted, trained_models};
use whetstone_tests::{GoldenTensors, golden_folder, golden_json, graphics, numbers};

/// The round that the reference was given.
struct Round {
    prompts: Vec<Vec<u32>>,
    answers: Vec<Vec<u32>>,
    samples: usize,
    most_tokens: usize,
}

fn lists<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<Vec<T>> {
    let list = |value: &Value| value.as_array().expect("a list").iter().map(&read).collect();
    value.as_array().expect("lists").iter().map(list).collect()
}

fn ids(value: &Value) -> Vec<Vec<u32>> {
    lists(value, |id| u32::try_from(id.as_u64().expect("an id")).expect("a small id"))
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a count")).expect("a small count")
}

impl Round {
    fn of(golden: &Value) -> Self {
        Self {
            prompts: ids(&golden["prompts"]),
            answers: ids(&golden["completions"]),
            samples: count(&golden["samples"]),
            most_tokens: count(&golden["max_completion_length"]),
        }
    }

    /// The rows of these answers, which are those of whole prompts.
    fn rows(&self, of: std::ops::Range<usize>, most_tokens: usize) -> Vec<TokenizedRow> {
        let first = of.start / self.samples;
        let groups = self.answers[of].chunks(self.samples).zip(&self.prompts[first..]);
        rows(groups.map(|(answers, prompt)| (&prompt[..], answers.iter().map(Vec::as_slice).collect())), most_tokens)
    }
}

/// How answers come to their advantages.
type Advantages = fn(&Rewards<'_>) -> Vec<f64>;

/// The row of the loss and the numbers that a golden's `spec` asks for.
fn resolved(run: &Value) -> (&'static AnswerLoss, Advantages, Bounds, ScaleRewards) {
    let (method, spec) = (find_method(run["method"].as_str().expect("a method")).expect("a row"), &run["spec"]);
    let Learns::Answers { advantages, scales, losses } = method.learns else { panic!("it learns from answers") };
    let number = |name: &str, otherwise: f64| spec[name].as_f64().unwrap_or(otherwise);
    let id = spec["loss_type"].as_str().unwrap_or(losses[0].id);
    let epsilon = number("epsilon", 0.2);
    let bounds = Bounds { beta: number("beta", method.beta), epsilon, epsilon_high: number("epsilon_high", epsilon) };
    let scale = match spec["scale_rewards"].as_str() {
        Some("batch") => ScaleRewards::Batch,
        Some("none") => ScaleRewards::None,
        _ if spec["normalize_advantages"] == true => ScaleRewards::Batch,
        _ => scales[0],
    };
    (losses.iter().find(|loss| loss.id == id).expect("a row"), advantages, bounds, scale)
}

fn assert_near(got: f64, want: f64, bound: f64, what: &str) {
    assert!((got - want).abs() < bound, "{what}: {got}, not {want}");
}

/// The figures of a step are TRL's, by its names.
fn assert_figures(learned: &Learned, whole: bool, beta: f64, metrics: &Value, what: &str) {
    let units = if whole { learned.answers } else { learned.tokens } as f64;
    let share = |clipped: usize| clipped as f64 / units;
    let figure = |name: &str| metrics[name].as_f64().unwrap_or_else(|| panic!("{what}: no {name}"));
    assert_near(share(learned.clipped[0]), figure("clip_ratio/low_mean"), 1e-6, what);
    assert_near(share(learned.clipped[1]), figure("clip_ratio/high_mean"), 1e-6, what);
    // RLOO's is another estimate, which may be negative.
    if beta > 0.0 && !whole {
        assert_near(learned.divergence / learned.tokens as f64, figure("kl"), 2e-6, what);
    }
}

fn assert_run<B: Backend>(
    (model, trained): (&OpenModel<B>, &Trained),
    (golden, run, name): (&Value, &Value, &str),
    (keep, pack_tokens): (Keep, usize),
    tensors: Option<&GoldenTensors>,
) {
    let round = Round::of(golden);
    let (loss, advantages, bounds, scale) = resolved(run);
    let floats = |value: &Value| lists(value, |number| number.as_f64().expect("a number"));
    let (current, reference) = (floats(&golden["per_token_logps"]), floats(&golden["ref_per_token_logps"]));
    let old = if run["old"].is_array() { floats(&run["old"]) } else { current };
    let judged = if run["spec"]["rewards"] == "gaps" { "rewards_with_gaps" } else { "rewards" };
    let values: Vec<f64> = lists(&golden[judged], |value| value.as_f64().unwrap_or(f64::NAN)).concat();
    let sum = |values: &Vec<f64>| values.iter().sum::<f64>();
    let log_ratios: Vec<f64> = old.iter().zip(&reference).map(|(old, new)| sum(old) - sum(new)).collect();
    let rewards =
        Rewards { values: &values, log_ratios: &log_ratios, samples: round.samples, beta: bounds.beta, scale };
    let advantages = advantages(&rewards);
    for (got, want) in advantages.iter().zip(numbers(&run["advantages"])) {
        // A deviation near 0 makes much of rounding in single precision.
        assert_near(*got, want, 2e-5 * want.abs().max(1.0), &format!("{name}, advantages"));
    }
    let of = match run["spec"]["rows"].as_array() {
        Some(range) => count(&range[0])..count(&range[1]),
        None => 0..round.answers.len(),
    };
    let length = |answers: &[Vec<u32>]| answers.iter().map(Vec::len).sum::<usize>();
    let counts = Counts {
        answers: of.len(),
        tokens: length(&round.answers[of.clone()]),
        round_tokens: length(&round.answers),
        round_steps: round.answers.len() / of.len(),
        most_tokens: round.most_tokens,
    };
    let known: Vec<Known<'_>> = of
        .clone()
        .map(|index| Known { old: &old[index], reference: &reference[index], advantage: advantages[index] })
        .collect();
    let learner = AnswerLearner { decoder: &model.decoder, loss, bounds, pack_tokens };
    let mut gradients = trained.zero_gradients(&model.decoder).expect("zeros");
    let check = || Ok::<(), BackendError>(());
    let rows = round.rows(of, pack_tokens.min(512));
    let learned = learner.learn((&rows, &known), &counts, keep, &mut gradients, || None, check).expect("a step");
    let gradients = trained.gradients(&model.decoder, &gradients).expect("gradients");
    let (want, norm) = (run["loss"].as_f64().expect("a loss"), run["grad_norm"].as_f64().expect("a norm"));
    // Advantages add up to nothing, so at the first step little is left of sums that are not small.
    assert_near(learned.loss, want, 5e-6, &format!("{name}, loss"));
    assert_near(gradient_norm(&gradients) / norm, 1.0, 3e-5, &format!("{name}, gradient norm"));
    assert_figures(&learned, loss.whole, bounds.beta, &run["metrics"], name);
    if let Some(tensors) = tensors {
        let step = FirstStep { loss: learned.loss, gradients, figures: Vec::new() };
        assert_gradients_match(&step, trained, tensors, &format!("grad.{name}."), name);
    }
}

/// The model's own log-probabilities, token by token, under the policy and the reference.
fn assert_log_probabilities<B: Backend>(model: &OpenModel<B>, golden: &Value, name: &str, pack_tokens: usize) {
    let round = Round::of(golden);
    let rows = round.rows(0..round.answers.len(), pack_tokens);
    for (key, adapted) in [("per_token_logps", true), ("ref_per_token_logps", false)] {
        let check = || Ok::<(), BackendError>(());
        let values = log_probabilities(&model.decoder, &rows, pack_tokens, adapted, check).expect("a pass");
        let want = lists(&golden[key], |number| number.as_f64().expect("a number"));
        assert_eq!(values.len(), want.len());
        for (values, want) in values.iter().zip(&want) {
            assert_eq!(values.len(), want.len());
            let worst = values.iter().zip(want).fold(0.0f64, |worst, (got, want)| worst.max((got - want).abs()));
            assert!(worst < 1e-4, "{name}, {key}: off by {worst}");
        }
    }
}

/// Online DPO is DPO over the better and the worse answer.
fn assert_online_dpo<B: Backend>(
    (model, trained): (&OpenModel<B>, &Trained),
    (golden, name): (&Value, &str),
    how: (Keep, usize),
) {
    let round = Round::of(golden);
    let reference = lists(&golden["ref_per_token_logps"], |number| number.as_f64().expect("a number"));
    for run in golden["online_dpo"].as_array().expect("runs") {
        let beta = run["beta"].as_f64().expect("a number");
        let objective = Objective { loss: find_loss("sigmoid").expect("a row"), beta, parameters: Vec::new() };
        let (mut rows, mut references) = (Vec::new(), Vec::new());
        for (prompt, first) in run["chosen_first"].as_array().expect("a list").iter().enumerate() {
            let [chosen, rejected] =
                if first == true { [0, 1] } else { [1, 0] }.map(|place| prompt * round.samples + place);
            let completions = vec![round.answers[chosen].clone(), round.answers[rejected].clone()];
            rows.push(TokenizedRow { prompt_ids: round.prompts[prompt].clone(), completions, is_desirable: false });
            let values = objective.reading().sums(&[&reference[chosen], &reference[rejected]]);
            references.push(RowValues { ..values });
        }
        let step = first_step(model, trained, &objective, (&rows, &references), how);
        assert_near(step.loss / run["loss"].as_f64().expect("a loss"), 1.0, 2e-5, name);
        let norm = run["grad_norm"].as_f64().expect("a norm");
        assert_near(gradient_norm(&step.gradients) / norm, 1.0, 5e-5, name);
    }
}

fn assert_matches<B: Backend>(backend: B, name: &str, how: (Keep, usize)) {
    let golden = golden_json(&format!("train/{name}.online.json"));
    let file = format!("train/{name}.online.safetensors");
    let tensors = golden_folder().join(&file).exists().then(|| GoldenTensors::open(&file));
    let mut model = open_adapted(backend, name);
    let trained = Trained::adapter(model.adapter.take().expect("an adapter"));
    assert_log_probabilities(&model, &golden, name, how.1.min(512));
    for (run_name, run) in golden["runs"].as_object().expect("runs") {
        let prefix = format!("grad.{run_name}.");
        let tensors = tensors.as_ref().filter(|tensors| tensors.names().iter().any(|key| key.starts_with(&prefix)));
        assert_run((&model, &trained), (&golden, run, run_name), how, tensors);
    }
    assert_online_dpo((&model, &trained), (&golden, name), how);
}

#[test]
fn the_first_step_equals_trl_on_every_backend_and_with_both_memory_settings() {
    for name in trained_models("online") {
        for how in [(Keep::Activations, usize::MAX), (Keep::Inputs, 60)] {
            assert_matches(CpuBackend::new(Some(2)).expect("threads"), &name, how);
            assert_matches(TensorBackend::new(candle_core::Device::Cpu), &name, how);
            if let Some(backend) = graphics() {
                assert_matches(backend, &name, how);
            }
        }
    }
}

#[test]
fn every_loss_over_answers_is_among_them() {
    for name in trained_models("online") {
        let golden = golden_json(&format!("train/{name}.online.json"));
        let runs = golden["runs"].as_object().expect("runs");
        for method in METHODS {
            let Learns::Answers { losses, scales, .. } = method.learns else { continue };
            let of = |run: &&Value| run["method"] == method.id;
            for loss in losses {
                assert!(runs.values().filter(of).any(|run| resolved(run).0.id == loss.id), "{}", loss.id);
            }
            for &scale in scales {
                assert!(
                    runs.values().filter(of).any(|run| resolved(run).3 == scale),
                    "{}: {}",
                    method.id,
                    scale.name()
                );
            }
        }
    }
}
