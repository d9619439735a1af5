"""Three solutions that fit in the eye, and a matcher over them."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import citymatch as cm
import pytest

SOLUTIONS = [
    {"id": "s1", "title": "Jardines de lluvia", "description": "Retienen el agua de lluvia en las aceras.", "stage": "piloto"},
    {"id": "s2", "title": "Dry toilets", "description": "Toilets that need neither water nor sewers.", "country": "BO"},
    {"id": "s3", "title": "Cataki", "description": "Um aplicativo liga catadores de recicláveis a quem gera resíduos.", "country": "BR"},
]


def shown(value: object) -> str:
    """The name of a row of a table: its value, without an object's address, which differs in each of the processes that share the tests."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(value))


@pytest.fixture
def catalogue() -> cm.Catalogue:
    catalogue = cm.Catalogue.create()
    assert catalogue.add(SOLUTIONS).added == 3
    return catalogue


@pytest.fixture
def stored(tmp_path: Path) -> cm.Catalogue:
    """The same in a folder."""
    catalogue = cm.Catalogue.create(tmp_path / "catalogue.cm")
    assert catalogue.add(SOLUTIONS).added == 3
    return catalogue


@pytest.fixture
def matcher(catalogue: cm.Catalogue) -> cm.Matcher:
    return cm.Matcher(catalogue)


@pytest.fixture
def challenges() -> list[cm.Challenge]:
    return [
        cm.Challenge("c1", question="¿Cómo retener el agua de lluvia en las aceras?"),
        cm.Challenge("c 2", question="How can toilets do without water and sewers?"),
        cm.Challenge("c3", question="de la que el", language="es"),
    ]


def nodes(node: cm.Node) -> Iterator[cm.Node]:
    """A node and all below it."""
    yield node
    for child in node.children:
        yield from nodes(child)


def recomputed(node: cm.Node) -> float:
    """What a reader who checks a node computes."""
    values = [child.value for child in node.children]
    if node.operation == "logistic":
        return 1 / (1 + math.exp(-node.details["slope"] * (sum(values) - node.details["midpoint"])))
    return {"sum": sum(values), "product": math.prod(values), "leaf": node.value}[node.operation]
