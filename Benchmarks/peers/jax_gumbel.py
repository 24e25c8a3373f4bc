"""JAX: Gumbel noise and the Gumbel-softmax, one core. Workloads as in ../README.md."""

import protocol

FORWARD, SOFT = "gumbel-softmax-forward", "gumbel-softmax-soft"
HARD, LARGE = "gumbel-softmax-straight-through", "gumbel-softmax-large"

arguments = protocol.start(["gumbel-noise", FORWARD, SOFT, HARD, LARGE], repeat=20)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

# Threefry, the default; the alternative "rbg" takes five times as long on a processor.
keys = jax.block_until_ready(list(jax.random.split(jax.random.key(0), arguments.repeat + 1)))


def noise():
    draw = jax.jit(lambda key: jax.random.gumbel(key, (2**20,)))
    seconds = protocol.measure(lambda i: draw(keys[i]).block_until_ready())
    protocol.report("jax", "2^20 values", seconds, {"mean": draw(keys[0]).mean().item()})


def softmax(hard, backward):
    shape = (10_000_000 if arguments.workload == LARGE else 104_857, 10)
    logits = jax.random.normal(jax.random.key(1), shape)
    cotangent = jax.random.normal(jax.random.key(2), shape)

    def relaxed(logits, key):
        y = jax.nn.softmax((logits + jax.random.gumbel(key, shape)) / 0.5)
        if not hard:
            return y
        return jax.nn.one_hot(y.argmax(-1), shape[1]) + y - jax.lax.stop_gradient(y)

    def both(logits, key):
        y, pullback = jax.vjp(lambda logits: relaxed(logits, key), logits)
        return y, pullback(cotangent)[0]

    compiled = jax.jit(both if backward else lambda logits, key: (relaxed(logits, key), None))
    y = gradient = None

    def run(i):
        nonlocal y, gradient
        y, gradient = jax.block_until_ready(compiled(logits, keys[i]))

    seconds = protocol.measure(run)
    check = {"largest": y.max(-1).mean().item()}
    if backward:
        check["gradient"] = jnp.abs(gradient).mean().item()
    protocol.report("jax", "pass", seconds, check)


if arguments.workload == "gumbel-noise":
    noise()
else:
    softmax(hard=arguments.workload == HARD, backward=arguments.workload != FORWARD)
