"""Measures how fast citymatch is, beside rivals on the same terms and the same work, and what it takes. One command:

    python3 benches/speed/run.py [--sizes 5000 50000 500000] [--sections NAME ...]

It makes its own virtual environment in target/ (packages pinned in requirements.txt, and the wheel of this tree), generates the corpora that
are missing in benches/data, and writes the tables into benches/README.md between its markers and the picture beside it. Everything runs on
one core with one thread but for the rows that say otherwise; systems take turns. --sizes: 5,000 and 50,000 by default; 500,000 takes
about 12 GB of memory and much longer. --sections: only these, the others stay as they are.
"""
import argparse
import importlib
import os
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))       # what the benches share

import environment  # noqa: E402
import sections  # noqa: E402

MARKERS = ("<!-- speed: written by benches/speed/run.py -->", "<!-- end of speed -->")
SIZES = [5_000, 50_000]
# By the name for `--sections`, which is that of its module: the heading and what stands over the table.
SECTIONS = {
    "agree": ("The same answers", "The share of the first ten that are among the ten best of a formula, over 50 challenges of 60 words; records as "
              "good as the tenth count. tantivy keeps lengths in a byte, SQLite and rank-bm25 have another idf. citymatch's formula in "
              "plain Python knows neither that a bare number counts less than a word and a copied text once, nor other spellings: "
              "that citymatch answers as it is defined with these is a test (`tests/rust/twin.rs`). Where the goal is 1 the bench "
              "fails at anything else."),
    "one": ("One challenge", "From Python, the ten best; citymatch's time includes the analysis of the text, the rivals get ready terms. "
            "In a cell: the time (quickest–slowest round): **how many times citymatch's** (the goal)."),
    "batch": ("Many challenges", "The 50 best of each."),
    "change": ("Adding", "In one commit, on disk; bm25s in memory."),
    "memory": ("Memory and opening", "Medians of five processes; the files are in the system's cache."),
    "limit": ("The limit", "What no program that reads these lists from memory can be faster than."),
    "growth": ("Growth", ""),
}
WHERE = "Measured on"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="N", help="how many solutions (default: 5000 50000)")
    parser.add_argument("--sections", nargs="+", metavar="NAME", default=list(SECTIONS), choices=list(SECTIONS),
                        help=f"what to measure: {', '.join(SECTIONS)} (default: everything)")
    options = parser.parse_args()
    one_thread()
    environment.enter("speed", HERE / "requirements.txt")

    from corpora import Asks
    from systems import Systems, build
    build()
    one_core()
    put(WHERE, where())
    asks, failed = Asks(), False
    found: dict[str, dict[int, object]] = {name: {} for name in options.sections}
    for size in sorted(set(options.sizes)):
        systems = Systems(size, asks)
        try:
            for name in options.sections:
                began = time.monotonic()
                try:
                    found[name][size] = importlib.import_module(name).measure(systems)
                    put(SECTIONS[name][0], body(name, found[name]))
                except Exception:       # one system that fails takes nothing from the others, but is not passed over in silence
                    failed = True
                    traceback.print_exc()
                print(f"{size:,}: {name} in {time.monotonic() - began:.0f} s", flush=True)
        finally:
            systems.close()
    if failed:
        sys.exit("some sections failed and were not written: see above")


def one_thread() -> None:
    """Every library reads this at its start."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "LANCE_CPU_THREADS", "TOKIO_WORKER_THREADS"):
        os.environ[name] = "1"
    os.environ.setdefault("LANCEDB_LOG", "error")          # a new table is worth no warning


def one_core() -> None:
    """The last one, where the system lets a process choose."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def body(name: str, found: dict[int, object]) -> str:
    if name == "growth":
        import growth
        return growth.section(found, HERE.parent / "growth.svg")
    import table
    rows = [row for of_size in found.values() for row in of_size]
    return f"{SECTIONS[name][1]}\n\n{table.markdown(rows)}"


def put(heading: str, written: str) -> None:
    headings = [WHERE, *(heading for heading, _ in SECTIONS.values())]
    sections.put(HERE.parent / "README.md", MARKERS, headings, heading, written)


def where() -> str:
    """The machine and the versions."""
    import platform
    import sqlite3
    from importlib.metadata import version
    packages = ("bm25s", "numba", "lancedb", "rank-bm25", "tantivy", "numpy", "pyarrow", "PyStemmer")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (f"{processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, citymatch {version('citymatch')}, {versions} "
            f"(in Python), tantivy {locked('tantivy')} (in Rust), SQLite {sqlite3.sqlite_version}.\n\n"
            "Times are CPU time unless said: medians of each challenge's rounds, their mean, and in brackets the quickest and the slowest "
            "round. A ratio is over the challenges that both were asked; slow systems are asked fewer.")


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        import platform
        return platform.processor() or platform.machine()


def locked(crate: str) -> str:
    lines = (HERE.parents[1] / "Cargo.lock").read_text(encoding="utf-8").splitlines()
    return lines[lines.index(f'name = "{crate}"') + 1].split('"')[1]


if __name__ == "__main__":
    main()
