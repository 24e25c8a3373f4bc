"""JAX: trains the categorical VAE on Fashion-MNIST, and says how well it describes new images.

What `../vae_bound.py` compares with our own training: the network and the loss of vae_data.py;
pixels set where their brightness is above a half; batches of 100 in a new order each epoch; Adam
with a rate of 1e-3; temperature max(0.5, exp(-1e-4 t)) at step t, updated every 500 steps. Prints a
JSON object: the mean negative bound of the 10,000 test images, in nats, with one-hot draws.
"""

import argparse
import functools
import json
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import jax_vae_model as model  # noqa: E402
import optax  # noqa: E402
import vae_data  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--seed", type=int, default=0)
arguments = parser.parse_args()


def binary(split):
    return jnp.asarray(vae_data.fashion_mnist(split) > 127.5, jnp.float32)


images, test = binary("train"), binary("t10k")
adam = optax.adam(1e-3)
STEPS = len(images) // vae_data.EPOCH_BATCH


@functools.partial(jax.jit, donate_argnums=0)
def epoch(carry, first, order_key):
    order = jax.random.permutation(order_key, len(images)).reshape(STEPS, -1)

    def step(carry, what):
        rows, t = what
        temperature = jnp.maximum(0.5, jnp.exp(-1e-4 * (t // 500 * 500)))
        *carry, loss = model.train(adam, *carry, images[rows], temperature)
        return tuple(carry), loss

    carry, losses = jax.lax.scan(step, carry, (order, first + jnp.arange(STEPS)))
    return carry, losses.mean()


root = jax.random.key(arguments.seed)
layers = model.initial(jax.random.fold_in(root, 0))
carry = (layers, adam.init(layers), jax.random.fold_in(root, 1))
loss = jnp.nan
for i in range(arguments.epochs):
    carry, loss = epoch(carry, i * STEPS, jax.random.fold_in(root, 100 + i))
bound = model.hard_negative_bound(carry[0], test, jax.random.fold_in(root, 2))
print(json.dumps({"seed": arguments.seed, "trainingLoss": loss.item(), "test": bound.item()}))
