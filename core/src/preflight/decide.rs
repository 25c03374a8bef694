//! Which memory setting a training takes, and whether it is begun at all.

use super::memory::{self, MemoryWork};
use super::{PreflightError, disk};
use crate::domain::{ComputeSettings, DeviceChoice, ForecastPart, MemoryMode};
use crate::model::{AnyBackend, WeightPrecision, choose_backend};
use crate::train::Survey;

/// What a machine has left. Sizes are in bytes; what is not known is not held against the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Memory that can be had.
    pub memory_free: Option<u64>,
    /// Room on the disk of the run's folder, what the run holds already included.
    pub disk_free: Option<u64>,
    /// Threads that compute.
    pub threads: usize,
}

/// What was chosen, and what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is kept between the two halves of a step.
    pub memory: MemoryMode,
    /// What the memory is made of.
    pub memory_parts: Vec<ForecastPart>,
    /// Bytes of the run's folder at most.
    pub disk_bytes: u64,
    /// Whether memory and disk are enough.
    pub fits: bool,
    /// What they were chosen for.
    pub machine: Machine,
}

/// The forecast is right to within 15% in tests; a machine that is filled to the last byte is of no use either.
const MARGIN: f64 = 1.1;

/// The faster setting that fits, or the one that was asked for if it does.
pub fn decide(survey: &Survey, machine: &Machine) -> Result<Choice, PreflightError> {
    let needed_disk = disk::predict(survey);
    if let Some(free) = machine.disk_free.filter(|&free| needed_disk > free) {
        return Err(PreflightError::Disk { folder: survey.out.clone(), needed: needed_disk, free });
    }
    let choices = match survey.settings.memory {
        MemoryMode::Auto => vec![MemoryMode::Fast, MemoryMode::Small],
        chosen => vec![chosen],
    };
    let fitting = choices.iter().map(|&memory| choice(survey, machine, memory)).find(|choice| choice.fits);
    fitting.ok_or_else(|| PreflightError::Memory {
        needed: memory::total(&smallest(survey, machine).memory_parts),
        free: machine.memory_free.unwrap_or(0),
        cure: cure(survey, machine),
    })
}

/// The choice that needs least, whether it fits or not.
pub fn smallest(survey: &Survey, machine: &Machine) -> Choice {
    let memory = match survey.settings.memory {
        MemoryMode::Auto => MemoryMode::Small,
        chosen => chosen,
    };
    choice(survey, machine, memory)
}

/// Whether a training computes in the machine's own memory.
pub fn computes_on_processor(compute: &ComputeSettings) -> bool {
    match compute.device {
        DeviceChoice::Cpu => true,
        DeviceChoice::Auto if !cfg!(any(feature = "cuda", feature = "metal")) => true,
        DeviceChoice::Auto => !matches!(choose_backend(compute), Ok(AnyBackend::Graphics(_))),
        DeviceChoice::Cuda | DeviceChoice::Metal => false,
    }
}

fn choice(survey: &Survey, machine: &Machine, memory: MemoryMode) -> Choice {
    let memory_parts = memory::predict(&MemoryWork::of(survey, memory, machine.threads));
    let disk_bytes = disk::predict(survey);
    let fits = fits(memory::total(&memory_parts), machine) && machine.disk_free.is_none_or(|free| disk_bytes <= free);
    Choice { memory, memory_parts, disk_bytes, fits, machine: *machine }
}

fn fits(bytes: u64, machine: &Machine) -> bool {
    machine.memory_free.is_none_or(|free| bytes as f64 * MARGIN <= free as f64)
}

/// What would make it fit, the least loss first.
fn cure(survey: &Survey, machine: &Machine) -> String {
    let small = MemoryWork::of(survey, MemoryMode::Small, machine.threads);
    let needs = |work: &MemoryWork<'_>| fits(memory::total(&memory::predict(work)), machine);
    if survey.settings.memory == MemoryMode::Fast && needs(&small) {
        return "choose `--memory small` (or auto), which computes some things again instead of keeping them"
            .to_owned();
    }
    let half = MemoryWork { precision: WeightPrecision::Bf16, kept_bytes: None, ..small };
    if survey.precision == WeightPrecision::F32 && !survey.settings.full && needs(&half) {
        return format!("choose `--dtype bf16`{}, which keeps the weights in half the memory", with_small(survey));
    }
    if !survey.settings.full
        && let Some(blocks) = [WeightPrecision::Q8_0, WeightPrecision::Q4K].into_iter().find(|&precision| {
            let bytes = |precision| memory::weight_bytes(&survey.config, precision);
            let kept = survey.kept_bytes.unwrap_or_else(|| bytes(survey.precision));
            bytes(precision) < kept && needs(&MemoryWork { precision, kept_bytes: None, ..small })
        })
    {
        return format!(
            "choose `--dtype {}`{}, which keeps the weights in fewer bits and rounds them more",
            blocks.name(),
            with_small(survey)
        );
    }
    let lengths = std::iter::successors(Some(survey.settings.max_length / 2), |length| Some(length / 2));
    let shorter = lengths.take_while(|&length| length >= 32).find(|&length| {
        // A pair is a prompt with two answers: at most twice the length of one sequence.
        let tokens = small.tokens.min(2.0 * length as f64);
        needs(&MemoryWork { tokens, targets_a_pack: small.targets_a_pack.min(tokens), ..small })
    });
    match shorter {
        _ if survey.settings.full => {
            "leave out `--full`: an adapter is trained in a fraction of the memory; or choose a smaller model"
                .to_owned()
        }
        Some(length) => format!("choose `--max-length {length}`, which cuts long answers, or a smaller model"),
        None => "choose a smaller model, or close other programs that use much memory".to_owned(),
    }
}

/// The memory setting that a cure goes with, where another was asked for.
fn with_small(survey: &Survey) -> &'static str {
    if survey.settings.memory == MemoryMode::Fast { " with `--memory small`" } else { "" }
}

#[cfg(test)]
mod tests;
