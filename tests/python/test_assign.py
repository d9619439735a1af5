"""`Run.assign`: who gets what, why not, and that nobody else does it better."""

import pickle
import random
from typing import Any

import citymatch as cm
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp  # type: ignore[import-untyped, unused-ignore]

SOLUTIONS = [
    {"id": "s1", "title": "Rain gardens keep storm water", "themes": ["water"], "country": "BR"},
    {"id": "s2", "title": "Rain barrels for storm water at schools", "themes": ["water", "schools"], "country": "UY"},
    {"id": "s3", "title": "Dry toilets", "themes": ["sanitation"], "country": "BR", "stage": "idea"},
]
ASKS = {"c1": "rain gardens for storm water", "c2": "storm water at schools", "c3": "rain"}


@pytest.fixture
def run() -> cm.Run:
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    return cm.Matcher(catalogue).find_all([{"id": id, "question": text} for id, text in ASKS.items()])


def chosen(run: cm.Run) -> dict[str, list[str]]:
    return {id: list(scores) for id, scores in run.to_dict().items()}


def test_an_assignment_is_a_run_with_a_proof(run: cm.Run) -> None:
    assignment = run.assign()
    assert isinstance(assignment, cm.Run) and len(assignment) == 3
    assert chosen(assignment) == {"c1": ["s1"], "c2": ["s3"], "c3": ["s2"]}, "the sum of these three is the highest"
    assert assignment.value == pytest.approx(assignment.bound) and assignment.sum <= assignment.best_sum
    assert assignment[0][0].rank == 1 and assignment.to_pandas().shape == (3, 4)
    assert repr(assignment).startswith("<Assignment: 3 challenges, 3 pairs, 0 with nothing, value ")
    kept = run.assign(forbid=[("c3", "s3")], keep=[("c1", "s2")])
    again = pickle.loads(pickle.dumps(kept))
    assert (chosen(again), again.value, again.changes) == (chosen(kept), kept.value, kept.changes) and again.changes


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"per_solution": 3}, {"c1": ["s1"], "c2": ["s2"], "c3": ["s1"]}),
        ({"per_challenge": {"c1": 2}, "per_solution": {"s2": 2}}, {"c1": ["s1", "s3"], "c2": ["s2"], "c3": ["s2"]}),
        ({"fix": [("c3", "s1")]}, {"c1": ["s3"], "c2": ["s2"], "c3": ["s1"]}),
        ({"forbid": [("c2", "s3"), ("c3", "s3")]}, {"c1": ["s3"], "c2": ["s2"], "c3": ["s1"]}),
        ({"categories": "themes", "reserve": {("c1", "schools"): 1}}, {"c1": ["s2"], "c2": ["s3"], "c3": ["s1"]}),
        ({"categories": {"own": ["s3"]}, "reserve": {("c2", "own"): 1}}, {"c1": ["s1"], "c2": ["s3"], "c3": ["s2"]}),
        ({"categories": "country", "minimum": {"BR": 2}}, {"c1": ["s1"], "c2": ["s3"], "c3": ["s2"]}),
    ],
    ids=["per_solution", "of_each", "fix", "forbid", "reserve", "own_category", "minimum"],
)
def test_limits(run: cm.Run, options: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert chosen(run.assign(**options)) == expected


@pytest.mark.parametrize("objective", ["places", "sum", "worst"])
def test_progress_ends_at_the_number_of_challenges(run: cm.Run, objective: Any) -> None:
    told: list[tuple[int, int]] = []
    assignment = run.assign(objective=objective, progress=lambda done, total: told.append((done, total)))
    assert chosen(assignment) == chosen(run.assign(objective=objective))
    assert told[-1] == (3, 3) and told == sorted(told)
    with pytest.raises(cm.InvalidOptionError, match="progress"):
        run.assign(progress=3)  # type: ignore[arg-type]


def test_winners_are_the_places_that_nobody_set() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    run = cm.Matcher(catalogue).find_all([{"id": "c1", "question": "storm water", "winners": 2}, {"id": "c2", "question": "rain"}])
    assert [len(found) for found in run.assign()] == [2, 1]
    assert [len(found) for found in run.assign(per_challenge=1)] == [1, 1]


def test_what_fits_too_badly_is_no_candidate(run: cm.Run) -> None:
    assignment = run.assign(per_solution=3, min_score=0.2)
    scores = [match.score for matches in assignment for match in matches]
    assert scores and min(scores) >= 0.2
    (nothing,) = run.assign(min_score=0.999).unassigned
    assert (nothing.challenge_id, nothing.reason, nothing.taken) == ("c3", "taken", {"s1": ["c1"], "s2": ["c2"]})
    assert str(nothing) == "c3: taken: s1 by c1, s2 by c2"
    assert {nothing.reason for nothing in run.assign(min_score=1).unassigned} == {"no_candidate"}


def test_who_is_barred_is_said() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    run = cm.Matcher(catalogue).find_all([{"id": "c1", "question": "water"}], eligibility={"stages": ["scaling"], "unknown": "bar"})
    (nothing,) = run.assign().unassigned
    assert (nothing.reason, nothing.words) == ("barred", "all 3 candidates are barred")


def test_what_was_assigned_stays(run: cm.Run) -> None:
    before = run.assign(fix=[("c1", "s2")])
    assert chosen(run.assign(keep=before)) == chosen(before) and run.assign(keep=before).changes == []
    after = run.assign(keep=before, forbid=[("c1", "s2")])
    assert cm.Change("removed", "c1", "s2") in after.changes
    assert [str(change) for change in after.changes if change.change == "removed"][0] == "removed: s2 for c1"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"per_challenge": 0}, "per_challenge"),
        ({"per_challenge": 4}, "per_challenge"),
        ({"per_solution": -1}, "per_solution"),
        ({"per_challenge": {"c9": 1}}, "per_challenge"),
        ({"objective": "fair"}, "objective"),
        ({"forbid": "c1"}, "forbid"),
        ({"forbid": [("c1",)]}, "forbid"),
        ({"forbid": [("c9", "s1")]}, "forbid"),
        ({"fix": [("c1", "s9")]}, "fix"),
        ({"fix": [("c1", "s1")], "forbid": [("c1", "s1")]}, "fix"),
        ({"fix": [("c1", "s1"), ("c1", "s1")]}, "fix"),
        ({"reserve": {"water": 1}}, "reserve"),
        ({"categories": "colour"}, "categories"),
        ({"categories": {"own": "s1"}}, "categories"),
        ({"minimum": 3}, "minimum"),
        ({"time_limit": -1}, "time_limit"),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, dict) else None,
)
def test_wrong_options_are_named(run: cm.Run, options: dict[str, Any], name: str) -> None:
    with pytest.raises(cm.InvalidOptionError) as error:
        run.assign(**options)
    assert (error.value.name or "").startswith(name), error.value


def test_an_empty_run_is_refused() -> None:
    empty = cm.Matcher(cm.Catalogue.create()).find_all([])
    with pytest.raises(cm.InvalidOptionError, match="run"):
        empty.assign()


def test_limits_that_cannot_be_kept_say_what_would_have_to_give_way(run: cm.Run) -> None:
    with pytest.raises(cm.InfeasibleError, match="1 place is missing") as error:
        run.assign(categories={"own": ["s3"]}, minimum={"own": 2})
    assert error.value.missing == 1 and "`minimum` of own 1 instead of 2" in error.value.ways[0]


def test_the_sum_is_that_of_scipy() -> None:
    """Random runs with capacities, beside an assignment solver and a solver of integer programs."""
    chance = random.Random(7)
    words = "water rain street waste light bus tree school roof market heat river".split()
    for case in range(40):
        catalogue = cm.Catalogue.create()
        solutions = chance.randint(2, 8)
        catalogue.add([{"id": f"s{i}", "title": " ".join(chance.sample(words, 4))} for i in range(solutions)])
        challenges = chance.randint(1, 6)
        asks = [{"id": f"c{i}", "question": " ".join(chance.sample(words, 3)), "language": "en"} for i in range(challenges)]
        run = cm.Matcher(catalogue).find_all(asks, limit=chance.randint(1, solutions))
        scores = np.zeros((challenges, solutions))
        there = np.zeros((challenges, solutions), bool)
        for i, matches in enumerate(run):
            for match in matches:
                scores[i, int(match.solution_id[1:])], there[i, int(match.solution_id[1:])] = match.score, True
        rows, columns = linear_sum_assignment(-scores)
        assert run.assign(objective="sum").sum == pytest.approx(scores[rows, columns].sum()), case
        most = min(2, there.sum(axis=1).max())
        places = LinearConstraint(np.kron(np.eye(challenges), np.ones(solutions)), -np.inf, most)
        uses = LinearConstraint(np.kron(np.ones(challenges), np.eye(solutions)), -np.inf, min(2, challenges))
        best = milp(-scores.ravel(), constraints=[places, uses], integrality=np.ones(scores.size), bounds=Bounds(0, there.ravel().astype(float)))
        assignment = run.assign(objective="sum", per_challenge=int(most), per_solution=min(2, challenges))
        assert assignment.sum == pytest.approx(-best.fun) and assignment.bound == pytest.approx(-best.fun), case
