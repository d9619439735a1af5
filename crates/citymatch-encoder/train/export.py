"""The trained encoder as plain files (README.md has their layout), and read again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

from fit import unit
from quantise import quantise, restore
from vocabulary import Vocabulary, parse


def write(folder: Path, table: np.ndarray, vocabulary: Vocabulary) -> None:
    values, scale = quantise(table)
    (folder / "table.int8").write_bytes(scale.astype("<f4").tobytes() + values.tobytes())
    np.save(folder / "table.f32.npy", table)
    (folder / "pieces.model").write_bytes(vocabulary.model)
    (folder / "pieces.tsv").write_text(
        "".join(f"{p.piece}\t{p.score:.6g}\t{int(s)}\n" for p, s in zip(vocabulary.proto.pieces, vocabulary.special)),
        encoding="utf-8")
    (folder / "normaliser.bin").write_bytes(vocabulary.proto.normalizer_spec.precompiled_charsmap)


@dataclass
class Written:
    """The files of a folder. What it says of a text is what every other runtime must say."""

    folder: Path

    def __post_init__(self) -> None:
        model = (self.folder / "pieces.model").read_bytes()
        self.pieces = parse(model).pieces
        self.processor = SentencePieceProcessor(model_proto=model)
        raw = (self.folder / "table.int8").read_bytes()
        scale = np.frombuffer(raw, "<f4", len(self.pieces))
        self.table = restore(np.frombuffer(raw, np.int8, offset=4 * len(scale)).reshape(len(scale), -1), scale)

    def rows(self, texts: list[str]) -> list[list[int]]:
        """The rows of each text's pieces, unknown characters left out."""
        unknown = self.processor.unk_id()
        return [[row for row in rows if row != unknown] for rows in self.processor.encode(list(texts), out_type=int)]

    def vectors(self, texts: list[str]) -> np.ndarray:
        """vector(text) = normalise(sum of its rows); zero without a row."""
        return unit(np.stack([self.table[rows].sum(0) for rows in self.rows(texts)]))
