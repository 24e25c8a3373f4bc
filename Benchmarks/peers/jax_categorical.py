"""JAX: exact draws of classes, one core. Workloads as in ../README.md."""

import protocol

DRAWS, ROWS = "categorical-draws", "categorical-rows"

arguments = protocol.start([DRAWS, ROWS], repeat=3)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

keys = jax.block_until_ready(list(jax.random.split(jax.random.key(0), arguments.repeat + 1)))


def draws():
    weights = 1.0 + jnp.arange(1000) * 7919 % 97
    logits = jnp.log(weights)
    # Gumbel-max takes a thousand values of noise a draw: a hundredth of the work will do.
    variants = {
        "choice": (1.0, lambda key: jax.random.choice(
            key, 1000, (1_000_000,), p=weights / weights.sum())),
        "categorical": (0.01, lambda key: jax.random.categorical(key, logits, shape=(10_000,))),
    }  # fmt: skip
    for name, (fraction, function) in variants.items():
        draw = jax.jit(function)
        result = None

        def run(i):
            nonlocal result
            for j in range(10):
                result = draw(jax.random.fold_in(keys[i], j)).block_until_ready()

        seconds = [second / fraction for second in protocol.measure(run)]
        check = {"mean": result.mean().item()}
        protocol.report("jax", "10^7 draws", seconds, check, variant=name, fraction=fraction)


def rows():
    logits = jax.random.normal(jax.random.key(1), (8, 131_072))
    draw = jax.jit(lambda key: jax.random.categorical(key, logits))
    seconds = protocol.measure(lambda i: draw(keys[i]).block_until_ready())
    check = {"draws": draw(keys[0]).tolist()}
    protocol.report("jax", "8 rows", seconds, check, variant="categorical")


draws() if arguments.workload == DRAWS else rows()
