"""Times assignment beside HiGHS, the open solver of scipy, on the same candidates in turn. One command:

    python3 benches/assign/highs.py

2,000 challenges with 50 candidates each among 10,000 solutions, three solutions a challenge and one challenge a solution: `plain`, drawn
evenly, and `crowded`, where 98 of 100 candidates are among the same tenth of the solutions. HiGHS maximises the sum of the scores, as a linear
program, whose best corner is whole (`linprog(method="highs")`, matrices made before the clock starts); ours does the same under `sum`, and
what is the default under `places`, from ids to the result. The sums have to agree. CPU times, the median of five turns with the least and the most.
It makes its own virtual environment in target/.
"""
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))       # what the benches share

import environment  # noqa: E402

CHALLENGES, SOLUTIONS, CANDIDATES, PLACES, TURNS = 2_000, 10_000, 50, 3, 5

Candidate = tuple[int, int, float]


def candidates(crowded_percent: int) -> list[Candidate]:
    """A challenge, a solution and a score, each pair once."""
    chance, found = random.Random(7), []
    for challenge in range(CHALLENGES):
        solutions: set[int] = set()
        while len(solutions) < CANDIDATES:
            among = SOLUTIONS // 10 if chance.randrange(100) < crowded_percent else SOLUTIONS
            solutions.add(chance.randrange(among))
        found += [(challenge, solution, chance.random()) for solution in sorted(solutions)]
    return found


def ours(pairs: list[Candidate]) -> dict[str, tuple[float, float]]:
    """The sum and the CPU time under each objective."""
    text = "".join(f"c{challenge:04}\ts{solution:05}\t{score!r}\n" for challenge, solution, score in pairs)
    command = [environment.ROOT / "target/release/examples/assign", "sum", "places"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {name: (float(total), float(seconds)) for name, total, seconds in rows}


def main() -> None:
    environment.enter("assign", HERE / "requirements.txt", package=False)

    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    def highs(pairs: list[Candidate]) -> tuple[float, float]:
        challenges, solutions, scores = map(np.array, zip(*pairs, strict=True))
        rows, columns = np.concatenate([challenges, CHALLENGES + solutions]), np.tile(np.arange(len(pairs)), 2)
        limits = np.concatenate([np.full(CHALLENGES, PLACES), np.ones(SOLUTIONS)])
        taken = coo_array((np.ones(2 * len(pairs)), (rows, columns)), shape=(CHALLENGES + SOLUTIONS, len(pairs))).tocsc()
        start = time.process_time()
        found = linprog(-scores, A_ub=taken, b_ub=limits, bounds=(0, 1), method="highs")
        return -found.fun, time.process_time() - start

    build = ["cargo", "build", "--release", "--quiet", "--locked", "-p", "citymatch-benches", "--example", "assign"]
    subprocess.run(build, cwd=environment.ROOT, check=True)
    print("| | HiGHS | `sum` | ratio | `places` | ratio |\n|---|---|---|---|---|---|")
    for case, crowded_percent in (("plain", 0), ("crowded", 98)):
        pairs, times = candidates(crowded_percent), {"highs": [], "sum": [], "places": []}
        for _ in range(TURNS):
            best, seconds = highs(pairs)
            times["highs"].append(seconds)
            for name, (total, seconds) in ours(pairs).items():
                times[name].append(seconds)
                if name == "sum" and abs(total - best) > 1e-6:
                    sys.exit(f"the sums differ: {total} and {best}")
        of_all = {name: statistics.median(all) for name, all in times.items()}

        def shown(name: str) -> str:
            return f"{1000 * of_all[name]:.1f} ms ({1000 * min(times[name]):.1f} to {1000 * max(times[name]):.1f})"

        ratios = {name: of_all["highs"] / of_all[name] for name in ("sum", "places")}
        print(f"| {case} | {shown('highs')} | {shown('sum')} | {ratios['sum']:.0f} | {shown('places')} | {ratios['places']:.0f} |")


main()
