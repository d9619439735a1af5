"""What goes through a pickle, and what says why it does not."""

import copy
import pickle
from typing import Any

import citymatch as cm
import pytest

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
VALUES = {
    "solution": cm.Solution("s1", "T", stage="piloto", cost={"amount": 5}, extra={"note": [1, None, 2.5]}),
    "challenge": cm.Challenge("c1", "T", eligibility={"stages": ["pilot"]}, criteria={"impact": 1}, deadline="2026-05-01"),
    "eligibility": cm.Eligibility(countries=["BR"], max_cost={"amount": 5, "currency": "USD"}),
    "report": cm.AddReport(
        1,
        0,
        [cm.Rejected(None, 2, "id", "", "an id", "row 2: …")],
        [cm.FieldWarning(None, 1, "sumary", "summary", "row 1: …")],
    ),
    "reason": cm.Ineligible("s1", [cm.Reason("stages", "idea", ["pilot"])]),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values(value: Any, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(value, protocol)) == value == copy.deepcopy(value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_catalogue_and_a_matcher_are_path_and_options(stored: cm.Catalogue, protocol: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stored.path is not None
    monkeypatch.chdir(stored.path.parent)
    catalogue = cm.Catalogue.open(stored.path.name)
    matcher = cm.Matcher(catalogue, weights={"words": {"same": 2, "other": 1}}, languages=["es"], threads=1)
    pickled = pickle.dumps((catalogue, matcher), protocol)
    stored.add([{"id": "s4", "title": "agua de lluvia en las calles"}])
    monkeypatch.chdir("/")
    again, matcher_again = pickle.loads(pickled)
    assert len(again) == 4 and again.path == stored.path
    assert repr(matcher_again).split(", ", 2)[2] == repr(matcher).split(", ", 2)[2]
    assert len(matcher.find("agua de lluvia")) == 1 and len(matcher_again.find("agua de lluvia")) == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_results(stored: cm.Catalogue, challenges: list[cm.Challenge], protocol: int) -> None:
    matcher = cm.Matcher(stored)
    rules = {"stages": ["pilot"], "unknown": "bar"}
    run, matches = matcher.find_all(challenges), matcher.find(challenges[0], eligibility=rules)
    run_again, matches_again, match_again = pickle.loads(pickle.dumps((run, matches, matches[0]), protocol))
    assert run_again.to_dict() == run.to_dict() and run_again.to_arrow().equals(run.to_arrow())
    assert list(matches_again) == list(matches) and matches_again.ineligible == matches.ineligible != []
    assert match_again == matches[0] and match_again.solution == matches[0].solution
    assert run_again[0].explain(0) == run[0].explain(0)
    assert match_again.challenge_id == "c1" and match_again.to_dict() == matches[0].to_dict()
    fields = ["answered", "title"]
    assert run_again.to_arrow(fields=fields).equals(run.to_arrow(fields=fields))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_results_keep_the_rules_of_their_call(stored: cm.Catalogue, protocol: int) -> None:
    matcher = cm.Matcher(stored)
    rules = {"unknown": "bar", "countries": ["BO"]}
    run = matcher.find_all(["agua"], eligibility=rules, at_least="idea")
    again = pickle.loads(pickle.dumps(run, protocol))
    assert again[0].ineligible == run[0].ineligible and len(run[0].ineligible) == 3


def test_a_solution_that_a_catalogue_has_lost(stored: cm.Catalogue) -> None:
    run = cm.Matcher(stored).find_all(["agua"])
    pickled = pickle.dumps(run)
    stored.remove("s1")
    again = pickle.loads(pickled)
    assert again.to_arrow().num_rows == 3, "what was found is in the pickle"
    with pytest.raises(cm.NotFoundError, match="no solution `s1`"):
        again.to_arrow(fields=["title"])


def test_results_of_a_catalogue_in_memory_are_values(matcher: cm.Matcher) -> None:
    matches = pickle.loads(pickle.dumps(matcher.find("agua")))
    assert list(matches) == list(matcher.find("agua"))
    assert "<table>" in matches._repr_html_()
    for call in (lambda: matches[0].solution, lambda: matches.explain(0), lambda: matches.ineligible):
        with pytest.raises(cm.CatalogueStateError, match="in memory"):
            call()
    assert len(pickle.loads(pickle.dumps(matcher.find_all([])))) == 0


def test_in_memory_refuses_with_a_sentence(catalogue: cm.Catalogue, matcher: cm.Matcher) -> None:
    for value in (catalogue, matcher):
        with pytest.raises(TypeError, match="a catalogue in memory cannot be pickled"):
            pickle.dumps(value)


ERRORS = [
    cm.InvalidDataError("m", "f", 3, "title", "v", "e"),
    cm.InvalidOptionError("m", "limit", "0", "1 or more"),
    cm.NotFoundError("m", "s9"),
    cm.CatalogueStateError("m"),
    cm.CatalogueFormatError("m"),
    cm.EngineError("m"),
    cm.InternalError("m"),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_exceptions(error: cm.CityMatchError, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(error, protocol))
    assert (type(again), str(again), vars(again)) == (type(error), "m", vars(error))
    assert type(error).__module__ == "citymatch" and isinstance(error, cm.CityMatchError)
    assert vars(copy.copy(error)) == vars(error)
