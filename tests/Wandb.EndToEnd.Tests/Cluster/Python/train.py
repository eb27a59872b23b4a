"""What `wandb-sandbox train` does, with the SDK itself; the same options. Used where WANDB_E2E_SDK_IMAGE names an image."""

import argparse
import math
import os
import signal
import sys
import tempfile
import time

import wandb

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=1000)
parser.add_argument("--rate", type=int, default=100)
parser.add_argument("--runs", type=int, default=1)
parser.add_argument("--exit-code", type=int, default=0)
parser.add_argument("--once")
parser.add_argument("--fold", type=int, default=int(os.environ.get("JOB_COMPLETION_INDEX", "0")))
parser.add_argument("--artifacts", action="store_true")
parser.add_argument("--deaf", action="store_true")
options = parser.parse_args()


def log_artifacts(run):
    weights = wandb.Artifact("weights-" + run.id, type="model")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weights.txt")
        with open(path, "w") as file:
            file.write(f"weights of {run.id}\n")
        weights.add_file(path)
    run.log_artifact(weights)
    report = wandb.Artifact("report-" + run.id, type="model")
    with report.new_file("report.txt") as file:
        file.write(f"report of {run.id}\n")
    run.log_artifact(report)


def log_rows(run):
    start = time.monotonic()
    for step in range(options.rows):
        if options.rate > 0:
            time.sleep(max(0, step / options.rate - (time.monotonic() - start)))
        if options.artifacts and step == options.rows // 2:
            log_artifacts(run)
        noise = math.sin(step * 12.9898) * 0.02 + math.sin(options.fold) * 0.01
        run.log({"loss": 0.05 + 0.95 * math.exp(-step / 500) + noise, "accuracy": 0.95 * (1 - math.exp(-step / 300)) + noise})
        if step % 50 == 0:
            print("step", step, flush=True)


def exit_code():
    if options.once is None:
        return options.exit_code
    if os.path.exists(options.once):
        return 0
    open(options.once, "x").close()
    return options.exit_code


if options.deaf:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
code = exit_code()
for _ in range(options.runs):
    run = wandb.init(reinit="finish_previous")
    log_rows(run)
    run.finish(exit_code=code)
sys.exit(code)
