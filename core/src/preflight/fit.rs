//! How a model fits this machine: whether it trains, how long each way of teaching takes, what it needs. A pure function
//! of the model's shape, the machine and its pace; no weight is there yet.

use super::decide::{self, Machine};
use super::pace::{Pace, SEQUENCES};
use super::typical::{ANSWER_TOKENS, ANSWERS, PAIRS, PROMPT_TOKENS};
use super::words::{duration, size};
use super::{PreflightError, disk, memory, pace, time, typical};
use crate::domain::{ComputeSettings, Fit, FitBadge, MethodFit};
use crate::job::{Cancelled, JobContext};
use crate::model::{AnyBackend, DecoderConfig, WeightPrecision, choose_backend};
use crate::{doctor, starter};

/// A training is comfortable up to this share of the memory that can be had: the rest is for other programs, which people
/// do not close for an hour.
const COMFORTABLE_SHARE: f64 = 0.75;

/// A training is comfortable if 200 pairs are done within so many seconds: about as long as people wait for an answer before
/// they leave it to the night.
const COMFORTABLE_SECONDS: f64 = 45.0 * 60.0;

/// The prediction of memory is right to within 15%, and a machine that is filled to the last byte answers nobody.
const MARGIN: f64 = 1.1;

/// Tokens that an answer has at most, unless somebody asks for more: the cache has room for them.
const LONGEST_ANSWER: usize = 256;

/// Tokens of a question to a coach: the request, both answers, the rules and the words around them.
const QUESTION_TOKENS: f64 = (PROMPT_TOKENS + 2 * ANSWER_TOKENS + 100) as f64;
/// A coach is asked in both orders; of the two questions only the request is computed once.
const COMPARISON_TOKENS: f64 = 2.0 * QUESTION_TOKENS - PROMPT_TOKENS as f64;

/// A model as its fit is reckoned.
#[derive(Debug, Clone)]
pub struct FitModel<'a> {
    /// What it is made of.
    pub config: &'a DecoderConfig,
    /// What its weights are kept in.
    pub precision: WeightPrecision,
    /// Bytes of its weights in memory, where that is not what its precision says: those of a quantized file.
    pub kept_bytes: Option<u64>,
    /// Bytes of its weights on the disk.
    pub weight_bytes: u64,
    /// Bytes of its tokenizer's file.
    pub tokenizer_bytes: u64,
    /// Bytes that are still to be fetched.
    pub download_bytes: u64,
    /// Whether it can be trained at all; what cannot only answers and judges.
    pub trains: bool,
}

impl FitModel<'_> {
    /// Bytes of its weights in memory.
    fn in_memory(&self) -> u64 {
        self.kept_bytes.unwrap_or_else(|| memory::weight_bytes(self.config, self.precision))
    }

    fn answering(&self, threads: usize) -> u64 {
        let together = SEQUENCES as usize;
        let rows = together * LONGEST_ANSWER + together / ANSWERS * PROMPT_TOKENS;
        memory::answering(self.config, self.in_memory(), rows, self.tokenizer_bytes, threads)
    }
}

/// The model that judges.
#[derive(Debug, Clone)]
pub struct FitCoach<'a> {
    /// What it is asked for by.
    pub name: &'a str,
    /// What it is made of.
    pub model: FitModel<'a>,
}

/// The name of the model that comes with the program.
pub const STARTER: &str = "starter";

/// What the starter model is made of: the coach where no other is chosen.
pub fn starter_coach() -> Option<DecoderConfig> {
    DecoderConfig::open(&starter::folder().ok()?).ok()
}

/// The starter model, which lies on every machine.
pub fn of_starter(config: &DecoderConfig) -> FitModel<'_> {
    FitModel {
        config,
        precision: WeightPrecision::Bf16,
        kept_bytes: None,
        weight_bytes: 2 * config.parameter_count(),
        tokenizer_bytes: 100 << 10,
        download_bytes: 0,
        trains: true,
    }
}

/// A machine, and what computes on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FitMachine {
    /// `cpu`, `cuda` or `metal`.
    pub device: String,
    /// What it has left.
    pub machine: Machine,
}

impl FitMachine {
    /// This machine, as these settings compute on it.
    pub fn this(compute: &ComputeSettings) -> Self {
        let report = doctor::examine();
        let threads = compute.threads.unwrap_or(report.cores);
        let device = device(compute);
        let memory_free = match device {
            "cuda" => doctor::graphics().first().and_then(|card| card.memory_free),
            // Apple's graphics share the machine's memory.
            _ => report.memory_available,
        };
        let machine = Machine { memory_free, disk_free: report.model_cache.free, threads };
        Self { device: device.to_owned(), machine }
    }

    fn has(&self, bytes: u64) -> bool {
        self.machine.memory_free.is_none_or(|free| bytes as f64 * MARGIN <= free as f64)
    }
}

/// What computes by these settings.
fn device(compute: &ComputeSettings) -> &'static str {
    let graphics = if cfg!(feature = "cuda") { "cuda" } else { "metal" };
    if decide::computes_on_processor(compute) {
        return "cpu";
    }
    match choose_backend(compute) {
        Ok(AnyBackend::Graphics(_)) => graphics,
        Ok(AnyBackend::Cpu(_)) | Err(_) => "cpu",
    }
}

/// Everything that models are held against, found out once: this machine, its pace, and the starter model as the coach.
#[derive(Debug, Clone)]
pub struct Fitter {
    machine: FitMachine,
    pace: Option<Pace>,
    coach: Option<DecoderConfig>,
    precision: WeightPrecision,
}

impl Fitter {
    /// Of this machine, as these settings compute on it. Measures it where it never was measured, which takes two seconds
    /// at most.
    pub fn of_this_machine(compute: &ComputeSettings, context: &JobContext<'_>) -> Result<Self, Cancelled> {
        let pace = match pace::of_this_machine(compute, context) {
            Ok(pace) => Some(pace),
            Err(PreflightError::Cancelled(stop)) => return Err(stop),
            // Without it the badges say less, and the models are still there to be chosen.
            Err(_) => None,
        };
        let precision = pace::precision(compute);
        Ok(Self { machine: FitMachine::this(compute), pace, coach: starter_coach(), precision })
    }

    /// What weights of the usual files are kept in.
    pub fn precision(&self) -> WeightPrecision {
        self.precision
    }

    /// How the model fits; nothing where it is of a make that no adapter can be put on.
    pub fn fit(&self, model: &FitModel<'_>) -> Option<Fit> {
        let coach = self.coach.as_ref().map(|config| FitCoach { name: STARTER, model: of_starter(config) });
        fit(model, coach.as_ref(), &self.machine, self.pace.as_ref()).ok()
    }
}

/// How the model fits the machine. Without a pace nothing is said of time.
pub fn fit(
    model: &FitModel<'_>,
    coach: Option<&FitCoach<'_>>,
    machine: &FitMachine,
    pace: Option<&Pace>,
) -> Result<Fit, PreflightError> {
    let survey = typical::survey(model.config, model.precision, model.weight_bytes, model.tokenizer_bytes)?;
    // Whether the disk has room is a question of its own here.
    let in_memory = Machine { disk_free: None, ..machine.machine };
    let choice = decide::decide(&survey, &in_memory).unwrap_or_else(|_| decide::smallest(&survey, &in_memory));
    let training_bytes = memory::total(&choice.memory_parts);
    let answering_bytes = model.answering(in_memory.threads);
    let run_bytes = if model.trains { disk::predict(&survey) } else { 0 };
    let disk_bytes = model.download_bytes + run_bytes;
    let has_room = |bytes: u64| machine.machine.disk_free.is_none_or(|free| bytes <= free);
    let trains = model.trains && choice.fits && has_room(disk_bytes);
    let answers = machine.has(answering_bytes) && has_room(model.download_bytes);
    let seconds = pace.filter(|_| trains && answers).map(|pace| {
        let training = time::predict(&survey, &pace.speed_of(model.config)).seconds;
        training + answering_seconds(model, pace)
    });
    let methods = methods(model, coach, machine, (training_bytes.max(answering_bytes), seconds), pace);
    let is_roomy = in_memory.memory_free.is_none_or(|free| training_bytes as f64 <= COMFORTABLE_SHARE * free as f64);
    let is_quick = seconds.is_none_or(|seconds| seconds <= COMFORTABLE_SECONDS);
    let badge = match (trains && answers, answers) {
        (true, _) if is_roomy && is_quick => FitBadge::Comfortable,
        (true, _) => FitBadge::Slow,
        (false, true) => FitBadge::AnswersOnly,
        (false, false) => FitBadge::TooBig,
    };
    let mut fit = Fit {
        badge,
        device: machine.device.clone(),
        training_bytes,
        answering_bytes,
        memory_free_bytes: machine.machine.memory_free,
        disk_bytes,
        disk_free_bytes: machine.machine.disk_free,
        methods,
        said: String::new(),
    };
    fit.said = sentence(&fit, model, is_roomy);
    if let Some(bytes) = training_in_four_bits(&fit, model, machine)? {
        fit.said.push_str(" With its weights in 4 bits (q4_k) it can be trained, with about ");
        fit.said.push_str(&size(bytes));
        fit.said.push('.');
    }
    Ok(fit)
}

/// Bytes of a training with the weights in 4 bits, where that fits and the training as it is does not. Blocks are for the
/// processor.
fn training_in_four_bits(
    so_far: &Fit,
    model: &FitModel<'_>,
    machine: &FitMachine,
) -> Result<Option<u64>, PreflightError> {
    let is_short = matches!(so_far.badge, FitBadge::AnswersOnly | FitBadge::TooBig);
    let is_finer = model.kept_bytes.is_none() && !model.precision.is_blocks();
    if !(model.trains && is_short && is_finer && machine.device == "cpu") {
        return Ok(None);
    }
    let packed = FitModel { precision: WeightPrecision::Q4K, ..model.clone() };
    let packed = fit(&packed, None, machine, None)?;
    Ok(matches!(packed.badge, FitBadge::Comfortable | FitBadge::Slow).then_some(packed.training_bytes))
}

/// Answering 200 prompts, several times each.
fn answering_seconds(model: &FitModel<'_>, pace: &Pace) -> f64 {
    let speed = pace.speed_of(model.config);
    let reading = (PAIRS * PROMPT_TOKENS) as f64 * model.config.layers as f64 * speed.layer_forward;
    let steps = ((PAIRS * ANSWERS) as f64 / SEQUENCES).ceil() * ANSWER_TOKENS as f64;
    let loading = model.weight_bytes as f64 / time::LOADED_BYTES_A_SECOND;
    loading + reading + steps * pace.answering_step(model.config, model.in_memory(), SEQUENCES)
}

/// Comparing two answers to each of 200 prompts.
fn judging_seconds(coach: &FitModel<'_>, pace: &Pace) -> f64 {
    let speed = pace.speed_of(coach.config);
    let comparison = COMPARISON_TOKENS * coach.config.layers as f64 * speed.layer_forward + 4.0 * speed.head_forward;
    coach.weight_bytes as f64 / time::LOADED_BYTES_A_SECOND + PAIRS as f64 * comparison
}

/// People's judging takes nothing of the machine. In a hybrid the coach is asked about what people judge, too: to choose its
/// rules, or to be looked through. So a hybrid takes the machine as much as a coach alone.
fn methods(
    model: &FitModel<'_>,
    coach: Option<&FitCoach<'_>>,
    machine: &FitMachine,
    (bytes, seconds): (u64, Option<f64>),
    pace: Option<&Pace>,
) -> Vec<MethodFit> {
    if !model.trains {
        return Vec::new();
    }
    let method = |id: &str, coach: Option<&FitCoach<'_>>| {
        let judging = coach.map(|coach| {
            let bytes = coach.model.answering(machine.machine.threads);
            (bytes, pace.filter(|_| machine.has(bytes)).map(|pace| judging_seconds(&coach.model, pace)))
        });
        MethodFit {
            method: id.to_owned(),
            coach: coach.map(|coach| coach.name.to_owned()),
            seconds: match judging {
                None => seconds,
                Some((_, judging)) => seconds.zip(judging).map(|(seconds, judging)| seconds + judging),
            },
            memory_bytes: judging.map_or(bytes, |(judging, _)| bytes.max(judging)),
        }
    };
    let mut methods = vec![method("rlhf", None)];
    if coach.is_some() {
        methods.extend([method("rlaif", coach), method("hybrid", coach)]);
    }
    methods
}

/// All this in a sentence.
fn sentence(fit: &Fit, model: &FitModel<'_>, is_roomy: bool) -> String {
    let of =
        |free: Option<u64>| free.map_or_else(String::new, |free| format!(" of the {} that can be had", size(free)));
    let free = of(fit.memory_free_bytes);
    let (training, answering) = (size(fit.training_bytes), size(fit.answering_bytes));
    let short = fit.disk_free_bytes.filter(|&free| fit.disk_bytes > free);
    let disk = |what: &str, bytes: u64| {
        format!("{what} {} on the disk, and {} are free", size(bytes), size(short.unwrap_or_default()))
    };
    match fit.badge {
        FitBadge::Comfortable | FitBadge::Slow => {
            let seconds = fit.methods.first().and_then(|method| method.seconds);
            let time = seconds.map_or_else(String::new, |seconds| {
                format!("; 200 pairs take this machine about {}", duration(seconds))
            });
            let tight = if is_roomy { "" } else { ", which is tight: close other programs" };
            format!("Training needs about {training}{free}{tight}{time}.")
        }
        FitBadge::AnswersOnly if !model.trains => format!("It judges and answers with about {answering}{free}."),
        FitBadge::AnswersOnly if short.is_some() => {
            format!("It answers here; with a training it needs {}.", disk("", fit.disk_bytes).trim_start())
        }
        FitBadge::AnswersOnly => format!(
            "It answers here with about {answering}{free}; training it needs about {training}, which is more than there is."
        ),
        FitBadge::TooBig if short.is_some_and(|free| model.download_bytes > free) => {
            format!("{}.", disk("It takes", model.download_bytes))
        }
        FitBadge::TooBig => format!("Even answering needs about {answering}{free}."),
    }
}

#[cfg(test)]
mod tests;
