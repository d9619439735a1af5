"""Measures how well citymatch ranks, beside rivals, and how much its scores can be trusted. One command:

    python3 benches/quality/run.py [--text DIR] [--reference DIR --model DIR] [--sections NAME ...]

It makes its own virtual environment in target/ (packages pinned in requirements.txt, and the wheel of this tree), builds the example
`signals`, and writes the tables into benches/README.md between its markers and the diagram beside it. --text: a folder with es.txt.gz,
pt.txt.gz and en.txt.gz, lines of text for the unrelated records. --reference: a folder with `rank.py`, the ranking formula as a program;
--model: the model it reads. Without these the sections that need them say so. --sections: only these, the others stay as they are.
"""
import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))       # what the benches share

import environment  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, help="text for the unrelated records")
    parser.add_argument("--reference", type=Path, help="the ranking formula as a program")
    parser.add_argument("--model", type=Path, help="the model of --reference")
    parser.add_argument("--sections", nargs="+", metavar="NAME", help="what to measure: open, demo, crowd, drift, detection, labels, "
                        "calls, agreement, silence, learning (default: everything)")
    options = parser.parse_args()
    if options.reference and not options.model:
        parser.error("--reference needs --model")
    environment.enter("quality", HERE / "requirements.txt", alone=HERE / "requirements-alone.txt")

    import engine
    import report
    names = options.sections or list(report.SECTIONS)
    if unknown := set(names) - set(report.SECTIONS):
        parser.error(f"unknown section {min(unknown)!r} (expected {', '.join(report.SECTIONS)})")
    engine.build()
    bench, readme = report.Bench(options.text, options.reference, options.model), HERE.parent / "README.md"
    for name in names:
        began = time.monotonic()
        report.put(readme, name, report.SECTIONS[name][1](bench))
        print(f"{name}: written in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
