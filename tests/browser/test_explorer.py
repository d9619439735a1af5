"""The explorer in JupyterLab and in marimo, and its module alone with all that Python can send it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import citymatch as cm
import nbformat
import pytest
from citymatch.explorer import Explorer
from notebooks import TOKEN, jupyterlab, marimo, notebook
from playwright.sync_api import Browser, Locator, Page, expect

DEMO = Path(__file__).resolve().parents[2] / "crates" / "citymatch-cli" / "demo"
HOSTILE = "</script><script>document.title = 'owned'</script> \"'&<img src=x onerror=alert(1)> \u202eabc \u200b"
WIDGET = ".citymatch-explorer"
# How many milliseconds a page has: a machine may be busy with other things.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

MAKE = f"""
import json
import citymatch as cm
from citymatch.explorer import Explorer
catalogue = cm.Catalogue.create()
catalogue.add(cm.read_solutions({str(DEMO / "solutions.jsonl")!r}))
catalogue.add_challenges(cm.read_challenges({str(DEMO / "challenges.jsonl")!r}))
explorer = Explorer(cm.Matcher(catalogue))
"""
APP = """
# /// script
# [tool.marimo.display]
# theme = "{theme}"
# ///
import marimo
app = marimo.App(width="medium")

@app.cell
def _():
    import marimo as mo
{make}
    shown = mo.ui.anywidget(explorer)
    shown
    return mo, shown

@app.cell
def _(mo, shown):
    mo.md("Python has " + json.dumps([shown.judgements, shown.weights]))
    return

if __name__ == "__main__":
    app.run()
"""


def demo() -> cm.Catalogue:
    catalogue = cm.Catalogue.create()
    catalogue.add(cm.read_solutions(DEMO / "solutions.jsonl"))
    catalogue.add_challenges(cm.read_challenges(DEMO / "challenges.jsonl"))
    return catalogue


class Opened:
    """A page with an explorer, which must have no error and ask nobody but its own server."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.outside: list[str] = []
        host = address.split("/")[2]
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        ours = (f"http://{host}/", "blob:", "data:")
        self.page.on("request", lambda request: None if request.url.startswith(ours) else self.outside.append(request.url))
        self.page.goto(address)

    def close(self) -> None:
        self.context.close()
        assert self.errors == [] and self.outside == []


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A notebook in JupyterLab that shows one explorer twice, and then what Python has of it."""
    folder = tmp_path_factory.mktemp("lab")
    notebook(folder / "explore.ipynb", [MAKE, "explorer", "explorer", "print(json.dumps([explorer.judgements, explorer.weights]))"])
    with jupyterlab(folder) as address:
        opened = Opened(browser, f"{address}lab/tree/explore.ipynb?token={TOKEN}")
        page = opened.page
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.connectionStatus === 'connected'")
        page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        expect(page.locator(f"{WIDGET} tbody tr")).to_have_count(20)
        yield page
        opened.close()


@pytest.fixture(scope="module")
def app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A marimo app with an explorer, dark, and then what Python has of it."""
    path = tmp_path_factory.mktemp("marimo") / "explore.py"
    path.write_text(APP.format(theme="dark", make=MAKE.replace("\n", "\n    ")).lstrip(), encoding="utf-8")
    with marimo(path) as address:
        opened = Opened(browser, address)
        expect(opened.page.locator(f"{WIDGET} tbody tr")).to_have_count(10)
        yield opened.page
        opened.close()


def in_lab(page: Page) -> tuple[Any, Any]:
    """The judgements and the weights that the kernel has, from the last cell, run again."""
    run_cell(page, 3)
    # Out of its model, as a cell that is off the screen is not drawn.
    outputs = page.evaluate("jupyterapp.shell.currentWidget.content.model.cells.get(3).sharedModel.getOutputs()")
    judgements, weights = json.loads("".join(outputs[0]["text"]))
    return judgements, weights


def run_cell(page: Page, number: int) -> None:
    page.evaluate("number => { jupyterapp.shell.currentWidget.content.activeCellIndex = number; }", number)
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")


def titles(widget: Locator) -> list[str]:
    return widget.locator(".solution .title").all_inner_texts()


def expected(weights: Any, challenge: str) -> list[str]:
    catalogue = demo()
    found = cm.Matcher(catalogue, weights=weights).find(catalogue.challenges[challenge])
    return [match.solution.title for match in found]


def tab_to(page: Page, name: str) -> None:
    """Goes on by Tab to the control of that name, and sees the focus all the way."""
    active = """() => {
        let one = document.activeElement;
        while (one.shadowRoot) one = one.shadowRoot.activeElement;
        const name = one.getAttribute('aria-label') ?? one.textContent + (one.labels?.[0]?.textContent ?? '');
        return [name, getComputedStyle(one).outlineStyle];
    }"""
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        at = page.evaluate(active)
        assert at[1] != "none", f"the focus is not seen at {at[0]}"
        seen.append(at[0])
        if at[0].startswith(name):
            return
    raise AssertionError(f"no way by Tab to {name}: {seen}")


def accessible(axe: Callable[..., Any], widget: Locator) -> None:
    found = axe(widget)
    assert (found["violations"], found["incomplete"]) == ({}, {})


def test_thumbs_in_jupyterlab_are_a_value_in_python(lab: Page) -> None:
    first, second = lab.locator(WIDGET).all()
    catalogue = demo()
    challenge = next(iter(catalogue.challenges))
    found = [match.solution_id for match in cm.Matcher(catalogue).find(challenge)]
    first.locator("[aria-label^='Useful']").nth(0).click()
    first.locator("[aria-label^='Not useful']").nth(1).click()
    expect(second.locator("[aria-pressed='true']")).to_have_count(2)
    expect(second.locator(".status")).to_have_text("2 judged pairs.")
    assert in_lab(lab)[0] == {challenge.id: {found[0]: 1, found[1]: 0}}
    # A pressed thumb pressed again takes the judgement back.
    second.locator("[aria-label^='Not useful']").nth(1).click()
    expect(first.locator("[aria-pressed='true']")).to_have_count(1)
    assert in_lab(lab)[0] == {challenge.id: {found[0]: 1}}


def test_jupyterlab_by_keyboard_alone(lab: Page) -> None:
    first, second = lab.locator(WIDGET).all()
    first.locator("input[type=search]").focus()
    lab.keyboard.type("agua")
    tab_to(lab, "Challenges")
    # Keys that mean something to JupyterLab, such as d d for a cell that goes, mean nothing to it here.
    lab.keyboard.press("Home")
    for key in ("ArrowDown", "ArrowDown", "d", "d", "ArrowUp"):
        lab.keyboard.press(key)
    chosen = first.locator("select[size] option:checked").get_attribute("title")
    expect(second.locator("caption")).to_have_text(f"Matches of {chosen}")
    before = titles(first)
    tab_to(lab, "meaning")
    lab.keyboard.press("Home")
    expect(first.locator("summary", has_text="1 moved")).to_be_visible()
    weights = in_lab(lab)[1]
    assert weights["meaning"] == {"same": 0, "other": 0} and weights["related"] == {"same": 1, "other": 1.8}
    for widget in (first, second):
        expect(widget.locator(".title")).to_have_text(expected(weights, str(chosen)))
        expect(widget.locator(".status")).to_contain_text("Matches found")
    assert titles(first) != before
    assert lab.evaluate("jupyterapp.shell.currentWidget.content.model.cells.length") == 4


def test_what_python_refuses_is_a_sentence(lab: Page) -> None:
    widget = lab.locator(WIDGET).first
    for slider in widget.locator("input[type=range]").all():
        slider.press("Home")
    expect(widget.locator(".status.error")).to_contain_text("InvalidOptionError: the weights cannot all be 0")
    assert any(weight["same"] for weight in in_lab(lab)[1].values())
    widget.get_by_role("button", name="Reset the weights").press("Enter")
    expect(widget.locator(".status.error")).to_have_count(0)
    expect(widget.locator("summary", has_text="moved")).to_have_count(0)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_jupyterlab(lab: Page, axe: Callable[..., Any], theme: str) -> None:
    lab.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    widget = lab.locator(WIDGET).first
    scheme = theme.split()[1].lower()
    expect(widget).to_have_css("color-scheme", scheme)
    widget.locator(".solution summary").first.click()
    accessible(axe, widget)


def test_a_cell_that_runs_again_shows_one_explorer(lab: Page) -> None:
    run_cell(lab, 2)
    expect(lab.locator(WIDGET)).to_have_count(2)
    expect(lab.locator(f"{WIDGET} tbody tr")).to_have_count(20)


def in_app(page: Page, part: int, wanted: Callable[[Any], bool]) -> Any:
    """What the cell of marimo says that runs again by itself, as soon as it says what is wanted."""
    for _ in range(100):
        said = json.loads(page.get_by_text("Python has ").inner_text().removeprefix("Python has "))[part]
        if wanted(said):
            return said
        page.wait_for_timeout(100)
    raise AssertionError(f"Python has {said}")


def test_thumbs_in_marimo_run_the_cells_that_use_them(app: Page) -> None:
    widget = app.locator(WIDGET)
    widget.locator("[aria-label^='Useful']").nth(2).click()
    expect(widget.locator("[aria-pressed='true']")).to_have_count(1)
    catalogue = demo()
    challenge = next(iter(catalogue.challenges))
    third = cm.Matcher(catalogue).find(challenge)[2].solution_id
    assert in_app(app, 0, bool) == {challenge.id: {third: 1}}


def test_marimo_by_keyboard_alone(app: Page) -> None:
    widget = app.locator(WIDGET)
    widget.locator("select[size]").focus()
    app.keyboard.press("ArrowDown")
    chosen = widget.locator("select[size] option:checked").get_attribute("title")
    expect(widget.locator("caption")).to_have_text(f"Matches of {chosen}")
    before = titles(widget)
    tab_to(app, "meaning")
    app.keyboard.press("Home")
    weights = in_app(app, 1, lambda weights: weights["meaning"]["same"] == 0)
    expect(widget.locator(".title")).to_have_text(expected(weights, str(chosen)))
    assert titles(widget) != before
    tab_to(app, "Useful")
    app.keyboard.press("Space")
    in_app(app, 0, lambda judgements: chosen in judgements)


def test_axe_finds_nothing_in_marimo(app: Page, axe: Callable[..., Any]) -> None:
    widget = app.locator(WIDGET)
    expect(widget).to_have_css("color-scheme", "dark")
    # marimo's styles do not come in: its lists have no marks, and its buttons no frame.
    assert widget.locator("summary").first.evaluate("one => getComputedStyle(one).display") == "list-item"
    accessible(axe, widget)


# A model as anywidget gives it, without Python behind it; `listeners` counts who listens.
MODEL = """([source, style, state]) => {
    const listeners = new Map();
    const model = {
        get: name => state[name], set: (name, value) => { state[name] = value; }, save_changes() {},
        on: (event, act) => listeners.set(act, event), off: (event, act) => listeners.delete(act),
    };
    document.head.append(Object.assign(document.createElement('style'), {textContent: style}));
    // A page out of a file can import no module, so that what the module exports is returned.
    const {render} = new Function(source.replace('export default', 'return'))();
    const stop = render({model, el: document.body});
    window.end = () => { stop(); return [listeners.size, document.body.childElementCount]; };
}"""


@pytest.fixture
def alone(open_page: Callable[..., Any], tmp_path: Path) -> Callable[..., Page]:
    """Opens the module alone, with the state that Python sends first."""

    def open_(explorer: Explorer, **options: Any) -> Page:
        path = tmp_path / "page.html"
        path.write_text("<!doctype html><html lang=en><title>alone</title><body>", encoding="utf-8")
        page: Page = open_page(path, **options).page
        state = {name: value for name, value in explorer.get_state().items() if name.startswith("_") and name not in ("_esm", "_css")}
        page.evaluate(MODEL, [str(explorer._esm), str(explorer._css), state])
        return page

    return open_


def hostile() -> Explorer:
    catalogue = cm.Catalogue.create()
    rows = [{"id": f"s{number}{HOSTILE}", "title": f"rain {HOSTILE}", "description": f"Keeps rain {HOSTILE}.", "city": HOSTILE} for number in range(3)]
    catalogue.add([*rows, {"id": "long", "title": "rain " + "w" * 300}])
    return Explorer(cm.Matcher(catalogue), [cm.Challenge(f"c{HOSTILE}", f"Where can the rain go {HOSTILE}", city=HOSTILE, question=HOSTILE)])


def gone() -> Explorer:
    """Matches out of a pickle, whose catalogue was in memory."""
    import pickle

    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    return Explorer(pickle.loads(pickle.dumps(cm.Matcher(catalogue).find_all(["How to keep rain in gardens?"]))))


STATES: dict[str, tuple[Callable[[], Explorer], str]] = {
    "hostile": (hostile, HOSTILE.replace("\u200b", "").split("\u202e")[0].strip()),
    "no challenges": (lambda: Explorer(cm.Matcher(cm.Catalogue.create())), "There are no challenges."),
    "no matches": (lambda: Explorer(cm.Matcher(cm.Catalogue.create()), ["Rain?"]), "Nothing was found: the catalogue is empty"),
    "barred": (lambda: Explorer(cm.Matcher(demo()), ["Rain?"], eligibility={"countries": ["IS"], "unknown": "bar"}), "rules bar "),
    "gone": (gone, "This solution cannot be read any more."),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("width", [1280, 320])
def test_every_state_is_clear(alone: Callable[..., Page], axe: Callable[..., Any], name: str, width: int) -> None:
    make, sentence = STATES[name]
    page = alone(make(), viewport={"width": width, "height": 800})
    widget = page.locator(WIDGET)
    assert sentence in widget.inner_text().replace("\u200b", "")
    assert page.title() == "alone" and page.locator("script, img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    accessible(axe, widget)
    assert page.evaluate("end()") == [0, 0], "nothing is left when a cell runs again"


def test_a_search_takes_accents_off(alone: Callable[..., Page]) -> None:
    page = alone(Explorer(cm.Matcher(demo())))
    run = cm.Matcher(demo()).find_all(demo().challenges)
    options = page.locator("select[size] option")
    page.locator("input[type=search]").fill("GESTION eficaz")
    assert [one.get_attribute("title") for one in options.all()] == ["providencia-datos-seguridad"]
    page.locator("input[type=search]").fill("")
    page.locator("select:not([size])").select_option("not answered")
    assert options.count() == sum(found.answered is False for found in run)


class Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_a_saved_notebook_has_a_picture(tmp_path: Path) -> None:
    path = notebook(tmp_path / "explore.ipynb", [MAKE, "explorer"])
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(path)]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    (output,) = nbformat.read(path, 4).cells[1].outputs
    assert "application/vnd.jupyter.widget-view+json" in output.data
    picture = Text(output.data["text/html"])
    catalogue = demo()
    found = cm.Matcher(catalogue).find(next(iter(catalogue.challenges)))
    text = " ".join(picture.text)
    assert all(match.solution.title in text and f"{match.score:.3f}" in text for match in found)
    assert not picture.tags & {"script", "style", "iframe"} and len(output.data["text/html"]) < 50_000
