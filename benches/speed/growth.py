"""How time grows with records and with terms."""
import math
import statistics
from pathlib import Path

import chart
from chart import Line, Panel
from clock import Times, cpu, interleaved
from systems import Systems, challenges, terms

LENGTHS = (5, 20, 60, 150)
NAMES = ("citymatch, `words`", "citymatch, every signal", "bm25s, numba", "tantivy-py")
# By size and length: how many terms the challenges have, and each system's time.
Found = dict[int, dict[int, tuple[float, dict[str, Times]]]]


def measure(systems: Systems) -> dict[int, tuple[float, dict[str, Times]]]:
    words, every = systems.matcher(words=1.0), systems.matcher()
    found = {}
    for length in LENGTHS:
        rows = systems.asks.of(length)
        asks = list(zip(challenges(rows), terms(rows)))
        timed = (cpu(lambda ask: words.find(ask[0])), cpu(lambda ask: every.find(ask[0])),
                 cpu(lambda ask: systems.bm25s.find(ask[1])), cpu(lambda ask: systems.tantivy_py.find(ask[1])))
        found[length] = statistics.fmean(len(set(ask[1])) for ask in asks), interleaved(dict(zip(NAMES, timed)), asks, rounds=5)
    return found


def section(found: Found, picture: Path) -> str:
    """The table of slopes, with the picture drawn."""
    largest = max(found)
    by_size = [Line(name.replace("`", ""), [(size, of[60][1][name].median()) for size, of in sorted(found.items())]) for name in NAMES]
    by_terms = [Line(name.replace("`", ""), [(count, times[name].median()) for count, times in found[largest].values()]) for name in NAMES]
    panels = [Panel("60 words: records", by_size), Panel(f"{largest:,} records: distinct terms of the challenge", by_terms)]
    picture.write_text(chart.svg("CPU time of one challenge, the ten best", panels), encoding="utf-8")
    sizes = sorted(found)
    steps = list(zip(sizes, sizes[1:]))
    head = ["", *(f"{a:,} to {b:,} records" for a, b in steps), f"terms, at {largest:,}"]
    rows = []
    for name, of_size, of_terms in zip(NAMES, by_size, by_terms):
        slopes = [slope(of_size.points[i:i + 2]) for i in range(len(steps))] + [slope(of_terms.points)]
        rows.append("| " + " | ".join([name, *(f"{value:.2f}" for value in slopes)]) + " |")
    table = "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *rows])
    return ("The exponent of time's growth: 1 is in proportion. Fixed costs, such as analysis and calls, keep it lower.\n\n"
            f"{table}\n\n![Growth](growth.svg)")


def slope(points: list[tuple[float, float]]) -> float:
    """Of the line through the points that fits best on log axes."""
    return statistics.linear_regression([math.log(x) for x, _ in points], [math.log(y) for _, y in points]).slope
