"""Measures how well citymatch ranks, beside rivals, and how much its scores can be trusted. One command:

    python3 benches/quality/run.py [--text DIR] [--reference DIR --model DIR]

It makes its own virtual environment in target/ (packages pinned in requirements.txt), builds the example `signals`, and writes the tables
into benches/README.md between its markers and the diagram beside it. --text: a folder with es.txt.gz, pt.txt.gz and en.txt.gz, lines of
text for the unrelated records. --reference: a folder with `rank.py`, the ranking formula as a program; --model: the model it reads.
Without these their tables are left out.
"""
import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parents[1] / "target/quality-venv"


def enter_environment() -> None:
    """Starts this script again in its own environment, made where there is none."""
    if Path(sys.prefix) == VENV:
        return
    python = VENV / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
    os.execv(python, [python, *sys.argv])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, help="text for the unrelated records")
    parser.add_argument("--reference", type=Path, help="the ranking formula as a program")
    parser.add_argument("--model", type=Path, help="the model of --reference")
    options = parser.parse_args()
    if options.reference and not options.model:
        parser.error("--reference needs --model")
    enter_environment()

    import engine
    import report
    engine.build()
    sections = report.everything(options.text, options.reference, options.model)
    report.put(HERE.parent / "README.md", "\n\n".join(sections))
    print(f"written: {HERE.parent / 'README.md'}")


if __name__ == "__main__":
    main()
