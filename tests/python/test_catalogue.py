"""`Catalogue`: making, opening, reading, removing, checking, exporting."""

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import citymatch as cm
import pytest
from conftest import SOLUTIONS


def test_reading(catalogue: cm.Catalogue) -> None:
    assert (len(catalogue), len(catalogue.challenges), catalogue.path) == (3, 0, None)
    assert "s1" in catalogue and "s9" not in catalogue and 5 not in catalogue and None not in catalogue and "a\ud800" not in catalogue
    assert catalogue["s1"].to_dict() == SOLUTIONS[0]
    assert [solution.id for solution in catalogue] == ["s1", "s2", "s3"]
    assert repr(catalogue) == "<Catalogue in memory: 3 solutions, 0 challenges>"


def test_challenges_are_the_same_view(catalogue: cm.Catalogue) -> None:
    assert catalogue.add_challenges([cm.Challenge("c2", "B"), cm.Challenge("c1", "A")]).added == 2
    view = catalogue.challenges
    assert (len(view), "c1" in view, "s1" in view, view["c1"].title, [challenge.id for challenge in view]) == (
        2,
        True,
        False,
        "A",
        ["c1", "c2"],
    )
    with pytest.raises(cm.NotFoundError, match="^no challenge `s1` in the catalogue$"):
        view["s1"]
    assert repr(view) == "<2 challenges>"


@pytest.mark.parametrize("id", ["s9", "c1", 7, None, 1.5, "a\ud800"], ids=repr)
def test_an_id_that_is_not_there(catalogue: cm.Catalogue, id: str) -> None:
    with pytest.raises(KeyError) as error:
        catalogue[id]
    assert isinstance(error.value, cm.NotFoundError)
    assert str(error.value).startswith("no solution `")


def test_an_iterator_keeps_its_commit(catalogue: cm.Catalogue) -> None:
    iterator = iter(catalogue)
    assert catalogue.remove(["s1", "s2"]) == 2
    assert [solution.id for solution in iterator] == ["s1", "s2", "s3"]
    assert [solution.id for solution in catalogue] == ["s3"]


def test_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "catalogue.cm"
    made = cm.Catalogue.create(path)
    assert made.path == path and made.add(SOLUTIONS).added == 3
    opened = cm.Catalogue.open(os.fspath(path))
    assert len(opened) == 3
    made.remove("s1")
    assert len(opened) == 2, "a catalogue shows the newest commit"
    assert repr(opened) == f"<Catalogue '{path}': 2 solutions, 0 challenges>"


def test_open_can_make_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "catalogue.cm"
    for count in (1, 0):
        opened = cm.Catalogue.open(path, create=True)
        assert opened.add([SOLUTIONS[0]]).added == count, "a notebook's cell runs twice"
    (tmp_path / "empty").mkdir()
    assert len(cm.Catalogue.open(tmp_path / "empty", create=True)) == 0
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    for name in ("full", "full/file"):
        with pytest.raises(cm.CatalogueStateError, match=name):
            cm.Catalogue.open(tmp_path / name, create=True)
    assert (tmp_path / "full" / "file").read_text() == "x"
    with pytest.raises(cm.CatalogueStateError):
        cm.Catalogue.open(tmp_path / "nothing", create=False)
    assert not (tmp_path / "nothing").exists()


def test_open_can_make_it_with_an_encoder(tmp_path: Path) -> None:
    encoder = cm.Encoder("fives", 5, lambda texts: [[1.0] * 5 for _ in texts])
    for _ in range(2):
        made = cm.Catalogue.open(tmp_path / "k.cm", encoder=encoder, create=True)
        assert made.encoder is not None and made.encoder.name == "fives"


def test_states(tmp_path: Path, stored: cm.Catalogue) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("x")
    for name, call in {
        "create_over": lambda: cm.Catalogue.create(stored.path),
        "create_over_a_file": lambda: cm.Catalogue.create(tmp_path / "file"),
        "create_in_a_full_folder": lambda: cm.Catalogue.create(tmp_path / "folder"),
        "open_nothing": lambda: cm.Catalogue.open(tmp_path / "nothing"),
        "open_a_file": lambda: cm.Catalogue.open(tmp_path / "file"),
        "open_a_folder": lambda: cm.Catalogue.open(tmp_path / "folder"),
    }.items():
        with pytest.raises(cm.CatalogueStateError) as error:
            call()
        assert str(tmp_path) in str(error.value), name


def test_a_newer_format_is_refused_with_both_numbers(stored: cm.Catalogue) -> None:
    assert stored.path is not None
    files = [file for file in stored.path.iterdir() if file.suffix == ".json" and "format" in json.loads(file.read_text() or "{}")]
    assert len(files) == 1
    format = json.loads(files[0].read_text())
    files[0].write_text(json.dumps({**format, "format": 99}))
    with pytest.raises(cm.CatalogueFormatError, match="format 99.*4"):
        cm.Catalogue.open(stored.path)


def test_damage_is_found(stored: cm.Catalogue) -> None:
    assert stored.check() == []
    assert stored.path is not None
    largest = max((file for file in stored.path.iterdir() if file.suffix == ".store"), key=lambda file: file.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 3] ^= 0xFF
    largest.write_bytes(content)
    assert "checksum" in cm.Catalogue.open(stored.path).check()[0]


@pytest.mark.parametrize(
    ("ids", "count"), [(["s1", "s2", "s9"], 2), ("s1", 1), ([], 0), ((id for id in ["s3"]), 1)], ids=["list", "one", "none", "generator"]
)
def test_remove(catalogue: cm.Catalogue, ids: list[str], count: int) -> None:
    assert catalogue.remove(ids) == count
    assert len(catalogue) == 3 - count


def test_export(catalogue: cm.Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "solutions.jsonl"
    assert catalogue.export(path) == 3
    assert [json.loads(line) for line in path.read_text().splitlines()] == SOLUTIONS
    for format in ("csv", "xlsx", "parquet"):
        assert catalogue.export(tmp_path / f"out.{format}") == 3
        assert list(cm.read_solutions(tmp_path / f"out.{format}")) == list(catalogue)
    catalogue.add_challenges([cm.Challenge("c1", "T")])
    assert catalogue.export(tmp_path / "c.txt", "challenges", format="jsonl") == 1
    assert (tmp_path / "c.txt").read_text() == '{"id":"c1","title":"T"}\n'


def test_export_that_cannot_be(catalogue: cm.Catalogue, tmp_path: Path) -> None:
    with pytest.raises(cm.InvalidOptionError, match="`solutions` or `challenges`"):
        catalogue.export(tmp_path / "a.jsonl", "all")  # type: ignore[arg-type]
    with pytest.raises(cm.InvalidOptionError):
        catalogue.export(tmp_path / "a.jsonl", format="doc")  # type: ignore[arg-type]
    with pytest.raises(cm.InvalidDataError):
        catalogue.export(tmp_path / "a.doc")
    with pytest.raises(FileNotFoundError) as error:
        catalogue.export(tmp_path / "no" / "a.jsonl")
    assert str(tmp_path) in str(error.value.filename)
    with pytest.raises(IsADirectoryError):
        catalogue.export(tmp_path, format="jsonl")


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_relative_path_outlives_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for city in ("a", "b", "c"):
        (tmp_path / city).mkdir()
    for city in ("a", "b"):
        monkeypatch.chdir(tmp_path / city)
        made = cm.Catalogue.create("k.cm")
        made.add(SOLUTIONS)
    monkeypatch.chdir(tmp_path / "a")
    opened, matcher = cm.Catalogue.open("k.cm"), cm.Matcher(cm.Catalogue.open("k.cm"))
    assert opened.path == tmp_path / "a" / "k.cm" and made.path == tmp_path / "b" / "k.cm"
    before = names(tmp_path / "b")
    for city in ("b", "c"):
        monkeypatch.chdir(tmp_path / city)
        opened.add([{"id": city, "title": "Dry toilets"}])
        matcher.refresh()
        matcher.find("toilets")
    assert names(tmp_path / "b") == before and names(tmp_path / "c") == [], "nothing is written or removed elsewhere"
    assert len(cm.Catalogue.open(tmp_path / "a" / "k.cm")) == 5 and len(pickle.loads(pickle.dumps(opened))) == 5
    derived = names(tmp_path / "a" / "k.cm" / "derived")
    assert len(derived) == 2 * 3, "the three segments' files lie where their catalogue does"


def test_a_folder_that_has_gone(stored: cm.Catalogue) -> None:
    matcher, path = cm.Matcher(stored), stored.path
    assert path is not None
    path.rename(path.with_name("moved.cm"))
    calls: dict[str, Callable[[], object]] = {
        "len": lambda: len(stored),
        "add": lambda: stored.add(SOLUTIONS),
        "edit": lambda: stored.edit().__enter__(),
        "check": stored.check,
        "refresh": matcher.refresh,
    }
    for name, call in calls.items():
        with pytest.raises(cm.CatalogueStateError, match="catalogue.cm") as error:
            call()
        assert "is no catalogue (the folder is no longer there)" in str(error.value), name
    assert repr(stored) == f"<Catalogue '{path}': cannot be read>"
    assert repr(stored.challenges) == "<challenges: cannot be read>"
    assert repr(matcher).startswith("Matcher(<Catalogue")
    assert matcher.find("agua de lluvia")[0].solution_id == "s1", "what is open goes on"


def test_a_damaged_file_is_no_bug(stored: cm.Catalogue) -> None:
    assert stored.path is not None
    (fast,) = stored.path.glob("*.fast")
    good = fast.read_bytes()
    for at in range(max(0, len(good) - 160), len(good)):
        fast.unlink()
        fast.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        try:
            cm.Catalogue.open(stored.path).check()
        except cm.CatalogueFormatError as error:
            assert "is damaged" in str(error)
