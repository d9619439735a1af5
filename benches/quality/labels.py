"""What it costs when records do not say their language, and when some say a wrong one."""
import random

import package
from judged import Change, Grades, Judged, Row, is_translation
from measures import Run, mean, of_run

LANGUAGES = ("es", "pt", "en")
SHARE = 0.05
SEEDS = range(1, 11)
HEAD = ("| | declared | records without | asks without | both without | 5 % of the records wrong: mean (worst) "
        "| 5 % of the records and of the asks wrong: mean (worst) |")


def table(collections: list[Judged], demo: Judged) -> str:
    """nDCG@10, every ask."""
    rows = [line(judged, [(judged.name, judged.grades)]) for judged in collections]
    rows.append(line(demo, [(f"demo, {kind}", of_kind(demo, kind == "translations")) for kind in ("originals", "translations")]))
    return "\n".join([HEAD, "|---" * 7 + "|", *rows]).replace(" 0.", " .").replace("(0.", "(.")


def of_kind(demo: Judged, translations: bool) -> Grades:
    return {ask: grades for ask, grades in demo.grades.items() if is_translation(ask) == translations}


def line(judged: Judged, judgements: list[tuple[str, Grades]]) -> str:
    """A row for each set of judgements, from the same runs."""
    print(f"labels: {judged.name}", flush=True)
    declared = package.run(judged)
    missing = [package.run(judged.changed(*changes)) for changes in ((bare, same), (same, bare), (bare, bare))]
    records = [package.run(judged.changed(scrambled(seed), same)) for seed in SEEDS]
    everything = [package.run(judged.changed(scrambled(seed), scrambled(seed + len(SEEDS)))) for seed in SEEDS]
    lines = []
    for name, grades in judgements:
        cells = [f"{of_run(run, grades)[0]:.3f}" for run in (declared, *missing)]
        lines.append(f"| {name} | " + " | ".join([*cells, spread(records, grades), spread(everything, grades)]) + " |")
    return "\n".join(lines)


def spread(runs: list[Run], grades: Grades) -> str:
    values = [of_run(run, grades)[0] for run in runs]
    return f"{mean(values):.3f} ({min(values):.3f})"


def same(rows: list[Row]) -> list[Row]:
    return rows


def bare(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "language"} for row in rows]


def scrambled(seed: int) -> Change:
    """SHARE of the rows with one of the other two languages."""
    def change(rows: list[Row]) -> list[Row]:
        chance = random.Random(seed)
        wrong = set(chance.sample(range(len(rows)), round(SHARE * len(rows))))
        return [{**row, "language": another(str(row["language"]), chance)} if place in wrong else row for place, row in enumerate(rows)]
    return change


def another(language: str, chance: random.Random) -> str:
    return chance.choice([other for other in LANGUAGES if other != language])
