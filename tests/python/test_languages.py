"""Across languages: what wins, whether anything answers, and why."""

from collections.abc import Iterator
from typing import Any

import citymatch as cm
import pytest
from conftest import nodes, recomputed

SOLUTIONS = [
    {
        "id": "pt-gardens",
        "title": "Jardins de chuva",
        "problem": "Enchentes nos bairros baixos.",
        "description": "Retêm a chuva nas calçadas e reduzem os alagamentos nas ruas.",
        "language": "pt",
    },
    {"id": "pt-waste", "title": "Cataki", "description": "Um aplicativo liga catadores de recicláveis a quem gera resíduos."},
    {"id": "es-lamps", "title": "Farolas solares", "description": "Alumbran las calles sin red eléctrica.", "language": "es"},
    {"id": "es-markets", "title": "Mercado de barrio", "description": "Las vecinas venden verduras de sus huertos cada sábado."},
    {"id": "en-toilets", "title": "Dry toilets", "description": "Toilets that need neither water nor sewers.", "language": "en"},
    {"id": "en-bikes", "title": "Bike library", "description": "Children borrow a bicycle for the school year.", "language": "en"},
]
FLOODS = cm.Challenge("c1", question="¿Cómo evitar que la lluvia cause inundaciones en las calles y aceras?", language="es")
WEIGHTS: list[Any] = [None, {"words": 1, "related": 0.5, "meaning": {"same": 2, "other": 1}, "language": 0.25}]


@pytest.fixture
def catalogue() -> cm.Catalogue:
    catalogue = cm.Catalogue.create()
    assert catalogue.add(SOLUTIONS).added == len(SOLUTIONS)
    return catalogue


def test_a_solution_without_a_shared_word_wins(catalogue: cm.Catalogue) -> None:
    words = cm.Matcher(catalogue, weights={"words": 1})
    assert words.explain(FLOODS, "pt-gardens").children[0].value == 0, "no word is shared"
    assert words.find(FLOODS)[0].solution_id == "es-lamps"
    found = cm.Matcher(catalogue).find(FLOODS)
    assert found[0].solution_id == "pt-gardens" and found[0].score > 2 * found[1].score


@pytest.mark.parametrize(
    ("ask", "answered"),
    [
        (FLOODS, True),
        ("How can toilets do without water and sewers?", True),
        ("Becas para jóvenes violinistas de la orquesta sinfónica", False),
        ("lluvia", None),
        (cm.Challenge("c", "de la que el", language="es"), None),
    ],
    ids=["another_language", "the_same", "nothing_there", "one_word", "no_word"],
)
def test_whether_anything_answers(catalogue: cm.Catalogue, ask: cm.Challenge | str, answered: bool | None) -> None:
    matcher = cm.Matcher(catalogue)
    assert matcher.find(ask).answered is answered
    assert matcher.find_all([ask if isinstance(ask, cm.Challenge) else {"id": "c", "question": ask}])[0].answered is answered
    assert cm.Matcher(catalogue, weights=matcher.weights).find(ask).answered is None, "no verdict under weights of one's own"


def test_only_what_may_enter_answers(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(catalogue)
    assert matcher.find(FLOODS, eligibility={"excluded": ["pt-gardens"]}).answered is False
    assert matcher.find(FLOODS, limit=1).answered is True


def test_every_node_adds_up(catalogue: cm.Catalogue) -> None:
    asks = [FLOODS, cm.Challenge("c2", "Toilets", problem="There are no sewers. Water is scarce.", context="La ciudad crece.")]
    for weights in WEIGHTS:
        matcher = cm.Matcher(catalogue, weights=weights)
        for ask in asks:
            for match in matcher.find(ask):
                why = matcher.explain(ask, match.solution_id)
                assert why.value == match.score
                for node in nodes(why):
                    assert node.value == pytest.approx(recomputed(node), abs=1e-6), node.name


def test_evidence_on_both_sides(catalogue: cm.Catalogue) -> None:
    why = cm.Matcher(catalogue).find(FLOODS).explain(0)
    evidence = [node.evidence for node in nodes(why) if node.evidence]
    terms = {found.ask: found for found in evidence if isinstance(found, cm.TermEvidence)}
    assert terms["lluvia"].solution == ["chuva"] and terms["lluvia"].fields == {"title": 1, "description": 1}
    weight = terms["lluvia"].weight
    assert weight is not None and 0 < weight < 1
    assert str(terms["lluvia"]) == f"lluvia ~ chuva {weight:.2f} in title, description"
    assert "lluvia" not in why.missing and "evitar" in why.missing
    [sentences] = [found for found in evidence if isinstance(found, cm.SentenceEvidence)]
    texts = [SOLUTIONS[0][field] for field in ("title", "problem", "description")]
    assert sentences.ask == FLOODS.question and any(sentences.solution in text for text in texts)
    assert str(sentences) == f"{sentences.ask} ~ {sentences.solution} {sentences.cosine:.2f}"
    text = str(why)
    assert f"lluvia = product of  [~ chuva {weight:.2f} in title, description]" in text and sentences.solution in text
    assert f"lluvia ~ chuva {weight:.2f} in title, description" in why._repr_html_()
    assert {"term", "sentences"} == {kind for node in flat(why.to_dict()) for kind in node["evidence"] or ()}


def flat(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from flat(child)


def test_own_words_have_evidence_without_a_weight(catalogue: cm.Catalogue) -> None:
    why = cm.Matcher(catalogue, weights={"words": 1}).explain("dry toilets", "en-toilets")
    found = [node.evidence for node in nodes(why) if node.evidence]
    assert [str(evidence) for evidence in found] == ["dry ~ dry in title", "toilets ~ toilets in title, description"]
    assert all(isinstance(evidence, cm.TermEvidence) and evidence.weight is None for evidence in found)


def test_languages_bar_the_others(catalogue: cm.Catalogue) -> None:
    matches = cm.Matcher(catalogue, languages="es").find(FLOODS)
    assert {found.solution_id for found in matches} == {"es-lamps", "es-markets"} and matches.answered is False


def test_the_language_counts_if_one_says_so(catalogue: cm.Catalogue) -> None:
    matches = cm.Matcher(catalogue, weights={"language": 1}).find(FLOODS)
    assert [found.solution_id for found in matches][:2] == ["es-lamps", "es-markets"] and matches[1].score > matches[2].score
