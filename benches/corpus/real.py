#!/usr/bin/env python3
"""Writes solution records of real sentences, for what depends on how real text is spread and not on what it says.

    python3 benches/corpus/real.py OUT.jsonl --text DIR --n 500000 [--seed 1]

DIR has `es.txt.gz`, `pt.txt.gz` and `en.txt.gz`, one sentence a line, and `parallel.*.tsv.gz`, two sentences a line: the text that the encoder was
trained on. A record is 1 to 6 sentences of one language that stand within 40 lines of each other, so that they are mostly from one source; its title is the first
words of another one there. Each sentence is in about three records where there are 500,000. The same seed gives the same bytes.
"""
import argparse
import gzip
import json
import random
import re
from pathlib import Path

NEIGHBOURS = 40
# A record with one of these is refused.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def sentences(folder: Path) -> dict[str, list[str]]:
    """The sentences of each language, in the order of the files."""
    found = {language: read(folder / f"{language}.txt.gz") for language in ("en", "es", "pt")}
    for path in sorted(folder.glob("parallel.*.tsv.gz")):
        languages = path.name.split(".")[1].split("-")
        for row in read(path):
            for language, sentence in zip(languages, row.split("\t"), strict=True):
                found[language].append(sentence)
    return {language: [line for line in lines if not CONTROL.search(line)] for language, lines in found.items()}


def read(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().split("\n")[:-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--n", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    text, chance = sentences(arguments.text), random.Random(arguments.seed)
    languages, weights = zip(*((language, len(lines)) for language, lines in text.items()), strict=True)
    with arguments.out.open("w", encoding="utf-8") as file:
        for number in range(arguments.n):
            [language] = chance.choices(languages, weights)
            lines = text[language]
            start = chance.randrange(len(lines) - NEIGHBOURS)
            chosen = chance.sample(lines[start:start + NEIGHBOURS], chance.randint(2, 7))
            title = " ".join(chosen[0].split()[:8])
            row = {"id": f"s{number:07}", "title": title, "summary": " ".join(chosen[1:]), "language": language}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
