#!/usr/bin/env python3
"""Makes Tests/GumbelDistributionsTests/Fixtures/extreme-values-scipy.json with SciPy.

Fits the tables that script/extreme_value_fixtures.R took from evd: scipy.stats' genextreme, whose shape
is the opposite of ours, gumbel_r and gumbel_l to the maxima of blocks, and genpareto with its location
held to what exceeds thresholds. SciPy's fit stops four to six digits into the parameters, so that it is
started again from where it stopped, with tight tolerances, until nothing changes; and beside its own
start from a shape of 0, since from that alone it ends far from the maximum for one table (oxford, with a
log-likelihood that is 84 lower). L-moments and what the package lmoments3 fits by them are kept as well.
Needs numpy, scipy and lmoments3; run from the repository's root.
"""
import json

import lmoments3
import numpy as np
import scipy
from lmoments3 import distr
from scipy import optimize, stats

FOLDER = "Tests/GumbelDistributionsTests/Fixtures/"


def polished(negative, start):
    """SciPy's own optimiser, again and again from where it stopped."""
    point, value = np.array(start, float), negative(start)
    for _ in range(60):
        found = optimize.minimize(
            negative, point, method="Nelder-Mead",
            options={"xatol": 1e-12, "fatol": 1e-13, "maxiter": 20000, "maxfev": 40000})
        moved = np.max(np.abs(found.x - point) / np.maximum(np.abs(found.x), 1e-2))
        point, value = found.x, found.fun
        if moved < 1e-9:
            return point, value
    raise SystemExit(f"not converged: moved by {moved} at last")


def fitted(family, values, fixed=None):
    """The parameters as SciPy orders them, those that are held left out, and the log-likelihood."""
    values = np.array(values)
    keywords = {} if fixed is None else {"floc": fixed}
    start = family.fit(values, **keywords)
    if fixed is not None:
        start = [start[0], start[2]]

    def negative(p):
        scale = p[-1]
        if not scale > 0:
            return 1e10
        full = p if fixed is None else (p[0], fixed, scale)
        value = -family.logpdf(values, *full).sum()
        return value if np.isfinite(value) else 1e10

    found = [polished(negative, start)]
    if family is stats.genextreme:
        found.append(polished(negative, [1e-3, *stats.gumbel_r.fit(values)]))
    point, value = min(found, key=lambda pair: pair[1])
    return [float(x) for x in point], -float(value), float(negative(start) - value)


def by_l_moments(family, values, names, fixed=None):
    """L-moments, their ratios, and the parameters that have these; shapes with our sign."""
    keywords = {} if fixed is None else {"loc": fixed}
    found = family.lmom_fit(values, **keywords)
    ratios = [float(x) for x in lmoments3.lmom_ratios(values, 4)]
    result = {"ratios": ratios}
    for name in names:
        result[{"loc": "location", "c": "shape"}.get(name, name)] = float(
            -found[name] if name == "c" else found[name])
    return result


with open(FOLDER + "extreme-values.json") as file:
    tables = json.load(file)
blocks, exceedances = [], []
for table in tables["blocks"]:
    (c, location, scale), likelihood, gained = fitted(stats.genextreme, table["values"])
    entry = {"name": table["name"], "location": location, "scale": scale, "shape": -c,
             "logLikelihood": likelihood}
    print(f"{table['name']}: polishing raised the log-likelihood by {gained:.1e}")
    for name, family in (("gumbel", stats.gumbel_r), ("minimum", stats.gumbel_l)):
        (location, scale), likelihood, _ = fitted(family, table["values"])
        entry[name] = {"location": location, "scale": scale, "logLikelihood": likelihood}
    entry["lMoments"] = by_l_moments(distr.gev, table["values"], ["loc", "scale", "c"])
    entry["lMomentsGumbel"] = by_l_moments(distr.gum, table["values"], ["loc", "scale"])
    blocks.append(entry)
for table in tables["exceedances"]:
    (shape, scale), likelihood, gained = fitted(stats.genpareto, table["values"], table["threshold"])
    print(f"{table['name']}: polishing raised the log-likelihood by {gained:.1e}")
    exceedances.append({"name": table["name"], "scale": scale, "shape": shape,
                        "logLikelihood": likelihood})
with open(FOLDER + "extreme-values-scipy.json", "w") as file:
    versions = {"scipy": scipy.__version__, "lmoments3": lmoments3.__version__}
    json.dump({**versions, "blocks": blocks, "exceedances": exceedances}, file, indent=1)
    file.write("\n")
