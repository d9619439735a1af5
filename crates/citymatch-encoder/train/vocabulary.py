"""The teacher's unigram vocabulary (Kudo 2018), pruned to the pieces that English, Spanish and Portuguese use."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy.sparse import csr_matrix
from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as sp_model
from wordfreq import top_n_list, word_frequency

from teacher import TOKENIZER
from text import LANGUAGES

_NORMAL = 1  # piece type of sentencepiece; others are control, unknown and unused pieces


@dataclass
class Vocabulary:
    """`kept` are piece ids of the teacher; `word_p` and `use_p` are the pieces' probabilities in word frequency
    lists, and those plus half of their share of the training text."""

    model: bytes
    kept: np.ndarray
    word_p: np.ndarray
    use_p: np.ndarray

    def __post_init__(self) -> None:
        self.processor = SentencePieceProcessor(model_proto=self.model)
        self.proto = parse(self.model)
        self.special = np.array([p.type != _NORMAL for p in self.proto.pieces])
        self.unknown = self.processor.unk_id()
        self.space = self.processor.piece_to_id("▁")

    def counts(self, texts: Sequence[str]) -> csr_matrix:
        """Texts x pieces, number of occurrences; unknown pieces left out."""
        ids = self.processor.encode(list(texts), out_type=int)
        ids = [[i for i in row if i != self.unknown] for row in ids]
        ends = np.cumsum([0] + [len(row) for row in ids])
        flat = np.fromiter(chain.from_iterable(ids), np.int32, ends[-1])
        matrix = csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(texts), len(self.kept)))
        matrix.sum_duplicates()
        return matrix


def parse(model: bytes) -> sp_model.ModelProto:
    proto = sp_model.ModelProto()
    proto.ParseFromString(model)
    return proto


def _latin(piece: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") for c in piece if c.isalpha())


def _word_counts(processor: SentencePieceProcessor, language: str, top: int = 250_000) -> np.ndarray:
    """Expected piece frequencies of a word frequency list: 90 % lower case, 8 % capitalised, 2 % upper case."""
    words = top_n_list(language, top)
    frequency = np.array([word_frequency(w, language) for w in words])
    out = np.zeros(processor.get_piece_size())
    for form, share in ((str.lower, 0.9), (str.capitalize, 0.08), (str.upper, 0.02)):
        ids = processor.encode([form(w) for w in words], out_type=int)
        np.add.at(out, np.fromiter(chain.from_iterable(ids), np.int64), np.repeat(frequency * share, [len(i) for i in ids]))
    return out


def prune(texts: Sequence[str], size: int) -> Vocabulary:
    """Keep special pieces, all single Latin-script characters and symbols in use, then the most frequent pieces."""
    model = TOKENIZER.read_bytes()
    proto, full = parse(model), SentencePieceProcessor(model_proto=model)
    word_p = np.mean([c / c.sum() for c in (_word_counts(full, lang) for lang in LANGUAGES)], axis=0)
    seen = np.bincount(np.fromiter(chain.from_iterable(full.encode(list(texts), out_type=int)), np.int64),
                       minlength=len(proto.pieces))
    use_p = word_p + 0.5 * seen / seen.sum()
    special = [i for i, p in enumerate(proto.pieces) if p.type in (2, 3)]
    latin = [i for i, p in enumerate(proto.pieces) if p.type == _NORMAL and _latin(p.piece)]
    single = [i for i in latin if len(proto.pieces[i].piece) == 1]
    frequent = sorted((i for i in latin if use_p[i] > 0), key=lambda i: -use_p[i])
    kept = sorted(list(dict.fromkeys(special + single + frequent))[:size])
    pruned = parse(model)
    del pruned.pieces[:]
    pruned.pieces.extend(proto.pieces[i] for i in kept)
    return Vocabulary(pruned.SerializeToString(), np.array(kept), word_p[kept], use_p[kept])
