"""Whetstone's adapters as GGUF files, put on the base model by llama.cpp: the same likeliest tokens, the same logits."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import llama_cpp
import numpy as np
from gguf_llama_cpp import GOLDEN, PROMPTS, TOKENS, prepared
from safetensors.numpy import save_file

MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


# How far the logits may be from those of the merged file, as a share of their spread, and how many greedy tokens may be near ties.
MOST_APART, MOST_OTHER = 1e-3, 0.02


def whetstone(program: str, *arguments: object) -> None:
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)


def random_adapter(model: Path, folder: Path, more: dict) -> Path:
    """An adapter of the starter's shapes with factors that are not small."""
    config = json.loads((model / "config.json").read_text())
    hidden, heads = config["hidden_size"], config["num_attention_heads"] * config["head_dim"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    inner = config["intermediate_size"]
    shapes = {
        "self_attn.q_proj": (heads, hidden), "self_attn.k_proj": (keys, hidden), "self_attn.v_proj": (keys, hidden),
        "self_attn.o_proj": (hidden, heads), "mlp.gate_proj": (inner, hidden), "mlp.up_proj": (inner, hidden),
        "mlp.down_proj": (hidden, inner),
    }
    draw, rank, tensors = np.random.default_rng(7), 8, {}
    for layer in range(config["num_hidden_layers"]):
        for module, (outputs, inputs) in shapes.items():
            name = f"base_model.model.model.layers.{layer}.{module}"
            tensors[f"{name}.lora_A.weight"] = draw.normal(0, 0.05, (rank, inputs)).astype(np.float32)
            tensors[f"{name}.lora_B.weight"] = draw.normal(0, 0.05, (outputs, rank)).astype(np.float32)
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    settings = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": rank, "lora_alpha": 16, "target_modules": MODULES}
    (folder / "adapter_config.json").write_text(json.dumps(settings | more))
    return folder


def greedy(program: str, model: object, adapter: Path, folder: Path) -> list[list[int]]:
    prompts, out = folder / "prompts.jsonl", folder / "answers.jsonl"
    prompts.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in PROMPTS))
    whetstone(program, "generate", "--model", model, "--adapter", adapter, "--prompts", prompts, "--raw", "--greedy",
              "--ignore-eos", "--max-new-tokens", TOKENS, "--dtype", "f32", "--out", out)
    return [json.loads(line)["token_ids"] for line in out.read_text().splitlines()]


def logits(path: Path, adapter: Path | None, answers: list[list[int]]) -> list[np.ndarray]:
    """llama.cpp's logits at each place of an answer, after the tokens that Whetstone gave before it."""
    lora = {} if adapter is None else {"lora_path": str(adapter)}
    model = llama_cpp.Llama(str(path), n_ctx=256, verbose=False, logits_all=True, n_threads=2, **lora)
    all_logits = []
    for prompt, answer in zip(PROMPTS, answers):
        model.reset()
        ids = model.tokenize(prompt.encode(), add_bos=True, special=True)
        model.eval(ids + answer[:-1])
        all_logits.append(np.array(model.scores[len(ids) - 1 : model.n_tokens]))
    return all_logits


def apart(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    one, other = np.concatenate(one), np.concatenate(other)
    return float(np.linalg.norm(one - other) / np.linalg.norm(one - one.mean()))


def main() -> None:
    program, starter, wrong = sys.argv[1], Path(sys.argv[2]), []
    print("llama-cpp-python", llama_cpp.__version__)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        cases = [("starter", starter, random_adapter(starter, folder / "plain", {})),
                 ("starter, rsLoRA", starter, random_adapter(starter, folder / "rslora", {"use_rslora": True})),
                 ("starter, ranks of its own", starter,
                  random_adapter(starter, folder / "alphas", {"alpha_pattern": {"v_proj": 3, "down_proj": 40}}))]
        # The model whose layers the format cannot say has other layers than its adapter.
        for name in sorted(path.name for path in (GOLDEN / "models").iterdir() if path.name != "gemma3"):
            model = prepared(name, folder)
            cases += [(f"{name}, {adapter}", model, model / adapter) for adapter in ["adapter", "adapter_rslora"]]
        for number, (name, model, adapter) in enumerate(cases):
            out = folder / f"out-{number}"
            for kind, more in [("base", []), ("merged", ["--adapter", adapter])]:
                whetstone(program, "export", "--model", model, *more, "--to", "gguf", "--gguf-type", "f32", "--out", out / kind)
            whetstone(program, "export", "--model", model, "--adapter", adapter, "--to", "gguf-lora", "--out", out / "lora")
            ours = greedy(program, model, adapter, folder)
            base, merged = out / "base/model-f32.gguf", out / "merged/model-f32.gguf"
            try:
                put_on = logits(base, out / "lora/adapter.gguf", ours)
            except Exception as error:  # noqa: BLE001: what llama.cpp refuses is what is looked for
                wrong.append(name)
                print(f"{name}: llama.cpp refuses it: {error}", flush=True)
                continue
            likeliest = np.concatenate([np.argmax(rows, axis=1) for rows in put_on])
            tokens = np.concatenate([np.array(answer) for answer in ours])
            apart_by = apart(logits(merged, None, ours), put_on)
            if apart_by > MOST_APART or (likeliest != tokens).mean() > MOST_OTHER:
                wrong.append(name)
            print(f"{name}: {(likeliest == tokens).sum()}/{len(tokens)} of our greedy tokens are llama.cpp's likeliest; "
                  f"its logits differ from those of the merged file by {apart_by:.1e}, "
                  f"from those without the adapter by {apart(logits(base, None, ours), put_on):.1e}", flush=True)
    if wrong:
        sys.exit(f"wrong: {', '.join(wrong)}")


main()
