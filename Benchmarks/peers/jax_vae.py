"""JAX: one training step of the categorical VAE that vae_data.py specifies, in one jit."""

import protocol

arguments = protocol.start(["vae-step-100", "vae-step-1000"], repeat=10)

import functools  # noqa: E402
import math  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402
import vae_data  # noqa: E402

batch = vae_data.BATCH[arguments.workload]
steps = vae_data.STEPS[batch]
x = jnp.asarray(vae_data.pixels(batch))
adam = optax.adam(1e-3)


def initial(key):
    """Weight and bias of each dense layer."""
    glorot = jax.nn.initializers.glorot_uniform()
    shapes = list(zip(vae_data.SIZES, vae_data.SIZES[1:]))
    keys = jax.random.split(key, len(shapes))
    return [(glorot(k, shape), jnp.zeros(shape[1])) for k, shape in zip(keys, shapes)]


def stack(layers, values):
    """Dense layers with ReLU between them."""
    for i, (weight, bias) in enumerate(layers):
        values = values @ weight + bias
        if i + 1 < len(layers):
            values = jax.nn.relu(values)
    return values


def loss_of(layers, x, key):
    logits = stack(layers[:3], x).reshape(batch, vae_data.LATENTS, vae_data.CATEGORIES)
    z = jax.nn.softmax(logits + jax.random.gumbel(key, logits.shape))
    output = stack(layers[3:], z.reshape(batch, -1))
    reconstruction = optax.sigmoid_binary_cross_entropy(output, x).sum()
    log_q = jax.nn.log_softmax(logits)
    kl = (jnp.exp(log_q) * (log_q + math.log(vae_data.CATEGORIES))).sum()
    return (reconstruction + kl) / batch


@functools.partial(jax.jit, donate_argnums=(0, 1, 2))
def step(layers, state, key, x):
    key, noise_key = jax.random.split(key)
    loss, gradient = jax.value_and_grad(loss_of)(layers, x, noise_key)
    update, state = adam.update(gradient, state)
    return optax.apply_updates(layers, update), state, key, loss


layers = initial(jax.random.key(0))
assert sum(p.size for p in jax.tree.leaves(layers)) == 1_169_880
state, key = adam.init(layers), jax.random.key(1)
losses = []


def run(i):
    global layers, state, key
    for _ in range(steps):
        layers, state, key, loss = step(layers, state, key, x)
        if i == 0:
            losses.append(loss.item())
    jax.block_until_ready((layers, loss))


seconds = protocol.measure(run, count=steps)
protocol.report("jax", "step", seconds, {"firstLoss": losses[0], "lastLoss": losses[-1]})
