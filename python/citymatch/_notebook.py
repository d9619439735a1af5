"""What notebooks show of catalogues, matches, runs and explanations.

A notebook may strip style and script, show a page in the dark, or read it aloud. So everything is tables and text in order: bars are pictures
beside the numbers that they draw, in the text's own colour, and what is long is folded by `<details>`. Nothing is larger than 50 kB: rows
beyond that are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any, get_args

from ._html import LEFT, cell, header_cell
from .errors import CityMatchError
from .typing import Signal

if TYPE_CHECKING:
    from . import Catalogue, Challenge, Explanation, Matches, Run, Solution
    from .explanation import Node

# How many matches, challenges, and values of a field are shown at most.
MATCHES, CHALLENGES, VALUES = 20, 20, 8
# How many characters of a text in a cell, of a sentence, and of a record's text.
SHORT, SENTENCE, LONG = 120, 600, 2_000
# How many characters a table has at most: an explanation has two.
ROOM = 20_000
# How wide the bar of a score of 1 is, in pixels.
WIDTH = 120
# How much of the text's colour the part of each signal has, in their order: neighbours can be told apart.
SHADES = (0.9, 0.4, 0.7, 0.2, 0.55)
SIGNALS: tuple[str, ...] = get_args(Signal)


def matches(found: Matches, reading: str) -> str:
    """A table of the best, with a bar of what each signal adds and the reason in one line."""
    rows, seen = [], set()
    for place, match in enumerate(found[:MATCHES]):
        title, why = "", None
        # The ids are shown even where the catalogue cannot be read any more.
        with suppress(CityMatchError, OSError):
            title = match.solution.title
            why = found.explain(place)
        parts = _signals(why)
        seen |= {name for name, _ in parts}
        score = f"{match.score:.3f} {_bar(match.score, parts)}"
        texts = (match.level, _cut(title), _cut(why.reason if why else ""))
        cells = [header_cell(match.rank), cell(_cut(match.solution_id)), f'<td style="text-align: left; white-space: nowrap">{score}</td>', *map(cell, texts)]
        rows.append("".join(cells))
    verdict = ": nothing answers" if found.answered is False else ""
    caption = f"Matches of {_cut(found.challenge_id)}, {reading}{verdict}"
    names = ", ".join(name for name in SIGNALS if name in seen)
    legend = f"<p><small>In each bar, from the left: {escape(names)}.</small></p>" if seen else ""
    return _table(caption, ("rank", "solution", "score", "level", "title", "why"), rows, len(found)) + legend


def run(answers: Run) -> str:
    """A row for each challenge: whether it is answered, and its best solution."""
    rows = []
    for found in answers[:CHALLENGES]:
        best = found[0] if len(found) else None
        answered = {True: "yes", False: "no", None: ""}[found.answered]
        values = (len(found), answered, _cut(best.solution_id) if best else "", best.score if best else "")
        rows.append("".join([header_cell(_cut(found.challenge_id)), *map(cell, values)]))
    header = ("challenge", "matches", "answered", "best", "score")
    return _table(f"Run of {len(answers)} challenges", header, rows, len(answers))


def catalogue(records: Catalogue) -> str:
    """How many records there are, by language, country, theme and stage."""
    solutions, challenges = list(records.solutions), list(records.challenges)
    rows = []
    for field in ("language", "country", "themes", "stage"):
        of_solutions, of_challenges = _counted(solutions, field), _counted(challenges, field)
        names = sorted({*of_solutions, *of_challenges}, key=lambda name: (-of_solutions[name] - of_challenges[name], name))
        # A language that texts show is not counted, as no record says it.
        none = "not declared" if field == "language" else "not known"
        shown = [(name or none, of_solutions[name], of_challenges[name]) for name in names[:VALUES]]
        if more := names[VALUES:]:
            shown.append((f"{len(more)} more", sum(of_solutions[name] for name in more), sum(of_challenges[name] for name in more)))
        rows += ["".join([header_cell(field), cell(_cut(name)), *map(cell, counts)]) for name, *counts in shown]
    where = f" in {records.path}" if records.path else " in memory"
    caption = f"Catalogue{where}: {len(solutions)} solutions, {len(challenges)} challenges"
    return _table(caption, ("of", "value", "solutions", "challenges"), rows, len(rows))


def record(caption: str, fields: Iterable[tuple[str, Any]]) -> str:
    """The fields of a record, a row each."""
    rows = []
    for name, value in fields:
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        rows.append(header_cell(name) + cell(_cut(shown, LONG)))
    return _table(_cut(caption), ("field", "value"), rows, len(rows))


def explanation(why: Explanation) -> str:
    """The reason in one line and the sentences that decided; the tree of numbers below, folded."""
    reason = f"{why.value:.3f}. {_cut(why.reason)}"
    parts = [f"<p><strong>{escape(_cut(why.solution_id))}</strong> for {escape(_cut(why.challenge_id))}: {escape(reason)}</p>"]
    nodes = list(_walk(why, 0))
    if why.sentences:
        asked, found = _words([node for _, node in nodes])
        rows = [
            f"<td {LEFT}>{_marked(pair.ask, asked)}</td><td {LEFT}>{_marked(pair.solution, found)}</td>{cell(pair.cosine)}"
            for pair in why.sentences[:3]
        ]
        caption = "Sentences that decided, shared and related words in bold"
        parts.append(_table(caption, ("of the challenge", "of the solution", "cosine"), rows, len(rows)))
    if why.missing:
        parts.append(f"<p>Words of the challenge without a counterpart: {escape(_cut(', '.join(why.missing)))}</p>")
    rows = []
    for depth, node in nodes:
        values = (node.value, node.operation, _cut(str(node.evidence or "")))
        rows.append("".join([header_cell(_cut(node.name), depth), *map(cell, values)]))
    tree = _table(f"{_cut(why.challenge_id)} ~ {_cut(why.solution_id)}", ("part", "value", "operation", "evidence"), rows, len(rows))
    parts.append(f"<details><summary>The score as a sum of its parts</summary>{tree}</details>")
    return "".join(parts)


def _table(caption: str, header: Sequence[str], rows: Iterable[str], count: int) -> str:
    """A table of rows of cells, as many as there is room for; `count` is how many there are of what it shows."""
    kept, room = [], ROOM
    for row in rows:
        room -= len(row)
        if room < 0:
            break
        kept.append(f"<tr>{row}</tr>")
    if count > len(kept):
        caption += f": the first {len(kept)}, and {count - len(kept)} more"
    head = "".join(f'<th scope="col" {LEFT}>{escape(name)}</th>' for name in header)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(kept)}</tbody></table>"


def _cut(text: str, length: int = SHORT) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _counted(records: Iterable[Solution | Challenge], field: str) -> Counter[str]:
    """How many records have each value of a field; the empty one stands for none."""
    counter: Counter[str] = Counter()
    for record in records:
        value = getattr(record, field, None)
        counter.update(set(value) if isinstance(value, list) and value else {value or ""})
    return counter


def _signals(why: Explanation | None) -> list[tuple[str, float]]:
    """What each signal adds to the raw score, those above 0."""
    return [(part.name, part.value) for part in why.children[0].children if part.value > 0] if why and why.children else []


def _bar(score: float, parts: Sequence[tuple[str, float]]) -> str:
    """A bar as long as the score, cut into what each signal adds. In words, its label."""
    total, left, drawn = sum(value for _, value in parts), 0.0, []
    for name, value in parts:
        width, shade = WIDTH * score * value / total, SHADES[SIGNALS.index(name) % len(SHADES)] if name in SIGNALS else 1
        drawn.append(f'<rect x="{left:.1f}" width="{width:.1f}" height="10" fill="currentColor" fill-opacity="{shade}"/>')
        left += width
    label = escape(", ".join(f"{name} {value:.2f}" for name, value in parts) or "no parts")
    return f'<svg width="{WIDTH}" height="10" role="img" aria-label="{label}">{"".join(drawn)}</svg>'


def _words(nodes: Iterable[Node]) -> tuple[set[str], set[str]]:
    """The words of the challenge that met, and those of the solution that they met."""
    from .explanation import TermEvidence

    terms = [node.evidence for node in nodes if isinstance(node.evidence, TermEvidence) and node.value > 0]
    return {term.ask.lower() for term in terms}, {form.lower() for term in terms for form in term.solution}


def _marked(text: str, words: set[str]) -> str:
    """A text with some of its words in bold."""
    return "".join(f"<b>{escape(part)}</b>" if part.lower() in words else escape(part) for part in _parts(_cut(text, SENTENCE)))


def _parts(text: str) -> Iterator[str]:
    """A text cut into words, and what stands between them."""
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or text[at].isalnum() != text[begin].isalnum():
            yield text[begin:at]
            begin = at


def _walk(node: Node, depth: int) -> Iterator[tuple[int, Node]]:
    yield depth, node
    for child in node.children:
        yield from _walk(child, depth + 1)
