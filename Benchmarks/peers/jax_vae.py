"""JAX: one training step of the categorical VAE that vae_data.py specifies, in one jit."""

import protocol

arguments = protocol.start(["vae-step-100", "vae-step-1000", "vae-step-8192"], repeat=10)

import functools  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import jax_vae_model as model  # noqa: E402
import optax  # noqa: E402
import vae_data  # noqa: E402

batch = vae_data.BATCH[arguments.workload]
steps = vae_data.STEPS[batch]
x = jnp.asarray(vae_data.pixels(batch))
adam = optax.adam(1e-3)
step = jax.jit(functools.partial(model.train, adam), donate_argnums=(0, 1, 2))

layers = model.initial(jax.random.key(0))
state, key = adam.init(layers), jax.random.key(1)
losses = []


def run(i):
    global layers, state, key
    for _ in range(steps):
        layers, state, key, loss = step(layers, state, key, x)
        if i == 0:
            losses.append(loss.item())
    jax.block_until_ready((layers, loss))


planned = protocol.planned_memory(step, layers, state, key, x)
seconds = protocol.measure(run, count=steps)
check = {"firstLoss": losses[0], "lastLoss": losses[-1]}
protocol.report("jax", "step", seconds, check, planned=planned)
