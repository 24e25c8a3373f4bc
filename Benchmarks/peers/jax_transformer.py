"""JAX: one training step of the Transformer that transformer_data.py specifies, in one jit."""

import protocol
import transformer_data as data

arguments = protocol.start(data.WORKLOADS, repeat=5)

import functools  # noqa: E402
import math  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

length, width = data.sizes(arguments.workload)
steps = data.STEPS[length]
targets = jnp.asarray(data.tokens(length))
inputs = jnp.concatenate([jnp.zeros_like(targets[:1]), targets[:-1]])
adam = optax.adam(1e-3)


def dense(key, inner, outer):
    bound = math.sqrt(6 / (inner + outer))
    weight = jax.random.uniform(key, (inner, outer), minval=-bound, maxval=bound)
    return {"w": weight, "b": jnp.zeros(outer)}


def norm():
    return {"scale": jnp.ones(width), "offset": jnp.zeros(width)}


def initial(key):
    keys = iter(jax.random.split(key, 4 + 4 * data.BLOCKS))
    return {
        "table": jax.random.normal(next(keys), (data.VOCABULARY, data.EMBEDDING)),
        "positions": data.POSITION_DEVIATION * jax.random.normal(next(keys), (length, 1, width)),
        "input": dense(next(keys), data.EMBEDDING, width),
        "blocks": [
            {
                "first": norm(), "second": norm(),
                "project": dense(next(keys), width, 3 * width),
                "back": dense(next(keys), width, width),
                "hidden": dense(next(keys), width, 4 * width),
                "output": dense(next(keys), 4 * width, width),
            }
            for _ in range(data.BLOCKS)
        ],
        "norm": norm(),
        "output": dense(next(keys), width, data.VOCABULARY),
    }  # fmt: skip


def apply(p, x):
    return x @ p["w"] + p["b"]


def normalised(p, x):
    centered = x - x.mean(-1, keepdims=True)
    variance = jnp.square(centered).mean(-1, keepdims=True)
    return centered * jax.lax.rsqrt(variance + 1e-5) * p["scale"] + p["offset"]


def block(p, x):
    heads = (length, data.BATCH, 3, data.HEADS, width // data.HEADS)
    q, k, v = apply(p["project"], normalised(p["first"], x)).reshape(heads).transpose(2, 1, 3, 0, 4)
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(heads[-1])
    mask = jnp.tril(jnp.ones((length, length), bool))
    seen = jax.nn.softmax(jnp.where(mask, scores, -jnp.inf)) @ v
    x = x + apply(p["back"], seen.transpose(2, 0, 1, 3).reshape(x.shape))
    hidden = jax.nn.gelu(apply(p["hidden"], normalised(p["second"], x)), approximate=False)
    return x + apply(p["output"], hidden)


def loss_of(p):
    x = apply(p["input"], p["table"])[inputs] + p["positions"]
    for part in p["blocks"]:
        x = block(part, x)
    logits = apply(p["output"], normalised(p["norm"], x))
    return optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean()


@functools.partial(jax.jit, donate_argnums=(0, 1))
def train(p, state):
    loss, gradient = jax.value_and_grad(loss_of)(p)
    update, state = adam.update(gradient, state)
    return optax.apply_updates(p, update), state, loss


parameters = initial(jax.random.key(0))
state, losses = adam.init(parameters), []


def run(i):
    global parameters, state
    for _ in range(steps):
        parameters, state, loss = train(parameters, state)
        if i == 0:
            losses.append(loss.item())
    jax.block_until_ready((parameters, loss))


planned = protocol.planned_memory(train, parameters, state)
seconds = protocol.measure(run, count=steps)
check = {"firstLoss": losses[0], "lastLoss": losses[-1]}
protocol.report("jax", "step", seconds, check, planned=planned)
