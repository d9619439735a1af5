"""Measures spread among the best beside pyversity: the mean distance of the first ten where 95 % of nDCG@10 is kept. One command:

    python3 benches/quality/spread.py

Candidates are the 50 best of each ask, by citymatch; distances are 1 minus the cosine of the built-in encoder's vectors of what is matched
of them. Every method gets the same scores and vectors. The amount of diversity goes up in steps; the distance at 95 % is read off between two of them, and
where the last step still keeps 95 % it is that step's. It makes its own virtual environment in target/ and builds the example `signals`.
"""
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))       # what the benches share

import environment  # noqa: E402

AMOUNTS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
CANDIDATES, PLACES, ASKS, KEPT = 50, 10, 300, 0.95


def main() -> None:
    environment.enter("spread", HERE / "requirements-spread.txt")

    import citymatch as cm
    import engine
    import judged
    import numpy as np
    import pyversity
    from measures import mean, ndcg

    def distance(vectors: "np.ndarray") -> float:
        among = (1 - vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
        return float(among.mean()) if among.size else 0.0

    def at_kept(curve: Sequence[tuple[float, float]]) -> float:
        """The distance where the nDCG of the first row has fallen to what is to be kept."""
        least = KEPT * curve[0][0]
        for (before, near), (after, far) in zip(curve, curve[1:], strict=False):
            if after < least:
                return near + (far - near) * (before - least) / (before - after)
        return curve[-1][1]

    engine.build()
    print(f"| the mean distance at {KEPT:.0%} of nDCG@10 | " + " | ".join(("demo", *judged.OPEN)) + " |")
    rows: dict[str, list[float]] = {}
    for collection in (judged.demo(), *map(judged.open_collection, judged.OPEN)):
        challenges = judged.without_rules(collection.challenges)
        run = engine.runs(collection.changed(lambda rows: rows, judged.without_rules))["citymatch"]
        vectors = engine.matched(collection)
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        place = {str(row["id"]): number for number, row in enumerate(collection.solutions)}
        asks = [row for row in challenges if collection.grades.get(str(row["id"]))][:ASKS]
        best = {ask: sorted(run[ask].items(), key=lambda own: (-own[1], own[0]))[:CANDIDATES] for ask in (str(row["id"]) for row in asks)}

        def measured(chosen: Callable[[str], list[str]]) -> tuple[float, float]:
            found = {ask: chosen(ask) for ask in best}
            quality = mean(ndcg(ids, collection.grades[ask]) for ask, ids in found.items())
            return quality, mean(distance(vectors[[place[id] for id in ids]]) for ids in found.values())

        plain = measured(lambda ask: [id for id, _ in best[ask][:PLACES]])
        rows.setdefault("the best by score", []).append(plain[1])
        for strategy in pyversity.Strategy:
            def pick(ask: str, amount: float, strategy: "pyversity.Strategy" = strategy) -> list[str]:
                ids, scores = zip(*best[ask], strict=True)
                own = vectors[[place[id] for id in ids]]
                found = pyversity.diversify(own, np.array(scores), PLACES, strategy=strategy, diversity=amount)
                return [ids[number] for number in found.indices]
            curve = [plain, *(measured(lambda ask, amount=amount: pick(ask, amount)) for amount in AMOUNTS if amount < 1)]
            rows.setdefault(f"pyversity, {strategy.value}", []).append(at_kept(curve))
        catalogue = cm.Catalogue.create()
        catalogue.add(collection.solutions)
        curve = [plain]
        for amount in AMOUNTS:
            found = cm.Matcher(catalogue, diversity=amount).find_all(asks, limit=PLACES)
            ids = {matches.challenge_id: [own.solution_id for own in matches] for matches in found}
            curve.append(measured(lambda ask, ids=ids: ids[ask]))
        rows.setdefault("**citymatch**", []).append(at_kept(curve))
    print("|---" * (len(judged.OPEN) + 2) + "|")
    for name, values in rows.items():
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in values) + " |")


if __name__ == "__main__":
    main()
