"""What notebooks show: readable without style and script, safe, small."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import citymatch as cm
import pytest

HOSTILE = '<script>alert("x")</script>\'&\u202e\u200b<img src=x onerror=alert(1)>'
QUESTION = "¿Cómo retener la lluvia en las aceras y evitar que las calles se inunden?"
LIMIT = 50_000


class Page(HTMLParser):
    """The text of HTML in order, and its tags; an end tag that closes nothing is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "rect":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == "rect" or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def hostile_catalogue() -> cm.Catalogue:
    catalogue = cm.Catalogue.create()
    rows = [
        {"id": f"s{number}", "title": HOSTILE * 20, "description": f"Retiene la lluvia en las aceras. {HOSTILE}", "themes": [HOSTILE, f"tema {number}"]}
        for number in range(60)
    ]
    catalogue.add(rows)
    catalogue.add_challenges([{"id": f"<b>{number}</b>" + '"' * 150, "question": QUESTION + HOSTILE, "themes": [HOSTILE]} for number in range(40)])
    return catalogue


def shown_matches(catalogue: cm.Catalogue) -> Any:
    return cm.Matcher(catalogue).find(QUESTION + HOSTILE, limit=60)


SHOWN: dict[str, Callable[[cm.Catalogue], Any]] = {
    "catalogue": lambda catalogue: catalogue,
    "long": lambda catalogue: cm.Solution("s", HOSTILE, description=HOSTILE * 1_000, summary='"' * 90_000),
    "solution": lambda catalogue: catalogue.solutions["s1"],
    "challenge": lambda catalogue: catalogue.challenges[catalogue.challenges.ids()[0]],
    "matches": shown_matches,
    "explanation": lambda catalogue: shown_matches(catalogue).explain(0),
    "run": lambda catalogue: cm.Matcher(catalogue).find_all(catalogue.challenges, limit=5),
    "assignment": lambda catalogue: cm.Matcher(catalogue).find_all(catalogue.challenges, limit=5).assign(),
    "gaps": lambda catalogue: cm.gaps(cm.Matcher(catalogue).find_all(catalogue.challenges, limit=5)),
    "report": lambda catalogue: catalogue.add([{"id": f"x{number}", "title": HOSTILE, "stage": HOSTILE} for number in range(300)]),
}


@pytest.mark.parametrize("name", SHOWN)
def test_hostile_texts_stay_texts_and_nothing_is_large(name: str) -> None:
    html = SHOWN[name](hostile_catalogue())._repr_html_()
    page = Page(html)
    assert len(html.encode()) < LIMIT
    assert not {"script", "img", "style"} & set(page.tags) and not any(own.startswith("on") for own in page.attributes)
    tables = page.tags.count("table")
    assert tables == page.tags.count("caption") and 'scope="col"' in html if tables else name == "report"
    # Colours are those of the page, by day and by night.
    assert not re.search(r"(background|color|fill)\s*[:=]\s*\"?(#|rgb|white|black)", html)


@pytest.fixture
def matches(catalogue: cm.Catalogue) -> cm.Matches:
    return cm.Matcher(catalogue).find(QUESTION)


def test_matches_have_bars_and_reasons(matches: cm.Matches) -> None:
    html = matches._repr_html_()
    text = " ".join("".join(Page(html).text).split())
    assert text.startswith("Matches of text, read as Spanish")
    for place, match in enumerate(matches):
        why = matches.explain(place)
        assert f"{match.score:.3f}" in text and " ".join(why.reason.split()) in text
        label = ", ".join(f"{part.name} {part.value:.2f}" for part in why.children[0].children if part.value > 0)
        assert f'aria-label="{label}"' in html
    widths = [float(width) for width in re.findall(r'<rect x="[\d.]+" width="([\d.]+)"', html.split("</svg>")[0])]
    assert sum(widths) == pytest.approx(120 * matches[0].score, abs=0.3)


def test_a_bar_is_not_needed_to_show_matches(catalogue: cm.Catalogue, tmp_path: Any) -> None:
    import pickle
    import shutil

    stored = cm.Catalogue.create(tmp_path / "c.cm")
    stored.add([*catalogue.solutions])
    kept = pickle.dumps(cm.Matcher(stored).find(QUESTION))
    del stored
    shutil.rmtree(tmp_path / "c.cm")
    html = pickle.loads(kept)._repr_html_()
    assert "s1" in html and "<svg" in html


def test_an_explanation_is_folded(matches: cm.Matches) -> None:
    why = matches.explain(0)
    html = why._repr_html_()
    before, tree = html.split("<details>")
    assert why.reason in before and "<b>lluvia</b>" in before and why.sentences[0].ask.split()[0] in before
    assert tree.count("<tr>") > 10 and "logistic" in tree
    assert [pair.cosine for pair in why.sentences] and all(-1 <= pair.cosine <= 1 for pair in why.sentences)


def test_a_catalogue_tells_what_is_in_it(catalogue: cm.Catalogue) -> None:
    text = "|".join(Page(catalogue._repr_html_()).text)
    assert text.startswith(f"Catalogue in memory: {len(catalogue.solutions)} solutions, ")
    assert "|language|not declared|3|0|country|" in text and "|stage|pilot|1|0" in text
    assert cm.Catalogue.create()._repr_html_().count("<tr>") == 1


def test_what_is_left_out_is_counted() -> None:
    catalogue = hostile_catalogue()
    assert ": the first 20, and 40 more" in cm.Matcher(catalogue).find_all([{"id": str(n), "question": QUESTION} for n in range(60)], limit=1)._repr_html_()
