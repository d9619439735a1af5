"""Tables for notebooks: one caption, one header, no script.

Jupyter aligns cells to the right by default, so texts say that they are aligned to the left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    depths: Iterable[int] | None = None,
) -> str:
    """Return an HTML table; the first cell of a row is its header.

    `depths` has a level for each row, from 0: the rows of a tree are indented by it.
    """
    head = "".join(f'<th scope="col" {_LEFT}>{escape(name)}</th>' for name in header)
    levels = iter(depths) if depths is not None else None
    body = "".join(f"<tr>{_cells(row, next(levels) if levels else 0)}</tr>" for row in rows)
    head = f"<thead><tr>{head}</tr></thead>"
    return f"<table><caption>{escape(caption)}</caption>{head}<tbody>{body}</tbody></table>"


_LEFT = 'style="text-align: left"'
_RIGHT = 'style="text-align: right"'


def _cells(row: Sequence[object], depth: int) -> str:
    first, *rest = row
    style = f'style="text-align: left; padding-left: {0.5 + 1.5 * depth}em"' if depth else _LEFT
    cells = "".join(f"<td {_aligned(value)}>{escape(_shown(value))}</td>" for value in rest)
    return f'<th scope="row" {style}>{escape(_shown(first))}</th>{cells}'


def _aligned(value: object) -> str:
    return _RIGHT if isinstance(value, (int, float)) else _LEFT


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
