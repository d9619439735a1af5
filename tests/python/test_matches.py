"""`Matches` and `Match`: like a list, and as frames."""

import dataclasses
import json
import pprint
from typing import Any

import citymatch as cm
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from conftest import nodes, recomputed


@pytest.fixture
def matches(matcher: cm.Matcher) -> cm.Matches:
    return matcher.find("¿Cómo retener el agua de lluvia en las aceras?")


def test_like_a_list(matches: cm.Matches) -> None:
    assert len(matches) == 3 and [found.rank for found in matches] == [1, 2, 3]
    assert matches[-1] == matches[2] == matches[np.int8(2)] and matches[0] != matches[1]
    assert matches[::-1] == [matches[2], matches[1], matches[0]] and matches[5:] == []
    assert matches.answered is True and matches.ineligible == []
    scores = [found.score for found in matches]
    assert scores == sorted(scores, reverse=True) and all(0 < score < 1 for score in scores)


@pytest.mark.parametrize(
    ("position", "error"),
    [(3, IndexError), (-4, IndexError), (2**70, IndexError), ("0", TypeError), (0.0, TypeError)],
    ids=repr,
)
def test_positions_that_are_none(
    matches: cm.Matches, position: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        matches[position]
    with pytest.raises(error):
        matches.explain(position)


def test_a_match(matches: cm.Matches) -> None:
    assert matches[0].solution == cm.Solution.from_dict(matches[0].solution.to_dict())
    assert matches[0].solution.title == "Jardines de lluvia"
    assert repr(matches[0]) == f"Match(rank=1, score={matches[0].score:.3f}, solution_id='s1')"
    assert repr(matches) == f"<Matches of 'text', read as Spanish: 3, best 's1' {matches[0].score:.3f}>"
    assert matches.explain(-1).solution_id == matches[-1].solution_id


def test_frames(matches: cm.Matches) -> None:
    rows = [
        {
            "challenge_id": "text",
            "solution_id": found.solution_id,
            "rank": found.rank,
            "score": found.score,
        }
        for found in matches
    ]
    assert matches.to_arrow().to_pylist() == pa.table(matches).to_pylist() == rows
    assert matches.to_polars().to_dicts() == pl.DataFrame(matches).to_dicts() == rows
    assert (
        matches.to_pandas().to_dict("records")
        == pd.DataFrame.from_records(rows).to_dict("records")
        == rows
    )


def test_pandas_and_others_take_a_match_for_a_data_class(matches: cm.Matches) -> None:
    columns = ["challenge_id", "solution_id", "rank", "score"]
    # The stubs of pandas know no iterables of data classes.
    sources: list[Any] = [matches, list(matches), matches[:2]]
    for source in sources:
        frame = pd.DataFrame(source)
        assert list(frame.columns) == columns and len(frame) == len(source)
    assert pd.DataFrame(sources[0]).equals(matches.to_pandas())
    assert pl.DataFrame(list(matches)).columns == columns
    assert dataclasses.is_dataclass(matches[0])
    assert dataclasses.asdict(matches[0]) == matches[0].to_dict()
    assert [field.name for field in dataclasses.fields(matches[0])] == columns
    assert pprint.pformat(matches[0], width=1) == repr(matches[0])


def test_json(matches: cm.Matches) -> None:
    found = json.loads(json.dumps(matches.to_dict()))
    assert list(found) == ["challenge_id", "answered", "matches"] and found["answered"] is True
    assert found["matches"][0] == {
        "challenge_id": "text",
        "solution_id": "s1",
        "rank": 1,
        "score": matches[0].score,
    }
    assert json.loads(json.dumps(matches.explain(0).to_dict()))["value"] == matches[0].score
    barred = cm.Ineligible("s1", [cm.Reason("stages", "idea", ["pilot"])])
    assert json.loads(json.dumps(barred.to_dict()))["reasons"] == [barred.reasons[0].to_dict()]


def test_fields_beside_the_matches(matches: cm.Matches) -> None:
    table = matches.to_arrow(fields=["title", "answered", "country", "score"])
    assert table.column_names == [
        "challenge_id",
        "solution_id",
        "rank",
        "score",
        "answered",
        "title",
        "country",
    ]
    assert table.column("title").to_pylist() == [found.solution.title for found in matches]
    assert table.column("country").to_pylist() == [found.solution.country for found in matches]
    assert table.column("answered").to_pylist() == [True, True, True]
    assert (
        matches.to_polars(fields="title").to_dicts()
        == matches.to_arrow(fields=["title"]).to_pylist()
    )
    assert (
        matches.to_pandas(fields=["title"]).to_dict("records")
        == matches.to_arrow(fields=["title"]).to_pylist()
    )


def test_html_is_one_escaped_table() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": "<s>", "title": "Rain <script>"}])
    html = cm.Matcher(catalogue).find({"id": "<c>", "title": "rain"})._repr_html_()
    assert html.count("<table>") == html.count("<caption>") == 1
    assert "text-align: left" in html
    assert (
        "&lt;c&gt;" in html
        and "&lt;s&gt;" in html
        and "&lt;script&gt;" in html
        and "<script" not in html
    )


def test_an_explanation_adds_up(matches: cm.Matches) -> None:
    why = matches.explain(0)
    for node in nodes(why):
        assert node.value == pytest.approx(recomputed(node), abs=1e-6), node.name
    assert len(list(nodes(why))) > 5 and why.value == matches[0].score
    assert (why.challenge_id, why.solution_id, why.challenge_language, why.solution_language) == (
        "text",
        "s1",
        "es",
        "es",
    )
    words = why.children[0].children[0].children[1]
    assert {child.name for child in words.children} == {
        "agua",
        "lluvia",
        "aceras",
    } and why.missing == ["retener"]
    assert all(child.evidence for child in words.children)


def test_an_explanation_shows_itself(matches: cm.Matches) -> None:
    why = matches.explain(0)
    assert str(why).startswith("text (es) ~ s1 (es)\n") and "lluvia" in str(why)
    assert list(why.to_dict())[-6:] == [
        "name",
        "value",
        "operation",
        "details",
        "children",
        "evidence",
    ]
    assert why.to_dict()["children"][0]["name"] == "S" and why == matches.explain(0)
    html = why._repr_html_()
    assert html.split("<details>")[1].count("<tr>") == 1 + len(list(nodes(why)))
    # Jupyter drops leading blanks, so a level is a style.
    assert "padding-left: 2.0em" in html and "padding-left: 3.5em" in html


def test_a_level_is_the_score_in_a_word(catalogue: cm.Catalogue) -> None:
    matches = cm.Matcher(catalogue).find("¿Cómo retener el agua de lluvia en las aceras?")
    for match in matches:
        expected = "strong" if match.score >= 0.6 else "possible" if match.score >= 0.2 else "weak"
        assert match.level == expected
    assert {match.level for match in matches} > {"weak"}
