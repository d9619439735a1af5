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

from typing import Literal, TypedDict

__all__ = [
    "Deployment",
    "DeploymentStatus",
    "FileFormat",
    "Kind",
    "Language",
    "Money",
    "OnError",
    "OrganisationType",
    "Signal",
    "SignalWeight",
    "Stage",
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
