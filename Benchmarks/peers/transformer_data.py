"""Workloads transformer-step: what contenders compute; the tokens are those of lstm_data.py.

transformer-step-T-H is a training step of a causal Transformer of H elements, 4 heads and 2 blocks on
64 strings of T tokens out of 32, float32 throughout:

    inputs: token 0, and all tokens but the last; targets: the tokens
    x = dense(table[inputs], 64 -> H) + positions, table [32, 64], positions [T, H]
    twice: x = x + attention(norm(x)); x = x + dense(gelu(dense(norm(x), H -> 4H)), 4H -> H)
    logits = dense(norm(x), H -> 32)
    loss = mean over the 64 T tokens of softmax cross-entropy(logits, target)

and Adam (rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8). norm is layer normalisation with scale and
offset, epsilon 1e-5; gelu is exact, with erf; attention has 4 heads, biases, and no dropout. The table
starts standard normal, positions normal with standard deviation 0.1, dense layers Glorot-uniform with
biases at 0. A repetition is STEPS[T] steps on the same tokens, and its time is divided by them; the
first repetition is not counted. `check` has the loss of the first step of all, above log 32 = 3.47,
and that of the last one of the uncounted repetition.
"""

from lstm_data import BATCH, EMBEDDING, VOCABULARY, tokens

HEADS, BLOCKS, POSITION_DEVIATION = 4, 2, 0.1
STEPS = {20: 50, 100: 10}
WORKLOADS = ["transformer-step-20-128", "transformer-step-100-128"]

__all__ = ["BATCH", "EMBEDDING", "VOCABULARY", "tokens"]


def sizes(workload):
    """Length and elements."""
    length, width = workload.split("-")[2:]
    return int(length), int(width)
