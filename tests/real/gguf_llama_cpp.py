"""Whetstone's GGUF files read by the gguf package and by llama.cpp: the same tokens, the same greedy answers."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
from safetensors.numpy import load_file, save_file

GOLDEN = Path(__file__).parent.parent / "golden"
PROMPTS = [
    "Where is my parcel?",
    "The quick brown fox jumps over",
    "def main():\n    print(",
    "Ünïcödé: 日本語, 12345 and more.",
]
TOKENS = 24
# The share of greedy tokens that may be others: near ties, by what the weights are kept in.
MOST_OTHER = {"f32": 0.02, "f16": 0.02, "bf16": 0.02, "q8_0": 0.05, "q4_k_m": 0.5}
# What the format can say of a golden model whose configuration it cannot.
CHANGES = {
    "mistral": {"sliding_window": None},
    "smollm3": {"no_rope_layers": [1, 1, 1, 0]},
    "gemma3": {
        "num_hidden_layers": 6,
        "layer_types": ["sliding_attention"] * 5 + ["full_attention"],
        "query_pre_attn_scalar": 24,
    },
}


def prepared(name: str, folder: Path) -> Path:
    copy = folder / name
    shutil.copytree(GOLDEN / "models" / name, copy)
    if name in CHANGES:
        config = json.loads((copy / "config.json").read_text())
        config.update(CHANGES[name])
        (copy / "config.json").write_text(json.dumps(config))
    if name == "gemma3":
        weights = load_file(copy / "model.safetensors")
        for new, old in [(4, 0), (5, 2)]:
            for key in [key for key in weights if f".layers.{old}." in key]:
                weights[key.replace(f".layers.{old}.", f".layers.{new}.")] = weights[key].copy()
        save_file(weights, copy / "model.safetensors", {"format": "pt"})
    return copy


def whetstone_greedy(program: str, model: str) -> list[list[int]]:
    with tempfile.TemporaryDirectory() as folder:
        prompts, out = Path(folder) / "prompts.jsonl", Path(folder) / "out.jsonl"
        prompts.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in PROMPTS))
        command = [program, "generate", "--model", model, "--prompts", prompts, "--raw", "--greedy", "--ignore-eos"]
        command += ["--max-new-tokens", str(TOKENS), "--dtype", "f32", "--out", out]
        if model.endswith(".gguf"):
            command = [part for part in command if part not in ("--dtype", "f32")]
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
        return [json.loads(line)["token_ids"] for line in out.read_text().splitlines()]


def llama_likeliest(path: Path, answers: list[list[int]]) -> tuple[llama_cpp.Llama, list[list[int]]]:
    """llama.cpp's likeliest token at each place of an answer, after the tokens that Whetstone gave before it."""
    model = llama_cpp.Llama(str(path), n_ctx=256, verbose=False, logits_all=True, n_threads=2)
    likeliest = []
    for prompt, answer in zip(PROMPTS, answers):
        model.reset()
        # The token that begins a text is added where the file says so, and nowhere else.
        ids = model.tokenize(prompt.encode(), add_bos=True, special=True)
        model.eval(ids + answer[:-1])
        likeliest.append([int(token) for token in np.argmax(model.scores[len(ids) - 1 : model.n_tokens], axis=1)])
    return model, likeliest


def share_of_others(first: list[list[int]], second: list[list[int]]) -> float:
    pairs = [(a, b) for one, other in zip(first, second) for a, b in zip(one, other)]
    return sum(a != b for a, b in pairs) / max(1, len(pairs))


def same(first: list[list[int]], second: list[list[int]]) -> str:
    pairs = [(a, b) for one, other in zip(first, second) for a, b in zip(one, other)]
    return f"{sum(a == b for a, b in pairs)}/{len(pairs)}"


def main() -> None:
    program, bad = sys.argv[1], []
    print("gguf", getattr(gguf, "__version__", "?"), "llama-cpp-python", llama_cpp.__version__)
    with tempfile.TemporaryDirectory() as folder:
        names = ["starter"] + sorted(path.name for path in (GOLDEN / "models").iterdir())
        for name in names:
            model = "starter" if name == "starter" else str(prepared(name, Path(folder)))
            for form in ["f32", "f16", "bf16", "q8_0", "q4_k_m"] if name == "starter" else ["f16"]:
                out = Path(folder) / f"{name}-{form}"
                command = [program, "export", "--model", model, "--to", "gguf", "--gguf-type", form, "--out", out]
                subprocess.run([str(part) for part in command], check=True, capture_output=True)
                path = out / f"model-{form}.gguf"
                reader = gguf.GGUFReader(path)
                kinds = sorted({tensor.tensor_type.name for tensor in reader.tensors})
                try:
                    ours = whetstone_greedy(program, str(path))
                    llama, theirs = llama_likeliest(path, ours)
                except Exception as error:  # noqa: BLE001: what llama.cpp refuses is what is looked for
                    bad.append(f"{name} {form}")
                    print(f"{name} {form}: llama.cpp refuses it: {error}")
                    continue
                folders = whetstone_greedy(program, model)
                if share_of_others(ours, theirs) > MOST_OTHER["f16"]:
                    bad.append(f"{name} {form}")
                elif name == "starter" and share_of_others(ours, folders) > MOST_OTHER[form]:
                    bad.append(f"{name} {form}, against the folder")
                line = f"{name} {form}: {len(reader.tensors)} tensors {kinds}; greedy tokens "
                line += f"that are llama.cpp's likeliest: {same(ours, theirs)}; "
                line += f"the same from the folder: {same(ours, folders)}"
                if name != "starter":
                    cases = json.loads((GOLDEN / "golden" / f"{name}.json").read_text())["tokenize"]
                    wrong = []
                    for case in cases:
                        ids = llama.tokenize(case["text"].encode(), add_bos=True, special=True)
                        if ids != case["ids"]:
                            wrong.append(case["text"])
                    if wrong:
                        bad.append(f"{name}, its tokens")
                    line += f"; golden texts cut alike: {len(cases) - len(wrong)}/{len(cases)} {wrong[:4] if wrong else ''}"
                print(line, flush=True)
    if bad:
        sys.exit(f"wrong: {', '.join(bad)}")


if __name__ == "__main__":
    main()
