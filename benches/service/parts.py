"""What the parts of the load come to, and the tables of it."""
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from serving import Service

#: What flat memory is measured from: by then all that is kept has been kept.
SETTLED = 120


@dataclass
class Part:
    """The requests of one part of the load."""

    name: str
    seconds: float = 0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def note(self, status: int, seconds: float, allowed: tuple[int, ...]) -> None:
        self.statuses[status] += 1
        self.times.append(seconds)
        if status not in allowed:
            self.problems.append(f"a request was answered with {status}")

    def row(self) -> list[str]:
        cuts = statistics.quantiles(self.times, n=100, method="inclusive")
        statuses = ", ".join(f"{number:,} × {status}" for status, number in sorted(self.statuses.items()))
        times = [f"{1e3 * seconds:.1f} ms" for seconds in (cuts[49], cuts[98], max(self.times))]
        return [self.name, f"{len(self.times) / self.seconds:,.0f}", *times, statuses]


class Memory:
    """Looks at the service's memory each second."""

    def __init__(self, service: Service) -> None:
        self.service, self.begun = service, time.monotonic()
        self.seen: list[tuple[float, int]] = []
        self.rows: list[list[str]] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def __enter__(self) -> "Memory":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def look(self) -> None:
        while not self.ended.wait(1):
            self.seen.append((time.monotonic() - self.begun, self.service.memory()[0]))

    def note(self, when: str) -> None:
        seconds = time.monotonic() - self.begun
        self.rows.append([when, f"{seconds:.0f} s", *map(megabytes, self.service.memory())])

    def growth(self) -> str:
        """How memory at the end stands to that after two minutes."""
        last = self.service.memory()[0]
        most = max([last, *(resident for _, resident in self.seen)])
        settled = next((resident for seconds, resident in self.seen if seconds >= SETTLED), None)
        growth = f", {last / settled - 1:+.1%} since the end of the second minute" if settled else ""
        return f"Resident at the end: {megabytes(last)}{growth}; the most seen: {megabytes(most)}."


def megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def table(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])
