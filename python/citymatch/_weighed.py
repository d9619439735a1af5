"""A matcher like another one, with other weights."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from ._citymatch import Assignment, Catalogue, Matcher, Matches, Run
from .errors import CityMatchError
from .typing import Signal, SignalWeight


class Weights(dict[Signal, SignalWeight]):
    """Weights, with the logistic of fitted ones, which `Matcher` looks for."""

    logistic: tuple[float, float]

    @classmethod
    def of(cls, weights: Mapping[Signal, SignalWeight], logistic: tuple[float, float] | None) -> Weights:
        made = cls(weights)
        if logistic is not None:
            made.logistic = logistic
        return made


class Weighing:
    """What a matcher was made of: its catalogue, its options and its weights."""

    def __init__(self, catalogue: Catalogue, options: Mapping[str, Any]) -> None:
        self.catalogue = catalogue
        # What a pickle holds of a matcher are its arguments, and the logistic of its weights.
        self._options = {name: value for name, value in options.items() if name not in ("weights", "logistic")}
        self._logistic: tuple[float, float] | None = options.get("logistic")
        self.first = Weights.of(Matcher(catalogue, weights=options.get("weights"), **self._options).weights, self._logistic)

    @classmethod
    def of_matcher(cls, matcher: Matcher) -> Weighing:
        _, (catalogue, options) = cast(Any, matcher.__reduce__())
        return cls(catalogue, options)

    @classmethod
    def of_run(cls, run: Run) -> Weighing | None:
        """None where the catalogue was in memory or is gone; where statistics were given; and of an assignment, whose matches no search gives."""
        if isinstance(run, Assignment) or not len(run):
            return None
        _, ((path, encoder, options, statistics), _) = cast(Any, run[0].__reduce__())
        # A run out of a pickle shows what it has where the folder is no longer.
        with suppress(CityMatchError, OSError):
            return None if path is None or statistics else cls(Catalogue.open(path, encoder=encoder), options)
        return None

    def matcher(self, weights: Mapping[Any, Any]) -> Matcher:
        return Matcher(self.catalogue, weights=weights, **self._options)

    def checked(self, weights: Mapping[Any, Any] | None) -> Weights:
        """The weights of every signal; the first ones for none."""
        if weights is None:
            return self.first
        checked = self.matcher(weights).weights
        return self.first if checked == self.first else Weights.of(checked, getattr(weights, "logistic", None))

    def moved(self, now: Mapping[Signal, SignalWeight], to: Mapping[str, float]) -> Weights:
        """The weights at which sliders stand. One number moves both weights of a signal, which have the ratio of the first ones; signals
        whose sliders did not move keep theirs.
        """
        if to == sliders(self.first):
            return self.first
        at = {signal: weight if _slider(weight) == to[signal] else _scaled(self.first[signal], float(to[signal])) for signal, weight in now.items()}
        return self.checked(Weights.of(at, getattr(now, "logistic", self._logistic)))


def sliders(weights: Mapping[Signal, SignalWeight] | None) -> dict[Signal, float] | None:
    """Where the slider of each signal stands: at the weight that solutions in the challenge's language have, if they have any."""
    return None if weights is None else {signal: _slider(weight) for signal, weight in weights.items()}


def find_again(found: Matches, matcher: Matcher) -> Matches:
    """The matches of a challenge under the same rules, by another matcher."""
    _, (_, (challenge, (eligibility, at_least, limit), *_)) = cast(Any, found.__reduce__())
    return matcher.find(challenge, limit=limit, eligibility=eligibility, at_least=at_least)


def _slider(weight: SignalWeight) -> float:
    return weight["same"] or weight["other"]


def _scaled(weight: SignalWeight, to: float) -> SignalWeight:
    at = _slider(weight)
    return {"same": weight["same"] * (to / at), "other": weight["other"] * (to / at)} if at else {"same": to, "other": to}
