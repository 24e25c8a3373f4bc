"""llama.cpp: tokens drawn from a language model's logits by its chain of samplers, one core.

`token-rows-float32` draws from 8 rows of 131,072 logits, which are those of tokenLogits in Tokens.swift,
by top-k of 50, top-p of 0.95, min-p of 0.05, a temperature of 0.8 and a draw, in llama.cpp's usual order.
`token-rows-penalties` begins with penalties (repetition 1.1, frequency and presence 0.1) of the last 1,000
tokens. llama.cpp is the one of the package llama-cpp-py-sync, which brings it built. A chain reorders and
cuts the array that it is given, of identifiers, logits and probabilities, which is made of the logits for
each token; here by one copy of an array made before, whose time is in the check.
"""

import protocol

arguments = protocol.start(["token-rows-float32", "token-rows-penalties"], repeat=5)

import numpy as np  # noqa: E402
from llama_cpp_py_sync._cffi_bindings import get_ffi, get_lib  # noqa: E402

ROWS, CLASSES, CALLS = 8, 131_072, 3
TEMPERATURE, K, P, MIN_P = 0.8, 50, 0.95, 0.05
HISTORY, REPETITION, FREQUENCY, PRESENCE = 1000, 1.1, 0.1, 0.1

ffi, llama = get_ffi(), get_lib()


def make_logits():
    i = np.arange(1, ROWS * CLASSES + 1, dtype=np.uint64)

    def uniform(step):
        return ((i * np.uint64(step) % np.uint64(2**32)).astype(np.float64) + 0.5) / 2**32

    radius = np.sqrt(-2 * np.log(uniform(2_654_435_769)))
    return (3 * radius * np.cos(2 * np.pi * uniform(2_246_822_519))).astype(np.float32)


class Row:
    """A sequence: its logits as llama.cpp takes them, and its chain, which has its history."""

    def __init__(self, row, logits, penalties):
        kind = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        self.prepared = np.zeros(CLASSES, dtype=kind)
        self.prepared["id"] = np.arange(CLASSES)
        self.prepared["logit"] = logits
        self.data = self.prepared.copy()
        # NumPy copies structures field by field, and bytes at the speed of memory.
        self.bytes = self.data.view(np.uint8), self.prepared.view(np.uint8)
        self.array = ffi.new("llama_token_data_array *")
        self.chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        parts = [
            llama.llama_sampler_init_top_k(K),
            llama.llama_sampler_init_top_p(P, 1),
            llama.llama_sampler_init_min_p(MIN_P, 1),
            llama.llama_sampler_init_temp(TEMPERATURE),
            llama.llama_sampler_init_dist(row),
        ]
        if penalties:
            penalty = llama.llama_sampler_init_penalties(
                CLASSES, HISTORY, REPETITION, FREQUENCY, PRESENCE
            )
            for token in range(HISTORY):
                llama.llama_sampler_accept(penalty, (token * 7919 + 31 * row) % CLASSES)
            parts.insert(0, penalty)
        for part in parts:
            llama.llama_sampler_chain_add(self.chain, part)

    def fill(self):
        np.copyto(*self.bytes)

    def draw(self):
        self.fill()
        array = self.array
        array.data = ffi.cast("llama_token_data *", self.data.ctypes.data)
        array.size, array.selected, array.sorted = CLASSES, -1, False
        llama.llama_sampler_apply(self.chain, array)
        return array.data[array.selected].id, array.size


logits = make_logits().reshape(ROWS, CLASSES)
rows = [Row(i, logits[i], arguments.workload.endswith("penalties")) for i in range(ROWS)]


def each(work):
    return lambda _: [work(row) for _ in range(CALLS) for row in rows]


copies = protocol.measure(each(Row.fill), count=ROWS * CALLS)
seconds = protocol.measure(each(Row.draw), count=ROWS * CALLS)
drawn = [row.draw() for row in rows]
check = {
    "kept": sum(size for _, size in drawn) / ROWS,
    "leastToken": min(token for token, _ in drawn),
    "copyMicroseconds": 1e6 * sorted(copies)[len(copies) // 2],
}
protocol.report("llama.cpp", "row", seconds, check)
