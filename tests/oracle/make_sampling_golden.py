#!/usr/bin/env python3
"""Probabilities after transformers' own logits processors, for a grid of settings.

  make_sampling_golden.py --seed 0 --out DIR

Writes DIR/sampling.json: `logits` (named lists, every value exact in float32), and `cases`, each with the name of its logits,
the tokens seen, the settings and what remains as parallel lists of token ids (ascending) and probabilities.
The processors come in the order of `GenerationMixin._get_logits_processor`; a neutral setting adds none, as there.
"""
import argparse, json
from pathlib import Path
import torch
from transformers import LogitsProcessorList
from transformers.generation.logits_process import (
    MinPLogitsWarper, RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper)

NEUTRAL = dict(repetition_penalty=1.0, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)
SETTINGS = [
    {},
    dict(temperature=0.5), dict(temperature=1.7),
    dict(top_k=1), dict(top_k=5), dict(top_k=1000),
    dict(top_p=0.1), dict(top_p=0.5), dict(top_p=0.9), dict(top_p=0.999),
    dict(min_p=0.05), dict(min_p=0.3), dict(min_p=1.0),
    dict(repetition_penalty=1.3), dict(repetition_penalty=0.7),
    dict(temperature=0.7, top_k=20, top_p=0.8),
    dict(temperature=1.5, top_k=12, top_p=0.95, min_p=0.1, repetition_penalty=1.2),
    dict(temperature=0.3, top_p=0.9, min_p=0.02, repetition_penalty=2.0),
]


def processors(s):
    out = LogitsProcessorList()
    if s["repetition_penalty"] != 1.0:
        out.append(RepetitionPenaltyLogitsProcessor(s["repetition_penalty"]))
    if s["temperature"] != 1.0:
        out.append(TemperatureLogitsWarper(s["temperature"]))
    if s["top_k"] != 0:
        out.append(TopKLogitsWarper(s["top_k"]))
    if s["top_p"] < 1.0:
        out.append(TopPLogitsWarper(s["top_p"]))
    if s["min_p"] > 0.0:
        out.append(MinPLogitsWarper(s["min_p"]))
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, required=True)
    args = ap.parse_args()
    g = torch.Generator().manual_seed(args.seed)
    # Multiples of 1/256 are exact in float32 and short in JSON; halves make ties.
    fine = lambda n, spread: (torch.randn(n, generator=g) * spread * 256).round() / 256
    logits = {
        "spread": fine(40, 3.0),
        "narrow": fine(40, 0.4),
        "ties": (torch.randn(40, generator=g) * 2 * 2).round() / 2,
        "flat": torch.zeros(8),
        "wide": fine(600, 1.0),
    }
    wide = [dict(top_p=0.5), dict(top_p=0.97, temperature=1.3), dict(top_k=150, top_p=0.9), dict(top_k=40, min_p=0.1)]
    cases = []
    for name, values in logits.items():
        seen = [3, 3, 7, 0, 5, 3, 7] + ([] if name == "flat" else [31, 11, 39])
        for chosen in (wide if name == "wide" else SETTINGS):
            s = {**NEUTRAL, **chosen}
            scores = processors(s)(torch.tensor([seen]), values.clone()[None])
            probabilities = torch.softmax(scores.double(), -1)[0]
            kept = torch.isfinite(scores[0]).nonzero()[:, 0].tolist()
            cases.append({"logits": name, "seen": seen, **s, "tokens": kept,
                          "probabilities": [float(f"{probabilities[i]:.9g}") for i in kept]})
    args.out.mkdir(parents=True, exist_ok=True)
    text = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    values = ",\n".join(f'"{n}":{json.dumps(v.tolist(), separators=(",", ":"))}' for n, v in logits.items())
    (args.out / "sampling.json").write_text(f'{{"logits":{{\n{values}}},\n"cases":[\n{text}]}}\n')


if __name__ == "__main__":
    main()
