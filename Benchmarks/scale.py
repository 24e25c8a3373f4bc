#!/usr/bin/env python3
"""How long a step takes with more processes, by a model: where they pay and where they stop to.

A step of N processes, each with one of N shards of a batch, takes

    T(N) = F + C / N + X(N),    X(N) = 2 (N - 1) / N 4 n / b + 2 h(N) a + n s

with F what every process does alone (the update of n parameters), C what is shared, b the bytes a second
and a the delay of the network, h the messages one after the other of an exchange (N - 1 of large pieces,
log2 N of small ones, whichever is faster), and s the time in which a value is added up and moved in memory.

Sums between two processes of Open MPI over TCP, through script/two-hosts with 100 and 200 Mbit/s, took 2.1 times
what their bytes do both ways at once: b of such a line is half of what it is said to be.

A reservoir over L lines that N processes read takes L / (N r) + log2 N (k l / b + a): r lines a second of one,
k lines kept of l bytes each, merged as a tree.

usage: Benchmarks/scale.py [--weak]

--weak keeps the batch of a process as it is, instead of the batch of all.
"""
import math
import sys

# Seconds of a step of one process with one thread; and of them, of the update that each process does.
# Those of the VAE were measured on a Xeon with AMX, in float32; the others follow from them by the number of
# parameters, and are no measurements.
MODELS = [
    # name, parameters, shared seconds, seconds alone
    ("VAE, 1.2 M, batch 1000", 1_169_880, 0.0451, 0.0018),
    ("text, 5 M, 64 strings of 100", 5_000_000, 1.0, 0.0077),
    ("100 M, batch of 20 times as much work", 100_000_000, 20.0, 0.154),
]
# Of a value, to be added up and moved: measured between two processes that share memory.
SECONDS_A_VALUE = 1.1e-9
NETWORKS = [(1, 500e-6), (1, 50e-6), (10, 50e-6), (10, 5e-6), (100, 50e-6), (100, 5e-6)]
COUNTS = [1 << i for i in range(11)]


def exchange(n, count, gigabits, delay):
    """Seconds of the sum of n values over processes."""
    if count == 1:
        return 0.0
    nbytes = 2 * (count - 1) / count * 4 * n / (gigabits * 1e9 / 8)
    ring = nbytes + 2 * (count - 1) * delay
    # By halves: fewer messages, in which the same bytes go.
    halves = nbytes + 2 * math.log2(count) * delay
    return min(ring, halves) + n * SECONDS_A_VALUE


def step(model, count, gigabits, delay, weak):
    """Seconds of a step."""
    _, n, shared, alone = model
    return alone + (shared if weak else shared / count) + exchange(n, count, gigabits, delay)


def table(weak):
    """Of each model and network the speed-up at each number of processes."""
    for model in MODELS:
        print(f"\n### {model[0]}\n")
        print("| network | " + " | ".join(map(str, COUNTS)) + " | pays up to |")
        print("| --- |" + " --- |" * (len(COUNTS) + 1))
        for gigabits, delay in NETWORKS:
            times = [step(model, c, gigabits, delay, weak) for c in COUNTS]
            gains = [times[0] / t * (c if weak else 1) for t, c in zip(times, COUNTS)]
            # Twice the processes are worth it as long as they are half again as fast.
            best = next((i for i in range(len(COUNTS) - 1) if gains[i + 1] < 1.5 * gains[i]), 10)
            cells = " | ".join(f"{g:.3g}" for g in gains)
            print(f"| {gigabits} Gbit/s, {delay * 1e6:g} us | {cells} | {COUNTS[best]} |")


def reservoirs():
    """Hours over 1e12 lines."""
    lines, rate, kept, size = 1e12, 60e6, 1e6, 100
    print(f"\n### A sample of {kept:.0e} of {lines:.0e} lines, {rate:.0e} lines a second\n")
    print("| network | " + " | ".join(map(str, COUNTS)) + " |")
    print("| --- |" + " --- |" * len(COUNTS))
    for gigabits, delay in NETWORKS[::2]:
        cells = []
        for count in COUNTS:
            merge = math.log2(count) * (kept * size / (gigabits * 1e9 / 8) + delay)
            cells.append(f"{(lines / count / rate + merge) / 3600:.3g} h")
        print(f"| {gigabits} Gbit/s, {delay * 1e6:g} us | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--weak"]):
        sys.exit(__doc__)
    table("--weak" in sys.argv)
    reservoirs()
