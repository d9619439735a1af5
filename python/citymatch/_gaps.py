"""What a catalogue cannot answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ._frames import Column, Table
from ._html import table

__all__ = ["Gaps", "Supply", "Unanswered"]


@dataclass(frozen=True)
class Unanswered:
    """A challenge that the catalogue does not answer.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.Unanswered("c1", 0.42, "s7", 0.08, 3).best_id
    's7'
    """

    challenge_id: str
    """The id of the challenge."""
    answer_score: float | None
    """How much evidence there is of an answer, as `Matches.answer_score` has it."""
    best_id: str | None
    """The best eligible solution; ``None`` if there is none."""
    best_score: float | None
    """Its score."""
    barred: int
    """How many solutions the rules of the challenge exclude."""


@dataclass(frozen=True)
class Supply:
    """What challenges ask for, and what solutions have: one theme, goal or country.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.Supply("music", challenges=2, unanswered=1, solutions=1, implemented=0).is_gap
    True
    """

    name: str
    """The theme as most records write it, the number of the goal, or the code of the country."""
    challenges: int
    """How many challenges name it."""
    unanswered: int
    """How many of them are told to be unanswered."""
    solutions: int
    """How many solutions name it."""
    implemented: int
    """How many of these were put to use: implemented or scaling, or deployed with success so far."""

    @property
    def is_gap(self) -> bool:
        """Whether challenges name it, and no solution that was put to use does."""
        return self.challenges > 0 and self.implemented == 0


@dataclass(frozen=True)
class Gaps(Table):
    """What a catalogue cannot answer. `gaps` makes it.

    Its themes, goals and countries are a table of one row each, with the columns `of`, `name`,
    `challenges`, `unanswered`, `solutions`, `implemented` and `is_gap`: `to_pandas`, `to_polars`,
    `to_arrow`, ``polars.DataFrame(gaps)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens", themes=["water"])])
    >>> violin = cm.Challenge("c1", question="How to teach children the violin?", themes=["music"])
    >>> print(cm.gaps(cm.Matcher(catalogue).find_all([violin])))
    0 of 1 challenges are answered, 1 are not
    theme music: 1 challenges, 0 solutions, 0 implemented
    """

    challenges: int
    """How many challenges were matched."""
    answered: int
    """How many of them are told to be answered. What is in neither list has no verdict."""
    unanswered: list[Unanswered]
    """The challenges that are told to be unanswered, those with the least evidence first."""
    themes: list[Supply]
    """The themes that challenges name: gaps first, then by falling number of challenges."""
    goals: list[Supply]
    """The goals that challenges name, in the same order. A target counts for its goal."""
    countries: list[Supply]
    """The countries of the challenges, in the same order. A solution is of its country and of those of
    its deployments."""

    def _rows(self) -> Iterator[tuple[str, Supply]]:
        for of, supplies in (("theme", self.themes), ("goal", self.goals), ("country", self.countries)):
            for supply in supplies:
                yield of, supply

    def to_dict(self) -> dict[str, Any]:
        """Return everything as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.gaps(cm.Matcher(cm.Catalogue.create()).find_all([])).to_dict()["unanswered"]
        []
        """
        return asdict(self)

    def _columns(self) -> list[Column]:
        names: list[tuple[str, Literal["str", "int", "bool"]]] = [
            ("of", "str"),
            ("name", "str"),
            ("challenges", "int"),
            ("unanswered", "int"),
            ("solutions", "int"),
            ("implemented", "int"),
            ("is_gap", "bool"),
        ]
        rows = [(of, *_values(supply), supply.is_gap) for of, supply in self._rows()]
        return [(name, kind, [row[at] for row in rows]) for at, (name, kind) in enumerate(names)]

    def __str__(self) -> str:
        verdict = f"{self.answered} of {self.challenges} challenges are answered, {len(self.unanswered)} are not"
        lines = [verdict]
        for of, own in self._rows():
            if own.is_gap:
                counts = f"{own.challenges} challenges, {own.solutions} solutions, {own.implemented} implemented"
                lines.append(f"{of} {own.name}: {counts}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        unanswered = table(
            f"{self.answered} of {self.challenges} challenges are answered, {len(self.unanswered)} are not",
            ("challenge", "evidence", "nearest", "its score", "barred"),
            [
                (own.challenge_id, _or_blank(own.answer_score), own.best_id or "", _or_blank(own.best_score), own.barred)
                for own in self.unanswered
            ],
        )
        rows = [(own.name, of, *_values(own)[1:]) for of, own in self._rows() if own.is_gap]
        header = ("gap", "of", "challenges", "unanswered", "solutions", "implemented")
        return unanswered + table("Demand, and nothing that was put to use", header, rows)


def _values(supply: Supply) -> tuple[str, int, int, int, int]:
    return (supply.name, supply.challenges, supply.unanswered, supply.solutions, supply.implemented)


def _or_blank(number: float | None) -> float | str:
    return "" if number is None else number


for _class in (Gaps, Supply, Unanswered):
    _class.__module__ = "citymatch"
del _class
