"""Seeded corpora of `corpus/scale.py`: solutions, challenges, and their terms by citymatch's own analyser, which every rival gets."""
import json
import random
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

import citymatch as cm

Row = dict[str, Any]

BENCHES = Path(__file__).resolve().parents[1]
SCALE = BENCHES / "corpus/scale.py"
SEED = "1"
# What a word counts in a solution's fields: rivals get one field in which it stands as often.
WEIGHTS = {"title": 2, "summary": 2, "problem": 2, "description": 1, "impact": 1}
MANY = 5000
SENTENCES = 10


def make(folder: Path, solutions: int, challenges: int) -> Path:
    """Generates a corpus where there is none; it is complete where its last file is."""
    if not (folder / "challenges.jsonl").exists():
        print(f"generating {folder.relative_to(BENCHES.parent)}", flush=True)
        command = [sys.executable, SCALE, folder, "--n", str(solutions), "--m", str(challenges), "--seed", SEED]
        subprocess.run(command, check=True)
    return folder


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def terms(row: Row, field: str) -> list[str]:
    return [sys.intern(term) for term in cm.terms(row[field], row["language"])] if row.get(field) else []


class Asks:
    """Challenges, which are the same for every size. Their titles repeat words of their texts and are left out."""

    def __init__(self) -> None:
        # The first 50 of each length are those beside the solutions.
        rows = read(make(BENCHES / "data/challenges", 0, MANY) / "challenges.jsonl")
        self.by_words: dict[int, list[Row]] = {}
        for row in rows:
            self.by_words.setdefault(row["terms"], []).append({key: row[key] for key in ("id", "problem", "language")})

    def of(self, words: int, count: int = 50) -> list[Row]:
        return self.by_words[words][:count]

    def of_sentences(self, count: int = 50) -> list[Row]:
        """Challenges of ten sentences, each from the text that the solutions are made of."""
        sys.path.append(str(SCALE.parent))
        import scale
        corpus = scale.Corpus([str(SCALE.parent / name) for name in scale.DEFAULT])
        whole = {language: [" ".join(words) for words in sentences if len(words) >= 8 and words[-1][-1] in ".!?"]
                 for language, sentences in corpus.s.items()}
        chance = random.Random(SEED)
        rows = []
        for number in range(count):
            language = chance.choice(corpus.langs)
            rows.append({"id": f"s{number:04d}", "problem": " ".join(chance.sample(whole[language], SENTENCES)), "language": language})
        return rows


class Corpus:
    """The solutions of one size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.file = make(BENCHES / f"data/{size}", size, 50) / "solutions.jsonl"

    @cached_property
    def solutions(self) -> list[Row]:
        return read(self.file)

    @cached_property
    def terms(self) -> list[list[str]]:
        """Each solution's terms, repeated as its fields count."""
        return [[term for field, weight in WEIGHTS.items() for term in terms(row, field) * weight] for row in self.solutions]

    @cached_property
    def with_term(self) -> dict[str, int]:
        """In how many solutions each term is."""
        counts: dict[str, int] = {}
        for record in self.terms:
            for term in set(record):
                counts[term] = counts.get(term, 0) + 1
        return counts

    @property
    def postings(self) -> int:
        return sum(self.with_term.values())
