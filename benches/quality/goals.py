#!/usr/bin/env python3
"""How well `suggest_goals` tells which Sustainable Development Goals a text speaks of.

    pip install -r benches/quality/requirements-goals.txt
    python3 benches/quality/goals.py [--official en es pt]

The SDG Classification Benchmark has 1,251 English texts of some 90 words, each with one goal and whether
experts say that it speaks of it. Its metric is the accuracy for each goal, and the mean of those. The first
table has it for citymatch with the official texts in each language, beside the results that the benchmark
publishes.

The second table says how far the constants that were chosen on these texts hold on others: the share of the
mean that is subtracted, and the fit from which a goal is suggested. "others" is the mean over the goals of a
goal's accuracy with the constants that are best for the sixteen others; "halves" that of one half of each
goal's texts with the constants that are best for the other half, over 200 ways to halve them.
"""

import argparse
import time

import citymatch as cm
import numpy as np
from sdgclassification.benchmark import Result, ResultSet, load_benchmark_df

GOALS = range(1, 18)
# From the benchmark's description, version 1.0.0: the mean, then goals 1 to 17.
PUBLISHED = {
    "AFD SDG Prospector": "88 95 87 91 95 81 92 95 89 86 87 90 84 89 83 82 91 77",
    "GPT-4o": "87 79 94 82 84 94 93 93 80 84 93 88 86 94 82 90 81 84",
    "Llama 3 70B": "86 77 90 86 85 91 92 91 80 84 92 84 84 92 81 89 81 81",
    "GPT-4 Turbo": "85 75 93 86 84 88 92 92 77 79 92 77 85 94 80 92 84 83",
    "Mixtral 8x7B": "85 84 86 83 89 87 88 94 80 75 95 81 82 92 81 82 79 83",
    "text2sdg": "83 91 74 82 88 93 85 91 85 82 79 80 75 91 82 80 79 75",
    "Llama 2 70B": "83 90 83 93 90 93 87 93 78 74 79 68 80 91 84 84 69 75",
    "Global Goals Directory": "81 90 80 90 78 74 87 91 84 81 80 78 74 78 84 80 76 72",
    "GPT-3.5 Turbo": "80 65 93 82 80 87 91 90 76 68 87 71 79 91 76 83 78 67",
    "Aurora SDG": "79 79 83 80 79 93 81 85 81 70 70 81 76 86 81 75 65 81",
    "JRC SDG Mapper": "77 82 71 84 70 75 73 86 77 77 70 75 79 83 82 82 75 72",
    "OSDG v1": "70 87 56 70 80 64 84 82 77 56 72 71 71 66 77 66 52 53",
}
# The constants of `goals/fit.rs`.
MEAN, THRESHOLD, SLOPE = 0.5, 0.1, 10.0


def metric(texts, predictions):
    """The mean accuracy and that of each goal, as the benchmark counts them."""
    results = ResultSet()
    for row, found in zip(texts.itertuples(), predictions):
        results.add(Result(row.id, row.text, row.sdg, row.label, found))
    stats = results.stats
    return [stats.average.accuracy, *(stats.sdg(goal).accuracy for goal in GOALS)]


def scores(texts, official):
    """Each text's score for each goal, and the milliseconds that a text took with all 17 goals."""
    cm.suggest_goals("Safe drinking water", language="en", official_language=official)
    found, begin = np.zeros((len(texts), len(GOALS))), time.perf_counter()
    for place, text in enumerate(texts.text):
        for own in cm.suggest_goals(text, language="en", official_language=official, least_score=0):
            found[place, own.goal - 1] = own.score
    return found, (time.perf_counter() - begin) * 1000 / len(texts)


class Choice:
    """The accuracy of each text under every choice of the two constants."""

    def __init__(self, texts, found):
        fit = THRESHOLD + np.log(found / (1 - found)) / SLOPE
        excess = fit + MEAN / (1 - MEAN) * fit.mean(1, keepdims=True)
        self.sdg = texts.sdg.to_numpy()
        own = np.arange(len(texts)), self.sdg - 1
        right = []
        for mean in (0, 0.25, 0.5, 0.75, 1):
            values = (excess - mean * excess.mean(1, keepdims=True))[own]
            for threshold in np.arange(-0.2, 0.6, 0.01):
                right.append((values >= threshold) == texts.label.to_numpy())
        self.right = np.array(right)

    def accuracies(self, chosen):
        """By choice and goal, over the texts that are chosen."""
        return np.array([self.right[:, chosen & (self.sdg == goal)].mean(1) for goal in GOALS])

    def others(self):
        of_all = self.accuracies(np.ones(len(self.sdg), bool))
        best = [np.delete(of_all, place, 0).mean(0).argmax() for place in range(len(of_all))]
        return 100 * np.mean([own[choice] for own, choice in zip(of_all, best)])

    def halves(self, times=200):
        random, found = np.random.default_rng(0), []
        for _ in range(times):
            is_first = np.zeros(len(self.sdg), bool)
            for goal in GOALS:
                places = random.permutation(np.flatnonzero(self.sdg == goal))
                is_first[places[: len(places) // 2]] = True
            choice = self.accuracies(is_first).mean(0).argmax()
            found.append(100 * self.accuracies(~is_first).mean(0)[choice])
        return np.mean(found), np.std(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--official", nargs="+", default=["en", "es", "pt"])
    arguments = parser.parse_args()
    texts = load_benchmark_df()
    print(f"{'accuracy in per cent':24}{'mean':>6}" + "".join(f"{goal:>4}" for goal in GOALS))
    learned = []
    for official in arguments.official:
        found, milliseconds = scores(texts, official)
        suggested = [[goal for goal in GOALS if own[goal - 1] >= 0.5] for own in found]
        mean, *each = metric(texts, suggested)
        print(f"citymatch, {official:13}{mean:>6.1f}" + "".join(f"{own:>4.0f}" for own in each))
        choice = Choice(texts, found)
        number = np.mean([len(own) for own in suggested])
        learned.append((official, choice.others(), *choice.halves(), number, milliseconds))
    for name, values in PUBLISHED.items():
        mean, *each = values.split()
        print(f"{name:24}{mean:>4}  " + "".join(f"{own:>4}" for own in each))
    print(f"\n{'official texts':16}{'others':>8}{'halves':>14}{'suggested a text':>18}{'ms a text':>11}")
    for official, others, halves, spread, number, milliseconds in learned:
        spread = f"{halves:.1f} ± {spread:.1f}"
        print(f"{official:16}{others:>8.1f}{spread:>14}{number:>18.2f}{milliseconds:>11.2f}")


if __name__ == "__main__":
    main()
