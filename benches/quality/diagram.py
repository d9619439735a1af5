"""The reliability diagram: of challenges whose best score is so high, how many are answered?"""
from collections.abc import Iterable
from pathlib import Path

import matplotlib

from measures import bins
from silence import Silence

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "citymatch"       # the same figures give the same file
matplotlib.rcParams["svg.fonttype"] = "none"            # letters stay letters

from matplotlib import pyplot  # noqa: E402


def draw(found: list[Silence], path: Path) -> None:
    """One line for the demo's challenges, one for the open collections with and without their answers."""
    demo = found[:2]
    removed = [of for of in found if of.name.endswith("removed")]
    curves = [
        ("demo: answered against written unanswerable", joined(of.answered for of in demo), demo[0].silent, "o-"),
        ("open collections: answered, and answers removed", joined(of.answered for of in removed), joined(of.silent for of in removed), "s-"),
    ]
    figure, (lines, counts) = pyplot.subplots(2, figsize=(6.4, 7.2), height_ratios=(3, 1), sharex=True, layout="constrained")
    lines.plot((0, 1), (0, 1), color="0.6", linestyle=":", label="perfect")
    for name, true, false, style in curves:
        points = bins(true, false)
        lines.plot([score for score, _, _ in points], [share for _, share, _ in points], style, label=f"{name} ({len(true)} : {len(false)})")
        counts.plot([score for score, _, _ in points], [size / (len(true) + len(false)) for _, _, size in points], style)
    lines.axvline(demo[0].weak, color="0.6", linewidth=1)
    lines.annotate("weak", (demo[0].weak, 0.97), xytext=(-4, 0), textcoords="offset points", ha="right", va="top", color="0.4")
    lines.set(ylabel="share that something answers", xlim=(0, 1), ylim=(-0.03, 1.03), title="Is the best score a probability?")
    figure.legend(loc="outside lower center", fontsize=8)
    counts.set(xlabel="score of the best match (mean of ten bins)", ylabel="share of challenges", ylim=(0, None))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def joined(lists: Iterable[list[float]]) -> list[float]:
    return [score for scores in lists for score in scores]
