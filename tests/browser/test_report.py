"""The report in a real browser: that it works, that everybody can use it, and that nothing in it needs a script."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import citymatch as cm
import pypdf
import pytest
from playwright.sync_api import Browser, Page

DEMO = Path(__file__).resolve().parents[2] / "crates" / "citymatch-cli" / "demo"
HOSTILE = "</script><script>document.title = 'owned'</script> \"'&<img src=x onerror=alert(1)> \u202eabc \u200b"


def demo() -> cm.Run:
    catalogue = cm.Catalogue.create()
    catalogue.add(cm.read_solutions(DEMO / "solutions.jsonl"))
    catalogue.add_challenges(cm.read_challenges(DEMO / "challenges.jsonl"))
    return cm.Matcher(catalogue).find_all(list(catalogue.challenges))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's matches with what was decided, in Spanish."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    assert demo().assign(min_score=0.2).report(path, language="es") == [path]
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    catalogue = cm.Catalogue.create()
    solution = {"id": f"s{HOSTILE}", "title": f"rain {HOSTILE}", "organisation": HOSTILE, "themes": [HOSTILE], "links": ["javascript:alert(1)"]}
    catalogue.add([solution, {"id": "s2", "title": "rain " + "w" * 300}])
    challenge = cm.Challenge(f"c{HOSTILE}", f"Where can the rain go {HOSTILE}", city=HOSTILE)
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    cm.Matcher(catalogue).find_all([challenge]).report(path, title=HOSTILE)
    return path


def shown(page: Page, selector: str) -> int:
    return page.locator(selector).evaluate_all("all => all.filter(one => one.checkVisibility()).length")


def state(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(page.url.partition("#")[2]).items()}


def words(text: str) -> Counter[str]:
    """Its words, whatever the lines and hyphens: what a printer breaks is put together."""
    return Counter(re.sub(r"[\s\u00ad\u200b]+", "", text))


ROWS = ".matches tbody tr"


def test_filters_stand_in_the_address_and_come_back(open_page: Callable, report: Path) -> None:
    page = open_page(report).page
    everything = shown(page, ROWS)
    assert everything == 370 and f"370 de {everything}" in page.locator("#status").inner_text()
    page.select_option("#f-country", "BR")
    page.select_option("#f-stage", "implemented")
    filtered = shown(page, ROWS)
    assert 0 < filtered < everything
    assert state(page) == {"country": "BR", "stage": "implemented"}
    of_rows = page.evaluate(
        """[...document.querySelectorAll('.matches tbody tr:not([hidden]) td p a')].map(link => {
            const {country, stage} = document.getElementById(link.hash.slice(1)).dataset; return `${country} ${stage}`; })"""
    )
    assert of_rows == ["BR implemented"] * filtered
    assert shown(page, "#overview-rows tr") == shown(page, ".challenge")
    assert page.locator("#status").inner_text().startswith(f"{filtered} de {everything}")

    sent = open_page(report, "#" + page.url.partition("#")[2]).page
    assert shown(sent, ROWS) == filtered
    sent.click("#reset")
    assert shown(sent, ROWS) == everything and "#" not in sent.url


@pytest.mark.parametrize("key", ["theme", "country", "stage", "language"])
def test_every_choice_shows_as_many_matches_as_it_says(open_page: Callable, report: Path, key: str) -> None:
    page = open_page(report).page
    options = page.locator(f"#f-{key} option").all()[1:]
    assert len(options) >= 2
    for option in options[:: max(1, len(options) // 5)]:
        page.select_option(f"#f-{key}", option.get_attribute("value"))
        said = int(option.inner_text().rpartition("(")[2].rstrip(")"))
        assert page.locator(f"{ROWS}:not([hidden])").count() == said, option.inner_text()


@pytest.mark.parametrize(("sort", "of"), [("title", "th a"), ("city", ".place")])
def test_challenges_are_sorted(open_page: Callable, report: Path, sort: str, of: str) -> None:
    page = open_page(report).page
    before = page.locator(f"#overview-rows {of}").all_inner_texts()
    page.select_option("#f-sort", sort)
    after = page.locator(f"#overview-rows {of}").all_inner_texts()
    assert sorted(before) == sorted(after) and before != after
    # Places without a city come last, as they came.
    known = [text for text in after if of == "th a" or "," in text]
    order = page.evaluate("texts => [...texts].sort(new Intl.Collator('es', {numeric: true}).compare)", known)
    order += [text for text in before if text not in known]
    assert after == order and state(page) == {"sort": sort}
    in_rows = page.locator("#overview-rows tr").evaluate_all("rows => rows.map(row => row.dataset.for)")
    assert in_rows == page.locator(".challenge").evaluate_all("all => all.map(one => one.id)")


def test_challenges_are_sorted_by_evidence_and_matches_by_title(open_page: Callable, report: Path) -> None:
    page = open_page(report, "#sort=evidence&order=title").page
    evidence = page.locator(".challenge").evaluate_all("all => all.map(one => Number(one.dataset.evidence))")
    assert evidence == sorted(evidence, reverse=True)
    titles = page.locator(".matches").first.locator("td p:first-child a").all_inner_texts()
    assert titles == page.evaluate("texts => [...texts].sort(new Intl.Collator('es', {numeric: true}).compare)", titles)
    page.select_option("#f-order", "stage")
    assert state(page) == {"sort": "evidence", "order": "stage"}


def test_every_link_leads_somewhere(open_page: Callable, report: Path) -> None:
    page = open_page(report).page
    assert page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1))).length") == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    for kind in (".challenge", f"{ROWS}", ".solution"):
        assert page.locator(f"{kind}:not([id])").count() == 0
    outside = page.locator("a:not([href^='#'])")
    assert outside.count() > 50
    assert {link.get_attribute("rel") for link in outside.all()[:20]} == {"noopener noreferrer"}


def test_a_link_to_a_match_keeps_the_filter_and_opens_what_it_hides(open_page: Callable, report: Path) -> None:
    page = open_page(report).page
    page.select_option("#f-country", "BR")
    row = page.locator(f"{ROWS}:not([hidden])").nth(3)
    anchor = row.get_attribute("id")
    row.locator("th a").click()
    # The event that tells of another address comes after the click.
    page.wait_for_function("location.hash.includes('=')")
    assert state(page) == {"country": "BR", "at": anchor}
    assert row.evaluate("row => row.classList.contains('target')")

    sent = open_page(report, "#" + page.url.partition("#")[2]).page
    target = sent.locator(f"[id='{anchor}']")
    assert target.evaluate("row => row.getBoundingClientRect().top") < 900 and shown(sent, ROWS) < 370

    hidden = sent.locator(f"{ROWS}[hidden]").first.get_attribute("id")
    plain = open_page(report, f"#country=BR&at={hidden}").page
    assert plain.locator(f"[id='{hidden}']").is_visible(), "a link shows what it leads to"
    assert shown(plain, ROWS) == 370


def test_by_keyboard_alone(open_page: Callable, report: Path) -> None:
    page = open_page(report).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-country"
    page.keyboard.press("b")
    assert page.evaluate("document.activeElement.selectedOptions[0].label").startswith("B")
    assert shown(page, ROWS) < 370
    while page.evaluate("document.activeElement.id") != "reset":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown(page, ROWS) == 370
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#overview-rows') !== null")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className").startswith("challenge")
    # The link of the challenge, the first match with its own link, and its reason.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is seen"
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    page.keyboard.press("Space")
    assert not page.evaluate("document.activeElement.parentElement.open")


def test_targets_are_large_enough(open_page: Callable, report: Path) -> None:
    page = open_page(report, viewport={"width": 320, "height": 640}).page
    small = page.evaluate(
        """[...document.querySelectorAll('a, button, select, summary')].filter(one => one.checkVisibility()).map(one => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => !one.closest('.skip') && (box.height < 24 || box.width < 24)).map(([one]) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(open_page: Callable, axe: Callable, report: Path, scheme: str, width: int) -> None:
    page = open_page(report, color_scheme=scheme, viewport={"width": width, "height": 800}).page
    page.evaluate("document.querySelectorAll('details').forEach((one, place) => { one.open = place < 40; })")
    # What is off the screen is not laid out, and axe would take it for small and covered.
    page.evaluate("document.querySelectorAll('.challenge, .solution').forEach(one => { one.style.contentVisibility = 'visible'; })")
    found = axe(page)
    assert found["violations"] == {}
    assert found["incomplete"] == {}


def test_axe_finds_nothing_in_hostile_texts(open_page: Callable, axe: Callable, hostile: Path) -> None:
    page = open_page(hostile).page
    assert page.title() == HOSTILE.strip() and page.locator("h1").text_content() == HOSTILE.strip()
    assert page.locator("script").count() == 1 and page.locator("img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    found = axe(page)
    assert (found["violations"], found["incomplete"]) == ({}, {})


@pytest.mark.parametrize("name", ["report", "hostile"])
@pytest.mark.parametrize(("width", "scale"), [(320, 1), (640, 2)], ids=["320 px", "200 %"])
def test_nothing_is_wider_than_the_screen(open_page: Callable, request: pytest.FixtureRequest, name: str, width: int, scale: int) -> None:
    # A browser's zoom of 200 % halves the width in the page's pixels.
    page = open_page(request.getfixturevalue(name), viewport={"width": width // scale, "height": 640}, device_scale_factor=scale).page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_script_everything_is_there(browser: Browser, open_page: Callable, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator(".challenge").count() == 37 and page.locator(ROWS).count() == 370
    assert page.locator(ROWS).last.is_visible() and page.locator("[hidden]").count() == 1
    assert not page.locator("#controls").is_visible(), "what does nothing is not shown"
    text = page.locator("main").text_content()
    for matches in demo():
        for found in matches:
            assert found.solution.title in text
    page.locator("summary").first.click()
    assert page.locator("details").first.locator("dl").first.is_visible()
    context.close()


def test_what_is_printed_is_what_is_shown(open_page: Callable, report: Path) -> None:
    page = open_page(report).page
    pdf = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True, tagged=True)))
    printed = words("".join(one.extract_text() for one in pdf.pages))
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    on_page = words(page.locator("body").inner_text())
    heads = words("".join(page.locator("thead").first.all_inner_texts()))
    missing, more = on_page - printed, printed - on_page
    assert not missing, missing
    # Lists are numbered, which is no text of the page, and heads of tables are printed on each page that a table goes on to.
    numbers = page.evaluate("[...document.querySelectorAll('ol > li')].map(one => `${[...one.parentNode.children].indexOf(one) + 1}.`)")
    more -= words("".join(numbers))
    assert set(more) <= set(words("".join(page.locator("thead").all_inner_texts()))) | set(heads), more


def test_no_match_is_broken_in_two(open_page: Callable, report: Path) -> None:
    page = open_page(report).page
    pdf = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    texts = [re.sub(r"\s+", " ", one.extract_text()) for one in pdf.pages]
    row = page.locator(ROWS).first
    assert any(row.locator("td p a").first.inner_text() in text for text in texts)
    heads = sum("Solución y razón" in text for text in texts)
    assert heads > 37, "a table that goes on has its head again"
    # Each match begins with its title and ends with the sum of its signals, on one page.
    for text in texts:
        body = text.partition("Las soluciones")[0]
        assert len(re.findall(r"\bsuma \d", body)) == len(re.findall(r"(?<!desde )\b\d,\d\d (?:fuerte|posible|débil)", body)), body[:300]
