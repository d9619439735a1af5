"""What an assignment says beside its pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Change", "Unassigned"]


@dataclass(frozen=True)
class Unassigned:
    """A challenge that got nothing, and why.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.Unassigned("c7", "taken", "taken: s1 by c2", {"s1": ["c2"]}))
    c7: taken: s1 by c2
    """

    challenge_id: str
    """The id of the challenge."""
    reason: Literal["no_candidate", "barred", "forbidden", "taken"]
    """Why: the run has no match for it; rules bar every candidate; all others are forbidden; or other
    challenges have them."""
    words: str
    """The reason in words."""
    taken: dict[str, list[str]]
    """Its candidates that others have, each with those challenges."""

    def __str__(self) -> str:
        return f"{self.challenge_id}: {self.words}"


@dataclass(frozen=True)
class Change:
    """A difference from an assignment that was to be kept.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.Change("removed", "c1", "s2"))
    removed: s2 for c1
    """

    change: Literal["removed", "added"]
    """What happened to the pair."""
    challenge_id: str
    """The id of the challenge."""
    solution_id: str
    """The id of the solution."""

    def __str__(self) -> str:
        return f"{self.change}: {self.solution_id} for {self.challenge_id}"


for _class in (Change, Unassigned):
    _class.__module__ = "citymatch"
del _class
