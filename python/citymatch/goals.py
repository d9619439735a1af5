"""The Sustainable Development Goals that a record seems to speak of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .typing import Language

__all__ = ["GoalSuggestion"]


@dataclass(frozen=True, repr=False)
class GoalSuggestion:
    """A goal that a record seems to speak of: a suggestion, for a person to decide.
    `suggest_goals` returns them.

    Examples
    --------
    >>> import citymatch as cm
    >>> found = cm.suggest_goals("How might we end the hunger of poor families?")[0]
    >>> found.goal, found.target, found.sentence
    (2, '2.1', 'How might we end the hunger of poor families?')
    >>> repr(found)[:32]
    '<suggestion: goal 2, Zero hunger'
    """

    goal: int
    """The number of the goal, 1 to 17."""
    name: str
    """Its official name, in `language`."""
    score: float
    """How sure it is, from 0 to 1: about the share of texts with this score that experts say speak of
    the goal. By default nothing below 0.5 is suggested."""
    sentence: str
    """The sentence of the record that speaks most of the goal."""
    target: str
    """What the sentence met: a target such as ``"11.5"``, or the goal itself."""
    official_text: str
    """What the United Nations say of the target, in `language`."""
    language: Language
    """The language of the official text."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict that JSON can hold, marked as a suggestion.

        Examples
        --------
        >>> import citymatch as cm
        >>> found = cm.suggest_goals("How might we end hunger among the families of the hills?")
        >>> found[0].to_dict()["kind"], found[0].to_dict()["goal"]
        ('suggestion', 2)
        """
        return {"kind": "suggestion", **asdict(self)}

    def __repr__(self) -> str:
        by = f"by {self.target} and {self.sentence!r}"
        return f"<suggestion: goal {self.goal}, {self.name} ({self.score:.2f}), {by}>"


GoalSuggestion.__module__ = "citymatch"
