"""Runs of citymatch itself, through the example `benches/examples/signals.rs`."""
import json
import subprocess
from pathlib import Path

import numpy as np

from judged import ROOT, Judged, Row
from measures import Run

RUNS = ("citymatch", "words", "related", "meaning")
DEPTH = 250
WORK = ROOT / "target/quality"


def build() -> None:
    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "citymatch-benches", "--example", "signals"], cwd=ROOT, check=True)


def runs(judged: Judged) -> dict[str, Run]:
    """The calibrated mix and each signal alone, DEPTH deep."""
    folder = WORK / judged.name
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "solutions.jsonl", judged.solutions)
    write(folder / "challenges.jsonl", judged.challenges)
    command = [ROOT / "target/release/examples/signals", folder / "solutions.jsonl", folder / "challenges.jsonl", folder, str(DEPTH)]
    subprocess.run(command, check=True)
    return {name: read(folder / f"{name}.trec") for name in RUNS}


def vectors(judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    """The built-in encoder's vectors of the solutions' and of the challenges' whole texts, of the last run."""
    folder = WORK / judged.name
    solutions, challenges = (np.fromfile(folder / f"{kind}.f32", "<f4") for kind in ("solutions", "challenges"))
    return solutions.reshape(len(judged.solutions), -1), challenges.reshape(len(judged.challenges), -1)


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
