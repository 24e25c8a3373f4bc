"""The categorical VAE of workloads vae-step and vae-epoch: what contenders compute, and its data.

One training step, with batch B (100, 1000 or 8192), float32 throughout:

    h1 = relu(dense(x, 784 -> 512)); h2 = relu(dense(h1, 512 -> 256))
    logits = dense(h2, 256 -> 200) as (B, 20, 10): 20 latents of 10 categories
    z = softmax(logits + Gumbel noise) over the categories: temperature 1, soft, noise fresh a step
    h3 = relu(dense(z as (B, 200), 200 -> 256)); h4 = relu(dense(h3, 256 -> 512))
    output = dense(h4, 512 -> 784)
    reconstruction = sum over pixels of sigmoid cross-entropy(output, x)
    KL = sum over latents and categories of q (log q + log 10), q = softmax(logits)
    loss = mean over the batch of (reconstruction + KL)

then Adam (rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8) on all 1,169,880 parameters. Weights start
Glorot-uniform, biases at 0. Every step trains on the same batch, in which 1 pixel of 8 is set. A
repetition is STEPS[B] steps, and its time is divided by them; the first repetition is not counted.
`check` has the loss of the first step of all, near 784 ln 2 = 543, and that of the last one of the
uncounted repetition, about 294 (B = 100) or 297 (B = 1000).

vae-epoch is one pass over the 60,000 training images of Fashion-MNIST, which are in memory as bytes
to begin with: in a new order each epoch, in batches of 100, each pixel of a batch drawn anew with
its brightness as the probability of 1, and a training step as above on each batch. `check` has the
mean losses of the first epoch and of the last one.
"""

import gzip
import os

import numpy as np

SIZES = [784, 512, 256, 200, 256, 512, 784]
LATENTS, CATEGORIES = 20, 10
BATCH = {"vae-step-100": 100, "vae-step-1000": 1000, "vae-step-8192": 8192}
STEPS = {100: 50, 1000: 20, 8192: 5}
EPOCH_BATCH = 100
# Where Debian's package dataset-fashion-mnist has it, unless the variable that ours follows says other.
DATA = os.environ.get("GUMBEL_DATA", "/usr/share/datasets")
FASHION_MNIST = os.path.join(DATA, "fashion-mnist")


def pixels(batch):
    """A (batch, 784) array of zeros and ones: 1 where a hash of the index ends in 000."""
    h = (np.arange(batch * 784, dtype=np.uint64) + 1) * 2654435761 % 2**32
    h = (h ^ (h >> 16)) * 2246822519 % 2**32
    h ^= h >> 13
    return (h % 8 == 0).astype(np.float32).reshape(batch, 784)


def fashion_mnist(split):
    """The images of split `train` or `t10k`: (count, 784) bytes."""
    with gzip.open(os.path.join(FASHION_MNIST, f"{split}-images-idx3-ubyte.gz")) as file:
        content = file.read()
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, 784)
