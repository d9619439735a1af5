"""The stub says what the native module says: its docstrings, and the closed sets of words."""

import ast
import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import citymatch as cm
import citymatch.typing as words
import pytest
from citymatch import _citymatch

SCRIPT = Path(__file__).parents[2] / "python" / "make_stub.py"
# The stub of the installed package, which is what editors read.
STUB = Path(_citymatch.__file__).with_name("_citymatch.pyi").read_text(encoding="utf-8")


def make_stub() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_stub", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def members(module: ModuleType) -> dict[str, str]:
    """The docstrings of what is public in the native module, by name."""
    found = {}
    for name, thing in vars(module).items():
        if name.startswith("_"):
            continue
        found[name] = inspect.getdoc(thing) or ""
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_"):
                found[f"{name}.{member}"] = inspect.getdoc(value) or ""
    return found


def stub_docstrings(stub: str) -> dict[str, str]:
    found = {}
    for node in ast.parse(stub).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            found[node.name] = ast.get_docstring(node) or ""
            for member in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                    found[f"{node.name}.{member.name}"] = ast.get_docstring(member) or ""
    return found


def test_docstrings_are_those_of_the_module() -> None:
    found = members(_citymatch)
    assert len(found) > 100 and all(found.values())
    assert stub_docstrings(STUB) == found, "run python/make_stub.py"


def test_the_script_changes_nothing_in_a_finished_stub() -> None:
    assert make_stub().with_docstrings(STUB, _citymatch) == STUB


PARTS = {
    "function": ("def f(x: int) -> int: ...", 'def f(x: int) -> int:\n    """Doc of f."""'),
    "old docstring": (
        'def f(x: int) -> int:\n    """Old."""',
        'def f(x: int) -> int:\n    """Doc of f."""',
    ),
    "long signature": (
        "def f(\n    x: int,\n) -> int: ...",
        'def f(\n    x: int,\n) -> int:\n    """Doc of f."""',
    ),
    "class": (
        "class C:\n    @property\n    def p(self) -> int: ...\n    def __len__(self) -> int: ...",
        'class C:\n    """Doc of C.\n\n    More \\"of\\" it."""',
    ),
    "private": ("_A: int\ndef _f() -> None: ...", "_A: int\ndef _f() -> None: ..."),
}


@pytest.mark.parametrize(("before", "after"), PARTS.values(), ids=PARTS)
def test_docstrings_are_written(before: str, after: str) -> None:
    module: Any = ModuleType("module")

    def f() -> None:
        """Doc of f."""

    class C:
        """Doc of C.

        More of it, with a \\ in it.
        """

        @property
        def p(self) -> int:
            """Doc of p."""
            return 1

    module.f, module.C = f, C
    made = make_stub().with_docstrings(before, module)
    if "class C" not in before:
        assert made == after
    assert make_stub().with_docstrings(made, module) == made, "a second time changes nothing"
    found = stub_docstrings(made)
    expected = {"f": f, "C": C, "C.p": C.p}
    assert found == {name: inspect.getdoc(expected[name]) for name in found}


def accepted(call: Any) -> set[str]:
    """The words that an error message says are expected."""
    with pytest.raises(ValueError) as error:
        call()
    return set(re.findall(r"`([^`]+)`", str(error.value).split("expected", 1)[1]))


SETS: dict[str, tuple[Any, Any]] = {
    "Language": (words.Language, lambda: cm.terms("a", "xx")),
    "Stage": (words.Stage, lambda: cm.Solution("s", "T", stage="?")),
    "OrganisationType": (
        words.OrganisationType,
        lambda: cm.Solution("s", "T", organisation_type="?"),
    ),
    "DeploymentStatus": (
        words.DeploymentStatus,
        lambda: cm.Solution("s", "T", deployments=[{"status": "?"}]),
    ),
    "Unknown": (words.Unknown, lambda: cm.Eligibility.from_dict({"unknown": "?"})),
    "Signal": (words.Signal, lambda: cm.Matcher(cm.Catalogue.create(), weights={"?": 1})),  # type: ignore[dict-item]
    "Kind": (words.Kind, lambda: cm.Catalogue.create().export("x.csv", "?")),  # type: ignore[arg-type]
    "FileFormat": (
        words.FileFormat,
        lambda: cm.Catalogue.create().export("x", format="?"),  # type: ignore[arg-type]
    ),
    "OnError": (words.OnError, lambda: cm.Catalogue.create().add([], on_error="?")),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("literal", "call"), SETS.values(), ids=SETS)
def test_closed_sets_are_those_that_the_module_accepts(literal: Any, call: Any) -> None:
    assert accepted(call) == set(get_args(literal))


def test_stages_are_in_order() -> None:
    catalogue = cm.Catalogue.create()
    stages: tuple[words.Stage, ...] = get_args(words.Stage)
    catalogue.add([cm.Solution(stage, "agua", stage=stage) for stage in stages])
    for place, stage in enumerate(stages):
        found = cm.Matcher(catalogue).find("agua limpia", at_least=stage)
        # What is closed comes last, but has reached nothing but its end.
        reached = set(stages[place:]) - ({"closed"} if stage != "closed" else set())
        assert {match.solution_id for match in found} == reached, stage
