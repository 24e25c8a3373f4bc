#!/usr/bin/env python3
"""Writes Tests/GumbelDistributionsTests/Fixtures/vectors.tsv, the densities, entropies and divergences
that vector-valued and relaxed distributions are tested against, as PyTorch has them in float64.

Needs torch. Lines of the file, separated by tabs; lists are separated by commas:

    NAME  temperature or number of draws  logits  value           log-density
    NAME  "entropy"                       logits  -               entropy
    NAME  "kl"                            logits  other's logits  divergence
"""
from pathlib import Path

import torch
from torch.distributions import Categorical, Multinomial, OneHotCategorical, kl_divergence
from torch.distributions import RelaxedBernoulli, RelaxedOneHotCategorical
from torch.distributions.relaxed_bernoulli import LogitRelaxedBernoulli
from torch.distributions.relaxed_categorical import ExpRelaxedCategorical

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)
output = Path(__file__).parent.parent / "Tests/GumbelDistributionsTests/Fixtures/vectors.tsv"
lines = []


def numbers(tensor):
    return ",".join(repr(x) for x in tensor.reshape(-1).tolist())


def write(name, parameter, logits, value, result):
    lines.append("\t".join([name, str(parameter), numbers(logits), value, repr(result.item())]))


def normal(*shape):
    return torch.randn(*shape, generator=generator)


for classes in [1, 2, 3, 10, 100]:
    logits = 2 * normal(classes)
    categorical = Categorical(logits=logits)
    index = torch.tensor(classes // 2)
    write("Categorical", "-", logits, str(index.item()), categorical.log_prob(index))
    write("Categorical", "entropy", logits, "-", categorical.entropy())
    other = normal(classes)
    divergence = kl_divergence(categorical, Categorical(logits=other))
    write("Categorical", "kl", logits, numbers(other), divergence)
    one_hot = torch.eye(classes)[index]
    density = OneHotCategorical(logits=logits).log_prob(one_hot)
    write("OneHotCategorical", "-", logits, numbers(one_hot), density)

    draws = 3 * classes
    counts = torch.bincount(
        torch.randint(classes, (draws,), generator=generator), minlength=classes)
    density = Multinomial(draws, logits=logits, validate_args=False).log_prob(counts)
    write("Multinomial", draws, logits, numbers(counts), density)

    for temperature in [0.1, 0.7, 3.0]:
        t = torch.tensor(temperature)
        y = torch.log_softmax(normal(classes), -1)
        relaxed = ExpRelaxedCategorical(t, logits=logits, validate_args=False)
        write("RelaxedCategorical", temperature, logits, numbers(y), relaxed.log_prob(y))
        if classes > 1:
            relaxed = RelaxedOneHotCategorical(t, logits=logits, validate_args=False)
            density = relaxed.log_prob(y.exp())
            write("RelaxedOneHotCategorical", temperature, logits, numbers(y.exp()), density)

for logit in [-3.0, 0.0, 0.4]:
    for temperature in [0.1, 0.7, 3.0]:
        logits, t, z = torch.tensor(logit), torch.tensor(temperature), 3 * normal(())
        density = LogitRelaxedBernoulli(t, logits=logits).log_prob(z)
        write("RelaxedBernoulli", temperature, logits, numbers(z), density)
        x = z.sigmoid()
        density = RelaxedBernoulli(t, logits=logits).log_prob(x)
        write("UnitRelaxedBernoulli", temperature, logits, numbers(x), density)

output.parent.mkdir(exist_ok=True)
output.write_text("\n".join(lines) + "\n")
print(f"{len(lines)} lines of PyTorch {torch.__version__} in {output}")
