"""JAX: trains an LSTM on the lines of a file, and says how well it predicts those of another.

What `../text_bits.py` compares with our own training: an embedding, one LSTM layer, a dense layer to
the logits of the next character; weights begin as ours do. Mean cross-entropy over characters and
ends; batches of 64 in a new order each epoch; gradients scaled down to a norm of 1; Adam with a rate
of 2e-3 that falls to a hundredth along half a cosine. Prints a JSON object: the bits that a line of
the test file takes, for each of its characters.
"""

import argparse
import functools
import json
import math
import os
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402

BATCH = 64
EMBEDDING = 64

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("train")
parser.add_argument("test")
parser.add_argument("--hidden", type=int, default=128)
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--seed", type=int, default=0)
arguments = parser.parse_args()
HIDDEN = arguments.hidden

lines, test_lines = (
    Path(path).read_text().splitlines() for path in (arguments.train, arguments.test)
)
tokens = {character: i + 1 for i, character in enumerate(sorted(set("".join(lines))))}
test_lines = [line for line in test_lines if set(line) <= tokens.keys()]
VOCABULARY = len(tokens) + 1
TIME = 1 + max(map(len, lines + test_lines))


def padded(strings):
    """Tokens and what counts of them, [strings, time]."""
    rows = np.zeros((len(strings), TIME), np.int32)
    mask = np.zeros((len(strings), TIME), np.float32)
    for row, string in enumerate(strings):
        rows[row, : len(string)] = [tokens[character] for character in string]
        mask[row, : len(string) + 1] = 1
    return jnp.asarray(rows), jnp.asarray(mask)


def initial(key):
    keys = jax.random.split(key, 4)

    def uniform(key, shape, bound):
        return jax.random.uniform(key, shape, minval=-bound, maxval=bound)

    bound = HIDDEN**-0.5
    return {
        "table": jax.random.normal(keys[0], (VOCABULARY, EMBEDDING)),
        "w": uniform(keys[1], (EMBEDDING, 4 * HIDDEN), bound),
        "u": uniform(keys[2], (HIDDEN, 4 * HIDDEN), bound),
        # The forget gate's bias is 1.
        "b": jnp.zeros(4 * HIDDEN).at[HIDDEN : 2 * HIDDEN].set(1),
        "out": uniform(keys[3], (HIDDEN, VOCABULARY), math.sqrt(6 / (HIDDEN + VOCABULARY))),
        "bias": jnp.zeros(VOCABULARY),
    }


def nats(p, rows, mask):
    """-log p, summed over the rows' tokens."""
    targets = rows.T
    inputs = jnp.concatenate([jnp.zeros_like(targets[:1]), targets[:-1]])
    projected = (p["table"] @ p["w"] + p["b"])[inputs]

    def step(state, x):
        h, c = state
        i, f, g, o = jnp.split(x + h @ p["u"], 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    zeros = jnp.zeros((rows.shape[0], HIDDEN))
    _, hidden = jax.lax.scan(step, (zeros, zeros), projected)
    logits = hidden @ p["out"] + p["bias"]
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, targets)
    return jnp.sum(losses * mask.T)


rows, mask = padded(lines)
STEPS = len(lines) // BATCH
schedule = optax.cosine_decay_schedule(2e-3, arguments.epochs * STEPS, alpha=0.01)
adam = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule))


@functools.partial(jax.jit, donate_argnums=0)
def epoch(carry, key):
    order = jax.random.permutation(key, len(lines))[: STEPS * BATCH].reshape(STEPS, BATCH)

    def step(carry, chosen):
        p, state = carry
        loss, gradient = jax.value_and_grad(
            lambda p: nats(p, rows[chosen], mask[chosen]) / mask[chosen].sum()
        )(p)
        updates, state = adam.update(gradient, state, p)
        return (optax.apply_updates(p, updates), state), loss

    carry, losses = jax.lax.scan(step, carry, order)
    return carry, losses.mean()


root = jax.random.key(arguments.seed)
parameters = initial(jax.random.fold_in(root, 0))
carry, loss = (parameters, adam.init(parameters)), jnp.nan
for number in range(arguments.epochs):
    carry, loss = epoch(carry, jax.random.fold_in(root, 100 + number))

total, measure = 0.0, jax.jit(nats)
for start in range(0, len(test_lines), 256):
    total += measure(carry[0], *padded(test_lines[start : start + 256])).item()
bits = total / math.log(2) / sum(map(len, test_lines))
print(
    json.dumps(
        {"seed": arguments.seed, "trainingLoss": loss.item(), "bitsPerCharacter": bits}
    )
)
