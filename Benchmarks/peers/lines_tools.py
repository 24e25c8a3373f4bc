"""wc and shuf: the lines of a pipe, counted and drawn. Workload as in ../README.md."""

import subprocess
import tempfile

import protocol

arguments = protocol.start(["sample-lines"], repeat=5)

with tempfile.NamedTemporaryFile("w", prefix="gumbel-bench-") as file:
    file.writelines(f"{i}\n" for i in range(10_000_000))
    file.flush()
    for name in ("wc -l", "shuf -n 1000"):

        def run(i):
            command = f"cat {file.name} | {name}"
            return subprocess.run(command, shell=True, check=True, capture_output=True).stdout

        seconds = protocol.measure(run)
        check = {"output": run(0).decode().split("\n", 1)[0]}
        protocol.report(name.split()[0], "10^7 lines", seconds, check, variant=name)
