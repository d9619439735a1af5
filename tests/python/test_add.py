"""`Catalogue.add`: what goes in, and what is rejected with its row and field."""

from collections.abc import Iterator
from typing import Any

import citymatch as cm
import pytest

# What is rejected is the subject here; test_report.py has the warning.
pytestmark = pytest.mark.filterwarnings("ignore::citymatch.RejectedRowsWarning")


def test_objects_and_mappings_mixed_from_a_generator() -> None:
    def records() -> Iterator[Any]:
        yield cm.Solution("s1", "Rain gardens")
        yield {"id": 2, "title": "Dry toilets", "cost.amount": 5, "cost.currency": "USD"}

    catalogue = cm.Catalogue.create()
    report = catalogue.add(records())
    assert (report.added, report.replaced, report.rejected, report.warnings) == (2, 0, [], [])
    assert catalogue["2"].cost == {"amount": 5.0, "currency": "USD"}
    assert catalogue.add({"id": "s1", "title": "One record is a list of one"}).replaced == 1
    assert catalogue.add(cm.Solution("s3", "T")).added == 1
    assert catalogue.add([]) == cm.AddReport(0, 0)


BAD: list[tuple[str, Any, str, str]] = [
    ("empty_id", {"id": "", "title": "T"}, "id", ""),
    ("no_id", {"title": "T"}, "id", ""),
    ("no_text", {"id": "x", "country": "BR"}, "title", ""),
    ("long_text", {"id": "x", "title": "T" * 1_000_001}, "title", "1000001 bytes of text"),
    ("control_character", {"id": "x", "title": "a\x07b"}, "title", "\x07"),
    ("nul", {"id": "x", "title": "T", "extra": "a\0b"}, "extra", "\0"),
    ("lone_surrogate", {"id": "x", "title": "a\ud800b"}, "title", "a\ufffd"),
    ("placeholders", {"id": "x", "title": "No aplica", "problem": "N/A"}, "title", "No aplica"),
    ("not_a_record", 5, "record", "5"),
    ("a_challenge", cm.Challenge("x", "T"), "record", "Challenge"),
    ("none", None, "record", "None"),
    ("name_no_text", {"id": "x", "title": "T", 5: "?"}, "record", "5"),
]


@pytest.mark.parametrize(("record", "field", "value"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_row_is_rejected_and_the_others_go_in(record: Any, field: str, value: str) -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add([{"id": "a", "title": "A"}, record, {"id": "b", "title": "B"}])
    assert (report.added, len(catalogue), len(report.rejected)) == (2, 2, 1)
    rejected = report.rejected[0]
    assert (rejected.file, rejected.row, rejected.field) == (None, 2, field)
    assert rejected.value.startswith(value)
    assert rejected.message.startswith("row 2: ") and rejected.expected in rejected.message
    rejected.message.encode()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("language", "fr", "fr"),
        ("country", "Chile, Perú", "Chile, Perú"),
        ("stage", "pilto", "pilto"),
        ("sdgs", [6, 18], "18"),
        ("cost", {"amount": "12.000", "currency": "USD"}, "12.000"),
        ("year", "pronto", "pronto"),
    ],
)
def test_a_value_that_is_not_understood_is_kept_and_told(name: str, value: Any, shown: str) -> None:
    catalogue = cm.Catalogue.create()
    rows = [{"id": id, "title": "T", name: value} for id in "ab"]
    report = catalogue.add(rows)
    assert (report.added, report.rejected, report.rows) == (2, [], 2)
    (unclear,) = report.unclear
    assert unclear.field.split(".")[0] == name
    assert (unclear.rows, unclear.values) == (2, [(shown, 2)])
    assert [warning.message for warning in report.warnings] == [str(unclear)]
    assert f"`{shown}` (2)" in str(report) and "understood is" in report._repr_html_()
    assert catalogue["a"].to_dict()[name] == value
    assert catalogue["a"].extra[name] == value
    with pytest.raises(cm.InvalidDataError, match=name):
        catalogue.add(rows, on_error="raise")


def test_a_dry_run_adds_nothing(tmp_path: Any) -> None:
    path = tmp_path / "s.csv"
    path.write_text("Código,Nombre,Tel\ns1,Pozos,5\ns2,,5\n", encoding="utf-8")
    catalogue = cm.Catalogue.create()
    report = catalogue.add(cm.read_solutions(path), dry_run=True)
    assert (report.added, len(report.rejected), report.dry_run, len(catalogue)) == (1, 1, True, 0)
    assert report.source is not None
    assert report.source.columns == [("Código", "id"), ("Nombre", "title"), ("Tel", None)]
    assert "  Tel: kept, not matched" in str(report).splitlines()
    assert "nothing was added" in report._repr_html_()


def test_rows_without_ids_are_numbered_by_what_they_say(tmp_path: Any) -> None:
    path = tmp_path / "form.csv"
    path.write_text("Nombre,Etapa\nPozos,piloto\nHuertas,idea\n", encoding="utf-8")
    with pytest.raises(cm.InvalidDataError, match="--ids row"):
        cm.read_solutions(path)
    catalogue = cm.Catalogue.create()
    assert catalogue.add(cm.read_solutions(path, ids="row")).added == 2
    rows = [{"title": "Huertas", "stage": "idea"}, {"title": "Pozos", "stage": "piloto"}]
    assert catalogue.add(rows, ids="row").replaced == 2
    with pytest.raises(cm.InvalidOptionError, match="`ids`"):
        catalogue.add(rows, ids="column")  # type: ignore[arg-type]


def test_the_first_of_two_with_an_id_stays() -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add([{"id": "s1", "title": "First"}, {"id": "s2", "title": "T"}, {"id": "s1", "title": "Second"}])
    assert [str(rejected) for rejected in report.rejected] == ["row 3: `id` cannot be `s1` (expected an id that is not in row 1 already)"]
    assert catalogue["s1"].title == "First"


def test_an_id_is_a_solution_or_a_challenge(catalogue: cm.Catalogue) -> None:
    report = catalogue.add_challenges([cm.Challenge("s1", "T"), cm.Challenge("c1", "T")])
    assert (report.added, report.rejected[0].field, report.rejected[0].expected) == (1, "id", "an id that no solution has")
    assert catalogue.add([{"id": "c1", "title": "T"}]).rejected[0].expected == "an id that no challenge has"


def test_text_limit() -> None:
    catalogue = cm.Catalogue.create()
    assert catalogue.add([{"id": "s1", "title": "T" * 11}], text_limit=10).rejected[0].expected == "at most 10 bytes"
    assert catalogue.add([{"id": "s1", "title": "T" * 1_500_000}], text_limit=2_000_000).added == 1
    with pytest.raises(cm.InvalidOptionError):
        catalogue.add([], text_limit=-1)


def test_near_misses_warn_once() -> None:
    records = [{"id": "s1", "title": "T"}, {"id": "s2", "title": "T", "sumary": "S"}, {"id": "s3", "title": "T", "sumary": "S"}]
    catalogue = cm.Catalogue.create()
    report = catalogue.add(records)
    assert [(warning.row, warning.field, warning.known) for warning in report.warnings] == [(2, "sumary", "summary")]
    assert catalogue["s2"].extra == {"sumary": "S"}


@pytest.mark.parametrize("records", [5, None, "solutions.csv", b"bytes", object()], ids=repr)
def test_what_is_no_records_at_all(records: Any) -> None:
    with pytest.raises(TypeError, match="expected records"):
        cm.Catalogue.create().add(records)


def test_an_exception_in_a_generator_adds_nothing() -> None:
    def records() -> Iterator[Any]:
        yield {"id": "s1", "title": "T"}
        raise RuntimeError("broken")

    catalogue = cm.Catalogue.create()
    with pytest.raises(RuntimeError, match="broken"):
        catalogue.add(records())
    assert len(catalogue) == 0
    assert catalogue.add([{"id": "s1", "title": "T"}]).added == 1


def test_report_shows_itself() -> None:
    report = cm.Catalogue.create().add([{"id": "s1", "title": "T", "stage": "<b>"}])
    assert repr(report) == "AddReport(added=1, replaced=0, rejected=0, warnings=1)"
    assert "&lt;b&gt;" in report._repr_html_() and "<b>" not in report._repr_html_()
