"""What was measured, as Markdown."""
from collections.abc import Mapping
from dataclasses import dataclass, field

from clock import Times

OURS = "citymatch"
VALUES = "| records | what | measured | goal |\n|---|---|---|---|"


@dataclass(frozen=True)
class Work:
    """A piece of work, and how long each system took for it, citymatch among them."""

    name: str
    times: Mapping[str, Times]
    # The ratio to reach, by the rival's name.
    goals: Mapping[str, str] = field(default_factory=dict)

    def cell(self, system: str) -> str:
        if system not in self.times:
            return ""
        if system == OURS:
            return shown(self.times[OURS])
        goal = f" ({self.goals[system]})" if system in self.goals else ""
        return f"{shown(self.times[system])}: **{number(self.times[system].times_as_long_as(self.times[OURS]))}**{goal}"


@dataclass(frozen=True)
class Beside:
    """Pieces of work side by side, a row for each system."""

    size: int
    works: list[Work]

    def markdown(self) -> str:
        systems = [OURS, *dict.fromkeys(system for work in self.works for system in work.times if system != OURS)]
        rows = ["| " + " | ".join([system, *(work.cell(system) for work in self.works)]) + " |" for system in systems]
        head = "| " + " | ".join([f"{self.size:,} records", *(work.name for work in self.works)]) + " |"
        return "\n".join([head, "|---" * (len(self.works) + 1) + "|", *rows])


@dataclass(frozen=True)
class Value:
    """A figure of ours, or one that is no ratio of times."""

    size: int
    what: str
    measured: str
    goal: str = ""

    def row(self) -> str:
        return f"| {self.size:,} | {self.what} | {self.measured} | {self.goal} |"


def markdown(found: list[Beside | Value]) -> str:
    """The comparisons, then all other figures in one table."""
    values = [each.row() for each in found if isinstance(each, Value)]
    parts = [each.markdown() for each in found if isinstance(each, Beside)]
    return "\n\n".join([*parts, "\n".join([VALUES, *values])] if values else parts)


def shown(times: Times) -> str:
    """The median, and the lowest and the highest round."""
    middle, (low, high) = times.median(), times.spread()
    factor, unit = next((factor, unit) for factor, unit in ((1e6, "µs"), (1e3, "ms"), (1, "s")) if middle * factor < 1000 or unit == "s")
    return f"{number(middle * factor)} {unit} ({number(low * factor)}–{number(high * factor)})"


def number(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def megabytes(size: float) -> str:
    return f"{number(size / 1e6)} MB"
