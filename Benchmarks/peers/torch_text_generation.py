"""PyTorch: the strings that lstm_data.py specifies.

`LSTMCell` and `LSTM` take a step with the module of that name.
"""

import lstm_data
import protocol

arguments = protocol.start(["text-generation"], repeat=5)

import torch  # noqa: E402
from torch_lstm_model import Network  # noqa: E402

torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
network = Network(lstm_data.GENERATED_HIDDEN)
cell = torch.nn.LSTMCell(lstm_data.EMBEDDING, lstm_data.GENERATED_HIDDEN)
with torch.no_grad():
    network.output.bias[0] = lstm_data.NEVER
    for name, value in cell.named_parameters():
        value.copy_(getattr(network.lstm, f"{name}_l0"))


def zeros(*shape):
    return torch.zeros(*shape, lstm_data.GENERATED_HIDDEN)


def drawn_from(h):
    return torch.multinomial(torch.softmax(network.output(h), -1), 1).squeeze(1)


@torch.inference_mode()
def by_cell():
    h, c = zeros(lstm_data.BATCH), zeros(lstm_data.BATCH)
    token, drawn = torch.zeros(lstm_data.BATCH, dtype=torch.long), []
    for _ in range(lstm_data.GENERATED):
        h, c = cell(network.embedding(token), (h, c))
        token = drawn_from(h)
        drawn.append(token)
    return torch.stack(drawn)


@torch.inference_mode()
def by_layer():
    state = zeros(1, lstm_data.BATCH), zeros(1, lstm_data.BATCH)
    token, drawn = torch.zeros(lstm_data.BATCH, dtype=torch.long), []
    for _ in range(lstm_data.GENERATED):
        h, state = network.lstm(network.embedding(token)[None], state)
        token = drawn_from(h[0])
        drawn.append(token)
    return torch.stack(drawn)


for name, draw in {"LSTMCell": by_cell, "LSTM": by_layer}.items():
    results = []
    seconds = protocol.measure(lambda _: results.append(draw()))
    protocol.report("torch", "batch", seconds, lstm_data.check(results[-1]), variant=name)
