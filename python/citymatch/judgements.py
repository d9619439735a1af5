"""Judgements and rankings, in the forms that programs have them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from ._citymatch import Run, _read_qrels, _read_ranked_lists
from .errors import InvalidOptionError
from .typing import Qrels, Ranking

Judged: TypeAlias = tuple[str, str, int]
Lists: TypeAlias = list[tuple[str, list[str]]]

_CHALLENGE = ("challenge_id", "query_id", "query-id", "qid", "q_id")
_SOLUTION = ("solution_id", "doc_id", "corpus-id", "docno", "docid")
_GRADE = ("grade", "relevance", "rel", "label", "score")
_SCORE = ("score",)

_QRELS = (
    "{challenge_id: {solution_id: grade}}, a table with the columns challenge_id, solution_id and"
    " grade, triples of these, or the path of a file in TREC's format"
)
_RUN = (
    "a Run, {challenge_id: {solution_id: score}}, a table with the columns challenge_id, solution_id"
    " and score, triples of these, or the path of a run in TREC's format or as JSON lines"
)


def _judgements(qrels: Qrels) -> list[Judged]:
    """Return judgements as triples. Called by the native module too."""
    if isinstance(qrels, (str, os.PathLike)):
        return list(_read_qrels(qrels))
    rows = _rows(qrels, "qrels", _QRELS, _GRADE)
    judged: dict[tuple[str, str], int] = {}
    for challenge, solution, grade in rows:
        pair = (_id(challenge, "qrels"), _id(solution, "qrels"))
        whole = _grade(grade, pair)
        if whole is None:
            continue
        before = judged.setdefault(pair, whole)
        if before != whole:
            raise _wrong(
                "qrels", f"grade {whole} for {pair[0]} and {pair[1]}", f"{before}, as before"
            )
    return [(challenge, solution, grade) for (challenge, solution), grade in judged.items()]


def _lists(run: Ranking, name: str) -> Lists:
    """Return a run as the solutions of each challenge, best first."""
    if isinstance(run, Run):
        return [(challenge, list(found)) for challenge, found in run.to_dict().items()]
    if isinstance(run, (str, os.PathLike)):
        return list(_read_ranked_lists(run).items())
    scored: dict[str, dict[str, float]] = {}
    if isinstance(run, Mapping):
        # A challenge that found nothing has no row.
        scored = {_id(challenge, name): {} for challenge in run}
    for challenge, solution, score in _rows(run, name, _RUN, _SCORE):
        of_challenge = scored.setdefault(_id(challenge, name), {})
        id = _id(solution, name)
        if id in of_challenge:
            raise _wrong(name, f"{id} twice for {_id(challenge, name)}", "each solution once")
        of_challenge[id] = _score(score, name)
    order = {
        challenge: sorted(found, key=lambda id: (-found[id], id.encode()))
        for challenge, found in scored.items()
    }
    return list(order.items())


def _rows(
    given: Any, name: str, expected: str, third: tuple[str, ...]
) -> Iterable[tuple[Any, Any, Any]]:
    """Return what was given as triples of a challenge, a solution, and a grade or a score."""
    if isinstance(given, Mapping):
        for challenge, pairs in given.items():
            if not isinstance(pairs, Mapping):
                raise _wrong(name, f"{challenge}: {_shown(pairs)}", expected)
            for solution, value in pairs.items():
                yield challenge, solution, value
        return
    names = getattr(given, "column_names", None)
    if names is None:
        names = getattr(given, "columns", None)
    if names is not None:
        if hasattr(given, "fetchall"):
            # A relation of DuckDB, whose columns are asked for at once so that they have one order.
            rows = given.fetchall()
            given = {column: [row[place] for row in rows] for place, column in enumerate(names)}
        columns = [_column(given, list(names), names_of, name, expected) for names_of in (_CHALLENGE, _SOLUTION, third)]
        yield from zip(*columns, strict=True)
        return
    if isinstance(given, (bytes, bytearray)) or not isinstance(given, Iterable):
        raise _wrong(name, _shown(given), expected)
    for row in given:
        if hasattr(row, "query_id") and hasattr(row, "doc_id"):
            # A `Qrel` or a `ScoredDoc` of ir-measures.
            yield row.query_id, row.doc_id, getattr(row, "relevance", getattr(row, "score", None))
        elif isinstance(row, (tuple, list)) and len(row) == 3:
            yield row[0], row[1], row[2]
        else:
            raise _wrong(name, _shown(row), expected)


def _column(
    table: Any, names: list[Any], known: tuple[str, ...], name: str, expected: str
) -> list[Any]:
    found = next((one for one in known if one in names), None)
    if found is None:
        there = ", ".join(str(one) for one in names)
        near = get_close_matches(known[0], [str(one) for one in names], 1, 0.8)
        meant = f"; did you mean {known[0]} by {near[0]}?" if near else ""
        raise _wrong(name, f"a table with the columns {there}", expected + meant)
    column = table[found]
    for plain in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, plain):
            return list(getattr(column, plain)())
    return list(column)


def _id(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if hasattr(value, "__index__") and not isinstance(value, bool):
        return str(value.__index__())
    raise _wrong(name, _shown(value), "ids that are a text or an integer")


def _grade(value: Any, pair: tuple[str, str]) -> int | None:
    """Return a grade; none where a table has no value."""
    if value is None or value != value:
        return None
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        whole = None
    if whole is None or whole != value or isinstance(value, str) or abs(whole) >= 2**31:
        raise _wrong("qrels", f"grade {value} for {pair[0]} and {pair[1]}", "a whole number")
    return whole


def _score(value: Any, name: str) -> float:
    try:
        score = float(value)
    except (TypeError, ValueError):
        score = float("nan")
    if score - score != 0 or isinstance(value, str):
        raise _wrong(name, f"score {value}", "finite numbers")
    return score


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, (str, int, float)) else type(value).__name__


def _wrong(name: str, value: str, expected: str) -> InvalidOptionError:
    message = f"`{name}` cannot be `{value}` (expected {expected})"
    return InvalidOptionError(message, name, value, expected)
