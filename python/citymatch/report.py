"""What became of rows that were added, and why solutions may not enter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from ._html import table

__all__ = ["AddReport", "FieldWarning", "Ineligible", "Reason", "Rejected"]

SHOWN = 20
"""The most lines of a summary."""


@dataclass(frozen=True)
class Rejected:
    """A row that was not added, and why.

    Examples
    --------
    >>> import citymatch as cm
    >>> message = "row 1: `stage` cannot be `pilto` (expected a stage)"
    >>> print(cm.Rejected(None, 1, "stage", "pilto", "a stage", message))
    row 1: `stage` cannot be `pilto` (expected a stage)
    """

    file: str | None
    """The file, if the row came from one."""
    row: int
    """The row, from 1: a line of a JSONL or text file, a row of a sheet, a record of a list or a
    table."""
    field: str
    """The field, with dots where values are nested."""
    value: str
    """The value that came, shortened."""
    expected: str
    """What would have been right."""
    message: str
    """All of this in one line."""

    def __str__(self) -> str:
        return self.message

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> list(cm.Rejected(None, 1, "stage", "pilto", "a stage", "row 1: …").to_dict())
        ['file', 'row', 'field', 'value', 'expected', 'message']
        """
        return asdict(self)


@dataclass(frozen=True)
class FieldWarning:
    """An unknown field whose name is nearly a known one. It is kept as it is.

    Examples
    --------
    >>> import citymatch as cm
    >>> toilets = {"id": "s1", "title": "Dry toilets", "sumary": "No water needed."}
    >>> report = cm.Catalogue.create().add([toilets])
    >>> print(report.warnings[0])
    row 1: unknown field `sumary` is kept as it is; did you mean `summary`?
    """

    file: str | None
    """The file, if the row came from one."""
    row: int
    """The first row that has the field."""
    field: str
    """The field as it was written."""
    known: str | None
    """The field that may have been meant."""
    message: str
    """All of this in one line."""

    def __str__(self) -> str:
        return self.message

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.FieldWarning(None, 1, "sumary", "summary", "row 1: …").to_dict()["known"]
        'summary'
        """
        return asdict(self)


@dataclass(frozen=True)
class AddReport:
    """What became of the records that were added. ``print(report)`` sums up what was rejected.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
    AddReport(added=2, replaced=0, rejected=0, warnings=0)
    """

    added: int
    """How many records are new."""
    replaced: int
    """How many took the place of the record with their id."""
    rejected: list[Rejected] = field(default_factory=list)
    """The rows that were not added, in order."""
    warnings: list[FieldWarning] = field(default_factory=list)
    """Unknown fields whose names are nearly known ones, each with the first row that has it."""

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dicts and lists that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.AddReport(added=2, replaced=0).to_dict()
        {'added': 2, 'replaced': 0, 'rejected': [], 'warnings': []}
        """
        return asdict(self)

    def __repr__(self) -> str:
        counts = f"rejected={len(self.rejected)}, warnings={len(self.warnings)}"
        return f"AddReport(added={self.added}, replaced={self.replaced}, {counts})"

    def __str__(self) -> str:
        return "\n".join([self._counts(), *self._lines(), *map(str, self.warnings[:SHOWN])])

    def _counts(self) -> str:
        return f"{self.added} added, {self.replaced} replaced, {len(self.rejected)} rejected"

    def _lines(self) -> Iterator[str]:
        groups = _grouped(self.rejected)
        for (name, value, expected), rows in groups[:SHOWN]:
            if len(rows) == 1:
                yield rows[0].message
            else:
                first = f"{len(rows)} rows, the first: {_place(rows[0])}"
                yield f"`{name}` cannot be `{value}` (expected {expected}): {first}"
        if len(groups) > SHOWN:
            yield f"… and {_more(groups)}"

    def _repr_html_(self) -> str:
        groups = _grouped(self.rejected)
        rows = [
            (name, value, expected, len(rows), _place(rows[0]))
            for (name, value, expected), rows in groups[:SHOWN]
        ]
        more = f", and {_more(groups)}" if len(groups) > SHOWN else ""
        header = ("field", "value", "expected", "rows", "first")
        return table(f"{self._counts()}{more}", header, rows)


_Groups = list[tuple[tuple[str, str, str], list[Rejected]]]


def _grouped(rejected: list[Rejected]) -> _Groups:
    """Rows that were rejected for the same value of the same field, the most frequent first."""
    groups: dict[tuple[str, str, str], list[Rejected]] = {}
    for row in rejected:
        # `sdgs[0]` and `sdgs[3]` are the same mistake.
        name = row.field.split("[", 1)[0]
        groups.setdefault((name, row.value, row.expected), []).append(row)
    # The sort is stable: groups of one size stay in the order of their first rows.
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _more(groups: _Groups) -> str:
    rest = groups[SHOWN:]
    rows = sum(len(rows) for _, rows in rest)
    of_rows = "1 more row" if rows == 1 else f"{rows} more rows"
    return f"{of_rows} with {'1 other value' if len(rest) == 1 else f'{len(rest)} other values'}"


def _place(rejected: Rejected) -> str:
    row = f"row {rejected.row}"
    return row if rejected.file is None else f"{rejected.file}, {row}"


@dataclass(frozen=True)
class Reason:
    """A rule that a solution does not meet.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.Reason("stages", "idea", "one of `pilot`"))
    stages: `idea` (expected one of `pilot`)
    """

    rule: str
    """The rule's name, as in `Eligibility`."""
    value: str
    """The solution's value; ``unknown`` where that is missing or does not compare."""
    expected: str
    """What the rule expects."""

    def __str__(self) -> str:
        return f"{self.rule}: `{self.value}` (expected {self.expected})"

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Reason("stages", "idea", "one of `pilot`").to_dict()
        {'rule': 'stages', 'value': 'idea', 'expected': 'one of `pilot`'}
        """
        return asdict(self)


@dataclass(frozen=True)
class Ineligible:
    """A solution that may not enter, with every rule that it does not meet.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "stage": "idea"}])
    >>> matches = cm.Matcher(catalogue).find("rain", eligibility={"stages": ["pilot"]})
    >>> [(barred.solution_id, str(barred.reasons[0])) for barred in matches.ineligible]
    [('s1', 'stages: `idea` (expected one of `pilot`)')]
    """

    solution_id: str
    """The id of the solution."""
    reasons: list[Reason]
    """The rules that it does not meet, at least one."""

    def to_dict(self) -> dict[str, Any]:
        """Return the id and the reasons as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> barred = cm.Ineligible("s1", [cm.Reason("stages", "idea", "one of `pilot`")])
        >>> barred.to_dict()["reasons"]
        [{'rule': 'stages', 'value': 'idea', 'expected': 'one of `pilot`'}]
        """
        return asdict(self)


for _class in (AddReport, FieldWarning, Ineligible, Reason, Rejected):
    _class.__module__ = "citymatch"
del _class
