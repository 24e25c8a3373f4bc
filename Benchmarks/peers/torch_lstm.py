"""PyTorch: one training step of the LSTM that lstm_data.py specifies."""

import lstm_data
import protocol

arguments = protocol.start(lstm_data.WORKLOADS, repeat=5)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch_lstm_model import Network  # noqa: E402

torch.set_num_threads(arguments.threads)
length, hidden = lstm_data.sizes(arguments.workload)
steps = lstm_data.STEPS[length]
targets = torch.from_numpy(lstm_data.tokens(length)).long()
inputs = torch.cat([torch.zeros_like(targets[:1]), targets[:-1]])


def loss_of(network):
    return F.cross_entropy(network(inputs).flatten(0, 1), targets.flatten())


def measure(loss_of):
    """Seconds of a step, and the losses of the repetition that is not counted."""
    torch.manual_seed(0)
    network = Network(hidden)
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    losses = []

    def run(i):
        for _ in range(steps):
            loss = loss_of(network)
            adam.zero_grad()
            loss.backward()
            adam.step()
            if i == 0:
                losses.append(loss.item())

    return protocol.measure(run, count=steps), losses


for name, form in {"eager": loss_of, "compiled": torch.compile(loss_of, dynamic=False)}.items():
    seconds, losses = measure(form)
    check = {"firstLoss": losses[0], "lastLoss": losses[-1]}
    protocol.report("torch", "step", seconds, check, variant=name)
