"""Tables in: Arrow, pandas and polars."""

import datetime
import decimal
import sys
from pathlib import Path
from typing import Any

import citymatch as cm
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

# What is rejected is the subject here; test_report.py has the warning.
pytestmark = pytest.mark.filterwarnings("ignore::citymatch.RejectedRowsWarning")

ROWS: list[dict[str, Any]] = [
    {"id": "s1", "title": "Jardins", "themes": ["água", "rua"], "cost.amount": 900.0, "cost.currency": "USD", "year": 2017, "note": None},
    {"id": "s2", "title": None, "themes": None, "cost.amount": float("nan"), "cost.currency": "USD", "year": None, "note": "n"},
    {"id": "s3", "title": "Wells", "themes": [], "cost.amount": None, "cost.currency": None, "year": 1999, "note": None},
]
# Its index has a gap, so pandas hands it over as a column.
FILTERED = pd.DataFrame([ROWS[0], {"id": "out"}, *ROWS[1:]])[lambda frame: frame["id"] != "out"]
TABLES = {
    "pyarrow": lambda: pa.Table.from_pylist(ROWS),
    "pyarrow_batches": lambda: pa.RecordBatchReader.from_batches(
        pa.Table.from_pylist(ROWS).schema, pa.Table.from_pylist(ROWS).to_batches(2)
    ),
    "polars": lambda: pl.DataFrame(ROWS, strict=False),
    "pandas": lambda: pd.DataFrame(ROWS),
    "pandas_nullable": lambda: pd.DataFrame(ROWS).convert_dtypes(),
    "pandas_filtered": lambda: FILTERED,
    "arrow_of_filtered": lambda: pa.Table.from_pandas(FILTERED),
    "pandas_indexed": lambda: pd.DataFrame(ROWS).set_index("id"),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_of_solutions(table: Any) -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add(table())
    assert (report.added, [(rejected.row, rejected.field) for rejected in report.rejected]) == (2, [(2, "title")])
    first = catalogue["s1"]
    assert (first.themes, first.cost, first.year, first.extra) == (["água", "rua"], {"amount": 900.0, "currency": "USD"}, 2017, {})
    assert (catalogue["s3"].cost, catalogue["s3"].year) == (None, 1999)


@pytest.mark.parametrize("name", ["pandas", "pandas_nullable", "pandas_filtered", "pandas_indexed"])
def test_pandas_without_pyarrow(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = TABLES[name]()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr(pd.DataFrame, "__arrow_c_stream__", _no_pyarrow, raising=False)
    test_a_table_of_solutions(lambda: frame)


def _no_pyarrow(self: object, requested_schema: object = None) -> object:
    raise ImportError("Missing optional dependency 'pyarrow'")


COLUMNS = {
    "utf8": pa.array(["Água"], pa.string()),
    "large_utf8": pa.array(["Água"], pa.large_string()),
    "utf8_view": pa.array(["Água"], pa.string_view()),
    "dictionary": pa.array(["Água"]).dictionary_encode(),
}


@pytest.mark.parametrize("title", COLUMNS.values(), ids=COLUMNS)
def test_text_in_every_form(title: Any) -> None:
    catalogue = cm.Catalogue.create()
    assert catalogue.add(pa.table({"id": title, "title": title})).added == 1
    assert catalogue["Água"].title == "Água"


VALUES: dict[str, tuple[Any, Any]] = {
    "int8": (pa.array([7], pa.int8()), 7),
    "uint64": (pa.array([2**64 - 1], pa.uint64()), 2**64 - 1),
    "float16": (pa.array([1.5], pa.float16()), 1.5),
    "float32": (pa.array([1.5], pa.float32()), 1.5),
    "whole_float": (pa.array([2.0]), 2.0),
    "nan": (pa.array([float("nan")]), None),
    "bool": (pa.array([True]), True),
    "null": (pa.array([None]), None),
    "decimal": (pa.array([decimal.Decimal("1.50")]), "1.50"),
    "date": (pa.array([datetime.date(2026, 5, 1)]), "2026-05-01"),
    "timestamp_at_midnight": (pa.array([datetime.datetime(2026, 5, 1)]), "2026-05-01"),
    "timestamp": (pa.array([datetime.datetime(2026, 5, 1, 12)]), "2026-05-01T12:00:00"),
    "list": (pa.array([[1, None, 2]]), [1, None, 2]),
    "large_list": (pa.array([["a"]], pa.large_list(pa.string())), ["a"]),
    "fixed_list": (pa.array([[1, 2]], pa.list_(pa.int64(), 2)), [1, 2]),
    "struct": (pa.array([{"a": 1, "b": None, "c": {"d": ["x"]}}]), {"a": 1, "c": {"d": ["x"]}}),
    "null_in_dictionary": (pa.DictionaryArray.from_arrays(pa.array([None], pa.int8()), ["a"]), None),
}


@pytest.mark.parametrize(("column", "value"), VALUES.values(), ids=VALUES)
def test_values_of_every_type(column: Any, value: Any) -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add(pa.table({"id": ["s1"], "title": ["T"], "note": column}))
    assert report.rejected == []
    assert catalogue["s1"].extra == ({} if value is None else {"note": value})


def test_nested_fields_as_structs() -> None:
    record = {
        "id": "c1",
        "title": "T",
        "eligibility": {"stages": ["pilot"], "max_cost": {"amount": 5.0, "currency": "USD"}},
        "criteria": {"innovation": 2.0},
        "deadline": datetime.date(2026, 5, 1),
    }
    for table in (pa.Table.from_pylist([record]), pl.DataFrame([record]), pd.DataFrame([record])):
        catalogue = cm.Catalogue.create()
        assert catalogue.add_challenges(table).rejected == []
        challenge = catalogue.challenges["c1"]
        assert challenge.eligibility == cm.Eligibility(stages=["pilot"], max_cost={"amount": 5, "currency": "USD"})
        assert (challenge.criteria, challenge.deadline) == ({"innovation": 2.0}, "2026-05-01")


def test_cells_as_csv_files_have_them() -> None:
    """What `pandas.read_csv` gives: lists and objects are texts."""
    frame = pd.DataFrame(
        [{"id": 7, "title": "T", "themes": "água; rua|sol", "sdgs": "6;11.5", "deployments": '[{"city": "Quito"}]', "cost.amount": "5"}]
    )
    catalogue = cm.Catalogue.create()
    assert catalogue.add(frame).rejected == []
    solution = catalogue["7"]
    assert (solution.themes, solution.sdgs, solution.deployments[0]["city"]) == (["água", "rua", "sol"], [6, "11.5"], "Quito")
    challenges = pl.DataFrame({"id": ["c1"], "title": ["T"], "eligibility.countries": ["BR;UY"], "criteria.impact": [2]})
    assert catalogue.add_challenges(challenges).rejected == []
    assert catalogue.challenges["c1"].eligibility.countries == ["BR", "UY"]
    assert catalogue.challenges["c1"].criteria == {"impact": 2.0}


def test_a_currency_without_an_amount_is_no_cost() -> None:
    catalogue = cm.Catalogue.create()
    assert catalogue.add(pd.DataFrame({"id": ["s1"], "title": ["T"], "cost.currency": ["USD"]})).added == 1
    assert (catalogue["s1"].cost, catalogue["s1"].extra) == (None, {"cost.currency": "USD"})


def test_mixed_types_that_arrow_has_no_word_for() -> None:
    frame = pd.DataFrame({"id": [1, "s2"], "title": ["A", np.nan]})
    report = cm.Catalogue.create().add(frame)
    assert (report.added, report.rejected[0].row) == (1, 2)


@pytest.mark.parametrize(
    "table",
    [
        pa.Table.from_arrays([pa.array(["s1"]), pa.array(["A"]), pa.array(["B"])], names=["id", "title", "title"]),
        pd.DataFrame([["s1", "A", "B"]], columns=["id", "title", "title"]),
        pa.chunked_array([["s1"]]),
        pd.Series(["s1"]),
    ],
    ids=["pyarrow_same_names", "pandas_same_names", "no_table", "pandas_series"],
)
def test_tables_that_are_none(table: Any) -> None:
    with pytest.raises(cm.InvalidDataError) as error:
        cm.Catalogue.create().add(table)
    assert error.value.field == "table"


def test_a_column_that_cannot_be_read_rejects_its_rows() -> None:
    report = cm.Catalogue.create().add(pa.table({"id": ["s1"], "title": ["T"], "blob": [b"\xff"]}))
    assert (report.rejected[0].row, report.rejected[0].field, report.rejected[0].value) == (1, "blob", "Binary")


def test_text_that_is_no_utf8_is_refused() -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers())
    with pytest.raises(cm.InvalidDataError):
        cm.Catalogue.create().add(pa.table({"id": ["s1"], "title": broken}))


def test_columns_of_frames_are_understood_as_headers_of_files_are() -> None:
    catalogue = cm.Catalogue.create()
    frame = pd.DataFrame({"Código": [12, 13, None], "Nombre": ["Doce", "Trece", "Sin id"]})
    report = catalogue.add(frame)
    assert (report.added, len(report.rejected)) == (2, 1)
    assert [solution.id for solution in catalogue.solutions] == ["12", "13"]


def test_a_frame_without_ids_is_one_error() -> None:
    frame = pd.DataFrame({"Nombre": ["Doce", "Trece"]})
    with pytest.raises(cm.InvalidDataError, match="`id` cannot be `missing`"):
        cm.Catalogue.create().add(frame)
    assert cm.Catalogue.create().add(frame, ids="row").added == 2


FORMS: dict[str, Any] = {
    "pandas": lambda rows: pd.DataFrame(rows),
    "polars": lambda rows: pl.DataFrame(rows),
    "pyarrow": lambda rows: pa.table(rows),
    "pandas_of_mixed_types": lambda rows: pd.DataFrame({**rows, "mixed": [1, "a"]}),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_frames_are_read_as_files_are(form: Any, tmp_path: Path) -> None:
    rows = {
        "Folio": ["s1", "s2"],
        "Título": ["Doce", "Trece"],
        "Descrição": ["Retêm água", ""],
        "ODS": ["6;11", "3"],
        "Costo (USD)": ["1.200,50", "25"],
        "Etapa": ["piloto", "pilto"],
        "temas": ["agua, calle", "sol"],
        "Tel": ["5", "6"],
    }
    path = tmp_path / "s.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    columns = {"Folio": "id"}
    by_file, by_frame = cm.Catalogue.create(), cm.Catalogue.create()
    file_report = by_file.add(cm.read_solutions(path, columns=columns))
    report = by_frame.add(form(rows), columns=columns)
    assert report.added == file_report.added == 2
    for id in ("s1", "s2"):
        solution = by_frame[id].to_dict()
        solution.pop("mixed", None)
        assert solution == by_file[id].to_dict()
    assert by_frame["s2"].extra["Etapa"] == "pilto"
    assert report.source is not None and file_report.source is not None
    assert (report.source.file, report.source.format) == (None, "table")
    assert report.source.columns[:8] == file_report.source.columns
    assert "  Título → title" in str(report).splitlines() and "Título" in report._repr_html_()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_table_without_ids_is_one_error(form: Any) -> None:
    catalogue = cm.Catalogue.create()
    table = form({"Nombre": ["Doce", "Trece"], "Tel": [1, 2]})
    with pytest.raises(cm.InvalidDataError) as error:
        catalogue.add(table)
    message = str(error.value)
    assert '`columns={"HEADER": "id"}`' in message and '`ids="row"`' in message
    assert message.endswith("; nothing was added") and "--" not in message
    assert catalogue.add(table, ids="row").added == 2
    with pytest.raises(cm.InvalidDataError, match="`columns` cannot be `X`"):
        catalogue.add(table, columns={"X": "id"})
    assert catalogue.add(table, columns={"tel": "id"}).added == 2
    assert catalogue.add(table, columns={"Tel": "extra.Tel"}, ids="row").rejected == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_whole_numbers_are_ids_also_where_one_is_missing(form: Any) -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add(form({"id": [12.0, float("nan")], "title": ["Doce", "Sin id"]}))
    assert (report.added, [row.row for row in report.rejected], catalogue.solutions.ids()) == (1, [2], ["12"])


def test_whole_costs_and_amounts_in_one_column() -> None:
    catalogue = cm.Catalogue.create()
    costs = [{"amount": 5.0, "currency": "USD"}, None]
    assert catalogue.add(pl.DataFrame({"id": ["s1", "s2"], "title": ["T", "U"], "cost": costs})).added == 2
    assert (catalogue["s1"].cost, catalogue["s2"].cost) == ({"amount": 5.0, "currency": "USD"}, None)
    text = pd.DataFrame({"id": ["s3"], "title": ["T"], "cost": ['{"amount": 5, "currency": "USD"}']})
    assert (catalogue.add(text).unclear, catalogue["s3"].cost) == ([], {"amount": 5.0, "currency": "USD"})
    assert catalogue.add(pd.DataFrame({"id": ["s4"], "title": ["T"], "cost": [7], "Moneda": ["USD"]})).added == 1
    assert catalogue["s4"].cost == {"amount": 7.0, "currency": "USD"}


def test_dates_of_a_column_are_read_in_one_order() -> None:
    frame = pd.DataFrame({"id": ["c1", "c2"], "question": ["¿?a", "b"], "Fecha límite": ["03/04/2026", "31/03/2026"]})
    catalogue = cm.Catalogue.create()
    report = catalogue.add_challenges(frame)
    assert catalogue.challenges["c1"].deadline == "2026-04-03"
    assert any("day first" in note for note in report.notes) and "day first" in str(report)
    mappings: list[Any] = frame.to_dict("records")
    report = catalogue.add_challenges(mappings)
    assert catalogue.challenges["c1"].deadline == "2026-04-03"
    assert any("day first" in note for note in report.notes) and "day first" in str(report)


def test_frames_of_challenges_to_be_asked_need_no_ids() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    matcher = cm.Matcher(catalogue)
    frame = pd.DataFrame({"Pregunta": ["How to keep the rain?", "Where to plant gardens?"]})
    forms: list[Any] = [frame, frame.to_dict("records"), pl.DataFrame(frame.to_dict("list"))]
    for asks in forms:
        assert list(matcher.find_all(asks).to_dict()) == ["1", "2"]
