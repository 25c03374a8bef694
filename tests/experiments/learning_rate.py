"""Which learning rate goes with how many steps: trains on rules' verdicts and scores openings that were never seen.

    python3 tests/experiments/learning_rate.py PROGRAM MODEL [--rates 2e-4,5e-4] [--steps 20,60] [--seeds 0,1]
    python3 tests/experiments/learning_rate.py PROGRAM MODEL --presets quick,balanced,thorough

PROGRAM is a release build of whetstone, MODEL a folder with a model that goes on with stories. Nothing but Python's own
library is needed. A line a training comes out, as a row of a Markdown table.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path

RULES = """
[[rules]]
name = "20 to 60 words"
kind = "length"
min = 20
max = 60

[[rules]]
name = "happy"
kind = "contains"
any_of = ["happy", "smile", "smiled", "laughed", "fun", "love", "loved", "hug", "hugged", "glad"]
weight = 2

[[rules]]
name = "not sad"
kind = "excludes"
any_of = ["sad", "cry", "cried", "scared", "angry", "afraid", "hurt", "mad"]

[[rules]]
name = "ends with a sentence"
kind = "ends_with"
any_of = [".", "!", "?", "\\""]

[[rules]]
name = "English"
kind = "language"
language = "en"
"""

WHO = ["a little girl named Lily", "a boy named Tim", "a small dog", "a big cat", "a bird named Blue", "an old man"]
WHERE = ["in the park", "by the sea", "in a big house", "in the forest", "on a farm", "at school", "near a lake",
         "in the garden", "in a small town", "on a hill"]
OPENINGS = [f"Once upon a time, there was {who} {where}." for who in WHO for where in WHERE]
# Sixty openings; a step of 7 deals every hero and every place to both sides.
ORDER = [OPENINGS[(7 * index) % 60] for index in range(60)]
TRAINED, UNSEEN = ORDER[:40], ORDER[40:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--rates", default="5e-5,2e-4,5e-4,1e-3")
    parser.add_argument("--steps", default="20,60")
    parser.add_argument("--seeds", default="0,1")
    parser.add_argument("--presets", default="")
    options = parser.parse_args()
    if options.presets:
        ways = [(f"preset {name}", ["--preset", name]) for name in options.presets.split(",")]
    else:
        ways = [
            (f"{rate} × {steps}", ["--learning-rate", rate, "--max-steps", steps, "--warmup-steps", "4"])
            for steps in options.steps.split(",")
            for rate in options.rates.split(",")
        ]
    print("| rate × steps | seed | before | after | happy | ends well | log-probability a token |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for seed in options.seeds.split(","):
        with tempfile.TemporaryDirectory() as folder:
            road = Road(options.program, options.model, Path(folder), seed)
            before = road.score("before", None)
            for number, (name, way) in enumerate(ways):
                road.train(f"run-{number}", way)
                after = road.score(f"after-{number}", road.folder / f"run-{number}")
                figures = [f"{before['score']:.3f}", f"{after['score']:.3f}", f"{after['happy']:.2f}",
                           f"{after['ends']:.2f}", f"{before['fluency']:.2f} → {after['fluency']:.2f}"]
                print("| " + " | ".join([name, seed, *figures]) + " |", flush=True)


class Road:
    """Answers, verdicts and pairs of one seed, in a folder."""

    def __init__(self, program, model, folder, seed):
        self.program, self.model, self.folder, self.seed = program, model, folder, seed
        (folder / "rules.toml").write_text(RULES)
        self.write("trained.jsonl", [{"prompt": opening} for opening in TRAINED])
        self.write("unseen.jsonl", [{"prompt": opening} for opening in UNSEEN])
        self.generate("trained.jsonl", "answers.jsonl", None, 6)
        self.judge("answers.jsonl", "judged.jsonl", "--pairs", folder / "pairs.jsonl")

    def train(self, name, way):
        self.run("train", "--model", self.model, "--data", self.folder / "pairs.jsonl", "--out", self.folder / name,
                 "--rank", "16", "--batch-size", "8", "--seed", self.seed, *way)

    def score(self, name, adapter):
        """Mean figures of three answers to each opening that was not trained on."""
        self.generate("unseen.jsonl", f"{name}.jsonl", adapter, 3)
        self.judge(f"{name}.jsonl", f"{name}-judged.jsonl")
        records = self.read(f"{name}-judged.jsonl")
        rule = lambda wanted: statistics.mean(record["rules"][wanted] for record in records)
        return {
            "score": statistics.mean(record["score"] for record in records),
            "happy": rule("happy"),
            "ends": rule("ends with a sentence"),
            "fluency": self.fluency(name),
        }

    def fluency(self, name):
        """Mean log-probability a token that the model without an adapter gives to the answers."""
        pairs = [
            {"prompt": record["prompt"], "chosen": record["completion"], "rejected": ""}
            for record in self.read(f"{name}.jsonl")
        ]
        self.write(f"{name}-pairs.jsonl", pairs)
        self.run("score", "--model", self.model, "--data", self.folder / f"{name}-pairs.jsonl",
                 "--out", self.folder / f"{name}-scores.jsonl")
        scores = self.read(f"{name}-scores.jsonl")
        return sum(line["chosen_logp"] for line in scores) / sum(line["chosen_tokens"] for line in scores)

    def generate(self, prompts, out, adapter, samples):
        on = [] if adapter is None else ["--adapter", adapter]
        self.run("generate", "--model", self.model, "--prompts", self.folder / prompts, "--out", self.folder / out,
                 "--samples", str(samples), "--max-new-tokens", "120", "--temperature", "0.8", "--seed", self.seed, *on)

    def judge(self, data, out, *more):
        self.run("judge", "--rules", self.folder / "rules.toml", "--data", self.folder / data,
                 "--out", self.folder / out, *more)

    def run(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stderr)

    def write(self, name, records):
        (self.folder / name).write_text("".join(json.dumps(record) + "\n" for record in records))

    def read(self, name):
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


if __name__ == "__main__":
    main()
