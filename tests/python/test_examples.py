"""The README and the notebooks run, and notebooks are kept without outputs."""

import doctest
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "python"
NOTEBOOKS = sorted((PACKAGE / "examples").glob("*.ipynb"))


def test_readme() -> None:
    failures, tried = doctest.testfile(str(PACKAGE / "README.md"), module_relative=False, encoding="utf-8")
    assert tried > 5 and failures == 0


def test_root_readme(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("1 s1 ")


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
