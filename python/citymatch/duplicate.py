"""The solutions of a catalogue that have the same text, with what shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, overload

from ._frames import Column, Table

__all__ = [
    "Agreed",
    "Differing",
    "DuplicateEvidence",
    "DuplicatePair",
    "Duplicates",
    "SideBySide",
]


@dataclass(frozen=True)
class SideBySide:
    """A sentence of each of two records that say the same, or one of one of them alone.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.SideBySide("Streets stay dry.", None, None).right is None
    True
    """

    left: str | None
    """The left record's sentence; None where it says nothing of the kind."""
    right: str | None
    """The right record's sentence."""
    likeness: float | None
    """How alike the two are, at most 1; None for one alone."""


@dataclass(frozen=True)
class Agreed:
    """Something that two records both say.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.Agreed("city", ["Quito"]).values
    ['Quito']
    """

    what: str
    """``"names"``, ``"numbers"``, or a field: ``"organisation"``, ``"city"``, ``"country"``, ``"year"``,
    ``"cost"``, ``"links"`` (the hosts of the addresses)."""
    values: list[str]
    """What both say, as the left record writes it."""


@dataclass(frozen=True)
class Differing:
    """Something that two records say differently.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.Differing("city", ["Quito"], ["Cali"]).right
    ['Cali']
    """

    what: str
    """As in `Agreed`."""
    left: list[str]
    """What the left record says and the right one does not."""
    right: list[str]
    """What the right record says and the left one does not."""


@dataclass(frozen=True)
class DuplicateEvidence:
    """Why two records are a pair, for a person to judge.

    Examples
    --------
    >>> import citymatch as cm
    >>> text = "Rain gardens in the pavement hold the water of storms, so that streets stay dry."
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": id, "description": text, "city": "Quito"} for id in ("s1", "s2")])
    >>> evidence = catalogue.duplicates()[0].evidence
    >>> evidence.left_share, evidence.agreed[0].what
    (1.0, 'city')
    """

    left_share: float
    """The share of the left record's text that the right one has too, from 0 to 1: of its pairs of
    neighbouring words without names and numbers, rare ones counting more. Near 0 in two languages."""
    right_share: float
    """The share of the right record's text that the left one has too."""
    sentences: list[SideBySide]
    """All sentences of both, those that say the same side by side; last, what only the right one says."""
    agreed: list[Agreed]
    """Names, numbers and fields that both have."""
    differing: list[Differing]
    """Names, numbers and fields in which they differ."""


@dataclass(frozen=True)
class DuplicatePair:
    """Two solutions of a catalogue with the same text.

    Examples
    --------
    >>> import citymatch as cm
    >>> text = "Rain gardens in the pavement hold the water of storms, so that streets stay dry."
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": id, "description": text} for id in ("s1", "s2")])
    >>> pair = catalogue.duplicates()[0]
    >>> pair.kind, pair.left, pair.right
    ('resubmission', 's1', 's2')
    """

    kind: Literal["translation", "resubmission", "variant"]
    """What the two are to each other. A variant is the same text about another place, year or
    organisation, and no duplicate."""
    left: str
    """The id that comes first."""
    right: str
    """The other id."""
    score: float
    """How much of the texts is the same, from 0 to 1: the logistic of the mean of both directions' logits."""
    evidence: DuplicateEvidence
    """Sentences side by side, what agrees and what differs."""


@dataclass(frozen=True)
class Duplicates(Table):
    """The pairs that `Catalogue.duplicates` finds, best first. It is iterated, indexed, sliced and counted
    like a list.

    It is a table of one row a pair, with the columns `kind`, `left`, `right`, `score`, `left_share`,
    `right_share`, `agreed` and `differing` (in words), and `group`, the number of the group from 1 that
    both are in: `to_pandas`, `to_polars`, `to_arrow`, ``polars.DataFrame(duplicates)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> text = "Rain gardens in the pavement hold the water of storms, so that streets stay dry."
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([
    ...     {"id": "s1", "description": text, "city": "Quito"},
    ...     {"id": "s2", "description": text + " We ask for support.", "city": "Quito"},
    ...     {"id": "s3", "description": text, "city": "Cali"},
    ... ])
    >>> found = catalogue.duplicates()
    >>> sorted((pair.kind, pair.left, pair.right) for pair in found if pair.kind != "variant")
    [('resubmission', 's1', 's2')]
    >>> found.groups
    [['s1', 's2']]
    """

    pairs: list[DuplicatePair]
    """The pairs, variants among them."""
    groups: list[list[str]]
    """The solutions that are one thing: groups of which each two are a pair that is a translation or a
    resubmission. A solution is in one group at most."""

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[DuplicatePair]:
        return iter(self.pairs)

    @overload
    def __getitem__(self, index: int) -> DuplicatePair: ...
    @overload
    def __getitem__(self, index: slice) -> list[DuplicatePair]: ...
    def __getitem__(self, index: int | slice) -> DuplicatePair | list[DuplicatePair]:
        return self.pairs[index]

    def __repr__(self) -> str:
        kinds = [pair.kind for pair in self.pairs]
        counts = [
            f"{kinds.count(kind)} {kind}s" for kind in ("translation", "resubmission", "variant")
        ]
        return f"<Duplicates: {', '.join(counts)}, {len(self.groups)} groups>"

    def _columns(self) -> list[Column]:
        group = {id: number for number, ids in enumerate(self.groups, 1) for id in ids}
        pairs = self.pairs
        return [
            ("kind", "str", [pair.kind for pair in pairs]),
            ("left", "str", [pair.left for pair in pairs]),
            ("right", "str", [pair.right for pair in pairs]),
            ("score", "float", [pair.score for pair in pairs]),
            ("left_share", "float", [pair.evidence.left_share for pair in pairs]),
            ("right_share", "float", [pair.evidence.right_share for pair in pairs]),
            ("agreed", "str", [_agreed(pair.evidence) for pair in pairs]),
            ("differing", "str", [_differing(pair.evidence) for pair in pairs]),
            ("group", "int", [_common(group, pair) for pair in pairs]),
        ]


def _agreed(evidence: DuplicateEvidence) -> str:
    return "; ".join(f"{own.what}: {', '.join(own.values)}" for own in evidence.agreed)


def _differing(evidence: DuplicateEvidence) -> str:
    parts = (f"{own.what}: {', '.join(own.left)} / {', '.join(own.right)}" for own in evidence.differing)
    return "; ".join(parts)


def _common(group: dict[str, int], pair: DuplicatePair) -> int | None:
    """The number of the group that both of a pair are in."""
    number = group.get(pair.left)
    return number if number == group.get(pair.right) else None


def restored(pairs: list[dict[str, Any]], groups: list[list[str]]) -> Duplicates:
    """Return pairs out of plain values."""

    def evidence(own: dict[str, Any]) -> DuplicateEvidence:
        return DuplicateEvidence(
            own["left_share"],
            own["right_share"],
            [SideBySide(**sentence) for sentence in own["sentences"]],
            [Agreed(**agreed) for agreed in own["agreed"]],
            [Differing(**differing) for differing in own["differing"]],
        )

    return Duplicates(
        [
            DuplicatePair(**{**pair, "evidence": evidence(pair["evidence"])})
            for pair in pairs
        ],
        groups,
    )


for _class in (Agreed, Differing, DuplicateEvidence, DuplicatePair, Duplicates, SideBySide):
    _class.__module__ = "citymatch"
del _class
