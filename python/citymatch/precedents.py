"""What was put to use in a challenge's city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Implementation"]


@dataclass(frozen=True)
class Implementation:
    """A solution that was put to use in a challenge's city. `Matcher.implemented` makes it.

    Examples
    --------
    >>> import citymatch as cm
    >>> failed = [{"city": "Quito", "status": "failed"}]
    >>> print(cm.Implementation("s1", "Jardines de lluvia", 0.81, "strong", failed))
    s1 Jardines de lluvia (0.810): failed
    """

    solution_id: str
    """The id of the solution."""
    title: str
    """Its title."""
    score: float
    """How well it fits the challenge, from 0 to 1: the score that `Matcher.find` gives it."""
    level: Literal["strong", "possible", "weak"]
    """The score in a word. A weak one has little to do with the challenge."""
    deployments: list[dict[str, Any]]
    """Its deployments in the city, each a dict of what is known of ``city``, ``country``, ``year`` and
    ``status``. Empty for a solution that is itself of the city, and whose stage says that it was put
    to use."""

    def __str__(self) -> str:
        known = (str(own[part]) for own in self.deployments for part in _SHOWN if part in own)
        ended = ", ".join(known) or "no deployment is recorded"
        return f"{self.solution_id} {self.title} ({self.score:.3f}): {ended}"


_SHOWN = ("year", "status")

Implementation.__module__ = "citymatch"
