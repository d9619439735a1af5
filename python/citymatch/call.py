"""A call for solutions that was read as a challenge, and where each field was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ._citymatch import Challenge
from ._html import table

__all__ = ["Call", "CallField"]


@dataclass(frozen=True)
class CallField:
    """A value that was found in a call.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.CallField("2026-04-30", ["Applications close on 30 April 2026."]).value
    '2026-04-30'
    """

    value: Any
    """The value, as a challenge's `to_dict` has it."""
    sentences: list[str]
    """The sentences that it was taken from."""

    def to_dict(self) -> dict[str, Any]:
        """Return the value and its sentences as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.CallField(3, ["Three winners."]).to_dict()
        {'value': 3, 'sentences': ['Three winners.']}
        """
        return asdict(self)


@dataclass(frozen=True, repr=False)
class Call:
    """A call as a challenge, with what each field was taken from. `read_call` returns it.

    Examples
    --------
    >>> import citymatch as cm, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "call.md")
    >>> _ = path.write_text("# Dry Streets\\n## The challenge\\nHow might we keep streets dry?\\n")
    >>> cm.read_call(path)
    Call('call', title, question, language)
    """

    challenge: Challenge
    """The challenge. What a winner gets is in its `extra` as ``prize``. Its rules of eligibility
    are empty: see `suggestions`."""
    fields: dict[str, CallField]
    """The fields that were found, by name."""
    suggestions: dict[str, CallField]
    """Rules of `Eligibility` that the call seems to have, by name. They are not applied."""
    frame: list[str]
    """The sentences that say how the call works and not what it asks for."""
    notes: list[str]
    """What could not be told, one line each."""

    def to_dict(self) -> dict[str, Any]:
        """Return the challenge's fields, with what they were taken from below the key ``call``.

        This is what ``citymatch read-call`` writes: JSON for a person to look over, which
        `read_challenges` reads again.

        Examples
        --------
        >>> import citymatch as cm
        >>> challenge = cm.Challenge("c1", "Dry Streets")
        >>> call = cm.Call(challenge, {"title": cm.CallField("Dry Streets", [])}, {}, [], [])
        >>> call.to_dict()["title"], list(call.to_dict()["call"])
        ('Dry Streets', ['notes', 'suggestions', 'sentences', 'frame'])
        """
        rules = {name: rule.value for name, rule in self.suggestions.items()}
        sentences = {name: field.sentences for name, field in self.fields.items()}
        sentences |= {
            f"eligibility.{name}": rule.sentences for name, rule in self.suggestions.items()
        }
        return {
            **self.challenge.to_dict(),
            "call": {
                "notes": self.notes,
                "suggestions": {"eligibility": rules},
                "sentences": sentences,
                "frame": self.frame,
            },
        }

    def __repr__(self) -> str:
        return f"Call({', '.join([repr(self.challenge.id), *self.fields])})"

    def _repr_html_(self) -> str:
        found = [(name, field, "found") for name, field in self.fields.items()]
        found += [(name, rule, "suggested rule") for name, rule in self.suggestions.items()]
        rows = [
            (name, _shown(field.value), kind, " / ".join(field.sentences))
            for name, field, kind in found
        ]
        rows += [("", "", "note", note) for note in self.notes]
        return table(f"call {self.challenge.id}", ("field", "value", "", "sentences"), rows)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return str(value)


for _class in (Call, CallField):
    _class.__module__ = "citymatch"
del _class
