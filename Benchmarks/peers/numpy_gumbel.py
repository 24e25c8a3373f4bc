"""NumPy: 2^20 standard Gumbel values, by its own method (in double) and the fastest idiom."""

import protocol

arguments = protocol.start(["gumbel-noise"], repeat=20)

import numpy as np  # noqa: E402

COUNT = 2**20
generator = np.random.Generator(np.random.SFC64(0))
buffer = np.empty(COUNT, np.float32)


def exponential():
    generator.standard_exponential(out=buffer, dtype=np.float32)
    np.log(buffer, out=buffer)
    return np.negative(buffer, out=buffer)


# In single precision an exponential value of 0, and so infinite noise, does occur.
np.seterr(divide="ignore")
for name, draw in {
    "Generator.gumbel": lambda: generator.gumbel(size=COUNT),
    "exponential": exponential,
}.items():
    seconds = protocol.measure(lambda i: draw())
    values = draw()
    check = {"mean": float(values[np.isfinite(values)].mean())}
    protocol.report("numpy", "2^20 values", seconds, check, variant=name)
