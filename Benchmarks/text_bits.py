#!/usr/bin/env python3
"""Trains one model of strings by `gumbel text` and by JAX, and compares the bits a character.

Both train the LSTM of peers/jax_text_train.py on nine tenths of a file's lines, once a seed, and
predict the others. Prints the bits that a line takes for each of its characters, and their means.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def output(command):
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def ours(gumbel, files, arguments, seed):
    command = [gumbel, "text", "train", files[0], "--hidden", arguments.hidden, "--quiet"]
    command += ["--epochs", arguments.epochs, "--seed", seed, "--json", "-", "--samples", 1]
    return output(list(map(str, command)))["test"]["bitsPerCharacter"]


def jax(python, files, arguments, seed):
    command = [python, HERE / "peers/jax_text_train.py", *files, "--hidden", arguments.hidden]
    command += ["--epochs", arguments.epochs, "--seed", seed]
    return output(list(map(str, command)))["bitsPerCharacter"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="a string a line, such as /usr/share/dict/american-english")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--gumbel", default=HERE.parent / ".build/release/gumbel")
    parser.add_argument("--peers-python", default=sys.executable)
    arguments = parser.parse_args()
    lines = [line.split(" ")[0] for line in Path(arguments.file).read_text().splitlines()]
    lines = [line for line in lines if line]
    random.Random(0).shuffle(lines)
    found = {"gumbel": [], "jax": []}
    with tempfile.TemporaryDirectory() as directory:
        files = [f"{directory}/train.txt", f"{directory}/test.txt"]
        tenth = len(lines) // 10
        for file, part in zip(files, (lines[tenth:], lines[:tenth])):
            Path(file).write_text("".join(line + "\n" for line in part))
        for seed in range(arguments.seeds):
            found["gumbel"].append(ours(arguments.gumbel, files, arguments, seed))
            found["jax"].append(jax(arguments.peers_python, files, arguments, seed))
            latest = ", ".join(f"{name} {values[-1]:.4f}" for name, values in found.items())
            print(f"seed {seed}: {latest}", flush=True)
    means = {name: statistics.mean(values) for name, values in found.items()}
    for name, values in found.items():
        error = statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
        print(f"{name}: mean {means[name]:.4f}, standard error {error:.4f}")
    print(f"difference: {100 * (means['gumbel'] / means['jax'] - 1):+.2f} % of JAX's")


if __name__ == "__main__":
    main()
