"""`Matches` and `Match`: like a list, and as frames."""

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
    ("position", "error"), [(3, IndexError), (-4, IndexError), (2**70, IndexError), ("0", TypeError), (0.0, TypeError)], ids=repr
)
def test_positions_that_are_none(matches: cm.Matches, position: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        matches[position]
    with pytest.raises(error):
        matches.explain(position)


def test_a_match(matches: cm.Matches) -> None:
    assert matches[0].solution == cm.Solution.from_dict(matches[0].solution.to_dict())
    assert matches[0].solution.title == "Jardines de lluvia"
    assert repr(matches[0]) == f"Match(rank=1, score={matches[0].score:.3f}, solution_id='s1')"
    assert repr(matches) == f"<Matches of 'text': 3, best 's1' {matches[0].score:.3f}>"
    assert matches.explain(-1).solution_id == matches[-1].solution_id


def test_frames(matches: cm.Matches) -> None:
    rows = [{"challenge_id": "text", "solution_id": found.solution_id, "rank": found.rank, "score": found.score} for found in matches]
    assert matches.to_arrow().to_pylist() == pa.table(matches).to_pylist() == rows
    assert matches.to_polars().to_dicts() == pl.DataFrame(matches).to_dicts() == rows
    assert matches.to_pandas().to_dict("records") == pd.DataFrame.from_records(rows).to_dict("records") == rows


def test_html_is_one_escaped_table() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": "<s>", "title": "Rain <script>"}])
    html = cm.Matcher(catalogue).find({"id": "<c>", "title": "rain"})._repr_html_()
    assert html.count("<table>") == html.count("<caption>") == 1
    assert "&lt;c&gt;" in html and "&lt;s&gt;" in html and "&lt;script&gt;" in html and "<script" not in html


def test_an_explanation_adds_up(matches: cm.Matches) -> None:
    why = matches.explain(0)
    for node in nodes(why):
        assert node.value == pytest.approx(recomputed(node), abs=1e-6), node.name
    assert len(list(nodes(why))) > 5 and why.value == matches[0].score
    assert (why.challenge_id, why.solution_id, why.challenge_language, why.solution_language) == ("text", "s1", "es", "es")
    words = why.children[0].children[0].children[1]
    assert {child.name for child in words.children} == {"agua", "lluvia", "aceras"} and why.missing == ["retener"]
    assert all(child.evidence for child in words.children)


def test_an_explanation_shows_itself(matches: cm.Matches) -> None:
    why = matches.explain(0)
    assert str(why).startswith("text (es) ~ s1 (es)\n") and "lluvia" in str(why)
    assert list(why.to_dict())[-6:] == ["name", "value", "operation", "details", "children", "evidence"]
    assert why.to_dict()["children"][0]["name"] == "S" and why == matches.explain(0)
    assert why._repr_html_().count("<tr>") > 5
