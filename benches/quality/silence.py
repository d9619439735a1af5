"""Does the best score of a challenge say whether anything answers it?

Answered: the challenges of the demo with a solution of grade 2 or 3, and every ask of the open collections. Not answered: the demo's
challenges that were written so, its own that have no such solution, and asks with their own answers taken out of the ranking.
"""
from dataclasses import dataclass

import engine
from judged import Grades, Judged, Row, is_translation, unanswered
from judged import demo as read_demo
from measures import Run, auroc, calibration_error, mean
from rivals import stems

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
    originals, translations, none = [], [], []
    for ask, score in best(demo_run).items():
        if not is_answered(demo, ask):
            none.append(score)
        else:
            (translations if is_translation(ask) else originals).append(score)
    emptied = [score for ask, score in best(without(demo_run, demo.grades)).items() if is_answered(demo, ask)]
    silent = list(best_of_nothing.values())
    near, far = ([best_of_nothing[str(row["id"])] for row in nothing.challenges if row["near"] == wanted] for wanted in (True, False))
    found = [
        Silence("demo, originals", originals, silent, bound),
        Silence("demo, translations", translations, silent, bound),
        Silence("demo, all, against near misses", originals + translations, near, bound),
        Silence("demo, all, against far ones", originals + translations, far, bound),
        Silence("demo, all, against its own without an answer", originals + translations, none, bound),
        Silence("demo, all, against the same without what was graded", originals + translations, emptied, bound),
    ]
    for judged, run in zip(collections, runs):
        removed = without(run, judged.grades)
        found.append(Silence(f"{judged.name}, answers removed", list(best(run).values()), list(best(removed).values()), bound))
    return found


def is_answered(judged: Judged, ask: str) -> bool:
    return max(judged.grades.get(ask, {}).values(), default=0) >= ANSWERS


def without(run: Run, grades: Grades) -> Run:
    """The run without what has a grade for the ask."""
    return {ask: {id: score for id, score in scores.items() if id not in grades.get(ask, {})} for ask, scores in run.items()}


def best(run: Run) -> dict[str, float]:
    return {ask: max(scores.values()) for ask, scores in run.items() if scores}


def table(found: list[Silence]) -> str:
    """AUROC, calibration error, what the bound `weak` makes of them; and below, what the form of the demo's asks tells by itself."""
    rows = []
    for of in found:
        kept, hushed = mean(score >= of.weak for score in of.answered), mean(score < of.weak for score in of.silent)
        counts = f"{round(kept * len(of.answered))} of {len(of.answered)} | {round(hushed * len(of.silent))} of {len(of.silent)}"
        rows.append(f"| {of.name} | {auroc(of.answered, of.silent):.3f} | {calibration_error(of.answered, of.silent):.3f} | {counts} |")
    head = "| | AUROC of the best score | expected calibration error | answered and not called weak | unanswered and called weak |"
    return "\n".join([head, "|---" * 5 + "|", *rows, "", form(read_demo())]).replace(" 0.", " .")


def form(judged: Judged) -> str:
    """How well an ask's text alone, before any solution is seen, tells the demo's answered challenges from the others."""
    answered: list[float] = []
    none: list[float] = []
    for row in judged.challenges:
        (answered if is_answered(judged, str(row["id"])) else none).append(repetition(row))
    written = auroc(answered, [repetition(row) for row in unanswered()])
    return ("How often a challenge repeats its content words, which says nothing of any solution, tells the demo's answered challenges from "
            f"those written without an answer at an AUROC of {written:.3f}, and from its own without one at {auroc(answered, none):.3f}. "
            "Far from 0.5, a row above could measure the form of the texts.")


def repetition(ask: Row) -> float:
    """Content words of the ask by different content words."""
    words = stems(ask)
    return len(words) / len(set(words))
