"""CPU time of systems that take turns: what is compared is measured in the same minute, so that a busy machine is busy for all."""
import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Query = TypeVar("Query")
# Asks once, and says how many seconds that took.
Timed = Callable[[Query], float]
# A system's share of a round; it gets fewer queries where it needs longer, but never fewer than LEAST.
BUDGET, LEAST = 0.5, 3


def cpu(work: Callable[[Query], object]) -> Timed[Query]:
    """The CPU time of a call, of all threads of this process."""
    def timed(query: Query) -> float:
        began = time.process_time_ns()
        result = work(query)
        taken = time.process_time_ns() - began
        del result                      # what a system takes to forget its answer is not measured
        return taken / 1e9
    return timed


def wall(work: Callable[[Query], object]) -> Timed[Query]:
    """The time on the clock."""
    def timed(query: Query) -> float:
        began = time.perf_counter_ns()
        result = work(query)
        taken = time.perf_counter_ns() - began
        del result
        return taken / 1e9
    return timed


@dataclass(frozen=True)
class Times:
    """Seconds: of each query a time a round."""

    queries: list[list[float]]

    def median(self, first: int | None = None) -> float:
        """The mean over the queries, or the first of them, of their medians."""
        return statistics.fmean(statistics.median(times) for times in self.queries[:first])

    def spread(self) -> tuple[float, float]:
        """The lowest and the highest round's mean."""
        means = [statistics.fmean(times) for times in zip(*self.queries)]
        return min(means), max(means)

    def times_as_long_as(self, ours: "Times") -> float:
        """The ratio, over the queries that both were asked."""
        both = min(len(self.queries), len(ours.queries))
        return self.median(both) / ours.median(both)


def interleaved(systems: Mapping[str, Timed[Query]], queries: Sequence[Query], rounds: int = 7) -> dict[str, Times]:
    """Every system answers its queries once unmeasured, which also says how many it can answer in its budget; then they take turns."""
    return turns(systems, queries, {name: affordable(timed, queries) for name, timed in systems.items()}, rounds)


def affordable(timed: Timed[Query], queries: Sequence[Query]) -> int:
    """How many queries fit the budget."""
    timed(queries[0])                       # the first call of all may compile, or fetch from the disk
    taken, count = 0.0, 0
    while count < len(queries) and (count < LEAST or taken < BUDGET):
        taken += timed(queries[count])
        count += 1
    return count


def whole(systems: Mapping[str, Timed[None]], rounds: int, warm: bool = True) -> dict[str, Times]:
    """Long work, which is done as one: once unmeasured if the first time is another work, such as compiling, then in turns."""
    if warm:
        for timed in systems.values():
            timed(None)
    return turns(systems, [None], dict.fromkeys(systems, 1), rounds)


def turns(systems: Mapping[str, Timed[Query]], queries: Sequence[Query], counts: Mapping[str, int], rounds: int) -> dict[str, Times]:
    """Round after round, each system its number of queries."""
    found: dict[str, list[list[float]]] = {name: [[] for _ in range(count)] for name, count in counts.items()}
    for _ in range(rounds):
        for name, timed in systems.items():
            gc.collect()
            gc.disable()
            for times, query in zip(found[name], queries):
                times.append(timed(query))
            gc.enable()
    return {name: Times(times) for name, times in found.items()}
