"""Tests of the runner, with small programs in the place of ours: `python3 -m unittest`."""

import contextlib
import io
import json
import shlex
import sys
import tempfile
import unittest
from pathlib import Path

import run
from contenders import jax_platform, plug_in
from summary import Results

GOOD = """
import json, sys
assert sys.argv[2:4] == ["--threads", "1"], sys.argv
count = int(sys.argv[sys.argv.index("--repeat") + 1])
print("a line to ignore")
print(json.dumps({"workload": sys.argv[1], "peer": "gumbel", "unit": "2^20 values",
    "seconds": [0.002] * count, "peakMemoryBytes": 10_000_000, "check": {"mean": 0.5772}}))
"""


class RunnerTests(unittest.TestCase):
    def bench(self, program, *arguments):
        """Exit status, text and JSON of a run in which `program` is ours; no peer is found."""
        with tempfile.TemporaryDirectory() as folder:
            ours, output = Path(folder, "ours.py"), Path(folder, "out.json")
            command = "/nowhere/gumbel-bench"
            if program is not None:
                ours.write_text(program)
                command = shlex.join([sys.executable, str(ours)])
            text = io.StringIO()
            with contextlib.redirect_stdout(text):
                status = run.main(
                    ["--only", "gumbel-noise", "--quick", "--json", str(output), "--ours", command]
                    + ["--peers-python", "/nowhere/python", *arguments]
                )
            return status, text.getvalue(), json.loads(output.read_text())

    def test_ours_is_measured_and_absent_peers_are_named(self):
        status, text, written = self.bench(GOOD)
        self.assertEqual(status, 0)
        ours = written["results"][0]
        self.assertEqual(ours["peer"], "gumbel")
        self.assertEqual(ours["runs"], [[0.002] * 3])
        self.assertEqual(ours["timesOurs"], 1)
        self.assertRegex(text, r"gumbel +1\.91 +1\.91 - 1\.91 +1 +10 MB  mean 0\.5772")
        self.assertIn("torch_gumbel skipped: no /nowhere/python", text)

    def test_ours_missing_is_said_and_no_failure(self):
        status, text, _ = self.bench(None)
        self.assertEqual(status, 0)
        self.assertIn("gumbel skipped: no /nowhere/gumbel-bench", text)

    def test_ours_failing_fails(self):
        status, text, _ = self.bench("raise SystemExit('no such workload')")
        self.assertEqual(status, 1)
        self.assertIn("gumbel skipped: exit status 1: no such workload", text)

    def test_silence_fails(self):
        status, text, _ = self.bench("print('done')")
        self.assertEqual(status, 1)
        self.assertIn("gumbel skipped: printed no result", text)

    def test_a_line_that_is_no_result_fails(self):
        status, text, _ = self.bench("print('{\"workload\": 1}')")
        self.assertEqual(status, 1)
        self.assertIn("not a result", text)

    def test_a_device_is_passed_on_and_bits_are_compared(self):
        program = GOOD.replace('"check": {', '"device": "cuda:0, H", "deviceMemoryBytes": 3_000_000,'
            ' "programMemoryBytes": 2_000_000, "check": {"bits": str(id(sys)), ')  # fmt: skip
        program += 'assert sys.argv[6:] == ["--device", "xla", "--precision", "float32"], sys.argv\n'
        status, text, written = self.bench(program, "--device", "xla")
        self.assertEqual(status, 0)
        self.assertIn("3 MB, 2 MB  mean 0.5772", text)
        self.assertEqual(written["device"], "xla")
        # Other programs than JAX's are not looked for.
        self.assertNotIn("torch", text)
        self.assertIn("jax_gumbel skipped", text)

    def test_other_bits_in_another_run_are_said(self):
        for bits, said in ((["a", "a"], True), (["a", "b"], False)):
            results = Results()
            for each in bits:
                line = {"workload": "w", "peer": "gumbel", "unit": "run", "seconds": [1]}
                results.add(line | {"check": {"bits": each}})
            self.assertIs(results.rows("w")[0]["sameBits"], said)

    def test_what_is_not_for_a_device_is_not_timed_there(self):
        with contextlib.redirect_stderr(io.StringIO()) as text:
            self.assertEqual(run.main(["--only", "reservoir", "--device", "xla"]), 1)
        self.assertIn("nothing to time on xla", text.getvalue())

    def test_devices_have_the_names_that_jax_gives_them(self):
        names = {"cuda": "cuda", "cuda:1": "cuda", "tpu": "tpu", "xla": "cpu", "/a/cpu.so": "cpu"}
        names["/jax_plugins/xla_cuda13/xla_cuda_plugin.so"] = "cuda"
        self.assertEqual({name: jax_platform(name) for name in names}, names)

    def test_jax_runs_on_a_plug_in_for_processors_that_there_is(self):
        with tempfile.NamedTemporaryFile(suffix="cpu.so") as file:
            names = {file.name: file.name, "/nowhere/cpu.so": None, "cuda": None, None: None}
            self.assertEqual({name: plug_in(name) for name in names}, names)

    def test_ratios_are_of_medians_over_runs(self):
        results = Results()
        for peer, runs in {"torch": [[9, 1, 3], [5], [4]], "gumbel": [[2], [1], [8]]}.items():
            for seconds in runs:
                line = {"workload": "w", "peer": peer, "unit": "run", "seconds": seconds}
                results.add(line | {"check": {}})
        ours, torch = results.rows("w")
        self.assertEqual((ours["medianSeconds"], torch["medianSeconds"]), (2, 4))
        self.assertEqual(torch["range"], [3, 5])
        self.assertEqual(torch["timesOurs"], 2)


if __name__ == "__main__":
    unittest.main()
