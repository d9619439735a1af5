"""`Catalogue.add`: what goes in, and what is rejected with its row and field."""

from collections.abc import Iterator
from typing import Any

import citymatch as cm
import pandas as pd
import pytest
from conftest import shown

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
    with pytest.raises(cm.InvalidDataError, match=r'`columns=\{"HEADER": "id"\}`.*`ids="row"`') as error:
        cm.read_solutions(path)
    assert "--" not in str(error.value)
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


@pytest.mark.parametrize("records", [5, None, "solutions.csv", b"bytes", object()], ids=shown)
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


def test_keys_of_mappings_are_understood_as_headers_of_files_are() -> None:
    rows: list[dict[str, Any]] = [
        {"Código": 12.0, "Nombre": "Doce", "ODS": "6;11", "Etapa": "piloto", "Costo (USD)": "1200", "Tel": 5},
        {"Código": "s2", "Descrição": "Retêm água", "temas": "agua; calle"},
        {"id": "s3", "title": "Pozos", "themes": "agua; calle", "extra.ciudad": "Quito"},
    ]
    catalogue = cm.Catalogue.create()
    report = catalogue.add(rows)
    assert (report.added, report.rejected) == (3, [])
    first = catalogue["12"]
    assert (first.title, first.sdgs, first.stage, first.extra) == ("Doce", [6, 11], "pilot", {"Tel": 5})
    assert first.cost == {"amount": 1200.0, "currency": "USD"}
    assert (catalogue["s2"].description, catalogue["s2"].themes) == ("Retêm água", ["agua", "calle"])
    assert (catalogue["s3"].themes, catalogue["s3"].extra) == (["agua", "calle"], {"ciudad": "Quito"})
    assert report.source is not None
    assert (report.source.file, report.source.format) == (None, "list")
    columns = dict(report.source.columns)
    assert columns["Código"] == "id" and columns["Tel"] is None and "title" not in columns
    assert "  Código → id" in str(report).splitlines()


def test_columns_say_what_a_key_is() -> None:
    catalogue = cm.Catalogue.create()
    rows = [{"Folio": 1, "Obra": "Pozos"}, {"Folio": 2, "Obra": "Huertas", "Etapa": "x"}]
    columns = {"Folio": "id", "obra": "title", "Etapa": "extra.Etapa"}
    assert catalogue.add(rows, columns=columns).added == 2
    assert (catalogue["2"].title, catalogue["2"].extra) == ("Huertas", {"Etapa": "x"})
    assert catalogue.add_challenges([{"Folio": "c", "Reto": "x"}], columns={"Folio": "id", "Reto": "question"}).added == 1
    for wrong, message in [({"Clase": "city"}, "one of the keys `Folio`, `Obra`"), ({"Obra": "titel"}, "one of the fields `id`")]:
        with pytest.raises(ValueError, match=message):
            catalogue.add(rows, columns={"Folio": "id"} | wrong)
    with pytest.raises(cm.InvalidOptionError, match="a mapping of headers"):
        catalogue.add(rows, columns=["Folio"])  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 3, 2_000])
def test_mappings_without_ids_are_one_error(count: int) -> None:
    catalogue = cm.Catalogue.create()
    rows = [{"Nombre": f"Pozo {number}"} for number in range(count)]
    with pytest.raises(cm.InvalidDataError) as error:
        catalogue.add(rows)
    message = str(error.value)
    assert message.startswith("`id` cannot be `missing` (expected a key for it among the keys `Nombre`: ")
    assert '`columns={"HEADER": "id"}`' in message and '`ids="row"`' in message
    assert message.endswith("; nothing was added") and "--" not in message
    assert (error.value.field, error.value.committed) == ("id", False)
    assert catalogue.add(rows, ids="row").added == count
    # One id among them, and the others are wrong rows.
    report = catalogue.add([*rows[:2], {"id": "s1", "Nombre": "Pozo"}])
    assert (report.added, len(report.rejected)) == (1, min(count, 2))


def test_what_fails_before_it_begins_says_that_nothing_was_added() -> None:
    catalogue = cm.Catalogue.create()
    with catalogue.edit(), pytest.raises(cm.CatalogueLockedError, match="; nothing was added$"):
        catalogue.add([{"id": "s1", "title": "T"}])
    with catalogue.edit(), pytest.raises(cm.CatalogueLockedError) as error:
        catalogue.remove(["s1"])
    assert "added" not in str(error.value)


def test_a_report_shows_what_was_read(tmp_path: Any) -> None:
    path = tmp_path / "s.csv"
    rows = "".join(f"s{row};Pozo;x{row};{row}\n" for row in range(60))
    path.write_text(f"id;Nombre;Etapa;Tel\n{rows} s1 ;;;\ns99;N/A;;\n", encoding="utf-8")
    report = cm.Catalogue.create().add(cm.read_solutions(path))
    assert (report.rows, report.added, report.copies, report.trimmed_ids) == (62, 60, 59, 0)
    text, html = str(report), report._repr_html_()
    assert text.splitlines()[0] == "62 rows read: 60 added, 0 replaced, 2 rejected"
    for part in ["Nombre → title", "Tel: kept, not matched", "delimiter `;`", "headers in row 1", "59 have the texts"]:
        assert part in text, part
    for part in ["62 rows read", "Nombre", "kept, not matched", "headers in row 1", "understood is", "59 have the texts"]:
        assert part in html, part
    assert len(text) < 4_000 and len(html) < 6_000


def test_notes_and_columns_of_a_wide_table_are_summed_up(tmp_path: Any) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("id,title" + ",x" * 4_000 + "\ns1,T" + ",1" * 4_000 + "\n", encoding="utf-8")
    records = cm.read_solutions(path)
    assert len(records.notes) <= 3 and max(map(len, records.notes)) < 300
    report = cm.Catalogue.create().add(records)
    assert report.notes == records.notes
    assert len(str(report).splitlines()) < 60 and len(report._repr_html_()) < 8_000


@pytest.mark.parametrize("form", ["file", "frame", "mappings"])
def test_a_part_that_is_not_understood_is_kept_under_its_name(tmp_path: Any, form: str) -> None:
    row = {"id": "s1", "title": "T", "cost.amount": "12.000", "cost.currency": "USD"}
    path = tmp_path / "s.csv"
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    forms: dict[str, Any] = {"file": lambda: cm.read_solutions(path), "frame": lambda: pd.DataFrame([row]), "mappings": lambda: [row]}
    catalogue = cm.Catalogue.create()
    report = catalogue.add(forms[form]())
    assert [(field.field, field.values) for field in report.unclear] == [("cost.amount", [("12.000", 1)])]
    assert catalogue["s1"].cost is None
    assert catalogue["s1"].extra == {"cost.amount": "12.000", "cost.currency": "USD"}
