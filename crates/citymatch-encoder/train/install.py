"""Put a trained encoder into the crate: `python install.py OUT --text TEXT`.

Writes ../model/ (what the crate embeds) and ../tests/data/ (texts with the pieces and vectors that the crate must find).
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

import text
import trie
from check import TEXTS
from export import Written

CRATE = Path(__file__).resolve().parent.parent
UNKNOWN_PENALTY = 10  # sentencepiece's: an unknown character scores the lowest piece's score less this
NORMAL = 1            # the type of a piece that occurs in texts

# Public domain or CC0, so that the lines may lie in the repository; see TEXT.md.
FREE = {"common_voice_cc0", "tico19", "justice40", "standard_public_code", "law_br"}

# What normalisation and splitting may trip over.
AWKWARD = [
    "", " ", "\t\n", "a", "▁", "▁▁a ▁", "  two  spaces  ", "tab\tline\nbreak\r\nend", "no\u00a0break\u2009thin\u3000wide",
    "inundac\u0327o\u0303es, a\u0301rboles, n\u0303", "o\u0301o \u0301o", "Ｃｉｔｙ ﬁne ½ ² ™ №", "soft\u00adhyphen zero\u200bwidth\u200djoin \ufeffmark",
    "«¿Qué?» “quotes” ‘single’ — dash… 1.234,56 € 50 %", "https://example.org/a_b?c=d&e=f#g", "x@example.org +55 (11) 91234-5678",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "supercalifragilisticexpialidocious", "ANTICONSTITUCIONALMENTE",
    "城市的水", "Город и вода", "مدينة", "शहर", "🌧️ rain 🏙 city", "mixed城市words", "Łódź Ørsted İstanbul ß ẞ", "ªº 1ª 2º", "\u0301", "é\u0301é",
    "control\u0001\u0008\u007fcharacters", "null\u0000byte", "\U0001f1e7\U0001f1f7", "a\u0308\u0301\u0323 stacked", "ǆ ŀ ŉ ſ", "{{x}} <b>y</b> | z \\ ~ ^ `",
]


def pieces(out: Written) -> bytes:
    """The score of an unknown character, a score a row, the trie from pieces to rows, where a piece that opens a word begins with a space."""
    normal = {p.piece.replace("▁", " ").encode(): row for row, p in enumerate(out.pieces) if p.type == NORMAL}
    scores = np.array([p.score for p in out.pieces], "<f4")
    unknown = min(scores[list(normal.values())]) - np.float32(UNKNOWN_PENALTY)
    return np.float32(unknown).astype("<f4").tobytes() + scores.tobytes() + trie.build(normal)


def free_lines(folder: Path, total: int, seed: int = 1) -> list[str]:
    """Lines of the sources in FREE, even over sources and languages."""
    rng, chosen = np.random.default_rng(seed), []
    ranges = [s for s in text.sources(folder) if s.name in FREE and s.language in text.LANGUAGES]
    for source, n in zip(ranges, text.even_shares([s.last - s.first + 1 for s in ranges], total)):
        lines = text.lines(folder / f"{source.language}.txt.gz")
        chosen += [lines[i] for i in np.sort(rng.permutation(np.arange(source.first - 1, source.last))[:n])]
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--text", type=Path, required=True, help="folder of the training text")
    args = parser.parse_args()
    out, model, data = Written(args.out), CRATE / "model", CRATE / "tests" / "data"
    for folder in (model, data):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ("table.int8", "normaliser.bin"):
        shutil.copyfile(args.out / name, model / name)
    (model / "pieces.bin").write_bytes(pieces(out))

    texts = TEXTS + AWKWARD + free_lines(args.text, 1000)
    lines = (json.dumps({"text": t, "rows": rows}, ensure_ascii=False) for t, rows in zip(texts, out.rows(texts)))
    (data / "agreement.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    (data / "agreement.f32").write_bytes(out.vectors(texts).astype("<f4").tobytes())
    for file in sorted([*model.iterdir(), *data.iterdir()]):
        print(f"{file.relative_to(CRATE)!s:26s}{file.stat().st_size / 1e6:7.2f} MB")


if __name__ == "__main__":
    main()
