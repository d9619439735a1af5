"""The package as others see it: names, types, metadata. (`mypy.stubtest` compares the stub with the binary: `tests/run.py`.)"""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import citymatch as cm

HERE = Path(__file__).parent
USED = """
import sys, citymatch as cm
libraries = ("numpy", "pandas", "polars", "pyarrow", "duckdb", "altair", "anywidget", "tqdm", "ir_measures", "IPython")
print([name for name in libraries if name in sys.modules])
catalogue = cm.Catalogue.create()
catalogue.add([{"id": "s1", "title": "Rain gardens"}])
run = cm.Matcher(catalogue).find_all(["rain gardens"])
run.assign(), catalogue.duplicates(), cm.gaps(run), run.to_dict(), run[0].explain(0)
cm.evaluate({"1": {"s1": 1}}, run)
print([name for name in libraries if name in sys.modules])
"""


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
    assert subprocess.run([sys.executable, "-c", USED], capture_output=True, text=True, check=True).stdout == "[]\n[]\n"
    requires = importlib.metadata.requires("citymatch") or []
    assert [required for required in requires if "extra ==" not in required] == []


def test_types() -> None:
    """The package by itself, and these tests as code of its users."""
    for what in (("--strict", "-p", "citymatch"), (".",)):
        done = subprocess.run([sys.executable, "-m", "mypy", *what], cwd=HERE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
