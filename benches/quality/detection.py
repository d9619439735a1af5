"""How often citymatch finds the language of a text that does not say it: of so many words, of titles, of whole records, of mixed ones.

A text that is neither Spanish, Portuguese nor English to the detector, and has none of their stop words, has no language: that is not right,
but does no harm beyond unstemmed words.
"""
import random
from collections.abc import Callable
from dataclasses import dataclass

import citymatch as cm

from judged import Judged, Row, text
from measures import mean

LENGTHS = (1, 2, 3, 5, 8, 12, 20, 50)
LANGUAGES = ("es", "pt", "en")
DRAWN = 1000            # texts of a length and a language
SEED = 5


@dataclass(frozen=True)
class Found:
    """The language that was found, and those that are right: two where neither has more of the text."""
    language: str | None
    right: frozenset[str]


def table(collections: list[Judged], demo: Judged) -> str:
    """The share of right answers by language, and of texts without an answer."""
    chance = random.Random(SEED)
    records = [row for judged in [*collections, demo] for row in judged.solutions + judged.challenges]
    long, titles = by_language(records, text), by_language(demo.solutions + demo.challenges, title)
    rows = [line(f"{size} word{'s' * (size > 1)}", cut(long, size, chance)) for size in LENGTHS]
    rows += [
        line("demo, titles of solutions", [in_text(title(row), str(row["language"])) for row in demo.solutions]),
        line("demo, titles of challenges", [in_text(title(row), str(row["language"])) for row in demo.challenges]),
        line("a demo title, then 50 words of another language", titled(titles, long, chance)),
        line("60 words and 20 of another language, either first", mixed(long, 60, 20, chance)),
        line("40 words and 40 of another language", mixed(long, 40, 40, chance)),
    ]
    for judged in [*collections, demo]:
        rows.append(line(f"{judged.name}, records", [in_record(row, cm.Solution) for row in judged.solutions]))
        rows.append(line(f"{judged.name}, asks", [in_record(row, cm.Challenge) for row in judged.challenges]))
    return "\n".join(["| | texts | right | es | pt | en | no language found |", "|---" * 7 + "|", *rows]).replace(" 0.", " .")


def line(name: str, found: list[Found]) -> str:
    own = [[of.language in of.right for of in found if of.right == {language}] for language in LANGUAGES]
    shares = [f"{mean(right):.3f}" if right else "–" for right in own]
    right, none = mean(of.language in of.right for of in found), mean(of.language is None for of in found)
    return f"| {name} | {len(found):,} | {right:.3f} | {' | '.join(shares)} | {none:.3f} |"


def in_text(words: str, *right: str) -> Found:
    return Found(cm.detect_language(words), frozenset(right))


def in_record(row: Row, kind: type[cm.Solution] | type[cm.Challenge]) -> Found:
    """By its texts and its country."""
    bare = {name: value for name, value in row.items() if name != "language"}
    return Found(kind.from_dict(bare).detected_language, frozenset({str(row["language"])}))


def title(row: Row) -> str:
    return str(row["title"])


def by_language(rows: list[Row], of: Callable[[Row], str]) -> dict[str, list[list[str]]]:
    """The words of every text, each text once."""
    out: dict[str, list[list[str]]] = {}
    for language, found in sorted({(str(row["language"]), of(row)) for row in rows if of(row)}):
        out.setdefault(language, []).append(found.split())
    return out


def cut(long: dict[str, list[list[str]]], size: int, chance: random.Random) -> list[Found]:
    """DRAWN runs of words of each language."""
    return [in_text(words(long[language], size, chance), language) for language in LANGUAGES for _ in range(DRAWN)]


def titled(titles: dict[str, list[list[str]]], long: dict[str, list[list[str]]], chance: random.Random) -> list[Found]:
    """Every title of a language over a text in each other language, whose language is right."""
    pairs = [(title, other) for language in LANGUAGES for title in titles[language] for other in LANGUAGES if other != language]
    return [in_text(" ".join(title) + "\n" + words(long[other], 50, chance), other) for title, other in pairs]


def mixed(long: dict[str, list[list[str]]], most: int, least: int, chance: random.Random) -> list[Found]:
    """Two languages in a record; the one with more words is right, either where none has."""
    out = []
    for language, other in [(language, other) for language in LANGUAGES for other in LANGUAGES if other != language]:
        for _ in range(DRAWN // 2):
            parts = [words(long[language], most, chance), words(long[other], least, chance)]
            chance.shuffle(parts)
            out.append(in_text("\n".join(parts), *([language] if most > least else [language, other])))
    return out


def words(texts: list[list[str]], size: int, chance: random.Random) -> str:
    """A run of words of one text, chosen by its length so that each run is as likely."""
    long_enough = [each for each in texts if len(each) >= size]
    [found] = chance.choices(long_enough, [len(each) - size + 1 for each in long_enough])
    start = chance.randrange(len(found) - size + 1)
    return " ".join(found[start:start + size])
