"""Tables for notebooks: one caption, one header, no script.

Jupyter aligns cells to the right by default, so texts say that they are aligned to the left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

LEFT = 'style="text-align: left"'
RIGHT = 'style="text-align: right"'


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return an HTML table; the first cell of a row is its header."""
    head = "".join(f'<th scope="col" {LEFT}>{escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{header_cell(first)}{''.join(map(cell, rest))}</tr>" for first, *rest in rows)
    head = f"<thead><tr>{head}</tr></thead>"
    return f"<table><caption>{escape(caption)}</caption>{head}<tbody>{body}</tbody></table>"


def header_cell(value: object, depth: int = 0) -> str:
    """The first cell of a row, indented by its level in a tree, from 0."""
    style = f'style="text-align: left; padding-left: {0.5 + 1.5 * depth}em"' if depth else LEFT
    return f'<th scope="row" {style}>{escape(_shown(value))}</th>'


def cell(value: object) -> str:
    """Another cell: numbers to the right, texts to the left."""
    return f"<td {RIGHT if isinstance(value, (int, float)) else LEFT}>{escape(_shown(value))}</td>"


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
