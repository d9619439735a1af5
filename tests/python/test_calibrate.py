"""`calibrate`: the constants of the score for an encoder of one's own."""

import json
from pathlib import Path
from typing import Any

import citymatch as cm
import numpy as np
import pytest
from test_encoder import SIZE, hashed

COLLECTIONS = Path(__file__).parents[1] / "data/collections"


def rows(name: str, file: str, field: str) -> list[dict[str, Any]]:
    lines = (COLLECTIONS / name / file).read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    return [{"id": row["_id"], field: row["text"], "language": row["lang"]} for row in read]


@pytest.fixture(scope="module")
def solutions() -> list[dict[str, Any]]:
    return rows("xquad_same", "corpus.jsonl", "description")


@pytest.fixture(scope="module")
def examples() -> list[dict[str, Any]]:
    """Every fortieth question of XQuAD, in the language of its paragraph and in the other one."""
    lines = (COLLECTIONS / "xquad_same" / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    answers = {line.split("\t")[0]: line.split("\t")[1] for line in lines}
    asks, translations = (rows(name, "queries.jsonl", "problem") for name in ("xquad_same", "xquad_xl"))
    found = [
        {"ask": ask, "translation": translation, "answers": [answers[ask["id"]]]}
        for ask, translation in zip(asks[::40], translations[::40], strict=True)
    ]
    assert len(found) == 30
    return found


def encoder() -> cm.Encoder:
    return cm.Encoder("hashed-words", SIZE, hashed)


def test_the_result_is_an_encoders_arguments(solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> None:
    constants = cm.calibrate(encoder(), solutions, examples, means=True)
    assert constants["means"].keys() == {"en", "es"} and all(len(mean) == SIZE for mean in constants["means"].values())
    assert constants["related_factor"] > 1 and constants["meaning_factor"] > 1, "hashed words meet within a language alone"
    calibrated = cm.Encoder("hashed-words, centred", SIZE, hashed, **constants)
    catalogue = cm.Catalogue.create(encoder=calibrated)
    assert catalogue.add(solutions).added == len(solutions)
    matcher = cm.Matcher(catalogue)
    assert matcher.weights["meaning"] == {"same": 1.0, "other": constants["meaning_factor"]}
    details = matcher.explain(examples[0]["ask"], examples[0]["answers"][0]).details
    assert details == {"slope": constants["slope"], "midpoint": constants["midpoint"]}
    # A language's texts, less its mean, have the mean 0 (here: less what is left of it after they are directions again).
    english = hashed([row["description"] for row in solutions if row["language"] == "en"])
    english /= np.linalg.norm(english, axis=1, keepdims=True)
    before, after = english.mean(axis=0), (english - constants["means"]["en"]).mean(axis=0)
    assert np.linalg.norm(after) < 0.5 * np.linalg.norm(before)


def test_every_form_of_solutions_and_examples(solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> None:
    expected = cm.calibrate(encoder(), solutions, examples)
    assert expected["means"] == {}
    objects = [
        {
            "ask": cm.Challenge.from_dict(example["ask"]),
            "translation": cm.Challenge.from_dict(example["translation"]),
            "answers": example["answers"][0],
        }
        for example in examples
    ]
    assert cm.calibrate(encoder(), (cm.Solution.from_dict(row) for row in solutions), iter(objects)) == expected
    # Questions as texts, in the language that is detected; without a translation they count for the logistic alone.
    more: list[dict[str, Any]] = [*examples, {"ask": "How many points did the Panthers give up?", "answers": ["p0"], "translation": None}]
    other = cm.calibrate(encoder(), solutions, more)
    assert other["related_factor"] == expected["related_factor"] and other["midpoint"] != expected["midpoint"]


def test_the_builtin_encoder_has_constants_too(solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> None:
    builtin = cm.Catalogue.create().encoder
    assert builtin is not None
    constants = cm.calibrate(builtin, solutions, examples)
    assert 1.5 < constants["related_factor"] < 2.3 and 1 < constants["meaning_factor"] < 1.3


def test_factors_that_are_given(solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> None:
    given = cm.calibrate(encoder(), solutions, examples, related_factor=3, meaning_factor=np.float32(1.5))
    shown = cm.calibrate(encoder(), solutions, examples)
    assert (given["related_factor"], given["meaning_factor"]) == (3.0, 1.5) and given["midpoint"] != shown["midpoint"]
    for wrong in (0, -1, "much", float("inf")):
        with pytest.raises(cm.InvalidOptionError) as error:
            cm.calibrate(encoder(), solutions, examples, related_factor=wrong)  # type: ignore[arg-type]
        assert error.value.name == "related_factor"


def test_each_text_is_encoded_once(solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> None:
    asked: list[str] = []

    def noted(texts: list[str]) -> Any:
        asked.extend(texts)
        return hashed(texts)

    cm.calibrate(cm.Encoder("noted", SIZE, noted), solutions, examples, means=True)
    # Threads that ask at the same time may both be answered.
    assert len(asked) < 1.05 * len(set(asked))


@pytest.mark.parametrize(
    ("example", "name", "message"),
    [
        ({"answers": ["p0"]}, "examples[0]", "a mapping with `ask` and `answers`"),
        ({"ask": "How many points did the Panthers give up?"}, "examples[0]", "a mapping with `ask` and `answers`"),
        ("ask", "examples[0]", "a mapping with `ask`, `answers` and `translation`"),
        ({"ask": "x", "answers": ["p0"], "query": "x"}, "examples[0]", "only `ask`"),
        ({"ask": "x", "answers": 5.5}, "examples[0].answers", "ids of solutions"),
        ({"ask": "How many points did the Panthers give up?", "answers": ["p9999"]}, "examples[0].answers", "`p9999`"),
        ({"ask": "How many points did the Panthers give up?", "answers": []}, "examples[0].answers", "none"),
        ({"ask": "Panthers points", "answers": ["p0"]}, "examples[0].ask.language", "detected in 5 words"),
    ],
    ids=repr,
)
def test_a_wrong_example(
    example: Any, name: str, message: str, solutions: list[dict[str, Any]], examples: list[dict[str, Any]]
) -> None:
    with pytest.raises(cm.InvalidOptionError, match=message) as error:
        cm.calibrate(encoder(), solutions, [example, *examples])
    assert error.value.name == name and isinstance(error.value, ValueError)


def test_too_little_text(solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> None:
    with pytest.raises(cm.InvalidOptionError, match="9 examples, 9 of them with a translation"):
        cm.calibrate(encoder(), solutions, examples[:9])
    with pytest.raises(cm.InvalidOptionError, match=r"texts in `pt`"):
        cm.calibrate(encoder(), [*solutions, {"id": "s", "title": "Jardins", "language": "pt"}], examples, means=True)
    with pytest.raises(cm.InvalidDataError, match="row 241") as wrong:
        cm.calibrate(encoder(), [*solutions, {"id": "s", "title": ["a"]}], examples)
    assert wrong.value.field == "title"
    with pytest.raises(TypeError):
        cm.calibrate(hashed, solutions, examples)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        cm.calibrate(encoder(), solutions, 5)  # type: ignore[arg-type]


def test_what_a_callable_raises_comes_out(solutions: list[dict[str, Any]], examples: list[dict[str, Any]]) -> None:
    def broken(texts: list[str]) -> Any:
        raise RuntimeError("no network")

    with pytest.raises(RuntimeError, match="no network"):
        cm.calibrate(cm.Encoder("broken", SIZE, broken), solutions, examples)
