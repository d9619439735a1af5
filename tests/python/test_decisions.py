"""`Run.decisions`: what was decided, one line each, and from what."""

import json
from pathlib import Path
from typing import Any

import citymatch as cm
import pytest

SOLUTIONS: list[dict[str, Any]] = [
    {"id": "s1", "title": "Jardines de lluvia en las aceras", "stage": "idea"},
    {"id": "s2", "title": "Barriles para la lluvia de los techos", "stage": "pilot"},
]
CHALLENGES: list[dict[str, Any]] = [
    {"id": "c1", "question": "¿Cómo retener la lluvia en las aceras?"},
    {"id": "c2", "question": "¿Cómo guardar la lluvia?", "eligibility": {"stages": ["pilot"]}},
    {"id": "c3", "question": "de la que", "language": "es"},
]


@pytest.fixture
def run() -> cm.Run:
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    return cm.Matcher(catalogue).find_all(CHALLENGES)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_decision_is_a_line_of_its_own(run: cm.Run, tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    assert run.decisions(path) == 5
    lines = read(path)
    assert [(line["challenge_id"], line["decision"], line.get("solution_id")) for line in lines] == [
        ("c1", "matched", "s1"), ("c1", "matched", "s2"), ("c2", "matched", "s2"), ("c2", "barred", "s1"), ("c3", "no match", None),
    ]  # fmt: skip
    assert lines[0]["score"] == run[0][0].score and lines[0]["signals"] == run[0][0].signals
    assert lines[3]["broken_rules"] == ["stages"] and lines[2]["rules"]["eligibility"]["stages"] == ["pilot"]
    assert len({line["catalogue_hash"] for line in lines}) == 1 and lines[0]["version"] == cm.__version__
    assert "lluvia" not in path.read_text(encoding="utf-8"), "texts are left out"
    assert run.decisions(path, texts=True) == 5
    assert read(path)[0]["solution"] == SOLUTIONS[0]["title"] and "lluvia" in read(path)[0]["why"]


def test_the_same_input_gives_the_same_bytes_and_another_one_another_hash(run: cm.Run, tmp_path: Path) -> None:
    one, other, changed = (tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl"))
    run.decisions(one)
    catalogue = cm.Catalogue.create()
    for solution in reversed(SOLUTIONS):
        catalogue.add([solution])
    cm.Matcher(catalogue).find_all(CHALLENGES).decisions(other)
    assert one.read_bytes() == other.read_bytes()
    catalogue.add([{**SOLUTIONS[0], "year": 2020}])
    cm.Matcher(catalogue).find_all(CHALLENGES).decisions(changed)
    before, after = read(one)[0], read(changed)[0]
    assert before["solution_hash"] != after["solution_hash"] and before["catalogue_hash"] != after["catalogue_hash"]
    assert before["challenge_hash"] == after["challenge_hash"]


def test_an_assignment_decides_too(run: cm.Run, tmp_path: Path) -> None:
    assert run.assign().decisions(tmp_path / "a.jsonl") == 3
    lines = read(tmp_path / "a.jsonl")
    assert [(line["decision"], line.get("place"), line.get("why")) for line in lines] == [
        ("assigned", 1, None), ("assigned", 1, None), ("unassigned", None, "no candidate"),
    ]  # fmt: skip
    assert lines[0]["objective"] == "places"


def test_a_file_that_cannot_be_written_is_named(run: cm.Run, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"d\.jsonl"):
        run.decisions(tmp_path / "nowhere" / "d.jsonl")
    assert cm.Matcher(cm.Catalogue.create()).find_all([]).decisions(tmp_path / "none.jsonl") == 0
    assert (tmp_path / "none.jsonl").read_bytes() == b""
