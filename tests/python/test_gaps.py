"""`gaps` and `why_not`: what is lacking, and what became of a pair."""

from typing import Any

import citymatch as cm
import pytest

SOLUTIONS: list[dict[str, Any]] = [
    {"id": "s1", "title": "Jardines de lluvia en las aceras", "themes": ["agua"], "stage": "idea", "language": "es"},
    {"id": "s2", "title": "Barriles para la lluvia de los techos", "themes": ["Água"], "country": "UY", "language": "es"},
    {"id": "s3", "title": "Baños secos", "stage": "implemented", "sdgs": ["6.2"], "language": "es"},
]
CHALLENGES: list[dict[str, Any]] = [
    {"id": "rain", "question": "¿Cómo retener la lluvia en las aceras?", "themes": ["agua"], "country": "UY"},
    {"id": "violin", "question": "¿Cómo enseñar violín y piano a niños del barrio?", "language": "es", "themes": ["música"]},
    {"id": "used", "question": "¿Cómo retener la lluvia?", "sdgs": [6], "eligibility": {"stages": ["implemented"], "unknown": "bar"}},
    {"id": "nothing", "question": "de la que", "language": "es"},
]


@pytest.fixture
def run() -> cm.Run:
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    return cm.Matcher(catalogue).find_all(CHALLENGES, limit=1)


def test_demand_without_what_was_put_to_use_is_a_gap(run: cm.Run) -> None:
    gaps = cm.gaps(run)
    assert gaps.challenges == 4
    violin = next(own for own in gaps.unanswered if own.challenge_id == "violin")
    assert violin.best_id and violin.best_score is not None and violin.best_score < 0.2 and violin.barred == 0
    assert gaps.themes[0] == cm.Supply("agua", challenges=1, unanswered=0, solutions=2, implemented=0)
    assert [(own.name, own.is_gap) for own in gaps.goals] == [("6", False)]
    assert [(own.name, own.is_gap) for own in gaps.countries] == [("UY", True)]
    frame = gaps.to_pandas()
    assert frame["of"].tolist() == ["theme", "theme", "goal", "country"] and frame["is_gap"].sum() == 3
    assert gaps.to_dict()["themes"][1]["name"] == "música" and "theme música: 1 challenges" in str(gaps)
    assert "<caption>Demand, and nothing that was put to use</caption>" in gaps._repr_html_()


def test_without_challenges_there_is_no_gap() -> None:
    gaps = cm.gaps(cm.Matcher(cm.Catalogue.create()).find_all([]))
    assert (gaps.challenges, gaps.unanswered, gaps.themes, gaps.goals, gaps.countries) == (0, [], [], [], [])
    assert str(gaps) == "0 of 0 challenges are answered, 0 are not"


def test_every_pair_has_an_answer(run: cm.Run) -> None:
    answers = {(c["id"], s["id"]): run.why_not(c["id"], s["id"]) for c in CHALLENGES for s in SOLUTIONS}
    assert answers["rain", "s1"].startswith("it is found: rank 1, score 0.")
    assert answers["rain", "s2"].startswith("it is outranked: rank 2, score 0.")
    assert answers["rain", "s2"].count("beyond the limit of 1, which ends with `s1` at 0.") == 1
    assert answers["used", "s1"] == "it is barred: stages: idea is not one of implemented"
    assert answers["used", "s2"] == "it is barred: stages: stage is unknown"
    assert answers["nothing", "s1"] == "nothing is found: the challenge has no content word"
    assert all(answer and "\n" not in answer for answer in answers.values())


def test_an_assignment_tells_what_became_of_each_pair() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([*SOLUTIONS, {"id": "s4", "title": "Techos verdes", "language": "es"}])
    assignment = cm.Matcher(catalogue).find_all(CHALLENGES).assign(fix=[("rain", "s1"), ("violin", "s2")])
    assert assignment.why_not("rain", "s1") == "it is assigned: place 1"
    assert assignment.why_not("violin", "s1") == "it is taken: by `rain`"
    assert assignment.why_not("rain", "s4") == "it is displaced: the challenge has `s1`"
    assert assignment.why_not("used", "s1") == "it is barred: stages: idea is not one of implemented"
    assert assignment.why_not("nothing", "s4") == "it is left out: the pair is no candidate, or a limit excludes it"


def test_ids_of_nobody_are_named(run: cm.Run) -> None:
    for of in (run, run.assign()):
        with pytest.raises(cm.NotFoundError, match="no challenge `x` in the run"):
            of.why_not("x", "s1")
        with pytest.raises(cm.NotFoundError, match="`x`"):
            of.why_not("rain", "x")
    with pytest.raises(TypeError):
        cm.gaps([])  # type: ignore[arg-type]
