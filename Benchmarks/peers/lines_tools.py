"""wc and shuf: lines counted, drawn out of a pipe, and shuffled. Workloads as in ../README.md."""

import os
import subprocess
import tempfile

import protocol

COMMANDS = {
    "sample-lines": ["cat {file} | wc -l", "cat {file} | shuf -n 1000"],
    "shuffle-lines": ["shuf {file} > {file}.shuffled"],
}
arguments = protocol.start(list(COMMANDS), repeat=5)

with tempfile.TemporaryDirectory(prefix="gumbel-bench-") as folder:
    path = f"{folder}/lines"
    with open(path, "w") as file:
        file.writelines(f"{i}\n" for i in range(10_000_000))
    for command in COMMANDS[arguments.workload]:
        # The program that reads, without what feeds it and where its output goes.
        name = command.split(" | ")[-1].split(" {file}")[0]

        def run(i):
            line = command.format(file=path)
            return subprocess.run(line, shell=True, check=True, capture_output=True).stdout

        seconds = protocol.measure(run)
        output = run(0).decode().split("\n", 1)[0]
        check = {"output": output} if output else {"bytes": os.path.getsize(f"{path}.shuffled")}
        protocol.report(
            name.split()[0], "10^7 lines", seconds, check, variant=name, of_children=True
        )
