"""Whetstone's adapters for MLX, loaded by mlx-lm: the same likeliest tokens as with the adapter here."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import mlx.core as mx
import mlx_lm
import numpy as np
from mlx_lm.utils import load_model
from mlx_lm.tuner.utils import load_adapters
from tokenizers import Tokenizer

GOLDEN = Path(__file__).parent.parent / "golden"
PROMPTS = ["Where is my parcel?", "The quick brown fox jumps over", "def main():\n    print("]
TOKENS = 24
# The share of greedy tokens that may be others, being near ties; and the models that mlx-lm itself takes otherwise.
MOST_OTHER, NOT_IN_MLX = 0.02, ["gemma3", "mistral"]


def whetstone(program: str, *arguments: object) -> None:
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)


def older(path: Path, folder: Path) -> Path:
    """A golden with its configuration in the words of transformers 4, since mlx-lm knows no rope_parameters of it."""
    copy = folder / f"{path.name}-older"
    shutil.copytree(path, copy)
    if (copy / "config.legacy.json").is_file():
        shutil.copy(copy / "config.legacy.json", copy / "config.json")
    return copy


def main() -> None:
    program, names, wrong = sys.argv[1], sys.argv[2:], []
    mx.set_default_device(mx.cpu)
    print("mlx-lm", mlx_lm.__version__)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prompts, answers = folder / "prompts.jsonl", folder / "answers.jsonl"
        prompts.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in PROMPTS))
        for path in sorted((GOLDEN / "models").iterdir()):
            if names and path.name not in names:
                continue
            path_for_mlx = older(path, folder)
            tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
            for adapter in ["adapter", "adapter_rslora"]:
                out = folder / f"{path.name}-{adapter}"
                whetstone(program, "export", "--model", path, "--adapter", path / adapter, "--to", "mlx", "--out", out)
                whetstone(program, "generate", "--model", path, "--adapter", path / adapter, "--prompts", prompts, "--raw",
                          "--greedy", "--ignore-eos", "--max-new-tokens", TOKENS, "--dtype", "f32", "--out", answers)
                ours = [json.loads(line)["token_ids"] for line in answers.read_text().splitlines()]
                try:
                    base, _ = load_model(path_for_mlx)
                    found = {}
                    for kind in ["base", "adapted"]:
                        model = base if kind == "base" else load_adapters(base, str(out))
                        model.eval()
                        rows = []
                        for prompt, answer in zip(PROMPTS, ours):
                            ids = tokenizer.encode(prompt).ids
                            logits = model(mx.array([ids + answer[:-1]]))[0, len(ids) - 1 :]
                            rows.append(np.array(mx.argmax(logits, axis=-1)))
                        found[kind] = np.concatenate(rows)
                except Exception as error:  # noqa: BLE001: what mlx-lm refuses is what is looked for
                    print(f"{path.name}, {adapter}: mlx-lm refuses it: {error}", flush=True)
                    if path.name not in NOT_IN_MLX:
                        wrong.append(f"{path.name}, {adapter}")
                    continue
                tokens = np.concatenate([np.array(answer) for answer in ours])
                count = {kind: int((likeliest == tokens).sum()) for kind, likeliest in found.items()}
                if count["adapted"] < (1 - MOST_OTHER) * len(tokens) and path.name not in NOT_IN_MLX:
                    wrong.append(f"{path.name}, {adapter}")
                print(f"{path.name}, {adapter}: {count['adapted']}/{len(tokens)} of our greedy tokens are mlx-lm's likeliest "
                      f"with the adapter, {count['base']} without it", flush=True)
    if wrong:
        sys.exit(f"wrong: {', '.join(wrong)}")


main()
