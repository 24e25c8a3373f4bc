#!/usr/bin/env python3
"""Makes Tests/GumbelDistributionsTests/Fixtures/gumbel-fit.json with SciPy.

Samples of many sizes, locations and scales with what scipy.stats fits to them, and probabilities
of the Kolmogorov-Smirnov distance. Needs numpy and scipy; run from the repository's root.
"""
import json
import numpy as np
import scipy
from scipy import stats



def anderson_darling(u):
    odd = 2 * np.arange(1, len(u) + 1) - 1
    return float(-len(u) - np.mean(odd * (np.log(u) + np.log1p(-u[::-1]))))


random = np.random.default_rng(20240607)
fits = []
for i in range(30):
    size = int([2, 3, 5, 10, 30, 100][i % 6])
    location = float(random.normal() * 10.0 ** random.integers(-2, 4))
    scale = float(10.0 ** random.uniform(-3, 3))
    minimum = i % 2 == 1
    family = stats.gumbel_l if minimum else stats.gumbel_r
    sample = family.rvs(location, scale, size=size, random_state=random)
    # Nine digits, so that the file stays small; the fit is to the values as they are written.
    sample = [float(f"{x:.9g}") for x in sample]
    free = family.fit(sample)
    fixed_location = float(location)
    known_location = family.fit(sample, floc=fixed_location)
    known_scale = family.fit(sample, fscale=scale)
    fits.append({
        "values": sample, "minimum": minimum,
        "location": free[0], "scale": free[1],
        "logLikelihood": float(family.logpdf(sample, *free).sum()),
        "fixedLocation": fixed_location, "scaleAtFixedLocation": known_location[1],
        "fixedScale": scale, "locationAtFixedScale": known_scale[0],
        "kolmogorovSmirnov": float(stats.kstest(sample, family(*free).cdf).statistic),
        "andersonDarling": anderson_darling(family(*free).cdf(np.sort(sample))),
    })
distances = [
    {"n": n, "d": d, "survival": float(stats.kstwo.sf(d, n))}
    for n in [1, 2, 5, 10, 40, 100, 101, 300, 5000]
    for d in [float(z / np.sqrt(n)) for z in [0.4, 0.6, 0.9, 1.2, 1.5, 2.0]] if d < 1
]
with open("Tests/GumbelDistributionsTests/Fixtures/gumbel-fit.json", "w") as file:
    json.dump({"scipy": scipy.__version__, "fits": fits, "distances": distances}, file, indent=1)
    file.write("\n")
