"""Charts of scores, runs and gaps, for notebooks and reports. They need altair: ``pip install 'citymatch[charts]'``.

Every function returns an ``altair.Chart``, which a notebook shows, and which ``save`` writes to HTML or, with vl-convert, to SVG and PNG. Colours
can be told apart by those who do not see all of them, and hold on white and on black.

Examples
--------
>>> import citymatch as cm
>>> from citymatch import charts
>>> catalogue = cm.Catalogue.create()
>>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
>>> charts.waterfall(cm.Matcher(catalogue).explain("How to keep rain?", "s1")).to_dict()["mark"]["type"]
'bar'
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from .judgements import _judgements

if TYPE_CHECKING:
    import altair

    from . import Explanation, Gaps, Run
    from .typing import Qrels

__all__ = ["gaps", "matrix", "signals", "threshold", "waterfall"]

# Okabe and Ito's colours, whose neighbours differ for every eye.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#8A8A8A"
LEVELS = ("strong", "possible", "weak")
STAGES = ("idea", "design", "prototype", "pilot", "implemented", "scaling", "closed", "not known")
# A match from this score on is called possible.
POSSIBLE = 0.2
# How many themes, goals or countries a chart has room for.
ROOM = 15


def waterfall(explanation: Explanation) -> altair.Chart:
    """The waterfall of a score: what each signal adds to the raw score, one after the other, up to the sum that the logistic takes.

    Parameters
    ----------
    explanation
        What `Matcher.explain` or `Matches.explain` returns.

    Returns
    -------
    altair.Chart

    Examples
    --------
    >>> import citymatch as cm
    >>> from citymatch import charts
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> chart = charts.waterfall(cm.Matcher(catalogue).explain("How to keep rain?", "s1"))
    >>> [row["part"] for row in chart.to_dict()["data"]["values"]]
    ['related', 'meaning', 'raw score']
    """
    alt = _altair()
    raw = explanation.children[0]
    parts = [(part.name, part.value) for part in raw.children if part.value != 0]
    ends = list(accumulate(value for _, value in parts))
    rows = [
        {"part": name, "from": end - value, "to": end, "adds": value, "kind": "adds" if value > 0 else "takes"}
        for (name, value), end in zip(parts, ends, strict=True)
    ]
    rows.append({"part": "raw score", "from": 0.0, "to": raw.value, "adds": raw.value, "kind": "sum"})
    kinds = alt.Scale(domain=["adds", "takes", "sum"], range=[BLUE, ORANGE, GREY])
    title = alt.Title(
        f"{explanation.solution_id} for {explanation.challenge_id}: {explanation.value:.3f}",
        subtitle=f"the score is the logistic of the raw score {raw.value:.3f}",
    )
    chart: altair.Chart = (
        alt.Chart(alt.Data(values=rows), title=title, width=400, height=alt.Step(24))
        .mark_bar()
        .encode(
            x=alt.X("from:Q", title="raw score"),
            x2="to:Q",
            y=alt.Y("part:N", sort=None, title=None),
            color=alt.Color("kind:N", scale=kinds, legend=None),
            tooltip=[alt.Tooltip("part:N"), alt.Tooltip("adds:Q", format=".3f")],
        )
    )
    return chart


def threshold(run: Run, qrels: Qrels | None = None, *, unjudged: int | None = None) -> altair.Chart:
    """What a threshold of the score would do: the share of challenges that still have a match and, with judgements, precision and recall
    over the judged pairs. Its subtitle says how many pairs rules bar, whatever the threshold.

    Parameters
    ----------
    run
        Matches of many challenges.
    qrels
        Judgements as `evaluate` takes them. A grade of 1 or more is useful.
    unjudged
        The grade of found pairs of judged challenges that nobody judged. By default they are left out; 0 counts them as not useful, as
        test collections mean it.

    Returns
    -------
    altair.Chart

    Examples
    --------
    >>> import citymatch as cm
    >>> from citymatch import charts
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> run = cm.Matcher(catalogue).find_all(["How to keep rain?"])
    >>> rows = charts.threshold(run, {"1": {"s1": 1}}).to_dict()["data"]["values"]
    >>> [row["share"] for row in rows if row["threshold"] == 0.5]
    [1.0, 1.0, 1.0]
    """
    alt = _altair()
    best = [found[0].score if len(found) else 0.0 for found in run]
    barred = sum(len(found.ineligible) for found in run)
    judged = [] if qrels is None else _judged(run, qrels, unjudged)
    useful = sum(is_useful for _, is_useful in judged)
    rows: list[dict[str, Any]] = []
    for step in range(51):
        least = step / 50
        kept = [is_useful for score, is_useful in judged if score >= least]
        shares = {"challenges with a match": _share(sum(score >= least for score in best), len(best))}
        if qrels is not None:
            shares |= {"precision": _share(sum(kept), len(kept)), "recall": _share(sum(kept), useful)}
        rows += [{"threshold": least, "of": name, "share": share} for name, share in shares.items() if share is not None]
    names = list(dict.fromkeys(row["of"] for row in rows))
    colours = alt.Scale(domain=names, range=[BLUE, ORANGE, GREEN][: len(names)])
    title = alt.Title("What a threshold of the score would do", subtitle=f"rules bar {barred} pairs at every threshold")
    chart: altair.Chart = (
        alt.Chart(alt.Data(values=rows), title=title, width=400, height=240)
        .mark_line()
        .encode(
            x=alt.X("threshold:Q", title="least score", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("share:Q", title="share", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("of:N", title=None, scale=colours),
            strokeDash=alt.StrokeDash("of:N", title=None, scale=alt.Scale(domain=names)),
            tooltip=[alt.Tooltip("of:N"), alt.Tooltip("threshold:Q"), alt.Tooltip("share:Q", format=".0%")],
        )
    )
    return chart


def signals(run: Run) -> altair.FacetChart:
    """The values of each signal across a run, by level: what tells strong matches from weak ones. A bar holds the middle half of the
    values, its line the median, the thin line all of them.

    Parameters
    ----------
    run
        Matches of many challenges.

    Returns
    -------
    altair.FacetChart

    Examples
    --------
    >>> import citymatch as cm
    >>> from citymatch import charts
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> values = charts.signals(cm.Matcher(catalogue).find_all(["How to keep rain?"])).to_dict()["data"]["values"]
    >>> [row["signal"] for row in values]
    ['words', 'related', 'meaning', 'subject']
    """
    alt = _altair()
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for matches in run:
        for match in matches:
            for name, value in match.signals.items():
                found[name, match.level].append(value)
    names = list(dict.fromkeys(name for name, _ in found))
    rows = [
        {"signal": name, "level": level, "matches": len(values), **_quartiles(values)}
        for name in names
        for level in LEVELS
        if (values := found.get((name, level)))
    ]
    base = alt.Chart().encode(
        y=alt.Y("level:N", sort=list(LEVELS), title=None),
        color=alt.Color("level:N", sort=list(LEVELS), scale=alt.Scale(domain=list(LEVELS), range=[BLUE, GREEN, GREY]), legend=None),
        tooltip=[alt.Tooltip(f"{name}:{'N' if name in ('signal', 'level') else 'Q'}") for name in ("signal", "level", "matches", "least", "median", "most")],
    )
    whole = base.mark_rule().encode(x=alt.X("least:Q", title="value"), x2="most:Q")
    middle = base.mark_bar(height=12).encode(x="quarter:Q", x2="three_quarters:Q")
    median = base.mark_tick(thickness=2, height=12).encode(x="median:Q", color=alt.value("white"))
    layers = alt.layer(whole, middle, median).properties(width=400, height=alt.Step(18))
    row = alt.Row("signal:N", sort=names, title=None)
    chart: altair.FacetChart = layers.facet(row=row, data=alt.Data(values=rows), title="Signals across the run")
    return chart


def matrix(run: Run) -> altair.Chart:
    """Themes of the challenges against stages of the solutions that were found for them: how many challenges with the theme have a match
    at the stage that is at least possible. Empty rows and columns are what is lacking.

    Parameters
    ----------
    run
        Matches of many challenges, whose solutions can be read.

    Returns
    -------
    altair.Chart

    Examples
    --------
    >>> import citymatch as cm
    >>> from citymatch import charts
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "stage": "pilot", "themes": ["water"]}])
    >>> ask = cm.Challenge("c1", question="Where can rain gardens keep water?", themes=["water"])
    >>> charts.matrix(cm.Matcher(catalogue).find_all([ask])).to_dict()["data"]["values"]
    [{'theme': 'water', 'stage': 'pilot', 'challenges': 1, 'solutions': 1}]
    """
    alt = _altair()
    challenges: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    solutions: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    demand: Counter[str] = Counter()
    for matches in run:
        themes = sorted(set(matches.challenge.themes)) or ["not known"]
        demand.update(themes)
        for match in matches:
            if match.score >= POSSIBLE:
                for theme in themes:
                    at = (theme, match.solution.stage or "not known")
                    challenges[at].add(matches.challenge_id)
                    solutions[at].add(match.solution_id)
    names = [name for name, _ in sorted(demand.items(), key=lambda own: (-own[1], own[0]))[:ROOM]]
    rows = [
        {"theme": theme, "stage": stage, "challenges": len(found), "solutions": len(solutions[theme, stage])}
        for (theme, stage), found in sorted(challenges.items())
        if theme in names
    ]
    more = f", the {ROOM} most frequent of {len(demand)} themes" if len(demand) > ROOM else ""
    chart: altair.Chart = (
        alt.Chart(alt.Data(values=rows), title=f"Challenges that have a match, by theme and stage{more}", width=alt.Step(60), height=alt.Step(24))
        .mark_rect()
        .encode(
            x=alt.X("stage:N", title="stage of the solution", scale=alt.Scale(domain=list(STAGES)), axis=alt.Axis(labelAngle=-30)),
            y=alt.Y("theme:N", title="theme of the challenge", scale=alt.Scale(domain=names)),
            color=alt.Color(
                "challenges:Q",
                scale=alt.Scale(scheme="blues", domainMin=0),
                legend=alt.Legend(title="challenges", tickMinStep=1) if rows else None,
            ),
            tooltip=[alt.Tooltip("theme:N"), alt.Tooltip("stage:N"), alt.Tooltip("challenges:Q"), alt.Tooltip("solutions:Q")],
        )
    )
    return chart


def gaps(found: Gaps) -> altair.FacetChart:
    """Demand against what was put to use: for each theme, goal and country how many challenges name it and how many implemented solutions
    do. Gaps, where there are none, stand first and in another colour.

    Parameters
    ----------
    found
        What `citymatch.gaps` returns.

    Returns
    -------
    altair.FacetChart

    Examples
    --------
    >>> import citymatch as cm
    >>> from citymatch import charts
    >>> catalogue = cm.Catalogue.create()
    >>> ask = cm.Challenge("c1", question="How to teach children the violin?", themes=["music"])
    >>> chart = charts.gaps(cm.gaps(cm.Matcher(catalogue).find_all([ask])))
    >>> [(row["name"], row["what"], row["count"]) for row in chart.to_dict()["data"]["values"]]
    [('music', 'challenges without an implemented solution', 1)]
    """
    alt = _altair()
    asked, lacking, used = "challenges", "challenges without an implemented solution", "implemented solutions"
    rows: list[dict[str, Any]] = []
    for of, supplies in (("theme", found.themes), ("goal", found.goals), ("country", found.countries)):
        for place, supply in enumerate(supplies[:ROOM]):
            about = {"of": of, "name": supply.name, "place": place}
            # To the left what is asked for, to the right what there is.
            rows.append({**about, "what": lacking if supply.is_gap else asked, "count": supply.challenges, "length": -supply.challenges})
            if supply.implemented:
                rows.append({**about, "what": used, "count": supply.implemented, "length": supply.implemented})
    colours = alt.Scale(domain=[asked, lacking, used], range=[BLUE, ORANGE, GREEN])
    bars = (
        alt.Chart(width=400, height=alt.Step(18))
        .mark_bar()
        .encode(
            x=alt.X("length:Q", title="challenges to the left, implemented solutions to the right", axis=alt.Axis(labelExpr="abs(datum.value)")),
            y=alt.Y("name:N", title=None, sort=alt.EncodingSortField("place")),
            color=alt.Color("what:N", title=None, scale=colours, legend=alt.Legend(orient="top", labelLimit=300)),
            tooltip=[alt.Tooltip("name:N"), alt.Tooltip("what:N"), alt.Tooltip("count:Q")],
        )
    )
    row = alt.Row("of:N", title=None, sort=["theme", "goal", "country"])
    title = "What is asked for, and what was put to use"
    chart: altair.FacetChart = bars.facet(row=row, data=alt.Data(values=rows), title=title).resolve_scale(y="independent")
    return chart


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise ImportError("charts need altair (expected `pip install 'citymatch[charts]'`)") from None
    return altair


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _judged(run: Run, qrels: Qrels, unjudged: int | None) -> list[tuple[float, bool]]:
    """The score of every judged pair, 0 for one that was not found, and whether it is useful."""
    scores = {(found.challenge_id, match.solution_id): match.score for found in run for match in found}
    asked = {found.challenge_id for found in run}
    grades = {(challenge, solution): grade for challenge, solution, grade in _judgements(qrels) if challenge in asked}
    if unjudged is not None:
        judged = {challenge for challenge, _ in grades}
        grades = {pair: unjudged for pair in scores if pair[0] in judged} | grades
    return [(scores.get(pair, 0.0), grade >= 1) for pair, grade in grades.items()]


def _quartiles(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)

    def at(share: float) -> float:
        return ordered[round(share * (len(ordered) - 1))]

    return {"least": ordered[0], "quarter": at(0.25), "median": at(0.5), "three_quarters": at(0.75), "most": ordered[-1]}
