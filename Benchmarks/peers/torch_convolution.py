"""PyTorch: forward and backward of the encoder that convolution_data.py specifies.

Its images are [batch, channels, height, width]; it may store them with the channels innermost.
"""

import protocol

arguments = protocol.start(["convolution"], repeat=10)

import convolution_data  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(arguments.threads)


def loss_of(x, w1, b1, w2, b2):
    h = F.relu(F.conv2d(x, w1, b1, stride=2, padding=1))
    return F.relu(F.conv2d(h, w2, b2, stride=2, padding=1)).square().mean()


def time(loss_of, layout):
    x = torch.from_numpy(convolution_data.images()).permute(0, 3, 1, 2)
    x = x.contiguous(memory_format=layout)
    w1, w2 = [
        torch.from_numpy(w).permute(3, 2, 0, 1).contiguous(memory_format=layout)
        for w in convolution_data.kernels()
    ]
    b1, b2 = [torch.from_numpy(b) for b in convolution_data.biases()]
    parameters = [p.requires_grad_() for p in (w1, b1, w2, b2)]
    results = {}

    def run(i):
        for _ in range(convolution_data.STEPS):
            loss = loss_of(x, *parameters)
            gradients = torch.autograd.grad(loss, parameters)
        if i == 0:
            results["loss"] = loss.item()
            results["gradient"] = gradients[0].abs().mean().item()

    return protocol.measure(run, count=convolution_data.STEPS), results


for name, function, layout in [
    ("eager", loss_of, torch.contiguous_format),
    ("eager, channels innermost", loss_of, torch.channels_last),
    ("compiled", torch.compile(loss_of, dynamic=False), torch.contiguous_format),
]:
    seconds, results = time(function, layout)
    protocol.report("torch", "pass", seconds, results, variant=name)
