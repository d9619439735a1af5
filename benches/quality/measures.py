"""What a run is worth: nDCG and recall as trec_eval counts them, AUROC, calibration error.

A run is {challenge: {solution: score}}. A challenge without results counts 0.
"""
from collections.abc import Iterable, Sequence
from math import log2

import numpy as np

from judged import Grades

Run = dict[str, dict[str, float]]


def ranked(scores: dict[str, float]) -> list[str]:
    """Best first. Equal scores in the order of the ids, as citymatch breaks them."""
    return sorted(scores, key=lambda id: (-scores[id], id))


def ndcg(order: Sequence[str], grades: dict[str, int], depth: int = 10) -> float:
    """Linear gain."""
    gain = sum(grades.get(id, 0) / log2(place + 2) for place, id in enumerate(order[:depth]))
    return gain / sum(grade / log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:depth]))


def recall(order: Sequence[str], grades: dict[str, int], depth: int = 50) -> float:
    return len(grades.keys() & set(order[:depth])) / len(grades)


def of_run(run: Run, grades: Grades) -> tuple[float, float]:
    """Mean nDCG@10 and recall@50 over the challenges that have a grade."""
    both = [(ndcg(order, grades[ask]), recall(order, grades[ask])) for ask, order in ((ask, ranked(run.get(ask, {}))) for ask in grades)]
    return mean(value for value, _ in both), mean(value for _, value in both)


def tau(before: Sequence[str], after: Sequence[str]) -> float:
    """Kendall's tau between two orders of the same items."""
    place = {id: i for i, id in enumerate(after)}
    places = np.array([place[id] for id in before])
    later = np.triu_indices(len(places), 1)
    return float(np.sign(places[later[1]] - places[later[0]]).mean())


def mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)


def interval(differences: Sequence[float], draws: int = 10_000) -> tuple[float, float]:
    """Where the mean of paired differences lies in 95 % of bootstrap samples (seed 5)."""
    chance = np.random.default_rng(5)
    means = chance.choice(np.array(differences), (draws, len(differences))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of the first has the larger value than one of the second; equal ones count half."""
    wins = sum((a > b) + 0.5 * (a == b) for a in higher for b in lower)
    return wins / (len(higher) * len(lower))


def bins(true: Sequence[float], false: Sequence[float], count: int = 10) -> list[tuple[float, float, int]]:
    """For each bin of scores that is not empty: the mean score, the share that is true, how many there are."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(count)]
    for score, is_true in [(score, True) for score in true] + [(score, False) for score in false]:
        rows[min(int(score * count), count - 1)].append((score, is_true))
    return [(mean(score for score, _ in row), mean(is_true for _, is_true in row), len(row)) for row in rows if row]


def calibration_error(true: Sequence[float], false: Sequence[float]) -> float:
    """Expected calibration error over ten bins of equal width."""
    return sum(abs(score - share) * size for score, share, size in bins(true, false)) / (len(true) + len(false))
