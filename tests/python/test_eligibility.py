"""`Eligibility`: rules as keywords or mappings, and what they bar."""

from typing import Any

import citymatch as cm
import pytest


def test_keywords_and_mappings_are_the_same() -> None:
    rules = {"countries": ["BR"], "max_cost": {"amount": 5, "currency": "USD"}, "excluded": ["s1"], "unknown": "bar"}
    keywords = cm.Eligibility(countries="Brasil", max_cost={"amount": 5, "currency": "USD"}, excluded=["s1"], unknown="bar")
    assert keywords == cm.Eligibility.from_dict(rules) and keywords.to_dict() == rules
    assert (keywords.countries, keywords.stages, keywords.max_age_years, keywords.unknown) == (["BR"], [], None, "bar")


@pytest.mark.parametrize(
    "rules", [cm.Eligibility(countries=["BR"], unknown="bar"), {"countries": ["BR"], "unknown": "bar"}], ids=["object", "dict"]
)
def test_rules_of_a_call_bar_with_reasons(matcher: cm.Matcher, rules: Any) -> None:
    matches = matcher.find("água", eligibility=rules)
    assert [found.solution_id for found in matches] == ["s3"]
    assert [(barred.solution_id, [str(reason) for reason in barred.reasons]) for barred in matches.ineligible] == [
        ("s1", ["countries: country is unknown"]),
        ("s2", ["countries: BO is not one of BR"]),
    ]


def test_a_reason_is_a_sentence_for_an_applicant(matcher: cm.Matcher) -> None:
    barred = matcher.find("água", eligibility={"countries": ["BR"], "unknown": "bar"}).ineligible
    unknown, broken = (reason for solution in barred for reason in solution.reasons)
    assert broken.text("es") == "La solución es de Bolivia, y la convocatoria admite: Brasil."
    assert unknown.text("en") == "The solution does not say which country it is from, and the call admits: Brazil."
    assert unknown.text("pt") == "A solução não diz de que país é, e a chamada admite: Brasil."
    with pytest.raises(cm.InvalidOptionError, match="language"):
        broken.text("fr")  # type: ignore[arg-type]
    with pytest.raises(cm.InvalidDataError, match="rule"):
        str(cm.Reason("colour", "red", ["blue"]))


def test_rules_of_the_challenge_stand_unless_the_call_has_its_own(matcher: cm.Matcher) -> None:
    challenge = cm.Challenge("c", question="água", eligibility={"excluded": ["s1", "s2"]})
    assert [found.solution_id for found in matcher.find(challenge)] == ["s3"]
    assert len(matcher.find(challenge, eligibility={"excluded": ["s1"]})) == 2
    assert len(matcher.find(challenge, eligibility=cm.Eligibility())) == 3
    assert matcher.find(challenge, eligibility={}).ineligible == []


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"contries": ["BR"]}, "eligibility"),
        ({"stages": ["pilto"]}, "eligibility.stages[0]"),
        ({"max_age_years": -1}, "eligibility.max_age_years"),
        ({"required_themes": ["a\ud800"]}, "eligibility.required_themes[0]"),
        ("pilot", "eligibility"),
        (5, "eligibility"),
    ],
    ids=repr,
)
def test_a_wrong_rule_is_never_passed_over(matcher: cm.Matcher, rules: Any, field: str) -> None:
    with pytest.raises(cm.InvalidDataError) as error:
        matcher.find("agua", eligibility=rules)
    assert error.value.field == field
