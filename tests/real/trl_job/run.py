"""Runs jobs that `export --to trl-job` writes with TRL itself, and compares step by step with Whetstone's own training.

    python tests/real/trl_job/run.py target/debug/whetstone [WORDS OF CASES]
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[2] / "golden"

# A name, the model, the task's own options, the file of its data, and whether it goes on from the golden adapter.
# Every case is one that both programs have: a refusal is wrong, and so is a figure further off than TOLERANCE.
DPO = ["--task", "dpo"]
# What the two programs' rounding explains, as a share of a figure or of 1, whichever is larger.
TOLERANCE = 1e-4
LOSSES = [
    ("sigmoid", []),
    ("sigmoid_sft", ["--loss-param", "sft_weight=0.5"]),
    ("robust", ["--loss-param", "label_smoothing=0.1"]),
    ("ipo", []),
    ("hinge", []),
    ("sigmoid_norm", []),
    ("exo_pair", []),
    ("discopop", []),
    ("sigmoid_forward_kl", []),
    ("sigmoid_js", []),
    ("sigmoid_alpha", []),
    ("sigmoid_ld", []),
    ("ipo_ld", []),
    ("sigmoid_wpo", []),
    ("apo_zero", []),
    ("apo_down", []),
    ("nca_pair", []),
    ("bco_pair", []),
    ("sppo_hard", []),
    ("aot", []),
    ("aot_unpaired", []),
]
CASES = (
    [(f"dpo {loss}", "llama_tied", [*DPO, "--loss", loss, *more], "prefs", True) for loss, more in LOSSES]
    + [
        ("dpo qwen2, reference start, two batches a step", "qwen2", [*DPO, "--reference", "start", "--accumulate", "2"], "prefs", True),
        ("dpo, shuffled, cosine", "llama_tied", [*DPO, "--schedule", "cosine"], "prefs", True),
        ("dpo, rounds that do not come out even", "llama_tied", [*DPO, "--batch-size", "3"], "prefs", True),
        ("dpo, one module of a new adapter", "llama_tied", [*DPO, "--target-modules", "q_proj"], "prefs", False),
        ("dpo, a seed of 64 bits", "llama_tied", [*DPO, "--seed", "16045690981402826087"], "prefs", True),
        ("dpo, new adapter", "llama_tied", [*DPO, "--rank", "4", "--alpha", "8"], "prefs", False),
        ("sft", "llama_tied", ["--task", "sft"], "sft", True),
        ("sft, prompts too", "llama_tied", ["--task", "sft", "--loss-param", "completion_only=0"], "sft", True),
        ("sft, every weight", "llama_tied", ["--task", "sft", "--full"], "sft", False),
        ("dpo, every weight", "llama_tied", [*DPO, "--full"], "prefs", False),
        ("kto", "llama_tied", ["--task", "kto"], "kto", True),
    ]
)


def records(kind):
    pairs = json.loads((GOLDEN / "data.json").read_text())["prefs"]
    if kind == "sft":
        return [{"prompt": pair["prompt"], "completion": pair["chosen"]} for pair in pairs]
    if kind == "kto":
        sides = [("chosen", True), ("rejected", False)]
        return [
            {"prompt": pair["prompt"], "completion": pair[side], "label": label}
            for number, pair in enumerate(pairs)
            for side, label in [sides[number % 2]]
        ]
    return pairs


def run(command, folder=None):
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def steps_of_trl(job):
    states = sorted(job.glob("result/checkpoint-*/trainer_state.json"), key=lambda path: int(path.parent.name[11:]))
    history = json.loads(states[-1].read_text())["log_history"]
    return [entry for entry in history if "loss" in entry]


class Wrong(Exception):
    """What a case came to, where it is not what it should be."""


def largest_difference(ours, theirs, name):
    pairs = [(one[name], other[name]) for one, other in zip(ours, theirs) if name in one and name in other]
    return max((abs(one - other) / max(1.0, abs(other)) for one, other in pairs), default=float("nan"))


def try_case(whetstone, case, work):
    name, model, options, data, has_start = case
    model = GOLDEN / "models" / model
    lines = work / "data.jsonl"
    lines.write_text("".join(json.dumps(record) + "\n" for record in records(data)))
    adapter = ["--adapter", str(model / "adapter")] if has_start else []
    shared = {"--max-steps": "6", "--batch-size": "2", "--learning-rate": "2e-3", "--warmup-steps": "2", "--max-length": "256"}
    shared = [word for name, value in shared.items() if name not in options for word in (name, value)]
    order = [] if "shuffled" in name else ["--no-shuffle"]
    code, text = run([whetstone, "train", "--model", model, "--data", lines, "--out", work / "run", *adapter, *shared, *order, *options])
    if code:
        raise Wrong(f"not trained: {text.strip()[-500:]}")
    code, text = run([whetstone, "export", "--model", model, "--adapter", work / "run", "--data", lines, "--to", "trl-job", "--out", work / "job"])
    if code:
        raise Wrong(f"no job: {text.strip()[-500:]}")
    job = work / "job"
    task = options[1]
    script = ["train.py"] if has_start else ["-m", f"trl.scripts.{task}"]
    code, text = run([sys.executable, *script, "--config", "config.yaml", "--use_cpu", "true"], job)
    if code:
        raise Wrong(f"TRL failed:\n{text[-2000:]}")
    ours = [json.loads(line) for line in (work / "run" / "metrics.jsonl").read_text().splitlines()]
    theirs = steps_of_trl(job)
    if [one["step"] for one in ours] != [other["step"] for other in theirs]:
        raise Wrong(f"TRL took {len(theirs)} steps, Whetstone {len(ours)}")
    is_new = not has_start and "--full" not in options
    # A new adapter begins with other random numbers: the first step's loss is the same, the later ones are another training's.
    compared = slice(0, 1) if is_new else slice(None)
    figures = ["loss", "learning_rate", *([] if is_new else ["grad_norm", "rewards/margins"])]
    found = {figure: largest_difference(ours[compared], theirs[compared], figure) for figure in figures}
    said = [f"{figure} {difference:.1e}" for figure, difference in found.items()]
    # A figure that one of the two does not have is no number; the loss and the rate every training has.
    missing = [figure for figure in ["loss", "learning_rate"] if math.isnan(found[figure])]
    if missing or any(difference > TOLERANCE for difference in found.values()):
        raise Wrong(f"largest differences: {', '.join(said)}")
    brought = bring_back(whetstone, model, job, work) if "--full" not in options else ""
    return f"{len(ours[compared])} steps, largest differences: " + ", ".join(said) + brought


def bring_back(whetstone, model, job, work):
    """The result as a run of a project, with the figures of its steps."""
    code, text = run([whetstone, "project", "new", work / "project", "--model", model, "--method", "rlhf"])
    if code == 0:
        code, text = run([whetstone, "import-adapter", "--project", work / "project", job / "result"])
    if code:
        raise Wrong(f"not brought back: {text.strip()}")
    lines = (work / "project" / "runs" / "1" / "metrics.jsonl").read_text().splitlines()
    return f"; brought back with {len(lines)} steps"


def read_files(whetstone, work):
    """The files beside a job, and those of the other forms, by the programs that they are for."""
    import yaml
    from accelerate.commands.config.config_args import load_config_from_file
    from huggingface_hub import ModelCard

    model = GOLDEN / "models" / "llama_tied"
    for form in ["peft", "merged", "gguf", "gguf-lora", "mlx", "ollama", "llama-server", "vllm"]:
        out = work / form
        code, text = run([whetstone, "export", "--model", model, "--adapter", model / "adapter", "--to", form, "--out", out])
        if code:
            raise Wrong(f"{form}: {text.strip()}")
        card = ModelCard.load(out / "README.md")
        said = f"card: {card.data.library_name}, {card.data.base_model}, tags {card.data.tags}"
        if (out / "compose.yaml").is_file():
            model_service = yaml.safe_load((out / "compose.yaml").read_text())["services"]["model"]
            said += f"; compose: {model_service['image']}, {len(model_service['command'])} words"
        for script in ["start.sh", "ask.sh"]:
            if (out / script).is_file():
                code, text = run(["sh", "-n", out / script])
                if code:
                    raise Wrong(f"{form}: {script}: {text}")
                said += f"; {script} is read"
        print(f"{form}: {said}", flush=True)
    lines = work / "data.jsonl"
    lines.write_text("".join(json.dumps(record) + "\n" for record in records("prefs")))
    run([whetstone, "train", "--model", model, "--data", lines, "--out", work / "run", "--max-steps", "1", "--batch-size", "2"])
    run([whetstone, "export", "--model", model, "--adapter", work / "run", "--data", lines, "--to", "trl-job", "--out", work / "job"])
    for path in sorted((work / "job" / "accelerate").iterdir()):
        config = load_config_from_file(str(path))
        print(f"accelerate/{path.name}: {config.distributed_type}, {config.num_processes} processes")
    code, text = run(["bash", "-n", work / "job" / "train.sbatch"])
    if code:
        raise Wrong(f"train.sbatch: {text}")
    print("train.sbatch: is read", flush=True)


def main():
    whetstone = Path(sys.argv[1]).resolve()
    wanted, wrong, tried = sys.argv[2:], 0, 0
    if not wanted or "files" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            read_files(whetstone, Path(folder))
    for case in CASES:
        if wanted and not any(word in case[0] for word in wanted):
            continue
        with tempfile.TemporaryDirectory() as folder:
            tried += 1
            try:
                said = try_case(whetstone, case, Path(folder))
            except Wrong as error:
                wrong += 1
                said = f"WRONG: {error}"
            print(f"{case[0]}: {said}", flush=True)
    if wrong or not (tried or "files" in wanted):
        sys.exit(f"{wrong} of {tried} cases are wrong")


if __name__ == "__main__":
    main()
