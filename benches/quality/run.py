"""Measures how well citymatch ranks, beside rivals, and how much its scores can be trusted. One command:

    python3 benches/quality/run.py [--text DIR] [--reference DIR --model DIR] [--sections NAME ...]

It makes its own virtual environment in target/ (packages pinned in requirements.txt, and the wheel of this tree), builds the example
`signals`, and writes the tables into benches/README.md between its markers and the diagram beside it. --text: a folder with es.txt.gz,
pt.txt.gz and en.txt.gz, lines of text for the unrelated records. --reference: a folder with `rank.py`, the ranking formula as a program;
--model: the model it reads. Without these the sections that need them say so. --sections: only these, the others stay as they are.
"""
import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VENV = ROOT / "target/quality-venv"
WHEELS = ROOT / "target/quality/wheels"


def enter_environment() -> None:
    """Starts this script again in its own environment, made where there is none, with the wheel of the tree as it is now."""
    if Path(sys.prefix) == VENV:
        return
    python = VENV / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", HERE / "requirements.txt"], check=True)
    subprocess.run([*install, "--no-deps", "-r", HERE / "requirements-alone.txt"], check=True)
    shutil.rmtree(WHEELS, ignore_errors=True)
    maturin: list[str | Path] = [python, "-m", "maturin", "build", "--release", "--locked", "--quiet", "--out", WHEELS]
    subprocess.run(maturin, cwd=ROOT / "python", check=True)
    subprocess.run([*install, "--no-deps", "--force-reinstall", *WHEELS.glob("*.whl")], check=True)
    os.execv(python, [python, *sys.argv])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, help="text for the unrelated records")
    parser.add_argument("--reference", type=Path, help="the ranking formula as a program")
    parser.add_argument("--model", type=Path, help="the model of --reference")
    parser.add_argument("--sections", nargs="+", metavar="NAME", help="what to measure: open, demo, crowd, drift, detection, labels, "
                        "agreement, silence (default: everything)")
    options = parser.parse_args()
    if options.reference and not options.model:
        parser.error("--reference needs --model")
    enter_environment()

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
