"""What became of rows that were added, and why solutions may not enter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from ._citymatch import _reason_text
from ._html import table
from .typing import Language

__all__ = [
    "AddReport",
    "Barring",
    "FieldWarning",
    "Ineligible",
    "Reason",
    "Rejected",
    "Source",
    "UnclearField",
]

SHOWN = 20
"""The most lines of a summary."""

COLUMNS = 40
"""The most columns that are listed."""


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
    """An unknown field whose name is nearly a known one, or a field with values that were not
    understood. They are kept as they are.

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
class UnclearField:
    """The values of a field that were not understood. They are kept as they were written.

    Examples
    --------
    >>> import citymatch as cm
    >>> rows = [{"id": "s1", "title": "Wells", "stage": "pilto"}]
    >>> report = cm.Catalogue.create().add(rows)
    >>> report.unclear[0].field, report.unclear[0].rows, report.unclear[0].values
    ('stage', 1, [('pilto', 1)])
    """

    field: str
    """The field, with dots where values are nested."""
    rows: int
    """How many records have such values."""
    values: list[tuple[str, int]]
    """The values with how often each came, the most frequent first."""
    expected: str
    """What is understood."""
    message: str
    """All of this in one line."""

    def __str__(self) -> str:
        return self.message

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.UnclearField("stage", 1, [("pilto", 1)], "a stage", "…").to_dict()["rows"]
        1
        """
        return asdict(self)


@dataclass(frozen=True)
class Source:
    """What a file, a table or a list was found to be. ``print(source)`` has a line for each column.

    Examples
    --------
    >>> import citymatch as cm, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "s.csv")
    >>> _ = path.write_text("id;Nombre;Tel\\n1;Pozos;55\\n")
    >>> source = cm.read_solutions(path).source
    >>> source.format, source.delimiter, source.header_row, source.columns
    ('csv', ';', 1, [('id', 'id'), ('Nombre', 'title'), ('Tel', None)])
    """

    file: str | None
    """The file's path; ``None`` where a program gave the records."""
    format: str
    """Its format: that of a file, ``"table"``, or ``"list"`` for mappings."""
    encoding: str | None
    """The encoding of a text file, where it was looked for."""
    delimiter: str | None
    """The character between the cells of a CSV file."""
    sheets: list[str]
    """The sheets of a workbook that were read."""
    header_row: int | None
    """The row of the headers, from 1."""
    columns: list[tuple[str, str | None]]
    """Each header with the field that it is; ``None`` where the column is kept and not matched. Of
    JSON objects and mappings these are the keys that are not the fields' own names."""
    summary: str
    """All but the columns in one line."""

    def __str__(self) -> str:
        lines = [self.summary, *map(_column, self.columns[:COLUMNS])]
        if len(self.columns) > COLUMNS:
            lines.append(f"  … and {len(self.columns) - COLUMNS} more columns")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Source("s.csv", "csv", None, ",", [], 1, [], "…").to_dict()["format"]
        'csv'
        """
        return asdict(self)


def _column(column: tuple[str, str | None]) -> str:
    header, name = column
    return f"  {header}: kept, not matched" if name is None else f"  {header} → {name}"


@dataclass(frozen=True)
class AddReport:
    """What became of the records that were added. ``print(report)`` sums up what was rejected and
    what was not understood, and says which field each column of a file is.

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
    """Unknown fields whose names are nearly known ones, and fields with values that were not
    understood, each with the first row that has it."""
    unclear: list[UnclearField] = field(default_factory=list)
    """The values that were not understood, by field: the one of the most rows first."""
    copies: int = 0
    """How many have the texts of another one of these records, under another id."""
    source: Source | None = None
    """What the file was found to be that the records were read from."""
    dry_run: bool = False
    """Whether nothing was added, because only a trial was asked for."""
    trimmed_ids: int = 0
    """How many came with white space around their ids, which is no part of them."""
    notes: list[str] = field(default_factory=list)
    """What was guessed when the records were read, one line each."""

    @property
    def rows(self) -> int:
        """How many rows were read: those added, replaced and rejected."""
        return self.added + self.replaced + len(self.rejected)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dicts and lists that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.AddReport(added=2, replaced=0).to_dict()
        {'added': 2, 'replaced': 0, 'rejected': [], 'warnings': [], 'unclear': [], 'copies': 0, \
'source': None, 'dry_run': False, 'trimmed_ids': 0, 'notes': []}
        """
        return asdict(self)

    def __repr__(self) -> str:
        counts = f"rejected={len(self.rejected)}, warnings={len(self.warnings)}"
        trial = ", dry_run=True" if self.dry_run else ""
        return f"AddReport(added={self.added}, replaced={self.replaced}, {counts}{trial})"

    def __str__(self) -> str:
        lines = [self._counts(), *self._lines()]
        lines += _few([warning.message for warning in self.warnings], "warnings")
        lines += self._remarks()
        if self.source is not None:
            lines.append(str(self.source))
        return "\n".join(lines)

    def _counts(self) -> str:
        rows = "1 row" if self.rows == 1 else f"{self.rows} rows"
        counts = f"{self.added} added, {self.replaced} replaced, {len(self.rejected)} rejected"
        trial = " (a trial: nothing was added)" if self.dry_run else ""
        return f"{rows} read: {counts}{trial}"

    def _remarks(self) -> list[str]:
        """What is neither wrong nor a warning."""
        remarks = _few(self.notes, "notes")
        if self.copies:
            remarks.append(f"{self.copies} have the texts of another one, under another id")
        if self.trimmed_ids:
            remarks.append(f"white space around {self.trimmed_ids} ids is left out")
        return remarks

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
        parts = [f"<p>{escape(self._counts())}</p>"]
        groups = _grouped(self.rejected)
        if groups:
            rows = [
                (name, value, expected, len(rows), _place(rows[0]))
                for (name, value, expected), rows in groups[:SHOWN]
            ]
            more = f", and {_more(groups)}" if len(groups) > SHOWN else ""
            header = ("field", "value", "expected", "rows", "first")
            parts.append(table(f"rejected{more}", header, rows))
        if self.unclear:
            unclear = [
                (one.field, ", ".join(value for value, _ in one.values[:3]), one.expected, one.rows)
                for one in self.unclear[:SHOWN]
            ]
            more = f", and {len(self.unclear) - SHOWN} fields" if len(self.unclear) > SHOWN else ""
            unclear_header = ("field", "values", "understood is", "rows")
            caption = f"not understood, kept as written{more}"
            parts.append(table(caption, unclear_header, unclear))
        if self.source is not None:
            columns = self.source.columns
            shown = [
                (name, "kept, not matched" if meant is None else meant)
                for name, meant in columns[:COLUMNS]
            ]
            more = f", and {len(columns) - COLUMNS} columns" if len(columns) > COLUMNS else ""
            parts.append(table(f"{self.source.summary}{more}", ("column", "field"), shown))
        unclear_messages = {one.message for one in self.unclear}
        messages = [one.message for one in self.warnings if one.message not in unclear_messages]
        remarks = [*_few(messages, "warnings"), *self._remarks()]
        if remarks:
            items = "".join(f"<li>{escape(remark)}</li>" for remark in remarks)
            parts.append(f"<ul>{items}</ul>")
        return "".join(parts)


def _few(messages: list[str], what: str) -> list[str]:
    """The first messages, and how many more there are."""
    more = [f"… and {len(messages) - SHOWN} more {what}"] if len(messages) > SHOWN else []
    return [*messages[:SHOWN], *more]


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
    >>> reason = cm.Reason("stages", "idea", ["pilot", "scaling"])
    >>> print(reason)
    stages: idea is not one of pilot, scaling
    >>> print(reason.text("es"))
    La etapa de la solución es «idea», y la convocatoria admite: piloto, en expansión.
    """

    rule: str
    """The rule's name, as in `Eligibility`."""
    value: str
    """The solution's value; ``unknown`` where that is missing or does not compare."""
    limits: list[str]
    """The values that the rule admits, or those that it excludes, as files have them."""
    unknown: str | None = None
    """What is not known, where the value is ``unknown``: ``stage``, or ``cost in USD``."""

    def text(self, language: Language) -> str:
        """Return the reason as a sentence for the applicant.

        Parameters
        ----------
        language
            ``es``, ``pt`` or ``en``.

        Raises
        ------
        InvalidOptionError
            If the language is another one.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Reason("countries", "unknown", ["BR"], "country").text("pt")
        'A solução não diz de que país é, e a chamada admite: Brasil.'
        """
        return _reason_text(self.rule, self.value, self.limits, self.unknown, language)

    def __str__(self) -> str:
        return _reason_text(self.rule, self.value, self.limits, self.unknown)

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Reason("stages", "idea", ["pilot"]).to_dict()
        {'rule': 'stages', 'value': 'idea', 'limits': ['pilot'], 'unknown': None}
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
    [('s1', 'stages: idea is not one of pilot')]
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
        >>> barred = cm.Ineligible("s1", [cm.Reason("stages", "idea", ["pilot"])])
        >>> barred.to_dict()["reasons"]
        [{'rule': 'stages', 'value': 'idea', 'limits': ['pilot'], 'unknown': None}]
        """
        return asdict(self)


@dataclass(frozen=True)
class Barring:
    """A challenge whose rules exclude a solution, with every rule that the solution does not meet.
    `RecordMatches.ineligible` has them.

    Examples
    --------
    >>> import citymatch as cm
    >>> barring = cm.Barring("c1", [cm.Reason("stages", "idea", ["pilot"])])
    >>> barring.reasons[0].text("es")
    'La etapa de la solución es «idea», y la convocatoria admite: piloto.'
    """

    challenge_id: str
    """The id of the challenge."""
    reasons: list[Reason]
    """The rules that the solution does not meet, at least one."""

    def to_dict(self) -> dict[str, Any]:
        """Return the id and the reasons as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Barring("c1", [cm.Reason("stages", "idea", ["pilot"])]).to_dict()["challenge_id"]
        'c1'
        """
        return asdict(self)


for _class in (AddReport, Barring, FieldWarning, Ineligible, Reason, Rejected, Source, UnclearField):
    _class.__module__ = "citymatch"
del _class
