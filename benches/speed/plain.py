"""BM25 in plain Python: what the systems' answers are held against."""
import math
from collections import Counter
from collections.abc import Callable, Sequence

from rivals import B, K1, Terms

# citymatch's own definition: counts above 7 count as 7, and a length as the nearest of these.
COUNTS = 7
LENGTHS = [round(8 * 2 ** (i / 4)) for i in range(36)]


def lucene(records: Sequence[Terms], asks: Sequence[Terms]) -> list[dict[int, float]]:
    """Lucene's BM25 with whole counts and lengths."""
    return scores(records, asks, lambda count: count, lambda length: length)


def coded(records: Sequence[Terms], asks: Sequence[Terms]) -> list[dict[int, float]]:
    """The same with capped counts and bucketed lengths, as citymatch defines it."""
    return scores(records, asks, lambda count: min(count, COUNTS), lambda length: min(LENGTHS, key=lambda known: (abs(known - length), known)))


def scores(records: Sequence[Terms], asks: Sequence[Terms], counted: Callable[[int], int], measured: Callable[[int], int]) -> list[dict[int, float]]:
    """For each ask the score of every record that has a term of it."""
    wanted = {term for ask in asks for term in ask}
    lengths = [measured(len(record)) for record in records]
    mean = sum(lengths) / len(lengths)
    having: dict[str, list[tuple[int, int]]] = {term: [] for term in wanted}
    for number, record in enumerate(records):
        for term, count in Counter(term for term in record if term in wanted).items():
            having[term].append((number, counted(count)))
    found = []
    for ask in asks:
        of_ask: dict[int, float] = {}
        for term, times in Counter(ask).items():
            idf = math.log(1 + (len(records) - len(having[term]) + 0.5) / (len(having[term]) + 0.5))
            for number, count in having[term]:
                share = count / (count + K1 * (1 - B + B * lengths[number] / mean))
                of_ask[number] = of_ask.get(number, 0.0) + times * idf * share
        found.append(of_ask)
    return found


def agreement(found: list[int], scores: dict[int, float]) -> float:
    """The share of the records found that are among the best, records as good as the last of these included."""
    last = sorted(scores.values(), reverse=True)[:len(found)][-1]
    return sum(scores.get(number, 0.0) >= last * (1 - 1e-5) for number in found) / len(found)
