"""PyTorch: one training step of the categorical VAE that vae_data.py specifies."""

import protocol

arguments = protocol.start(["vae-step-100", "vae-step-1000"], repeat=10)

import math  # noqa: E402

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
import vae_data  # noqa: E402

torch.set_num_threads(arguments.threads)
batch = vae_data.BATCH[arguments.workload]
steps = vae_data.STEPS[batch]
x = torch.from_numpy(vae_data.pixels(batch))


def stack(sizes):
    """Dense layers with ReLU between them."""
    modules = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        dense = torch.nn.Linear(inputs, outputs)
        torch.nn.init.xavier_uniform_(dense.weight)
        torch.nn.init.zeros_(dense.bias)
        modules += [dense, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def loss_of(encoder, decoder):
    logits = encoder(x).view(batch, vae_data.LATENTS, vae_data.CATEGORIES)
    z = F.gumbel_softmax(logits, tau=1.0)
    output = decoder(z.flatten(1))
    reconstruction = F.binary_cross_entropy_with_logits(output, x, reduction="sum")
    log_q = F.log_softmax(logits, -1)
    kl = (log_q.exp() * (log_q + math.log(vae_data.CATEGORIES))).sum()
    return (reconstruction + kl) / batch


def train(loss_of):
    """Seconds of a step, and the losses of the repetition that is not counted."""
    torch.manual_seed(0)
    encoder, decoder = stack(vae_data.SIZES[:4]), stack(vae_data.SIZES[3:])
    parameters = [*encoder.parameters(), *decoder.parameters()]
    assert sum(p.numel() for p in parameters) == 1_169_880
    adam = torch.optim.Adam(parameters, lr=1e-3, fused=True)
    losses = []

    def run(i):
        for _ in range(steps):
            loss = loss_of(encoder, decoder)
            adam.zero_grad()
            loss.backward()
            adam.step()
            if i == 0:
                losses.append(loss.item())

    return protocol.measure(run, count=steps), losses


for name in ("eager", "compiled"):
    seconds, losses = train(loss_of if name == "eager" else torch.compile(loss_of, dynamic=False))
    check = {"firstLoss": losses[0], "lastLoss": losses[-1]}
    protocol.report("torch", "step", seconds, check, variant=name)
