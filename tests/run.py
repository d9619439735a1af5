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
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "target" / "test-venv"
WHEELS = ROOT / "target" / "test-wheels"
# What the tests of a step need; those of a browser need the wheel too.
REQUIREMENTS = {"python": ["python"], "service": ["service"], "browser": ["python", "browser"]}
# Each of the two has the tests of one file at a time.
TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Runs a command; its failure ends the whole run with its exit code."""
    print("+", " ".join(map(str, command)), flush=True)
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **environment}, check=False)
    if done.returncode:
        sys.exit(f"failed with exit code {done.returncode}: {' '.join(map(str, command))}")


def together(*works: Callable[[], None]) -> None:
    """Does several things at the same time; the first failure is that of all."""
    with ThreadPoolExecutor() as pool:
        for work in [pool.submit(work) for work in works]:
            work.result()


def format_() -> None:
    run("cargo", "fmt", "--all", "--check")


def lint() -> None:
    run("cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings")
    # What is compiled together has all features. Some who use a crate leave them out.
    for package in ("citymatch-files", "citymatch-cli"):
        packages = ("-p", package, "-p", "citymatch-shared-features")
        run("cargo", "clippy", *packages, "--locked", "--no-default-features", "--", "-D", "warnings")


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
    python = partial(run, PYTHON, "-m", cwd=ROOT / "tests/python")
    python("pytest", *TWO_AT_ONCE, ".")
    together(
        partial(python, "mypy.stubtest", "--allowlist", "stubtest.txt", "citymatch"),
        partial(python, "mypy", "--strict", "-p", "citymatch"),
    )


def python_wheel() -> None:
    """Builds the wheel and installs it."""
    environment_of_tests().result()
    shutil.rmtree(WHEELS, ignore_errors=True)
    run(PYTHON, "-m", "maturin", "build", "--locked", "--out", WHEELS, cwd=ROOT / "python")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall", *WHEELS.glob("*.whl"))


def service() -> None:
    """Tries the service by requests that are made out of its own document."""
    command()
    environment_of_tests().result()
    run(PYTHON, "-m", "pytest", ".", cwd=ROOT / "tests/service")


def command() -> None:
    """Builds the command beside a test of it, and with the whole workspace's features: so it is the one that the tests of Rust had built."""
    run("cargo", "test", "--workspace", "--locked", "--no-run", "--test", "cli")


@cache
def environment_of_tests() -> Future[None]:
    """Begins to make the tests' own environment, with what the chosen steps need; the result is there when it is made.

    It waits for the network mostly, so it is begun before Rust is compiled.
    """
    folders = dict.fromkeys(folder for step in chosen() for folder in REQUIREMENTS.get(step, []))
    return ThreadPoolExecutor().submit(install, list(folders))


def install(folders: list[str]) -> None:
    if folders and not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    files = [part for folder in folders for part in ("-r", ROOT / "tests" / folder / "requirements.txt")]
    if files:
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *files)


def browser() -> None:
    """Opens what the package writes in a real browser."""
    if not any(map(shutil.which, BROWSERS)):
        sys.exit(f"no Chromium on the PATH (expected {', '.join(BROWSERS)}): `apt-get install chromium` brings it")
    if not shutil.which("npm"):
        sys.exit("npm is needed for axe-core, the rules of accessibility: `apt-get install npm` brings it")
    folder = ROOT / "tests/browser"
    environment_of_tests().result()
    if subprocess.run([PYTHON, "-c", "import citymatch"], check=False).returncode:
        python_wheel()
    command()
    run("npm", "ci", "--silent", cwd=folder)
    run(PYTHON, "-m", "pytest", *TWO_AT_ONCE, ".", cwd=folder)


STEPS = {"format": format_, "lint": lint, "rust": rust, "docs": docs, "python": python, "service": service, "browser": browser}


def chosen() -> list[str]:
    return sys.argv[1:] or list(STEPS)


def main() -> None:
    if sys.version_info < (3, 10):
        sys.exit("Python 3.10 or newer is needed")
    if not shutil.which("cargo"):
        sys.exit("cargo is needed: install Rust from https://rustup.rs")
    unknown = [name for name in chosen() if name not in STEPS]
    if unknown:
        sys.exit(f"unknown step {unknown[0]!r} (expected {', '.join(STEPS)})")
    environment_of_tests()
    for name in chosen():
        began = time.monotonic()
        STEPS[name]()
        print(f"{name}: done in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
