"""Charts: their numbers are those of the results, and they are drawn."""

from __future__ import annotations

import builtins
import doctest
from typing import Any

import altair
import citymatch as cm
import pytest
from citymatch import charts

SOLUTIONS: list[dict[str, Any]] = [
    {"id": "s1", "title": "Jardines de lluvia en las aceras", "themes": ["agua"], "stage": "pilot", "country": "UY"},
    {"id": "s2", "title": "Barriles para la lluvia de los techos", "themes": ["agua"], "stage": "implemented", "country": "BR"},
    {"id": "s3", "title": "Baños secos sin agua", "stage": "idea"},
]
CHALLENGES: list[dict[str, Any]] = [
    {"id": "rain", "question": "¿Cómo retener la lluvia en las aceras?", "themes": ["agua"], "country": "UY", "sdgs": [11]},
    {"id": "violin", "question": "¿Cómo enseñar violín y piano a niños del barrio?", "themes": ["música"], "country": "CL"},
    {"id": "strict", "question": "¿Cómo guardar la lluvia de los techos?", "themes": ["agua"], "eligibility": {"stages": ["implemented"], "unknown": "bar"}},
]
QRELS = {"rain": {"s1": 2, "s2": 0, "s3": 0}, "strict": {"s2": 1, "s1": 1}, "elsewhere": {"s1": 1}}


@pytest.fixture(scope="module")
def run() -> cm.Run:
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    return cm.Matcher(catalogue).find_all(CHALLENGES)


def values(chart: Any) -> list[dict[str, Any]]:
    """The rows of a chart that is valid, and that is drawn."""
    spec = chart.to_dict()          # altair compares it with the schema of Vega-Lite
    import vl_convert

    svg = vl_convert.vegalite_to_svg(spec)
    assert svg.startswith("<svg") and "NaN" not in svg
    data: list[dict[str, Any]] = spec["data"]["values"]
    return data


def test_a_waterfall_adds_up_to_the_raw_score(run: cm.Run) -> None:
    why = run[0].explain(0)
    rows = values(charts.waterfall(why))
    *parts, total = rows
    assert [row["part"] for row in parts] == [part.name for part in why.children[0].children if part.value]
    assert parts[0]["from"] == 0 and parts[-1]["to"] == pytest.approx(total["to"]) and total["to"] == why.children[0].value
    assert all(before["to"] == pytest.approx(after["from"]) for before, after in zip(parts, parts[1:], strict=False))


def test_a_threshold_by_brute_force(run: cm.Run) -> None:
    chart = charts.threshold(run, QRELS)
    shares = {(row["of"], row["threshold"]): row["share"] for row in values(chart)}
    scores = {(matches.challenge_id, match.solution_id): match.score for matches in run for match in matches}
    judged = {(ask, id): grade >= 1 for ask, own in QRELS.items() if ask != "elsewhere" for id, grade in own.items()}
    for least in (0.0, 0.02, 0.2, 0.5, 0.9, 1.0):
        kept = {pair for pair in judged if scores.get(pair, 0.0) >= least}
        best = [max((match.score for match in matches), default=0.0) for matches in run]
        assert shares["challenges with a match", least] == sum(score >= least for score in best) / 3
        right = sum(judged[pair] for pair in kept)
        assert shares["recall", least] == right / sum(judged.values())
        assert shares.get(("precision", least)) == (right / len(kept) if kept else None)
    assert "rules bar 2 pairs" in chart.to_dict()["title"]["subtitle"]
    strict = {(row["of"], row["threshold"]): row["share"] for row in values(charts.threshold(run, QRELS, unjudged=0))}
    found = [pair for pair in scores if pair[0] in ("rain", "strict")]
    assert strict["precision", 0.0] == sum(judged.values()) / len({*found, *judged})
    assert {row["of"] for row in values(charts.threshold(run))} == {"challenges with a match"}


def test_signals_have_their_quartiles(run: cm.Run) -> None:
    rows = values(charts.signals(run))
    found = [match.signals["words"] for matches in run for match in matches if match.level == "strong"]
    row = next(row for row in rows if (row["signal"], row["level"]) == ("words", "strong"))
    assert (row["matches"], row["least"], row["most"]) == (len(found), min(found), max(found))
    assert all(row["least"] <= row["quarter"] <= row["median"] <= row["three_quarters"] <= row["most"] for row in rows)


def test_a_matrix_counts_challenges_by_theme_and_stage(run: cm.Run) -> None:
    rows = {(row["theme"], row["stage"]): (row["challenges"], row["solutions"]) for row in values(charts.matrix(run))}
    possible = [(matches, match) for matches in run for match in matches if match.score >= 0.2]
    for (theme, stage), (challenges, solutions) in rows.items():
        own = [(matches, match) for matches, match in possible if theme in matches.challenge.themes and match.solution.stage == stage]
        assert (len({matches.challenge_id for matches, _ in own}), len({match.solution_id for _, match in own})) == (challenges, solutions)
    assert rows["agua", "implemented"][0] >= 1


def test_gaps_stand_apart(run: cm.Run) -> None:
    gaps = cm.gaps(run)
    rows = values(charts.gaps(gaps))
    lacking = {(row["of"], row["name"]) for row in rows if row["what"] == "challenges without an implemented solution"}
    assert lacking == {(of, own.name) for of, all in (("theme", gaps.themes), ("goal", gaps.goals), ("country", gaps.countries)) for own in all if own.is_gap}
    assert {row["count"] for row in rows if row["name"] == "agua"} == {2, 1}


def test_examples_of_the_docstrings() -> None:
    failures, tried = doctest.testmod(charts)
    assert tried > 10 and failures == 0


def test_empty_results_are_drawn_too() -> None:
    empty = cm.Matcher(cm.Catalogue.create()).find_all([])
    for chart in (charts.threshold(empty), charts.signals(empty), charts.matrix(empty), charts.gaps(cm.gaps(empty))):
        assert values(chart) == []


def test_without_altair_a_sentence_says_so(run: cm.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "altair":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"charts need altair \(expected `pip install 'citymatch\[charts\]'`\)"):
        charts.matrix(run)
    assert altair.__version__
