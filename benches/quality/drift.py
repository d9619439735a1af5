"""What becomes of a judged collection among thousands of unrelated records: of its place among them, and of the order inside it.

Only idf, the dictionary and mean lengths change for a pair of an ask and a solution, so the order of the collection's own records should
hardly move. It is read off a run that bars the unrelated records, which moves no score.
"""
from dataclasses import dataclass

import citymatch as cm

import package
from judged import Grades, Judged, Row
from labels import of_kind
from measures import Run, mean, of_run, ranked, tau

COUNTS = (0, 5000, 50000)
NOBODY = "unrelated"        # whose records the unrelated ones are
HEAD = ("| | unrelated | nDCG@10 among them | nDCG@10, own records | first one kept | first ten kept | Kendall's tau "
        "| of the first ten, in the ask's language |")


@dataclass(frozen=True)
class Order:
    """The runs over the whole catalogue, and over the collection's own records in it."""
    judged: Judged
    whole: Run
    own: Run


def table(collections: list[Judged], demo: Judged, unrelated: list[Row]) -> str:
    rows = []
    for judged in [*collections, demo]:
        orders = {count: order(judged, unrelated[:count]) for count in COUNTS}
        kinds = [(judged.name, judged.grades)]
        if judged is demo:
            kinds = [(f"demo, {kind}", of_kind(demo, kind == "translations")) for kind in ("originals", "translations")]
        rows += [line(name, count, orders[count], orders[0], grades) for name, grades in kinds for count in COUNTS]
    return "\n".join([HEAD, "|---" * 8 + "|", *rows]).replace(" 0.", " .")


def order(judged: Judged, unrelated: list[Row]) -> Order:
    print(f"drift: {judged.name} among {len(unrelated):,}", flush=True)
    matcher = cm.Matcher(package.catalogue(judged.solutions + [{**row, "organisation": NOBODY} for row in unrelated]))
    barred = [{**row, "eligibility": {**eligibility(row), "excluded_organisations": [NOBODY]}} for row in judged.challenges]
    whole, own = package.matches(matcher, judged.challenges, 10), package.matches(matcher, barred, len(judged.solutions))
    return Order(judged, whole, own)


def eligibility(challenge: Row) -> dict[str, object]:
    found = challenge.get("eligibility")
    return found if isinstance(found, dict) else {}


def line(name: str, count: int, found: Order, alone: Order, grades: Grades) -> str:
    """Beside the collection alone: `alone`."""
    pairs = [(ranked(alone.own[ask]), ranked(found.own[ask])) for ask in grades]
    first, ten = (mean(len(set(before[:depth]) & set(after[:depth])) / depth for before, after in pairs) for depth in (1, 10))
    values = (of_run(found.whole, grades)[0], of_run(found.own, grades)[0], first, ten, mean(tau(*pair) for pair in pairs),
              own_language(found, grades))
    return f"| {name} | {count:,} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


def own_language(found: Order, grades: Grades) -> float:
    language = {row["id"]: row["language"] for row in found.judged.solutions + found.judged.challenges}
    return mean(language[id] == language[ask] for ask in grades for id in ranked(found.own[ask])[:10])
