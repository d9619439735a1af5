"""The service's page to try it by hand: in a real browser, by keyboard alone, judged by axe, and without a script."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[1] / "service"))
from launch import service  # noqa: E402

QUESTION = "¿Cómo evitar que se inunden las calles?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service(tmp_path_factory.mktemp("service")) as address:
        yield address


@pytest.fixture
def open_at(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens an address of the service. At the end nothing went wrong, and nobody else was asked for anything."""
    contexts, wrong = [], []

    def open_(path: str = "/?lang=es", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(address) else wrong.append(request.url))
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def test_a_question_is_asked_and_answered_by_keyboard_alone(open_at: Callable[..., Page]) -> None:
    page = open_at()
    assert page.title() == "Pregunte al catálogo · citymatch"
    seen = []
    while "text" not in seen and len(seen) < 10:
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert seen == ["Ir al contenido", "English", "español", "português", "text"], seen
    page.keyboard.type(QUESTION)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=*")
    assert page.locator("textarea").input_value() == QUESTION
    rows = page.locator(".matches tbody tr")
    assert rows.count() == 10
    # A fold opens by keyboard, and a match leads to its solution.
    rows.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert rows.first.locator("details").get_attribute("open") is not None
    rows.first.locator("td p a").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(":target").get_attribute("class") == "solution"


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320)])
def test_axe_finds_nothing(open_at: Callable[..., Page], axe: Callable[..., dict[str, Any]], lang: str, scheme: str, width: int) -> None:
    for path in (f"/?lang={lang}", f"/?lang={lang}&text={QUESTION}"):
        page = open_at(path, color_scheme=scheme, viewport={"width": width, "height": 900})
        # What is off the screen is judged too.
        page.evaluate("document.querySelectorAll('.challenge, .solution').forEach(own => own.style.contentVisibility = 'visible')")
        found = axe(page)
        assert found == {"violations": {}, "incomplete": {}}, (path, found)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_page_needs_no_script(open_at: Callable[..., Page]) -> None:
    page = open_at(java_script_enabled=False)
    page.locator("textarea").fill(QUESTION)
    page.locator("button").click()
    page.wait_for_url("**text=*")
    assert page.locator(".matches tbody tr").count() == 10
    page.locator("nav a", has_text="português").click()
    page.wait_for_url("**lang=pt&text=*")
    assert page.title() == "Pergunte ao catálogo · citymatch"
    # What was asked is asked in the other language's page too.
    assert page.locator("textarea").input_value() == QUESTION
