"""PyTorch: an epoch of Fashion-MNIST for the categorical VAE, as vae_data.py specifies it."""

import protocol

arguments = protocol.start(["vae-epoch"], repeat=3)

import torch  # noqa: E402
import torch_vae_model as model  # noqa: E402
import vae_data  # noqa: E402

torch.set_num_threads(arguments.threads)
images = torch.from_numpy(vae_data.fashion_mnist("train"))


def measure(loss_of):
    network = model.network()
    means = []

    def run(i):
        losses = []
        for rows in torch.randperm(len(images)).view(-1, vae_data.EPOCH_BATCH):
            x = torch.bernoulli(images[rows].float().div_(255))
            losses.append(model.train(loss_of, *network, x).detach())
        means.append(torch.stack(losses).mean().item())

    return protocol.measure(run), means


for name, loss_of in model.FORMS.items():
    seconds, means = measure(loss_of)
    check = {"firstEpoch": means[0], "lastEpoch": means[-1]}
    protocol.report("torch", "epoch", seconds, check, variant=name)
