#!/usr/bin/env python3
"""Times swift-gumbel and its peers in turn, on the workloads that README.md describes.

Within a workload all contenders run one after another, then all again, so that a machine that slows
down slows all of them. A contender's time in one run is the median of its repetitions; the table
shows the median of the runs, and what it is as a multiple of ours.
"""

import argparse
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
from pathlib import Path

from contenders import HERE, OURS, WORKLOADS, Peers, jax_platform, last_line, pinned, plug_in
from summary import Results, table

LIMIT = 900  # seconds for one program
JAX_PRECISION = {"float32": "highest", "tf32": "tensorfloat32", "bfloat16": "bfloat16"}


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [workload.name for workload in WORKLOADS]
    parser.add_argument(
        "--only", metavar="WORKLOAD", action="append", choices=names,
        help="one of " + ", ".join(names) + "; may be repeated",
    )  # fmt: skip
    parser.add_argument("--runs", type=int, default=5, help="runs of each contender (default 5)")
    parser.add_argument(
        "--quick", action="store_true", help="one short run of each: less exact, minutes saved"
    )
    parser.add_argument("--json", metavar="FILE", help="write all that was measured to FILE")
    parser.add_argument(
        "--ours", metavar="COMMAND", default=shlex.quote(str(OURS)), help="our program"
    )
    parser.add_argument(
        "--peers-python", metavar="PYTHON", default=sys.executable,
        help="the Python that has the peers' packages",
    )  # fmt: skip
    parser.add_argument(
        "--device", metavar="NAME",
        help="time ours and JAX on a device: cuda, cuda:1, tpu, xla for XLA on the processor, or the "
        "path of a PJRT plug-in; what else the machine has is not needed",
    )  # fmt: skip
    parser.add_argument(
        "--precision", choices=["float32", "tf32", "bfloat16"],
        default="float32", help="of products on the device, by ours and by JAX (default float32)",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if options.precision != "float32" and not options.device:
        parser.error("--precision is for a --device")
    if options.runs < 1:
        parser.error(f"--runs is {options.runs}, but at least 1 is needed")
    return options


def run(command, repeat, workload, results, contender, options):
    """Runs a program and adds the lines it prints; false if it failed."""
    command = [*command, workload.name, "--threads", str(workload.threads)]
    command += ["--repeat", str(repeat)]
    if contender == "gumbel" and options.device:
        command += ["--device", options.device, "--precision", options.precision]
    # An accelerator's driver has threads of its own.
    if options.device is None or jax_platform(options.device) == "cpu":
        command = pinned(command, workload.threads)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        results.skip(workload.name, contender, f"not done after {LIMIT} s")
        return False
    except OSError as error:
        results.skip(workload.name, contender, str(error))
        return False
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    try:
        # A program may fail after some lines: these count.
        for line in lines:
            results.add(json.loads(line))
    except (ValueError, KeyError) as error:
        results.skip(workload.name, contender, f"not a result: {line} ({error!r})")
        return False
    if done.returncode != 0:
        reason = f"exit status {done.returncode}: {last_line(done.stderr)}"
        results.skip(workload.name, contender, reason)
    elif not lines:
        results.skip(workload.name, contender, "printed no result")
    return done.returncode == 0 and bool(lines)


def measure(workload, options, peers, results):
    """All runs of one workload; false if ours was there and failed."""
    contenders = []
    ours = shlex.split(options.ours)
    if Path(ours[0]).exists():
        contenders.append(("gumbel", ours, False))
    else:
        results.skip(workload.name, "gumbel", f"no {ours[0]}")
    for program in workload.programs:
        command, reason = peers.command(program)
        if command is None:
            if reason:
                results.skip(workload.name, program.name, reason)
            continue
        if program.slow and options.quick:
            command = [*command, "--fraction", "0.02"]
        contenders.append((program.name, command, program.slow))
        # JAX brings an XLA of its own version, and runs on ours too: what is left is not XLA's.
        if file := plug_in(options.device):
            name = f"{program.name} on this plug-in"
            contenders.append((name, [*command, "--plug-in", file], program.slow))
    failed = set()
    runs = 1 if options.quick else options.runs
    repeats = min(workload.repeat, 3) if options.quick else workload.repeat
    for i in range(runs):
        for name, command, slow in contenders:
            if name in failed or (slow and i > 0):
                continue
            if sys.stderr.isatty():
                status = f"{workload.name}: run {i + 1} of {runs}, {name}"
                print(f"\r{status:<79}", end="", file=sys.stderr, flush=True)
            repeat = 1 if slow else repeats
            if not run(command, repeat, workload, results, name, options):
                failed.add(name)
    if sys.stderr.isatty():
        print(f"\r{'':<79}\r", end="", file=sys.stderr, flush=True)
    return "gumbel" not in failed


def processor():
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def main(arguments=None):
    options = parse(arguments)
    # What was packed.
    if (data := HERE.parent / "data").exists():
        os.environ.setdefault("GUMBEL_DATA", str(data))
    peers = Peers(options.peers_python, HERE.parent / ".build-bench/peers", options.device)
    if options.device:
        os.environ["JAX_DEFAULT_MATMUL_PRECISION"] = JAX_PRECISION[options.precision]
    machine = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
    print("{processor}, {cores} cores, load {load}\n".format(**machine), flush=True)
    results = Results()
    succeeded = True
    chosen = [
        w
        for w in WORKLOADS
        if (not options.only or w.name in options.only)
        and (w.on_device if options.device else not w.only_on_device)
    ]
    if not chosen:
        print(f"nothing to time on {options.device or 'the host'}", file=sys.stderr)
        return 1
    for workload in chosen:
        succeeded &= measure(workload, options, peers, results)
        print(table(results, workload) + "\n", flush=True)
    if options.json:
        everything = {"machine": machine, "versions": peers.versions, "quick": options.quick}
        everything |= {"device": options.device, "precision": options.precision}
        everything["results"] = [row for w in chosen for row in results.rows(w.name)]
        keys = ("workload", "contender", "reason")
        everything["skipped"] = [dict(zip(keys, skipped)) for skipped in results.skipped]
        Path(options.json).write_text(json.dumps(everything, indent=2) + "\n")
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main())
