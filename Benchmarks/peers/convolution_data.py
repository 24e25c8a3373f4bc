"""The encoder of workload convolution: what every contender must compute, and its data.

With 100 images x of 28 by 28 pixels, the first 100 of vae_data.py, float32 throughout:

    h = relu(convolution(x, 1 -> 32, kernel 4 by 4, stride 2, one zero around the image) + b1)
    y = relu(convolution(h, 32 -> 64, the same) + b2)
    loss = mean of y^2, and its gradient in both kernels and both biases

Element i of a kernel stored [height, width, in, out] is scale * sin(i), in double precision rounded
to float32, with a scale of 0.25 for the first and 0.05 for the second; biases are 0.1. A repetition
is STEPS times that work. `check` has the loss and the mean magnitude of the first kernel's gradient.
"""

import numpy as np
import vae_data

BATCH, STEPS = 100, 20


def images():
    """A (100, 28, 28, 1) array of zeros and ones."""
    return vae_data.pixels(BATCH).reshape(BATCH, 28, 28, 1)


def kernels():
    """Both kernels, [height, width, in, out]."""
    shapes = [(4, 4, 1, 32), (4, 4, 32, 64)]
    return [
        (scale * np.sin(np.arange(np.prod(shape)))).astype(np.float32).reshape(shape)
        for scale, shape in zip([0.25, 0.05], shapes)
    ]


def biases():
    return [np.full(32, 0.1, np.float32), np.full(64, 0.1, np.float32)]
