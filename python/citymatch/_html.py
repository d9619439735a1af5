"""Tables for notebooks: one caption, one header, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An HTML table; the first cell of a row is its header."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Sequence[object]) -> str:
    first, *rest = (escape(_shown(value)) for value in row)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{value}</td>" for value in rest)


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
