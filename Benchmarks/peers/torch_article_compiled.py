"""PyTorch with torch.compile: the article's experiment. Its description stands in article.c.

The steps of a batch, one of the discriminator and ten of the generator with their Adam updates, are
one compiled function, which spares Python most of the work: PyTorch at its best, though not what
its users write. The eager form is in torch_article.py.
"""

import protocol

arguments = protocol.start(["article"], repeat=3)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

EPOCHS, BATCHES, GENERATOR_STEPS, BATCH = 200, 100, 10, 10
torch.set_num_threads(arguments.threads)
probabilities = torch.tensor([0, 0, 0.1, 0.3, 0.6])
zeros, ones = torch.zeros(BATCH), torch.ones(BATCH)
cross_entropy = F.binary_cross_entropy_with_logits


def relaxed(logits):
    return F.gumbel_softmax(logits.expand(BATCH, 5), tau=0.001)


def discriminator_loss(weight, bias, real, fake):
    real_loss = cross_entropy(real @ weight + bias, ones)
    return real_loss + cross_entropy(fake @ weight + bias, zeros)


def generator_loss(logits, weight, bias):
    return cross_entropy(relaxed(logits) @ weight + bias, ones)


def adam(parameter, gradient, corrections):
    """In place; a parameter is its value, mean and mean square."""
    value, mean, square = parameter
    mean.lerp_(gradient, 1 - 0.9)
    square.lerp_(gradient * gradient, 1 - 0.999)
    value.sub_(0.0007 * mean * corrections[0] / ((square * corrections[1]).sqrt() + 1e-8))


@torch.compile(dynamic=False)
def batch(logits, weight, bias, real, corrections):
    gradient = torch.func.grad(discriminator_loss, argnums=(0, 1))
    weight_gradient, bias_gradient = gradient(weight[0], bias[0], real, relaxed(logits[0]))
    adam(weight, weight_gradient, corrections[0])
    adam(bias, bias_gradient, corrections[0])
    for i in range(1, 1 + GENERATOR_STEPS):
        gradient = torch.func.grad(generator_loss)(logits[0], weight[0], bias[0])
        adam(logits, gradient, corrections[i])


def all_corrections():
    """1 / (1 - beta^t) of each step of each batch, the discriminator's first."""
    batches = torch.arange(EPOCHS * BATCHES, dtype=torch.float64)[:, None]
    generator = batches * GENERATOR_STEPS + torch.arange(1, 1 + GENERATOR_STEPS)
    steps = torch.cat([batches + 1, generator], dim=1)
    return torch.stack([1 / (1 - 0.9**steps), 1 / (1 - 0.999**steps)], dim=-1).float()


@torch.no_grad()
def learn(epochs):
    """softmax(logits) after each epoch."""
    logits, weight, bias = (
        [value, torch.zeros_like(value), torch.zeros_like(value)]
        for value in (torch.ones(5), 2 * torch.rand(5) - 1, torch.zeros(()))
    )
    corrections = iter(all_corrections().unbind())
    history = []
    for _ in range(epochs):
        numbers = torch.multinomial(probabilities, BATCHES * BATCH, replacement=True)
        for real in F.one_hot(numbers, 5).float().view(BATCHES, BATCH, 5).unbind():
            batch(logits, weight, bias, real, next(corrections))
        history.append(logits[0].softmax(-1))
    return history


history = None


def run(i):
    global history
    torch.manual_seed(i)
    history = learn(EPOCHS if i > 0 else 1)


seconds = protocol.measure(run)
check = {"probabilities": [round(p, 4) for p in history[-1].tolist()]}
protocol.report("torch", "run", seconds, check, variant="compiled")
