#!/usr/bin/env python3
"""Online methods: advantages, loss and gradients of the first step on answers and rewards that are given.

  make_online_golden.py --seed 1 --out DIR [--only llama_tied]

Needs DIR/models/<arch> and its adapter/. Writes DIR/train/<arch>.online.json (+ .safetensors). f32, CPU, no dropout.
Nothing is sampled: TRL's trainers are handed token ids and rewards, and do everything else themselves. The policy is
the model with its adapter, the reference the model with the adapter off. Where a run has `old`, the log-probabilities
of the policy that wrote the answers are the policy's own, moved by fixed noise so that some ratios are clipped.

runs.<name>: spec, advantages (an answer each, in order), loss, grad_norm, metrics. `rows` are the answers that the
step takes; the others belong to the same round. grad.<name>.<peft key> of some runs.
"""
import argparse, math
from pathlib import Path
import common as C
import torch
from safetensors.torch import save_file

import make_dpo_golden as D
import transformers as T
from datasets import Dataset

PROMPTS = ["What is the capital of Portugal?", "Why is the sky blue?", "Write a short poem about the sea."]
SAMPLES, MOST_TOKENS = 4, 24
LENGTHS = [[7, 12, 3, 24], [9, 9, 17, 5], [24, 11, 6, 14]]
NAN = float("nan")
REWARDS = [[0.25, 1.0, 0.0, 0.5], [0.75, 0.75, 0.75, 0.75], [0.1, NAN, 0.9, 0.3]]
FULL_REWARDS = [[0.25, 1.0, 0.0, 0.5], [0.6, 0.4, 0.75, 0.7], [0.1, 0.2, 0.9, 0.3]]

GRPO = {
    "dapo": dict(loss_type="dapo"),
    "grpo": dict(loss_type="grpo", beta=0.04),
    "bnpo_batch": dict(loss_type="bnpo", beta=0.04, scale_rewards="batch"),
    "dr_grpo_none": dict(loss_type="dr_grpo", scale_rewards="none"),
    "grpo_clipped": dict(loss_type="grpo", beta=0.04, old=True),
    "dapo_clipped_higher": dict(loss_type="dapo", epsilon_high=0.28, old=True, beta=0.1),
    "dapo_second_of_three": dict(loss_type="dapo", rows=[4, 8], old=True),
    "bnpo_second_of_three": dict(loss_type="bnpo", rows=[0, 4], beta=0.1),
    "grpo_unjudged": dict(loss_type="grpo", rewards="gaps"),
}
RLOO = {
    "rloo": dict(),
    "rloo_normalized": dict(normalize_advantages=True, beta=0.1),
    "rloo_no_kl": dict(beta=0.0),
    "rloo_clipped": dict(old=True, beta=0.2),
    "rloo_unjudged": dict(rewards="gaps"),
}
TENSORS = ["grpo", "dapo_clipped_higher", "rloo_clipped"]


def answers(arch_seed, end):
    """Fixed token ids; the last one is the end token where an answer came to its end."""
    generator = torch.Generator().manual_seed(arch_seed)
    out = []
    for lengths in LENGTHS:
        for n in lengths:
            ids = torch.randint(20, C.VOCAB - 40, (n,), generator=generator).tolist()
            if n < MOST_TOKENS:
                ids[-1] = end
            out.append(ids)
    return out


def trainer(cls, config, mdir, spec, ids):
    tok = T.AutoTokenizer.from_pretrained(mdir)
    model = T.AutoModelForCausalLM.from_pretrained(mdir, dtype=torch.float32)
    rewards = sum(REWARDS if spec.get("rewards") == "gaps" else FULL_REWARDS, [])
    given = [None if math.isnan(r) else r for r in rewards]
    kw = {k: v for k, v in spec.items() if k not in ("old", "rows", "rewards")}
    steps = 3 if "rows" in spec else 1
    args = D.base_args(config, len(ids) // steps, num_generations=SAMPLES, max_completion_length=MOST_TOKENS,
                       temperature=1.0, steps_per_generation=steps, **kw)
    tr = cls(model=model, args=args, train_dataset=Dataset.from_list([{"prompt": p} for p in PROMPTS]),
             processing_class=tok, peft_config=D.lora(), reward_funcs=lambda completions, **_: given)
    D.load_init(tr, mdir)
    tr.model.train()
    tr.current_gradient_accumulation_steps = 1
    single = (lambda *a, **k: (ids, None)) if cls.__name__ == "GRPOTrainer" else (lambda *a, **k: ids)
    tr._generate_single_turn = single
    return tr


def per_token(tr, batch):
    ids = torch.cat([batch["prompt_ids"], batch["completion_ids"]], 1)
    mask = torch.cat([batch["prompt_mask"], batch["completion_mask"]], 1)
    with torch.no_grad():
        return tr._get_per_token_logps_and_entropies(tr.model, ids, mask, batch["completion_ids"].size(1))[0].detach()


def noise(shape):
    generator = torch.Generator().manual_seed(7)
    return 0.5 * torch.randn(shape, generator=generator)


def ragged(values, mask):
    return [row[m.bool()].tolist() for row, m in zip(values, mask)]


def run(cls, config, mdir, spec, ids, J):
    tr = trainer(cls, config, mdir, spec, ids)
    inputs = [{"prompt": p} for p in PROMPTS for _ in range(SAMPLES)]
    is_rloo = cls.__name__ == "RLOOTrainer"
    old = None
    if spec.get("old") and is_rloo:
        # The old policy's sums decide the penalty in the reward, so they are moved before the advantages are made.
        inner = tr._get_per_token_logps_and_entropies
        calls = []

        def moved(*a, **k):
            out = inner(*a, **k)
            calls.append(1)
            if len(calls) == 1:
                return (out[0] + 0.1 * noise(out[0].shape),) + tuple(out[1:])
            return out
        tr._get_per_token_logps_and_entropies = moved
        batch = tr._generate_and_score_completions(inputs)
        tr._get_per_token_logps_and_entropies = inner
    else:
        batch = tr._generate_and_score_completions(inputs)
        if spec.get("old"):
            batch["old_per_token_logps"] = per_token(tr, batch) + noise(batch["completion_ids"].shape)
    mask = batch["completion_mask"]
    current = per_token(tr, batch)
    result = {"spec": {k: v for k, v in spec.items()}, "advantages": batch["advantages"].tolist()}
    if spec.get("old"):
        shift = (0.1 if is_rloo else 1.0) * noise(current.shape)
        result["old"] = ragged(current + shift, mask)
    J.setdefault("per_token_logps", ragged(current, mask))
    if "ref_per_token_logps" in batch:
        J.setdefault("ref_per_token_logps", ragged(batch["ref_per_token_logps"], mask))
    step = dict(batch)
    if "rows" in spec:
        start, end = spec["rows"]
        step = {k: v[start:end] if torch.is_tensor(v) and v.dim() and v.size(0) == len(ids) else v
                for k, v in batch.items()}
    loss = tr._compute_loss(tr.model, step)
    loss.backward()
    grads = D.grads(tr.model)
    metrics = {k: v[-1] for k, v in tr._metrics["train"].items()}
    result |= {"loss": loss.item(), "grad_norm": D.gnorm(grads), "metrics": metrics}
    return result, grads


def online_dpo(mdir, ids, loss_type, beta):
    """Online DPO compares two answers of a prompt: here the first two of each. (Its ipo is over sums, DPO's over means.)"""
    from trl.experimental.online_dpo import OnlineDPOConfig, OnlineDPOTrainer
    tok = T.AutoTokenizer.from_pretrained(mdir)
    model = T.AutoModelForCausalLM.from_pretrained(mdir, dtype=torch.float32)
    taken = [[ids[p * SAMPLES + s] for p in range(len(PROMPTS))] for s in range(2)]
    rewards = [FULL_REWARDS[p][s] for s in range(2) for p in range(len(PROMPTS))]
    args = OnlineDPOConfig(output_dir=str(D.TMP), use_cpu=True, bf16=False, report_to="none", beta=beta,
                           loss_type=loss_type, per_device_train_batch_size=len(PROMPTS), gradient_checkpointing=False)
    tr = OnlineDPOTrainer(model=model, args=args, train_dataset=Dataset.from_list([{"prompt": p} for p in PROMPTS]),
                          processing_class=tok, peft_config=D.lora(), reward_funcs=lambda completions, **_: rewards)
    D.load_init(tr, mdir)

    def pad(rows, left):
        most = max(map(len, rows))
        fill = [[tok.pad_token_id] * (most - len(r)) for r in rows]
        mask = [[0] * (most - len(r)) for r in rows]
        values = [f + r if left else r + f for r, f in zip(rows, fill)]
        masks = [m + [1] * len(r) if left else [1] * len(r) + m for r, m in zip(rows, mask)]
        return torch.tensor(values), torch.tensor(masks)
    prompt_ids, prompt_mask = pad([tok(p)["input_ids"] for p in PROMPTS] * 2, True)
    completion_ids, completion_mask = pad(taken[0] + taken[1], False)
    tr._generate = lambda *a, **k: (prompt_ids, prompt_mask, completion_ids, completion_mask, None)
    tr.current_gradient_accumulation_steps = 1
    loss = tr.training_step(tr.model, {"prompt": list(PROMPTS)})
    grads = D.grads(tr.model)
    stats = {k: v[-1] for k, v in tr.stats.items() if v}
    return {"loss_type": loss_type, "beta": beta, "loss": loss.item(), "grad_norm": D.gnorm(grads), "metrics": stats,
            "chosen_first": [FULL_REWARDS[p][0] >= FULL_REWARDS[p][1] for p in range(len(PROMPTS))]}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--only", default="llama_tied,qwen2")
    a = ap.parse_args()
    torch.set_num_threads(1)
    from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer
    for name in a.only.split(","):
        mdir = a.out / "models" / name
        tok = T.AutoTokenizer.from_pretrained(mdir)
        ids = answers(a.seed, tok.eos_token_id)
        clean = lambda rewards: [[None if math.isnan(r) else r for r in row] for row in rewards]
        J = {"arch": name, "versions": C.versions(), "samples": SAMPLES, "max_completion_length": MOST_TOKENS,
             "prompts": [tok(p)["input_ids"] for p in PROMPTS], "completions": ids,
             "rewards": clean(FULL_REWARDS), "rewards_with_gaps": clean(REWARDS), "runs": {}}
        S = {}
        for cls, config, runs in [(GRPOTrainer, GRPOConfig, GRPO), (RLOOTrainer, RLOOConfig, RLOO)]:
            for run_name, spec in runs.items():
                torch.manual_seed(a.seed)
                J["runs"][run_name], grads = run(cls, config, mdir, spec, ids, J)
                J["runs"][run_name]["method"] = "grpo" if cls is GRPOTrainer else "rloo"
                if run_name in TENSORS and name == a.only.split(",")[0]:
                    S |= {f"grad.{run_name}.{k}": v for k, v in grads.items()}
                print(name, run_name, J["runs"][run_name]["loss"], J["runs"][run_name]["grad_norm"])
        J["online_dpo"] = [online_dpo(mdir, ids, *how) for how in [("sigmoid", 0.1), ("sigmoid", 0.5)]]
        print(name, [(run["loss"], run["grad_norm"]) for run in J["online_dpo"]])
        D.dump(a.out / "train" / f"{name}.online.json", J)
        if S:
            save_file(S, a.out / "train" / f"{name}.online.safetensors")


if __name__ == "__main__":
    main()
