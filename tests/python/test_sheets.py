"""Results as files that people open: CSV and workbooks. openpyxl is the judge of a workbook."""

import csv
from pathlib import Path
from typing import Any

import citymatch as cm
import openpyxl
import pandas as pd
import pytest

# What openpyxl does not read of the bars, Excel and LibreOffice do.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")

HOSTILE = '=HYPERLINK("https://example.org","x")'
LINK = "https://example.org/jardines?a=1&b=2"
SOLUTIONS: list[dict[str, Any]] = [
    {"id": "0012", "title": HOSTILE, "summary": "Jardines de lluvia", "organisation": "@SUM(1)", "country": "BR", "links": [LINK], "themes": ["agua", "calle"], "year": 2017},
    {"id": "=1+1", "title": "Pozos de lluvia", "organisation": "+51 1 234-x", "links": [LINK, LINK + "c"], "themes": [], "phone": "-5"},
]


@pytest.fixture
def run() -> cm.Run:
    catalogue = cm.Catalogue.create()
    assert catalogue.add(SOLUTIONS).added == 2
    return cm.Matcher(catalogue).find_all([cm.Challenge("-c", "Jardines de lluvia"), cm.Challenge("c2", "de la que", language="es")])


def sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path).active


def results(run: cm.Run) -> dict[str, Any]:
    return {"run": run, "matches": run[0], "assignment": run.assign(per_challenge=2)}


@pytest.mark.parametrize("name", ["run", "matches", "assignment"])
def test_a_workbook_people_like(run: cm.Run, name: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert results(run)[name].to_xlsx(path) == 2
    made = sheet(path)
    header, *rows = made.iter_rows()
    assert [cell.value for cell in header] == [
        "challenge_id", "solution_id", "rank", "score", "answered", "title", "organisation", "country", "links",
    ]
    assert (made.freeze_panes, made.auto_filter.ref, header[0].font.bold) == ("A2", "A1:I3", True)
    assert 60 >= made.column_dimensions["F"].width > made.column_dimensions["H"].width
    # One page wide is what is meant where no number says so.
    paper = (made.page_setup.orientation, made.sheet_properties.pageSetUpPr.fitToPage, made.page_setup.fitToWidth, made.page_setup.fitToHeight)
    assert (*paper, made.print_title_rows) == ("landscape", True, None, 0, "$1:$1"), "on paper it is as wide as the page, and each page has the header"
    (bars,) = made.conditional_formatting
    (rule,) = bars.rules
    assert (str(bars.sqref), rule.type, [end.val for end in rule.dataBar.cfvo]) == ("D2:D3", "dataBar", [0, 1])
    found = {row[1].value: row for row in rows}
    assert set(found) == {"0012", "=1+1"} and all(cell.data_type != "f" for row in rows for cell in row)
    first = found["0012"]
    assert [cell.data_type for cell in first[:4]] == ["s", "s", "n", "n"]
    assert (first[0].value, first[5].value, first[8].value) == ("-c", HOSTILE, LINK)
    assert first[8].hyperlink.target == LINK, "an address opens"
    assert found["=1+1"][8].hyperlink is None and found["=1+1"][8].value == f"{LINK};{LINK}c"
    scores = {found.solution_id: found.score for found in run[0]}
    assert {row[1].value: row[3].value for row in rows} == scores, "scores are as they are, whatever is shown of them"


def test_the_fields_of_a_workbook_are_the_callers(run: cm.Run, tmp_path: Path) -> None:
    run.to_xlsx(tmp_path / "a.xlsx", fields=[])
    assert [cell.value for cell in next(sheet(tmp_path / "a.xlsx").iter_rows())] == ["challenge_id", "solution_id", "rank", "score"]
    run.to_xlsx(tmp_path / "b.xlsx", fields=["year", "themes"], signals=True)
    frame = pd.read_excel(tmp_path / "b.xlsx", dtype={"solution_id": str})
    assert frame.columns.tolist()[-2:] == ["year", "themes"] and "words" in frame
    rows = {row["solution_id"]: row for row in frame.to_dict("records")}
    assert (rows["0012"]["year"], rows["0012"]["themes"]) == (2017, "agua;calle")


def test_the_same_run_is_the_same_file(run: cm.Run, tmp_path: Path) -> None:
    for ending, write in (("csv", run.to_csv), ("xlsx", run.to_xlsx)):
        files = [tmp_path / f"{number}.{ending}" for number in range(2)]
        for file in files:
            write(file, fields=["title"])
        assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("name", ["run", "matches", "assignment"])
def test_csv(run: cm.Run, name: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert results(run)[name].to_csv(path, fields=["answered", "title", "organisation", "themes", "phone"]) == 2
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["solution_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"0012", "'=1+1"}
    first, second = rows["0012"], rows["'=1+1"]
    assert first["challenge_id"] == "'-c" and first["title"] == f"'{HOSTILE}" and first["organisation"] == "'@SUM(1)"
    assert (second["organisation"], second["phone"], first["themes"]) == ("'+51 1 234-x", "-5", "agua;calle")
    assert {row["answered"] for row in rows.values()} <= {"true", "false", ""}
    scores = {found.solution_id: found.score for found in run[0]}
    assert {id.removeprefix("'"): float(row["score"]) for id, row in rows.items()} == scores


def test_nothing_found_leaves_a_header(run: cm.Run, tmp_path: Path) -> None:
    assert run[1].to_csv(tmp_path / "none.csv") == 0 == run[1].to_xlsx(tmp_path / "none.xlsx")
    assert (tmp_path / "none.csv").read_text() == "challenge_id,solution_id,rank,score\n"
    assert sheet(tmp_path / "none.xlsx").max_row == 1


WRONG: dict[str, tuple[str, str, dict[str, Any], type[Exception], str]] = {
    "an_unknown_field": ("to_xlsx", "a.xlsx", {"fields": ["titel"]}, cm.InvalidOptionError, "`fields` cannot be `titel`"),
    "an_old_format": ("to_xlsx", "a.xls", {}, cm.InvalidOptionError, "one that ends in `.xlsx`"),
    "no_such_folder": ("to_csv", "no/a.csv", {}, OSError, "No such file"),
    "a_long_text": ("to_xlsx", "a.xlsx", {"fields": ["long"]}, cm.InvalidOptionError, "csv or jsonl: a text is longer than a cell"),
}


@pytest.mark.parametrize(("method", "name", "options", "error", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_written(tmp_path: Path, method: str, name: str, options: dict[str, Any], error: type[Exception], message: str) -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": "s1", "title": "Pozos", "long": "a" * 32_768}])
    run = cm.Matcher(catalogue).find_all(["pozos"])
    with pytest.raises(error, match=message):
        getattr(run, method)(tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []
