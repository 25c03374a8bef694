#!/usr/bin/env python3
"""Full-parameter DPO: gradients of the first step, and ten steps, with every weight trained.

  make_full_golden.py --seed 1 --out DIR [--only llama_tied]

Needs DIR/models/<arch>. Writes DIR/train/<arch>.full.json and .full.safetensors. f32, CPU, no dropout; the reference is
a frozen copy of the model, so the first loss is log 2. The 8 pairs are one batch at the first step; the ten steps are
as in make_dpo_golden.py but for their learning rate.

PyTorch's embedding gives no gradient to the row of config.json's pad_token_id, wherever that token stands.

grad.<name>  full gradients of every one-dimensional tensor, of layer 1's matrices, and of the first ROWS rows of
             embedding and head; the JSON has the norm of every tensor's gradient.
"""
import argparse, shutil
from pathlib import Path
import common as C
import torch
from safetensors.torch import save_file

import make_dpo_golden as D

ARCHS = ["llama_tied", "llama_untied", "qwen2", "gemma3", "phi3"]
LR, ROWS = 2e-4, 96


def norm(t):
    return float(t.double().norm())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--only", default="")
    a = ap.parse_args()
    torch.set_num_threads(1)
    D.LR = LR
    for name in a.only.split(",") if a.only else ARCHS:
        torch.manual_seed(a.seed)
        mdir = a.out / "models" / name
        tr = D.make_dpo(mdir, 8, peft=False)
        batch = D.batch_of(tr)
        tr.model.train()
        loss = tr._compute_loss(tr.model, dict(batch), False)
        loss.backward()
        g = {n: p.grad.detach().clone().contiguous() for n, p in tr.model.named_parameters()}
        J = {"arch": name, "versions": C.versions(), "lr": LR, "beta": 0.1, "loss": loss.item(),
             "grad_norm": D.gnorm(g), "grad_norm_per_tensor": {n: norm(t) for n, t in g.items()}, "embedding_rows": ROWS}
        S = {}
        for n, t in g.items():
            if t.dim() == 1 or ".layers.1." in n:
                S["grad." + n] = t
            elif "layers" not in n:
                S["grad." + n] = t[:ROWS].clone()
        t = D.make_dpo(mdir, 2, peft=False)
        J["traj"] = D.run(t)
        J["final_norms"] = {n: norm(p.detach()) for n, p in t.model.named_parameters()}
        J["final_moved"] = {n: norm(p.detach() - q.detach())
                            for (n, p), q in zip(t.model.named_parameters(), t.ref_model.parameters())}
        D.dump(a.out / "train" / f"{name}.full.json", J)
        save_file(S, a.out / "train" / f"{name}.full.safetensors")
        print(name, J["loss"], J["grad_norm"], J["traj"]["loss"])
    shutil.rmtree(D.TMP, ignore_errors=True)


if __name__ == "__main__":
    main()
