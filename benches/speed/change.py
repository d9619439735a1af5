"""Adding all, and adding one more."""
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bm25s
import citymatch as cm
import numpy as np
import tantivy

import rivals
from batch import tokens
from clock import Timed, Times, cpu, whole
from systems import Systems
from table import Beside, Value, Work, number
from tantivy_by_language import empty_index

# A commit may have to merge: so many, in so many seconds on the clock, say what that costs on average.
COMMITS, PATIENCE = 1000, 60
# Of each other change.
FEW = 20


def adding(systems: Systems) -> Beside:
    """The same texts on both sides; LanceDB and bm25s' second row get ready terms, which spares them the analysis."""
    rows = systems.corpus.solutions
    nothing = cm.Encoder("nothing", 1, lambda texts: np.ones((len(texts), 1), np.float32))
    with tempfile.TemporaryDirectory(dir=systems.folder) as scratch:
        folders = (Path(scratch) / str(number) for number in range(1_000_000))

        def citymatch(encoder: cm.Encoder | None) -> None:
            folder = next(folders)
            cm.Catalogue.create(folder, encoder=encoder).add(rows)
            shutil.rmtree(folder)

        def lance() -> None:
            folder = next(folders)
            rivals.LanceDb(systems.corpus.terms, folder)
            shutil.rmtree(folder)

        def tantivy_py() -> None:
            folder = next(folders)
            folder.mkdir()
            by_language(rows, folder)
            shutil.rmtree(folder)

        timed: dict[str, Timed] = {
            "everything": cpu(lambda _: citymatch(None)),
            "words": cpu(lambda _: citymatch(nothing)),
            "tantivy-py, the same text": cpu(lambda _: tantivy_py()),
            "bm25s with PyStemmer": cpu(lambda _: bm25s.BM25(method="lucene").index(tokens(rows, "summary"), show_progress=False)),
            "bm25s, ready terms": cpu(lambda _: bm25s.BM25(method="lucene").index(systems.corpus.terms, show_progress=False)),
        }
        if systems.lance:
            timed["LanceDB, ready terms"] = cpu(lambda _: lance())
        times = whole(timed, 3 if systems.size <= 50_000 else 1, warm=False)
    everything, words = times.pop("everything"), times.pop("words")
    works = []
    for name, ours, goal in (("everything", everything, "≥ .5"), ("an encoder that does nothing", words, "≥ 1")):
        goals = {"tantivy-py, the same text": goal, "bm25s with PyStemmer": "≥ 2", "bm25s, ready terms": "≥ 2"}
        a_second = f"{systems.size / ours.median():,.0f} records a second"
        works.append(Work(f"adding: {name}, {a_second}", {"citymatch": ours, **times}, systems.at_50_000(goals)))
    return Beside(systems.size, works)


def by_language(rows: list[dict], folder: Path) -> None:
    """As the quality bench sets tantivy-py up: a field a language with its stop words and stemmer. Of a record it keeps the id alone."""
    index = empty_index(str(folder), "freq")
    writer = index.writer(num_threads=1)
    for row in rows:
        writer.add_document(tantivy.Document(id=[row["id"]], **{row["language"]: [f"{row['title']}\n{row['summary']}"]}))
    writer.commit()
    writer.wait_merging_threads()


def one_more(systems: Systems) -> list[Beside | Value]:
    """Until a new snapshot has it. bm25s cannot add: it makes its index again, from ready terms."""
    systems.catalogue  # noqa: B018 - it is made
    copy = systems.folder / "changed.cm"
    shutil.copytree(systems.folder / "catalogue.cm", copy)
    commits, values = commits_of(systems, copy)
    shutil.rmtree(copy)
    terms = systems.corpus.terms

    def again(_: None) -> None:
        bm25s.BM25(method="lucene").index([*terms, terms[0]], show_progress=False)
    folder = systems.folder / "tantivy"
    folder.mkdir(exist_ok=True)
    index = rivals.TantivyPy(terms, folder)
    writer = index.index.writer(num_threads=1)

    def tantivy_py(_: None) -> None:
        writer.add_document(index.document(0, terms[0]))
        writer.commit()
        index.index.reload()
    timed: dict[str, Timed] = {"bm25s, made again": cpu(again), "tantivy-py, ready terms": cpu(tantivy_py)}
    times = whole(timed, 3 if systems.size <= 50_000 else 1, warm=False)
    work = Work("one record more, visible", {"citymatch": Times([commits]), **times}, systems.at_50_000({"bm25s, made again": "≥ 300"}))
    return [Beside(systems.size, [work]), *values]


def commits_of(systems: Systems, copy: Path) -> tuple[list[float], list[Value]]:
    """The CPU seconds of commits of one more, and figures of all kinds of change; each is measured until a matcher sees it."""
    catalogue = cm.Catalogue.open(copy)
    matcher = cm.Matcher(catalogue, weights={"words": 1.0}, threads=1)
    texts, size = systems.corpus.solutions, systems.size

    def put(first: int, count: int) -> None:
        with catalogue.edit() as edit:
            for number_ in range(first, first + count):
                edit.put({**texts[number_ % size], "id": f"more {number_}"})
        matcher.refresh()

    def remove(first: int, count: int) -> None:
        with catalogue.edit() as edit:
            for number_ in range(first, first + count):
                if not edit.remove(f"more {number_}"):
                    raise ValueError(f"record {number_} is not there")
        matcher.refresh()

    commits, began, one = [], time.monotonic(), cpu(lambda first: put(first, 1))
    while len(commits) < COMMITS and (len(commits) < FEW or time.monotonic() - began < PATIENCE):
        commits.append(one(len(commits)))
    of_one = milliseconds(statistics.median(commits), statistics.fmean(commits), max(commits))
    values = [Value(size, f"{len(commits):,} commits of one more: median, mean, worst", of_one)]
    free = len(commits)
    changes: list[tuple[str, Callable[[int], None]]] = [
        ("100 more", lambda turn: put(free + 100 * turn, 100)),
        ("one replaced", lambda turn: put(free + turn, 1)),
        ("100 replaced", lambda turn: put(free + 100 * turn, 100)),
        ("one removed", lambda turn: remove(turn, 1)),
        ("100 removed", lambda turn: remove(free + 100 * turn, 100)),
    ]
    for name, change in changes:
        times = [cpu(change)(turn) for turn in range(FEW)]
        values.append(Value(size, f"{name}, visible: median, worst", milliseconds(statistics.median(times), max(times))))
    return commits, values


def milliseconds(*seconds: float) -> str:
    return ", ".join(f"{number(each * 1e3)} ms" for each in seconds)


def measure(systems: Systems) -> list[Beside | Value]:
    return [adding(systems), *one_more(systems)]
