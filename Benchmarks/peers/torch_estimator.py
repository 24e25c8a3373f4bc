"""PyTorch: cost and straight-through Gumbel-softmax gradient. Workload as in ../README.md."""

import protocol

arguments = protocol.start(["straight-through-gradient"], repeat=20)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
logits = 2 * torch.cos(0.37 * torch.arange(200_000, dtype=torch.float64)).float()
logits = logits.view(1000, 20, 10).requires_grad_()
target = torch.sin(torch.arange(200, dtype=torch.float64)).float().view(20, 10)
PASSES = 10


def costs_of(logits):
    z = F.gumbel_softmax(logits, tau=0.5, hard=True)
    return (z - target).square().sum((1, 2))


for name in ("eager", "compiled"):
    function = costs_of if name == "eager" else torch.compile(costs_of, dynamic=False)
    costs = gradient = None

    def run(_):
        global costs, gradient
        for _ in range(PASSES):
            costs = function(logits)
            (gradient,) = torch.autograd.grad(costs.sum(), logits)

    seconds = protocol.measure(run, count=PASSES)
    check = {"cost": costs.mean().item(), "gradient": gradient.abs().mean().item()}
    protocol.report("torch", "pass", seconds, check, variant=name)
