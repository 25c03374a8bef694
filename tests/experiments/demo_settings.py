"""How long and how fast the demos train: the whole road with several learning rates, steps, methods and seeds.

    cargo build --release -p whetstone
    python3 tests/experiments/demo_settings.py target/release/whetstone --rates 5e-4,1e-3,1.5e-3 --steps 40,60
    python3 tests/experiments/demo_settings.py target/release/whetstone --methods rlhf,rlaif --seeds 0,1,2

Each row is a demo of its own: it is begun and stopped at once, its project is set, and it goes on. Without --rates and
--steps the demo's own settings are taken.
"""

import argparse
import itertools
import json
import pathlib
import signal
import subprocess
import tempfile
import time


def begin(program, folder, method, seed):
    """Makes the demo's project and stops before anything is drawn."""
    command = [program, "demo", "--method", method, "--seed", str(seed), "--out", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (pathlib.Path(folder) / "project.db").is_file():
        time.sleep(0.005)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.wait()


def row(program, method, seed, rate, steps):
    with tempfile.TemporaryDirectory() as parent:
        folder = f"{parent}/demo"
        if rate or steps:
            begin(program, folder, method, seed)
            options = (["--learning-rate", rate] if rate else []) + (["--steps", steps] if steps else [])
            subprocess.run([program, "project", "set", folder, *options], check=True, stdout=subprocess.DEVNULL)
        command = [program, "demo", "--method", method, "--seed", str(seed), "--out", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        report = json.loads((pathlib.Path(folder) / "report.json").read_text())
    results, work = report["report"]["results"], report["report"]["work"]
    change = lambda paired: f"{paired['before']['value']:.2f} → {paired['after']['value']:.2f}"
    variety = results["variety"]
    columns = [
        method,
        seed,
        rate or "its own",
        steps or work["steps"],
        work["pairs"],
        change(results["rubric"]),
        f"{report['win_rate']:.2f} ({report['win_rate_low']:.2f}–{report['win_rate_high']:.2f})",
        change(results["fluency"]),
        f"{variety['before']['distinct_answers']:.2f} → {variety['after']['distinct_answers']:.2f}",
        f"{variety['before']['likeness']:.2f} → {variety['after']['likeness']:.2f}",
        f"{report['seconds']:.0f}",
    ]
    print("| " + " | ".join(str(column) for column in columns) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--methods", default="rlhf")
    parser.add_argument("--seeds", default="0,1")
    parser.add_argument("--rates", default="")
    parser.add_argument("--steps", default="")
    options = parser.parse_args()
    names = "method seed rate steps pairs rubric win-rate fluent distinct likeness seconds".split()
    print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    lists = [options.methods, options.seeds, options.rates, options.steps]
    for method, seed, rate, steps in itertools.product(*(text.split(",") for text in lists)):
        row(options.program, method, int(seed), rate, steps)


if __name__ == "__main__":
    main()
