"""llguidance: the masks of a JSON document's tokens, step by step, over 128,000 tokens, one core.

Tokens and document are those of Masks.swift, the same in both programs, and so are the masks, but that
llguidance leaves out what splits a word of which only one end is possible, such as an r after t: the mean
count of allowed tokens is in the check. Seconds are the median of a step. Needs tiktoken beside it.
"""

import os
import time
from base64 import b64decode

import protocol

arguments = protocol.start(["grammar-masks"], repeat=5)

import llguidance.numpy  # noqa: E402
import llguidance.tiktoken  # noqa: E402
import numpy as np  # noqa: E402
import tiktoken  # noqa: E402

JSON = r"""
start: WS? value WS?
value: object | array | STRING | NUMBER | "true" | "false" | "null"
object: "{" WS? (member ("," WS? member)*)? "}"
member: STRING WS? ":" WS? value WS?
array: "[" WS? (value WS? ("," WS? value WS?)*)? "]"
STRING: /"([^"\\\x00-\x1f]|\\(["\\\/bfnrt]|u[0-9a-fA-F]{4}))*"/
NUMBER: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/
WS: /[ \t\n\r]+/
"""


class Words:
    """Words of one to four syllables."""

    FIRST = ["b", "k", "d", "st", "l", "m", "n", "pr", "r", "s", "t", "th", "v", "é", "щ"]
    SECOND = ["a", "e", "i", "o", "u", "ion", "er"]

    def __init__(self):
        self.state = 5

    def pick(self, count):
        self.state = (self.state * 1_664_525 + 1_013_904_223) % 2**32
        return (self.state >> 16) % count

    def next(self):
        syllables = self.pick(4) + 1
        return "".join(
            self.FIRST[self.pick(len(self.FIRST))] + self.SECOND[self.pick(len(self.SECOND))]
            for _ in range(syllables)
        )


def made_up_tokens(count):
    tokens = {bytes([byte]): None for byte in range(256)}

    def add(text):
        if len(tokens) < count:
            tokens.setdefault(text.encode())

    for length in range(2, 41):
        add(" " * length)
        add("\n" + " " * length)
    marks = '"{}[],: ();.\n\\/='
    for a in marks:
        for b in marks:
            add(a + b)
            for c in marks:
                add(a + b + c)
    for number in range(1000):
        add(str(number))
    words = Words()
    forms = ['{}"', '{}":', '"{}', '{}",', ".{}"]
    while len(tokens) < count:
        word = words.next()
        add(" " + word)
        add(word)
        kind = len(tokens) % 16
        if kind < 5:
            add(forms[kind].format(word))
        else:
            add(word.upper() if kind == 5 else f" {word[0].upper()}{word[1:]}")
    return list(tokens)


def made_up_document(entries):
    words = Words()

    def entry(number):
        tags = ", ".join(f'"{words.next()}"' for _ in range(number % 5))
        return (
            "  {\n"
            f'    "id": {number}, "name": "{words.next()} {words.next()}", '
            f'"share": -0.{number}e-2,\n'
            f'    "note": "{words.next()}, \\"{words.next()}\\" \\u00e9 {words.next()}é",\n'
            f'    "tags": [{tags}], "place": {{"of": null, '
            f'"is": {{"new": {"true" if number % 2 == 0 else "false"}}}}}\n'
            "  }"
        )

    return ("[\n" + ",\n".join(entry(number) for number in range(entries)) + "\n]\n").encode()


def greedy_tokens(text, numbers):
    result, place = [], 0
    while place < len(text):
        length = min(40, len(text) - place)
        while text[place : place + length] not in numbers:
            length -= 1
        result.append(numbers[text[place : place + length]])
        place += length
    return result


if path := os.environ.get("GUMBEL_TIKTOKEN"):
    with open(path, "rb") as file:
        tokens = [b64decode(line.split()[0]) for line in file]
else:
    tokens = made_up_tokens(128_000)
numbers = {token: number for number, token in enumerate(tokens)}
document = greedy_tokens(made_up_document(400), numbers)

encoding = tiktoken.Encoding(
    "tokens", pat_str=r"\S+|\s+", mergeable_ranks=numbers, special_tokens={"<end>": len(tokens)}
)
tokenizer = llguidance.tiktoken.lltokenizer_from_encoding(encoding, eos_token=len(tokens))
begin = time.perf_counter()
grammar = llguidance.LLMatcher.grammar_from_lark(JSON)
llguidance.LLMatcher(tokenizer, grammar)
compilation = time.perf_counter() - begin

mask = llguidance.numpy.allocate_token_bitmask(1, tokenizer.vocab_size)
allowed, first, steps, seconds = 0, [], [], []
for repetition in range(arguments.repeat + 1):
    matcher = llguidance.LLMatcher(tokenizer, grammar)
    times = []
    for token in document:
        begin = time.perf_counter()
        llguidance.numpy.fill_next_token_bitmask(matcher, mask, 0)
        times.append(time.perf_counter() - begin)
        if repetition == 0:
            allowed += int(np.unpackbits(mask.view(np.uint8)).sum())
        if not matcher.consume_token(token):
            raise SystemExit(f"token {token} is refused")
    if repetition == 0:
        first = sorted(times)
    else:
        steps += times
        seconds.append(sorted(times)[len(times) // 2])
steps.sort()
check = {
    "tokens": len(tokens),
    "steps": len(document),
    "meanAllowed": allowed / len(document),
    "compilationSeconds": compilation,
    "percentile99Microseconds": 1e6 * steps[int(0.99 * len(steps))],
    "worstMicroseconds": 1e6 * steps[-1],
    "firstRunMedianMicroseconds": 1e6 * first[len(first) // 2],
    "firstRunWorstMicroseconds": 1e6 * first[-1],
}
protocol.report("llguidance", "step", seconds, check)
