"""What became of rows, and why solutions were barred."""

from __future__ import annotations

from dataclasses import dataclass, field

from ._html import table

__all__ = ["AddReport", "FieldWarning", "Ineligible", "Reason", "Rejected"]


@dataclass(frozen=True)
class Rejected:
    """A row that did not go in, and why.

    Examples
    --------
    >>> import citymatch as cm
    >>> report = cm.Catalogue.create().add([{"id": "s1", "title": "Dry toilets", "stage": "pilto"}])
    >>> report.rejected[0].row, report.rejected[0].field, report.rejected[0].value
    (1, 'stage', 'pilto')
    """

    file: str | None
    """The file, if it came from one."""
    row: int
    """The row, from 1: a line of a JSONL or text file, a row of a sheet, a record of a list or a table."""
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


@dataclass(frozen=True)
class FieldWarning:
    """An unknown field that looks like a known one. It is kept as it is.

    Examples
    --------
    >>> import citymatch as cm
    >>> report = cm.Catalogue.create().add([{"id": "s1", "title": "Dry toilets", "sumary": "No water needed."}])
    >>> print(report.warnings[0])
    row 1: unknown field `sumary` is kept as it is; did you mean `summary`?
    """

    file: str | None
    """The file, if it came from one."""
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


@dataclass(frozen=True)
class AddReport:
    """What became of the records that were added.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s1", "title": "Again"}])
    AddReport(added=1, replaced=0, rejected=1, warnings=0)
    """

    added: int
    """How many records are new."""
    replaced: int
    """How many took the place of one with their id."""
    rejected: list[Rejected] = field(default_factory=list)
    """The rows that did not go in, in order."""
    warnings: list[FieldWarning] = field(default_factory=list)
    """Unknown fields that look like known ones, each with the first row that has it."""

    def __repr__(self) -> str:
        counts = f"rejected={len(self.rejected)}, warnings={len(self.warnings)}"
        return f"AddReport(added={self.added}, replaced={self.replaced}, {counts})"

    def _repr_html_(self) -> str:
        caption = f"{self.added} added, {self.replaced} replaced, {len(self.rejected)} rejected"
        rows = [(r.row, r.file or "", r.field, r.value, r.expected) for r in self.rejected]
        return table(caption, ("row", "file", "field", "value", "expected"), rows)


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
    """What the solution has; ``unknown`` where that is missing or does not compare."""
    expected: str
    """What the rule asks for."""

    def __str__(self) -> str:
        return f"{self.rule}: `{self.value}` (expected {self.expected})"


@dataclass(frozen=True)
class Ineligible:
    """A solution that may not enter, with every rule that it does not meet.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "stage": "idea"}])
    >>> matches = cm.Matcher(catalogue).find("rain", eligibility={"stages": ["pilot"]})
    >>> [(barred.id, str(barred.reasons[0])) for barred in matches.ineligible]
    [('s1', 'stages: `idea` (expected one of `pilot`)')]
    """

    id: str
    """Which solution."""
    reasons: list[Reason]
    """The rules that it does not meet, at least one."""


for _class in (AddReport, FieldWarning, Ineligible, Reason, Rejected):
    _class.__module__ = "citymatch"
del _class
