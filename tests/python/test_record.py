"""`Solution` and `Challenge`: every field in, plain values out."""

import copy
import datetime
import inspect
from typing import Any

import citymatch as cm
import numpy as np
import pandas as pd
import pytest
from conftest import shown

SOLUTION: dict[str, Any] = {
    "id": "s1",
    "title": "Jardins de chuva",
    "summary": "Canteiros",
    "problem": "Alagamentos",
    "description": "Retêm a água da chuva.",
    "impact": "Menos água na rua",
    "organisation": "Prefeitura",
    "organisation_type": "city",
    "country": "BR",
    "city": "Curitiba",
    "language": "pt",
    "themes": ["água"],
    "sdgs": [6, "11.5"],
    "stage": "pilot",
    "cost": {"amount": 900, "currency": "USD"},
    "year": 2017,
    "deployments": [{"city": "Quito", "country": "EC", "year": 2020, "status": "active"}],
    "requirements": ["solo"],
    "links": ["https://example.org"],
}
CHALLENGE: dict[str, Any] = {
    "id": "c1",
    "title": "Enchentes",
    "question": "Como evitar?",
    "problem": "Chove",
    "outcome": "Ruas secas",
    "beneficiaries": "Moradores",
    "context": "Serra",
    "country": "BR",
    "city": "Petrópolis",
    "language": "pt",
    "themes": ["água"],
    "sdgs": [6],
    "eligibility": {"stages": ["pilot"]},
    "criteria": {"innovation": 2},
    "winners": 3,
    "deadline": "2026-05-01",
}
KINDS = pytest.mark.parametrize(("cls", "fields"), [(cm.Solution, SOLUTION), (cm.Challenge, CHALLENGE)], ids=["solution", "challenge"])


@KINDS
def test_every_field_goes_in_and_comes_out(cls: Any, fields: dict[str, Any]) -> None:
    record = cls(**fields)
    assert record.to_dict() == fields
    assert list(record.to_dict()) == list(fields)
    assert set(inspect.signature(cls).parameters) == {*fields, "extra"}
    for name, value in fields.items():
        found = getattr(record, name)
        assert (found.to_dict() if isinstance(found, cm.Eligibility) else found) == value, name


@KINDS
def test_what_is_absent_is_empty(cls: Any, fields: dict[str, Any]) -> None:
    record = cls("x", "T")
    assert record.to_dict() == {"id": "x", "title": "T"}
    for name in set(fields) - {"id", "title"}:
        assert not getattr(record, name) or getattr(record, name) == cm.Eligibility(), name


@KINDS
def test_equality_copies_and_no_writing(cls: Any, fields: dict[str, Any]) -> None:
    record = cls(**fields)
    assert record == cls.from_dict(fields) == copy.deepcopy(record)
    assert record != cls("x", "T") and record != fields
    with pytest.raises(AttributeError):
        record.title = "another"
    with pytest.raises(TypeError):
        cls("x", "T", sumary="?")


def test_the_sources_words_stay_and_the_attribute_is_plain() -> None:
    solution = cm.Solution("s1", "T", stage="em operação", country="Brasil", sdgs="ODS 11", cost={"amount": "900", "currency": "usd"})
    assert (solution.stage, solution.country, solution.sdgs) == ("implemented", "BR", [11])
    assert solution.cost == {"amount": 900.0, "currency": "USD"}
    assert solution.to_dict() == {
        "id": "s1",
        "title": "T",
        "country": "Brasil",
        "sdgs": "ODS 11",
        "stage": "em operação",
        "cost": {"amount": "900", "currency": "usd"},
    }


def test_declared_and_detected_language() -> None:
    question = "¿Cómo evitar que se inunden las calles?"
    assert (cm.Challenge("c", question=question).language, cm.Challenge("c", question=question).detected_language) == (None, "es")
    declared = cm.Challenge("c", question=question, language="pt")
    assert (declared.language, declared.detected_language) == ("pt", "es")


def test_extra_fields() -> None:
    solution = cm.Solution("s1", "T", extra={"phone": "123", "nested": {"a": [1, 2.5, None, True]}})
    assert solution.extra == {"phone": "123", "nested": {"a": [1, 2.5, None, True]}}
    assert cm.Solution.from_dict(solution.to_dict()) == solution
    with pytest.raises(cm.InvalidDataError) as error:
        cm.Solution("s1", "T", extra={"stage": "pilot"})
    assert (error.value.field, error.value.value) == ("extra", "stage")


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (2017, 2017),
        (2017.0, 2017),
        ("2017", 2017),
        (np.int64(2017), 2017),
        (np.float32(2017), 2017),
        (np.str_("2017"), 2017),
        (None, None),
        (float("nan"), None),
        (np.float64("nan"), None),
        (pd.NA, None),
        (pd.NaT, None),
        ("", None),
    ],
    ids=str,
)
def test_numbers_from_everywhere(value: Any, year: int | None) -> None:
    assert cm.Solution("s1", "T", year=value).year == year


@pytest.mark.parametrize(
    "value",
    ["2026-05-01", datetime.date(2026, 5, 1), datetime.datetime(2026, 5, 1), pd.Timestamp("2026-05-01"), np.datetime64("2026-05-01")],
    ids=lambda value: type(value).__name__,
)
def test_days_from_everywhere(value: Any) -> None:
    assert cm.Challenge("c1", "T", deadline=value).deadline == "2026-05-01"


@pytest.mark.parametrize(
    "value",
    [["a", "b"], ("a", "b"), {"b", "a"}, frozenset("ab"), np.array(["a", "b"]), pd.Series(["a", "b"]), pd.array(["a", "b"])],
    ids=lambda value: type(value).__name__,
)
def test_lists_from_everywhere(value: Any) -> None:
    assert cm.Solution("s1", "T", themes=value).themes == ["a", "b"]


@pytest.mark.parametrize(
    ("id", "text"), [(7, "7"), (np.int64(7), "7"), (2**70, str(2**70)), ("a b", "a b")], ids=["int", "numpy", "big", "text"]
)
def test_an_integer_id_is_its_decimal_text(id: Any, text: str) -> None:
    assert cm.Solution(id, "T").id == text


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": None}, "id"),
        ({"id": 1.5}, "id"),
        ({"id": True}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a\ud800"}, "id"),
        ({"title": ""}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": "a\x1bb"}, "title"),
        ({"title": "a\udcff"}, "title"),
        ({"title": b"bytes"}, "title"),
        ({"title": ["a"]}, "title"),
        ({"extra": {"note": "a\ud800"}}, "note"),
        ({"extra": {"note": {"a\ud800": 1}}}, "note"),
        ({"extra": {1: "a"}}, "record"),
        ({"extra": {"note": LOOP}}, None),
        ({"extra": {"note": object()}}, "note"),
        ({"extra": {"note": float("inf")}}, "note"),
        ({"extra": 5}, "extra"),
        ({"themes": ["a", "b\ud800"]}, "themes[1]"),
        ({"language": "fr"}, "language"),
        ({"country": "Atlantis"}, "country"),
        ({"stage": "pilto"}, "stage"),
        ({"sdgs": [18]}, "sdgs[0]"),
        ({"cost": {"amount": -1}}, "cost.amount"),
        ({"cost": [5]}, "cost"),
        ({"year": 0}, "year"),
        ({"deployments": [{"status": "?"}]}, "deployments[0].status"),
    ],
    ids=shown,
)
def test_a_wrong_value_names_its_field(fields: dict[str, Any], field: str | None) -> None:
    with pytest.raises(cm.InvalidDataError) as error:
        cm.Solution(**{"id": "s1", "title": "T", **fields})
    assert field is None or error.value.field == field
    assert error.value.expected and isinstance(error.value, ValueError)
    str(error.value).encode()


def test_what_python_raises_stays() -> None:
    class Broken(dict[str, Any]):
        def items(self) -> Any:
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        cm.Solution("s1", "T", extra={"note": Broken(a=1)})


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (cm.Solution("s1", "T"), "Solution('s1', 'T')"),
        (cm.Solution("s1", "T", stage="idea"), "Solution('s1', 'T', …)"),
        (cm.Challenge("c'1", question="Q" * 70), f"Challenge(\"c'1\", question='{'Q' * 60}…')"),
        (cm.Eligibility(stages="pilot", max_age_years=5), "Eligibility(stages=['pilot'], max_age_years=5)"),
    ],
    ids=["short", "more", "long", "eligibility"],
)
def test_repr(record: Any, text: str) -> None:
    assert repr(record) == text


def test_a_challenge_from_a_text() -> None:
    challenge = cm.Challenge.from_text("¿Cómo evitar inundaciones?")
    assert challenge.to_dict() == {"id": "text", "question": "¿Cómo evitar inundaciones?"}
    wrong: Any
    for wrong in ("", " ", "a\0b", None, 5, {"question": "T"}):
        with pytest.raises(cm.InvalidDataError) as error:
            cm.Challenge.from_text(wrong)
        assert error.value.field == "question"


def test_html_is_escaped() -> None:
    html = cm.Solution("<b>", "<script>alert(1)</script>")._repr_html_()
    assert "<caption>Solution &lt;b&gt;</caption>" in html and "<script" not in html
