"""JAX: the strings that lstm_data.py specifies, in one jit."""

import lstm_data
import protocol

arguments = protocol.start(["text-generation"], repeat=5)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import jax_lstm_model as model  # noqa: E402

p = model.initial(jax.random.key(0), lstm_data.GENERATED_HIDDEN)
p["bias"] = p["bias"].at[0].set(lstm_data.NEVER)


@jax.jit
def draw(p, key):
    table = p["table"] @ p["w"] + p["b"]

    def step(carry, key):
        state, token = carry
        state = model.step(p, state, table[token])
        token = jax.random.categorical(key, state[0] @ p["out"] + p["bias"])
        return (state, token), token

    state = model.zeros(lstm_data.GENERATED_HIDDEN, lstm_data.BATCH)
    first = jnp.zeros(lstm_data.BATCH, jnp.int32)
    return jax.lax.scan(step, (state, first), jax.random.split(key, lstm_data.GENERATED))[1]


results = []


def run(i):
    results.append(jax.block_until_ready(draw(p, jax.random.key(i))))


seconds = protocol.measure(run)
protocol.report("jax", "batch", seconds, lstm_data.check(results[-1]))
