"""`read_solutions`, `read_challenges` and the `Records` they give."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import citymatch as cm
import pandas
import polars
import pytest

# What is rejected is the subject here; test_report.py has the warning.
pytestmark = pytest.mark.filterwarnings("ignore::citymatch.RejectedRowsWarning")

LINES = '{"id": "s1", "title": "Rain gardens"}\n{"id": "s2", "title": {"es": "x"}}\n{"id": "s3", "title": "We\n'


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    path = tmp_path / "solutions.jsonl"
    path.write_text(LINES)
    return path


def test_records_and_what_is_none(jsonl: Path) -> None:
    records = cm.read_solutions(jsonl)
    assert (len(records), [record.id for record in records], records[-1].title, records[0:1]) == (1, ["s1"], "Rain gardens", [records[0]])
    assert [(rejected.file, rejected.row, rejected.field) for rejected in records.rejected] == [
        (str(jsonl), 2, "title"),
        (str(jsonl), 3, "record"),
    ]
    assert repr(records) == f"<Records of '{jsonl}': 1 solutions, 2 rejected>"
    with pytest.raises(IndexError):
        records[1]


def test_rejected_rows_are_in_the_report_with_their_places(jsonl: Path) -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add(cm.read_solutions(jsonl))
    assert (report.added, [(rejected.file, rejected.row) for rejected in report.rejected]) == (1, [(str(jsonl), 2), (str(jsonl), 3)])
    assert report.rejected[0].message.startswith(f"`{jsonl}`, row 2: `title` cannot be")


def test_csv_with_options(tmp_path: Path) -> None:
    path = tmp_path / "soluciones.txt"
    path.write_bytes("Código|Nombre corto|Notas\ns1|Jardines de niños|x\n".encode("cp1252"))
    records = cm.read_solutions(path, columns={"Nombre corto": "title"}, format="csv", delimiter="|", encoding="windows-1252")
    assert records[0].to_dict() == {"id": "s1", "title": "Jardines de niños", "Notas": "x"}
    assert any("Notas" in note for note in records.notes)


def test_parquet(tmp_path: Path) -> None:
    """Files of polars, of pandas (with pyarrow) and of citymatch itself, nested columns too."""
    columns = {"Código": ["s1", "s2"], "Nombre corto": ["Pozos", "N/A"], "Temas": [["agua", "a;b"], None], "Costo (USD)": [5.5, None]}
    polars.DataFrame(columns).write_parquet(tmp_path / "polars.parquet")
    for compression in ("snappy", "gzip", "zstd", "lz4"):
        pandas.DataFrame(columns).to_parquet(tmp_path / f"{compression}.parquet", compression=compression)
    for name in ("polars", "snappy", "gzip", "zstd", "lz4"):
        path = tmp_path / f"{name}.parquet"
        with pytest.raises(cm.InvalidDataError, match="`columns`"):
            cm.read_solutions(path, columns={"Nombre": "title"})
        records = cm.read_solutions(path, columns={"nombre corto": "title"})
        assert records[0].to_dict() == {"id": "s1", "title": "Pozos", "themes": ["agua", "a;b"], "cost": {"amount": 5.5, "currency": "USD"}}
        report = cm.Catalogue.create().add(records)
        assert (report.added, [(one.file, one.row, one.field) for one in report.rejected]) == (1, [(str(path), 2, "title")]), name
    catalogue = cm.Catalogue.create()
    catalogue.add(records[:1])
    assert catalogue.export(tmp_path / "out.data", format="parquet") == 1
    table = polars.read_parquet(tmp_path / "out.data")
    assert table.select("id", "title", "cost.amount").row(0) == ("s1", "Pozos", 5.5)
    assert list(cm.read_solutions(tmp_path / "out.data", format="parquet")) == list(catalogue)
    whole = (tmp_path / "snappy.parquet").read_bytes()
    for part in (b"", b"PAR1", b"PARE", whole[: len(whole) // 2], b"id,title\n"):
        (tmp_path / "cut.parquet").write_bytes(part)
        with pytest.raises(cm.InvalidDataError, match="`content` cannot be") as wrong:
            cm.read_solutions(tmp_path / "cut.parquet")
        assert wrong.value.file == str(tmp_path / "cut.parquet")


def test_challenges(tmp_path: Path, catalogue: cm.Catalogue) -> None:
    path = tmp_path / "challenges.csv"
    path.write_text("id,question,eligibility.stages\nc1,¿Cómo retener la lluvia?,pilot;idea\n", encoding="utf-8")
    records = cm.read_challenges(path)
    assert records[0].eligibility.stages == ["pilot", "idea"]
    assert len(cm.Matcher(catalogue).find_all(records)) == 1
    assert catalogue.add_challenges(records).added == 1
    with pytest.raises(TypeError, match="expected solutions, not the challenges of a file"):
        catalogue.add(records)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "a.xlsx").write_text("id,title\ns1,T\n")
    (tmp_path / "b.csv").write_text("name,title\ns1,T\n")
    (tmp_path / "c.doc").write_text("")
    for name, error in {"no.csv": FileNotFoundError, "folder.csv": IsADirectoryError, "c.doc": cm.InvalidDataError}.items():
        with pytest.raises(error) as raised:
            cm.read_solutions(tmp_path / name)
        assert name in str(raised.value)
    for name in ("a.xlsx", "b.csv"):
        with pytest.raises(cm.InvalidDataError) as invalid:
            cm.read_solutions(tmp_path / name)
        assert invalid.value.file == str(tmp_path / name)


@pytest.mark.parametrize(
    "options",
    [
        {"format": "doc"},
        {"format": 5},
        {"delimiter": ";;"},
        {"delimiter": "é"},
        {"encoding": "klingon"},
        {"columns": {"nope": "title"}},
        {"columns": {1: 2}},
    ],
    ids=repr,
)
def test_options_that_cannot_be(tmp_path: Path, options: dict[str, Any]) -> None:
    (tmp_path / "a.csv").write_text("id,title\ns1,T\n")
    with pytest.raises((cm.InvalidOptionError, cm.InvalidDataError)):
        cm.read_solutions(tmp_path / "a.csv", **options)


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such rights there")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title\n")
    path.chmod(0)
    # In a process of its own, which gives up the rights of root if it has them.
    code = f"""
import os
import citymatch as cm
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    cm.read_solutions({str(path)!r})
except PermissionError as error:
    print(error.filename)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(path), done.stderr
