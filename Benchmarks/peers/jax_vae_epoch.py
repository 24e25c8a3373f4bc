"""JAX: an epoch of Fashion-MNIST for the categorical VAE, as vae_data.py specifies it.

`scan` has the images on the device and the whole epoch in one jit; `scan, rbg` is the same with the
generator that is faster on some devices; `batches` prepares each batch with NumPy and trains on it
in a jit of its own.
"""

import protocol

arguments = protocol.start(["vae-epoch"], repeat=3)

import functools  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import jax_vae_model as model  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402
import vae_data  # noqa: E402

images = vae_data.fashion_mnist("train")
adam = optax.adam(1e-3)
BATCH = vae_data.EPOCH_BATCH
STEPS = len(images) // BATCH


def measure(variant, initial_key, epoch):
    layers = model.initial(initial_key)
    carry = (layers, adam.init(layers), jax.random.fold_in(initial_key, 1))
    losses = []

    def run(i):
        nonlocal carry
        carry, loss = epoch(carry)
        jax.block_until_ready(carry)
        losses.append(float(loss))

    seconds = protocol.measure(run)
    check = {"firstEpoch": losses[0], "lastEpoch": losses[-1]}
    protocol.report("jax", "epoch", seconds, check, variant=variant)


@functools.partial(jax.jit, donate_argnums=0)
def scanned(carry, data):
    layers, state, key = carry
    key, order_key = jax.random.split(key)
    order = jax.random.permutation(order_key, len(data)).reshape(STEPS, BATCH)

    def step(carry, rows):
        layers, state, key = carry
        key, pixel_key = jax.random.split(key)
        probabilities = data[rows].astype(jnp.float32) / 255
        x = jax.random.bernoulli(pixel_key, probabilities).astype(jnp.float32)
        layers, state, key, loss = model.train(adam, layers, state, key, x)
        return (layers, state, key), loss

    carry, losses = jax.lax.scan(step, (layers, state, key), order)
    return carry, losses.mean()


train = jax.jit(functools.partial(model.train, adam), donate_argnums=(0, 1, 2))
generator = np.random.default_rng(0)


def batches(carry):
    order = generator.permutation(len(images))
    losses = []
    for rows in order.reshape(STEPS, BATCH):
        uniform = generator.random((BATCH, images.shape[1]), dtype=np.float32)
        x = (uniform * 255 < images[rows]).astype(np.float32)
        *carry, loss = train(*carry, x)
        losses.append(loss)
    return carry, jnp.stack(losses).mean()


data = jnp.asarray(images)
measure("scan", jax.random.key(0), lambda carry: scanned(carry, data))
measure("scan, rbg", jax.random.key(0, impl="rbg"), lambda carry: scanned(carry, data))
measure("batches", jax.random.key(0), batches)
