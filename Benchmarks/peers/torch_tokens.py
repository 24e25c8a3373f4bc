"""PyTorch: tokens drawn from a language model's logits, one core.

`tokens-FILTERS-LOGITS-CLASSES` draws from 16 rows at temperature 0.8: FILTERS is `k` (top-k of 50),
`p` (top-p of 0.95), `minp` (min-p of 0.05), `all` of them in this order, or `none`. LOGITS are those
of tokenLogits in Tokens.swift, the same numbers in both programs. `gumbel-top-k` draws 50 of 131,072
classes without replacement.
"""

import itertools
import math

import protocol

ALL = itertools.product(
    ("all", "k", "p", "minp", "none"), ("normal", "peaked", "flat"), ("131072", "262144")
)
names = ["-".join(("tokens", *parts)) for parts in ALL]
arguments = protocol.start([*names, "gumbel-top-k"], repeat=5)

import torch  # noqa: E402

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)

ROWS, TEMPERATURE, K, P, MIN_P = 16, 0.8, 50, 0.95, 0.05
MINUS = -math.inf


def make_logits(kind, classes):
    i = torch.arange(1, ROWS * classes + 1, dtype=torch.int64)

    def uniform(step):
        return ((i * step % 2**32).double() + 0.5) / 2**32

    radius = (-2 * uniform(2_654_435_769).log()).sqrt()
    x = radius * (2 * math.pi * uniform(2_246_822_519)).cos()
    x = (x * (0.001 if kind == "flat" else 3)).float().view(ROWS, classes)
    if kind == "peaked":
        for row in range(ROWS):
            for j in range(20):
                x[row, (7919 * j + 13 * row) % classes] = 24 - 0.7 * j
    return x


def by_warpers(x, top_k, top_p, min_p):
    """One filter after another over all classes, as the generation loop of transformers does."""
    x = x / TEMPERATURE
    if top_k:
        least = torch.topk(x, K).values[:, -1:]
        x = x.masked_fill(x < least, MINUS)
    if top_p:
        ascending, order = torch.sort(x)
        gone = ascending.softmax(-1).cumsum(-1) <= 1 - P
        gone[:, -1] = False
        x = x.masked_fill(gone.scatter(1, order, gone), MINUS)
    if min_p:
        probabilities = x.softmax(-1)
        gone = probabilities < MIN_P * probabilities.amax(-1, keepdim=True)
        order = torch.argsort(x, descending=True)
        gone = gone.gather(1, order)
        gone[:, 0] = False
        x = x.masked_fill(gone.scatter(1, order, gone), MINUS)
    return x


def draw_by_warpers(x, *filters):
    return torch.multinomial(by_warpers(x, *filters).softmax(-1), 1)


def draw_best(x, top_k, top_p, min_p):
    """The least work for PyTorch: sorted once, over the top k alone where they are asked for."""
    order = None
    if top_k:
        x, order = torch.topk(x, K)
    elif top_p:
        x, order = torch.sort(x, descending=True)
    probabilities = (x / TEMPERATURE).softmax(-1)
    if top_p:
        gone = probabilities.cumsum(-1) - probabilities >= P
        probabilities = probabilities.masked_fill_(gone, 0)
    if min_p:
        gone = probabilities < MIN_P * probabilities.amax(-1, keepdim=True)
        probabilities = probabilities.masked_fill_(gone, 0)
    drawn = torch.multinomial(probabilities, 1)
    return drawn if order is None else order.gather(1, drawn)


def draw_exponential(x):
    """The largest of probability / exponential, without multinomial's cumulative sums."""
    probabilities = (x / TEMPERATURE).softmax(-1)
    return probabilities.div_(torch.empty_like(x).exponential_()).argmax(-1)


def tokens():
    _, filters, kind, classes = arguments.workload.split("-")
    x = make_logits(kind, int(classes))
    chosen = [filters in ("all", name) for name in ("k", "p", "minp")]
    ways = {"warpers": lambda: draw_by_warpers(x, *chosen), "best": lambda: draw_best(x, *chosen)}
    if filters == "none":
        ways = {"multinomial": ways["best"], "exponential": lambda: draw_exponential(x)}
    kept = (by_warpers(x, *chosen) > MINUS).sum().item() / ROWS
    for name, draw in ways.items():
        seconds = protocol.measure(lambda i: draw(), count=ROWS)
        check = {"kept": kept, "leastToken": draw().min().item()}
        protocol.report("torch", "row", seconds, check, variant=name)


def top_k():
    x = make_logits("normal", 131_072)
    ways = {
        "gumbel": lambda: torch.topk(x - torch.empty_like(x).exponential_().log_(), K).indices,
        "multinomial": lambda: torch.multinomial(x.softmax(-1), K),
    }
    for name, draw in ways.items():
        seconds = protocol.measure(lambda i: draw(), count=ROWS)
        check = {"distinct": draw()[0].unique().numel()}
        protocol.report("torch", "row", seconds, check, variant=name)


with torch.no_grad():
    top_k() if arguments.workload == "gumbel-top-k" else tokens()
