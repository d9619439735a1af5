#!/usr/bin/env python3
"""Counts the instructions of eight paths, and fails where one takes more than 3 % above `counts.json`.

    python3 benches/counts/run.py            what each path takes beside the file
    python3 benches/counts/run.py --write    writes the file anew: for a change that is worth it, or that took some away

It needs Valgrind (`apt-get install valgrind`), and builds the runner of gungraun into target/gungraun. Another compiler makes other code: the file
names the one that it was made by, and where this is another the run says so and fails at nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COUNTS = HERE / "counts.json"
# By how much a count may be above the file's, and below it before the file is out of date.
ALLOWED = 0.03


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the file anew")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("Valgrind is missing: `apt-get install valgrind` brings it")
    counts = count(runner())
    if options.write:
        COUNTS.write_text(json.dumps({"made_by": made_by(), "instructions": counts}, indent=2) + "\n", encoding="utf-8")
        return
    kept = json.loads(COUNTS.read_text(encoding="utf-8"))
    if list(kept["instructions"]) != list(counts):
        sys.exit(f"counts.json is of other paths ({', '.join(kept['instructions'])}) than are counted ({', '.join(counts)})")
    too_many = compare(kept["instructions"], counts)
    if kept["made_by"] != made_by():
        print(f"the file was made by {kept['made_by']}, and this is {made_by()}: no verdict", flush=True)
    elif too_many:
        sys.exit(f"more than {ALLOWED:.0%} above the file: {', '.join(too_many)}")


def runner() -> Path:
    """The program that starts Valgrind, of the version that the lock file has."""
    locked = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    version = re.search(r'name = "gungraun-runner"\nversion = "(.+)"', locked).group(1)
    folder = ROOT / "target/gungraun"
    command = ["cargo", "install", "--quiet", "--locked", "--version", version, "--root", folder, "gungraun-runner"]
    subprocess.run([str(part) for part in command], check=True)
    return folder / "bin/gungraun-runner"


def count(runner: Path) -> dict[str, int]:
    """The instructions of each path."""
    command = ["cargo", "bench", "--locked", "-p", "citymatch-benches", "--bench", "counts", "--", "--output-format=json"]
    environment = {**os.environ, "GUNGRAUN_RUNNER": str(runner)}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    summaries = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {f"{summary['function_name']} {summary['id']}": instructions(summary) for summary in summaries}


def instructions(summary: dict) -> int:
    """Those of all threads, of which only one is counted."""
    return sum(part["metrics"]["Ir"]["values"].get("new", 0) for part in summary["profiles"][0]["data"]["parts"])


def made_by() -> str:
    compiler = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return f"{compiler}, {platform.machine()}"


def compare(kept: dict[str, int], counts: dict[str, int]) -> list[str]:
    """Prints both beside each other, and names the paths that take too many."""
    for name, allowed in kept.items():
        change = counts[name] / allowed - 1
        below = "  write the file anew" if change < -ALLOWED else ""
        print(f"{name:20}{allowed:>14,}{counts[name]:>14,}{change:>+9.2%}{below}", flush=True)
    return [name for name, allowed in kept.items() if counts[name] > (1 + ALLOWED) * allowed]


if __name__ == "__main__":
    main()
