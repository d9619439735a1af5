"""How well the ask of a call is told from its frame, and what the demo's catalogue answers to a whole call beside its ask alone.

    python3 benches/quality/call_frames.py      # needs the package citymatch; `run.py --sections calls` does the same

The calls are those of `calls/`: `tune/` is what the rule was made with, of `report/` only the figures were seen.
"""
from dataclasses import dataclass

import citymatch as cm

import call_texts
from judged import demo
from measures import mean

PARTS = {"tune": "made with these", "report": "texts not read"}
BEST = 5


@dataclass(frozen=True)
class Told:
    """What became of a call that was given as one text."""
    language: str
    ask: int            # sentences of the ask,
    kept: int           # and how many were taken for it
    frame: int          # sentences of the frame,
    found: int          # and how many were taken for it
    overlap: float      # of the best solutions, with those of the ask alone
    same_verdict: bool


def measure(part: str, matcher: cm.Matcher, any_id: str) -> list[Told]:
    return [told(call, matcher, any_id) for call in call_texts.read(part)]


def told(call: call_texts.Call, matcher: cm.Matcher, any_id: str) -> Told:
    frame = call_texts.words(" ".join(matcher.explain(call.text, any_id).frame))
    kinds = [(call.kind(sentence), call_texts.words(sentence) in frame) for sentence in call.sentences]
    ask, around = ([in_frame for kind, in_frame in kinds if kind == wanted] for wanted in ("ask", "frame"))
    alone, whole = (matcher.find(text, limit=BEST) for text in ("\n".join(call.ask), call.text))
    shared = {match.solution_id for match in alone} & {match.solution_id for match in whole}
    return Told(call.language, len(ask), ask.count(False), len(around), around.count(True), len(shared) / BEST, alone.answered == whole.answered)


def section() -> str:
    """A table, a row a part and a language."""
    catalogue = cm.Catalogue.create()
    solutions = demo().solutions
    catalogue.add(solutions)
    matcher = cm.Matcher(catalogue)
    head = f"| | calls | ask kept | frame found | rightly told | {BEST} best in common | same verdict |"
    rows = [head, "|---" * 7 + "|"]
    for part, name in PARTS.items():
        calls = measure(part, matcher, str(solutions[0]["id"]))
        for language in ("es", "pt", "en", "all"):
            rows.append(row(f"{name}, {language}", [told for told in calls if language in (told.language, "all")]))
    return "\n".join(rows)


def row(name: str, calls: list[Told]) -> str:
    ask, kept, frame, found = (sum(getattr(told, count) for told in calls) for count in ("ask", "kept", "frame", "found"))
    shares = [kept / ask, found / frame, (kept + found) / (ask + frame), mean(told.overlap for told in calls)]
    verdicts = f"{sum(told.same_verdict for told in calls)} of {len(calls)}"
    return f"| {name} | {len(calls)} | {' | '.join(f'{share:.2f}' for share in shares)} | {verdicts} |"


if __name__ == "__main__":
    print(section())
