"""PyTorch, eager: the article's experiment. Its description stands in article.c.

An epoch's numbers are drawn at once, each player's gradient is asked for alone, and Adam is the
fused one: what a user who minds the time would do. `--fraction 0.1` runs the first tenth of the
epochs and scales the seconds up.
"""

import protocol

arguments = protocol.start(["article"], repeat=1, fraction=1.0)

import time  # noqa: E402

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

EPOCHS, BATCHES, GENERATOR_STEPS, BATCH = 200, 100, 10, 10
torch.set_num_threads(arguments.threads)
probabilities = torch.tensor([0, 0, 0.1, 0.3, 0.6])
zeros, ones = torch.zeros(BATCH, 1), torch.ones(BATCH, 1)
cross_entropy = F.binary_cross_entropy_with_logits


def learn(epochs):
    """softmax(logits) after each epoch."""
    logits = torch.ones(5, requires_grad=True)
    discriminator = torch.nn.Linear(5, 1)
    torch.nn.init.xavier_uniform_(discriminator.weight)
    torch.nn.init.zeros_(discriminator.bias)
    weights = [discriminator.weight, discriminator.bias]
    generator_adam = torch.optim.Adam([logits], lr=0.0007, fused=True)
    discriminator_adam = torch.optim.Adam(weights, lr=0.0007, fused=True)
    expanded = logits.expand(BATCH, 5)

    history = []
    for _ in range(epochs):
        numbers = torch.multinomial(probabilities, BATCHES * BATCH, replacement=True)
        for real in F.one_hot(numbers, 5).float().view(BATCHES, BATCH, 5).unbind():
            with torch.no_grad():
                fake = F.gumbel_softmax(expanded, tau=0.001)
            loss = cross_entropy(discriminator(real), ones)
            loss = loss + cross_entropy(discriminator(fake), zeros)
            weights[0].grad, weights[1].grad = torch.autograd.grad(loss, weights)
            discriminator_adam.step()
            # Constant while the generator learns.
            weight, bias = weights[0].detach(), weights[1].detach()
            for _ in range(GENERATOR_STEPS):
                fake = F.gumbel_softmax(logits.expand(BATCH, 5), tau=0.001)
                loss = cross_entropy(F.linear(fake, weight, bias), ones)
                (logits.grad,) = torch.autograd.grad(loss, logits)
                generator_adam.step()
        history.append(logits.detach().softmax(-1))
    return history


epochs = max(1, round(arguments.fraction * EPOCHS))
fraction = epochs / EPOCHS
learn(1)
seconds = []
for i in range(arguments.repeat):
    torch.manual_seed(i)
    begin = time.perf_counter()
    history = learn(epochs)
    seconds.append((time.perf_counter() - begin) / fraction)
check = {"probabilities": [round(p, 4) for p in history[-1].tolist()]}
protocol.report("torch", "run", seconds, check, variant="eager", fraction=fraction)
