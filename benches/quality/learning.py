"""Weights fitted to judgements: what the folds say that they gain, and what they gain on challenges that stayed out of the fit.

From each collection some challenges are drawn, in the order of a hash of their ids, and weights fitted to them. The folds inside of them
tell a gain with its interval. Whether that is honest, the challenges that were not drawn tell: they are matched with the fitted weights and
with the built-in ones. The collections judge one useful solution a challenge and no other, so pairs without a judgement count as not useful.
"""
import zlib
from dataclasses import dataclass

import citymatch as cm

import package
from judged import Grades, Judged
from measures import interval, mean, ndcg, ranked

DRAWN = (20, 50, 100, 200)
DEPTH = 50

HEAD = ("| | judged | factors (words, related, meaning, subject) | nDCG@10 on folds, built-in | fitted | gain (95 %) | claimed "
        "| challenges not drawn | gain there (95 %) | calibration error, built-in | fitted | more judging |")


@dataclass(frozen=True)
class Learned:
    """A row of the table."""
    name: str
    judged: int
    fitted: cm.FittedWeights
    rest: int
    gain: float
    interval: tuple[float, float]
    enough: bool


def section(collections: list[Judged]) -> str:
    rows = [line(learned) for judged in collections for learned in of_collection(judged)]
    return "\n".join([HEAD, "|---" * 12 + "|", *rows]).replace(" 0.", " .")


def of_collection(judged: Judged) -> list[Learned]:
    print(f"learning: {judged.name}", flush=True)
    catalogue = package.catalogue(judged.solutions)
    order = sorted((ask for ask in judged.challenges if ask["id"] in judged.grades), key=lambda ask: (zlib.crc32(str(ask["id"]).encode()), ask["id"]))
    found = []
    for count in DRAWN:
        drawn, rest = order[:count], order[count:]
        run = cm.Matcher(catalogue).find_all(drawn, limit=DEPTH)
        grades: Grades = {str(ask["id"]): judged.grades[str(ask["id"])] for ask in drawn}
        fitted = cm.fit_weights(run, grades, unjudged=0)
        whole = cm.Matcher(catalogue).find_all(drawn[:count] + rest[:50], limit=DEPTH)
        enough = whole.next_to_judge(1, grades, unjudged=0).enough
        before, after = (package.matches(cm.Matcher(catalogue, weights=weights), rest, DEPTH) for weights in (None, fitted))
        values = [tuple(ndcg(ranked(run[str(ask["id"])]), judged.grades[str(ask["id"])]) for run in (before, after)) for ask in rest]
        differences = [new - old for old, new in values]
        found.append(Learned(judged.name, count, fitted, len(rest), mean(differences), interval(differences), enough))
    return found


def line(of: Learned) -> str:
    gain, calibration = of.fitted.gain, of.fitted.calibration
    factors = ", ".join(f"{own.factor:.2f}" for own in of.fitted.signals)
    cells = (
        of.name, str(of.judged), factors, f"{gain.built_in:.3f}", f"{gain.fitted:.3f}", ends(gain.difference, gain.interval),
        "yes" if gain.shown else "no", f"{of.rest:,}", ends(of.gain, of.interval), f"{calibration.built_in_error:.3f}", f"{calibration.error:.3f}",
        "stops paying" if of.enough else "pays",
    )
    return f"| {' | '.join(cells)} |"


def ends(difference: float, between: tuple[float, float]) -> str:
    return f"{difference:+.3f} ({between[0]:+.3f} to {between[1]:+.3f})"


def main() -> None:
    """The table alone, with the package that is installed: `python benches/quality/learning.py`."""
    from judged import OPEN, open_collection
    print(section([open_collection(name) for name in OPEN]))


if __name__ == "__main__":
    main()
