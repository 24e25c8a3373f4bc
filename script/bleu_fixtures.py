#!/usr/bin/env python3
"""Writes Tests/GumbelModelsTests/Text/Measures/BLEUFixtures.swift: BLEU and self-BLEU of short texts by
NLTK, character by character, with method 1 of its smoothing. Needs nltk (made with 3.10).
"""
import random
from pathlib import Path

from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

output = Path(__file__).parent.parent / "Tests/GumbelModelsTests/Text/Measures/BLEUFixtures.swift"
smoothing = SmoothingFunction().method1


def bleu(text, references, n):
    weights = [1 / n] * n
    return sentence_bleu([list(r) for r in references], list(text), weights, smoothing)


def mean(scores):
    return sum(scores) / len(scores)


def expression(rng, alphabet, longest):
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, longest)))


cases = []
rng = random.Random(1)
cases.append((["the cat sat", "the the the"], ["the cat sat on the mat", "a cat"]))
cases.append((["x", "x+x", "xx"], ["x+x-x", "x*x"]))
cases.append((["abab", "abab", "abba"], ["abab"]))
cases.append((["q", "aq"], ["ab", "abc", "abcd"]))
for count, alphabet, longest in [(12, "ab", 8), (20, "x+-", 12), (15, "abcdef", 20)]:
    cases.append((
        [expression(rng, alphabet, longest) for _ in range(count)],
        [expression(rng, alphabet, longest) for _ in range(count // 2)],
    ))


def words(texts):
    return "[" + ", ".join(f'"{t}"' for t in texts) + "]"


lines = [
    "// Written by script/bleu_fixtures.py with NLTK; do not edit.",
    "",
    "// swift-format-ignore",
    "let bleuFixtures: [(texts: [String], references: [String], bleu: [Double], selfBLEU: [Double])] = [",
]
for texts, references in cases:
    scores = [mean([bleu(t, references, n) for t in texts]) for n in range(2, 6)]
    own = [
        mean([bleu(t, texts[:i] + texts[i + 1 :], n) for i, t in enumerate(texts)])
        for n in range(2, 6)
    ]
    lines.append(f"  ({words(texts)},")
    lines.append(f"   {words(references)},")
    lines.append(f"   [{', '.join(map(repr, scores))}],")
    lines.append(f"   [{', '.join(map(repr, own))}]),")
lines.append("]")
output.write_text("\n".join(lines) + "\n")
