"""Many challenges at once, the 50 best of each."""
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import bm25s
import citymatch as cm
import pyarrow
import Stemmer

from clock import Timed, cpu, wall, whole
from corpora import MANY, Row
from systems import Systems, challenges, program, terms
from table import Beside, Value, Work, number, shown

WORDS, LIMIT = 60, 50
# A second or less of nothing but computing.
BARE = "sum(i * i for i in range(5_000_000))"
# Beyond this size bm25s' own analysis of the solutions takes minutes.
FROM_TEXT = 50_000
STEMMERS = {"es": Stemmer.Stemmer("spanish"), "pt": Stemmer.Stemmer("portuguese"), "en": Stemmer.Stemmer("english")}
STOP_WORDS = {"es": "spanish", "pt": "portuguese", "en": "english"}


def fewer(systems: Systems) -> int:
    """Every signal goes over all sentences: so many challenges say as much as all."""
    return 500 if systems.size <= 50_000 else 100


def words(systems: Systems) -> Beside:
    rows = systems.asks.of(WORDS, MANY)
    asked, asks, matcher = challenges(rows), terms(rows), systems.matcher(words=1.0)
    timed: dict[str, Timed] = {
        "citymatch": cpu(lambda _: matcher.find_all(asked, limit=LIMIT).to_arrow()),
        "bm25s, numba": cpu(lambda _: systems.bm25s.find_all(asks, LIMIT)),
        "tantivy-py": cpu(lambda _: [systems.tantivy_py.find(ask, LIMIT) for ask in asks]),
    }
    goals = systems.at_50_000({"bm25s, numba": "≥ 2.2, stretch 4", "tantivy-py": "≥ 7"})
    if systems.size == 500_000:
        goals = {"bm25s, numba": "≥ 1.8"}
    works = [Work(f"`words`: {MANY:,} challenges of {WORDS} words", whole(timed, rounds=3), goals)]
    if systems.size <= FROM_TEXT:
        works.append(from_text(systems, rows, asked, matcher))
    return Beside(systems.size, works)


def from_text(systems: Systems, rows: list[Row], asked: list[cm.Challenge], matcher: cm.Matcher) -> Work:
    """From challenges to a table of matches, analysis on both sides. bm25s' index has its own analyser's terms."""
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75, backend="numba")
    index.index(tokens(systems.corpus.solutions, "summary"), show_progress=False)
    index.activate_numba_scorer()
    ids = pyarrow.array([row["id"] for row in systems.corpus.solutions])

    def table(_: None) -> pyarrow.Table:
        places, scores = index.retrieve(tokens(rows, "problem"), k=LIMIT, show_progress=False, n_threads=1)
        names = pyarrow.array([row["id"] for row in rows for _ in range(LIMIT)])
        return pyarrow.table({"challenge": names, "solution": ids.take(pyarrow.array(places.reshape(-1))), "score": scores.reshape(-1)})
    timed: dict[str, Timed] = {"citymatch": cpu(lambda _: matcher.find_all(asked, limit=LIMIT).to_arrow()), "bm25s, numba, PyStemmer": cpu(table)}
    return Work("the same, from text to table", whole(timed, rounds=3), systems.at_50_000({"bm25s, numba, PyStemmer": "≥ 3"}))


def tokens(rows: list[Row], field: str) -> list[list[str]]:
    """By bm25s' own analyser, one language after the other, stop words and stems."""
    found: list[list[str]] = [[] for _ in rows]
    for language, stemmer in STEMMERS.items():
        places = [place for place, row in enumerate(rows) if row["language"] == language]
        texts = [rows[place][field] for place in places]
        cut = bm25s.tokenize(texts, stopwords=STOP_WORDS[language], stemmer=stemmer, return_ids=False, show_progress=False) if texts else []
        for place, of_text in zip(places, cut):
            found[place] = of_text
    return found


def every_signal(systems: Systems) -> list[Value]:
    rows = systems.asks.of(WORDS, fewer(systems))
    asked = challenges(rows)
    every, meaning = systems.matcher(), systems.matcher(meaning=1.0)
    times = whole({"every": cpu(lambda _: every.find_all(asked, limit=LIMIT).to_arrow()),
                         "meaning": cpu(lambda _: meaning.find_all(asked, limit=LIMIT).to_arrow())}, rounds=3)
    products = systems.of_asks(rows)[0] * systems.sentences * systems.catalogue.encoder.size
    reached = products / times["meaning"].median()
    peak, instructions = subprocess.run([program("peak")], check=True, capture_output=True, text=True).stdout.strip().split(" ", 1)
    return [
        Value(systems.size, f"every signal, {len(rows)} challenges of {WORDS} words, neighbours known", shown(times["every"])),
        Value(systems.size, "`meaning` alone, the same", shown(times["meaning"])),
        Value(systems.size, f"its multiply-adds a second, of {number(int(peak) / 1e9)} G a bare loop reaches ({instructions})",
              f"{number(reached / 1e9)} G, {100 * reached / int(peak):.0f} %", "≥ 40 %"),
    ]


def threads(systems: Systems) -> list[Value]:
    """The time on the clock of two threads beside one, on all cores."""
    with on_all_cores():
        found = []
        for name, weights, count in (("`words`", {"words": 1.0}, MANY), ("every signal", {}, fewer(systems))):
            asked = challenges(systems.asks.of(WORDS, count))
            work: dict[str, Callable] = {str(n): systems.matcher(threads=n, **weights).find_all for n in (1, 2)}
            times = whole({n: wall(lambda _, find=find: find(asked, limit=LIMIT)) for n, find in work.items()}, rounds=5)
            gain = times["1"].times_as_long_as(times["2"])
            found.append(Value(systems.size, f"one thread ÷ two, time on the clock, {name}, {count:,} challenges", number(gain), "≥ 1.8"))
        found.append(Value(systems.size, "the same of a bare loop in processes, in the same minute: what the machine had to give", number(room())))
        return found


def room() -> float:
    """How many times one process's work two do in the same time; 2 where nothing else runs."""
    def took(count: int) -> float:
        began = time.perf_counter()
        for process in [subprocess.Popen([sys.executable, "-S", "-c", BARE]) for _ in range(count)]:
            process.wait()
        return time.perf_counter() - began
    return 2 * statistics.median(took(1) for _ in range(3)) / statistics.median(took(2) for _ in range(3))


class on_all_cores:
    """Everything else runs on one core."""

    def __enter__(self) -> None:
        self.core = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
        if self.core:
            os.sched_setaffinity(0, range(os.cpu_count() or 1))

    def __exit__(self, *_: object) -> None:
        if self.core:
            os.sched_setaffinity(0, self.core)


def measure(systems: Systems) -> list[Beside | Value]:
    return [words(systems), *every_signal(systems), *threads(systems)]
