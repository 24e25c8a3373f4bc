"""JAX: the network of strings that lstm_data.py specifies."""

import math

import jax
import jax.numpy as jnp
from lstm_data import EMBEDDING, VOCABULARY


def initial(key, hidden):
    keys = jax.random.split(key, 4)

    def uniform(key, shape, bound):
        return jax.random.uniform(key, shape, minval=-bound, maxval=bound)

    return {
        "table": jax.random.normal(keys[0], (VOCABULARY, EMBEDDING)),
        "w": uniform(keys[1], (EMBEDDING, 4 * hidden), hidden**-0.5),
        "u": uniform(keys[2], (hidden, 4 * hidden), hidden**-0.5),
        "b": jnp.zeros(4 * hidden).at[hidden : 2 * hidden].set(1),
        "out": uniform(keys[3], (hidden, VOCABULARY), math.sqrt(6 / (hidden + VOCABULARY))),
        "bias": jnp.zeros(VOCABULARY),
    }


def step(p, state, projected):
    """The next state (h, c), from x W + b."""
    h, c = state
    i, f, g, o = jnp.split(projected + h @ p["u"], 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def zeros(hidden, batch):
    return (jnp.zeros((batch, hidden)),) * 2
