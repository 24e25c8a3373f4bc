"""PyTorch: one training step of the Transformer that transformer_data.py specifies.

`eager` and `compiled` have `nn.TransformerEncoderLayer`; `attention` has blocks of its own around
`scaled_dot_product_attention`, compiled.
"""

import protocol
import transformer_data as data

arguments = protocol.start(data.WORKLOADS, repeat=5)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(arguments.threads)
length, width = data.sizes(arguments.workload)
steps = data.STEPS[length]
targets = torch.from_numpy(data.tokens(length)).long()
inputs = torch.cat([torch.zeros_like(targets[:1]), targets[:-1]])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.back = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.hidden, self.output = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask=None):
        time, batch, _ = x.shape
        parts = self.project(self.first(x)).view(time, batch, 3, data.HEADS, -1)
        q, k, v = parts.permute(2, 1, 3, 0, 4)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.back(seen.permute(2, 0, 1, 3).reshape(time, batch, width))
        return x + self.output(F.gelu(self.hidden(self.second(x))))


def library_block():
    return nn.TransformerEncoderLayer(
        width, data.HEADS, 4 * width, dropout=0, activation="gelu", norm_first=True
    )


class Network(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.embedding = nn.Embedding(data.VOCABULARY, data.EMBEDDING)
        self.input = nn.Linear(data.EMBEDDING, width)
        self.positions = nn.Parameter(data.POSITION_DEVIATION * torch.randn(length, 1, width))
        self.blocks = nn.ModuleList(block() for _ in range(data.BLOCKS))
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, data.VOCABULARY)
        mask = nn.Transformer.generate_square_subsequent_mask(length)
        self.register_buffer("mask", mask)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2 and "embedding" not in name:
                nn.init.xavier_uniform_(parameter)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, tokens):
        x = self.input(self.embedding(tokens)) + self.positions
        for block in self.blocks:
            x = block(x, self.mask) if isinstance(block, Block) else block(
                x, src_mask=self.mask, is_causal=True)
        return self.output(self.norm(x))


def loss_of(network):
    return F.cross_entropy(network(inputs).flatten(0, 1), targets.flatten())


def measure(block, loss_of):
    """Seconds of a step, and the losses of the repetition that is not counted."""
    torch.manual_seed(0)
    network = Network(block)
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


compiled = torch.compile(loss_of, dynamic=False)
forms = {
    "eager": (library_block, loss_of),
    "compiled": (library_block, compiled),
    "attention": (Block, torch.compile(loss_of, dynamic=False)),
}
for name, (block, form) in forms.items():
    seconds, losses = measure(block, form)
    check = {"firstLoss": losses[0], "lastLoss": losses[-1]}
    protocol.report("torch", "step", seconds, check, variant=name)
