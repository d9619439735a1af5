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

# The bounds: how many of the first ten must stay, what nDCG@10 may lose, how far the share in the ask's language may move.
KEPT, LOST, MOVED = 0.75, 0.025, 0.06

HEAD = ("| | unrelated | nDCG@10 among them | nDCG@10, own records | first one kept | first ten kept | Kendall's tau "
        "| of the first ten, in the ask's language |")


@dataclass(frozen=True)
class Order:
    """The runs over the whole catalogue, and over the collection's own records in it."""
    judged: Judged
    whole: Run
    own: Run


@dataclass(frozen=True)
class Drift:
    """The columns of the table."""
    name: str
    unrelated: int
    among: float
    own: float
    first: float
    ten: float
    tau: float
    own_language: float

    def within(self, alone: "Drift") -> bool:
        return self.ten >= KEPT and alone.own - self.own <= LOST and abs(self.own_language - alone.own_language) <= MOVED


def section(collections: list[Judged], demo: Judged, unrelated: list[Row]) -> str:
    """The table and whether it keeps the bounds."""
    rows: list[str] = []
    beyond: list[str] = []
    for judged in [*collections, demo]:
        orders = {count: order(judged, unrelated[:count]) for count in COUNTS}
        kinds = [(judged.name, judged.grades)]
        if judged is demo:
            kinds = [(f"demo, {kind}", of_kind(demo, kind == "translations")) for kind in ("originals", "translations")]
        for name, grades in kinds:
            found = [drift(name, count, orders[count], orders[0], grades) for count in COUNTS]
            rows += [line(each) for each in found]
            beyond += [f"{name} among {each.unrelated:,}" for each in found if not each.within(found[0])]
    bounds = (f"Bounds for own records: at least {KEPT:.0%} of the first ten stay, nDCG@10 loses at most {LOST}, the share in the ask's "
              f"language moves by at most {MOVED}. Kept by all rows" + (f" but {', '.join(beyond)}." if beyond else "."))
    return "\n".join([bounds, "", HEAD, "|---" * 8 + "|", *rows]).replace(" 0.", " .")


def order(judged: Judged, unrelated: list[Row]) -> Order:
    print(f"drift: {judged.name} among {len(unrelated):,}", flush=True)
    matcher = cm.Matcher(package.catalogue(judged.solutions + [{**row, "organisation": NOBODY} for row in unrelated]))
    barred = [{**row, "eligibility": {**eligibility(row), "excluded_organisations": [NOBODY]}} for row in judged.challenges]
    whole, own = package.matches(matcher, judged.challenges, 10), package.matches(matcher, barred, len(judged.solutions))
    return Order(judged, whole, own)


def eligibility(challenge: Row) -> dict[str, object]:
    found = challenge.get("eligibility")
    return found if isinstance(found, dict) else {}


def drift(name: str, count: int, found: Order, alone: Order, grades: Grades) -> Drift:
    """Beside the collection alone."""
    pairs = [(ranked(alone.own[ask]), ranked(found.own[ask])) for ask in grades]
    first, ten = (mean(len(set(before[:depth]) & set(after[:depth])) / depth for before, after in pairs) for depth in (1, 10))
    among, own = of_run(found.whole, grades)[0], of_run(found.own, grades)[0]
    return Drift(name, count, among, own, first, ten, mean(tau(*pair) for pair in pairs), own_language(found, grades))


def line(of: Drift) -> str:
    values = (of.among, of.own, of.first, of.ten, of.tau, of.own_language)
    return f"| {of.name} | {of.unrelated:,} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


def own_language(found: Order, grades: Grades) -> float:
    language = {row["id"]: row["language"] for row in found.judged.solutions + found.judged.challenges}
    return mean(language[id] == language[ask] for ask in grades for id in ranked(found.own[ask])[:10])
