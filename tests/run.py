#!/usr/bin/env python3
"""Passes every test: formatting, lints, Rust tests and examples, then the wheel in a virtual environment of its own, Python's tests, and
pages in a real browser.

    python3 tests/run.py              everything
    python3 tests/run.py rust python  some of the steps: format, lint, rust, docs, python, service, browser

It needs Rust (with rustfmt and clippy, which rustup installs by default) and Python 3.10 or newer. What Python's tests need is installed
into target/test-venv; nothing else on the machine is touched. On Linux the tests of power cuts and of failing system calls also need strace
(`apt-get install strace`); without it they are skipped, and the run says so. The step `browser` needs Chromium and npm (`apt-get install chromium npm`), and takes the
wheel that the step `python` has built.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "target" / "test-venv"
WHEELS = ROOT / "target" / "test-wheels"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Runs a command; its failure ends the whole run with its exit code."""
    print("+", " ".join(map(str, command)), flush=True)
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **environment}, check=False)
    if done.returncode:
        sys.exit(f"failed with exit code {done.returncode}: {' '.join(map(str, command))}")


def format_() -> None:
    run("cargo", "fmt", "--all", "--check")


def lint() -> None:
    run("cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings")
    # What is compiled together has all features. Some who use a crate leave them out.
    for package in ("citymatch-files", "citymatch-cli"):
        run("cargo", "clippy", "-p", package, "--locked", "--no-default-features", "--", "-D", "warnings")


def note_strace() -> None:
    if sys.platform == "linux" and not shutil.which("strace"):
        print("strace is missing, so tests of power cuts and failing calls are skipped: `apt-get install strace` brings it", flush=True)


def rust() -> None:
    note_strace()
    run("cargo", "test", "--workspace", "--locked")


def docs() -> None:
    run("cargo", "doc", "--workspace", "--no-deps", "--locked", RUSTDOCFLAGS="-D warnings")


def python() -> None:
    """Tests the wheel as a user has it: installed, in an environment of its own."""
    note_strace()
    python_wheel()
    # From the tests' folder, so that the package is the installed one and not the sources.
    run(PYTHON, "-m", "pytest", ".", cwd=ROOT / "tests/python")
    run(PYTHON, "-m", "mypy.stubtest", "--allowlist", "stubtest.txt", "citymatch", cwd=ROOT / "tests/python")
    run(PYTHON, "-m", "mypy", "--strict", "-p", "citymatch", cwd=ROOT / "tests/python")


def python_wheel() -> None:
    """Builds the wheel and installs it."""
    environment_of_tests("python")
    shutil.rmtree(WHEELS, ignore_errors=True)
    run(PYTHON, "-m", "maturin", "build", "--locked", "--out", WHEELS, cwd=ROOT / "python")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall", *WHEELS.glob("*.whl"))


def service() -> None:
    """Tries the service by requests that are made out of its own document."""
    command()
    environment_of_tests("service")
    run(PYTHON, "-m", "pytest", ".", cwd=ROOT / "tests/service")


def command() -> None:
    """Builds the command beside a test of it, and with the whole workspace's features: so it is the one that the tests of Rust had built."""
    run("cargo", "test", "--workspace", "--locked", "--no-run", "--test", "cli")


def environment_of_tests(folder: str) -> None:
    """Installs what the tests of a folder need into the tests' own environment."""
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", ROOT / "tests" / folder / "requirements.txt")


def browser() -> None:
    """Opens what the package writes in a real browser."""
    if not any(map(shutil.which, BROWSERS)):
        sys.exit(f"no Chromium on the PATH (expected {', '.join(BROWSERS)}): `apt-get install chromium` brings it")
    if not shutil.which("npm"):
        sys.exit("npm is needed for axe-core, the rules of accessibility: `apt-get install npm` brings it")
    folder = ROOT / "tests/browser"
    if not PYTHON.exists() or not any(WHEELS.glob("*.whl")):
        python_wheel()
    environment_of_tests("browser")
    command()
    run("npm", "ci", "--silent", cwd=folder)
    # Two browsers beside each other, each with the tests of one file at a time.
    run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", ".", cwd=folder)


STEPS = {"format": format_, "lint": lint, "rust": rust, "docs": docs, "python": python, "service": service, "browser": browser}


def main() -> None:
    if sys.version_info < (3, 10):
        sys.exit("Python 3.10 or newer is needed")
    if not shutil.which("cargo"):
        sys.exit("cargo is needed: install Rust from https://rustup.rs")
    chosen = sys.argv[1:] or list(STEPS)
    unknown = [name for name in chosen if name not in STEPS]
    if unknown:
        sys.exit(f"unknown step {unknown[0]!r} (expected {', '.join(STEPS)})")
    for name in chosen:
        began = time.monotonic()
        STEPS[name]()
        print(f"{name}: done in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
