"""The examples pass mypy and pyright at their strictest, so that a user's own code can."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

EXAMPLES = Path(__file__).parents[2] / "python/examples"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples in a folder of their own, notebooks as programs."""
    folder = tmp_path_factory.mktemp("examples")
    for path in sorted(EXAMPLES.glob("*.py")):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    for path in sorted(EXAMPLES.glob("*.ipynb")):
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        (folder / f"{path.stem}.py").write_text("\n\n".join(cells) + "\n", encoding="utf-8")
    return folder


def test_mypy(sources: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--disable-error-code=import-untyped"]
    said = subprocess.run([*command, *sorted(sources.glob("*.py"))], capture_output=True, text=True, cwd=sources)
    assert said.returncode == 0, said.stdout


def test_pyright(sources: Path) -> None:
    rules = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.10",
        # The types of other libraries have gaps, which are no fault of an example.
        "reportMissingTypeStubs": False,
        "reportMissingModuleSource": False,
        "reportUnknownMemberType": False,
        # A notebook shows the value of a cell's last line.
        "reportUnusedExpression": False,
    }
    (sources / "pyrightconfig.json").write_text(json.dumps(rules))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(sources)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=sources)
    found = json.loads(said.stdout)["generalDiagnostics"]
    assert not found, "\n".join(f"{Path(one['file']).name}:{one['range']['start']['line'] + 1}: {one['message']}" for one in found)
