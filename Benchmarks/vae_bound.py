#!/usr/bin/env python3
"""Trains one VAE by `gumbel vae` and by JAX, and compares the bounds of the test images.

Both train the network of peers/vae_data.py on Fashion-MNIST as peers/jax_vae_train.py says, once a
seed, and judge it by one-hot draws. Prints the negative bounds in nats an image, and their means.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
OPTIONS = (
    "--latent categorical:20x10 --encoder mlp:512,256 --binarise threshold --batch-size 100 "
    "--learning-rate 0.001 --temperature 1 --final-temperature 0.5 --anneal-rate 1e-4 "
    "--anneal-every 500 --quiet"
).split()


def output(command):
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def ours(gumbel, seed, epochs):
    with tempfile.TemporaryDirectory() as directory:
        run = ["--checkpoint", f"{directory}/run"]
        train = [gumbel, "vae", "train", "fashion-mnist", *OPTIONS, "--seed", str(seed)]
        train += ["--epochs", str(epochs), "--test-samples", "1", "--json", "-", *run]
        output(train)
        evaluate = [gumbel, "vae", "evaluate", "fashion-mnist", "--samples", "1", "--json", "-"]
        return -output([*evaluate, *run])["bound"]


def jax(python, seed, epochs):
    script = HERE / "peers/jax_vae_train.py"
    return output([python, script, "--seed", str(seed), "--epochs", str(epochs)])["test"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--gumbel", default=HERE.parent / ".build/release/gumbel")
    parser.add_argument("--peers-python", default=sys.executable)
    arguments = parser.parse_args()
    bounds = {"gumbel": [], "jax": []}
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        bounds["gumbel"].append(ours(arguments.gumbel, seed, arguments.epochs))
        bounds["jax"].append(jax(arguments.peers_python, seed, arguments.epochs))
        print(f"seed {seed}: gumbel {bounds['gumbel'][-1]:.2f}, jax {bounds['jax'][-1]:.2f}",
              flush=True)
    for name, values in bounds.items():
        error = statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
        print(f"{name}: mean {statistics.mean(values):.2f}, standard error {error:.2f}")
    means = {name: statistics.mean(values) for name, values in bounds.items()}
    print(f"difference: {means['gumbel'] - means['jax']:+.2f} nats an image")


if __name__ == "__main__":
    main()
