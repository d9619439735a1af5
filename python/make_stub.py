#!/usr/bin/env python3
"""Writes the docstrings of the native module into its stub.

Editors read the stub and cannot import the module, so what they show on a name comes from there.
The docstrings are written once, in Rust. This copies them, and leaves the rest of the stub.

    python make_stub.py          rewrites citymatch/_citymatch.pyi
    python make_stub.py --check  only says whether it would change, with exit code 1 if so

The module must be built and installed: `maturin develop`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

STUB = Path(__file__).parent / "citymatch" / "_citymatch.pyi"

Definition = ast.ClassDef | ast.FunctionDef


def public(definitions: list[ast.stmt]) -> Iterator[Definition]:
    """The classes and functions that users see, each once: the first of overloads."""
    seen = set()
    for definition in definitions:
        if isinstance(definition, Definition) and not definition.name.startswith("_"):
            if definition.name not in seen:
                yield definition
            seen.add(definition.name)


def documented(
    tree: ast.Module, module: ModuleType
) -> Iterator[tuple[str, Definition, str | None]]:
    """Each public class, function, method and property of a stub, with the module's docstring."""
    for definition in public(tree.body):
        thing = getattr(module, definition.name)
        yield definition.name, definition, docstring(thing)
        if isinstance(definition, ast.ClassDef):
            for member in public(definition.body):
                doc = docstring(getattr(thing, member.name))
                yield f"{definition.name}.{member.name}", member, doc


def docstring(thing: object) -> str | None:
    doc = getattr(thing, "__doc__", None)
    return inspect.cleandoc(doc) if doc else None


def first_line(statement: ast.stmt) -> int:
    """The number of the line where a statement begins: with its decorators."""
    decorators = statement.decorator_list if isinstance(statement, Definition) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def literal(doc: str, indent: str) -> list[str]:
    """The lines of a docstring as source code."""
    raw = "r" if "\\" in doc else ""
    lines = [f"{indent}{line}" if line else "" for line in f'{raw}"""{doc}'.split("\n")]
    # A docstring of one line ends on that line, a longer one on a line of its own.
    return [f'{lines[0]}"""'] if len(lines) == 1 else [*lines, f'{indent}"""']


def with_docstrings(stub: str, module: ModuleType) -> str:
    """The stub with the docstrings of the module in place of its own."""
    lines: list[str | None] = list(stub.split("\n"))
    for _, definition, doc in documented(ast.parse(stub), module):
        body = definition.body
        start, end = first_line(body[0]) - 1, body[0].end_lineno or body[0].lineno
        ellipsis = ast.unparse(body[0]) == "..."
        has_docstring = ast.get_docstring(definition) is not None
        indent = " " * (definition.col_offset + 4)
        new = literal(doc, indent) if doc else []
        if isinstance(definition, ast.ClassDef):
            new += [""] if doc else []
            if has_docstring:
                # The empty line after it belongs to it.
                end += 1 if lines[end] == "" else 0
            else:
                end = start
        elif has_docstring:
            new = new or [f"{indent}..."]
        elif ellipsis and doc:
            header = lines[start]
            assert header is not None and header.endswith("...")
            new = [header[: -len(" ...")], *new]
        else:
            continue
        before = lines[start] if end == start else None
        for line in range(start, max(end, start + 1)):
            lines[line] = None
        lines[start] = "\n".join(new if before is None else [*new, before])
    return "\n".join(line for line in lines if line is not None)


def main() -> None:
    # The sources of the package lie beside this file, and need not have the built module.
    del sys.path[0]
    stub = STUB.read_text(encoding="utf-8")
    new = with_docstrings(stub, importlib.import_module("citymatch._citymatch"))
    if "--check" in sys.argv[1:]:
        sys.exit(0 if new == stub else f"{STUB} lacks the module's docstrings: run {sys.argv[0]}")
    STUB.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
