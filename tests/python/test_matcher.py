"""`Matcher`: options, `find`, `explain`, `refresh`."""

from typing import Any

import citymatch as cm
import numpy as np
import pytest

QUESTION = "¿Cómo retener el agua de lluvia en las aceras?"


@pytest.mark.parametrize(
    "challenge",
    [QUESTION, {"id": "text", "question": QUESTION}, cm.Challenge("text", question=QUESTION)],
    ids=["text", "mapping", "object"],
)
def test_a_challenge_in_every_form(matcher: cm.Matcher, challenge: Any) -> None:
    matches = matcher.find(challenge)
    assert (matches.challenge_id, [found.solution_id for found in matches]) == ("text", ["s1", "s2", "s3"])


def test_limit_cuts_and_nothing_else(matcher: cm.Matcher) -> None:
    all = matcher.find(QUESTION)
    assert list(matcher.find(QUESTION, limit=2)) == list(all)[:2]
    assert list(matcher.find(QUESTION, limit=np.int64(1))) == list(all)[:1]
    assert len(matcher.find(QUESTION, limit=2**40)) == 3


def test_stop_words_alone_find_nothing(matcher: cm.Matcher) -> None:
    assert len(matcher.find({"id": "c", "title": "de la que el", "language": "es"})) == 0
    assert len(matcher.find("!?")) == 0


@pytest.mark.parametrize(
    ("challenge", "field"),
    [
        ("", "question"),
        (" \n", "question"),
        ("a\ud800", "question"),
        ("a\0b", "question"),
        ({"question": "no id"}, "id"),
        ({"id": "c", "title": "T", "deadline": "tomorrow"}, "deadline"),
        ({"id": "c", "title": "T", "language": "fr"}, "language"),
        (cm.Solution("s", "T"), "record"),
        (5, "record"),
        (None, "record"),
    ],
    ids=repr,
)
def test_a_wrong_challenge(matcher: cm.Matcher, challenge: Any, field: str) -> None:
    for call in (matcher.find, lambda challenge: matcher.explain(challenge, "s1")):
        with pytest.raises(cm.InvalidDataError) as error:
            call(challenge)
        assert error.value.field == field


@pytest.mark.parametrize("limit", [0, -1, 1.5, "10", True, 2**70], ids=repr)
def test_a_wrong_limit(matcher: cm.Matcher, limit: Any) -> None:
    for call in (
        lambda: matcher.find(QUESTION, limit=limit),
        lambda: matcher.find_all([], limit=limit),
        lambda: matcher.find_each([], limit=limit),
    ):
        with pytest.raises(cm.InvalidOptionError) as error:
            call()
        assert error.value.name == "limit"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"weights": {"wrods": 1}}, "weights"),
        ({"weights": {"words": -1}}, "weights.words"),
        ({"weights": {"words": float("inf")}}, "weights.words"),
        ({"weights": {"words": float("nan")}}, "weights.words"),
        ({"weights": {"words": {"same": 1}}}, "weights.words"),
        ({"weights": {"words": {"same": 1, "others": 1}}}, "weights.words"),
        ({"weights": {"words": "much"}}, "weights.words"),
        ({"weights": [1]}, "weights"),
        ({"weights": {1: 1}}, "weights"),
        ({"languages": ["fr"]}, "languages"),
        ({"languages": 5}, "languages"),
        ({"languages": ["a\ud800"]}, "languages"),
        ({"threads": 0}, "threads"),
        ({"threads": -1}, "threads"),
    ],
    ids=repr,
)
def test_a_wrong_option(catalogue: cm.Catalogue, options: Any, name: str) -> None:
    with pytest.raises(cm.InvalidOptionError) as error:
        cm.Matcher(catalogue, **options)
    assert error.value.name == name and isinstance(error.value, ValueError)


def test_an_unknown_signal_lists_the_known(catalogue: cm.Catalogue) -> None:
    with pytest.raises(cm.InvalidOptionError, match="`wrods` .*`words`, `related`, `meaning`, `language`"):
        cm.Matcher(catalogue, weights={"wrods": 1})


def test_weights(catalogue: cm.Catalogue) -> None:
    weights: list[Any] = [1.0, {"same": 1, "other": 1}, np.float32(1), {"same": 2, "other": 0}]
    scores = [[found.score for found in cm.Matcher(catalogue, weights={"words": words}).find(QUESTION)] for words in weights]
    assert scores[0] == scores[1] == scores[2]
    assert scores[3][0] > scores[0][0] and scores[3][1:] == scores[0][1:], "the others share no word"


def test_every_signal_counts(catalogue: cm.Catalogue) -> None:
    calibrated = cm.Matcher(catalogue)
    signals = ["words", "related", "meaning", "language"]
    assert list(calibrated.weights) == signals and calibrated.weights["language"] == {"same": 0.0, "other": 0.0}
    assert list(cm.Matcher(catalogue, weights=calibrated.weights).find(QUESTION)) == list(calibrated.find(QUESTION))
    found = {signal: cm.Matcher(catalogue, weights={signal: 1}).find(QUESTION) for signal in signals}
    assert len({matches[0].score for matches in found.values()}) == 4, "no weight is without effect"
    for signal, matches in found.items():
        assert [node.name for node in matches.explain(0).children[0].children] == [signal]
    for nothing in ({}, {"words": 0}):
        scores = {match.score for match in cm.Matcher(catalogue, weights=nothing).find(QUESTION)}
        assert len(scores) == 1, "nothing counts"


def test_weights_are_told(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(catalogue, weights={"words": 1, "meaning": {"same": np.float32(0.5), "other": 2}})
    assert matcher.weights == {
        "words": {"same": 1.0, "other": 1.0},
        "related": {"same": 0.0, "other": 0.0},
        "meaning": {"same": 0.5, "other": 2.0},
        "language": {"same": 0.0, "other": 0.0},
    }


@pytest.mark.parametrize(
    ("languages", "ids"), [(["es", "en"], ["s1", "s2"]), ("pt", ["s3"]), (("português",), ["s3"])], ids=["two", "one", "name"]
)
def test_languages(catalogue: cm.Catalogue, languages: Any, ids: list[str]) -> None:
    matches = cm.Matcher(catalogue, languages=languages).find(QUESTION)
    assert [found.solution_id for found in matches] == ids
    assert {barred.id for barred in matches.ineligible} == {"s1", "s2", "s3"} - set(ids)


def test_a_snapshot_stands_until_refresh(stored: cm.Catalogue) -> None:
    assert stored.path is not None
    matcher = cm.Matcher(stored)
    before = matcher.find(QUESTION)
    cm.Catalogue.open(stored.path).remove("s1")
    assert len(matcher.find(QUESTION)) == 3
    matcher.refresh()
    assert len(matcher.find(QUESTION)) == 2
    assert before[0].solution.id == "s1", "results keep the snapshot that they came from"
    assert before.explain(0).value == before[0].score


def test_explain_any_solution(matcher: cm.Matcher) -> None:
    assert matcher.explain(QUESTION, "s3").solution_id == "s3"
    with pytest.raises(cm.NotFoundError, match="^no solution `s9` in the catalogue$"):
        matcher.explain(QUESTION, "s9")


def test_repr(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(catalogue, weights={"words": 1}, languages="es", threads=2)
    options = "weights={'words': {'same': 1.0, 'other': 1.0}}, languages=['es'], threads=2"
    assert repr(matcher) == f"Matcher(<Catalogue in memory: 3 solutions, 0 challenges>, {options})"
    assert repr(cm.Matcher(catalogue)) == "Matcher(<Catalogue in memory: 3 solutions, 0 challenges>)"


def test_the_catalogue_must_be_one() -> None:
    with pytest.raises(TypeError):
        cm.Matcher("catalogue.cm")  # type: ignore[arg-type]
