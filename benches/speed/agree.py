"""Do the systems give the same answers? Where they share a formula they must."""
import statistics

import plain
from systems import Systems, challenges, terms
from table import Value

LARGEST = 50_000
WORDS = 60


class Disagreement(Exception):
    """bm25s does not answer as its formula says: what it is measured at is not the work of the others."""


def measure(systems: Systems) -> list[Value]:
    if systems.size > LARGEST:
        return []
    rows = systems.asks.of(WORDS)
    asks, records = terms(rows), systems.corpus.terms
    place = {row["id"]: number for number, row in enumerate(systems.corpus.solutions)}
    matcher = systems.matcher(words=1.0)
    ours = [[place[found.solution_id] for found in matcher.find(challenge)] for challenge in challenges(rows)]
    coded, lucene = plain.coded(records, asks), plain.lucene(records, asks)
    others = {"bm25s": systems.bm25s, "tantivy-py": systems.tantivy_py, "tantivy": systems.tantivy, "LanceDB": systems.lance,
              "SQLite FTS5": systems.sqlite, "rank-bm25": systems.rank_bm25}
    found = {name: [rival.ids(ask) for ask in asks] for name, rival in others.items() if rival}

    def share(answers: list[list[int]], scores: list[dict[int, float]]) -> float:
        return statistics.fmean(map(plain.agreement, answers, scores))
    exact = share(found["bm25s"], lucene)
    if exact < 1:
        raise Disagreement(f"the first ten of bm25s are its formula's in {exact:.3f} of all places")
    return [
        Value(systems.size, "citymatch and its own formula in plain Python, without the rules of its texts", f"{share(ours, coded):.3f}"),
        Value(systems.size, "bm25s and Lucene's BM25 in plain Python", f"{exact:.3f}", "1"),
        Value(systems.size, "citymatch and Lucene's BM25", f"{share(ours, lucene):.3f}"),
        *(Value(systems.size, f"{name} and Lucene's BM25", f"{share(answers, lucene):.3f}") for name, answers in found.items() if name != "bm25s"),
    ]
