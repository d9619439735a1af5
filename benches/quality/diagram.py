"""The reliability diagram: of matches with such a score, how many are useful?"""
from pathlib import Path

import matplotlib

from measures import bins
from silence import Reliability

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "citymatch"       # the same figures give the same file
matplotlib.rcParams["svg.fonttype"] = "none"            # letters stay letters

from matplotlib import pyplot  # noqa: E402


def draw(found: list[Reliability], path: Path) -> None:
    """One line for the demo's challenges, one for questions."""
    figure, (lines, counts) = pyplot.subplots(2, figsize=(6.4, 7.2), height_ratios=(3, 1), sharex=True, layout="constrained")
    lines.plot((0, 1), (0, 1), color="0.6", linestyle=":", label="perfect")
    for of, style in zip(found, ("o-", "s-")):
        useful, useless = of.all()
        points = bins(useful, useless)
        lines.plot([score for score, _, _ in points], [share for _, share, _ in points], style, label=f"{of.name} ({len(useful)} : {len(useless)})")
        counts.plot([score for score, _, _ in points], [size / (len(useful) + len(useless)) for _, _, size in points], style)
    lines.set(ylabel="share that is useful", xlim=(0, 1), ylim=(-0.03, 1.03), title="Is a score the chance to be useful?")
    figure.legend(loc="outside lower center", fontsize=8)
    counts.set(xlabel="score of a match (mean of ten bins)", ylabel="share of matches", ylim=(0, None))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
