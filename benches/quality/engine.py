"""Runs of citymatch itself, through the example `benches/examples/signals.rs`."""
import json
import subprocess
from collections.abc import Container
from dataclasses import dataclass
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


def matched(judged: Judged) -> np.ndarray:
    """The built-in encoder's vectors of what is matched of the solutions, of the last run."""
    return np.fromfile(WORK / judged.name / "matched.f32", "<f4").reshape(len(judged.solutions), -1)


@dataclass(frozen=True)
class Evidence:
    """What says whether anything answers a challenge."""
    besides: float                  # what the answer score has beside the solutions' evidence
    solutions: dict[str, float]     # the raw score of each without `subject`

    def answer_score(self, without: Container[str] = ()) -> float:
        """The answer score of all solutions but some, as the library defines it."""
        best = sorted((value for id, value in self.solutions.items() if id not in without), reverse=True)
        return max(best[0] - 0.15, sum(best[:3]) / 3) + self.besides


def evidence(judged: Judged) -> dict[str, Evidence]:
    """By challenge, of the last run."""
    found: dict[str, Evidence] = {}
    for line in (WORK / judged.name / "evidence.tsv").read_text(encoding="utf-8").splitlines():
        ask, besides, solution, value = line.split("\t")
        found.setdefault(ask, Evidence(float(besides), {})).solutions[solution] = float(value)
    return found


def threshold(judged: Judged) -> float:
    """The answer score below which nothing answers, as the library of the last run has it."""
    return float((WORK / judged.name / "threshold.txt").read_text(encoding="utf-8"))


def write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def read(path: Path) -> Run:
    """A TREC run."""
    run: Run = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        ask, _, solution, _, score, _ = line.split()
        run.setdefault(ask, {})[solution] = float(score)
    return run
