"""What is measured over the solutions of one size: citymatch and its rivals, each made when it is first wanted."""
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

import citymatch as cm
import numpy as np

import corpora
import rivals
from corpora import Asks, Corpus, Row

ROOT = Path(__file__).resolve().parents[2]
# Beyond these sizes a rival takes minutes, which would not change what is said of it.
LANCE, SQLITE, RANK_BM25 = 50_000, 50_000, 5_000


EXAMPLES = ("tantivy", "whole_texts", "peak")


def build() -> None:
    """The benches' examples that this bench runs."""
    names = [part for example in EXAMPLES for part in ("--example", example)]
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "-p", "citymatch-benches", *names], cwd=ROOT, check=True)


def program(example: str) -> Path:
    return ROOT / f"target/release/examples/{example}"


class Systems:
    def __init__(self, size: int, asks: Asks) -> None:
        self.size, self.asks, self.corpus = size, asks, Corpus(size)
        self.folder = ROOT / f"target/speed/{size}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def at_50_000(self, goals: dict[str, str]) -> dict[str, str]:
        """Goals that were set for this size."""
        return goals if self.size == 50_000 else {}

    @cached_property
    def catalogue(self) -> cm.Catalogue:
        """On disk, as this tree's citymatch makes it."""
        print(f"{self.size:,}: adding", flush=True)
        catalogue = cm.Catalogue.create(self.folder / "catalogue.cm")
        report = catalogue.add(self.corpus.solutions)
        if report.added != self.size:
            raise ValueError(f"{report.added} of {self.size} solutions were added")
        return catalogue

    def matcher(self, threads: int = 1, **weights: float) -> cm.Matcher:
        """With the calibrated mix, or weights of its own."""
        return cm.Matcher(self.catalogue, weights=weights or None, threads=threads)

    @cached_property
    def bm25s(self) -> rivals.Bm25s:
        return rivals.Bm25s(self.corpus.terms)

    @cached_property
    def tantivy_py(self) -> rivals.TantivyPy:
        return rivals.TantivyPy(self.corpus.terms)

    @cached_property
    def tantivy(self) -> rivals.Tantivy:
        return rivals.Tantivy(program("tantivy"), self.corpus.terms, self.folder)

    @cached_property
    def lance(self) -> rivals.LanceDb | None:
        return rivals.LanceDb(self.corpus.terms, self.folder / "lance", self.vectors) if self.size <= LANCE else None

    @cached_property
    def sqlite(self) -> rivals.Sqlite | None:
        return rivals.Sqlite(self.corpus.terms) if self.size <= SQLITE else None

    @cached_property
    def rank_bm25(self) -> rivals.RankBm25 | None:
        return rivals.RankBm25(self.corpus.terms) if self.size <= RANK_BM25 else None

    @cached_property
    def vectors(self) -> np.ndarray:
        """The built-in encoder's vectors of whole texts."""
        return self.whole_texts(self.corpus.file, "title,summary", self.size)[1]

    @cached_property
    def sentences(self) -> int:
        """How many sentences the solutions have."""
        return self.whole_texts(self.corpus.file, "title,summary")[0]

    def of_asks(self, rows: list[Row]) -> tuple[int, np.ndarray]:
        """How many sentences challenges have, and the vectors of their whole texts."""
        file = self.folder / "asked.jsonl"
        corpora.write(file, rows)
        return self.whole_texts(file, "problem", len(rows))

    def whole_texts(self, file: Path, fields: str, rows: int = 0) -> tuple[int, np.ndarray]:
        out = [self.folder / "vectors.f32"] if rows else []
        done = subprocess.run([program("whole_texts"), file, fields, *out], check=True, capture_output=True, text=True)
        return int(done.stdout), np.fromfile(out[0], "<f4").reshape(rows, -1) if out else np.empty((0, 0), np.float32)

    def close(self) -> None:
        if "tantivy" in self.__dict__:
            self.tantivy.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def terms(rows: list[Row]) -> list[list[str]]:
    return [corpora.terms(row, "problem") for row in rows]


def challenges(rows: list[Row]) -> list[cm.Challenge]:
    return [cm.Challenge.from_dict(row) for row in rows]
