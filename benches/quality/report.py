"""The tables, as Markdown."""
from collections.abc import Callable
from pathlib import Path

import agreement
import diagram
import engine
import rivals
import silence
from distractors import unrelated
from judged import OPEN, Judged, demo, is_translation, open_collection
from measures import Run, of_run

MARKERS = ("<!-- quality: written by benches/quality/run.py -->", "<!-- end of quality -->")
NAMES = {
    "citymatch": "**citymatch**",
    "words": "its `words` alone",
    "related": "its `related` alone",
    "meaning": "its `meaning` alone",
    "cosine": "static vectors alone (cosine of whole texts)",
    "bm25s": "bm25s, stems and stop words by language",
    "tantivy": "tantivy-py, a field a language, query parser",
    "lancedb": "LanceDB hybrid as it comes, the same vectors",
    "rrf": "reciprocal rank fusion of bm25s and `meaning`",
}


def everything(text: Path | None, reference: Path | None, model: Path | None) -> list[str]:
    """Every section; one that lacks its data says so."""
    collections, of_demo = [open_collection(name) for name in OPEN], demo()
    runs = [all_runs(judged) for judged in collections]
    demo_runs = all_runs(of_demo)
    sections = [
        "### Open collections\n\nnDCG@10 / recall@50, every ask.\n\n" + open_table(collections, runs),
        "### The demo's judgements\n\nnDCG@10 / recall@50 with the grades as gains, over the challenges with a judged pair; \"own\" and "
        "\"other\" rank only the solutions in the challenge's language, or only those in another.\n\n" + demo_table(of_demo, demo_runs),
    ]
    crowded: list[Judged] = []
    crowded_runs: list[dict[str, Run]] = []
    if text:
        records = unrelated(text, collections)
        crowded = [judged.among(records) for judged in collections]
        crowded_runs = [all_runs(judged) for judged in crowded]
        title = f"### Among {len(records):,} unrelated records\n\nThe same asks (seed 5). nDCG@10 / recall@50.\n\n"
        sections.append(title + open_table(crowded, crowded_runs))
    else:
        sections.append("### Among 5,000 unrelated records\n\nNot run: it needs `--text`.")
    if reference and model:
        sections.append("### Beside the formula as a program\n\n" + agreement.table(collections + crowded, runs + crowded_runs, reference, model))
    else:
        sections.append("### Beside the formula as a program\n\nNot run: it needs `--reference`.")
    found = silence.measure(collections, [run["citymatch"] for run in runs], of_demo, demo_runs["citymatch"])
    diagram.draw(found, Path(__file__).resolve().parents[1] / "reliability.svg")
    sections.append(f"### Calibration and silence\n\n{silence.table(found)}\n\n![Reliability diagram](reliability.svg)")
    return sections


def all_runs(judged: Judged) -> dict[str, Run]:
    print(f"{judged.name}: {len(judged.solutions)} solutions, {len(judged.challenges)} challenges", flush=True)
    runs = engine.runs(judged)
    runs |= {"cosine": rivals.with_vectors(judged), "lancedb": rivals.with_lancedb(judged)}
    runs |= {"bm25s": rivals.with_bm25s(judged), "tantivy": rivals.with_tantivy(judged)}
    return runs | {"rrf": rivals.fused(runs["bm25s"], runs["meaning"])}


def open_table(collections: list[Judged], runs: list[dict[str, Run]]) -> str:
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


def put(readme: Path, sections: str) -> None:
    """Writes the sections between the markers."""
    before, rest = readme.read_text(encoding="utf-8").split(MARKERS[0])
    readme.write_text(f"{before}{MARKERS[0]}\n\n{sections}\n\n{MARKERS[1]}{rest.split(MARKERS[1])[1]}", encoding="utf-8")
