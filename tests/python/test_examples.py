"""The README and the notebooks run, and notebooks are kept without outputs."""

import doctest
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PACKAGE = Path(__file__).parents[2] / "python"
NOTEBOOKS = sorted((PACKAGE / "examples").glob("*.ipynb"))


def test_readme() -> None:
    failures, tried = doctest.testfile(str(PACKAGE / "README.md"), module_relative=False, encoding="utf-8")
    assert tried > 5 and failures == 0


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
def test_notebook(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells), "strip the outputs before a commit"
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [str(output) for cell in cells for output in cell.outputs]
    assert any("<caption>Matches of c1</caption>" in output for output in outputs)
