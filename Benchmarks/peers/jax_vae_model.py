"""JAX: the categorical VAE that vae_data.py specifies."""

import functools
import math

import jax
import jax.numpy as jnp
import optax
import vae_data


def initial(key):
    """Weight and bias of each dense layer."""
    glorot = jax.nn.initializers.glorot_uniform()
    shapes = list(zip(vae_data.SIZES, vae_data.SIZES[1:]))
    keys = jax.random.split(key, len(shapes))
    layers = [(glorot(k, shape), jnp.zeros(shape[1])) for k, shape in zip(keys, shapes)]
    assert sum(p.size for p in jax.tree.leaves(layers)) == 1_169_880
    return layers


def stack(layers, values):
    """Dense layers with ReLU between them."""
    for i, (weight, bias) in enumerate(layers):
        values = values @ weight + bias
        if i + 1 < len(layers):
            values = jax.nn.relu(values)
    return values


def encode(layers, x):
    logits = stack(layers[:3], x)
    return logits.reshape(len(x), vae_data.LATENTS, vae_data.CATEGORIES)


def negative_bound(layers, x, logits, z):
    """Nats of each image: reconstruction from z, and the divergence from the uniform prior."""
    output = stack(layers[3:], z.reshape(len(x), -1))
    reconstruction = optax.sigmoid_binary_cross_entropy(output, x).sum(-1)
    log_q = jax.nn.log_softmax(logits)
    kl = (jnp.exp(log_q) * (log_q + math.log(vae_data.CATEGORIES))).sum((-2, -1))
    return reconstruction + kl


def loss_of(layers, x, key, temperature):
    logits = encode(layers, x)
    z = jax.nn.softmax((logits + jax.random.gumbel(key, logits.shape)) / temperature)
    return negative_bound(layers, x, logits, z).mean()


def train(adam, layers, state, key, x, temperature=1.0):
    """One step of training."""
    key, noise_key = jax.random.split(key)
    loss, gradient = jax.value_and_grad(loss_of)(layers, x, noise_key, temperature)
    update, state = adam.update(gradient, state)
    return optax.apply_updates(layers, update), state, key, loss


@functools.partial(jax.jit)
def hard_negative_bound(layers, x, key):
    """The mean over images, with a one-hot draw for each."""
    logits = encode(layers, x)
    z = jax.nn.one_hot(jax.random.categorical(key, logits), vae_data.CATEGORIES)
    return negative_bound(layers, x, logits, z).mean()
