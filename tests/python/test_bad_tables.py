"""Tables as they come: each outcome is right, or one clear sentence. Every case goes through pandas, polars, pyarrow and DuckDB."""

import datetime
import math
from collections.abc import Callable, Iterator
from typing import Any

import citymatch as cm
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::citymatch.RejectedRowsWarning")

Columns = dict[str, list[Any]]


def of_duckdb(columns: Columns) -> Any:
    arrow = pa.table(columns)  # noqa: F841 — DuckDB finds it by its name
    return duckdb.sql("select * from arrow")


FORMS: dict[str, Callable[[Columns], Any]] = {
    "pandas": lambda columns: pd.DataFrame(columns),
    "polars": lambda columns: pl.DataFrame(columns, strict=False),
    "pyarrow": pa.table,
    "duckdb": of_duckdb,
}
form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)

# The columns, the ids that go in, and the field that each rejected row is rejected for.
ROWS: dict[str, tuple[Columns, list[str], list[str]]] = {
    "nan_as_an_id": ({"id": [1.0, math.nan], "title": ["A", "B"]}, ["1"], ["id"]),
    "none_as_a_text": ({"id": ["a", "b"], "title": ["A", None]}, ["a"], ["title"]),
    "none_as_an_id": ({"id": ["a", None], "title": ["A", "B"]}, ["a"], ["id"]),
    "nan_elsewhere": ({"id": ["a", "b"], "title": ["A", "B"], "year": [2017.0, math.nan]}, ["a", "b"], []),
    "none_everywhere": ({"id": ["a"], "title": ["A"], "stage": [None], "themes": [None]}, ["a"], []),
    "lists": ({"id": ["a"], "title": ["A"], "themes": [["agua", None, "calle"]]}, ["a"], []),
    "dates": ({"id": ["a"], "title": ["A"], "when": [datetime.date(2026, 5, 1)]}, ["a"], []),
    "empty": ({"id": [], "title": []}, [], []),
    "only_ids": ({"id": ["a", "b"]}, [], ["title", "title"]),
}


@form
@pytest.mark.parametrize(("columns", "ids", "fields"), ROWS.values(), ids=ROWS)
def test_rows(form: Callable[[Columns], Any], columns: Columns, ids: list[str], fields: list[str]) -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add(form(columns))
    assert catalogue.solutions.ids() == ids
    assert [rejected.field for rejected in report.rejected] == fields
    assert report.added == len(ids)


def test_nan_among_texts_is_no_text() -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add(pd.DataFrame({"id": ["a", "b"], "title": ["A", math.nan]}))
    assert (report.added, [rejected.field for rejected in report.rejected]) == (1, ["title"])


def test_what_pandas_calls_missing() -> None:
    frame = pd.DataFrame(
        {
            "id": ["c1", "c2"],
            "question": pd.array(["¿Agua?", pd.NA], dtype="string"),
            "title": ["A", "B"],
            "deadline": [pd.Timestamp("2026-05-01"), pd.NaT],
            "winners": pd.array([2, pd.NA], dtype="Int64"),
            "anything": [pd.NA, pd.NaT],
        }
    )
    catalogue = cm.Catalogue.create()
    assert catalogue.add_challenges(frame).rejected == []
    first, second = catalogue.challenges["c1"], catalogue.challenges["c2"]
    assert (first.deadline, first.winners, second.deadline, second.winners, second.question) == ("2026-05-01", 2, None, None, "")
    assert first.extra == second.extra == {}
    mappings: list[Any] = frame.to_dict("records")
    again = cm.Catalogue.create()
    assert again.add_challenges(mappings).rejected == []
    assert again.challenges["c2"].to_dict() == {**second.to_dict(), "anything": None}, "mappings keep what they have"


SAME: dict[str, Callable[[], Any]] = {
    "pandas_category": lambda: pd.DataFrame({"id": ["a", "b"], "title": ["A", "B"], "stage": pd.Categorical(["pilot", None])}),
    "pandas_large_string": lambda: pd.DataFrame(
        {"id": ["a", "b"], "title": ["A", "B"], "stage": pd.Series(["pilot", None], dtype=pd.ArrowDtype(pa.large_string()))}
    ),
    "pandas_duplicate_index": lambda: pd.DataFrame({"id": ["a", "b"], "title": ["A", "B"], "stage": ["pilot", None]}, index=[0, 0]),
    "pandas_index_of_dates": lambda: pd.DataFrame(
        {"id": ["a", "b"], "title": ["A", "B"], "stage": ["pilot", None]}, index=pd.to_datetime(["2026-01-01", "2026-01-01"])
    ),
    "pandas_columns_of_an_index": lambda: pd.DataFrame([["a", "A", "pilot"], ["b", "B", None]], columns=pd.Index(["id", "title", "stage"])),
    "polars_categorical": lambda: pl.DataFrame({"id": ["a", "b"], "title": ["A", "B"], "stage": pl.Series(["pilot", None], dtype=pl.Categorical)}),
    "polars_enum": lambda: pl.DataFrame(
        {"id": ["a", "b"], "title": ["A", "B"], "stage": pl.Series(["pilot", None], dtype=pl.Enum(["pilot", "idea"]))}
    ),
    "pyarrow_dictionary": lambda: pa.table({"id": ["a", "b"], "title": ["A", "B"], "stage": pa.array(["pilot", None]).dictionary_encode()}),
    "pyarrow_large_string": lambda: pa.table(
        {"id": pa.array(["a", "b"], pa.large_string()), "title": pa.array(["A", "B"], pa.string_view()), "stage": ["pilot", None]}
    ),
    "duckdb_enum": lambda: duckdb.sql(
        "select * from (values ('a', 'A', 'pilot'::enum('pilot', 'idea')), ('b', 'B', null)) as t(id, title, stage)"
    ),
    "generator_of_dicts": lambda: (row for row in [{"id": "a", "title": "A", "stage": "pilot"}, {"id": "b", "title": "B", "stage": None}]),
    "generator_of_objects": lambda: iter([cm.Solution("a", "A", stage="pilot"), cm.Solution("b", "B")]),
    "mixed_objects": lambda: [cm.Solution("a", "A", stage="pilot"), {"id": "b", "title": "B", "stage": math.nan}],
}


@pytest.mark.parametrize("table", SAME.values(), ids=SAME)
def test_the_same_two_records_in_every_dress(table: Callable[[], Any]) -> None:
    catalogue = cm.Catalogue.create()
    assert catalogue.add(table()).rejected == []
    assert [(solution.id, solution.title, solution.stage, solution.extra) for solution in catalogue] == [
        ("a", "A", "pilot", {}),
        ("b", "B", None, {}),
    ]


LISTS: dict[str, Callable[[], Any]] = {
    "pandas_lists": lambda: pd.DataFrame({"id": ["a"], "title": ["A"], "themes": [["agua", "calle"]], "sdgs": [[6, 11]]}),
    "pandas_arrays": lambda: pd.DataFrame({"id": ["a"], "title": ["A"], "themes": [np.array(["agua", "calle"])], "sdgs": [np.array([6, 11])]}),
    "pandas_object_arrays": lambda: pd.DataFrame(
        {"id": ["a"], "title": ["A"], "themes": [np.array(["agua", None, "calle"], dtype=object)], "sdgs": [np.array([6.0, 11.0])]}
    ),
    "pandas_tuples": lambda: pd.DataFrame({"id": ["a"], "title": ["A"], "themes": [("agua", "calle")], "sdgs": [(6, 11)]}),
    "polars_lists": lambda: pl.DataFrame({"id": ["a"], "title": ["A"], "themes": [["agua", "calle"]], "sdgs": [[6, 11]]}),
    "polars_arrays": lambda: pl.DataFrame(
        {"id": ["a"], "title": ["A"], "themes": [["agua", "calle"]], "sdgs": pl.Series([[6, 11]], dtype=pl.Array(pl.Int8, 2))}
    ),
    "pyarrow_lists": lambda: pa.table({"id": ["a"], "title": ["A"], "themes": [["agua", "calle"]], "sdgs": pa.array([[6, 11]], pa.list_(pa.int8(), 2))}),
    "duckdb_lists": lambda: duckdb.sql("select 'a' as id, 'A' as title, ['agua', 'calle'] as themes, [6, 11] as sdgs"),
    "dict_of_arrays": lambda: [{"id": "a", "title": "A", "themes": np.array(["agua", "calle"]), "sdgs": np.array([6, 11])}],
}


@pytest.mark.parametrize("table", LISTS.values(), ids=LISTS)
def test_columns_of_lists(table: Callable[[], Any]) -> None:
    catalogue = cm.Catalogue.create()
    assert catalogue.add(table()).rejected == []
    assert ([theme for theme in catalogue["a"].themes if theme], catalogue["a"].sdgs) == (["agua", "calle"], [6, 11])


@form
def test_a_near_name_of_a_column_is_suggested(form: Callable[[Columns], Any]) -> None:
    catalogue = cm.Catalogue.create()
    report = catalogue.add(form({"id": ["a"], "title": ["Rain gardens"], "sumary": ["B"]}))
    (warning,) = report.warnings
    assert (warning.field, warning.known) == ("sumary", "summary") and "did you mean `summary`?" in str(warning)
    with pytest.raises(cm.InvalidDataError) as error:
        catalogue.add(form({"idd": ["a"], "titel": ["A"]}))
    assert "did you mean `idd`?" in str(error.value)
    run = cm.Matcher(catalogue).find_all(["rain gardens"])
    for call in (
        lambda: run.to_arrow(fields=["titel"]),
        lambda: catalogue.add(form({"id": ["a"], "text": ["A"]}), columns={"text": "titel"}),
    ):
        with pytest.raises(cm.InvalidOptionError, match="did you mean `title`[?]"):
            call()
    with pytest.raises(cm.InvalidDataError, match="did you mean `text`[?]"):
        catalogue.add(form({"id": ["a"], "text": ["A"]}), columns={"txt": "title"})
    with pytest.raises(cm.InvalidOptionError, match="did you mean challenge_id by chalenge_id[?]"):
        cm.evaluate(form({"chalenge_id": ["1"], "solution_id": ["a"], "grade": [1]}), run)


def broken() -> Iterator[dict[str, str]]:
    yield {"id": "a", "title": "A"}
    raise RuntimeError("the source is gone")


# What is given, the exception and its sentence. Nothing is added.
REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "an_address": (lambda: "https://example.org/solutions.csv", TypeError, "read_solutions"),
    "a_generator_that_fails": (broken, RuntimeError, "the source is gone"),
    "numbers": (lambda: 7, TypeError, "expected records"),
    "none": (lambda: None, TypeError, "expected records"),
    "a_lazy_frame": (lambda: pl.DataFrame({"id": ["a"]}).lazy(), TypeError, "collect"),
    "a_pandas_column": (lambda: pd.Series(["a"]), cm.InvalidDataError, "to_frame"),
    "same_names_in_pandas": (lambda: pd.DataFrame([["a", "A", "B"]], columns=["id", "title", "title"]), cm.InvalidDataError, "names of their own"),
    "an_object_of_polars": (
        lambda: pl.DataFrame({"id": ["a"], "title": ["A"], "x": pl.Series([2**70], dtype=pl.Int128)}),
        cm.InvalidDataError,
        "a table of columns as Arrow",
    ),
    "two_levels_of_names": (
        lambda: pd.DataFrame([["a", "A"]], columns=pd.MultiIndex.from_tuples([("x", "id"), ("x", "title")])),
        cm.InvalidDataError,
        "`id`",
    ),
    "no_columns_in_pandas": (lambda: pd.DataFrame(index=[0, 1]), cm.InvalidDataError, "`id`"),
}


@pytest.mark.parametrize(("table", "error", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(table: Callable[[], Any], error: type[Exception], sentence: str) -> None:
    catalogue = cm.Catalogue.create()
    with pytest.raises(error, match=sentence) as raised:
        catalogue.add(table())
    assert "\n" not in str(raised.value) and len(catalogue) == 0


ADDRESSES: dict[str, Callable[[str], object]] = {
    "read_solutions": cm.read_solutions,
    "read_challenges": cm.read_challenges,
    "read_call": cm.read_call,
    "open": cm.Catalogue.open,
}


@pytest.mark.parametrize("read", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_is_no_path(read: Callable[[str], object]) -> None:
    with pytest.raises(cm.InvalidOptionError, match="citymatch works offline, so download the file first"):
        read("https://example.org/solutions.csv")


@form
def test_the_ten_things(form: Callable[[Columns], Any]) -> None:
    """Everything that a person does with a table of another library, from records to judgements."""
    solutions = form({"id": ["s1", "s2"], "title": ["Rain gardens", "Dry toilets"], "country": ["BR", "BO"], "themes": [["agua"], ["agua", "calle"]]})
    challenges = form({"id": ["c1", "c2"], "question": ["How to keep rain in gardens?", "How can toilets do without sewers?"]})
    catalogue = cm.Catalogue.create()
    assert catalogue.add(solutions).added == 2
    assert catalogue.add_challenges(challenges).added == 2
    run = cm.Matcher(catalogue).find_all(challenges)
    assert list(run.to_dict()) == ["c1", "c2"]
    qrels = form({"challenge_id": ["c1", "c2"], "solution_id": ["s1", "s2"], "grade": [2, 1]})
    assert cm.evaluate(qrels, run, ["RR"]) == {"RR": 1.0}
    assert run.features(qrels).to_arrow()["grade"].to_pylist()[0] == 2
    scores = form({"challenge_id": ["c1", "c2"], "solution_id": ["s1", "s2"], "score": [0.5, 0.25]})
    assert cm.evaluate(qrels, scores, ["RR"]) == {"RR": 1.0}


OUT: dict[str, Callable[[cm.Catalogue, cm.Run], Any]] = {
    "solutions": lambda catalogue, run: catalogue.solutions,
    "challenges": lambda catalogue, run: catalogue.challenges,
    "matches": lambda catalogue, run: run[0],
    "run": lambda catalogue, run: run,
    "assignment": lambda catalogue, run: run.assign(),
    "similar": lambda catalogue, run: cm.Matcher(catalogue).similar("s1"),
    "find_challenges": lambda catalogue, run: cm.Matcher(catalogue).find_challenges("s1"),
    "features": lambda catalogue, run: run.features(),
    "duplicates": lambda catalogue, run: catalogue.duplicates(),
    "gaps": lambda catalogue, run: cm.gaps(run),
}


@pytest.fixture
def worked() -> tuple[cm.Catalogue, cm.Run]:
    catalogue = cm.Catalogue.create()
    text = "Os jardins de chuva retêm a água da chuva nas calçadas da cidade e evitam alagamentos."
    catalogue.add(
        [
            {"id": "s1", "title": "Jardins de chuva", "description": text, "language": "pt"},
            {"id": "s2", "title": "Jardins de chuva", "description": text + " Em 2020.", "language": "pt"},
            {"id": "s3", "title": "Dry toilets", "themes": ["water"]},
        ]
    )
    catalogue.add_challenges([{"id": "c1", "question": "Como reter a água da chuva nas calçadas?", "themes": ["chuva"]}, {"id": "c2", "question": "How can toilets do without sewers?"}])
    return catalogue, cm.Matcher(catalogue).find_all(catalogue.challenges)


@pytest.mark.parametrize("name", OUT)
def test_results_become_tables_everywhere(worked: tuple[cm.Catalogue, cm.Run], name: str) -> None:
    result = OUT[name](*worked)
    pandas, polars, arrow = result.to_pandas(), result.to_polars(), result.to_arrow()
    found = result  # noqa: F841 — DuckDB finds it by its name
    relation = duckdb.sql("select * from found")
    columns = arrow.column_names
    assert relation is not None
    assert len(arrow) > 0 and pandas.columns.tolist() == polars.columns == columns == relation.columns
    assert len(pandas) == len(polars) == len(arrow) == len(relation.fetchall())
    assert pl.DataFrame(result).equals(polars) and pa.table(result).equals(arrow)
    from_arrow: Any = getattr(pd.DataFrame, "from_arrow", pl.DataFrame)
    assert list(from_arrow(result).columns) == columns


def test_matches_are_a_frame_of_pandas_as_they_are(worked: tuple[cm.Catalogue, cm.Run]) -> None:
    matches: Any = worked[1][0]
    assert pd.DataFrame(matches).equals(matches.to_pandas()) and len(matches) == 3
