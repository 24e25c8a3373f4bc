"""PyTorch: the categorical VAE that vae_data.py specifies."""

import math

import torch
import torch.nn.functional as F
import vae_data


def stack(sizes):
    """Dense layers with ReLU between them."""
    modules = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        dense = torch.nn.Linear(inputs, outputs)
        torch.nn.init.xavier_uniform_(dense.weight)
        torch.nn.init.zeros_(dense.bias)
        modules += [dense, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def network():
    """Encoder, decoder and the optimizer of both."""
    torch.manual_seed(0)
    encoder, decoder = stack(vae_data.SIZES[:4]), stack(vae_data.SIZES[3:])
    parameters = [*encoder.parameters(), *decoder.parameters()]
    assert sum(p.numel() for p in parameters) == 1_169_880
    return encoder, decoder, torch.optim.Adam(parameters, lr=1e-3, fused=True)


def loss_of(encoder, decoder, x):
    logits = encoder(x).view(len(x), vae_data.LATENTS, vae_data.CATEGORIES)
    z = F.gumbel_softmax(logits, tau=1.0)
    output = decoder(z.flatten(1))
    reconstruction = F.binary_cross_entropy_with_logits(output, x, reduction="sum")
    log_q = F.log_softmax(logits, -1)
    kl = (log_q.exp() * (log_q + math.log(vae_data.CATEGORIES))).sum()
    return (reconstruction + kl) / len(x)


FORMS = {"eager": loss_of, "compiled": torch.compile(loss_of, dynamic=False)}


def train(loss_of, encoder, decoder, adam, x):
    """One step of training."""
    loss = loss_of(encoder, decoder, x)
    adam.zero_grad()
    loss.backward()
    adam.step()
    return loss
