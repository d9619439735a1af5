"""Does the evidence of the best solutions say whether anything answers a challenge, and is a score the chance that a solution is useful?

Answered: the challenges of the demo with a solution of grade 2 or 3, and every ask of the open collections. Not answered: the demo's
challenges that were written so, its own that have no such solution, and asks with their own answers taken out of the ranking.
"""
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import engine
from judged import Grades, Judged, Row, is_translation, unanswered
from judged import demo as read_demo
from measures import Run, auroc, calibration_error, mean, ranked
from rivals import stems

ANSWERS = 2         # the lowest grade of the demo that answers
BEST = 10           # how many matches of a challenge people look at
LEVELS = (("strong", 0.6, 1.01), ("possible", 0.2, 0.6), ("weak", 0.0, 0.2))


@dataclass(frozen=True)
class Silence:
    """The answer scores of the challenges that something answers, and of those that nothing does."""
    name: str
    answered: list[float]
    silent: list[float]
    threshold: float


@dataclass(frozen=True)
class Reliability:
    """The scores of matches that are useful, and of those that are not; by half of the challenges."""
    name: str
    useful: tuple[list[float], list[float]]
    useless: tuple[list[float], list[float]]

    def all(self) -> tuple[list[float], list[float]]:
        return self.useful[0] + self.useful[1], self.useless[0] + self.useless[1]


def measure(collections: list[Judged], demo: Judged) -> list[Silence]:
    nothing = Judged("demo_unanswered", demo.solutions, unanswered(), {})
    engine.runs(nothing)
    of_nothing, of_demo = engine.evidence(nothing), engine.evidence(demo)
    bound = engine.threshold(nothing)
    originals, translations, none, emptied = [], [], [], []
    for ask, evidence in of_demo.items():
        if not is_answered(demo, ask):
            none.append(evidence.answer_score())
            continue
        (translations if is_translation(ask) else originals).append(evidence.answer_score())
        emptied.append(evidence.answer_score(demo.grades[ask]))
    silent = [evidence.answer_score() for evidence in of_nothing.values()]
    near, far = ([of_nothing[str(row["id"])].answer_score() for row in nothing.challenges if row["near"] == wanted] for wanted in (True, False))
    found = [
        Silence("demo, originals", originals, silent, bound),
        Silence("demo, translations", translations, silent, bound),
        Silence("demo, all, against near misses", originals + translations, near, bound),
        Silence("demo, all, against far ones", originals + translations, far, bound),
        Silence("demo, all, against its own without an answer", originals + translations, none, bound),
        Silence("demo, all, against the same without what was graded", originals + translations, emptied, bound),
    ]
    answered = [row for row in demo.challenges if is_answered(demo, str(row["id"]))]
    found.append(Silence("demo, all, their questions alone", alone(demo, answered), alone(demo, nothing.challenges), bound))
    for judged in collections:
        evidence_of = engine.evidence(judged)
        kept = [evidence.answer_score() for evidence in evidence_of.values()]
        removed = [evidence.answer_score(judged.grades[ask]) for ask, evidence in evidence_of.items()]
        found.append(Silence(f"{judged.name}, answers removed", kept, removed, bound))
    return found


def alone(demo: Judged, challenges: list[Row]) -> list[float]:
    """The answer scores of challenges that say nothing but their question."""
    questions = [{"id": row["id"], "language": row.get("language"), "question": row.get("question") or row["title"]} for row in challenges]
    asked = Judged(f"demo_{len(questions)}_questions", demo.solutions, questions, {})
    engine.runs(asked)
    return [evidence.answer_score() for evidence in engine.evidence(asked).values()]


def reliabilities(collections: list[Judged], runs: list[Run], demo: Judged, demo_run: Run) -> list[Reliability]:
    """Of the demo's challenges, and of the open collections' questions together."""
    questions = [(judged, run) for judged, run in zip(collections, runs) if judged.name != "xquad_long"]
    return [
        reliability("the demo's challenges", [(demo, demo_run)], ANSWERS),
        reliability("questions of the open collections", questions, 1),
    ]


def reliability(name: str, runs: Iterable[tuple[Judged, Run]], useful_from: int) -> Reliability:
    found = Reliability(name, ([], []), ([], []))
    for judged, run in runs:
        for ask, scores in run.items():
            # A challenge and its translations are in the same half.
            half = zlib.crc32(ask.removesuffix("-es").removesuffix("-pt").removesuffix("-en").encode()) % 2
            for id in ranked(scores)[:BEST]:
                is_useful = judged.grades.get(ask, {}).get(id, 0) >= useful_from
                (found.useful if is_useful else found.useless)[half].append(scores[id])
    return found


def is_answered(judged: Judged, ask: str) -> bool:
    return max(judged.grades.get(ask, {}).values(), default=0) >= ANSWERS


def table(found: list[Silence], reliable: list[Reliability]) -> str:
    """AUROC and what the threshold makes of them; how far scores are the chance to be useful; what the form of the demo's asks tells by itself."""
    rows = []
    for of in found:
        kept, hushed = mean(score >= of.threshold for score in of.answered), mean(score < of.threshold for score in of.silent)
        counts = f"{kept:.0%} of {len(of.answered)} | {hushed:.0%} of {len(of.silent)}"
        rows.append(f"| {of.name} | {auroc(of.answered, of.silent):.3f} | {counts} |")
    head = "| | AUROC of the answer score | answered and told so | unanswered and told so |"
    silent = "\n".join([head, "|---" * 4 + "|", *rows])
    rows = []
    for each in reliable:
        errors = [calibration_error(useful, useless) for useful, useless in zip(each.useful, each.useless)]
        shares = [share(each, low, high) for _, low, high in LEVELS]
        rows.append(f"| {each.name} | {calibration_error(*each.all()):.3f} | {errors[0]:.3f}, {errors[1]:.3f} | {' | '.join(shares)} |")
    head = (f"| the {BEST} best of each | expected calibration error | of its halves | "
            + " | ".join(f"useful of {name} ones" for name, _, _ in LEVELS) + " |")
    reliability_table = "\n".join([head, "|---" * 6 + "|", *rows])
    return f"{silent}\n\n{reliability_table}\n\n{form(read_demo())}".replace(" 0.", " .")


def share(each: Reliability, low: float, high: float) -> str:
    """How many of the matches with such scores are useful, in each half."""
    shares = []
    for useful, useless in zip(each.useful, each.useless):
        right, wrong = (sum(low <= score < high for score in scores) for scores in (useful, useless))
        shares.append(f"{right} of {right + wrong}")
    return ", ".join(shares)


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
