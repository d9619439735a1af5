"""The package as others see it: names, types, metadata. (`mypy.stubtest` compares the stub with the binary: `tests/run.py`.)"""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import citymatch as cm

HERE = Path(__file__).parent


def test_names() -> None:
    assert cm.__all__ == sorted(cm.__all__) and len(set(cm.__all__)) == len(cm.__all__)
    for name in cm.__all__:
        thing = getattr(cm, name)
        assert getattr(thing, "__module__", "citymatch") in ("citymatch", None, "citymatch._citymatch"), name
    for later in ("similar", "assign", "duplicates"):
        assert not hasattr(cm, later)


def test_version() -> None:
    assert cm.__version__ == importlib.metadata.version("citymatch")


def test_nothing_is_required() -> None:
    code = "import sys, citymatch; print([m for m in ('numpy', 'pandas', 'polars', 'pyarrow', 'tqdm') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    requires = importlib.metadata.requires("citymatch") or []
    assert [required for required in requires if "extra ==" not in required] == []


def test_types() -> None:
    """The package by itself, and these tests as code of its users."""
    for what in (("--strict", "-p", "citymatch"), (".",)):
        done = subprocess.run([sys.executable, "-m", "mypy", *what], cwd=HERE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
