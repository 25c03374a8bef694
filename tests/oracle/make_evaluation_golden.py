#!/usr/bin/env python3
"""Perplexity, KL of two models and implicit rewards of held-out pairs, with transformers and PEFT.

  make_evaluation_golden.py --out DIR

Reads the models and adapters that make_golden.py left in DIR/models; writes DIR/evaluation.json: for each model
`text`, of each text −log p of its tokens with and without the adapter, summed; `shift`, KL(with ‖ without) in nats at each
token of an answer; `rewards`, beta·(log p with − log p without) of both answers of pairs.
"""
import argparse, json
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [
    "Rain that falls on a hillside does not all run off at once.",
    "A bicycle chain is made of pairs of plates held together by pins, with a roller around each pin.",
    "Wer im Winter friert, sollte sich bewegen.",
]
ANSWERS = [("one two three", " four five six"), ("What is rain?", " Water that falls from clouds.")]
PAIRS = [("Say hello.", " Hello, how are you?", " No."), ("What is rain?", " Water.", " I do not know what you mean."),
         ("Count.", " one two three", " three two one zero")]
BETA = 0.1


def log_probabilities(model, ids):
    with torch.no_grad():
        return torch.log_softmax(model(torch.tensor([ids])).logits[0].double(), -1)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=Path, required=True)
    out = options.parse_args().out
    result = {"texts": TEXTS, "answers": ANSWERS, "pairs": PAIRS, "beta": BETA, "models": {}}
    for name in ["qwen3", "llama_tied", "gemma3"]:
        folder = out / "models" / name
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        model = PeftModel.from_pretrained(model, folder / "adapter").eval()

        def both(ids):
            with model.disable_adapter():
                before = log_probabilities(model, ids)
            return before, log_probabilities(model, ids)

        def chosen(log_p, ids, start):
            return sum(log_p[place - 1, ids[place]].item() for place in range(max(start, 1), len(ids)))

        texts = []
        for text in TEXTS:
            ids = tokenizer(text)["input_ids"]
            texts.append({"tokens": len(ids) - 1, "nats": [-chosen(log_p, ids, 1) for log_p in both(ids)]})
        shifts = []
        for prompt, answer in ANSWERS:
            start = len(tokenizer(prompt)["input_ids"])
            ids = tokenizer(prompt)["input_ids"] + tokenizer(answer, add_special_tokens=False)["input_ids"]
            before, after = both(ids)
            kl = [(after[p - 1].exp() * (after[p - 1] - before[p - 1])).sum().item() for p in range(start, len(ids))]
            shifts.append({"ids": ids, "start": start, "nats": kl})
        rewards = []
        for prompt, *completions in PAIRS:
            row = []
            for completion in completions:
                start = len(tokenizer(prompt)["input_ids"])
                ids = tokenizer(prompt)["input_ids"] + tokenizer(completion, add_special_tokens=False)["input_ids"]
                ids.append(tokenizer.eos_token_id)
                before, after = both(ids)
                row.append(BETA * (chosen(after, ids, start) - chosen(before, ids, start)))
            rewards.append(row)
        result["models"][name] = {"text": texts, "shift": shifts, "rewards": rewards}
    (out / "evaluation.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


main()
