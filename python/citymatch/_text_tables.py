"""Tables as text that can be pasted: Markdown, LaTeX, and plain text."""

from __future__ import annotations

from collections.abc import Sequence

Rows = Sequence[Sequence[str]]

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": r"$-$",
    "<": "$<$",
    ">": "$>$",
}


def markdown(header: Sequence[str], rows: Rows, notes: Sequence[str]) -> str:
    """Return a table in GitHub's Markdown, with notes below it. Numbers are aligned to the right."""
    lines = [[cell.replace("|", "\\|") for cell in row] for row in (header, *rows)]
    rule = ["---", *("---:" for _ in header[1:])]
    table = [f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:])]
    return "\n".join([*table, *(("", " ".join(_sentences(notes))) if notes else ())])


def latex(header: Sequence[str], rows: Rows, notes: Sequence[str]) -> str:
    """Return a table in LaTeX, without a package, with notes below it."""
    body = [" & ".join(_escaped(cell) for cell in row) + r" \\" for row in (header, *rows)]
    lines = [
        rf"\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}",
        r"\hline",
        body[0],
        r"\hline",
        *body[1:],
        r"\hline",
        r"\end{tabular}",
    ]
    if notes:
        lines += ["", r"\smallskip", _escaped(" ".join(_sentences(notes)))]
    return "\n".join(lines)


def plain(header: Sequence[str], rows: Rows, notes: Sequence[str]) -> str:
    """Return a table for a terminal."""
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]

    def line(row: Sequence[str]) -> str:
        first = row[0].ljust(widths[0])
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        return "  ".join([first, *rest]).rstrip()

    return "\n".join([*(line(row) for row in (header, *rows)), *notes])


def _sentences(notes: Sequence[str]) -> list[str]:
    return [f"{note[:1].upper()}{note[1:]}." for note in notes]


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in text)
