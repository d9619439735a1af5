"""`Matcher(diversity=)`: spread among the best, and its price."""

import json
import pickle
from pathlib import Path
from typing import Any

import citymatch as cm
import pytest

SOLUTIONS: list[dict[str, Any]] = [
    {"id": "s1", "title": "Rain gardens keep storm water", "organisation": "Verde", "country": "BR", "themes": ["water"]},
    {"id": "s2", "title": "Rain gardens keep the storm water", "organisation": "Verde", "country": "BR", "themes": ["Water"]},
    {"id": "s3", "title": "Barrels under the roofs of schools keep rain", "organisation": "Azul", "country": "UY"},
    {"id": "s4", "title": "Maps of storm drains", "country": "UY", "themes": ["maps"]},
]
ASK = "How to keep storm water with rain gardens?"


@pytest.fixture
def catalogue(tmp_path: Path) -> cm.Catalogue:
    catalogue = cm.Catalogue.create(tmp_path / "c.cm")
    catalogue.add(SOLUTIONS)
    return catalogue


def ids(matches: cm.Matches) -> list[str]:
    return [found.solution_id for found in matches]


def test_an_amount_trades_scores_for_distance(catalogue: cm.Catalogue) -> None:
    plain = cm.Matcher(catalogue).find(ASK, limit=2)
    assert set(ids(plain)) == {"s1", "s2"} and plain.spread is None
    matches = cm.Matcher(catalogue, diversity=0.6).find(ASK, limit=2)
    assert ids(matches)[0] == ids(plain)[0] and ids(matches)[1] in ("s3", "s4")
    spread = matches.spread
    assert spread and spread.kept < 1 and spread.distance > spread.distance_of_best
    (displaced,) = spread.displaced
    assert displaced.solution_id == ids(plain)[1] and displaced.rank == 2
    assert displaced.reason.startswith(f"it is like `{ids(plain)[0]}` (cosine 0.9") or "cosine 1" in displaced.reason
    run = cm.Matcher(catalogue, diversity=0.6).find_all([ASK], limit=2)
    assert ids(run[0]) == ids(matches) and run[0].spread == spread
    assert run.why_not("1", displaced.solution_id).startswith("it is displaced for spread: rank 2 by score")


@pytest.mark.parametrize(
    ("diversity", "displaced"),
    [
        (cm.Diversity(per_organisation=1), "there are 1 of the organisation `Verde` already"),
        ({"per_country": 1}, "there are 1 of the country `BR` already"),
        (cm.Diversity(0.0, per_theme=1), "there are 1 of the theme `"),
    ],
)
def test_caps(catalogue: cm.Catalogue, diversity: Any, displaced: str) -> None:
    spread = cm.Matcher(catalogue, diversity=diversity).find(ASK, limit=2).spread
    assert spread and spread.displaced[0].reason.startswith(displaced)


def test_matchers_and_matches_are_pickled_with_it(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(catalogue, diversity=cm.Diversity(0.3, per_country=2))
    assert "diversity={'amount': 0.3, 'per_country': 2}" in repr(matcher)
    matches = pickle.loads(pickle.dumps(matcher)).find(ASK)
    assert matches.spread == matcher.find(ASK).spread == pickle.loads(pickle.dumps(matches)).spread


@pytest.mark.parametrize(
    ("diversity", "said"),
    [
        (1.5, "`diversity` cannot be `1.5`"),
        (-1, "diversity"),
        ("much", "a number from 0 to 1, a Diversity"),
        ({"per_city": 1}, "per_city"),
        (cm.Diversity(per_theme=0), "`per_theme` cannot be `0`"),
    ],
)
def test_what_is_wrong_is_named(catalogue: cm.Catalogue, diversity: Any, said: str) -> None:
    with pytest.raises(cm.InvalidOptionError, match=said):
        cm.Matcher(catalogue, diversity=diversity)


def test_decisions_are_those_of_the_run_where_caps_leave_places_empty(tmp_path: Path) -> None:
    catalogue = cm.Catalogue.create()
    same = [{"id": f"a{number:03}", "title": "Rain gardens keep storm water", "organisation": "Verde"} for number in range(80)]
    catalogue.add([*same, {"id": "z", "title": "Maps of storm drains", "organisation": "Azul"}])
    run = cm.Matcher(catalogue, diversity=cm.Diversity(per_organisation=1)).find_all([ASK], limit=20)
    assert ids(run[0]) == ["a000", "z"], "of a hundred candidates"
    run.decisions(tmp_path / "d.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["solution_id"] for line in lines if line["decision"] == "matched"] == ["a000", "z"]
    assert run.why_not("1", "z").startswith("it is found: rank 2")
