"""What every Python peer does around its workload: arguments, threads, clock, JSON.

A peer is run as `name.py WORKLOAD [--threads N] [--repeat R]` and prints one JSON object a line:

    {"workload": "gumbel-noise", "peer": "torch", "variant": "rand", "unit": "2^20 values",
     "seconds": [0.011, 0.012], "peakMemoryBytes": 201326592, "check": {"mean": 0.577}}

JAX's also take `--device cpu|cuda|tpu`. They then say what the device is and the most of its memory
that was in use (`deviceMemoryBytes`), as far as it counts that, and training steps what XLA planned
for the step (`programMemoryBytes`). With `--plug-in FILE` JAX runs on that PJRT plug-in for processors,
in the place of what it brings itself.

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
    parser.add_argument("--device", choices=["cpu", "cuda", "tpu"], default="cpu")
    parser.add_argument("--plug-in", metavar="FILE")
    if fraction is not None:
        parser.add_argument("--fraction", type=float, default=fraction)
    arguments = parser.parse_args()
    threads = str(arguments.threads)
    for library in ("OMP", "MKL", "OPENBLAS"):
        os.environ[f"{library}_NUM_THREADS"] = threads
    os.environ["JAX_PLATFORMS"] = arguments.device
    if arguments.plug_in:
        os.environ["PJRT_NAMES_AND_LIBRARY_PATHS"] = f"plug_in:{arguments.plug_in}"
        os.environ["JAX_PLATFORMS"] = "plug_in"
    # As ours: what is needed, not most of the memory at once; and products in full float32.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    os.environ.setdefault("JAX_DEFAULT_MATMUL_PRECISION", "highest")
    if arguments.device != "cpu":
        return arguments
    if hasattr(os, "sched_setaffinity"):  # What JAX sizes its pool by.
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[: arguments.threads])
    if arguments.threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
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


def planned_memory(step, *inputs):
    """The bytes of memory that a jitted function needs at once, as XLA planned them."""
    plan = step.lower(*inputs).compile().memory_analysis()
    kept = plan.argument_size_in_bytes + plan.output_size_in_bytes - plan.alias_size_in_bytes
    return kept + plan.temp_size_in_bytes


def device_fields():
    """What is said of JAX's device, where it is asked for another than the processor."""
    if arguments.device == "cpu":
        return {}
    import jax

    device = jax.local_devices()[0]
    fields = {"device": f"{device.platform}:{device.id}, {device.device_kind}"}
    if memory := device.memory_stats():
        fields["deviceMemoryBytes"] = memory["peak_bytes_in_use"]
    return fields


def report(
    peer, unit, seconds, check, variant=None, fraction=1.0, of_children=False, planned=None
):
    """Prints a result; the memory is that of the largest child where these do the work."""
    line = {"workload": arguments.workload, "peer": peer}
    if arguments.plug_in:
        variant = ", ".join(filter(None, (variant, "this plug-in")))
    if variant:
        line["variant"] = variant
    line |= {"unit": unit, "seconds": seconds} | device_fields()
    if planned:
        line["programMemoryBytes"] = planned
    line["peakMemoryBytes"] = (
        1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        if of_children
        else peak_memory_bytes()
    )
    line["check"] = check
    if fraction < 1:
        line["fraction"] = fraction
    print(json.dumps(line), flush=True)
