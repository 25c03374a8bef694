#!/usr/bin/env python3
"""Comparisons a second, ours beside transformers': the same shapes, both orders, the log-probabilities of the answer
letters read off one forward pass a question. Weights are made up on both sides.

    python3 tests/experiments/judging.py target/release/whetstone [--comparisons 16] [--threads 2]

Needs torch and transformers. Transformers is measured in batches of 1, 2, 4 and 8 questions, in f32 and bf16, with the head
at the last position alone; the best of them counts.
"""

import argparse
import json
import subprocess
import time

TOKENS = [128, 48, 64, 64, 16]  # rubric, request, two replies, the question behind them


def ours(program, dtype, comparisons, threads):
    command = [program, "--json", "bench", "--pairs", "0", "--new-tokens", "0", "--comparisons", str(comparisons)]
    command += ["--dtype", dtype, "--threads", str(threads)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    ended = next(event for event in map(json.loads, lines) if event["event"] == "ended")
    return ended["summary"]["comparisons_per_second"]


def theirs(dtype, batch, comparisons, threads):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
        num_key_value_heads=3, max_position_embeddings=8192, tie_word_embeddings=True,
    )
    model = LlamaForCausalLM(config).to({"f32": torch.float32, "bf16": torch.bfloat16}[dtype]).eval()
    questions = torch.randint(3, 49152, (2 * comparisons, sum(TOKENS)))

    def run(count):
        with torch.inference_mode():
            for start in range(0, count, batch):
                rows = questions[start : start + batch]
                logits = model(rows, use_cache=False, logits_to_keep=1).logits[:, -1].float()
                log_probabilities = torch.log_softmax(logits, -1)
                (log_probabilities[:, 3] - log_probabilities[:, 4]).tolist()

    run(min(4, 2 * comparisons))
    begun = time.time()
    run(2 * comparisons)
    return comparisons / (time.time() - begun)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--comparisons", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    print("| precision | ours | transformers | batch | ratio |\n|---|---|---|---|---|")
    for dtype in ["f32", "bf16"]:
        speeds = {batch: theirs(dtype, batch, arguments.comparisons, arguments.threads) for batch in [1, 2, 4, 8]}
        batch = max(speeds, key=speeds.get)
        own = ours(arguments.program, dtype, arguments.comparisons, arguments.threads)
        print(f"| {dtype} | {own:.2f} | {speeds[batch]:.2f} | {batch} | {own / speeds[batch]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
