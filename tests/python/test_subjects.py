"""The subjects that a challenge and a solution are about."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import citymatch as cm

# Long enough to count as broad.
CHALLENGE: dict[str, Any] = {
    "id": "c",
    "language": "en",
    "title": "Streets that flood",
    "question": "How might we keep homes, schools and shops dry when heavy rain falls on the old town?",
    "problem": "Storm water has nowhere to go: drains are narrow, ground is sealed and the creek rises fast. Every winter "
    "families lose furniture, traders close for days and children miss classes. Residents ask for measures that need little "
    "money, can be built by neighbours and work in the next season.",
}
ROWS: list[dict[str, Any]] = [
    {"id": "drains", "title": "Cunetas y pozos de absorción para calles anegadas", "language": "es"},
    {"id": "choir", "title": "Un coro de jubiladas y jubilados en la biblioteca", "language": "es"},
]


def explained(node: cm.Node, signal: str) -> cm.Node:
    return next(child for child in node.children[0].children if child.name == signal)


def test_a_broad_challenge_and_its_answer_share_a_subject() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add(ROWS)
    matches = cm.Matcher(catalogue).find(CHALLENGE)
    assert [match.solution_id for match in matches] == ["drains", "choir"]
    assert matches[0].signals["subject"] > 0.3 > matches[1].signals["subject"]
    subject = explained(matches.explain(0), "subject")
    named = [node for node in subject.children[1].children[1].children if node.evidence]
    assert isinstance(named[0].evidence, cm.SubjectEvidence) and named[0].evidence.subject == "floods"
    question = cm.Matcher(catalogue).find("How can streets stay dry?")
    assert all(match.signals["subject"] == 0 for match in question), "a question asks for one thing"


def test_a_catalogue_brings_its_own_subjects(tmp_path: Path) -> None:
    own = {
        "name": "arts-1",
        "subjects": [
            {"id": "song", "en": {"name": "song", "things": ["choir", "music"]}, "es": {"name": "canto"}},
            {"id": "water", "es": {"name": "agua", "things": ["lluvia", "drenaje"]}, "en": {"name": "storm water"}},
        ],
    }
    file = tmp_path / "subjects.json"
    file.write_text(json.dumps(own))
    path = tmp_path / "own.cm"
    catalogue = cm.Catalogue.create(path, subjects=file)
    catalogue.add(ROWS)
    file.unlink()
    for again in (catalogue, cm.Catalogue.open(path), pickle.loads(pickle.dumps(catalogue))):
        subject = explained(cm.Matcher(again).find(CHALLENGE).explain(0), "subject")
        assert {node.name for node in subject.children[1].children[1].children} <= {"song", "storm water"}
    assert json.loads((path / "citymatch.json").read_text())["subjects"]["name"] == "arts-1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "EOF"),
        ('{"name": "a", "subjects": []}', "1 to 256 subjects"),
        ('{"name": "a", "subjects": [{"id": "x", "en": {"name": ""}}]}', r"subjects\[0\].en.name"),
    ],
    ids=["no_json", "none", "blank"],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "subjects.json"
    file.write_text(content)
    with pytest.raises(cm.InvalidDataError, match=message) as error:
        cm.Catalogue.create(tmp_path / "none.cm", subjects=file)
    assert "subjects.json" in str(error.value) and not (tmp_path / "none.cm").exists()
    with pytest.raises(OSError):
        cm.Catalogue.create(subjects=tmp_path / "missing.json")
