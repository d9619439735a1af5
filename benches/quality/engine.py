"""Runs of citymatch itself, through the example `benches/examples/signals.rs`."""
import json
import subprocess
from pathlib import Path

from judged import ROOT, Judged, Row
from measures import Run

RUNS = ("citymatch", "words", "related", "meaning", "cosine")
DEPTH = 250
WORK = ROOT / "target/quality"


def build() -> None:
    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "citymatch-benches", "--example", "signals"], cwd=ROOT, check=True)


def runs(judged: Judged) -> dict[str, Run]:
    """The calibrated mix, each signal alone and whole texts' cosines, DEPTH deep."""
    folder = WORK / judged.name
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "solutions.jsonl", judged.solutions)
    write(folder / "challenges.jsonl", judged.challenges)
    command = [ROOT / "target/release/examples/signals", folder / "solutions.jsonl", folder / "challenges.jsonl", folder, str(DEPTH)]
    subprocess.run(command, check=True)
    return {name: read(folder / f"{name}.trec") for name in RUNS}


def weak(judged: Judged) -> float:
    """The score below which the best match says that nothing answers, as the library of the last run has it."""
    return float((WORK / judged.name / "weak.txt").read_text(encoding="utf-8"))


def write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def read(path: Path) -> Run:
    """A TREC run."""
    run: Run = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        ask, _, solution, _, score, _ = line.split()
        run.setdefault(ask, {})[solution] = float(score)
    return run
