"""Catalogues with known duplicates: translations, edited resubmissions and filled templates among unrelated records.

The text is not in the repository (`--text DIR`, the encoder's training text: es.txt.gz, pt.txt.gz, en.txt.gz, parallel.*.tsv.gz and the
README.md with the lines of each source). What it takes from there:

* translations: parallel lines that the encoder was NOT trained on (the choice of `crates/citymatch-encoder/train/text.py`, made again),
  two to four neighbours of one source as a record in each language; and the demo's challenges with their translations;
* unrelated records: two to four neighbouring lines of sources that exist in ONE language (laws, treebanks, programmes' own pages; 95 % of
  a source's lines in one language), so that none can be a translation of another, and none that shares eight words in a row with
  another one, so that none is a copy. With `documentation=True` every source, less each line that
  is a side of a parallel pair: that still holds translations which nobody aligned.

A resubmission has lost a quarter of its sentences and 8 % of its words, the other sentences are shuffled, and one foreign sentence is in
it. A template is a text whose every name and number was replaced by another one.
"""
import gzip
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from judged import DEMO, Row, lines, open_collection
from distractors import CONTROL, joined, shingles

TRAINED, SEED = 60_000, 1                      # `--pairs` and `--seed` of the encoder's training
ONE_LANGUAGE = .95
MIX = {"es": .45, "pt": .25, "en": .30}
PAIRS = ("en-es", "en-pt", "es-pt")
FEW = 5                                        # a text with fewer names and numbers has few


@dataclass
class Known:
    """Records, and what is known of them."""
    rows: list[Row]
    translations: set[frozenset[str]] = field(default_factory=set)
    resubmissions: set[frozenset[str]] = field(default_factory=set)
    templates: set[frozenset[str]] = field(default_factory=set)
    few: set[str] = field(default_factory=set)              # resubmissions and templates whose text has few names

    @property
    def duplicates(self) -> set[frozenset[str]]:
        return self.translations | self.resubmissions


def read(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [CONTROL.sub(" ", line) for line in file.read().splitlines()]


def sources(folder: Path) -> list[tuple[str, str, int, int]]:
    """Language or pair, name, first line from 0, and the line behind the last."""
    rows = re.findall(r"^\| (\w\w(?:-\w\w)?) \| (\w+) \| (\d+)-(\d+) \|", (folder / "README.md").read_text(encoding="utf-8"), re.M)
    return [(language, name, int(first) - 1, int(last)) for language, name, first, last in rows]


def untrained(folder: Path) -> dict[str, list[tuple[str, list[list[str]]]]]:
    """Of each pair of languages and each source the pairs that the encoder was not trained on, in order."""
    chance, out = np.random.default_rng(SEED), {}
    for name in PAIRS:
        ranges, found = [row for row in sources(folder) if row[0] == name], read_pairs(folder, name)
        sizes, out[name] = [last - first for _, _, first, last in ranges], []
        for (_, source, first, last), count in zip(ranges, even_shares(sizes, TRAINED // len(PAIRS))):
            picked = set(chance.permutation(np.arange(first, last))[:count].tolist())
            out[name].append((source, [found[place] for place in range(first, last) if place not in picked]))
    return out


def read_pairs(folder: Path, name: str) -> list[list[str]]:
    with gzip.open(folder / f"parallel.{name}.tsv.gz", "rt", encoding="utf-8") as file:
        return [line.split("\t")[:2] for line in file.read().splitlines()]


def even_shares(available: list[int], total: int) -> list[int]:
    shares, left = [0] * len(available), total
    for rank, place in enumerate(sorted(range(len(available)), key=lambda place: available[place])):
        shares[place] = min(available[place], left // (len(available) - rank))
        left -= shares[place]
    return shares


def parallel_records(folder: Path, count: int, seed: int) -> list[tuple[Row, Row]]:
    """Records in two languages, as many of each source as it has, up to `count`; other seeds give others."""
    chance, by_source = random.Random(7), []
    for name, of_pair in untrained(folder).items():
        if name == "es-pt":
            continue                            # through English: the same texts once more
        for source, pairs in of_pair:
            groups, start = [], 0
            while start < len(pairs):
                some = pairs[start:start + chance.choice((2, 3, 4))]
                start += len(some)
                groups.append((name, source, [sentence(some, side) for side in (0, 1)]))
            chance.shuffle(groups)
            by_source.append(groups)
    out, taken = [], set()
    turns = [group for turn in zip(*(padded(groups, 400) for groups in by_source)) for group in turn if group]
    for name, source, sides in turns:
        marks = shingles(sides[0]) | shingles(sides[1])
        if marks & taken or min(map(len, sides)) < 60:
            continue
        taken |= marks
        number = len(out)
        out.append(tuple({"id": f"{source}-{name}-{number}-{language}", "description": CONTROL.sub(" ", side), "language": language}
                         for language, side in zip(name.split("-"), sides)))
    return out[seed * count:(seed + 1) * count]


def padded(groups: list, size: int) -> list:
    return (groups + [None] * size)[:size]


def sentence(pairs: list[list[str]], side: int) -> str:
    return " ".join(pair[side] if pair[side][-1] in ".!?:;" else pair[side] + "." for pair in pairs)


def demo_records() -> tuple[list[Row], set[frozenset[str]]]:
    """The demo's challenges in three languages, as solutions."""
    rows, of = [], {}
    for row in lines(DEMO / "challenges.jsonl") + lines(DEMO / "translations.jsonl"):
        of.setdefault(str(row.get("translation_of", row["id"])), []).append(str(row["id"]))
        language = {"language": row["language"]} if row.get("language") else {"language": str(row["id"])[-2:]}
        texts = {"title": row.get("title"), "summary": row.get("question"), "problem": row.get("problem"), "impact": row.get("outcome")}
        rows.append({"id": row["id"], **{name: text for name, text in texts.items() if text}, **language})
    return rows, {frozenset((one, other)) for same in of.values() for one in same for other in same if one < other}


def unrelated(folder: Path, taken: set, count: int, seed: int, documentation: bool = False) -> list[Row]:
    everywhere = sources(folder)
    total = {}
    for language, name, first, last in everywhere:
        if len(language) == 2:
            total[name] = total.get(name, 0) + last - first
    aligned = {side for name in PAIRS for pair in read_pairs(folder, name) for side in map(key, pair)} if documentation else set()
    mixed = []
    for code, share in MIX.items():
        found, texts = read(folder / f"{code}.txt.gz"), []
        for language, name, first, last in everywhere:
            if language == code and (documentation or last - first >= ONE_LANGUAGE * total[name]):
                texts += [line for line in found[first:last] if key(line) not in aligned]
        records = unlike(joined(texts, taken, random.Random(3)))
        size = int(share * count)
        mixed += [(code, text) for text in records[seed * size:(seed + 1) * size]]
    random.Random(5).shuffle(mixed)
    return [{"id": f"unrelated{seed}-{place}", "description": text, "language": code} for place, (code, text) in enumerate(mixed)]


def unlike(texts: list[str]) -> list[str]:
    """Without those that share eight words in a row with an earlier one: laws and pages repeat whole paragraphs."""
    seen, out = set(), []
    for text in texts:
        marks = shingles(text)
        if not marks & seen:
            out.append(text)
        seen |= marks
    return out


def key(line: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", line.lower()))


WORD = re.compile(r"[\w'’-]+")


def split(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?;])\s+", text) if part]


def names(text: str) -> list[str]:
    """Words with a capital inside a sentence and not behind a colon, and numbers."""
    found: dict[str, None] = {}
    for part in re.split(r"(?<=[.!?;:])\s+", text):
        for place, match in enumerate(WORD.finditer(part)):
            word = match.group()
            if any(c.isdigit() for c in word) or (place > 0 and word[0].isupper() and len(word) > 1):
                found[word] = None
    return list(found)


def resubmitted(text: str, foreign: str, chance: random.Random) -> str:
    parts = split(text)
    kept = chance.sample(parts, max(1, len(parts) - max(1, len(parts) // 4)) if len(parts) > 1 else 1)
    cut = [" ".join(word for word in part.split() if chance.random() >= .08) for part in kept] + [foreign]
    chance.shuffle(cut)
    return " ".join(part for part in cut if part)


def filled(text: str, pool: list[str], chance: random.Random) -> str:
    """The text with every name and number replaced, each everywhere by the same other one."""
    other = {}
    for word in names(text):
        if any(c.isdigit() for c in word):
            new = word
            while new == word:
                new = "".join(chance.choice("123456789") if c.isdigit() else c for c in word)
        else:
            new = chance.choice(pool)
            while new == word:
                new = chance.choice(pool)
        other[word] = new
    return WORD.sub(lambda match: other.get(match.group(), match.group()), text)


def known(folder: Path, seed: int, twins: int = 240, edited: int = 150, templates: int = 150, others: int = 5000,
          with_demo: bool = True, documentation: bool = False) -> Known:
    """A catalogue; seed 0 is to be tuned on, seed 1 is to be reported."""
    chance, out = random.Random(seed + 100), Known([])
    if with_demo:
        rows, pairs = demo_records()
        out.rows, out.translations = out.rows + rows, out.translations | pairs
        twins -= len(rows) // 3
    for one, other in parallel_records(folder, twins, seed):
        out.rows += [one, other]
        out.translations.add(frozenset((str(one["id"]), str(other["id"]))))
    bases = base_texts(folder, seed)
    chance.shuffle(bases)
    # Sentences of no record: one of another record would be a copy of a part of it.
    strange = {code: [part for row in unrelated(folder, set(), 200, seed + 50) if row["language"] == code for part in split(str(row["description"]))]
               for code in MIX}
    pools = {code: sorted({name for row in bases if row["language"] == code for name in names(str(row["description"])) if not any(c.isdigit() for c in name)})
             for code in MIX}
    # A quarter of the sentences can go where there are four.
    longer = [row for row in bases if len(split(str(row["description"]))) >= 4][:edited]
    taken_ids = {str(row["id"]) for row in longer}
    bases = longer + [row for row in bases if str(row["id"]) not in taken_ids]
    for place, row in enumerate(bases[:edited + templates]):
        text, code = str(row["description"]), str(row["language"])
        foreign = chance.choice(strange[code])
        is_edited = place < edited
        new = resubmitted(text, foreign, chance) if is_edited else filled(text, pools[code], chance)
        copy = {**row, "id": f"{row['id']}-{'again' if is_edited else 'template'}", "description": new}
        out.rows += [row, copy]
        (out.resubmissions if is_edited else out.templates).add(frozenset((str(row["id"]), str(copy["id"]))))
        if len(names(text)) < FEW:
            out.few.add(str(copy["id"]))
    taken = {mark for row in out.rows for mark in shingles(" ".join(str(row.get(name, "")) for name in ("title", "summary", "problem", "description", "impact")))}
    out.rows += unrelated(folder, taken, others, seed, documentation)
    return out


def base_texts(folder: Path, seed: int) -> list[Row]:
    """Paragraphs of encyclopaedias and of university rules (even places to tune on), and a third as many records with few names."""
    rows = open_collection("xquad_same").solutions + [{**row, "id": f"f{row['id']}"} for row in open_collection("faquad").solutions]
    texts = set(unlike([str(row["description"]).lower() for row in rows]))      # one has some paragraphs twice
    rows = [row for row in rows if str(row["description"]).lower() in texts]
    rows = [row for row in rows if names(str(row["description"])) and len(split(str(row["description"]))) > 1]
    half = [row for place, row in enumerate(rows) if place % 3 < 2] if seed else [row for place, row in enumerate(rows) if place % 3 == 2]
    some = unrelated(folder, set(), 5000, seed + 4)
    short = [row for row in some if 0 < len(names(str(row["description"]))) < FEW and len(split(str(row["description"]))) > 1]
    return half + [{**row, "id": f"short-{row['id']}"} for row in short[:len(half) // 3]]
