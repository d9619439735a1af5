"""What runs are worth, by judgements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import _text_tables
from ._citymatch import _evaluate, _interval, _is_measure, _p_value
from ._html import table
from .errors import InvalidOptionError
from .judgements import Judged, Lists, _judgements, _lists, _wrong
from .typing import Qrels, Ranking

__all__ = ["Comparison", "Difference", "Evaluation", "compare", "evaluate"]

DEFAULT_MEASURES = ("nDCG@10", "RR", "P@5", "R@50")


class Evaluation(dict[str, float]):
    """The means of the measures over the judged challenges, by the name of the measure.

    It is a dict, and shows as a table in notebooks. `to_markdown` and `to_latex` are that table as
    text.

    Attributes
    ----------
    values_of
        For each measure its value for each judged challenge.
    intervals
        For each measure the interval of the mean, of 95 %, from a bootstrap over the challenges with a
        fixed seed; ``None`` of one challenge, whose spread is not known.
    unjudged
        The ids of the challenges of the run that have no judgement, and do not count.
    missing
        The ids of the judged challenges that are not in the run, and count as 0.
    judged_share
        The share of the first ten solutions that was judged; the others count as not useful.

    Examples
    --------
    >>> import citymatch as cm
    >>> found = cm.evaluate({"c1": {"s1": 1}, "c2": {"s1": 1}}, {"c1": {"s1": 0.9}, "c3": {}}, ["RR"])
    >>> found["RR"], found.unjudged, found.missing
    (0.5, ['c3'], ['c2'])
    >>> print(found.to_markdown())
    | measure | value | 95 % |
    | --- | ---: | ---: |
    | RR | 0.500 | 0.000 to 1.000 |
    <BLANKLINE>
    2 judged challenges. 1 challenge of the run has no judgement and does not count. 1 judged challenge is not in the run, and counted as 0.
    """

    values_of: dict[str, dict[str, float]]
    intervals: dict[str, tuple[float, float] | None]
    unjudged: list[str]
    missing: list[str]
    judged_share: float

    @property
    def notes(self) -> list[str]:
        """What to know beside the numbers: how many challenges count, and which do not."""
        judged = len(next(iter(self.values_of.values()), {}))
        return _notes(judged, self.unjudged, self.missing, self.judged_share, "the run")

    def to_markdown(self) -> str:
        """Return the table in Markdown.

        Examples
        --------
        >>> import citymatch as cm
        >>> found = cm.evaluate({"c1": {"s1": 1}}, {"c1": {"s1": 0.9}}, ["RR"])
        >>> found.to_markdown().splitlines()[2]
        '| RR | 1.000 |  |'
        """
        return _text_tables.markdown(_OF_ONE, self._rows(), self.notes)

    def to_latex(self) -> str:
        r"""Return the table in LaTeX.

        Examples
        --------
        >>> import citymatch as cm
        >>> found = cm.evaluate({"c1": {"s1": 1}}, {"c1": {"s1": 0.9}}, ["RR"])
        >>> print(found.to_latex().splitlines()[4])
        RR & 1.000 &  \\
        """
        return _text_tables.latex(_OF_ONE, self._rows(), self.notes)

    def _rows(self) -> list[list[str]]:
        return [
            [measure, f"{value:.3f}", _ends(self.intervals[measure])]
            for measure, value in self.items()
        ]

    def __str__(self) -> str:
        return _text_tables.plain(_OF_ONE, self._rows(), self.notes)

    def _repr_html_(self) -> str:
        return table("; ".join(self.notes), _OF_ONE, self._rows())

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


@dataclass(frozen=True)
class Difference:
    """What two runs differ by in one measure.

    Examples
    --------
    >>> import citymatch as cm
    >>> qrels = {"c1": {"s1": 1}, "c2": {"s1": 1}}
    >>> good, bad = ({c: {"s1": s, "s2": 0.5} for c in qrels} for s in (0.9, 0.1))
    >>> difference = cm.compare(qrels, good, bad, ["RR"])["RR"]
    >>> difference.difference, difference.interval, difference.better
    (0.5, (0.5, 0.5), 2)
    """

    measure: str
    """The name of the measure."""
    run: float
    """Its mean for the one run."""
    against: float
    """Its mean for the other."""
    difference: float
    """The mean difference: above 0 where the one is better."""
    interval: tuple[float, float]
    """Its interval, of 95 %, from a paired bootstrap over the challenges with a fixed seed."""
    p_value: float
    """How often chance alone gives a mean difference as far from 0: a randomisation test."""
    better: int
    """For how many challenges the one is better."""
    worse: int
    """For how many it is worse."""
    differences: dict[str, float]
    """The difference for each judged challenge."""


class Comparison(dict[str, Difference]):
    """What two runs differ by: a `Difference` for each measure, by its name.

    It is a dict, and shows as a table in notebooks, with the interval of each difference before its
    p-value. `to_markdown` and `to_latex` are that table as text.

    Examples
    --------
    >>> import citymatch as cm
    >>> qrels = {f"c{i}": {"s1": 1} for i in range(12)}
    >>> good, bad = ({c: {"s1": s, "s2": 0.5} for c in qrels} for s in (0.9, 0.1))
    >>> print(cm.compare(qrels, good, bad, ["RR"]))
    measure    run  against  difference              95 %  better  worse       p
    RR       1.000    0.500      +0.500  +0.500 to +0.500      12      0  <0.001
    12 judged challenges
    50 % of the first ten solutions of the run were judged; the others count as not useful
    50 % of the first ten solutions of the other run were judged; the others count as not useful
    """

    run: Evaluation
    """The measures of the one run."""
    against: Evaluation
    """The measures of the other."""

    @property
    def notes(self) -> list[str]:
        """What to know beside the numbers: how many challenges count, and which do not."""
        other = self.against
        more = _notes(0, other.unjudged, other.missing, other.judged_share, "the other run")
        return [*self.run.notes, *more[1:]]

    def to_markdown(self) -> str:
        """Return the table in Markdown.

        Examples
        --------
        >>> import citymatch as cm
        >>> qrels = {"c1": {"s1": 1}, "c2": {"s1": 1}}
        >>> run = {"c1": {"s1": 0.9}, "c2": {"s1": 0.8}}
        >>> cm.compare(qrels, run, run, ["RR"]).to_markdown().splitlines()[2]
        '| RR | 1.000 | 1.000 | +0.000 | +0.000 to +0.000 | 0 | 0 | 1.000 |'
        """
        return _text_tables.markdown(_OF_TWO, self._rows(), self.notes)

    def to_latex(self) -> str:
        r"""Return the table in LaTeX.

        Examples
        --------
        >>> import citymatch as cm
        >>> qrels = {"c1": {"s1": 1}, "c2": {"s1": 1}}
        >>> run = {"c1": {"s1": 0.9}, "c2": {"s1": 0.8}}
        >>> print(cm.compare(qrels, run, run, ["RR"]).to_latex().splitlines()[4])
        RR & 1.000 & 1.000 & +0.000 & +0.000 to +0.000 & 0 & 0 & 1.000 \\
        """
        return _text_tables.latex(_OF_TWO, self._rows(), self.notes)

    def _rows(self) -> list[list[str]]:
        return [
            [
                own.measure,
                f"{own.run:.3f}",
                f"{own.against:.3f}",
                f"{own.difference:+.3f}",
                "{:+.3f} to {:+.3f}".format(*own.interval),
                str(own.better),
                str(own.worse),
                "<0.001" if own.p_value < 0.001 else f"{own.p_value:.3f}",
            ]
            for own in self.values()
        ]

    def __str__(self) -> str:
        return _text_tables.plain(_OF_TWO, self._rows(), self.notes)

    def _repr_html_(self) -> str:
        return table("; ".join(self.notes), _OF_TWO, self._rows())

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


_OF_ONE = ("measure", "value", "95 %")
_OF_TWO = ("measure", "run", "against", "difference", "95 %", "better", "worse", "p")


def evaluate(
    qrels: Qrels, run: Ranking, measures: str | Iterable[object] = DEFAULT_MEASURES
) -> Evaluation:
    """Average each measure over the judged challenges.

    The measures are those of ``trec_eval``, by their names in ir-measures: ``nDCG@10``,
    ``nDCG(dcg='exp-log2')@10``, ``RR``, ``AP``, ``P@5``, ``R@50``, ``Success@5``, ``P(rel=2)@5``, with any
    cutoff. Others that ir-measures has are left to it, where it is installed
    (``pip install 'citymatch[evaluation]'``).

    Parameters
    ----------
    qrels
        The judgements: ``{challenge_id: {solution_id: grade}}``, a table with the columns
        ``challenge_id``, ``solution_id`` and ``grade``, triples of these, or the path of a file in TREC's
        format. A grade of 1 or more means useful.
    run
        A `Run`, ``{challenge_id: {solution_id: score}}``, a table, triples, or the path of a file. A judged
        challenge that is not in it counts as 0; equal scores are ordered by id.
    measures
        The names of the measures, or those of ir-measures themselves.

    Returns
    -------
    Evaluation
        One value in [0, 1] for each measure, with its interval.

    Raises
    ------
    InvalidOptionError
        If a measure is not known, if the run or the judgements are empty, if no challenge of the run was
        judged, or if nothing was judged useful.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.evaluate({"c1": {"s1": 2}}, {"c1": {"s1": 0.9, "s2": 0.4}}, ["RR"])
    {'RR': 1.0}
    """
    return _evaluation(_judgements(qrels), _lists(run, "run"), _names(measures), "run")


def compare(
    qrels: Qrels,
    run: Ranking,
    against: Ranking,
    measures: str | Iterable[object] = DEFAULT_MEASURES,
) -> Comparison:
    """Say by how much a run is better than another one.

    The interval of each difference comes from a paired bootstrap over the judged challenges, and the
    p-value from a randomisation test, both with a fixed seed. A p-value is that of one measure which
    was chosen before; the interval says more.

    Parameters
    ----------
    qrels, run, measures
        As in `evaluate`.
    against
        The other run. Differences are above 0 where `run` is better.

    Returns
    -------
    Comparison
        A `Difference` for each measure.

    Raises
    ------
    InvalidOptionError
        As `evaluate`, and if fewer than two challenges were judged.

    Examples
    --------
    >>> import citymatch as cm
    >>> qrels = {"c1": {"s1": 1}, "c2": {"s2": 1}}
    >>> run, against = ({c: {"s1": 0.5, "s2": s} for c in qrels} for s in (0.6, 0.4))
    >>> comparison = cm.compare(qrels, run, against, ["RR"])
    >>> comparison["RR"].difference, comparison["RR"].better, comparison["RR"].worse
    (0.0, 1, 1)
    """
    judged, names = _judgements(qrels), _names(measures)
    lists, others = _lists(run, "run"), _lists(against, "against")
    comparison = Comparison()
    comparison.run = _evaluation(judged, lists, names, "run")
    comparison.against = _evaluation(judged, others, names, "against")
    if len({challenge for challenge, *_ in judged}) < 2:
        expected = "two judged challenges or more: the difference of one has no interval"
        raise _wrong("qrels", "judgements of one challenge", expected)
    for measure in comparison.run:
        own, other = (side.values_of[measure] for side in (comparison.run, comparison.against))
        differences = {challenge: own[challenge] - other[challenge] for challenge in own}
        values = list(differences.values())
        mean = sum(values) / len(values)
        comparison[measure] = Difference(
            measure=measure,
            run=comparison.run[measure],
            against=comparison.against[measure],
            difference=mean,
            interval=_interval(values) or (mean, mean),
            p_value=_p_value(values),
            better=sum(value > 0 for value in values),
            worse=sum(value < 0 for value in values),
            differences=differences,
        )
    return comparison


def _names(measures: str | Iterable[object]) -> list[str]:
    if isinstance(measures, str):
        return [measures]
    if not isinstance(measures, Iterable):
        raise _wrong("measures", type(measures).__name__, "names of measures, such as nDCG@10")
    names = list(dict.fromkeys(str(measure) for measure in measures))
    if not names:
        raise _wrong("measures", "empty", "one measure or more, such as nDCG@10")
    return names


def _evaluation(judged: list[Judged], lists: Lists, names: list[str], name: str) -> Evaluation:
    own = [measure for measure in names if _is_measure(measure)]
    challenges, values, unjudged, missing, share = _evaluate(judged, lists, own, name)
    found = dict(zip(own, values, strict=True))
    others = [measure for measure in names if measure not in found]
    if others:
        found |= _by_ir_measures(judged, lists, others, challenges)
    evaluation = Evaluation()
    evaluation.values_of, evaluation.intervals = {}, {}
    for measure in names:
        of_measure = found[measure]
        evaluation[measure] = sum(of_measure) / len(of_measure)
        evaluation.values_of[measure] = dict(zip(challenges, of_measure, strict=True))
        evaluation.intervals[measure] = _interval(of_measure)
    evaluation.unjudged, evaluation.missing = unjudged, missing
    evaluation.judged_share = share
    return evaluation


def _by_ir_measures(
    judged: list[Judged], lists: Lists, names: list[str], challenges: Sequence[str]
) -> dict[str, list[float]]:
    """Measures that the library does not compute. Scores fall strictly, so that our order is kept."""
    try:
        import ir_measures
    except ImportError:
        raise _unknown(names[0], "and ir-measures is not installed: pip install 'citymatch[evaluation]'") from None
    parsed: dict[str, Any] = {}
    for measure in names:
        try:
            parsed[measure] = ir_measures.parse_measure(measure)
        except (NameError, ValueError, SyntaxError, TypeError, AssertionError, KeyError):
            raise _unknown(measure, "or another one that ir-measures has") from None
    qrels: dict[str, dict[str, int]] = {}
    for challenge, solution, grade in judged:
        qrels.setdefault(challenge, {})[solution] = grade
    run = {
        challenge: {solution: -float(rank) for rank, solution in enumerate(solutions)}
        for challenge, solutions in lists
    }
    values: dict[str, dict[str, float]] = {measure: dict.fromkeys(challenges, 0.0) for measure in names}
    of_parsed = {own: measure for measure, own in parsed.items()}
    for found in ir_measures.iter_calc(list(of_parsed), qrels, run):
        if found.query_id in qrels:
            values[of_parsed[found.measure]][found.query_id] = float(found.value)
    return {measure: [of[challenge] for challenge in challenges] for measure, of in values.items()}


def _unknown(measure: str, end: str) -> InvalidOptionError:
    expected = (
        "a measure: nDCG@10, nDCG(dcg='exp-log2')@10, RR, AP, P@5, R@50, Success@5 or P(rel=2)@5, with"
        f" any cutoff; {end}"
    )
    return _wrong("measures", measure, expected)


def _notes(
    judged: int, unjudged: Sequence[str], missing: Sequence[str], share: float, run: str
) -> list[str]:
    notes = [f"{judged} judged challenge{_s(judged)}"]
    if unjudged:
        verbs = ("has", "does") if len(unjudged) == 1 else ("have", "do")
        notes.append(
            f"{len(unjudged)} challenge{_s(len(unjudged))} of {run} {verbs[0]} no judgement and"
            f" {verbs[1]} not count"
        )
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        notes.append(
            f"{len(missing)} judged challenge{_s(len(missing))} {verb} not in {run}, and counted as 0"
        )
    if share < 1:
        notes.append(
            f"{100 * share:.0f} % of the first ten solutions of {run} were judged; the others count as"
            " not useful"
        )
    return notes


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _ends(interval: tuple[float, float] | None) -> str:
    return "{:.3f} to {:.3f}".format(*interval) if interval else ""


for _class in (Comparison, Difference, Evaluation, compare, evaluate):
    _class.__module__ = "citymatch"
del _class
