"""A bench's own virtual environment, with the Python package of the tree as it is now."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def enter(name: str, requirements: Path, alone: Path | None = None, *, package: bool = True) -> None:
    """Starts the running script again in target/NAME-venv, made where there is none. What `alone` names is installed without what it asks for.
    `package` says whether the Python package is built and installed too."""
    venv, wheels = ROOT / f"target/{name}-venv", ROOT / f"target/{name}-wheels"
    if Path(sys.prefix) == venv:
        return
    python = venv / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", requirements], check=True)
    if alone:
        subprocess.run([*install, "--no-deps", "-r", alone], check=True)
    if package:
        shutil.rmtree(wheels, ignore_errors=True)
        maturin: list[str | Path] = [python, "-m", "maturin", "build", "--release", "--locked", "--quiet", "--out", wheels]
        subprocess.run(maturin, cwd=ROOT / "python", check=True)
        subprocess.run([*install, "--no-deps", "--force-reinstall", *wheels.glob("*.whl")], check=True)
    os.execv(python, [python, *sys.argv])
