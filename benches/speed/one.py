"""One challenge at a time, called from Python, the ten best."""
import statistics

import citymatch as cm

from clock import Timed, cpu, interleaved
from corpora import Row
from systems import Systems, challenges, terms
from table import Beside, Value, Work, number, shown

LENGTHS = (20, 60, 150)
GOALS = {
    "tantivy-py": ("≥ 6", "≥ 8", "≥ 8"),
    "bm25s, numba": ("≥ 3", "≥ 2.5", "≥ 2"),
    "LanceDB FTS": ("≥ 80", "≥ 80", "≥ 50"),
    "tantivy, its default": ("≥ 25", "≥ 50", "≥ 100"),
}


def words(systems: Systems) -> list[Beside | Value]:
    """Each system gets what it takes: citymatch a challenge, whose text it has yet to analyse, the rivals its terms."""
    works, analyses, matcher = [], [], systems.matcher(words=1.0)
    for length, goals in zip(LENGTHS, zip(*GOALS.values())):
        rows = systems.asks.of(length)
        asks = list(zip(challenges(rows), terms(rows), rows))
        tantivy = systems.tantivy
        timed: dict[str, Timed] = {
            "citymatch": cpu(lambda ask: matcher.find(ask[0])),
            "its analysis": cpu(lambda ask: cm.terms(ask[2]["problem"], ask[2]["language"])),
            "bm25s, numba": cpu(lambda ask: systems.bm25s.find(ask[1])),
            "tantivy-py": cpu(lambda ask: systems.tantivy_py.find(ask[1])),
            "tantivy, its default": lambda ask: tantivy.timed("best")(ask[1]),
            "tantivy, counting": lambda ask: tantivy.timed("count")(ask[1]),
        }
        for name, rival in (("LanceDB FTS", systems.lance), ("SQLite FTS5", systems.sqlite), ("rank-bm25", systems.rank_bm25)):
            if rival:
                timed[name] = cpu(lambda ask, rival=rival: rival.find(ask[1]))
        times = interleaved(timed, asks)
        analysis = times.pop("its analysis")
        distinct = statistics.fmean(len(set(ask[1])) for ask in asks)
        works.append(Work(f"`words`: {length} words, {distinct:.0f} terms", times, systems.at_50_000(dict(zip(GOALS, goals)))))
        analyses.append(Value(systems.size, f"analysis alone of {length} words, which the rivals are spared", shown(analysis)))
    return [Beside(systems.size, works), *analyses]


def related(systems: Systems) -> list[Value]:
    """`related` beside `words`: with the neighbours of its words known, and where they have yet to be found."""
    rows = systems.asks.of(60)
    asked = challenges(rows)
    alone, both = systems.matcher(words=1.0), systems.matcher(words=1.0, related=1.0)
    times = interleaved({"words": cpu(alone.find), "both": cpu(both.find)}, asked)
    first, second, new = cold(systems, rows)
    return [
        Value(systems.size, "`words` and `related`, 60 words, neighbours known", shown(times["both"])),
        Value(systems.size, "the same ÷ `words` alone", number(times["both"].times_as_long_as(times["words"])),
              "≤ 20" if systems.size == 50_000 else ""),
        Value(systems.size, f"neighbours of a new word, {len(systems.corpus.with_term):,} terms",
              f"{number((first - second) / new * 1e3)} ms", "< .3 ms at 140,000 terms"),
    ]


def cold(systems: Systems, rows: list[Row]) -> tuple[float, float, int]:
    """A snapshot of its own: the seconds of all first and second asks, and how many words were new.

    The first challenge makes what is made once, and does not count.
    """
    matcher = cm.Matcher(cm.Catalogue.open(systems.folder / "catalogue.cm"), weights={"words": 1.0, "related": 1.0}, threads=1)
    timed, known = cpu(matcher.find), set()
    first = second = 0.0
    new = 0
    for number_, (challenge, ask) in enumerate(zip(challenges(rows), terms(rows))):
        took, again = timed(challenge), timed(challenge)
        if number_:
            first, second, new = first + took, second + again, new + len(set(ask) - known)
        known.update(ask)
    return first, second, new


def every_signal(systems: Systems) -> list[Beside | Value]:
    """Ten sentences, by every signal, beside a hybrid search by the same encoder's vectors of whole texts, which it gets ready made."""
    rows = systems.asks.of_sentences()
    sentences, vectors = systems.of_asks(rows)
    matcher = systems.matcher()
    asks = list(zip(challenges(rows), zip(terms(rows), vectors)))
    timed: dict[str, Timed] = {"citymatch": cpu(lambda ask: matcher.find(ask[0]))}
    if lance := systems.lance:
        timed["LanceDB hybrid"] = cpu(lambda ask: lance.hybrid(ask[1]))
    work = Work(f"every signal: {sentences / len(rows):.1f} sentences", interleaved(timed, asks), systems.at_50_000({"LanceDB hybrid": "≥ 3"}))
    signals = {signal: cpu(systems.matcher(**{signal: 1.0}).find) for signal in ("words", "related", "meaning")}
    alone = interleaved(signals, challenges(rows), rounds=3)
    return [Beside(systems.size, [work]),
            *(Value(systems.size, f"`{signal}` alone, the same challenges", shown(times)) for signal, times in alone.items())]


def measure(systems: Systems) -> list[Beside | Value]:
    return words(systems) + related(systems) + every_signal(systems)
