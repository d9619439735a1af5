"""Names for annotations: the closed sets of words that citymatch uses, and the dicts it returns.

Examples
--------
>>> import citymatch as cm
>>> from citymatch.typing import Stage
>>> def at(stage: Stage) -> cm.Eligibility:
...     return cm.Eligibility(stages=[stage], unknown="bar")
>>> at("pilot")
Eligibility(stages=['pilot'], unknown='bar')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias, TypedDict

from ._citymatch import Run

__all__ = [
    "Deployment",
    "DeploymentStatus",
    "FileFormat",
    "Kind",
    "Language",
    "Money",
    "OnError",
    "OrganisationType",
    "Qrels",
    "Ranking",
    "Signal",
    "SignalWeight",
    "Stage",
    "Table",
    "Unknown",
]

Language = Literal["es", "pt", "en"]
"""A language that citymatch analyses."""

Stage = Literal["idea", "design", "prototype", "pilot", "implemented", "scaling", "closed"]
"""How far a solution has come, in this order."""

OrganisationType = Literal[
    "company", "ngo", "city", "university", "community", "individual", "consortium", "other"
]
"""What kind of organisation made a solution."""

DeploymentStatus = Literal["planned", "active", "completed", "closed", "failed"]
"""The state of a deployment."""

Unknown = Literal["admit", "bar"]
"""What a missing value does under a rule that needs it."""

Signal = Literal["words", "related", "meaning", "language", "subject", "themes", "goals", "place", "maturity"]
"""A way in which a solution can fit a challenge: a key of `weights`."""

Kind = Literal["solutions", "challenges"]
"""The two kinds of record."""

FileFormat = Literal["jsonl", "csv", "xlsx", "parquet"]
"""A format of files of records."""

OnError = Literal["report", "raise"]
"""What `Catalogue.add` does about rows that are wrong."""


class Money(TypedDict):
    """An amount of money."""

    amount: float
    """How much, 0 or more."""
    currency: str | None
    """The currency, as ISO 4217; amounts without one compare with nothing."""


class Deployment(TypedDict):
    """A place where a solution was put to use."""

    city: str
    """The city; empty where it is not known."""
    country: str | None
    """The country, as ISO 3166-1 alpha-2."""
    year: int | None
    """The year in which it began."""
    status: DeploymentStatus | None
    """Its state."""


class SignalWeight(TypedDict):
    """What a signal counts."""

    same: float
    """For solutions in the challenge's language."""
    other: float
    """For the others."""


class Table(Protocol):
    """A table of pandas, polars or pyarrow."""

    def __getitem__(self, name: Any, /) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Qrels: TypeAlias = (
    str | PathLike[str] | Mapping[str, Mapping[str, int]] | Iterable[tuple[str, str, int]] | Table
)
"""Judgements: the path of a file in TREC's format, grades by challenge and solution, triples of the ids
and the grade, or a table with the columns `challenge_id`, `solution_id` and `grade`."""

Ranking: TypeAlias = (
    Run
    | str
    | PathLike[str]
    | Mapping[str, Mapping[str, float]]
    | Iterable[tuple[str, str, float]]
    | Table
)
"""Ranked solutions for each challenge: a run, the path of one, scores by challenge and solution, triples
of the ids and the score, or a table with the columns `challenge_id`, `solution_id` and `score`."""
