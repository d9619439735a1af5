"""How far from the machine's limit: the bytes that an ask's lists have, over the bandwidth at which this machine reads."""
import statistics
import time

import numpy as np

from clock import cpu, interleaved
from systems import Systems, challenges, terms
from table import Value, number, shown

WORDS, POSTING = 60, 3
LARGE = 1 << 30
TRIES = 7


def bandwidth(size: int) -> float:
    """Bytes a second of numpy's sum over an array of so many bytes, the best of some tries."""
    array = np.ones(size // 8, np.int64)
    turns = max(1, (LARGE >> 2) // size)
    best = 0.0
    for _ in range(TRIES):
        began = time.process_time()
        for _ in range(turns):
            array.sum()
        best = max(best, turns * array.nbytes / (time.process_time() - began))
    return best


def measure(systems: Systems) -> list[Value]:
    rows = systems.asks.of(WORDS)
    visits = statistics.fmean(sum(systems.corpus.with_term.get(term, 0) for term in set(ask)) for ask in terms(rows))
    moved = POSTING * visits
    ours = interleaved({"citymatch": cpu(systems.matcher(words=1.0).find)}, challenges(rows))["citymatch"]
    lists = max(POSTING * systems.corpus.postings, 1 << 20)
    found = [Value(systems.size, f"postings of an ask of {WORDS} words, {POSTING} bytes each", f"{visits:,.0f}, {number(moved / 1e3)} kB")]
    for name, size in (("all lists", lists), ("1 GB", LARGE)):
        read = bandwidth(size)
        limit = moved / read
        found.append(Value(systems.size, f"read at the {number(read / 1e9)} GB/s at which numpy adds up {number(size / 1e6)} MB ({name})",
                           f"{number(limit * 1e6)} µs"))
        found.append(Value(systems.size, f"citymatch, `words`, {shown(ours)}, ÷ that", number(ours.median() / limit)))
    return found
