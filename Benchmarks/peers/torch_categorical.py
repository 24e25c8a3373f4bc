"""PyTorch: exact draws of classes, one core. Workloads as in ../README.md."""

import protocol

DRAWS, ROWS = "categorical-draws", "categorical-rows"

arguments = protocol.start([DRAWS, ROWS], repeat=3)

import torch  # noqa: E402

torch.set_num_threads(arguments.threads)
torch.manual_seed(0)


def draws():
    weights = 1.0 + torch.arange(1000) * 7919 % 97
    result = None

    def run(i):
        nonlocal result
        for _ in range(10):
            result = torch.multinomial(weights, 1_000_000, replacement=True)

    seconds = protocol.measure(run)
    check = {"mean": result.double().mean().item()}
    protocol.report("torch", "10^7 draws", seconds, check, variant="multinomial")


def rows():
    logits = torch.randn(8, 131_072)
    variants = {
        "multinomial": lambda: torch.multinomial(torch.softmax(logits, -1), 1),
        # What language models' samplers do in its place.
        "softmax / exponential": lambda: (
            torch.softmax(logits, -1).div_(torch.empty_like(logits).exponential_()).argmax(-1)
        ),
        "Categorical": lambda: torch.distributions.Categorical(logits=logits).sample(),
    }
    for name, draw in variants.items():
        seconds = protocol.measure(lambda i: draw())
        protocol.report("torch", "8 rows", seconds, {"draws": draw().flatten().tolist()}, name)


draws() if arguments.workload == DRAWS else rows()
