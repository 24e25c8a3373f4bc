"""PyTorch: Gumbel noise and the Gumbel-softmax, one core. Workloads as in ../README.md."""

import protocol

FORWARD, SOFT = "gumbel-softmax-forward", "gumbel-softmax-soft"
HARD = "gumbel-softmax-straight-through"

arguments = protocol.start(["gumbel-noise", FORWARD, SOFT, HARD], repeat=20)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(arguments.threads)


def noise():
    count = 2**20
    buffer = torch.empty(count)
    standard = torch.distributions.Gumbel(0.0, 1.0)
    variants = {
        # What F.gumbel_softmax draws, in place.
        "exponential": lambda: buffer.exponential_().log_().neg_(),
        "rand": lambda: torch.rand(count, out=buffer).log_().neg_().log_().neg_(),
        "distributions.Gumbel": lambda: standard.sample((count,)),
    }
    for name, draw in variants.items():
        seconds = protocol.measure(lambda i: draw())
        values = draw()
        mean = values[values.isfinite()].mean().item()
        protocol.report("torch", "2^20 values", seconds, {"mean": mean}, variant=name)


def softmax(hard, backward):
    torch.manual_seed(0)
    logits = torch.randn(104_857, 10, requires_grad=backward)
    cotangent = torch.randn(104_857, 10)
    for name in ("eager", "compiled"):
        sample = F.gumbel_softmax
        if name == "compiled":
            sample = torch.compile(sample, dynamic=False)
        gradient = y = None

        def run(i):
            nonlocal y, gradient
            y = sample(logits, tau=0.5, hard=hard)
            if backward:
                (gradient,) = torch.autograd.grad(y, logits, cotangent)

        seconds = protocol.measure(run)
        check = {"largest": y.detach().amax(-1).mean().item()}
        if backward:
            check["gradient"] = gradient.abs().mean().item()
        protocol.report("torch", "pass", seconds, check, variant=name)


if arguments.workload == "gumbel-noise":
    noise()
else:
    softmax(hard=arguments.workload == HARD, backward=arguments.workload != FORWARD)
