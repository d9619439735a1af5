"""Records that answer nothing: two to four neighbouring lines of the encoder's training text, about 57 words each.

The text is not in the repository (`run.py --text DIR`, with es.txt.gz, pt.txt.gz and en.txt.gz). A record that shares eight words in a
row with a record or an ask of a collection is left out. `python3 benches/quality/distractors.py DIR OUT.jsonl` writes 5,000 of them.
"""
import gzip
import json
import random
import re
import sys
from pathlib import Path

from judged import OPEN, Judged, Row, open_collection, text

MIX = {"es": 22800, "pt": 12800, "en": 15300}
MOST = 50000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")        # a few lines have some, and records may not


def unrelated(folder: Path, collections: list[Judged], count: int = 5000, seed: int = 5) -> list[Row]:
    """`count` records; fewer with one seed are the beginning of more."""
    taken = {found for judged in collections for row in judged.solutions + judged.challenges for found in shingles(text(row))}
    chance, mixed = random.Random(seed), []
    for language, most in MIX.items():
        with gzip.open(folder / f"{language}.txt.gz", "rt", encoding="utf-8") as file:
            lines = [line.strip() for line in file]
        mixed += [(language, found) for found in joined(lines, taken, chance)[:most]]
    chance.shuffle(mixed)
    rows = mixed[:MOST][:count]
    return [{"id": f"unrelated{place}", "description": CONTROL.sub(" ", found), "language": language}
            for place, (language, found) in enumerate(rows)]


def shingles(words: str, size: int = 8) -> set[tuple[str, ...]]:
    found = re.findall(r"\w+", words.lower())
    return {tuple(found[start:start + size]) for start in range(len(found) - size + 1)}


def joined(lines: list[str], taken: set[tuple[str, ...]], chance: random.Random) -> list[str]:
    """Neighbouring lines as one text, each ended by a full stop, without what overlaps with `taken`."""
    out, start = [], 0
    while start < len(lines):
        some = lines[start:start + chance.choice((2, 3, 4))]
        start += len(some)
        found = " ".join(line if line[-1] in ".!?:;" else line + "." for line in some if line)
        if not shingles(found) & taken:
            out.append(found)
    chance.shuffle(out)
    return out


if __name__ == "__main__":
    rows = unrelated(Path(sys.argv[1]), [open_collection(name) for name in OPEN])
    Path(sys.argv[2]).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
