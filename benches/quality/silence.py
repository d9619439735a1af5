"""Does the best score of a challenge say whether anything answers it?

Answered: the challenges of the demo with a solution of grade 2 or 3, and every ask of the open collections. Not answered: the demo's
challenges that were written so, and the asks of the open collections with their own answers taken out of the ranking.
"""
from dataclasses import dataclass

import engine
from judged import Judged, is_translation, unanswered
from measures import Run, auroc, calibration_error, mean

ANSWERS = 2         # the lowest grade of the demo that answers


@dataclass(frozen=True)
class Silence:
    """The best scores of the challenges that something answers, and of those that nothing does."""
    name: str
    answered: list[float]
    silent: list[float]
    weak: float


def measure(collections: list[Judged], runs: list[Run], demo: Judged, demo_run: Run) -> list[Silence]:
    nothing = Judged("demo_unanswered", demo.solutions, unanswered(), {})
    best_of_nothing = best(engine.runs(nothing)["citymatch"])
    bound = engine.weak(nothing)
    originals, translations = [], []
    for ask, score in best(demo_run).items():
        if max(demo.grades.get(ask, {}).values(), default=0) >= ANSWERS:
            (translations if is_translation(ask) else originals).append(score)
    silent = list(best_of_nothing.values())
    near, far = ([best_of_nothing[str(row["id"])] for row in nothing.challenges if row["near"] == wanted] for wanted in (True, False))
    found = [
        Silence("demo, originals", originals, silent, bound),
        Silence("demo, translations", translations, silent, bound),
        Silence("demo, all, against near misses", originals + translations, near, bound),
        Silence("demo, all, against far ones", originals + translations, far, bound),
    ]
    for judged, run in zip(collections, runs):
        removed = {ask: {id: score for id, score in scores.items() if id not in judged.grades.get(ask, {})} for ask, scores in run.items()}
        found.append(Silence(f"{judged.name}, answers removed", list(best(run).values()), list(best(removed).values()), bound))
    return found


def best(run: Run) -> dict[str, float]:
    return {ask: max(scores.values()) for ask, scores in run.items() if scores}


def table(found: list[Silence]) -> str:
    """AUROC, calibration error, and what the bound `weak` makes of them."""
    rows = []
    for of in found:
        kept, hushed = mean(score >= of.weak for score in of.answered), mean(score < of.weak for score in of.silent)
        counts = f"{round(kept * len(of.answered))} of {len(of.answered)} | {round(hushed * len(of.silent))} of {len(of.silent)}"
        rows.append(f"| {of.name} | {auroc(of.answered, of.silent):.3f} | {calibration_error(of.answered, of.silent):.3f} | {counts} |")
    head = "| | AUROC of the best score | expected calibration error | answered and not called weak | unanswered and called weak |"
    return "\n".join([head, "|---" * 5 + "|", *rows]).replace(" 0.", " .")
