"""`Matcher`: options, `find`, `explain`, `refresh`."""

import inspect
import pickle
from pathlib import Path
from typing import Any

import citymatch as cm
import numpy as np
import pytest
from citymatch.typing import Signal

QUESTION = "¿Cómo retener el agua de lluvia en las aceras?"


@pytest.mark.parametrize(
    "challenge",
    [
        QUESTION,
        {"id": "text", "question": QUESTION},
        {"question": QUESTION},
        {"id": None, "question": QUESTION},
        cm.Challenge("text", question=QUESTION),
        cm.Challenge.from_text(QUESTION),
    ],
    ids=["text", "mapping", "mapping without an id", "id of None", "object", "from_text"],
)
def test_a_challenge_in_every_form(matcher: cm.Matcher, challenge: Any) -> None:
    matches = matcher.find(challenge)
    assert (matches.challenge_id, [found.solution_id for found in matches]) == (
        "text",
        ["s1", "s2", "s3"],
    )


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
        ({"id": "a\nb", "question": "T"}, "id"),
        ({}, "title"),
        ({"id": "c", "title": "T", "deadline": "tomorrow"}, "deadline"),
        ({"id": "c", "title": "T", "language": "fr"}, "language"),
        (cm.Solution("s", "T"), "challenge"),
        (5, "challenge"),
        (None, "challenge"),
        (["a"], "challenge"),
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
        ({"weights": {}}, "weights"),
        ({"weights": {"words": 0}}, "weights"),
        ({"weights": {"words": 0, "meaning": {"same": 0, "other": 0.0}}}, "weights"),
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
    with pytest.raises(
        cm.InvalidOptionError, match="`wrods` .*`words`, `related`, `meaning`, `language`, `subject`"
    ):
        cm.Matcher(catalogue, weights={"wrods": 1})  # type: ignore[dict-item]


def test_weights(catalogue: cm.Catalogue) -> None:
    weights: list[Any] = [1.0, {"same": 1, "other": 1}, np.float32(1), {"same": 2, "other": 0}]
    scores = [
        [found.score for found in cm.Matcher(catalogue, weights={"words": words}).find(QUESTION)]
        for words in weights
    ]
    assert scores[0] == scores[1] == scores[2]
    assert scores[3][0] > scores[0][0] and scores[3][1:] == scores[0][1:], (
        "the others share no word"
    )


def test_every_signal_counts(catalogue: cm.Catalogue) -> None:
    calibrated = cm.Matcher(catalogue)
    signals: list[Signal] = ["words", "related", "meaning", "language", "subject"]
    criteria = ["themes", "goals", "place", "maturity"]
    assert list(calibrated.weights) == [*signals, *criteria] and calibrated.weights["language"] == {
        "same": 0.0,
        "other": 0.0,
    }
    assert list(cm.Matcher(catalogue, weights=calibrated.weights).find(QUESTION)) == list(
        calibrated.find(QUESTION)
    )
    found = {
        signal: cm.Matcher(catalogue, weights={signal: 1}).find(QUESTION) for signal in signals
    }
    assert len({matches[0].score for matches in found.values()}) == 5, "no weight is without effect"
    for signal, matches in found.items():
        assert [node.name for node in matches.explain(0).children[0].children] == [signal]


CRITERIA_SOLUTIONS: list[dict[str, object]] = [
    {"id": "s1", "title": "Jardines de lluvia", "themes": ["floods"], "sdgs": ["11.5"], "city": "Quito", "stage": "idea"},
    {"id": "s2", "title": "Jardines de lluvia", "stage": "scaling", "country": "EC"},
    {"id": "s3", "title": "Jardines de lluvia", "deployments": [{"city": "Quito", "status": "failed"}], "stage": "pilot"},
]


@pytest.mark.parametrize(
    ("criteria", "signal", "values"),
    [
        ({"temas": 1}, "themes", {"s1": 1.0, "s2": 0.0, "s3": 0.0}),
        ({"ODS": 3, "innovación": 1}, "goals", {"s1": 1.0, "s2": 0.0, "s3": 0.0}),
        ({"place": 0.5}, "place", {"s1": 1.0, "s2": 0.6, "s3": 1.0}),
        ({"madurez": 10}, "maturity", {"s1": 0.0, "s2": 0.6, "s3": 0.3 - 0.4 / 3}),
    ],
)
def test_criteria_count_by_name(criteria: dict[str, float], signal: Signal, values: dict[str, float]) -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add(CRITERIA_SOLUTIONS)
    matcher = cm.Matcher(catalogue)
    ask = cm.Challenge(
        "c", "¿Cómo retener la lluvia?", themes=["Inundaciones"], sdgs=[11], city="Quito", country="EC", criteria=criteria
    )
    matches = matcher.find(ask)
    assert {found.solution_id: found.signals[signal] for found in matches} == pytest.approx(values)
    assert matches.criteria == {signal: 1.0}
    assert matches.for_a_person == [name for name in criteria if name == "innovación"]
    explanation = matches.explain(0)
    assert explanation.value == matches[0].score
    node = next(node for node in explanation.children[0].children if node.name == signal)
    assert isinstance(node.children[1].evidence, cm.ValueEvidence)
    plain = matcher.find(cm.Challenge("c", "¿Cómo retener la lluvia?", themes=["Inundaciones"], sdgs=[11], criteria={"team": 1}))
    assert plain.criteria == {} and plain.for_a_person == ["team"] and signal not in plain[0].signals


ROOFS: list[dict[str, object]] = [
    {"theme": "roofs", "broader": "green space", "es": ["techos vivos"], "pt": "telhados verdes; ecotelhados"}
]


def test_a_thesaurus_of_ones_own(tmp_path: Path) -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": "s1", "title": "Jardines", "themes": ["Ecotelhados"]}, {"id": "s2", "title": "Jardines", "themes": ["waste"]}])
    ask = cm.Challenge("c", "¿Cómo hacer jardines?", themes=["Techos vivos"], criteria={"themes": 1})
    rows = "theme,broader,es,pt\nroofs,green space,techos vivos,telhados verdes; ecotelhados\n"
    path = tmp_path / "temas.csv"
    path.write_text(rows, encoding="utf-8")
    matchers = [cm.Matcher(catalogue, thesaurus=own) for own in (ROOFS, path, str(path))]
    stored = cm.Catalogue.create(tmp_path / "c.cm")
    stored.add([*catalogue.solutions])
    matchers.append(pickle.loads(pickle.dumps(cm.Matcher(stored, thesaurus=path))))
    for matcher in matchers:
        assert {own.solution_id: own.signals["themes"] for own in matcher.find(ask)} == {"s1": 1.0, "s2": 0.0}
        assert [(own.name, own.solutions) for own in cm.gaps(matcher.find_all([ask])).themes] == [("Ecotelhados", 1)]
    assert {own.signals["themes"] for own in cm.Matcher(catalogue).find(ask)} == {0.0}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"theme": "a", "broader": "a", "es": "uno"}], "`thesaurus[0].broader` cannot be `a` (expected no theme above itself: a → a)"),
        (
            [{"theme": "a", "es": "uno"}, {"theme": "b", "pt": ["UNO"]}],
            "`thesaurus[1].pt` cannot be `UNO` (expected a word of one theme: it names `a` already)",
        ),
        (
            [{"theme": "a", "fr": "un"}],
            "`thesaurus[0].header` cannot be `fr` (expected one of `theme`, `broader`, and the languages `es`, `pt`, `en`)",
        ),
        ([{"theme": "a", "broader": "x", "es": "uno"}], "`thesaurus[0].broader` cannot be `x` (expected the name of a theme, of these rows or built in)"),
        (3, "`thesaurus` cannot be `3` (expected the path of a file, or a list of mappings with"),
    ],
    ids=["cycle", "two_themes", "language", "broader", "type"],
)
def test_a_wrong_thesaurus_is_refused(catalogue: cm.Catalogue, rows: Any, message: str) -> None:
    with pytest.raises(cm.InvalidOptionError) as raised:
        cm.Matcher(catalogue, thesaurus=rows)
    assert str(raised.value).startswith(message)


def test_a_wrong_file_of_themes_is_refused(catalogue: cm.Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "temas.csv"
    path.write_text("theme,broader,es\na,b,uno\nb,a,dos\n", encoding="utf-8")
    with pytest.raises(cm.InvalidDataError, match=r"temas.csv`, row 3: `broader` cannot be `a`"):
        cm.Matcher(catalogue, thesaurus=path)
    with pytest.raises(OSError, match="missing.csv"):
        cm.Matcher(catalogue, thesaurus=tmp_path / "missing.csv")


def test_goals_of_texts_count_if_they_are_to() -> None:
    catalogue = cm.Catalogue.create()
    hunger = "Huertos en azoteas: familias cultivan verduras y acaban con el hambre en el barrio."
    catalogue.add([cm.Solution("s1", "Un proyecto del barrio", description=hunger)])
    ask = cm.Challenge("c", "¿Cómo tener un proyecto en el barrio?", sdgs=[2], criteria={"ods": 1})
    assert cm.Matcher(catalogue).find(ask)[0].signals["goals"] == 0.0
    suggested = cm.Matcher(catalogue, suggested=True)
    assert suggested.find(ask)[0].signals["goals"] == 0.75
    assert catalogue.solutions["s1"].sdgs == []


def test_weights_are_told(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(
        catalogue, weights={"words": 1, "meaning": {"same": np.float32(0.5), "other": 2}}
    )
    assert matcher.weights == {
        "words": {"same": 1.0, "other": 1.0},
        "related": {"same": 0.0, "other": 0.0},
        "meaning": {"same": 0.5, "other": 2.0},
        "subject": {"same": 0.0, "other": 0.0},
        "language": {"same": 0.0, "other": 0.0},
        **dict.fromkeys(("themes", "goals", "place", "maturity"), {"same": 0.0, "other": 0.0}),
    }


@pytest.mark.parametrize(
    ("languages", "ids"),
    [(["es", "en"], ["s1", "s2"]), ("pt", ["s3"]), (("português",), ["s3"])],
    ids=["two", "one", "name"],
)
def test_languages(catalogue: cm.Catalogue, languages: Any, ids: list[str]) -> None:
    matches = cm.Matcher(catalogue, languages=languages).find(QUESTION)
    assert [found.solution_id for found in matches] == ids
    assert {barred.solution_id for barred in matches.ineligible} == {"s1", "s2", "s3"} - set(ids)


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
    assert (
        repr(cm.Matcher(catalogue)) == "Matcher(<Catalogue in memory: 3 solutions, 0 challenges>)"
    )


def calls(catalogue: cm.Catalogue) -> dict[str, tuple[Any, type[Exception], str]]:
    """What users write by mistake, and what the message tells them to write."""
    any_matcher: Any = cm.Matcher(catalogue)
    wrong: Any = cm
    return {
        "a path as a catalogue": (
            lambda: wrong.Matcher("x.cm"),
            TypeError,
            "expected a Catalogue, not `str`: Catalogue.open(path) opens one",
        ),
        "a constructor": (
            lambda: wrong.Catalogue("x.cm"),
            TypeError,
            "Catalogue.open(path) opens one",
        ),
        "a constructor without a path": (
            lambda: wrong.Catalogue(),
            TypeError,
            "Catalogue.create() one in memory",
        ),
        "limit by place": (
            lambda: any_matcher.find("agua", 5),
            TypeError,
            "limit is given by name: limit=5",
        ),
        "limit by place, many": (
            lambda: any_matcher.find_all(["agua"], 7),
            TypeError,
            "find_all() takes 1 positional argument but 2 were given: limit is given by name: limit=",
        ),
        "limit by place, one by one": (
            lambda: any_matcher.find_each(["agua"], 7, 8),
            TypeError,
            "but 3 were given: limit is given by name: limit=7",
        ),
        "rules by place": (
            lambda: any_matcher.find("agua", {"stages": []}),
            TypeError,
            "limit is given by name: limit=10",
        ),
        "nothing": (
            lambda: any_matcher.find(None),
            cm.InvalidDataError,
            "cannot be `None` (expected a Challenge, a mapping of its fields, or a text)",
        ),
        "a list": (lambda: any_matcher.find(["agua"]), cm.InvalidDataError, "or a text)"),
        "a case of weights": (
            lambda: wrong.Matcher(catalogue, weights={"words": {"smae": 1}}),
            cm.InvalidOptionError,
            "`weights.words` cannot be `smae` (expected `same`, `other`)",
        ),
        "half of the cases": (
            lambda: wrong.Matcher(catalogue, weights={"words": {"same": 1}}),
            cm.InvalidOptionError,
            "`weights.words` cannot be `{'same': 1}` (expected both `same` and `other`)",
        ),
        "no weight": (
            lambda: wrong.Matcher(catalogue, weights={}),
            cm.InvalidOptionError,
            "`weights` cannot be `{}` (expected at least one weight above 0)",
        ),
        "a stage": (
            lambda: any_matcher.find("agua", at_least="pilto"),
            cm.InvalidOptionError,
            "`at_least` cannot be `pilto` (expected one of `idea`, `design`",
        ),
        "a slice": (
            lambda: wrong.Catalogue.create()[:2],
            TypeError,
            "an id is expected, not a slice: catalogue.solutions.ids()[:5]",
        ),
    }


@pytest.mark.parametrize("name", calls(cm.Catalogue.create()))
def test_a_message_says_what_to_write(catalogue: cm.Catalogue, name: str) -> None:
    call, error, message = calls(catalogue)[name]
    with pytest.raises(error) as raised:
        call()
    assert message in str(raised.value)


def test_limit_is_a_name_in_the_signatures() -> None:
    for method in (cm.Matcher.find, cm.Matcher.find_all, cm.Matcher.find_each):
        limit = inspect.signature(method).parameters["limit"]
        assert (limit.kind, limit.default) == (inspect.Parameter.KEYWORD_ONLY, 10)


def test_at_least(catalogue: cm.Catalogue) -> None:
    catalogue.add(
        [
            {"id": f"x-{stage}", "title": "agua", "stage": stage}
            for stage in ("idea", "pilot", "scaling", "closed")
        ]
    )
    matcher = cm.Matcher(catalogue)
    matches = matcher.find(QUESTION, at_least="piloto")
    assert {found.solution_id for found in matches} == {"s1", "s2", "s3", "x-pilot", "x-scaling"}
    assert [barred.solution_id for barred in matches.ineligible] == ["x-closed", "x-idea"]
    strict = matcher.find(
        QUESTION, eligibility={"unknown": "bar", "countries": []}, at_least="pilot"
    )
    assert {found.solution_id for found in strict} == {"s1", "x-pilot", "x-scaling"}
    of_challenge = matcher.find(
        {"question": QUESTION, "eligibility": {"unknown": "bar"}}, at_least="scaling"
    )
    assert {found.solution_id for found in of_challenge} == {"x-scaling"}
    ideas = cm.Eligibility(stages=["idea"], unknown="bar")
    assert len(matcher.find(QUESTION, eligibility=ideas, at_least="pilot")) == 0
    for run in (
        matcher.find_all([QUESTION], at_least="pilot"),
        list(matcher.find_each([QUESTION], at_least="pilot")),
    ):
        assert [list(found.to_dict()["matches"]) for found in run][0] == [
            {**match.to_dict(), "challenge_id": "1"} for match in matches
        ]
        assert run[0].ineligible == matches.ineligible


def test_a_text_may_come_with_its_language() -> None:
    catalogue = cm.Catalogue.create()
    trains = {"id": "s1", "title": "Rain: una red de trenes de cercanías para la ciudad", "language": "es"}
    catalogue.add([trains, {"id": "s2", "title": "Rain gardens for the pavement of a street", "language": "en"}])
    matcher = cm.Matcher(catalogue)
    short = matcher.find("rain")
    assert (short.language, short.language_source) == (None, "each")
    assert "read in every language" in repr(short) and "read in every language" in short._repr_html_()
    english = matcher.find("rain", language="en")
    assert (english.language, english.language_source, english[0].solution_id) == ("en", "declared", "s2")
    assert "read as English" in repr(english)
    assert "read as Spanish" in repr(matcher.find("¿Cómo evitar que la lluvia inunde las calles?"))
    assert matcher.explain("rain", "s2", language="en").value == english[0].score
    run = matcher.find_all(["rain", "trenes"], language="es")
    assert [matches.language for matches in run] == ["es", "es"]
    assert [matches.language for matches in matcher.find_each("rain", language="pt")] == ["pt"]
    again = pickle.loads(pickle.dumps(run))
    assert [matches.language_source for matches in again] == ["declared", "declared"]


@pytest.mark.parametrize("challenge", [cm.Challenge("c1", "rain"), {"question": "rain"}, {"Pregunta": "rain"}], ids=["object", "mapping", "header"])
def test_a_language_is_for_texts(matcher: cm.Matcher, challenge: Any) -> None:
    with pytest.raises(cm.InvalidOptionError, match="texts as challenges"):
        matcher.find(challenge, language="en")
    with pytest.raises(cm.InvalidOptionError, match="texts as challenges"):
        matcher.find_all([challenge], language="en")
    assert matcher.find(challenge).challenge_id in ("c1", "text")
    with pytest.raises(cm.InvalidOptionError, match="`language` cannot be `fr`"):
        matcher.find("rain", language="fr")  # type: ignore[arg-type]
