"""The package as others see it: names, types, metadata. (`mypy.stubtest` compares the stub with the binary: `tests/run.py`.)"""

import importlib.metadata
import json
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


def test_the_bill_of_materials_names_every_crate() -> None:
    """The wheel says what is in it (CycloneDX, PEP 770), so that whoever must know whether a crate is there can look it up."""
    files = importlib.metadata.files("citymatch") or []
    bills = [file for file in files if "sboms" in file.parts]
    assert len(bills) == 1, [str(file) for file in files]
    named = {component["name"] for component in json.loads(bills[0].read_text())["components"]}
    command = ["cargo", "tree", "--locked", "-p", "citymatch-python", "-e", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]
    tree = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout
    crates = {line.split()[0] for line in tree.splitlines() if line} - {"citymatch-python"}
    assert "tantivy" in crates and crates - named == set()


#: Licences that ask for no more than to be named, beside those of citymatch itself.
PERMISSIVE = {"MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "Zlib", "CC0-1.0", "Unlicense", "Unicode-3.0"}


def test_every_crate_is_permissive_and_of_the_public_registry() -> None:
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    metadata = json.loads(subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout)
    for crate in metadata["packages"]:
        if crate["source"] is None:
            continue
        assert crate["source"] == "registry+https://github.com/rust-lang/crates.io-index", crate["name"]
        for part in crate["license"].replace("/", " OR ").replace(" or ", " OR ").split(" AND "):
            choices = {choice.strip(" ()") for choice in part.split(" OR ")}
            assert choices & PERMISSIVE, (crate["name"], crate["license"])


def test_types() -> None:
    """The package by itself, and these tests as code of its users."""
    for what in (("--strict", "-p", "citymatch"), (".",)):
        done = subprocess.run([sys.executable, "-m", "mypy", *what], cwd=HERE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
