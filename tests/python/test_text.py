"""`detect_language` and `terms`: what becomes of a text."""

from typing import Any

import citymatch as cm
import pytest


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿Cómo evitar que se inunden las calles?", "es"),
        ("Ruas que alagam", "pt"),
        ("How to keep the streets dry?", "en"),
        ("Строительство", None),
    ],
    ids=["es", "pt", "en", "none"],
)
def test_detect_language(text: str, language: str | None) -> None:
    assert cm.detect_language(text) == language


def test_terms() -> None:
    assert cm.terms("¿Cómo evitar las inundaciones?", "es") == cm.terms("¿Cómo evitar las inundaciones?") == ["evit", "inund"]
    assert cm.terms("Inundações", "português") == ["inund"] and cm.terms("") == []


@pytest.mark.parametrize("text", ["a\ud800", 5, None], ids=repr)
def test_what_is_no_text(text: Any) -> None:
    for call in (cm.detect_language, cm.terms):
        with pytest.raises(cm.InvalidDataError) as error:
            call(text)
        assert error.value.field == "text"


def test_an_unknown_language() -> None:
    with pytest.raises(cm.InvalidOptionError, match="`en`, `es`, `pt`"):
        cm.terms("text", "fr")
