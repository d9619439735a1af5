"""Shows that a change leaves every answer as it was, to the last bit of every score. Two commands:

    python benches/same_bytes.py --write before.json     with the package before the change
    python benches/same_bytes.py --against before.json   with the one after it

It asks the citymatch that is installed for the Python that runs it, and builds nothing. The first
command keeps a digest and a count of lines for each case in before.json, and the lines themselves
beside it in before.lines.zip. The second computes everything again and exits with 1 where a case
differs, with its first line that does. A line is a challenge, whether something answers it, a
rank, a solution, and the bits of the score and the score; then follow the lines of the TREC run
that the package writes.

The 50 best for every challenge, by `words` alone, by `words` and `related`, and by all signals
(the calibrated default), of

* open: the four collections of tests/data/collections;
* demo: the command's demo, its challenges, translations and unanswered ones; then all of them
  with no language declared for any text;
* edited: xquad_xl in a folder, added in six commits, with records replaced and removed, opened
  again; then with the removed ones put back one by one, until segments have been merged;
* synthetic: 200 challenges and 50,000 records of corpus/scale.py (which needs numpy where
  benches/data/50000 is not there yet), all at once, one by one, with rules on who may answer,
  and all at once after records were replaced and removed.

--only takes some of these. Everything takes about a minute and half a GB of memory.
"""
import argparse
import hashlib
import itertools
import json
import struct
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import citymatch as cm

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE / "quality"), str(HERE / "speed")]        # where the data are read

import corpora  # noqa: E402
import judged  # noqa: E402

LIMIT = 50
MIXES = {"words": {"words": 1}, "words_related": {"words": 1, "related": 1}, "all_signals": None}
# Fewer than the eight segments of a kind that would be merged, with the one of the replacements.
PARTS = 6
SYNTHETIC = 50_000
RULES = {"countries": ["MX", "BR", "KE"], "stages": ["pilot", "implemented", "scaling"]}
DIGITS = 12     # of a digest, in the table

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What one question came to: the digest of the records that were read, and the lines."""
    name: str
    data: str
    lines: list[str]

    def entry(self) -> Row:
        return {"lines": len(self.lines), "sha256": digest(self.lines), "data": self.data}


def open_collections() -> Iterator[Case]:
    for name in judged.OPEN:
        collection = judged.open_collection(name)
        found = added(cm.Catalogue.create(), collection.solutions)
        yield from at_once(name, found, collection.solutions, collection.challenges)


def demo() -> Iterator[Case]:
    solutions = judged.demo().solutions
    asked = {name: judged.lines(judged.DEMO / f"{name}.jsonl")
             for name in ("challenges", "translations", "unanswered")}
    found = added(cm.Catalogue.create(), solutions)
    for name, challenges in asked.items():
        yield from at_once(name, found, solutions, challenges)
    solutions = undeclared(solutions)
    challenges = undeclared(itertools.chain(*asked.values()))
    found = added(cm.Catalogue.create(), solutions)
    yield from at_once("no_language", found, solutions, challenges)


def edited() -> Iterator[Case]:
    collection = judged.open_collection("xquad_xl")
    solutions, challenges = collection.solutions, collection.challenges
    changes = Changes(solutions, replaced=7, removed=11)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue"
        found = cm.Catalogue.create(path)
        for part in range(PARTS):
            added(found, solutions[part::PARTS])
        # As one change, and so as one commit.
        with found.edit() as edit:
            for row in changes.replaced:
                edit.put(row)
            for row in changes.removed:
                edit.remove(row["id"])
        yield from at_once("segments", cm.Catalogue.open(path), solutions, challenges)
        for row in changes.removed:
            added(found, [row])
        yield from at_once("merged", cm.Catalogue.open(path), solutions, challenges)


def synthetic() -> Iterator[Case]:
    folder = corpora.make(HERE / f"data/{SYNTHETIC}", SYNTHETIC, LIMIT)
    solutions = corpora.read(folder / "solutions.jsonl")
    challenges = corpora.read(folder / "challenges.jsonl")
    found = added(cm.Catalogue.create(), solutions)
    yield from at_once("all_at_once", found, solutions, challenges)
    yield from one_by_one("one_by_one", found, solutions, challenges)
    ruled = [{**row, "eligibility": RULES} for row in challenges]
    yield from at_once("eligible", found, solutions, ruled)
    changes = Changes(solutions, replaced=97, removed=10)
    added(found, changes.replaced)
    found.remove(row["id"] for row in changes.removed)
    yield from at_once("edited", found, solutions, challenges)


GROUPS: dict[str, Callable[[], Iterator[Case]]] = {
    "open": open_collections,
    "demo": demo,
    "edited": edited,
    "synthetic": synthetic,
}


class Changes:
    """One record in so many gets its neighbour's text, and of the others one in so many goes."""

    def __init__(self, rows: list[Row], replaced: int, removed: int) -> None:
        self.replaced = [{**after, "id": row["id"]}
                         for row, after in list(zip(rows, rows[1:]))[::replaced]]
        kept = {row["id"] for row in self.replaced}
        self.removed = [row for row in rows if row["id"] not in kept][::removed]


def added(catalogue: cm.Catalogue, rows: list[Row]) -> cm.Catalogue:
    if rejected := catalogue.add(rows).rejected:
        sys.exit(f"{len(rejected)} records were not added, the first: {rejected[0].message}")
    return catalogue


def undeclared(rows: Iterable[Row]) -> list[Row]:
    """The same records, their languages left to be found."""
    return [{name: value for name, value in row.items() if name != "language"} for row in rows]


def at_once(
    name: str, catalogue: cm.Catalogue, solutions: list[Row], challenges: list[Row]
) -> Iterator[Case]:
    data = read_from(solutions, challenges)
    for mix, weights in MIXES.items():
        run = cm.Matcher(catalogue, weights=weights).find_all(challenges, limit=LIMIT)
        yield Case(f"{name}/{mix}", data, [*shown(run), *trec(run)])


def one_by_one(
    name: str, catalogue: cm.Catalogue, solutions: list[Row], challenges: list[Row]
) -> Iterator[Case]:
    data = read_from(solutions, challenges)
    for mix, weights in MIXES.items():
        matcher = cm.Matcher(catalogue, weights=weights)
        found = (matcher.find(row, limit=LIMIT) for row in challenges)
        yield Case(f"{name}/{mix}", data, list(shown(found)))


def shown(run: Iterable[cm.Matches]) -> Iterator[str]:
    for matches in run:
        ask = f"{matches.challenge_id} answered={matches.answered}"
        if not len(matches):
            yield f"{ask} finds nothing"
        for found in matches:
            bits = struct.pack(">d", found.score).hex()
            yield f"{ask} {found.rank} {found.solution_id} {bits} {found.score!r}"


def trec(run: cm.Run) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.trec"
        run.to_trec(path)
        return path.read_text(encoding="utf-8").splitlines()


def digest(lines: Iterable[str]) -> str:
    found = hashlib.sha256()
    for line in lines:
        found.update(line.encode() + b"\n")
    return found.hexdigest()


def read_from(solutions: list[Row], challenges: list[Row]) -> str:
    rows = itertools.chain(solutions, [{}], challenges)
    return digest(json.dumps(row, ensure_ascii=False) for row in rows)


def package() -> str:
    """The digest of the package's own files: whether two runs asked the same build."""
    folder = Path(cm.__file__).parent
    files = (path for path in sorted(folder.rglob("*"))
             if path.is_file() and "__pycache__" not in path.parts)
    return digest(f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
                  for path in files)


def cases(groups: list[str]) -> Iterator[Case]:
    for group in groups:
        for case in GROUPS[group]():
            yield Case(f"{group}/{case.name}", case.data, case.lines)


def beside(path: Path) -> Path:
    return path.with_suffix(".lines.zip")


def write(path: Path, groups: list[str]) -> None:
    # The digests come last: where they are, everything is.
    path.unlink(missing_ok=True)
    entries = {}
    table("case", "lines", "sha256")
    table("---", "---", "---")
    with zipfile.ZipFile(beside(path), "w", zipfile.ZIP_DEFLATED) as kept:
        for case in cases(groups):
            entry = entries[case.name] = case.entry()
            kept.writestr(case.name, "\n".join(case.lines))
            table(case.name, f"{entry['lines']:,}", entry["sha256"][:DIGITS])
    found = {"citymatch": cm.__version__, "package": package(), "cases": entries}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def compare(path: Path, groups: list[str]) -> list[str]:
    """What differs, case by case."""
    before = json.loads(path.read_text(encoding="utf-8"))
    if before["package"] == package():
        print(f"This is the very build that wrote {path}.\n")
    waiting = {name: entry for name, entry in before["cases"].items()
               if name.split("/")[0] in groups}
    differing = []
    table("case", "lines", "sha256", f"against {path.name}")
    table("---", "---", "---", "---")
    for case in cases(groups):
        entry, known = case.entry(), waiting.pop(case.name, None)
        found = "same"
        if entry != known:
            found = "DIFFERS"
            differing.append(f"{case.name}: {difference(case, known, beside(path))}")
        table(case.name, f"{entry['lines']:,}", entry["sha256"][:DIGITS], found)
    return differing + [f"{name}: only in {path.name}" for name in waiting]


def difference(case: Case, known: Row | None, lines: Path) -> str:
    if not known:
        return "is not in what was written"
    if known["data"] != case.data:
        return "was asked of other records, so nothing can be said"
    if not lines.exists():
        return f"{lines.name} is not there to show the first line that differs"
    with zipfile.ZipFile(lines) as kept:
        before = kept.read(case.name).decode().split("\n")
    pairs = enumerate(itertools.zip_longest(before, case.lines, fillvalue="(no line)"), 1)
    unlike = [(number, old, new) for number, (old, new) in pairs if old != new]
    if not unlike:
        return f"by its digest, but by no line of {lines.name}"
    number, old, new = unlike[0]
    return f"{len(unlike):,} lines, the first is {number:,}\n  before: {old}\n  now:    {new}"


def table(*cells: str) -> None:
    print("|", " | ".join(cells), "|", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--write", type=Path, metavar="JSON", help="keep what is found")
    wanted.add_argument("--against", type=Path, metavar="JSON", help="compare with what was kept")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=list(GROUPS), choices=GROUPS,
                        help=f"{', '.join(GROUPS)} (default: everything)")
    options = parser.parse_args()
    if options.against and not options.against.exists():
        parser.error(f"{options.against} is not there: write it with the package before the change")
    print(f"citymatch {cm.__version__} of {Path(cm.__file__).parent}\n")
    began, differing = time.monotonic(), []
    if options.write:
        write(options.write, options.only)
    else:
        differing = compare(options.against, options.only)
    print(f"\n{time.monotonic() - began:.0f} s")
    if differing:
        sys.exit("\n".join(["", f"{len(differing)} cases differ", *differing]))
    if options.against:
        print("Every case is the same to the last bit.")


if __name__ == "__main__":
    main()
