#!/usr/bin/env python3
"""Fits the polynomials of Sources/GumbelKernels/math.inc.h.

Weighted Lawson iteration (least squares whose weights converge to the minimax fit) in 50-digit
arithmetic; coefficients are rounded to single precision one at a time, lowest order first, and
the others fitted again. Needs mpmath. Prints coefficients from
the constant term up and the error reached.
"""
import struct
import mpmath as mp

mp.mp.dps = 50


def single(x):
    return mp.mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def fit(name, function, weight, low, high, degree, points=160, rounds=12):
    """Fits function on [low, high]; weight(x) turns an error of the fit into a relative one."""
    nodes = [
        (low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / points)
        for i in range(points)
    ]
    nodes = [x for x in nodes if abs(x) > mp.mpf(10) ** -9]
    values = [function(x) for x in nodes]
    scale = [weight(x) for x in nodes]
    powers = range(degree + 1)
    fixed = {}
    lawson = [mp.mpf(1)] * len(nodes)
    while True:
        free = [p for p in powers if p not in fixed]
        if not free:
            break
        for _ in range(rounds):
            # Normal equations in 50 digits are well enough conditioned here.
            rows = [[x**p for p in free] for x in nodes]
            rest = [v - sum(c * x**p for p, c in fixed.items()) for x, v in zip(nodes, values)]
            w = [l * s * s for l, s in zip(lawson, scale)]
            a = mp.matrix(len(free), len(free))
            b = mp.matrix(len(free), 1)
            for i in range(len(free)):
                for j in range(i, len(free)):
                    a[i, j] = a[j, i] = sum(q * r[i] * r[j] for q, r in zip(w, rows))
                b[i] = sum(q * r[i] * v for q, r, v in zip(w, rows, rest))
            c = mp.lu_solve(a, b)
            error = [
                abs(s * (sum(ci * ri for ci, ri in zip(c, r)) - v))
                for s, r, v in zip(scale, rows, rest)
            ]
            top = max(error)
            lawson = [l * (e / top + mp.mpf(10) ** -3) for l, e in zip(lawson, error)]
            total = sum(lawson)
            lawson = [l / total * len(lawson) for l in lawson]
        fixed[free[0]] = single(c[0])
    error = max(
        abs(s * (sum(c * x**p for p, c in fixed.items()) - v))
        for s, x, v in zip(scale, nodes, values)
    )
    print(f"{name}: relative error 2^{float(mp.log(error, 2)):.1f}")
    print("  " + ", ".join(f"{float(fixed[p]):.9g}f" for p in powers), flush=True)


def main():
    root, tiny = mp.sqrt, mp.mpf(10) ** -6
    # A little beyond the range that rounding of the reduced argument can reach.
    half = mp.log(2) / 2 * mp.mpf("1.005")
    quarter = (mp.pi / 4 * mp.mpf("1.01")) ** 2
    for name, degree in [("exp", 4), ("expm1", 5)]:
        fit(
            f"{name}: (e^r - 1 - r) / r^2, |r| below log(2) / 2",
            lambda r: (mp.expm1(r) - r) / r**2,
            lambda r: abs(r**2 / mp.expm1(r)),
            -half,
            half,
            degree,
        )
    fit(
        "log: (log(1 + f) - f + f^2 / 2) / f^3, 1 + f from sqrt(1/2) to sqrt(2)",
        lambda f: (mp.log1p(f) - f + f**2 / 2) / f**3,
        lambda f: abs(f**3 / mp.log1p(f)),
        root(0.5) - 1,
        root(2) - 1,
        7,
    )
    fit(
        "tanh: (tanh x - x) / x^3 in x^2, x below 0.625",
        lambda z: (mp.tanh(root(z)) - root(z)) / root(z) ** 3,
        lambda z: z**1.5 / mp.tanh(root(z)),
        tiny,
        mp.mpf("0.625") ** 2,
        4,
    )
    fit(
        "sin: (sin x - x) / x^3 in x^2, x below pi / 4",
        lambda z: (mp.sin(root(z)) - root(z)) / root(z) ** 3,
        lambda z: z**1.5 / mp.sin(root(z)),
        tiny,
        quarter,
        3,
    )
    fit(
        "cos: (cos x - 1 + x^2 / 2) / x^4 in x^2, x below pi / 4",
        lambda z: (mp.cos(root(z)) - 1 + z / 2) / z**2,
        lambda z: z**2 / mp.cos(root(z)),
        tiny,
        quarter,
        2,
    )
    fit(
        "erf: erf(x) / x - 1 in x^2, x below 1",
        lambda z: mp.erf(root(z)) / root(z) - 1,
        lambda z: root(z) / mp.erf(root(z)),
        tiny,
        mp.mpf(1),
        6,
    )
    fit(
        "erf: log erfc(x) in x - 2, x from 1 to 4",
        lambda t: mp.log(mp.erfc(t + 2)),
        lambda t: mp.erfc(t + 2) / mp.erf(t + 2),
        mp.mpf(-1),
        mp.mpf(2),
        7,
    )


if __name__ == "__main__":
    main()
