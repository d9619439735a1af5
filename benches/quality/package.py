"""Runs of citymatch through its Python package, which `run.py` builds from this tree: the calibrated mix, with any encoder."""
import citymatch as cm

from engine import DEPTH
from judged import Judged, Row
from measures import Run


def run(judged: Judged, encoder: cm.Encoder | None = None) -> Run:
    return matches(cm.Matcher(catalogue(judged.solutions, encoder)), judged.challenges)


def catalogue(solutions: list[Row], encoder: cm.Encoder | None = None) -> cm.Catalogue:
    """In memory."""
    found = cm.Catalogue.create(encoder=encoder)
    report = found.add(solutions)
    if report.rejected:
        raise ValueError(f"{len(report.rejected)} solutions were not added, the first: {report.rejected[0].message}")
    return found


def matches(matcher: cm.Matcher, challenges: list[Row], depth: int = DEPTH) -> Run:
    return matcher.find_all(challenges, limit=depth).to_dict()
