"""PyTorch: one training step of the categorical VAE that vae_data.py specifies."""

import protocol

arguments = protocol.start(["vae-step-100", "vae-step-1000"], repeat=10)

import torch  # noqa: E402
import torch_vae_model as model  # noqa: E402
import vae_data  # noqa: E402

torch.set_num_threads(arguments.threads)
batch = vae_data.BATCH[arguments.workload]
steps = vae_data.STEPS[batch]
x = torch.from_numpy(vae_data.pixels(batch))


def measure(loss_of):
    """Seconds of a step, and the losses of the repetition that is not counted."""
    network = model.network()
    losses = []

    def run(i):
        for _ in range(steps):
            loss = model.train(loss_of, *network, x)
            if i == 0:
                losses.append(loss.item())

    return protocol.measure(run, count=steps), losses


for name, loss_of in model.FORMS.items():
    seconds, losses = measure(loss_of)
    check = {"firstLoss": losses[0], "lastLoss": losses[-1]}
    protocol.report("torch", "step", seconds, check, variant=name)
