"""A real browser for the tests: the system's Chromium, headless, and axe-core's rules of accessibility.

Fixtures for whoever tests HTML here: ``open_page`` opens a file and watches what it does, ``axe`` judges what is open.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

#: The rules that every page keeps: WCAG 2.2 at level AA and what it contains.
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The path of the browser."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        raise RuntimeError("no Chromium on the PATH (expected chromium, chromium-browser or google-chrome): `apt-get install chromium` brings it")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--headless=new"])
        yield browser
        browser.close()


@dataclass
class Watched:
    """An open page, with what its console said and what it asked the network for, the file itself apart."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens a file: ``open_page(path, "#fragment", color_scheme="dark")``; further options are those of a browser context.

    At the end of the test it must have asked for nothing but files of its own folder and have had no error.
    """
    contexts, all_watched = [], []

    def open_(path: Path, fragment: str = "", **options: Any) -> Watched:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        # A machine may be busy with other things; a page that hangs still ends the test.
        page.set_default_timeout(60_000)
        watched = Watched(page)
        folder = path.resolve().parent.as_uri()
        page.on("console", lambda message: watched.errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(folder) else watched.requests.append(request.url))
        page.goto(path.resolve().as_uri() + fragment)
        all_watched.append(watched)
        return watched

    yield open_
    for context in contexts:
        context.close()
    for watched in all_watched:
        assert watched.errors == [] and watched.requests == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page | Locator], dict[str, Any]]:
    """Judges an open page, or an element of one, by axe-core: its ``violations`` and what it leaves ``incomplete``, each a dict of rule and nodes."""
    if not AXE.exists():
        raise RuntimeError(f"{AXE} is missing: `npm ci` in {AXE.parents[2]} brings it")
    script = AXE.read_text(encoding="utf-8")

    def judge(of: Page | Locator) -> dict[str, Any]:
        page, element = (of.page, of.element_handle()) if isinstance(of, Locator) else (of, None)
        # Given as an expression, it passes a Content-Security-Policy, which governs the page's own scripts.
        page.evaluate(script)
        found = page.evaluate("([element, tags]) => axe.run(element ?? document, {runOnly: {type: 'tag', values: tags}})", [element, TAGS])
        return {kind: {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found[kind]} for kind in ("violations", "incomplete")}

    return judge
