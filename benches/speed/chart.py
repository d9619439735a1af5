"""Lines on log axes, as SVG."""
import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 420, 360
LEFT, TOP, INNER_WIDTH, INNER_HEIGHT = 62, 62, 340, 250
COLOURS = ("#0b6e4f", "#6fb98f", "#c8553d", "#4a5899", "#888888")
MARKS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10)


@dataclass(frozen=True)
class Line:
    name: str
    points: list[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    title: str
    lines: list[Line]


class Axis:
    """From a value to a place, by its logarithm."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self.low, self.high = min(values) / 1.25, max(values) * 1.25
        self.start, self.end = start, end

    def place(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)


def svg(title: str, panels: list[Panel]) -> str:
    """Panels side by side, one legend for all."""
    width, height = WIDTH * len(panels), HEIGHT + 30
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
             f'font-family="sans-serif" font-size="12">', f'<rect width="{width}" height="{height}" fill="white"/>',
             text(width / 2, 22, title, "middle", size=15)]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({WIDTH * number} 0)">{"".join(drawn(panel))}</g>')
    for number, line in enumerate(panels[0].lines):
        x, y = 62 + number * (width - 62) / len(panels[0].lines), height - 14
        parts.append(f'<circle cx="{x:.0f}" cy="{y - 4}" r="4" fill="{COLOURS[number]}"/>' + text(x + 9, y, line.name))
    return "\n".join([*parts, "</svg>\n"])


def drawn(panel: Panel) -> list[str]:
    values = [(x, y) for line in panel.lines for x, y in line.points]
    across = Axis([x for x, _ in values], LEFT, LEFT + INNER_WIDTH)
    up = Axis([y for _, y in values], TOP + INNER_HEIGHT, TOP)
    parts = [text(LEFT + INNER_WIDTH / 2, TOP - 14, panel.title, "middle"),
             f'<rect x="{LEFT}" y="{TOP}" width="{INNER_WIDTH}" height="{INNER_HEIGHT}" fill="none" stroke="#999"/>']
    for mark in MARKS:
        if up.low <= mark <= up.high:
            y = up.place(mark)
            parts.append(f'<path d="M{LEFT} {y:.1f}h{INNER_WIDTH}" stroke="#ddd"/>' + text(LEFT - 6, y + 4, seconds(mark), "end"))
    for value in sorted({x for x, _ in values}):
        x = across.place(value)
        parts.append(f'<path d="M{x:.1f} {TOP}v{INNER_HEIGHT}" stroke="#eee"/>' + text(x, TOP + INNER_HEIGHT + 16, f"{value:,.0f}", "middle"))
    for colour, line in zip(COLOURS, panel.lines):
        places = [(across.place(x), up.place(y)) for x, y in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
    return parts


def text(x: float, y: float, words: str, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#222">{escape(words)}</text>'


def seconds(value: float) -> str:
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1:
            return f"{value * factor:.0f} {unit}"
    return f"{value:g} s"
