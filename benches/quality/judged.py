"""Judged collections as citymatch's records: the open ones of `tests/data/collections` and the demo of the command.

Read by the other files here; `python3 benches/quality/run.py` runs everything.
"""
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
OPEN = ("xquad_xl", "xquad_long", "xquad_same", "faquad")
DEMO = ROOT / "crates/citymatch-cli/demo"
TEXTS = ("title", "question", "summary", "problem", "description", "outcome", "impact")

Row = dict[str, object]
Grades = dict[str, dict[str, int]]              # challenge to solution to grade
Change = Callable[[list[Row]], list[Row]]
Table = TypeVar("Table", Grades, dict[str, dict[str, float]])


@dataclass(frozen=True)
class Judged:
    """Solutions, challenges, and the grades of the pairs that were judged above 0."""
    name: str
    solutions: list[Row]
    challenges: list[Row]
    grades: Grades

    def among(self, unrelated: list[Row]) -> "Judged":
        """The same collection with records that answer nothing."""
        return replace(self, name=f"{self.name}+{len(unrelated)}", solutions=self.solutions + unrelated)

    def changed(self, solutions: Change, challenges: Change) -> "Judged":
        """The same judgements of changed records."""
        return replace(self, solutions=solutions(self.solutions), challenges=challenges(self.challenges))

    def pairs(self, table: Table, own: bool) -> Table:
        """What a run or the grades say of pairs in one language (`own`), or in two."""
        language = {row["id"]: row.get("language") for row in self.solutions + self.challenges}
        kept = {ask: {id: value for id, value in of_ask.items() if (language[id] == language[ask]) == own} for ask, of_ask in table.items()}
        return {ask: of_ask for ask, of_ask in kept.items() if of_ask}


def is_translation(ask: str) -> bool:
    """Whether a challenge of the demo is the translation of one."""
    return ask.endswith(("-es", "-pt", "-en"))


def text(row: Row) -> str:
    """What rivals rank of a solution or a challenge: every field that counts in full, its themes, and the names of its goals, as one text."""
    themes = row.get("themes")
    words = [str(theme) for theme in themes] if isinstance(themes, list) else []
    return "\n".join([*(str(row[field]) for field in TEXTS if row.get(field)), *([", ".join(words + goals(row))] if words or row.get("sdgs") else [])])


def goals(row: Row) -> list[str]:
    """The official names of a record's goals in its language."""
    numbers = row.get("sdgs")
    names = GOALS.get(str(row.get("language")), ())
    return [names[int(str(number).split(".")[0]) - 1] for number in numbers if names] if isinstance(numbers, list) else []


def goal_names(code: str) -> list[str]:
    """As the library has them."""
    source = (ROOT / f"crates/citymatch/src/language/{code}.rs").read_text(encoding="utf-8")
    return re.findall(r'"(.+)",', source.split("goals: [", 1)[1].split("]", 1)[0])


GOALS = {code: goal_names(code) for code in ("es", "pt", "en")}


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def open_collection(name: str) -> Judged:
    """A collection in BEIR's layout."""
    folder = ROOT / "tests/data/collections" / name
    grades: Grades = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        ask, solution, grade = line.split("\t")
        if int(grade) > 0:
            grades.setdefault(ask, {})[solution] = int(grade)
    return Judged(name, records(lines(folder / "corpus.jsonl"), "description"), records(lines(folder / "queries.jsonl"), "problem"), grades)


def records(rows: Iterable[Row], field: str) -> list[Row]:
    """BEIR's rows as citymatch's: the text, less a title that it repeats, goes into one field."""
    out = []
    for row in rows:
        title, whole = str(row.get("title") or ""), str(row["text"])
        record = {"id": row["_id"], "title": title, field: whole.removeprefix(title).lstrip(" .\n") or whole, "language": row["lang"]}
        out.append({name: value for name, value in record.items() if value})
    return out


def demo() -> Judged:
    """The demo's challenges and their translations; a translation has the grades of its original.

    Rules of eligibility are left out: they bar solutions that were judged, and say nothing of what a text is about.
    """
    grades: Grades = {}
    for line in (DEMO / "qrels.txt").read_text(encoding="utf-8").splitlines():
        ask, _, solution, grade = line.split()
        grades.setdefault(ask, {})[solution] = int(grade)
    translations = lines(DEMO / "translations.jsonl")
    of_translations = {str(row["id"]): grades[row["translation_of"]] for row in translations if row["translation_of"] in grades}
    challenges = without_rules(lines(DEMO / "challenges.jsonl") + translations)
    return Judged("demo", lines(DEMO / "solutions.jsonl"), challenges, grades | of_translations)


def unanswered() -> list[Row]:
    """Challenges that nothing in the demo answers; `near` says whether it has solutions on the same subject."""
    return without_rules(lines(DEMO / "unanswered.jsonl"))


def without_rules(challenges: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "eligibility"} for row in challenges]
