"""How much matches are to differ from each other, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Displaced", "Diversity", "Spread"]


@dataclass(frozen=True)
class Diversity:
    """How much matches are to differ from each other: an option of `Matcher`.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([
    ...     {"id": "s1", "title": "Rain gardens", "organisation": "Verde"},
    ...     {"id": "s2", "title": "Rain gardens in schools", "organisation": "Verde"},
    ...     {"id": "s3", "title": "Rain barrels", "organisation": "Azul"},
    ... ])
    >>> matcher = cm.Matcher(catalogue, diversity=cm.Diversity(per_organisation=1))
    >>> matches = matcher.find("rain gardens in schools", limit=2)
    >>> [found.solution_id for found in matches], str(matches.spread.displaced[0])
    (['s2', 's3'], 's1 (rank 2): there are 1 of the organisation `Verde` already')
    """

    amount: float = 0.0
    """From 0, where scores alone count, to 1, where distances alone count. From 0.02 to 0.1 most of
    the scores is kept."""
    per_organisation: int | None = None
    """The most solutions of one organisation, 1 or more; ``None`` for any number. Solutions without
    an organisation are not counted."""
    per_country: int | None = None
    """The most solutions of one country."""
    per_theme: int | None = None
    """The most solutions of one theme. A solution counts for each of its themes."""


@dataclass(frozen=True)
class Displaced:
    """One of the best by score that was not chosen. `Spread.displaced` has them.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.Displaced("s1", 2, 0.8, "it is like `s2` (cosine 0.91)"))
    s1 (rank 2): it is like `s2` (cosine 0.91)
    """

    solution_id: str
    """The id of the solution."""
    rank: int
    """Its rank by score, from 1."""
    score: float
    """Its score."""
    reason: str
    """Why it was not chosen: what it is like, or of what there are enough already."""

    def __str__(self) -> str:
        return f"{self.solution_id} (rank {self.rank}): {self.reason}"


@dataclass(frozen=True)
class Spread:
    """What the spread among matches cost and gained, in comparison with the best by score.
    `Matches.spread` has it.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.Spread(kept=0.97, distance=0.82, distance_of_best=0.75, displaced=[]))
    97 % of the scores kept, mean distance 0.82 instead of 0.75
    """

    kept: float
    """The sum of the scores in comparison with that of the best, from 0 to 1."""
    distance: float
    """The mean distance between two of the matches: 1 minus the cosine of their texts."""
    distance_of_best: float
    """The same for the best by score."""
    displaced: list[Displaced]
    """Those of the best that were not chosen, in the order of their scores."""

    def __str__(self) -> str:
        distances = f"mean distance {self.distance:.2f} instead of {self.distance_of_best:.2f}"
        return f"{self.kept:.0%} of the scores kept, {distances}".replace("%", " %")


for _class in (Displaced, Diversity, Spread):
    _class.__module__ = "citymatch"
del _class
