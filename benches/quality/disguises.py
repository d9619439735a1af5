"""What disguises of a text cost: the demo's challenges as people paste them, beside the same challenges clean.

    python3 benches/quality/disguises.py [KIND ...]      # needs the package citymatch; all kinds take a minute or two

Each comparison is paired: the same challenge, clean and disguised. No language is declared. A goal that is missed is marked.
"""
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass

import citymatch as cm

from disguise_kinds import CATALOGUES, Change, Text, clean, kinds
from judged import DEMO, Row, demo, lines
from measures import mean, ndcg

FIRST, DEPTH = 5, 10
TEXTS = ("title", "summary", "problem", "description", "impact")
HEAD = ("| | asks | first five in common (goal) | worst | same first | nDCG@10, clean → disguised | same verdict "
        "| `answered` where something does | … where nothing does |")


@dataclass(frozen=True)
class Answer:
    ids: list[str]
    answered: bool | None


def ask(matcher: cm.Matcher, row: Row) -> Answer:
    found = matcher.find(cm.Challenge(str(row["id"]), **{name: value for name, value in row.items() if name != "id"}), limit=DEPTH)
    return Answer([match.solution_id for match in found], found.answered)


def compare(name: str, goal: float | None, change: Change, reference: Change, matchers: tuple[cm.Matcher, cm.Matcher]) -> str:
    """A row. `matchers` are those of the disguised and of the clean catalogue."""
    judged, common, first, gains, same = demo(), [], [], [], []
    yes: Counter[str] = Counter()
    for challenge in judged.challenges + lines(DEMO / "unanswered.jsonl"):
        row = change(challenge)
        if row is None or challenge.get("translation_of"):
            continue
        there, here = ask(matchers[1], reference(challenge) or {}), ask(matchers[0], row)
        grades = judged.grades.get(str(challenge["id"]))
        same.append(there.answered == here.answered)
        kind = "none" if challenge["id"] in UNANSWERED else "some" if grades and max(grades.values()) >= 2 else "unsure"
        yes.update({kind: 1, f"{kind} clean": there.answered is True, f"{kind} disguised": here.answered is True})
        if kind == "none":
            continue
        common.append(len(set(here.ids[:FIRST]) & set(there.ids[:FIRST])) / FIRST)
        first.append(here.ids[:1] == there.ids[:1])
        if grades:
            gains.append((ndcg(there.ids, grades), ndcg(here.ids, grades)))
    before, after = (mean(gain[side] for gain in gains) for side in (0, 1))
    verdicts = " | ".join(f"{yes[f'{kind} clean']} → {yes[f'{kind} disguised']} of {yes[kind]}" for kind in ("some", "none"))
    aim = "" if goal is None else f" ({goal}{'' if mean(common) >= goal else ' ✗'})"
    return (f"| {name} | {len(common)} | {mean(common):.2f}{aim} | {min(common):.1f} | {mean(first):.0%} | {before:.3f} → {after:.3f} "
            f"| {mean(same):.2f} | {verdicts} |")


def matcher(disguise: Text | None = None) -> cm.Matcher:
    """Over the demo's solutions, disguised and without their languages where a disguise is given."""
    def changed(row: Row) -> Row:
        texts = {name: disguise(str(row[name])) for name in TEXTS if row.get(name)} if disguise else {}
        return {name: value for name, value in (row | texts).items() if not disguise or name != "language"}
    catalogue = cm.Catalogue.create()
    catalogue.add([changed(row) for row in demo().solutions])
    return cm.Matcher(catalogue)


UNANSWERED = {row["id"] for row in lines(DEMO / "unanswered.jsonl")}


def table(wanted: list[str]) -> list[str]:
    translations: dict[str, list[Row]] = defaultdict(list)
    for row in lines(DEMO / "translations.jsonl"):
        translations[str(row["translation_of"])].append(row)
    plain = matcher()
    rows = [HEAD, "|---" * 9 + "|"]
    for kind in kinds(translations):
        if not wanted or kind.name in wanted:
            rows.append(compare(kind.name, kind.goal, kind.change, kind.reference, (plain, plain)))
            print(rows[-1], flush=True)
    for name, disguise, goal in CATALOGUES:
        if not wanted or f"the catalogue: {name}" in wanted:
            rows.append(compare(f"the catalogue: {name}", goal, clean, clean, (matcher(disguise), plain)))
            print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    table(sys.argv[1:])
