//! Makes the starter model anew: `cargo run --release -p whetstone-core --example make_starter`.
//!
//! `corpus` writes the texts (by the sentences of `whetstone_core::example`), `text_side` trains the tokenizer on them,
//! `weights` draws the first weights and writes the last ones, `optimizer` changes them, `measure` judges on requests that
//! training never sees. The same seed on as many threads gives the same model. With `measure` behind it, it measures the
//! model that is there.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

mod corpus;
mod measure;
mod optimizer;
mod text_side;
mod weights;

use std::path::Path;
use std::time::Instant;

use corpus::{Corpus, Lesson, Step};
use measure::Measured;
use optimizer::Optimizer;
use whetstone_core::domain::{DtypeChoice, Schedule};
use whetstone_core::model::backend::{Backend, BackendError};
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{Decoder, GradientsOf, Keep, Pass};
use whetstone_core::model::{ChatTemplate, DecoderConfig, OpenModel, Parameters, TextTokenizer};
use whetstone_core::train::schedule;

type Anything = Box<dyn std::error::Error + Send + Sync>;

const SEED: u64 = 1;
/// Steps of about [`corpus::STEP_TOKENS`] tokens.
const STEPS: u64 = 1800;
const WARM_UP: u64 = 60;
const THREADS: usize = 2;
const MEASURE_EVERY: u64 = 300;

fn main() -> Result<(), Anything> {
    let folder = Path::new("assets").join("starter");
    match std::env::args().nth(1).as_deref() {
        None => make(&folder, STEPS)?,
        Some("measure") => {}
        // Fewer steps are for trying the program out.
        Some(steps) => make(&folder, steps.parse()?)?,
    }
    let model = OpenModel::open(CpuBackend::new(Some(THREADS))?, &folder, None, DtypeChoice::Auto)?;
    let template = model.template.as_ref().ok_or("the folder has no chat template")?;
    println!("{}", Measured::of(&model.decoder, &model.tokenizer, template, 1000, 480)?);
    Ok(())
}

fn make(folder: &Path, steps: u64) -> Result<(), Anything> {
    text_side::write(folder, SEED)?;
    weights::write_config(folder)?;
    let config = DecoderConfig::open(folder)?;
    println!("{} parameters, {} tokens in the vocabulary", config.parameter_count(), config.vocabulary_size);
    let tokenizer = TextTokenizer::open(folder)?;
    let template = ChatTemplate::open(folder, &tokenizer)?.ok_or("the folder has no chat template")?;
    let corpus = Corpus::new(&tokenizer, &template, SEED)?;

    let mut values = weights::first(&config, SEED);
    let mut decoder = Decoder::load(CpuBackend::new(Some(THREADS))?, config, &weights::InMemory(&values))?;
    let mut optimizer = Optimizer::new(&values);
    let (start, mut tokens, mut losses) = (Instant::now(), 0, Losses::default());
    for step in 0..steps {
        let lesson = Lesson::at(step as f64 / steps as f64);
        let batch = corpus.step(step, &lesson)?;
        tokens += batch.batch.ids.len();
        let gradients = decoder.backend().run(|| learn(&decoder, &batch, &mut losses))?;
        optimizer.step(&mut values, &gradients, schedule::factor(Schedule::Linear, step + 1, WARM_UP, steps + 1))?;
        decoder.set_weights(&values)?;
        if (step + 1) % 20 == 0 {
            let seconds = start.elapsed().as_secs_f64();
            println!("{:5} {} {:.0} s, {:.0} tokens/s", step + 1, losses.told(), seconds, tokens as f64 / seconds);
            losses = Losses::default();
        }
        if (step + 1) % MEASURE_EVERY == 0 && step + 1 < steps {
            println!("      {}", Measured::of(&decoder, &tokenizer, &template, 100, 60)?);
        }
    }
    weights::write(folder, &values)
}

/// Sums of what is lost at each kind of target, and their number.
#[derive(Debug, Default)]
struct Losses([(f64, usize); corpus::KINDS]);

impl Losses {
    fn told(&self) -> String {
        let names = ["prompts", "replies", "yes/no", "A/B"];
        let told = names.iter().zip(self.0).map(|(name, (sum, count))| match count {
            0 => format!("{name}   -  "),
            _ => format!("{name} {:.3}", sum / count as f64),
        });
        told.collect::<Vec<_>>().join("  ")
    }
}

/// The gradients of every weight at the weighted mean loss of a step's targets.
fn learn(decoder: &Decoder<CpuBackend>, step: &Step, losses: &mut Losses) -> Result<Parameters, BackendError> {
    let (hidden, tape) = decoder.forward(&step.batch, Pass { keep: Keep::Activations, ..Pass::inference(false) })?;
    let (values, head) = decoder.log_probabilities(&hidden, &step.rows, &step.targets, true)?;
    for (value, kind) in values.iter().zip(&step.kinds) {
        losses.0[*kind as usize].0 -= f64::from(*value);
        losses.0[*kind as usize].1 += 1;
    }
    let total: f32 = step.weights.iter().sum();
    let factors: Vec<f32> = step.weights.iter().map(|weight| -weight / total).collect();
    let mut gradients = decoder.zero_gradients(GradientsOf::Weights)?;
    if let Some(head) = head {
        let d_hidden = decoder.head_backward(head, &step.rows, &factors, step.batch.ids.len(), &mut gradients)?;
        decoder.backward(tape, d_hidden, &mut gradients)?;
    }
    decoder.weight_gradients_by_name(&gradients)
}
