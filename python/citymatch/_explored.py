"""What `Explorer` sends to a browser, in plain lists and dicts: a line for each challenge, and all of one; and the same as a picture.

A page never has the whole run: of 5,000 challenges with 50 matches each it would be some 200 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

from ._notebook import LONG, SENTENCE, SHADES, SHORT, SIGNALS, _cut, _signals
from .errors import CityMatchError

if TYPE_CHECKING:
    from . import Challenge, Match, Matches, Run, Solution

# How many pairs of sentences stand behind a match.
PAIRS = 2
# The fields of a challenge that say what it asks, the most telling first.
ASKS = ("question", "problem", "outcome", "beneficiaries", "context")
# How dark the part of each signal is in a bar, as in the tables of notebooks.
SHADE = {name: SHADES[place % len(SHADES)] for place, name in enumerate(SIGNALS)}


def lines(run: Run) -> list[list[Any]]:
    """The id, the title and the verdict of each challenge."""
    return [[found.challenge_id, title(found.challenge), found.answered] for found in run]


def title(challenge: Challenge) -> str:
    return _cut(challenge.title or challenge.question or challenge.id)


def shown(found: Matches) -> dict[str, Any]:
    """A challenge and its matches."""
    challenge = found.challenge
    asks = [[name, _cut(text, LONG)] for name in ASKS if (text := getattr(challenge, name))]
    return {
        "id": challenge.id,
        "title": title(challenge),
        "place": _place(challenge),
        "asks": asks,
        "answered": found.answered,
        # Why nothing is found is asked for only where nothing is: it takes a look at every solution.
        "barred": 0 if len(found) else len(found.ineligible),
        "matches": [_match(found, place, match) for place, match in enumerate(found)],
        "shades": SHADE,
    }


def picture(found: Matches | None, challenges: int, judged: Mapping[str, int]) -> str:
    """The challenge that is shown as a table without script, for a notebook that nobody runs."""
    if found is None:
        return "<p>Explorer of matches: there are no challenges.</p>"
    asked = found.challenge
    about = f"Explorer of the matches of {challenges} challenges. Shown: {_cut(found.challenge_id)}, {title(asked)}"
    ask = next((text for name in ASKS if (text := getattr(asked, name))), "")
    grades = ", ".join(f"{_cut(id)} {'useful' if grade > 0 else 'not useful'}" for id, grade in judged.items())
    parts = [about, _cut(ask, SENTENCE), f"Judged: {_cut(grades, LONG)}" if grades else ""]
    return "".join(f"<p>{escape(part)}</p>" for part in parts if part) + found._repr_html_()


def _match(found: Matches, place: int, match: Match) -> dict[str, Any]:
    own: dict[str, Any] = {"id": match.solution_id, "rank": match.rank, "score": match.score, "level": match.level}
    # The id and the score are shown even where the catalogue cannot be read any more.
    with suppress(CityMatchError, OSError):
        solution, why = match.solution, found.explain(place)
        own |= {
            "title": _cut(solution.title),
            "place": _place(solution),
            "stage": solution.stage,
            "reason": _cut(why.reason, SENTENCE),
            "parts": _signals(why),
            "pairs": [[_cut(pair.ask, SENTENCE), _cut(pair.solution, SENTENCE), pair.cosine] for pair in why.sentences[:PAIRS]],
        }
    return own


def _place(record: Challenge | Solution) -> str:
    return _cut(", ".join(filter(None, (record.city, record.country))))
