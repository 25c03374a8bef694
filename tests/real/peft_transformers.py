"""What Whetstone exports, loaded by PEFT and transformers: the same greedy answers, the same log-probabilities."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

GOLDEN = Path(__file__).parent.parent / "golden"
PROMPTS = ["Where is my parcel?", "The quick brown fox jumps over", "def main():\n    print(", "Ünïcödé: 日本語, 12345 and more."]
TOKENS = 24
# How far logits, and the log-probability of a token, may be apart, and which share of greedy tokens may be near ties.
MOST_APART, MOST_OTHER = 1e-3, 0.02


def whetstone(program, *arguments):
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)


def greedy(program, model, adapter, folder):
    prompts, out = folder / "prompts.jsonl", folder / "answers.jsonl"
    prompts.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in PROMPTS))
    command = ["generate", "--model", model, "--adapter", adapter, "--prompts", prompts, "--raw", "--greedy", "--ignore-eos"]
    whetstone(program, *command, "--max-new-tokens", TOKENS, "--dtype", "f32", "--out", out)
    return [json.loads(line)["token_ids"] for line in out.read_text().splitlines()]


def scores(program, model, adapter, pairs, folder):
    data, out = folder / "pairs.jsonl", folder / "scores.jsonl"
    data.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    whetstone(program, "score", "--model", model, "--adapter", adapter, "--data", data, "--dtype", "f32", "--out", out)
    return [json.loads(line) for line in out.read_text().splitlines()]


def logits_of(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float()


def log_probability(model, tokenizer, prompt, completion):
    """The sum over a completion's tokens, its end token included, as TRL counts them."""
    before = tokenizer(prompt)["input_ids"]
    ids = tokenizer(prompt + completion)["input_ids"] + [tokenizer.eos_token_id]
    logs = torch.log_softmax(logits_of(model, ids), -1)
    return sum(logs[place - 1, ids[place]].item() for place in range(len(before), len(ids))), len(ids) - len(before)


def likeliest(model, tokenizer, answers):
    found = total = 0
    for prompt, answer in zip(PROMPTS, answers):
        ids = tokenizer(prompt)["input_ids"]
        best = logits_of(model, ids + answer[:-1])[len(ids) - 1 :].argmax(-1).tolist()
        found += sum(a == b for a, b in zip(best, answer))
        total += len(answer)
    return found, total


def main():
    program, wrong = sys.argv[1], []
    names = sys.argv[2:] or sorted(path.name for path in (GOLDEN / "models").iterdir())
    print("peft", peft.__version__, "transformers", transformers.__version__, "torch", torch.__version__)
    pairs = [{"prompt": prompt, "chosen": " a good answer", "rejected": " 42 bad ones!"} for prompt in PROMPTS]
    for name in names:
        model, adapter = GOLDEN / "models" / name, GOLDEN / "models" / name / "adapter"
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            for form in ["peft", "merged"]:
                whetstone(program, "export", "--model", model, "--adapter", adapter, "--to", form, "--out", folder / form)
            answers = greedy(program, model, adapter, folder)
            ours = scores(program, model, adapter, pairs, folder)
            tokenizer = AutoTokenizer.from_pretrained(model)
            base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
            adapted = PeftModel.from_pretrained(base, folder / "peft").eval()
            merged = AutoModelForCausalLM.from_pretrained(folder / "merged", dtype=torch.float32).eval()
            merged_tokenizer = AutoTokenizer.from_pretrained(folder / "merged")
            ids = tokenizer(PROMPTS[0])["input_ids"]
            assert merged_tokenizer(PROMPTS[0])["input_ids"] == ids
            apart = (logits_of(adapted, ids) - logits_of(merged, ids)).abs().max().item()
            if not apart <= MOST_APART:
                wrong.append(f"{name}, merged")
            line = f"{name}: adapter and merged model apart by {apart:.1e} at most;"
            for form, loaded in [("peft", adapted), ("merged", merged)]:
                worst = 0.0
                for pair, row in zip(pairs, ours):
                    for side in ["chosen", "rejected"]:
                        theirs, count = log_probability(loaded, tokenizer, pair["prompt"], pair[side])
                        assert count == row[f"{side}_tokens"], (count, row)
                        worst = max(worst, abs(theirs - row[f"{side}_logp"]) / count)
                found, total = likeliest(loaded, tokenizer, answers)
                if not worst <= MOST_APART or found < (1 - MOST_OTHER) * total:
                    wrong.append(f"{name} {form}")
                line += f" {form}: greedy tokens that are its likeliest {found}/{total},"
                line += f" log-probability of a token apart by {worst:.1e} at most;"
            print(line.rstrip(";"), flush=True)
    if wrong:
        sys.exit(f"wrong: {', '.join(wrong)}")


main()
