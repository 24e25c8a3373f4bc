"""JAX: forward and backward of the encoder that convolution_data.py specifies, in one jit."""

import protocol

arguments = protocol.start(["convolution"], repeat=10)

import convolution_data  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

x = jnp.asarray(convolution_data.images())
parameters = [
    (jnp.asarray(w), jnp.asarray(b))
    for w, b in zip(convolution_data.kernels(), convolution_data.biases())
]


def loss_of(parameters, x):
    for w, b in parameters:
        convolved = jax.lax.conv_general_dilated(
            x, w, (2, 2), [(1, 1), (1, 1)], dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        x = jax.nn.relu(convolved + b)
    return jnp.square(x).mean()


step = jax.jit(jax.value_and_grad(loss_of))
results = {}


def run(i):
    for _ in range(convolution_data.STEPS):
        loss, gradient = step(parameters, x)
    jax.block_until_ready((loss, gradient))
    if i == 0:
        results["loss"] = loss.item()
        results["gradient"] = jnp.abs(gradient[0][0]).mean().item()


seconds = protocol.measure(run, count=convolution_data.STEPS)
protocol.report("jax", "pass", seconds, results)
