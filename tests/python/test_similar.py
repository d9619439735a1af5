"""`Matcher.find_challenges`, `similar` and `implemented`: the other way round, and like with like."""

import pickle
from pathlib import Path
from typing import Any

import citymatch as cm
import polars
import pytest

CHALLENGES: list[dict[str, Any]] = [
    {"id": "quito", "question": "¿Cómo evitar que la lluvia inunde las calles del centro?", "city": "Quito"},
    {"id": "recife", "question": "Como evitar que a chuva alague as ruas do centro?", "city": "Recife"},
    {"id": "cali", "question": "¿Cómo acortar las esperas en los juzgados?", "city": "Cali"},
    {"id": "lima", "question": "¿Cómo guardar el agua de lluvia?", "eligibility": {"stages": ["scaling"]}},
]
SOLUTIONS: list[dict[str, Any]] = [
    {"id": "gardens", "title": "Jardines: la lluvia no inunda las calles del centro", "stage": "idea"},
    {"id": "drains", "title": "Drenagem da chuva nas ruas", "deployments": [{"city": "recife", "status": "failed"}]},
    {"id": "courts", "title": "Turnos en línea para los juzgados", "city": "Recife", "stage": "pilot"},
]


@pytest.fixture(params=["memory", "folder"])
def matcher(request: pytest.FixtureRequest, tmp_path: Path) -> cm.Matcher:
    catalogue = cm.Catalogue.create(None if request.param == "memory" else tmp_path / "c.cm")
    catalogue.add(SOLUTIONS)
    catalogue.add_challenges(CHALLENGES)
    return cm.Matcher(catalogue)


def test_a_pair_has_the_score_that_find_gives_it(matcher: cm.Matcher) -> None:
    run = matcher.find_all(CHALLENGES).to_dict()
    for solution in ("gardens", cm.Solution.from_dict(SOLUTIONS[0]), SOLUTIONS[0]):
        for challenges in (None, CHALLENGES):
            found = matcher.find_challenges(solution, challenges=challenges)
            assert {own.challenge_id: own.score for own in found} == {
                id: scores["gardens"] for id, scores in run.items() if id != "lima"
            }
            assert [own.rank for own in found] == [1, 2, 3] and found[0].challenge.city == "Quito"
            assert found.explain(0).value == found[0].score
            (barring,) = found.ineligible
            assert barring.challenge_id == "lima" and barring.reasons[0].value == "idea"
            assert barring.to_dict()["reasons"][0]["rule"] == "stages"
    assert [own.challenge_id for own in matcher.find_challenges("gardens", limit=1)] == ["quito"]


def test_a_solution_need_not_be_stored(matcher: cm.Matcher) -> None:
    new = {"id": "new", "title": "Citas en línea para juzgados"}
    assert matcher.find_challenges(new)[0].challenge_id == "cali"
    assert len(matcher.find_challenges(new, challenges=["¿Cómo acortar las esperas?", "Lluvia"])) == 2
    assert "new" not in matcher.find_all(CHALLENGES).to_dict()["cali"]


def test_precedents_and_twins(matcher: cm.Matcher) -> None:
    found = matcher.similar("quito")
    assert [own.challenge_id for own in found][0] == "recife" and len(found) == 3
    assert matcher.similar(cm.Challenge.from_dict(CHALLENGES[0])).to_list() == found.to_list()
    implemented = matcher.implemented(found[0].challenge)
    assert {own.solution_id for own in implemented} == {"drains", "courts"}
    assert implemented[0].deployments == [{"city": "recife", "status": "failed"}]
    scores = {own.solution_id: own.score for own in matcher.find(CHALLENGES[1])}
    assert [own.score for own in implemented] == [scores["drains"], scores["courts"]]
    assert matcher.implemented("recife") == implemented and matcher.implemented("lima") == []
    twins = matcher.similar("gardens")
    assert [own.solution_id for own in twins][0] == "drains" and len(twins) == 2
    assert matcher.similar(SOLUTIONS[0], limit=1)[0] == twins[0]


def test_matches_are_a_list_a_table_and_a_pickle(matcher: cm.Matcher) -> None:
    reverse, similar = matcher.find_challenges("gardens"), matcher.similar("quito")
    assert repr(reverse).startswith("<RecordMatches: 3 challenges, best 'quito' 0.")
    assert repr(reverse[0]).endswith("challenge_id='quito')") and reverse[-1] == reverse[2:][0]
    assert reverse.to_pandas().columns.tolist() == ["challenge_id", "rank", "score"]
    assert polars.DataFrame(similar).equals(similar.to_polars()) and similar.to_arrow().num_rows == 3
    assert "<caption>3 challenges</caption>" in reverse._repr_html_()
    assert set(reverse[0].signals) == {"words", "related", "meaning", "subject"} and reverse[0].unknown_rules == []
    with pytest.raises(AttributeError, match="'RecordMatch' of a challenge has no attribute 'solution_id'"):
        _ = reverse[0].solution_id
    assert not hasattr(matcher.similar("gardens")[0], "challenge")
    with pytest.raises(cm.CatalogueStateError, match="find_challenges"):
        similar.explain(0)
    assert similar.ineligible == []
    again = pickle.loads(pickle.dumps(reverse))
    assert list(again) == list(reverse) and again[0].challenge == reverse[0].challenge
    if "folder" in repr(matcher):
        assert again.explain(0).value == reverse[0].score


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda matcher: matcher.find_challenges("quito"), cm.InvalidOptionError, "`solution` cannot be `'?quito'?`"),
        (lambda matcher: matcher.find_challenges("x"), cm.NotFoundError, "no record `x`"),
        (lambda matcher: matcher.find_challenges({"title": "no id"}), cm.InvalidDataError, "id"),
        (lambda matcher: matcher.find_challenges("gardens", limit=0), cm.InvalidOptionError, "limit"),
        (lambda matcher: matcher.find_challenges("gardens", challenges=[3]), cm.InvalidDataError, "challenge"),
        (lambda matcher: matcher.similar("x"), cm.NotFoundError, "no record `x`"),
        (lambda matcher: matcher.similar(3), cm.InvalidDataError, "Solution"),
        (lambda matcher: matcher.similar("gardens", limit=0), cm.InvalidOptionError, "limit"),
        (lambda matcher: matcher.similar("gardens", 3), TypeError, "limit=3"),
        (lambda matcher: matcher.implemented("gardens"), cm.InvalidOptionError, "expected a challenge"),
    ],
)
def test_what_is_wrong_is_named(matcher: cm.Matcher, call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call(matcher)
