"""JAX: cost and straight-through Gumbel-softmax gradient, one jit. Workload as in ../README.md."""

import protocol

arguments = protocol.start(["straight-through-gradient"], repeat=20)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

logits = jnp.asarray(2 * np.cos(0.37 * np.arange(200_000)), jnp.float32).reshape(1000, 20, 10)
target = jnp.asarray(np.sin(np.arange(200)), jnp.float32).reshape(20, 10)
PASSES = 10


def total(logits, key):
    y = jax.nn.softmax((logits + jax.random.gumbel(key, logits.shape)) / 0.5)
    z = jax.nn.one_hot(y.argmax(-1), 10) + y - jax.lax.stop_gradient(y)
    costs = jnp.square(z - target).sum((1, 2))
    return costs.sum(), costs


@jax.jit
def step(key, logits):
    key, draw = jax.random.split(key)
    gradient, costs = jax.grad(total, has_aux=True)(logits, draw)
    return key, costs, gradient


key = jax.random.key(0)
costs = gradient = None


def run(_):
    global key, costs, gradient
    for _ in range(PASSES):
        key, costs, gradient = step(key, logits)
    jax.block_until_ready((costs, gradient))


seconds = protocol.measure(run, count=PASSES)
check = {"cost": costs.mean().item(), "gradient": jnp.abs(gradient).mean().item()}
protocol.report("jax", "pass", seconds, check)
