"""citymatch beside the ranking formula as a program (`rank.py`, `--reference DIR --model DIR`), as it is and as `program.py` extends it.

The program reads BEIR's layout and the same model's plain files; it counts without caps and sums in f64. Its stop words lack the question
words that citymatch adds (cuáles, onde ...), which alone move thousands of scores: the table is made with them added to a copy of it.
"""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from engine import WORK, read
from judged import ROOT, Judged, Row
from measures import Run, of_run

FAR = 0.02
HERE = Path(__file__).resolve().parent


def table(collections: list[Judged], runs: list[dict[str, Run]], reference: Path, model: Path) -> str:
    """nDCG@10 of all three, and how many scores of the same pair lie further from the extended program's than FAR."""
    python, rows, program = environment(reference), [], with_question_words(reference)
    for judged, run in zip(collections, runs):
        plain = run_of(judged, python, model, program / "rank.py")
        theirs, ours = run_of(judged, python, model, HERE / "program.py", program), run["citymatch"]
        pairs = [abs(score - ours[ask][id]) for ask, scores in theirs.items() for id, score in scores.items() if id in ours.get(ask, {})]
        far = sum(difference > FAR for difference in pairs)
        our, their, before = (of_run(one, judged.grades)[0] for one in (ours, theirs, plain))
        far_of = f"{far:,} of {len(pairs):,}"
        rows.append(f"| {judged.name} | {our:.4f} | {before:.4f} | {their:.4f} | {our - their:+.4f} | {far_of} | {max(pairs):.3f} |")
    head = "| | nDCG@10, citymatch | the program | extended | difference from that | scores more than .02 from that | largest |"
    return "\n".join([head, "|---" * 7 + "|", *rows]).replace(" 0.", " .")


def environment(reference: Path) -> Path:
    """Its own environment, with its own pinned packages."""
    venv = ROOT / "target/reference-venv"
    python = venv / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", reference / "requirements.txt"], check=True)
    return python


def with_question_words(reference: Path) -> Path:
    """A copy of the program that also has citymatch's own stop words."""
    copy = WORK / "reference"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for file in [*reference.glob("*.py"), *reference.glob("stop.*.txt")]:
        shutil.copyfile(file, copy / file.name)
    for code in ("es", "pt"):
        source = (ROOT / f"crates/citymatch/src/language/{code}.rs").read_text(encoding="utf-8")
        words = re.findall(r'"(.*?)"', re.findall(r"question_words: &\[(.*?)\]", source, re.DOTALL)[0])
        with (copy / f"stop.{code}.txt").open("a", encoding="utf-8") as stop:
            stop.write("\n" + "\n".join(words) + "\n")
    return copy


def run_of(judged: Judged, python: Path, model: Path, *program: Path) -> Run:
    folder = WORK / judged.name / "beir"
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "corpus.jsonl", judged.solutions, "description")
    write(folder / "queries.jsonl", judged.challenges, "problem")
    out = folder / "reference.trec"
    subprocess.run([python, *program, folder, model, "--out", out], check=True, stdout=subprocess.DEVNULL)
    return read(out)


def write(path: Path, rows: list[Row], field: str) -> None:
    lines = ({"_id": row["id"], "title": row.get("title", ""), "text": row[field], "lang": row["language"]} for row in rows)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
