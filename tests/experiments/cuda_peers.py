"""TRL's DPO and transformers' generate on an NVIDIA card, at the shapes and lengths of `whetstone bench`.

    python3 tests/experiments/cuda_peers.py train SHAPE BATCH MODE STEPS    MODE: default, best or best-bf16w
    python3 tests/experiments/cuda_peers.py generate SHAPE SEQUENCES

SHAPE is `smollm2-135m` or `qwen2.5-0.5b`; weights are random. `default` is DPOConfig as it comes (bf16 autocast over f32
weights, gradient checkpointing); `best` leaves checkpointing out and has the reference computed beforehand; `best-bf16w`
also keeps the frozen weights in bf16. It needs torch, transformers, peft, trl and datasets. A line of JSON comes out.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TQDM_DISABLE="1", TOKENIZERS_PARALLELISM="false", TRL_EXPERIMENTAL_SILENCE="1")

import torch
import transformers

ROOT = Path(tempfile.gettempdir()) / "whetstone-peers"
COMMON = {"tie_word_embeddings": True, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}


def config(shape):
    if shape == "smollm2-135m":
        return transformers.LlamaConfig(
            vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
            num_key_value_heads=3, max_position_embeddings=8192, rms_norm_eps=1e-5,
            rope_parameters={"rope_type": "default", "rope_theta": 100000.0}, **COMMON)
    return transformers.Qwen2Config(
        vocab_size=151936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24, num_attention_heads=14,
        num_key_value_heads=2, max_position_embeddings=32768, rms_norm_eps=1e-6, use_sliding_window=False,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, **COMMON)


def make(shape):
    """Writes a model of random weights once, with a tokenizer of one token a word, so that lengths are exact."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    folder = ROOT / shape
    if (folder / "tokenizer.json").exists():
        return folder
    settings = config(shape)
    torch.manual_seed(0)
    with torch.device("cuda"):
        model = transformers.AutoModelForCausalLM.from_config(settings, dtype=torch.bfloat16)
    model.to("cpu").save_pretrained(folder)
    words = {"<unk>": 0, "<bos>": 1, "<eos>": 2, **{f"w{i}": i for i in range(3, settings.vocab_size)}}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens(["<unk>", "<bos>", "<eos>"])
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<bos>", eos_token="<eos>", pad_token="<eos>",
    ).save_pretrained(folder)
    return folder


def pairs(shape, count):
    """Prompts of 88 to 104 tokens, answers of 64 to 160."""
    vocabulary, draw = config(shape).vocab_size, random.Random(0)
    words = lambda length: " ".join(f"w{draw.randrange(3, vocabulary)}" for _ in range(length))
    answer = lambda: " " + words(draw.randint(63, 159)) + " <eos>"
    return [{"prompt": words(draw.randint(88, 104)), "chosen": answer(), "rejected": answer()} for _ in range(count)]


def train(shape, batch, mode, steps):
    from datasets import Dataset
    from peft import LoraConfig
    from trl import DPOConfig, DPOTrainer
    folder = make(shape)
    best = {} if mode == "default" else {"gradient_checkpointing": False, "precompute_ref_log_probs": True}
    settings = DPOConfig(
        output_dir=tempfile.mkdtemp(), report_to="none", save_strategy="no", max_steps=steps, disable_tqdm=True,
        bf16=True, logging_steps=1000, per_device_train_batch_size=batch, **best)
    dtype = torch.bfloat16 if mode == "best-bf16w" else torch.float32
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype)
    marks = []

    class Mark(transformers.TrainerCallback):
        def on_step_begin(self, *_, **__):
            torch.cuda.synchronize()
            marks.append(time.time())

        on_train_end = on_step_begin

    start = time.time()
    trainer = DPOTrainer(
        model=model, args=settings, train_dataset=Dataset.from_list(pairs(shape, steps * batch)),
        processing_class=transformers.PreTrainedTokenizerFast.from_pretrained(folder), callbacks=[Mark()],
        peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"))
    before = time.time() - start
    trainer.train()
    seconds = [after - begin for begin, after in zip(marks, marks[1:])][2:]
    print("PEER", json.dumps({
        "what": "TRL DPO", "shape": shape, "mode": mode, "batch": batch,
        "pairs_per_second": batch / statistics.median(seconds), "step_ms": 1e3 * statistics.median(seconds),
        "step_ms_min": 1e3 * min(seconds), "step_ms_max": 1e3 * max(seconds), "seconds_before": before,
        "attention": model.config._attn_implementation, "peak_mib": torch.cuda.max_memory_allocated() >> 20}))


def generate(shape, sequences, prompt=32, new=128):
    model = transformers.AutoModelForCausalLM.from_pretrained(make(shape), dtype=torch.bfloat16).cuda().eval()
    ids = torch.randint(3, model.config.vocab_size, (1, prompt)).repeat(sequences, 1).cuda()
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 2

    def seconds(tokens):
        torch.cuda.synchronize()
        start = time.time()
        with torch.inference_mode():
            out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, do_sample=True,
                                 temperature=0.8, top_k=0, use_cache=True)
        torch.cuda.synchronize()
        assert out.shape[1] == prompt + tokens
        return time.time() - start

    seconds(new)
    first, whole = min(seconds(1) for _ in range(2)), statistics.median(seconds(new) for _ in range(3))
    print("PEER", json.dumps({
        "what": "transformers generate", "shape": shape, "sequences": sequences,
        "tokens_per_second": sequences * (new - 1) / (whole - first)}))


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train(sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
    else:
        generate(sys.argv[2], int(sys.argv[3]))
