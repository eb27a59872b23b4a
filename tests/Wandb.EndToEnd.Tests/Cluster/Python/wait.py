"""A run whose rows are not on the disk yet when SIGTERM comes."""

import signal

import wandb

run = wandb.init()
for step in range(20):
    run.log({"loss": 1 / (step + 1)})
while True:
    signal.pause()
