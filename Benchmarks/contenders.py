"""The workloads, who runs each of them, and how their programs are started."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
OURS = HERE.parent / ".build-bench/release/gumbel-bench"


@dataclass(frozen=True)
class Program:
    """One of the programs under peers/; `needs` is what has to be there for it to run."""

    path: str
    needs: str
    # Slow enough to be run once and, where time is short, in part.
    slow: bool = False

    @property
    def name(self):
        return Path(self.path).stem


@dataclass(frozen=True)
class Workload:
    name: str
    about: str
    threads: int
    # What the table's numbers are: seconds times `scale`.
    unit: str
    scale: float
    repeat: int
    programs: list = field(default_factory=list)
    # Whether it is worth an accelerator's while, and whether it is for nothing else.
    on_device: bool = False
    only_on_device: bool = False


GUMBEL = [Program("torch_gumbel.py", "torch"), Program("jax_gumbel.py", "jax")]
VAE = [Program("torch_vae.py", "torch"), Program("jax_vae.py", "optax")]
CONVOLUTION = [Program("torch_convolution.py", "torch"), Program("jax_convolution.py", "jax")]
VAE_EPOCH = [Program("torch_vae_epoch.py", "torch"), Program("jax_vae_epoch.py", "optax")]
LSTM = [Program("torch_lstm.py", "torch"), Program("jax_lstm.py", "optax")]
TRANSFORMER = [Program("torch_transformer.py", "torch"), Program("jax_transformer.py", "optax")]
GENERATION = [Program("torch_text_generation.py", "torch"), Program("jax_text_generation.py", "jax")]
TOKENS = [Program("torch_tokens.py", "torch")]
MASKS = [Program("llguidance_masks.py", "llguidance")]
LLAMA = [Program("llama_tokens.py", "llama_cpp_py_sync")]
FILTERS = {"all": "top-k, top-p, min-p", "k": "top-k", "p": "top-p", "minp": "min-p", "none": "all"}
VALUES = 104_857 * 10
ESTIMATORS = [Program("torch_estimator.py", "torch"), Program("jax_estimator.py", "jax")]
DRAWS = [Program(f"{peer}_categorical.py", peer) for peer in ("torch", "jax", "numpy")]
WORKLOADS = [
    Workload(
        "article", "220,000 training steps of the article's experiment", 1, "s", 1, 3,
        [
            Program("article.c", "avx2"),
            Program("article_plain.c", "avx2"),
            Program("jax_article.py", "optax"),
            Program("torch_article_compiled.py", "torch"),
            Program("torch_article.py", "torch", slow=True),
        ],
        on_device=True,
    ),
    Workload(
        "gumbel-noise", "2^20 standard Gumbel values", 1, "ns/value", 1e9 / 2**20, 20,
        [Program("gumbel_noise.c", "avx2"), *GUMBEL, Program("numpy_gumbel.py", "numpy")],
        on_device=True,
    ),
    *(
        Workload(f"gumbel-softmax-{kind}", about, 1, "ns/value", 1e9 / VALUES, 20, GUMBEL, True)
        for kind, about in {
            "forward": "104,857 rows of 10, temperature 0.5, forward",
            "soft": "104,857 rows of 10, temperature 0.5, forward and backward",
            "straight-through": "104,857 rows of 10, temperature 0.5, one-hot, and backward",
        }.items()
    ),
    Workload(
        "gumbel-softmax-large", "10^7 rows of 10, temperature 0.5, forward and backward", 1,
        "ns/value", 10, 5, GUMBEL, True, only_on_device=True,
    ),
    Workload("vae-step-100", "a VAE's training step, batch 100", 2, "ms/step", 1e3, 5, VAE, True),
    Workload("vae-step-1000", "a VAE's training step, batch 1000", 2, "ms/step", 1e3, 5, VAE, True),
    Workload(
        "vae-step-8192", "a VAE's training step, batch 8192", 2, "ms/step", 1e3, 5, VAE, True,
        only_on_device=True,
    ),
    Workload(
        "convolution", "forward and backward of two layers", 2, "ms", 1e3, 5, CONVOLUTION, True
    ),
    Workload(
        "vae-epoch", "a VAE's epoch of Fashion-MNIST, batch 100", 2, "s/epoch", 1, 3, VAE_EPOCH, True
    ),
    *(
        Workload(
            f"lstm-step-{length}-{hidden}", f"an LSTM's training step, {length} tokens, {hidden} wide",
            2, "ms/step", 1e3, 5, LSTM, True,
        )
        for length in (20, 100)
        for hidden in (128, 256)
    ),
    *(
        Workload(
            f"transformer-step-{length}-128", f"a Transformer's training step, {length} tokens",
            2, "ms/step", 1e3, 5, TRANSFORMER, True,
        )
        for length in (20, 100)
    ),
    Workload(
        "text-generation", "64 strings of 100 tokens from an LSTM", 2, "ms", 1e3, 5, GENERATION
    ),
    *(
        Workload(
            f"tokens-{name}", f"a token of {name.split('-')[2]}, {FILTERS[name.split('-')[0]]}",
            1, "us/row", 1e6, 5, TOKENS,
        )
        for name in (
            "all-normal-131072", "all-peaked-131072", "k-normal-131072", "p-normal-131072",
            "p-flat-131072", "minp-normal-131072", "none-normal-131072", "all-normal-262144",
            "p-flat-262144",
        )
    ),
    # The same in an engine's memory.
    *(
        Workload(
            f"token-rows-{name}", f"a token in place, {what}", 1, "us/row", 1e6, 20,
            LLAMA if name in ("float32", "penalties") else [],
        )
        for name, what in (
            ("tensor", "or from a tensor"), ("float32", "Float"), ("float16", "Float16"),
            ("bfloat16", "BFloat16"), ("penalties", "penalties of 1,000 tokens"),
            ("mask", "a mask"), ("best20", "the best 20 of what is left"),
            ("raw20", "the best 20 of all"), ("typical", "all filters in llama.cpp's order"),
        )
    ),
    Workload(
        "grammar-masks", "masks of 128,000 tokens by JSON's grammar", 1, "us/step", 1e6, 5, MASKS
    ),
    Workload("gumbel-top-k", "50 of 131,072 classes", 1, "us/row", 1e6, 5, TOKENS),
    Workload(
        "straight-through-gradient", "cost and gradient, batch 1000 x 20 x 10", 1, "ms", 1e3, 20,
        ESTIMATORS, True,
    ),
    # Ours alone: the sum over the classes of images without labels, and one draw of a class.
    Workload("semi-supervised-10", "semi-supervised VAE, 10 classes", 2, "ms", 1e3, 5),
    Workload("semi-supervised-100", "semi-supervised VAE, 100 classes", 2, "ms", 1e3, 5),
    # Ours alone: all estimators of one choice of three.
    Workload("estimators", "10^6 draws with each of 15 estimators", 2, "s", 1, 3),
    # Ours alone: what compiled functions cost beyond their arithmetic, and the noise's tail.
    Workload("overhead", "compiled operations and rounds", 1, "us", 1e6, 5),
    Workload("tails", "100,000 draws over 262,145 logits", 2, "s", 1, 1),
    Workload("categorical-draws", "10^7 draws from 1,000 classes", 1, "ns/draw", 100, 3, DRAWS),
    Workload(
        "categorical-rows", "a draw from each of 8 rows of 131,072 logits", 1, "ns/logit",
        1e9 / 2**20, 20, DRAWS,
    ),
    Workload(
        "sample-lines", "1,000 lines out of a pipe of 10^7", 2, "s", 1, 5,
        [Program("lines_tools.py", "tools")],
    ),
    Workload(
        "shuffle-lines", "all of 10^7 lines in random order, file to file", 2, "s", 1, 3,
        [Program("lines_tools.py", "tools")],
    ),
    # Ours alone: more classes than float32 counts, whether draws fit, and items of a stream.
    Workload("categorical-many", "2^25 logits, 100,000 or 300 draws", 2, "s", 1, 1),
    Workload("categorical-fit", "10^7 draws from 1,000 classes by Gumbel-max", 2, "s", 1, 1),
    Workload("reservoir", "1,000 of 10^7 items", 1, "ns/item", 100, 5),
]  # fmt: skip


class Peers:
    """Finds out what this machine has, once, and makes the peers' commands."""

    def __init__(self, python, build, device=None):
        self.python = python
        self.device = device
        self.build = Path(build)
        self.versions = {}
        self._missing = {}
        self._compiled = {}

    def command(self, program):
        """The program's command, or None and the reason; on a device, None twice for others than JAX."""
        if self.device and not program.name.startswith("jax_"):
            return None, None
        if program.needs not in self._missing:
            looks = {"avx2": self._missing_avx2, "tools": self._missing_tools}
            look = looks.get(program.needs, self._missing_module)
            self._missing[program.needs] = look(program.needs)
        if reason := self._missing[program.needs]:
            return None, reason
        if program.needs == "avx2":
            return self._compile(program)
        platform = ["--device", jax_platform(self.device)] if self.device else []
        return [self.python, str(PEERS / program.path), *platform], None

    def _missing_module(self, module):
        script = f"import {module}; print({module}.__version__)"
        try:
            found = subprocess.run([self.python, "-c", script], capture_output=True, text=True)
        except OSError:
            return f"no {self.python}"
        if found.returncode != 0:
            return f"no {module}"
        self.versions[module] = found.stdout.split()[-1]

    def _missing_tools(self, _):
        missing = [tool for tool in ("cat", "wc", "shuf") if not shutil.which(tool)]
        return f"no {', '.join(missing)}" if missing else None

    def _missing_avx2(self, _):
        if platform.machine().lower() not in ("x86_64", "amd64"):
            return f"written for AVX2, and this is {platform.machine()}"
        information = Path("/proc/cpuinfo")
        if information.exists() and not {"avx2", "fma"} <= set(information.read_text().split()):
            return "no AVX2 on this processor"

    def _compile(self, program):
        if program.path not in self._compiled:
            self._compiled[program.path] = self._build(program)
        return self._compiled[program.path]

    def _build(self, program):
        candidates = [os.environ.get("CC"), "gcc", "clang", "cc"]
        compiler = next((c for c in candidates if c and shutil.which(c)), None)
        if compiler is None:
            return None, "no C compiler"
        self.build.mkdir(parents=True, exist_ok=True)
        binary = self.build / program.name
        command = [compiler, "-O3", "-mavx2", "-mfma", str(PEERS / program.path)]
        command += ["-o", str(binary), "-lm"]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            return None, f"{compiler} failed: {last_line(result.stderr)}"
        return [str(binary)], None


def plug_in(device):
    """The file of the PJRT plug-in for processors that ours is timed on, or None."""
    if device is None or jax_platform(device) != "cpu":
        return None
    named = device if "/" in device else os.environ.get("GUMBEL_PJRT_PLUGIN")
    return named if named and Path(named).is_file() else None


def jax_platform(device):
    """What JAX calls a device that ours calls cuda, cuda:1, tpu, xla or by a plug-in's path."""
    name = device.split(":")[0]
    return name if name in ("cuda", "tpu") else "cuda" if "cuda" in name else "cpu"


def last_line(text):
    return (text.strip().splitlines() or ["no output"])[-1]


def pinned(command, threads):
    """The command, on `threads` of the processors that this process may use (Linux only)."""
    if not hasattr(os, "sched_getaffinity") or not shutil.which("taskset"):
        return command
    processors = sorted(os.sched_getaffinity(0))[:threads]
    return ["taskset", "-c", ",".join(map(str, processors)), *command]
