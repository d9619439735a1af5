"""What the import of the package takes along, and what it declares."""

import subprocess
import sys

HEAVY = ("numpy", "pandas", "polars", "pyarrow", "duckdb", "altair", "anywidget", "tqdm", "ir_measures", "asyncio")


def test_the_import_takes_no_data_library_along() -> None:
    program = f"import sys, citymatch; print([name for name in {HEAVY!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"


def test_using_it_takes_none_along_either() -> None:
    program = f"""
import sys, citymatch as cm
catalogue = cm.Catalogue.create()
catalogue.add([{{"id": "s1", "title": "Rain gardens"}}])
run = cm.Matcher(catalogue).find_all(["rain gardens"])
run.assign(); catalogue.duplicates(); cm.gaps(run); run.to_dict(); run[0].explain(0)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
