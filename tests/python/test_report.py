"""`AddReport` and its parts: what is rejected is said aloud, and summed up."""

import json
import warnings
from typing import Any

import citymatch as cm
import pytest

ROWS: list[dict[str, Any]] = [
    {"id": "1", "title": "A"},
    {"id": "2", "title": "N/A"},
    {"id": "3", "title": "C", "note": "a\x07"},
    {"id": "4", "title": "D", "note": "b\x07"},
    {"id": "5", "title": "<b>", "sumary": "S"},
]


@pytest.fixture
def report() -> cm.AddReport:
    with pytest.warns(cm.RejectedRowsWarning):
        return cm.Catalogue.create().add(ROWS)


def test_rejected_rows_warn_at_the_line_that_called() -> None:
    catalogue = cm.Catalogue.create()
    for add in (catalogue.add, catalogue.solutions.add):
        with pytest.warns(
            cm.RejectedRowsWarning, match="^3 of 5 rows were rejected; the first: row 2: `title`"
        ) as told:
            add(ROWS)
        assert [warning.filename for warning in told] == [__file__]
    with pytest.warns(UserWarning, match="^1 of 1 row was rejected: row 1: `id` cannot be ``"):
        assert catalogue.add([{"id": "", "title": "all are rejected"}]).added == 0
    for add_challenges in (catalogue.add_challenges, catalogue.challenges.add):
        with pytest.warns(cm.RejectedRowsWarning, match="^1 of 2 rows was rejected: row 2"):
            add_challenges([{"id": "c", "title": "T"}, {}])


def test_a_value_with_nul_is_told() -> None:
    with pytest.warns(cm.RejectedRowsWarning, match="row 1: `title` cannot be"):
        cm.Catalogue.create().add([{"id": "1", "title": "a\0b"}])


def test_nothing_is_said_where_nothing_is_rejected() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cm.Catalogue.create().add(ROWS[:1]).added == 1


def test_a_warning_that_is_an_error_comes_after_the_commit() -> None:
    catalogue = cm.Catalogue.create()
    with warnings.catch_warnings():
        warnings.simplefilter("error", cm.RejectedRowsWarning)
        with pytest.raises(cm.RejectedRowsWarning):
            catalogue.add(ROWS)
    assert len(catalogue) == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ROWS, "; 2 more rows are wrong; nothing was added"),
        (ROWS[:3], "; 1 more row is wrong; nothing was added"),
        (ROWS[:2], "); nothing was added"),
    ],
    ids=["three", "two", "one"],
)
def test_on_error_raise_adds_nothing(rows: list[dict[str, Any]], message: str) -> None:
    catalogue = cm.Catalogue.create()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(cm.InvalidDataError) as error:
            catalogue.add(rows, on_error="raise")
    raised = error.value
    assert (raised.row, raised.field, raised.value) == (2, "title", "N/A")
    assert str(raised).startswith("row 2: `title` cannot be `N/A`") and str(raised).endswith(
        message
    )
    assert [rejected.row for rejected in raised.rejected] == [
        row for row in (2, 3, 4) if row <= len(rows)
    ]
    assert len(catalogue) == 0
    assert catalogue.add(ROWS[:1], on_error="raise").added == 1, "the next call may write"


def test_an_unknown_way_with_errors() -> None:
    for on_error in ("ignore", None, 1):
        with pytest.raises(cm.InvalidOptionError, match="`report` or `raise`"):
            cm.Catalogue.create().add(ROWS, on_error=on_error or "")  # type: ignore[arg-type]


def test_it_prints_what_was_rejected_by_value(report: cm.AddReport) -> None:
    assert repr(report) == "AddReport(added=2, replaced=0, rejected=3, warnings=1)"
    lines = str(report).splitlines()
    assert lines[0] == "5 rows read: 2 added, 0 replaced, 3 rejected"
    assert lines[1].startswith("`note` cannot be `\x07` (expected ") and lines[1].endswith(
        "): 2 rows, the first: row 3"
    )
    assert lines[2] == report.rejected[0].message
    assert lines[3:] == [
        "row 5: unknown field `sumary` is kept as it is; did you mean `summary`?",
        "a list",
        "  note: kept, not matched",
        "  sumary: kept, not matched",
    ]
    assert str(cm.AddReport(1, 2)) == "3 rows read: 1 added, 2 replaced, 0 rejected"
    assert str(cm.AddReport(1, 0)) == "1 row read: 1 added, 0 replaced, 0 rejected"


def many(count: int) -> cm.AddReport:
    rejected = [
        cm.Rejected("f.csv", row, "stage", f"v{row}", "a stage", f"m{row}")
        for row in range(1, count + 1)
    ]
    return cm.AddReport(0, 0, rejected)


@pytest.mark.parametrize(
    ("count", "more"),
    [
        (20, None),
        (21, "1 more row with 1 other value"),
        (50_000, "49980 more rows with 49980 other values"),
    ],
)
def test_no_more_than_20_lines(count: int, more: str | None) -> None:
    report = many(count)
    lines = str(report).splitlines()
    html = report._repr_html_()
    assert len(lines) == 21 + (more is not None) and html.count("<tr>") == 21
    assert len(html) < 10_000
    assert (lines[-1] == f"… and {more}") is (more is not None)
    assert (more or "more") in html or more is None and "more" not in html


def test_html_is_escaped_and_says_where_the_first_row_is(report: cm.AddReport) -> None:
    html = report._repr_html_()
    assert "<p>5 rows read: 2 added, 0 replaced, 3 rejected</p>" in html and ">row 3</td>" in html
    rejected = cm.Rejected("f.csv", 7, "title", "<b>", "text", "m")
    html = cm.AddReport(0, 0, [rejected])._repr_html_()
    assert "&lt;b&gt;" in html and "<b>" not in html and ">f.csv, row 7</td>" in html


def test_json(report: cm.AddReport) -> None:
    found = json.loads(json.dumps(report.to_dict()))
    assert (found["added"], found["replaced"], len(found["rejected"])) == (2, 0, 3)
    assert found["rejected"][0] == report.rejected[0].to_dict()
    assert found["rejected"][0]["message"] == str(report.rejected[0])
    assert found["warnings"] == [report.warnings[0].to_dict()]
