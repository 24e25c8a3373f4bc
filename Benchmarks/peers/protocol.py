"""What every Python peer does around its workload: arguments, threads, clock, JSON.

A peer is run as `name.py WORKLOAD [--threads N] [--repeat R]` and prints one JSON object a line:

    {"workload": "gumbel-noise", "peer": "torch", "variant": "rand", "unit": "2^20 values",
     "seconds": [0.011, 0.012], "peakMemoryBytes": 201326592, "check": {"mean": 0.577}}

`seconds` has one entry a repetition, each the time of one `unit`. `variant` is there where a peer
has more than one way to do the work. `check` is a result by which to see that it was done. A
`fraction` below 1 says that only this part was run, and the seconds scaled up from it.
"""

import argparse
import json
import os
import resource
import time

arguments = None


def start(workloads, repeat, fraction=None):
    """Parses the command line and limits threads: call it before importing the peer."""
    global arguments
    parser = argparse.ArgumentParser()
    parser.add_argument("workload", choices=workloads)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=repeat)
    if fraction is not None:
        parser.add_argument("--fraction", type=float, default=fraction)
    arguments = parser.parse_args()
    threads = str(arguments.threads)
    for library in ("OMP", "MKL", "OPENBLAS"):
        os.environ[f"{library}_NUM_THREADS"] = threads
    if hasattr(os, "sched_setaffinity"):  # What JAX sizes its pool by.
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[: arguments.threads])
    if arguments.threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    return arguments


def measure(run, count=1):
    """Seconds of one of `count` pieces of work done by `run(i)`, after one call not counted."""
    run(0)
    seconds = []
    for i in range(1, arguments.repeat + 1):
        begin = time.perf_counter()
        run(i)
        seconds.append((time.perf_counter() - begin) / count)
    return seconds


def peak_memory_bytes():
    try:
        # Linux keeps the peak of getrusage across exec: it would be at least that of the runner.
        with open("/proc/self/status") as status:
            peak = next(line for line in status if line.startswith("VmHWM:"))
        return 1024 * int(peak.split()[1])
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def report(peer, unit, seconds, check, variant=None, fraction=1.0, of_children=False):
    """Prints a result; the memory is that of the largest child where these do the work."""
    line = {"workload": arguments.workload, "peer": peer}
    if variant:
        line["variant"] = variant
    line |= {"unit": unit, "seconds": seconds}
    line["peakMemoryBytes"] = (
        1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        if of_children
        else peak_memory_bytes()
    )
    line["check"] = check
    if fraction < 1:
        line["fraction"] = fraction
    print(json.dumps(line), flush=True)
