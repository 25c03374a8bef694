//! The files of a job that are the same for all but a few words.

use super::config::Job;
use crate::domain::{ReferenceChoice, Task};

/// A file's name and content.
pub(super) type TextFile = (&'static str, String);

/// How the training is started, after `accelerate launch …`.
fn script(command: &str, has_start: bool) -> String {
    if has_start { "train.py".to_owned() } else { format!("-m trl.scripts.{command}") }
}

/// Settings of accelerate for one card, for several, and for a model that is spread over several.
pub(super) fn accelerate(is_bf16: bool) -> Vec<TextFile> {
    let precision = if is_bf16 { "bf16" } else { "no" };
    let file = |kind: &str, processes: usize, more: &str| {
        format!(
            "compute_environment: LOCAL_MACHINE\ndistributed_type: \"{kind}\"\nmixed_precision: \"{precision}\"\n\
             num_machines: 1\nnum_processes: {processes}\nmachine_rank: 0\nmain_training_function: main\nuse_cpu: false\n{more}"
        )
    };
    let spread = "fsdp_config:\n  fsdp_version: 2\n  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP\n  \
                  fsdp_reshard_after_forward: true\n  fsdp_state_dict_type: FULL_STATE_DICT\n  \
                  fsdp_cpu_ram_efficient_loading: true\n  fsdp_offload_params: false\n  \
                  fsdp_activation_checkpointing: false\n";
    vec![
        ("accelerate/one-gpu.yaml", file("NO", 1, "")),
        ("accelerate/several-gpus.yaml", file("MULTI_GPU", 2, "")),
        ("accelerate/fsdp.yaml", file("FSDP", 2, spread)),
    ]
}

/// A job for Slurm, on one machine with as many cards as it is given.
pub(super) fn slurm(job: &Job<'_>, command: &str) -> TextFile {
    let (batch, script) = (job.settings.batch_size, script(command, job.has_start));
    let text = format!(
        "#!/bin/bash\n\
         #SBATCH --job-name=whetstone-{command}\n\
         #SBATCH --nodes=1\n\
         #SBATCH --ntasks-per-node=1\n\
         #SBATCH --gpus-per-node=1\n\
         #SBATCH --cpus-per-task=8\n\
         #SBATCH --time=04:00:00\n\
         #SBATCH --output=slurm-%j.log\n\n\
         # Submit it from its own folder: sbatch train.sbatch\n\
         # Cards, time and partition are yours to set. ACCELERATE=accelerate/fsdp.yaml spreads the model over the cards.\n\
         set -euo pipefail\n\
         cd \"$SLURM_SUBMIT_DIR\"\n\
         GPUS=\"${{SLURM_GPUS_ON_NODE:-1}}\"\n\
         BATCH={batch}\n\
         if (( BATCH % GPUS )); then\n\
         \x20 echo \"the batch of $BATCH cannot be shared by $GPUS cards; take a number of cards that divides it\" >&2\n\
         \x20 exit 2\n\
         fi\n\
         if (( GPUS > 1 )); then DEFAULT=accelerate/several-gpus.yaml; else DEFAULT=accelerate/one-gpu.yaml; fi\n\
         accelerate launch --config_file \"${{ACCELERATE:-$DEFAULT}}\" --num_processes \"$GPUS\" \\\n\
         \x20 {script} --config config.yaml --per_device_train_batch_size $((BATCH / GPUS))\n"
    );
    ("train.sbatch", text)
}

/// The program that goes on from an adapter, which TRL's own command cannot.
pub(super) fn program(job: &Job<'_>) -> TextFile {
    let name = match job.settings.task {
        Task::Kto => "KTO",
        Task::Sft => "SFT",
        Task::Dpo | Task::PreferenceModel => "DPO",
    };
    // TRL takes a given adapter, as it was, for the reference. Another one has to be given.
    let reference = match (job.settings.task, job.settings.reference) {
        (Task::Sft, _) | (_, ReferenceChoice::Start) => "",
        (_, ReferenceChoice::Base) => "        ref_model=base(),\n",
    };
    let text = format!(
        r#""""Goes on with the training of the adapter in `start`, with the settings of config.yaml."""

from datasets import load_dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import {name}Config, {name}Trainer, ModelConfig, ScriptArguments, TrlParser


def main():
    parser = TrlParser((ScriptArguments, {name}Config, ModelConfig))
    script, training, model = parser.parse_args_and_config()

    def base():
        return AutoModelForCausalLM.from_pretrained(
            model.model_name_or_path, revision=model.model_revision, dtype=model.dtype
        )

    data = load_dataset(script.dataset_name)
    trainer = {name}Trainer(
        model=PeftModel.from_pretrained(base(), "start", is_trainable=True),
{reference}        args=training,
        train_dataset=data["train"],
        eval_dataset=data["test"] if training.eval_strategy != "no" else None,
        processing_class=AutoTokenizer.from_pretrained(model.model_name_or_path, revision=model.model_revision),
    )
    trainer.train(resume_from_checkpoint=training.resume_from_checkpoint)
    trainer.save_model(training.output_dir)


if __name__ == "__main__":
    main()
"#
    );
    ("train.py", text)
}

/// How several cards share the batch, which a step of each must come out of as a whole.
fn several_cards(job: &Job<'_>, script: &str) -> String {
    let batch = job.settings.batch_size;
    if !batch.is_multiple_of(2) {
        return format!(
            "Two cards cannot share its batch of {batch}: a number of cards that divides it can, each with its part as \
             `--per_device_train_batch_size`.\n"
        );
    }
    format!(
        "On several cards, two here, each gets its part of the batch of {batch}, so that a step learns from the same records:\n\n\
         ```bash\n\
         accelerate launch --config_file accelerate/several-gpus.yaml --num_processes 2 {script} \\\n  \
         --config config.yaml --per_device_train_batch_size {}\n\
         ```\n",
        batch / 2
    )
}

/// What it is and how it is run.
pub(super) fn readme(job: &Job<'_>, command: &str, rows: usize, notes: &[String]) -> TextFile {
    let simple = if job.has_start {
        "python train.py --config config.yaml".to_owned()
    } else {
        format!("trl {command} --config config.yaml")
    };
    let several = several_cards(job, &script(command, job.has_start));
    let back = if job.settings.full {
        // A whole model is no adapter, which alone comes back into a project.
        "## Use the result\n\nThe model that was trained lies in `result`: a folder that stands by itself. Whetstone opens it as a \
         model of its own.\n"
    } else {
        "## Bring the result back\n\n```bash\nwhetstone import-adapter --project PROJECT result\n```\n"
    };
    let notes = notes.iter().map(|note| format!("- {note}\n")).collect::<Vec<_>>().concat();
    let start = if job.has_start {
        "- `start/`: the adapter that the training goes on from, and `train.py`, which does that\n"
    } else {
        ""
    };
    let aside = if job.look_every.is_some() { ", and `eval.jsonl`, what was set aside" } else { "" };
    let text = format!(
        "# A training for TRL\n\n\
         The same training as Whetstone's, for a machine with larger cards: the same data, loss, schedule and adapter, as a job \
         for [TRL](https://huggingface.co/docs/trl).\n\n\
         - `config.yaml`: every setting, under TRL's names\n\
         - `data/train.jsonl`: {rows} records in the order of the steps{aside}\n\
         {start}\
         - `accelerate/`: settings for one card, for several, and for a model that is spread over several (FSDP)\n\
         - `train.sbatch`: the job for a cluster with Slurm\n\n\
         ## Run it\n\n\
         In this folder, with Python 3.10 or newer:\n\n\
         ```bash\n\
         pip install \"trl>=1.16\" \"peft>=0.20\"\n\
         {simple}\n\
         ```\n\n\
         {several}\n\
         On a cluster: `sbatch train.sbatch`.\n\n\
         {back}\n\
         ## Know this\n\n\
         {notes}\n\
         ## Before it is handed on\n\n\
         Prompts and answers stand in `data` as people wrote them. Read them: nothing was taken out, be it names, addresses or \
         secrets.\n",
    );
    ("README.md", text)
}
