"""`Solutions` and `Challenges`: two equal views of a catalogue, and their data frames."""

import inspect
from pathlib import Path
from typing import Any

import citymatch as cm
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

SOLUTION = {
    "id": "s1",
    "title": "Jardines de lluvia",
    "country": "Colombia",
    "stage": "piloto",
    "themes": ["agua", "calles"],
    "sdgs": [6, "11.5"],
    "cost": {"amount": 900, "currency": "usd"},
    "year": 2019,
    "deployments": [{"city": "Bogotá", "country": "CO", "year": 2020, "status": "activo"}],
    "phone": "123",
    "votes": 7,
}
CHALLENGE = {
    "id": "c1",
    "question": "¿Cómo evitar inundaciones?",
    "eligibility": {"stages": ["piloto"], "max_cost": {"amount": 5, "currency": "USD"}},
    "criteria": {"impact": 2},
    "winners": 3,
    "deadline": "2026-05-01",
}


@pytest.fixture
def full() -> cm.Catalogue:
    catalogue = cm.Catalogue.create()
    catalogue.add([SOLUTION, {"id": "s2", "summary": "Dry toilets", "votes": 1.5}])
    catalogue.add_challenges([CHALLENGE])
    return catalogue


def test_the_views_have_equal_methods() -> None:
    solutions, challenges = vars(cm.Solutions), vars(cm.Challenges)
    assert set(solutions) == set(challenges)
    for name in ("add", "get", "ids", "to_arrow", "to_pandas", "to_polars"):
        signatures = [
            inspect.signature(getattr(view, name)) for view in (cm.Solutions, cm.Challenges)
        ]
        assert signatures[0] == signatures[1], name


@pytest.mark.parametrize("kind", ["solutions", "challenges"])
def test_a_view(kind: str) -> None:
    catalogue = cm.Catalogue.create()
    view: Any = getattr(catalogue, kind)
    report = view.add([{"id": "b", "title": "B"}, {"id": "a", "title": "A"}])
    assert (report.added, len(view), view.ids(), [record.id for record in view]) == (
        2,
        2,
        ["a", "b"],
        ["a", "b"],
    )
    assert "a" in view and "x" not in view and None not in view
    assert view["a"].title == view.get("a").title == "A"
    assert view.get("x") is None and view.get(None) is None
    assert repr(view) == f"<2 {kind}>"
    with pytest.raises(cm.NotFoundError, match=f"^no {kind[:-1]} `x` in the catalogue$"):
        view["x"]
    with pytest.raises(TypeError, match=rf"catalogue\.{kind}\.ids\(\)"):
        view[:2]
    assert len(catalogue) == (2 if kind == "solutions" else 0)


def test_the_catalogue_is_its_solutions(full: cm.Catalogue) -> None:
    assert list(full) == list(full.solutions) and full.solutions["s1"] == full["s1"]


def test_a_view_is_added_as_its_source_wrote_it(full: cm.Catalogue) -> None:
    copy = cm.Catalogue.create()
    assert copy.add(full.solutions).added == 2
    assert copy.challenges.add(full.challenges).added == 1
    assert copy["s1"].to_dict()["stage"] == "piloto"
    assert (list(copy), list(copy.challenges)) == (list(full), list(full.challenges))


def test_columns_of_solutions(full: cm.Catalogue) -> None:
    table = full.solutions.to_arrow()
    first, second = table.to_pylist()
    assert {name: value for name, value in first.items() if value not in (None, [])} == {
        "id": "s1",
        "title": "Jardines de lluvia",
        "country": "CO",
        "themes": ["agua", "calles"],
        "sdgs": ["6", "11.5"],
        "stage": "pilot",
        "cost.amount": 900.0,
        "cost.currency": "USD",
        "year": 2019,
        "deployments": [{"city": "Bogotá", "country": "CO", "year": 2020, "status": "active"}],
        "phone": "123",
        "votes": 7.0,
    }
    assert (second["title"], second["themes"], second["year"], second["votes"]) == (
        None,
        [],
        None,
        1.5,
    )
    assert table.schema.field("year").type == pa.int64() and table.column_names[-2:] == [
        "phone",
        "votes",
    ]
    empty = cm.Catalogue.create().solutions.to_arrow()
    assert empty.num_rows == 0
    assert empty.schema.names == [
        name for name in table.schema.names if name not in ("phone", "votes")
    ]


def test_columns_of_challenges(full: cm.Catalogue) -> None:
    row = full.challenges.to_polars().row(0, named=True)
    assert {name: value for name, value in row.items() if value not in (None, [])} == {
        "id": "c1",
        "question": "¿Cómo evitar inundaciones?",
        "eligibility.stages": ["pilot"],
        "eligibility.max_cost.amount": 5.0,
        "eligibility.max_cost.currency": "USD",
        "criteria.impact": 2.0,
        "winners": 3,
        "deadline": "2026-05-01",
    }


def test_frames_are_equal(full: cm.Catalogue) -> None:
    for view in (full.solutions, full.challenges):
        table = view.to_arrow()
        assert view.to_polars().equals(pl.DataFrame(view)) and pa.table(view).equals(table)
        assert view.to_polars().to_dicts() == table.to_pylist()
        frame = view.to_pandas()
        assert list(frame.columns) == table.column_names
        for name in frame.columns:
            values = [None if value is None or value != value else value for value in frame[name]]
            assert values == table.column(name).to_pylist(), name


@pytest.mark.parametrize("library", ["to_arrow", "to_pandas", "to_polars"])
def test_a_frame_goes_in_again(full: cm.Catalogue, library: str) -> None:
    copy = cm.Catalogue.create()
    assert copy.add(getattr(full.solutions, library)()).rejected == []
    assert copy.challenges.add(getattr(full.challenges, library)()).rejected == []
    for name in ("title", "country", "themes", "sdgs", "stage", "cost", "year", "deployments"):
        assert getattr(copy["s1"], name) == getattr(full["s1"], name), name
    assert copy.challenges["c1"].eligibility == full.challenges["c1"].eligibility
    assert copy.challenges["c1"].criteria == {"impact": 2.0}


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        (["title", "id"], ["title", "id"]),
        ("stage", ["stage"]),
        (["cost"], ["cost.amount", "cost.currency"]),
        (["cost.currency", "cost"], ["cost.currency", "cost.amount"]),
        (["phone", "phone"], ["phone"]),
        ([], []),
    ],
    ids=["order", "one", "group", "part and group", "unknown to citymatch, twice", "none"],
)
def test_fields_are_chosen(full: cm.Catalogue, fields: Any, columns: list[str]) -> None:
    assert full.solutions.to_arrow(fields=fields).column_names == columns
    assert list(full.solutions.to_pandas(fields=fields).columns) == columns
    assert full.solutions.to_polars(fields=fields).columns == columns
    assert full.solutions.to_arrow(fields=fields).num_rows == 2


@pytest.mark.parametrize("fields", [["titel"], [5], 5, ["cost.x"]], ids=repr)
def test_a_field_that_nothing_has(full: cm.Catalogue, fields: Any) -> None:
    with pytest.raises(cm.InvalidOptionError) as error:
        full.solutions.to_pandas(fields=fields)
    assert error.value.name == "fields"


MIXED: dict[str, tuple[list[Any], list[Any]]] = {
    "whole numbers": ([1, 2], [1, 2]),
    "numbers": ([1, 2.5], [1.0, 2.5]),
    "flags": ([True, None], [True, None]),
    "texts": (["a", None], ["a", None]),
    "text and number": (["a", 1], ["a", "1"]),
    "flag and number": ([True, 1], ["true", "1"]),
    "list": ([["a", 1], "b"], ['["a",1]', "b"]),
}


@pytest.mark.parametrize(("values", "column"), MIXED.values(), ids=MIXED)
def test_a_field_of_several_types(values: list[Any], column: list[Any]) -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": str(i), "title": "T", "note": value} for i, value in enumerate(values)])
    assert catalogue.solutions.to_arrow(fields="note").column("note").to_pylist() == column


def test_a_repr_never_raises(tmp_path: Path) -> None:
    catalogue = cm.Catalogue.create(tmp_path / "k.cm")
    matcher = cm.Matcher(catalogue)
    (tmp_path / "k.cm" / "meta.json").unlink()
    assert repr(catalogue) == f"<Catalogue '{tmp_path / 'k.cm'}': cannot be read>"
    assert repr(catalogue.solutions) == "<solutions: cannot be read>"
    assert repr(catalogue.challenges) == "<challenges: cannot be read>"
    assert "cannot be read" in repr(matcher)
    with pytest.raises(cm.CityMatchError):
        len(catalogue.solutions)


def test_pandas_needs_no_pyarrow(full: cm.Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert isinstance(full.solutions.to_pandas(), pd.DataFrame)
    with pytest.raises(ImportError):
        full.solutions.to_arrow()
