"""JAX: one training step of the LSTM that lstm_data.py specifies, in one jit.

`scan` has a step's products in the loop; `projected` works out table W + b once and looks its rows
up.
"""

import lstm_data
import protocol

arguments = protocol.start(lstm_data.WORKLOADS, repeat=5)

import functools  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import jax_lstm_model as model  # noqa: E402
import optax  # noqa: E402

length, hidden = lstm_data.sizes(arguments.workload)
steps = lstm_data.STEPS[length]
targets = jnp.asarray(lstm_data.tokens(length))
inputs = jnp.concatenate([jnp.zeros_like(targets[:1]), targets[:-1]])
adam = optax.adam(1e-3)


def loss_of(p, form):
    if form == "projected":
        sequence = (p["table"] @ p["w"] + p["b"])[inputs]
    else:
        sequence = p["table"][inputs]

    def step(state, x):
        projected = x if form == "projected" else x @ p["w"] + p["b"]
        state = model.step(p, state, projected)
        return state, state[0]

    _, shown = jax.lax.scan(step, model.zeros(hidden, lstm_data.BATCH), sequence)
    logits = shown @ p["out"] + p["bias"]
    return optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean()


def train(form, p, state):
    loss, gradient = jax.value_and_grad(loss_of)(p, form)
    update, state = adam.update(gradient, state)
    return optax.apply_updates(p, update), state, loss


def measure(form):
    """Seconds of a step, the losses of the repetition that is not counted, and its memory."""
    step = jax.jit(functools.partial(train, form), donate_argnums=(0, 1))
    p = model.initial(jax.random.key(0), hidden)
    state, losses = adam.init(p), []

    def run(i):
        nonlocal p, state
        for _ in range(steps):
            p, state, loss = step(p, state)
            if i == 0:
                losses.append(loss.item())
        jax.block_until_ready((p, loss))

    planned = protocol.planned_memory(step, p, state)
    return protocol.measure(run, count=steps), losses, planned


for form in ("scan", "projected"):
    seconds, losses, planned = measure(form)
    check = {"firstLoss": losses[0], "lastLoss": losses[-1]}
    protocol.report("jax", "step", seconds, check, variant=form, planned=planned)
