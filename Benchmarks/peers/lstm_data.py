"""Workloads lstm-step and text-generation: what contenders compute, and the tokens of the former.

lstm-step-T-H is a training step on 64 strings of T tokens out of 32, float32 throughout:

    inputs: token 0, and all tokens but the last; targets: the tokens
    x = table[inputs], table [32, 64]
    i, f, g, o = x W + h U + b; c' = σ(f) c + σ(i) tanh(g); h' = σ(o) tanh(c'): h of H elements
    logits = dense(h, H -> 32)
    loss = mean over the 64 T tokens of softmax cross-entropy(logits, target)

then Adam (rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8). The table starts standard normal, W and U
uniform on ±1/sqrt(H), the dense layer's weight Glorot-uniform; the forget gate's bias at 1, other
biases at 0. Every step trains on the same tokens. A repetition is STEPS[T] steps, and its time is
divided by them; the first repetition is not counted. `check` has the loss of the first step of all,
near log 32 = 3.47, and that of the last one of the uncounted repetition. A bit of a token is set
with probability 1/4, so its entropy is 2.81 nats.

text-generation draws 100 tokens of each of 64 strings from the same network of H = 256 as it starts,
each from softmax(logits) after those before it, but never token 0, whose bias is -1e9, so that no
string ends. `check` has how many tokens were drawn, how many different ones, and their mean.
"""

import numpy as np

BATCH, VOCABULARY, EMBEDDING = 64, 32, 64
STEPS = {20: 100, 100: 20}
WORKLOADS = [f"lstm-step-{length}-{hidden}" for length in STEPS for hidden in (128, 256)]
GENERATED, GENERATED_HIDDEN = 100, 256
NEVER = -1e9


def sizes(workload):
    """Length and hidden elements."""
    length, hidden = workload.split("-")[2:]
    return int(length), int(hidden)


def tokens(length):
    """A (length, 64) array of int32: the bits that two parts of a hash of the index share."""
    h = (np.arange(length * BATCH, dtype=np.uint64) + 1) * 2654435761 % 2**32
    h = (h ^ (h >> 16)) * 2246822519 % 2**32
    h ^= h >> 13
    return (h & (h >> 5) & 31).astype(np.int32).reshape(length, BATCH)


def check(drawn):
    """What is said of the tokens that were drawn."""
    drawn = np.asarray(drawn)
    assert drawn.size == GENERATED * BATCH and drawn.min() > 0
    return {"tokens": drawn.size, "distinct": len(np.unique(drawn)), "mean": float(drawn.mean())}
