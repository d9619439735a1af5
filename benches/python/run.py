"""Measures what a data scientist waits for: a data frame in, results out, a report opened, the import, and Ctrl-C. One command:

    python3 benches/python/run.py [--sections NAME ...] [--tries 50]

It makes its own virtual environment in target/ with the wheel of this tree, generates the corpora that are missing in benches/data, and writes
its tables into benches/README.md between its markers. Each ratio is of one run, its two sides in turn. The section `report` needs Chromium.
"""
import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(HERE.parent))       # what the benches share

import environment  # noqa: E402
import sections  # noqa: E402

MARKERS = ("<!-- python: written by benches/python/run.py -->", "<!-- end of python -->")
HEADINGS = {
    "frame": "A data frame in",
    "out": "Results out",
    "explorer": "The explorer opens",
    "report": "A report opens",
    "import": "The import",
    "interrupt": "Ctrl-C",
}
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", nargs="+", metavar="NAME", default=list(HEADINGS), choices=list(HEADINGS),
                        help=f"what to measure: {', '.join(HEADINGS)} (default: everything)")
    parser.add_argument("--tries", type=int, default=50, help="how often each call is interrupted (default: 50)")
    options = parser.parse_args()
    environment.enter("python", HERE / "requirements.txt")
    measures = {"frame": frame, "out": out, "explorer": explorer, "report": report, "import": import_, "interrupt": lambda: interrupt(options.tries)}
    for name in options.sections:
        sections.put(HERE.parent / "README.md", MARKERS, list(HEADINGS.values()), HEADINGS[name], measures[name]())


def corpus(size: int) -> Path:
    """The solutions of a synthetic corpus, made where they are missing."""
    folder = HERE.parent / f"data/{size}"
    if not (folder / "solutions.jsonl").exists():
        make = [sys.executable, HERE.parent / "corpus/scale.py", folder, "--n", str(size), "--seed", "1"]
        subprocess.run(make, check=True)
    return folder / "solutions.jsonl"


def table(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])


def frame() -> str:
    """50,000 records from tables, beside the same records in Rust, on disk and in one commit."""
    import citymatch as cm
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    path = corpus(50_000)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    forms = {"pandas": pd.DataFrame(rows), "polars": pl.DataFrame(rows), "pyarrow": pa.Table.from_pylist(rows), "a list of dicts": rows}
    times: dict[str, list[float]] = {name: [] for name in ["Rust", *forms]}
    build = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "citymatch-benches", "--example", "add"]
    subprocess.run(build, cwd=ROOT, check=True)
    for _ in range(ROUNDS):
        said = subprocess.run([ROOT / "target/release/examples/add", "50000"], capture_output=True, text=True, check=True)
        times["Rust"].append(float(said.stdout))
        for name, form in forms.items():
            with tempfile.TemporaryDirectory() as folder:
                catalogue = cm.Catalogue.create(Path(folder, "c.cm"))
                begun = time.perf_counter()
                report = catalogue.add(form)
                times[name].append(time.perf_counter() - begun)
                assert report.added == len(rows)
    rust = statistics.median(times["Rust"])
    body = [[name, f"{statistics.median(of):.2f} s ({min(of):.2f}–{max(of):.2f})", f"{statistics.median(of) / rust:.2f}"] for name, of in times.items()]
    return (
        "50,000 synthetic solutions into a new folder, in one commit: the median of five rounds in turn. The records in Rust, and the rows of each "
        "table, are there before the clock starts. The goal is 1.3 times Rust's time.\n\n" + table(["records", "time", "times Rust's"], body)
    )


def large_run():
    """5,000 challenges with 50 matches each."""
    import citymatch as cm

    catalogue = cm.Catalogue.create()
    rows = [json.loads(line) for line in corpus(5_000).read_text(encoding="utf-8").splitlines()]
    catalogue.add(rows)
    asks = [cm.Challenge(f"c{number}", row["title"], problem=row.get("summary")) for number, row in enumerate(rows)]
    return cm.Matcher(catalogue, weights={"words": 1}).find_all(asks, limit=50)


def out() -> str:
    """5,000 challenges with 50 matches each as tables."""
    run = large_run()
    with tempfile.TemporaryDirectory() as folder:
        calls = {
            "`to_arrow()`": run.to_arrow,
            "`to_polars()`": run.to_polars,
            "`to_pandas()`": run.to_pandas,
            "`to_arrow(fields=[\"title\", \"country\"])`": lambda: run.to_arrow(fields=["title", "country"]),
            "`to_csv(path)`": lambda: run.to_csv(Path(folder, "run.csv")),
            "`to_xlsx(path)`": lambda: run.to_xlsx(Path(folder, "run.xlsx")),
        }
        body = []
        for name, call in calls.items():
            call()
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                call()
                times.append(1000 * (time.perf_counter() - begun))
            body.append([name, f"{statistics.median(times):.0f} ms ({min(times):.0f}–{max(times):.0f})"])
    count = run.to_arrow().num_rows
    return f"5,000 challenges, {count:,} matches; the goal is 50 ms for Arrow.\n\n" + table(["call", "time"], body)


def explorer() -> str:
    """What a notebook waits for and gets when an explorer of 5,000 challenges with 50 matches each is shown."""
    from citymatch.explorer import Explorer

    run = large_run()
    opened, chosen = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        shown = Explorer(run)
        first = json.dumps(shown.get_state(), default=str).encode()
        opened.append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        shown.set_state({"_chosen": len(run) - 1})
        chosen.append(1000 * (time.perf_counter() - begun))
        other = json.dumps(shown._shown).encode()
        assert len(shown._challenges) == 5_000 and len(shown._shown["matches"]) == 50
        shown.close()
    sizes = [f"{len(first) / 1e6:.2f} MB", f"{len(other) / 1e6:.2f} MB"]
    body = [
        [name, f"{statistics.median(times):.0f} ms ({min(times):.0f}–{max(times):.0f})", size]
        for name, times, size in zip(["it is made, and its first state is JSON", "another challenge is chosen"], [opened, chosen], sizes, strict=True)
    ]
    return (
        "An explorer of a run of 5,000 challenges with 50 matches each; the goal is 1 s and 2 MB. The first state has the list of challenges, the "
        "matches of the first one, and the widget's own JavaScript and CSS.\n\n" + table(["what", "time in Python", "sent"], body)
    )


def report() -> str:
    """How large the page of 100 challenges with 50 matches each is, and when a reader sees something of it."""
    import citymatch as cm
    from playwright.sync_api import sync_playwright

    catalogue = cm.Catalogue.create()
    rows = [json.loads(line) for line in corpus(5_000).read_text(encoding="utf-8").splitlines()]
    catalogue.add(rows)
    asks = [cm.Challenge(f"c{number}", row["title"], problem=row.get("summary")) for number, row in enumerate(rows[:100])]
    times = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, "report.html")
        begun = time.perf_counter()
        cm.Matcher(catalogue).find_all(asks, limit=50).report(path)
        written = time.perf_counter() - begun
        size = path.stat().st_size
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(ROUNDS):
            page = browser.new_page()
            page.goto(path.as_uri())
            times.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            page.close()
        browser.close()
    return (
        f"100 challenges with 50 matches each, matched and written in {written:.1f} s: {size / 1e6:.1f} MB (the goal is 5). Chromium shows the first of it "
        f"{statistics.median(times):.0f} ms after it is asked for ({min(times):.0f}–{max(times):.0f}, {ROUNDS} times in a browser that is open; the goal is 1 s)."
    )


IMPORT = "import time; begun = time.perf_counter(); import citymatch; print(1000 * (time.perf_counter() - begun))"


def import_() -> str:
    """`import citymatch` in new processes."""
    times = sorted(float(subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True).stdout) for _ in range(21))
    return (
        f"`import citymatch` in a new process takes {statistics.median(times):.0f} ms ({times[0]:.0f}–{times[-1]:.0f}, 21 processes; the goal is 60 ms). "
        "It imports neither numpy nor pandas, which is a test."
    )


def interrupt(tries: int) -> str:
    """Ctrl-C at a moment of the call drawn by chance."""
    import citymatch as cm
    from interrupt import kernel, measure, quantile, script

    body = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "c.cm")
        cm.Catalogue.create(path).add(cm.read_solutions(corpus(5_000)))
        for where in (script, kernel):
            for twice in (False, True):
                small = Path(folder, f"{where.__name__}-{twice}.cm")
                cm.Catalogue.create(small)
                for name, (times, changed) in measure(where, corpus(5_000), path, small, twice, tries).items():
                    ends = [f"{quantile(times, share):.0f} ms" for share in (0.5, 0.99)]
                    body.append([name, where.__name__, "twice" if twice else "once", *ends, f"{times[-1]:.0f} ms", str(changed)])
    return (
        f"From the signal until Python code has the `KeyboardInterrupt`, {tries} tries each at moments drawn by chance; the goal is 100 ms at p99. "
        "*Twice*: a second signal follows after 20 ms. *All in*: the signal came past the point of no return, and all records were in; otherwise none "
        "was. The catalogue is sound afterwards. 5,000 solutions; `assign` shares out 4,000 challenges with 50 candidates each.\n\n"
        + table(["call", "where", "pressed", "p50", "p99", "longest", "all in"], body)
    )


if __name__ == "__main__":
    main()
