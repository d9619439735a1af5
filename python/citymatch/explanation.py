"""Why a solution has its score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

__all__ = ["Explanation", "Node", "SentenceEvidence", "SubjectEvidence", "TermEvidence", "ValueEvidence"]


@dataclass(frozen=True)
class TermEvidence:
    """A word of the challenge, and the solution's term for it: the same term, or a related one in
    any language.

    Examples
    --------
    >>> import citymatch as cm
    >>> fields = {"title": 1, "problem": 2}
    >>> print(cm.TermEvidence("alagament", "inundaciones", ["alagamentos"], fields, 0.74))
    inundaciones ~ alagamentos 0.74 in title, problem ×2
    """

    term: str
    """The solution's term: stemmed, in lower case and without accents."""
    ask: str
    """The challenge's word, in the form that is commonest there."""
    solution: list[str]
    """The words of the solution that have the term."""
    fields: dict[str, int]
    """The solution's fields that have the term, and how often each."""
    weight: float | None = None
    """How close the two words are, above 0 and up to 1; ``None`` in `words`, where the terms are
    the same."""

    def __str__(self) -> str:
        weight = "" if self.weight is None else f" {self.weight:.2f}"
        counts = self.fields.items()
        fields = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in counts)
        return f"{self.ask} ~ {', '.join(self.solution)}{weight} in {fields}"

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.TermEvidence("lluvi", "lluvia", ["lluvia"], {"title": 1}).to_dict()["term"]["ask"]
        'lluvia'
        """
        return {"term": asdict(self)}


@dataclass(frozen=True)
class SentenceEvidence:
    """A sentence of the challenge, and the sentence of the solution that is closest to it.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.SentenceEvidence("¿Cómo evitar inundaciones?", "Reduz alagamentos.", 0.53))
    ¿Cómo evitar inundaciones? ~ Reduz alagamentos. 0.53
    """

    ask: str
    """The sentence of the challenge."""
    solution: str
    """The sentence of the solution; empty where it has none."""
    cosine: float
    """The cosine of their vectors, from -1 to 1."""

    def __str__(self) -> str:
        return f"{self.ask} ~ {self.solution} {self.cosine:.2f}"

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> list(cm.SentenceEvidence("Floods?", "Alagamentos.", 0.5).to_dict())
        ['sentences']
        """
        return {"sentences": asdict(self)}


@dataclass(frozen=True)
class ValueEvidence:
    """Values of the two records that a criterion of the call compared.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.ValueEvidence(["11"], ["11.5", "13"]))
    11 ~ 11.5, 13
    """

    ask: list[str]
    """Those of the challenge."""
    solution: list[str]
    """Those of the solution."""

    def __str__(self) -> str:
        return f"{', '.join(self.ask)} ~ {', '.join(self.solution)}"

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as a dict that JSON can hold, in the form of the Rust crate's.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.ValueEvidence(["pilot"], ["idea"]).to_dict()
        {'values': {'ask': ['pilot'], 'solution': ['idea']}}
        """
        return {"values": asdict(self)}


@dataclass(frozen=True)
class SubjectEvidence:
    """A subject of cities that the challenge and the solution are about.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.SubjectEvidence("inundaciones"))
    inundaciones
    """

    subject: str
    """What it is called in the challenge's language."""

    def __str__(self) -> str:
        return self.subject

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.SubjectEvidence("floods").to_dict()
        {'subject': {'subject': 'floods'}}
        """
        return {"subject": asdict(self)}


@dataclass(frozen=True)
class Node:
    """A number, and how it was computed: an operation over the values of its children.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> score = cm.Matcher(catalogue).explain("rain", "s1")
    >>> score.operation, [child.name for child in score.children]
    ('logistic', ['S'])
    """

    name: str
    """Its name: ``score``, ``S``, a signal, a word or a sentence of the challenge …"""
    value: float
    """The number."""
    operation: str
    """The operation over the children: ``sum``, ``product`` or ``logistic``; ``leaf`` without
    children."""
    details: dict[str, float] = field(default_factory=dict)
    """The constants and counts behind it, by name."""
    children: list[Node] = field(default_factory=list)
    """The parts it was computed from."""
    evidence: TermEvidence | SentenceEvidence | SubjectEvidence | ValueEvidence | None = None
    """What shows it: a word of the challenge and the solution's, two sentences, a subject, or the values
    that a criterion compared."""

    def to_dict(self) -> dict[str, Any]:
        """Return the node and all below it as dicts and lists that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Node("weight", 0.5, "leaf").to_dict()["value"]
        0.5
        """
        return {
            "name": self.name,
            "value": self.value,
            "operation": self.operation,
            "details": dict(self.details),
            "children": [child.to_dict() for child in self.children],
            "evidence": None if self.evidence is None else self.evidence.to_dict(),
        }


@dataclass(frozen=True, kw_only=True)
class Explanation(Node):
    """The score of a solution for a challenge, as a tree that adds up to it. `print` shows it.

    The explanation is the root of the tree: its ``value`` is the score.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "language": "en"}])
    >>> matches = cm.Matcher(catalogue).find("How do gardens keep rain and snow?")
    >>> why = matches.explain(0)
    >>> why.value == matches[0].score, why.missing
    (True, ['keep', 'snow'])
    """

    challenge_id: str
    """The id of the challenge."""
    solution_id: str
    """The id of the solution."""
    challenge_language: Literal["es", "pt", "en"] | None
    """The challenge's language."""
    challenge_language_source: str | None
    """How the language was found: ``declared``, ``detected``, ``stop words``, ``country`` or
    ``commonest``."""
    solution_language: Literal["es", "pt", "en"] | None
    """The solution's language, declared or detected."""
    missing: list[str]
    """Words of the challenge that the solution does not have, nor a related word."""
    frame: list[str]
    """Sentences of the challenge that are taken for the frame of a call (who convenes, who may
    apply, how, until when). Their words count a tenth."""
    text: str = field(repr=False)
    """The tree as text, as `str` returns it."""
    reason: str = ""
    """The strongest reasons in one line: the words that decided, ``lluvia, inundaciones ~ alagamentos .74``,
    or where no word met another the solution's nearest sentence."""
    sentences: list[SentenceEvidence] = field(default_factory=list)
    """The sentences of the challenge that decided, each with the nearest of the solution, by how much
    they add to the score."""

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as dicts and lists that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> list(cm.Matcher(catalogue).explain("rain", "s1").to_dict())[:3]
        ['challenge_id', 'solution_id', 'challenge_language']
        """
        return {
            "challenge_id": self.challenge_id,
            "solution_id": self.solution_id,
            "challenge_language": self.challenge_language,
            "challenge_language_source": self.challenge_language_source,
            "solution_language": self.solution_language,
            "missing": list(self.missing),
            "frame": list(self.frame),
            **super().to_dict(),
        }

    def _repr_html_(self) -> str:
        from ._notebook import explanation

        return explanation(self)


def _parts(node: Mapping[str, Any]) -> dict[str, Any]:
    children = [Node(**_parts(child)) for child in node.get("children", ())]
    return {**node, "children": children, "evidence": _evidence(**node.get("evidence", {}))}


def _evidence(
    term: Mapping[str, Any] | None = None,
    sentences: Mapping[str, Any] | None = None,
    subject: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
) -> TermEvidence | SentenceEvidence | SubjectEvidence | ValueEvidence | None:
    if term is not None:
        return TermEvidence(**{**term, "fields": dict(term["fields"])})
    if sentences is not None:
        return SentenceEvidence(**sentences)
    if values is not None:
        return ValueEvidence(**values)
    return None if subject is None else SubjectEvidence(**subject)


def _explanation(
    parts: Mapping[str, Any], text: str, reason: str, sentences: Iterable[tuple[str, str, float]]
) -> Explanation:
    """Called by the native module, with the parts as it serializes them."""
    about = {name: value for name, value in parts.items() if name != "root"}
    pairs = [SentenceEvidence(*pair) for pair in sentences]
    return Explanation(**_parts(parts["root"]), **about, text=text, reason=reason, sentences=pairs)


for _class in (Explanation, Node, SentenceEvidence, SubjectEvidence, TermEvidence, ValueEvidence):
    _class.__module__ = "citymatch"
del _class
