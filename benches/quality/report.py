"""The sections of the report, as Markdown."""
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import agreement
import call_frames
import detection
import diagram
import drift
import engine
import labels
import learning
import package
import rivals
import sections
import silence
import teacher
from distractors import unrelated
from judged import OPEN, Judged, Row, demo, is_translation, open_collection
from measures import Run, interval, mean, ndcg, of_run, ranked

MARKERS = ("<!-- quality: written by benches/quality/run.py -->", "<!-- end of quality -->")
CROWD = 5000
NAMES = {
    "citymatch": "**citymatch**",
    "words": "its `words` alone",
    "related": "its `related` alone",
    "meaning": "its `meaning` alone",
    "teacher": "citymatch with USE as its encoder (the 33 MB teacher)",
    "cosine": "static vectors alone (cosine of whole texts)",
    "bm25s": "bm25s, stems and stop words by language",
    "tantivy": "tantivy-py, a field a language, query parser",
    "lancedb": "LanceDB hybrid as it comes, the same vectors",
    "txtai": "txtai hybrid as it comes, the same vectors",
    "rrf": "reciprocal rank fusion of bm25s and `meaning`",
}


class Bench:
    """The collections, and the runs that several sections read: each is made once, when it is first wanted."""

    def __init__(self, text: Path | None, reference: Path | None, model: Path | None) -> None:
        self.text, self.reference, self.model = text, reference, model
        self.collections = [open_collection(name) for name in OPEN]
        self.demo = demo()
        self.own: dict[str, dict[str, Run]] = {}
        self.rivals: dict[str, dict[str, Run]] = {}

    def unrelated(self, count: int) -> list[Row]:
        return unrelated(self.text, self.collections, count) if self.text else []

    def crowded(self) -> list[Judged]:
        """The open collections among unrelated records; none without a text to make those of."""
        records = self.unrelated(CROWD)
        return [judged.among(records) for judged in self.collections] if records else []

    def own_runs(self, judged: Judged) -> dict[str, Run]:
        if judged.name not in self.own:
            print(f"{judged.name}: {len(judged.solutions)} solutions, {len(judged.challenges)} challenges", flush=True)
            self.own[judged.name] = engine.runs(judged)
        return self.own[judged.name]

    def all_runs(self, judged: Judged) -> dict[str, Run]:
        if judged.name not in self.rivals:
            own = self.own_runs(judged)
            print(f"{judged.name}: rivals", flush=True)
            self.rivals[judged.name] = {
                "teacher": package.run(judged, teacher.encoder()),
                "cosine": rivals.with_vectors(judged),
                "bm25s": (bm25s := rivals.with_bm25s(judged)),
                "tantivy": rivals.with_tantivy(judged),
                "lancedb": rivals.with_lancedb(judged),
                "txtai": rivals.with_txtai(judged),
                "rrf": rivals.fused(bm25s, own["meaning"]),
            }
        return self.own_runs(judged) | self.rivals[judged.name]


def open_section(bench: Bench) -> str:
    return "nDCG@10 / recall@50, every ask.\n\n" + open_table(bench, bench.collections)


def demo_section(bench: Bench) -> str:
    runs = bench.all_runs(bench.demo)
    poorer = "\n".join(["| themes and goals of the records | originals | translations |", "|---|---|---|", *(poorer_row(bench, how) for how in POORER)])
    return ("nDCG@10 / recall@50 with the grades as gains, over the challenges with a judged pair, rules of eligibility set aside; \"own\" and "
            "\"other\" rank only the solutions in the challenge's language, or only those in another. Rivals get the themes and the names of the "
            "goals too.\n\n" + demo_table(bench.demo, runs) + "\n\n" + against_best(bench.demo, runs)
            + "\n\nReal forms have poorer themes. citymatch's nDCG@10 where the records say less of themselves (half: each theme and goal is "
            "dropped by a hash of itself and the record):\n\n" + poorer)


POORER = ("all", "half", "none")


def poorer_row(bench: Bench, how: str) -> str:
    change = {"all": lambda rows: rows, "half": lambda rows: [with_half(row) for row in rows], "none": lambda rows: [with_none(row) for row in rows]}[how]
    judged = replace(bench.demo, name=f"demo_{how}").changed(change, change)
    run = bench.own_runs(judged)["citymatch"]
    cells = [of_run(run, {ask: of for ask, of in judged.grades.items() if is_translation(ask) == translated})[0] for translated in (False, True)]
    return "| {} | {:.3f} | {:.3f} |".format(how, *cells).replace(" 0.", " .")


def with_none(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("themes", "sdgs")}


def with_half(row: Row) -> Row:
    def half(values: object) -> list[object]:
        kept = values if isinstance(values, list) else []
        return [value for value in kept if zlib.crc32(f"{row['id']} {value}".encode()) % 2]
    return {name: half(value) if name in ("themes", "sdgs") else value for name, value in row.items()}


BROAD = 6           # useful solutions from which a challenge counts as broad
RIVALS = ("cosine", "bm25s", "tantivy", "lancedb", "txtai", "rrf")


def against_best(judged: Judged, runs: dict[str, Run]) -> str:
    """The difference of citymatch and the rival with the highest mean, in nDCG@10, with its interval by paired bootstrap."""
    rows = []
    for name, wanted in (("originals", lambda ask: not is_translation(ask)), ("translations", is_translation)):
        for kind in ("all", "broad", "focused"):
            asks = [ask for ask, grades in judged.grades.items() if wanted(ask)
                    and (kind == "all" or (sum(grade >= 2 for grade in grades.values()) >= BROAD) == (kind == "broad"))]
            values = {system: [ndcg(ranked(runs[system].get(ask, {})), judged.grades[ask]) for ask in asks] for system in ("citymatch", *RIVALS)}
            best = max(RIVALS, key=lambda system: mean(values[system]))
            low, high = interval([own - other for own, other in zip(values["citymatch"], values[best])])
            rows.append(f"| {name}, {kind} ({len(asks)}) | {mean(values['citymatch']):.3f} | {mean(values[best]):.3f}: {NAMES[best]} | {low:+.3f} to {high:+.3f} |")
    head = "| challenges | citymatch | the best rival | the difference, 95 % of paired bootstraps |"
    return (f"A challenge is broad here from {BROAD} useful solutions (grade 2 or 3) on.\n\n"
            + "\n".join([head, "|---" * 4 + "|", *rows]).replace(" 0.", " .").replace("+0.", "+.").replace("-0.", "-."))


def crowd_section(bench: Bench) -> str:
    crowded = bench.crowded()
    return "The same asks (seed 5). nDCG@10 / recall@50.\n\n" + open_table(bench, crowded) if crowded else "Not run: it needs `--text`."


def drift_section(bench: Bench) -> str:
    if not bench.text:
        return "Not run: it needs `--text`."
    return ("Every ask. \"Own records\" are the collection's, without the unrelated ones; what is kept is beside the collection alone. "
            + drift.section(bench.collections, bench.demo, bench.unrelated(max(drift.COUNTS))))


def detection_section(bench: Bench) -> str:
    return ("Share of texts whose language `detect_language` finds, and of those in each language. Runs of words come from all records and "
            "asks (seed 5).\n\n" + detection.table(bench.collections, bench.demo))


def labels_section(bench: Bench) -> str:
    return (f"nDCG@10, every ask. A wrong label is one of the other two languages; {len(labels.SEEDS)} seeds.\n\n"
            + labels.table(bench.collections, bench.demo))


def agreement_section(bench: Bench) -> str:
    if not (bench.reference and bench.model):
        return "Not run: it needs `--reference`."
    all_of_them = bench.collections + bench.crowded()
    return agreement.table(all_of_them, [bench.own_runs(judged) for judged in all_of_them], bench.reference, bench.model)


def silence_section(bench: Bench) -> str:
    runs = [bench.own_runs(judged)["citymatch"] for judged in bench.collections]
    reliable = silence.reliabilities(bench.collections, runs, bench.demo, bench.own_runs(bench.demo)["citymatch"])
    found = silence.measure(bench.collections, bench.demo)
    diagram.draw(reliable, Path(__file__).resolve().parents[1] / "reliability.svg")
    return f"{silence.table(found, reliable)}\n\n![Reliability diagram](reliability.svg)"


def learning_section(bench: Bench) -> str:
    return ("Factors fitted to the judgements of some challenges (`cm.fit_weights`), what the folds inside of them say that they gain, and what they "
            "gain on the challenges that were not drawn.\n\n" + learning.section(bench.collections))


def calls_section(_: Bench) -> str:
    return ("Invented calls of 2 to 12 pages (`benches/quality/calls`), each given as one text. Sentences that are told to be ask or frame, and the "
            "demo's solutions for the whole call beside those for its ask alone.\n\n" + call_frames.section())


# The name for `--sections`, the heading, what writes it.
SECTIONS: dict[str, tuple[str, Callable[[Bench], str]]] = {
    "open": ("Open collections", open_section),
    "demo": ("The demo's judgements", demo_section),
    "crowd": (f"Among {CROWD:,} unrelated records", crowd_section),
    "drift": ("How far a collection's order drifts among unrelated records", drift_section),
    "detection": ("Languages found", detection_section),
    "labels": ("Languages missing or wrong", labels_section),
    "calls": ("The ask inside a call", calls_section),
    "agreement": ("Beside the formula as a program", agreement_section),
    "silence": ("Calibration and silence", silence_section),
    "learning": ("Weights fitted to judgements", learning_section),
}


def open_table(bench: Bench, collections: list[Judged]) -> str:
    runs = [bench.all_runs(judged) for judged in collections]

    def cell(system: str, column: int) -> tuple[float, float]:
        return of_run(runs[column][system], collections[column].grades)
    return table([judged.name.split("+")[0] for judged in collections], cell)


def demo_table(judged: Judged, runs: dict[str, Run]) -> str:
    columns = [(kind, pairs) for kind in ("originals", "translations") for pairs in ("all", "own", "other")]

    def cell(system: str, column: int) -> tuple[float, float]:
        kind, pairs = columns[column]
        grades = {ask: of_ask for ask, of_ask in judged.grades.items() if is_translation(ask) == (kind == "translations")}
        if pairs == "all":
            return of_run(runs[system], grades)
        return of_run(judged.pairs(runs[system], pairs == "own"), judged.pairs(grades, pairs == "own"))
    return table([f"{kind}, {pairs}" for kind, pairs in columns], cell)


def table(columns: list[str], cell: Callable[[str, int], tuple[float, float]]) -> str:
    rows = [f"| {name} | " + " | ".join("{:.3f} / {:.3f}".format(*cell(system, column)) for column in range(len(columns))) + " |"
            for system, name in NAMES.items()]
    return "\n".join(["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|", *rows]).replace(" 0.", " .")


def put(readme: Path, name: str, section: str) -> None:
    headings = [heading for heading, _ in SECTIONS.values()]
    sections.put(readme, MARKERS, headings, SECTIONS[name][0], section)
