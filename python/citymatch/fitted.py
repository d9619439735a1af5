"""What was learned from judgements, and what to judge next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, overload

from . import _text_tables
from ._html import table
from .typing import Signal, SignalWeight

__all__ = [
    "CalibrationBin",
    "FittedSignal",
    "FittedWeights",
    "Gain",
    "LearningPoint",
    "NextToJudge",
    "PairToJudge",
    "ScoreCalibration",
]


@dataclass(frozen=True)
class FittedSignal:
    """The fitted weight of one signal.

    Examples
    --------
    >>> import citymatch as cm
    >>> weight = {"same": 0.5, "other": 0.0}
    >>> own = cm.FittedSignal("words", weight, {"same": 1.0, "other": 0.0}, 0.5, (0.1, 0.9))
    >>> own.weight["same"] == own.factor * own.built_in["same"]
    True
    """

    signal: Signal
    """The name of the signal."""
    weight: SignalWeight
    """Its fitted weight."""
    built_in: SignalWeight
    """Its built-in weight."""
    factor: float
    """The one as a multiple of the other; the weight itself where the built-in one is 0."""
    interval: tuple[float, float]
    """The interval of the factor, which has the best one with a chance of 95 %."""


@dataclass(frozen=True)
class Gain:
    """What fitted weights gained on challenges that were held out: nDCG@10.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.Gain(0.71, 0.73, 0.02, (-0.01, 0.05)))
    no gain that the folds show: nDCG@10 on held-out folds 0.710 with the built-in weights, 0.730 with fitted ones, +0.020 (95 % -0.010 to +0.050)
    """

    built_in: float
    """With the built-in weights."""
    fitted: float
    """With fitted ones."""
    difference: float
    """The mean difference."""
    interval: tuple[float, float]
    """Its interval, of 95 %, from a paired bootstrap over the challenges with a fixed seed."""

    @property
    def shown(self) -> bool:
        """Whether the folds show a gain: whether its whole interval is above 0."""
        return self.interval[0] > 0

    def __str__(self) -> str:
        low, high = self.interval
        verdict = "no gain that the folds show"
        if self.shown:
            verdict = "a gain"
        elif high < 0:
            verdict = "a loss: keep the built-in weights"
        return (
            f"{verdict}: nDCG@10 on held-out folds {self.built_in:.3f} with the built-in weights,"
            f" {self.fitted:.3f} with fitted ones, {self.difference:+.3f} (95 % {low:+.3f} to {high:+.3f})"
        )


@dataclass(frozen=True)
class CalibrationBin:
    """The pairs whose scores lie in one tenth of the scale.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.CalibrationBin(0.25, 0.3, 10).useful
    0.3
    """

    score: float
    """Their mean score."""
    useful: float
    """The share of them that was judged useful."""
    pairs: int
    """How many there are."""


@dataclass(frozen=True)
class ScoreCalibration:
    """What scores are worth under fitted weights: the chance that a solution was judged useful.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.ScoreCalibration(5.0, 0.9, True, 0.03, 0.1, ()).error
    0.03
    """

    slope: float
    """How fast the score rises around its midpoint, per unit of the raw score."""
    midpoint: float
    """The raw score at which the score of a short question is a half."""
    fitted: bool
    """Whether both were fitted; if not, because useful solutions did not stand out, they are the
    encoder's."""
    error: float
    """The expected calibration error on challenges that were held out, from 0 to 1."""
    built_in_error: float
    """The same with the built-in weights."""
    bins: tuple[CalibrationBin, ...]
    """The tenths of the scale that have pairs, of challenges that were held out."""


class FittedWeights(dict[Signal, SignalWeight]):
    """Weights that were fitted to judgements, by the name of the signal: what `Matcher` takes.

    `fit_weights` makes them. Scores under them are made by their own logistic, `calibration`. They show
    as a table in notebooks, with the interval of each weight; `to_markdown` and `to_latex` are that table
    as text.

    Attributes
    ----------
    signals
        Each weight with its interval.
    gain
        What the weights gained on challenges that were held out.
    calibration
        What scores are worth.
    challenges, pairs
        How many judged challenges, and how many pairs of them, taught something.
    challenges_of_one_grade
        How many judged challenges have pairs of one grade alone, and taught nothing.
    pairs_outside
        How many judged pairs are not in the run, and taught nothing.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Dry toilets"}])
    >>> run = cm.Matcher(catalogue).find_all([cm.Challenge(f"c{i}", "rain") for i in range(20)])
    >>> fitted = cm.fit_weights(run, {f"c{i}": {"s1": 1, "s2": 0} for i in range(20)})
    >>> fitted.gain.shown, fitted.challenges, fitted.signals[0].signal
    (False, 20, 'words')
    >>> fitted.logistic == (fitted.calibration.slope, fitted.calibration.midpoint)
    True
    """

    signals: tuple[FittedSignal, ...]
    gain: Gain
    calibration: ScoreCalibration
    challenges: int
    challenges_of_one_grade: int
    pairs: int
    pairs_outside: int

    @property
    def logistic(self) -> tuple[float, float]:
        """The slope and the midpoint of the logistic that makes scores of raw scores."""
        return self.calibration.slope, self.calibration.midpoint

    @property
    def notes(self) -> list[str]:
        """What to know beside the weights: the gain, the calibration, and what taught."""
        error, before = self.calibration.error, self.calibration.built_in_error
        notes = [
            str(self.gain),
            f"calibration error on held-out folds {error:.3f} (built-in {before:.3f})",
            f"{self.challenges} challenges and {self.pairs} pairs taught",
        ]
        if self.challenges_of_one_grade:
            notes.append(f"{self.challenges_of_one_grade} challenges have one grade alone")
        if self.pairs_outside:
            notes.append(f"{self.pairs_outside} judged pairs are not in the run")
        return notes

    def to_markdown(self) -> str:
        """Return the table in Markdown.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
        >>> run = cm.Matcher(catalogue).find_all([cm.Challenge(f"c{i}", "rain") for i in range(20)])
        >>> fitted = cm.fit_weights(run, {f"c{i}": {"s1": 1, "s2": 0} for i in range(20)})
        >>> fitted.to_markdown().splitlines()[0]
        '| signal | weight (same, other) | built-in (same, other) | factor | 95 % |'
        """
        return _text_tables.markdown(_HEADER, self._rows(), self.notes)

    def to_latex(self) -> str:
        r"""Return the table in LaTeX.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
        >>> run = cm.Matcher(catalogue).find_all([cm.Challenge(f"c{i}", "rain") for i in range(20)])
        >>> fitted = cm.fit_weights(run, {f"c{i}": {"s1": 1, "s2": 0} for i in range(20)})
        >>> print(fitted.to_latex().splitlines()[0])
        \begin{tabular}{lrrrr}
        """
        return _text_tables.latex(_HEADER, self._rows(), self.notes)

    def _rows(self) -> list[list[str]]:
        return [
            [
                own.signal,
                _pair(own.weight),
                _pair(own.built_in),
                f"{own.factor:.2f}",
                "{:.2f} to {:.2f}".format(*own.interval),
            ]
            for own in self.signals
        ]

    def __str__(self) -> str:
        return _text_tables.plain(_HEADER, self._rows(), self.notes)

    def _repr_html_(self) -> str:
        return table("; ".join(self.notes), _HEADER, self._rows())

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


_HEADER = ("signal", "weight (same, other)", "built-in (same, other)", "factor", "95 %")


def _pair(weight: SignalWeight) -> str:
    return f"{weight['same']:.2f}, {weight['other']:.2f}"


@dataclass(frozen=True)
class PairToJudge:
    """A pair whose judgement would teach much.

    Examples
    --------
    >>> import citymatch as cm
    >>> print(cm.PairToJudge("c1", "s7", 3, 0.48, 0.2))
    s7 for c1 (rank 3)
    """

    challenge_id: str
    """The id of the challenge."""
    solution_id: str
    """The id of the solution."""
    rank: int
    """Its rank in the run, from 1."""
    score: float
    """Its score in the run."""
    value: float
    """How much its judgement would teach beside those of the pairs before it, above 0."""

    def __str__(self) -> str:
        return f"{self.solution_id} for {self.challenge_id} (rank {self.rank})"


@dataclass(frozen=True)
class LearningPoint:
    """What is lost with so many judged challenges.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.LearningPoint(40, 0.01).loss
    0.01
    """

    challenges: int
    """The number of judged challenges."""
    loss: float
    """The share of the gain of the first ten that is expected to be lost, because the best weights are
    not known for certain, from 0 to 1."""


class NextToJudge:
    """The pairs to judge next, the one that would teach most first, and whether judging still pays.

    It is iterated, indexed and counted like a list of `PairToJudge`. `Run.next_to_judge` makes it.

    Attributes
    ----------
    enough
        Whether more judging stops paying.
    sentence
        The reason, in one sentence.
    curve
        What is lost with half as many judged challenges, as many, twice and four times; empty where
        there are too few to fit weights to.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> pairs = cm.Matcher(catalogue).find_all(["Where can the rain go?"]).next_to_judge()
    >>> len(pairs), pairs[0].solution_id, pairs.sentence
    (1, 's1', '0 judged challenges teach something, and weights can be fitted from 20 on: 20 more are needed')
    """

    def __init__(
        self,
        pairs: tuple[PairToJudge, ...],
        enough: bool,
        sentence: str,
        curve: tuple[LearningPoint, ...],
    ) -> None:
        self._pairs = pairs
        self.enough = enough
        self.sentence = sentence
        self.curve = curve

    def __len__(self) -> int:
        return len(self._pairs)

    def __iter__(self) -> Iterator[PairToJudge]:
        return iter(self._pairs)

    @overload
    def __getitem__(self, index: int) -> PairToJudge: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PairToJudge, ...]: ...
    def __getitem__(self, index: int | slice) -> PairToJudge | tuple[PairToJudge, ...]:
        return self._pairs[index]

    def __repr__(self) -> str:
        return f"<NextToJudge: {len(self)} pairs; {self.sentence}>"

    def _repr_html_(self) -> str:
        rows = [
            (pair.challenge_id, pair.solution_id, pair.rank, pair.score, pair.value) for pair in self
        ]
        header = ("challenge", "solution", "rank", "score", "value")
        return table(self.sentence, header, rows)


def _fitted(parts: Mapping[str, Any]) -> FittedWeights:
    """Called by the native module, with the parts as it serializes them."""
    signals = tuple(
        FittedSignal(
            own["signal"],
            _weight(own["weight"]),
            _weight(own["built_in"]),
            own["factor"],
            _interval(own["factor_interval"]),
        )
        for own in parts["signals"]
    )
    calibration = parts["calibration"]
    fitted = FittedWeights({own.signal: own.weight for own in signals})
    fitted.signals = signals
    fitted.gain = Gain(**{**parts["gain"], "interval": _interval(parts["gain"]["interval"])})
    bins = tuple(CalibrationBin(**own) for own in calibration["bins"])
    fitted.calibration = ScoreCalibration(**{**calibration, "bins": bins})
    fitted.challenges, fitted.pairs = parts["challenges"], parts["pairs"]
    fitted.challenges_of_one_grade = parts["challenges_of_one_grade"]
    fitted.pairs_outside = parts["pairs_outside"]
    return fitted


def _next(parts: Mapping[str, Any]) -> NextToJudge:
    """Called by the native module, with the parts as it serializes them."""
    pairs = tuple(PairToJudge(**own) for own in parts["pairs"])
    curve = tuple(LearningPoint(**own) for own in parts["curve"])
    return NextToJudge(pairs, parts["enough"], parts["sentence"], curve)


def _weight(pair: tuple[float, float]) -> SignalWeight:
    same, other = pair
    return {"same": same, "other": other}


def _interval(ends: Mapping[str, float]) -> tuple[float, float]:
    return ends["low"], ends["high"]


for _class in (
    CalibrationBin,
    FittedSignal,
    FittedWeights,
    Gain,
    LearningPoint,
    NextToJudge,
    PairToJudge,
    ScoreCalibration,
):
    _class.__module__ = "citymatch"
del _class
