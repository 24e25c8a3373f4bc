#!/usr/bin/env python3
"""Writes Tests/GumbelDistributionsTests/Fixtures/univariate.tsv, the numbers that the univariate
distributions are tested against, and prints how far SciPy is from them.

Truth is computed by mpmath with 60 digits from the exact values of the parameters and arguments,
which are doubles. Needs mpmath and scipy. Lines of the file, separated by tabs:

    NAME PARAMETERS "at"       x  log-density  density  P(X<=x)  P(X>x)  log P(X<=x)  log P(X>x)
    NAME PARAMETERS "quantile" p  quantile     inverse of the survival function
    NAME PARAMETERS "moments"  mean  variance  skewness  excess kurtosis  entropy
    NAME PARAMETERS "kl"       NAME PARAMETERS  divergence

Densities are probabilities where values are discrete. The parameters of Bernoulli and Binomial are
logits, so that no rounding of a probability comes in.
"""
import sys
from pathlib import Path

import mpmath as mp
from mpmath import mpf
from scipy import stats

mp.mp.dps = 60
INF = float("inf")
output = Path(__file__).parent.parent / "Tests/GumbelDistributionsTests/Fixtures/univariate.tsv"


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


class Continuous:
    """A distribution by its distribution functions in z = (x - location) / scale."""

    def __init__(self, location, scale):
        self.location, self.scale = mpf(location), mpf(scale)

    def z(self, x):
        return (mpf(x) - self.location) / self.scale

    def log_density(self, x):
        return self.log_density_z(self.z(x)) - mp.log(self.scale)

    def cdf(self, x):
        return self.cdf_z(self.z(x))

    def survival(self, x):
        return self.survival_z(self.z(x))

    def quantile(self, p):
        return self.location + self.scale * self.quantile_z(p)


class Gumbel(Continuous):
    def log_density_z(self, z):
        return -z - mp.exp(-z)

    def cdf_z(self, z):
        return mp.exp(-mp.exp(-z))

    def survival_z(self, z):
        return -mp.expm1(-mp.exp(-z))

    def quantile_z(self, p):
        return -mp.log(-mp.log(p))

    def moments(self):
        return (
            self.location + mp.euler * self.scale,
            mp.pi**2 / 6 * self.scale**2,
            12 * mp.sqrt(6) * mp.zeta(3) / mp.pi**3,
            mpf(12) / 5,
            mp.log(self.scale) + 1 + mp.euler,
        )


class MinimumGumbel(Continuous):
    def log_density_z(self, z):
        return z - mp.exp(z)

    def cdf_z(self, z):
        return -mp.expm1(-mp.exp(z))

    def survival_z(self, z):
        return mp.exp(-mp.exp(z))

    def quantile_z(self, p):
        return mp.log(-mp.log(1 - p))

    def moments(self):
        mirrored = Gumbel(-self.location, self.scale).moments()
        return (-mirrored[0], mirrored[1], -mirrored[2], mirrored[3], mirrored[4])


class TruncatedGumbel(Gumbel):
    def __init__(self, location, scale, lower, upper):
        super().__init__(location, scale)
        self.below = self.cdf_z(self.z(lower)) if lower > -INF else mpf(0)
        self.upto = self.cdf_z(self.z(upper)) if upper < INF else mpf(1)

    def log_density(self, x):
        return super().log_density(x) - mp.log(self.upto - self.below)

    def cdf(self, x):
        return (super().cdf(x) - self.below) / (self.upto - self.below)

    def survival(self, x):
        return (self.upto - super().cdf(x)) / (self.upto - self.below)

    def quantile(self, p):
        return super().quantile(self.below + mpf(p) * (self.upto - self.below))

    def moments(self):
        return None


class Normal(Continuous):
    def log_density_z(self, z):
        return -z * z / 2 - mp.log(2 * mp.pi) / 2

    def cdf_z(self, z):
        return mp.erfc(-z / mp.sqrt(2)) / 2

    def survival_z(self, z):
        return mp.erfc(z / mp.sqrt(2)) / 2

    def quantile_z(self, p):
        if p > mpf(1) / 2:
            return -self.quantile_z(1 - p)
        if p == mpf(1) / 2:
            return mpf(0)
        guess = mpf(stats.norm.ppf(float(p)))
        return mp.findroot(lambda z: mp.log(self.cdf_z(z)) - mp.log(p), guess)

    def moments(self):
        entropy = mp.log(self.scale) + mp.log(2 * mp.pi * mp.e) / 2
        return (self.location, self.scale**2, mpf(0), mpf(0), entropy)


class Logistic(Continuous):
    def log_density_z(self, z):
        return -z - 2 * mp.log1p(mp.exp(-z))

    def cdf_z(self, z):
        return sigmoid(z)

    def survival_z(self, z):
        return sigmoid(-z)

    def quantile_z(self, p):
        return mp.log(p / (1 - p))

    def moments(self):
        variance = mp.pi**2 / 3 * self.scale**2
        return (self.location, variance, mpf(0), mpf(6) / 5, mp.log(self.scale) + 2)


class Uniform(Continuous):
    def __init__(self, lower, upper):
        super().__init__(lower, mpf(upper) - mpf(lower))

    def log_density_z(self, z):
        return mpf(0) if 0 <= z <= 1 else mpf("-inf")

    def cdf_z(self, z):
        return min(max(z, mpf(0)), mpf(1))

    def survival_z(self, z):
        return 1 - self.cdf_z(z)

    def quantile_z(self, p):
        return p

    def moments(self):
        return (
            self.location + self.scale / 2, self.scale**2 / 12, mpf(0), -mpf(6) / 5,
            mp.log(self.scale),
        )


class Exponential(Continuous):
    def __init__(self, rate):
        super().__init__(0, 1 / mpf(rate))

    def log_density_z(self, z):
        return -z if z >= 0 else mpf("-inf")

    def cdf_z(self, z):
        return -mp.expm1(-z) if z > 0 else mpf(0)

    def survival_z(self, z):
        return mp.exp(-z) if z > 0 else mpf(1)

    def quantile_z(self, p):
        return -mp.log(1 - p)

    def moments(self):
        return (self.scale, self.scale**2, mpf(2), mpf(6), 1 + mp.log(self.scale))


class GeneralizedExtremeValue(Continuous):
    def __init__(self, location, scale, shape):
        super().__init__(location, scale)
        self.shape = mpf(shape)

    def reduced(self, z):
        if self.shape == 0:
            return z
        inner = self.shape * z
        if inner <= -1:
            return mpf("-inf") if self.shape > 0 else INF
        return mp.log1p(inner) / self.shape

    def log_density_z(self, z):
        y = self.reduced(z)
        return mpf("-inf") if mp.isinf(y) else -(1 + self.shape) * y - mp.exp(-y)

    def cdf_z(self, z):
        return mp.exp(-mp.exp(-self.reduced(z)))

    def survival_z(self, z):
        return -mp.expm1(-mp.exp(-self.reduced(z)))

    def variate(self, y):
        return y if self.shape == 0 else mp.expm1(self.shape * y) / self.shape

    def quantile_z(self, p):
        return self.variate(-mp.log(-mp.log(p)))

    def moments(self):
        if self.shape == 0:
            return Gumbel(self.location, self.scale).moments()
        if self.shape >= mpf(1) / 4:
            return None
        x = self.shape
        g = [mp.gamma(1 - k * x) for k in range(5)]
        second = g[2] - g[1] ** 2
        third = g[3] - 3 * g[2] * g[1] + 2 * g[1] ** 3
        fourth = g[4] - 4 * g[3] * g[1] + 6 * g[2] * g[1] ** 2 - 3 * g[1] ** 4
        return (
            self.location + self.scale * (g[1] - 1) / x, self.scale**2 * second / x**2,
            mp.sign(x) * third / second ** mpf(1.5), fourth / second**2 - 3,
            mp.log(self.scale) + mp.euler * (1 + x) + 1,
        )


class GeneralizedPareto(GeneralizedExtremeValue):
    def log_density_z(self, z):
        y = self.reduced(z)
        return mpf("-inf") if z < 0 or mp.isinf(y) else -(1 + self.shape) * y

    def cdf_z(self, z):
        return -mp.expm1(-self.reduced(z)) if z > 0 else mpf(0)

    def survival_z(self, z):
        return mp.exp(-self.reduced(z)) if z > 0 else mpf(1)

    def quantile_z(self, p):
        return self.variate(-mp.log(1 - p))

    def moments(self):
        x = self.shape
        if x >= mpf(1) / 4:
            return None
        fourth = 3 * (1 - 2 * x) * (2 * x * x + x + 3) / ((1 - 3 * x) * (1 - 4 * x))
        return (
            self.location + self.scale / (1 - x),
            self.scale**2 / ((1 - x) ** 2 * (1 - 2 * x)),
            2 * (1 + x) * mp.sqrt(1 - 2 * x) / (1 - 3 * x), fourth - 3,
            mp.log(self.scale) + x + 1,
        )


class Binomial:
    def __init__(self, trials, logit):
        self.n, self.p, self.q = trials, sigmoid(mpf(logit)), sigmoid(-mpf(logit))

    def log_density(self, x):
        if not (0 <= x <= self.n) or x != int(x):
            return mpf("-inf")
        return (
            mp.loggamma(self.n + 1) - mp.loggamma(mpf(x) + 1) - mp.loggamma(mpf(self.n) - x + 1)
            + x * mp.log(self.p) + (self.n - x) * mp.log(self.q)
        )

    def partial(self, k, step, stop):
        """The probabilities of k, k + step, … before stop, until they no longer count."""
        term = mp.exp(self.log_density(k))
        total = mpf(0)
        while k != stop:
            total += term
            following = k + step
            if following == stop:
                break
            if step < 0:
                ratio = mpf(k) / (self.n - k + 1) * self.q / self.p
            else:
                ratio = mpf(self.n - k) / (k + 1) * self.p / self.q
            term *= ratio
            if term < total * mpf(10) ** -50:
                break
            k = following
        return total

    def cdf(self, x):
        k = int(mp.floor(x))
        if k < 0 or k >= self.n:
            return mpf(0) if k < 0 else mpf(1)
        lower = k <= self.n * self.p
        return self.partial(k, -1, -1) if lower else 1 - self.partial(k + 1, 1, self.n + 1)

    def survival(self, x):
        k = int(mp.floor(x))
        if k < 0 or k >= self.n:
            return mpf(1) if k < 0 else mpf(0)
        upper = k >= self.n * self.p
        return self.partial(k + 1, 1, self.n + 1) if upper else 1 - self.partial(k, -1, -1)

    def moments(self):
        n, p, q = self.n, self.p, self.q
        variance = n * p * q
        reach = 60 * (int(mp.sqrt(variance)) + 1)
        first, last = max(int(n * p) - reach, 0), min(int(n * p) + reach, n)
        entropy = mpf(0)
        for k in range(first, last + 1):
            log = self.log_density(k)
            entropy -= mp.exp(log) * log
        return (
            n * p, variance, (q - p) / mp.sqrt(variance), (1 - 6 * p * q) / variance, entropy,
        )


class Bernoulli(Binomial):
    def __init__(self, logit):
        super().__init__(1, logit)


def double(x):
    return repr(float(mp.nstr(x, 25)) if isinstance(x, mpf) else float(x))


def logarithm(x, other):
    if x == 0:
        return mpf("-inf")
    return mp.log1p(-other) if x > mpf("0.9") else mp.log(x)


probabilities = [
    5e-324, 1e-300, 1e-100, 1e-20, 1e-10, 1e-3, 0.01, 0.1, 0.25, 0.367, 0.4, 0.5, 0.6, 0.75,
    0.9, 0.99, 0.999999, 1 - 2**-53,
]
middle = [-2, -1, -0.5, -0.1, -1e-8, 0, 1e-8, 0.1, 0.5, 1, 2]
right = [3, 5, 8, 12, 20, 36, 40, 41, 100, 700, 740]
arguments = {
    Gumbel: [-6.6, -6.5, -6, -5, -4, -3] + middle + right,
    MinimumGumbel: [-x for x in right] + middle + [3, 4, 5, 6, 6.5, 6.6],
    Normal: [s * x for s in (-1, 1) for x in (3, 5, 8, 12, 20, 28, 30, 37, 38, 38.5, 50)] + middle,
    Logistic: [-x for x in right] + middle + right,
}
scipy_peers = {
    Gumbel: lambda location, scale: stats.gumbel_r(location, scale),
    MinimumGumbel: lambda location, scale: stats.gumbel_l(location, scale),
    Normal: lambda location, scale: stats.norm(location, scale),
    Logistic: lambda location, scale: stats.logistic(location, scale),
    Uniform: lambda lower, upper: stats.uniform(lower, upper - lower),
    Exponential: lambda rate: stats.expon(scale=1 / rate),
    GeneralizedExtremeValue: lambda m, s, shape: stats.genextreme(-shape, m, s),
    GeneralizedPareto: lambda m, s, shape: stats.genpareto(shape, m, s),
    Bernoulli: lambda logit: stats.bernoulli(float(sigmoid(mpf(logit)))),
    Binomial: lambda trials, logit: stats.binom(trials, float(sigmoid(mpf(logit)))),
}

cases = [
    (kind, parameters, [parameters[0] + parameters[1] * z for z in arguments[kind]])
    for kind in (Gumbel, MinimumGumbel, Normal, Logistic)
    for parameters in ((0.0, 1.0), (0.5, 2.0), (-3.0, 0.125))
]
cases += [
    (TruncatedGumbel, (0.0, 1.0, -INF, 1.0), [-6, -5, -3, -1, 0, 0.5, 0.9, 0.999999, 1]),
    (TruncatedGumbel, (0.0, 1.0, -INF, -3.0), [-6, -5, -3.5, -3.1, -3.001]),
    (TruncatedGumbel, (0.0, 1.0, 2.0, INF), [2.0000001, 2.1, 3, 5, 20, 45, 700]),
    (TruncatedGumbel, (0.5, 2.0, -1.0, 2.0), [-0.999, -0.5, 0.25, 1, 1.5, 1.999]),
    (TruncatedGumbel, (0.0, 1.0, 30.0, 50.0), [30.00001, 30.5, 31, 35, 49]),
    (Uniform, (0.0, 1.0), [-1, 0, 1e-300, 1e-10, 0.25, 0.5, 0.75, 1 - 2**-53, 1, 2]),
    (Uniform, (-3.0, 5.0), [-4, -3, -2.75, 0, 0.5, 1, 4.5, 5, 6]),
]
for shape in (0.0, 0.2, 0.4, -0.5, 1e-5, -1e-9):
    # By the reduced variate; near an upper end an argument has few digits of its distance.
    ys = [-5, -3, -1, -0.3, 1e-9, 0.3, 1, 3, 8] + ([30, 100] if shape >= 0 else [])
    for kind, parameters in (
        (GeneralizedExtremeValue, (0.0, 1.0, shape)), (GeneralizedExtremeValue, (0.5, 2.0, shape)),
        (GeneralizedPareto, (0.0, 1.0, shape)), (GeneralizedPareto, (0.5, 2.0, shape)),
    ):
        if kind is GeneralizedPareto:
            ys = [-1] + [y for y in ys if y > 0]
        distribution = kind(*parameters)
        cases.append((kind, parameters, [
            float(distribution.location + distribution.scale * distribution.variate(mpf(y)))
            for y in ys
        ]))
for rate in (1.0, 0.25, 8.0):
    points = [-1, 0, 1e-300, 1e-20, 1e-10, 1e-3, 0.1, 0.5, 1, 2, 5, 20, 40, 100, 700, 740]
    cases.append((Exponential, (rate,), [x / rate for x in points]))
for logit in (0.0, -0.75, 2.0, -40.0, 35.0, -700.0):
    cases.append((Bernoulli, (logit,), [-1, -0.5, 0, 0.5, 1, 2]))
for trials, logit, points in (
    (1, 0.5, [0, 0.5, 1]),
    (10, -0.75, list(range(-1, 12))),
    (1000, 0.0, [0, 1, 100, 300, 400, 480, 499, 500, 501, 520, 600, 700, 900, 999, 1000]),
    (1000, -5.0, [0, 1, 3, 6, 7, 10, 20, 60, 200, 999]),
    (1000000, 1.0, [600000, 700000, 729000, 731000, 731058, 731059, 733000, 740000, 800000]),
    (1000000, -20.0, [0, 1, 2, 5, 20]),
):
    cases.append((Binomial, (trials, logit), points))

divergences = [
    (Gumbel, (0.3, 1.0), Gumbel, (-0.5, 1.0)), (Gumbel, (0.3, 0.7), Gumbel, (-0.5, 1.6)),
    (Gumbel, (2.0, 3.0), Gumbel, (1.0, 2.0)), (MinimumGumbel, (0.3, 0.7), MinimumGumbel, (1.0, 1.5)),
    (Gumbel, (0.5, 2.0), Normal, (1.0, 3.0)), (Normal, (0.5, 2.0), Gumbel, (1.0, 3.0)),
    (Normal, (0.5, 2.0), Normal, (1.0, 3.0)), (Exponential, (2.0,), Exponential, (0.5,)),
    (Exponential, (2.0,), Gumbel, (0.5, 1.5)), (Uniform, (0.0, 1.0), Uniform, (-1.0, 4.0)),
    (Bernoulli, (0.5,), Bernoulli, (-1.0,)), (Bernoulli, (-30.0,), Bernoulli, (2.0,)),
    (Binomial, (10, 0.5), Binomial, (10, -1.0)),
]


def divergence(p, q):
    def integrand(x):
        log = p.log_density(x)
        return mpf(0) if log == mpf("-inf") else mp.exp(log) * (log - q.log_density(x))

    if isinstance(p, Binomial):
        return mp.fsum(integrand(k) for k in range(p.n + 1))
    if isinstance(p, Uniform):
        ends = [p.location, p.location + p.scale]
    elif isinstance(p, Exponential):
        ends = [mpf(0)] + [p.scale * z for z in (1, 4, 10, 30, 80, 200)]
    else:
        points = [-200, -80, -30, -15, -8, -6, -4, -2, 0, 2, 4, 6, 8, 15, 30, 80, 200]
        if isinstance(p, Gumbel):
            points = [z for z in points if z >= -6]
        if isinstance(p, MinimumGumbel):
            points = [z for z in points if z <= 6]
        ends = [p.location + p.scale * z for z in points]
    return mp.quad(integrand, ends)


def relative(found, expected):
    if found == float(expected):
        return 0.0
    return float(abs((mpf(found) - expected) / expected)) if expected != 0 else INF


def main():
    lines = []
    worst = {}

    def compare(kind, function, found, expected):
        if abs(expected) > mpf(10) ** -300 and mp.isfinite(expected):
            key = (kind.__name__, function)
            worst[key] = max(worst.get(key, 0), relative(float(found), expected))

    for kind, parameters, points in cases:
        peer = scipy_peers[kind](*parameters) if kind in scipy_peers else None
        start = [kind.__name__, ",".join(double(x) for x in parameters)]
        discrete = kind in (Bernoulli, Binomial)
        # Enough digits for 1 minus a small probability.
        mp.mp.dps = 400 if kind in (TruncatedGumbel, Bernoulli) else 60
        truth = kind(*parameters)
        for x in points:
            log, cdf, survival = truth.log_density(x), truth.cdf(x), truth.survival(x)
            values = [
                log, mp.exp(log), cdf, survival, logarithm(cdf, survival), logarithm(survival, cdf),
            ]
            lines.append(start + ["at", double(x)] + [double(v) for v in values])
            if peer:
                density = peer.pmf if discrete else peer.pdf
                log_density = peer.logpmf if discrete else peer.logpdf
                found = [
                    log_density(x), density(x), peer.cdf(x), peer.sf(x), peer.logcdf(x),
                    peer.logsf(x),
                ]
                names = ("log-density", "density", "cdf", "survival", "log cdf", "log survival")
                for name, f, v in zip(names, found, values):
                    compare(kind, name, f, v)
        if not discrete:
            for p in probabilities:
                mp.mp.dps = 400 if p < 1e-50 else 60
                truth = kind(*parameters)
                pair = [truth.quantile(mpf(p)), truth.quantile(1 - mpf(p))]
                lines.append(start + ["quantile", double(p)] + [double(v) for v in pair])
                if peer:
                    compare(kind, "quantile", peer.ppf(p), pair[0])
                    compare(kind, "inverse survival", peer.isf(p), pair[1])
        mp.mp.dps = 60
        moments = truth.moments()
        if moments:
            lines.append(start + ["moments"] + [double(v) for v in moments])
    for p, a, q, b in divergences:
        value = divergence(p(*a), q(*b))
        lines.append([
            p.__name__, ",".join(double(x) for x in a), "kl", q.__name__,
            ",".join(double(x) for x in b), double(value),
        ])
    output.write_text("".join("\t".join(line) + "\n" for line in lines))
    print(f"{len(lines)} lines in {output}", file=sys.stderr)
    print("SciPy's largest relative error where the true value is between 1e-300 and infinity:")
    for (kind, function), error in sorted(worst.items()):
        print(f"  {kind:14} {function:17} {error:.1e}")


if __name__ == "__main__":
    main()
