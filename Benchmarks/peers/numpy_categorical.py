"""NumPy: exact draws of classes. Workloads as in ../README.md."""

import protocol

DRAWS, ROWS = "categorical-draws", "categorical-rows"

arguments = protocol.start([DRAWS, ROWS], repeat=3)

import numpy as np  # noqa: E402

generator = np.random.Generator(np.random.SFC64(0))


def draws():
    weights = 1.0 + np.arange(1000) * 7919 % 97
    weights /= weights.sum()
    cumulative = weights.cumsum()
    cumulative /= cumulative[-1]
    variants = {
        "Generator.choice": lambda: generator.choice(1000, 1_000_000, p=weights),
        "searchsorted": lambda: cumulative.searchsorted(
            generator.random(1_000_000), side="right"
        ),
    }
    for name, draw in variants.items():
        seconds = protocol.measure(lambda i: [draw() for _ in range(10)])
        check = {"mean": float(draw().mean())}
        protocol.report("numpy", "10^7 draws", seconds, check, variant=name)


def rows():
    logits = generator.standard_normal((8, 131_072), np.float32)

    def draw():
        noise = generator.standard_exponential(logits.shape, dtype=np.float32)
        np.log(noise, out=noise)
        return np.subtract(logits, noise, out=noise).argmax(-1)

    np.seterr(divide="ignore")
    seconds = protocol.measure(lambda i: draw())
    protocol.report("numpy", "8 rows", seconds, {"draws": draw().tolist()}, variant="Gumbel-max")


draws() if arguments.workload == DRAWS else rows()
