"""Every public thing has a docstring, and every example in it runs."""

import doctest
import inspect
from collections.abc import Iterator

import citymatch
import pytest


def public() -> Iterator[tuple[str, object]]:
    """The package, what it exports, and the public members of exported classes."""
    yield "citymatch", citymatch
    for name in citymatch.__all__:
        thing = getattr(citymatch, name)
        if inspect.isclass(thing) or callable(thing):
            yield name, thing
        if inspect.isclass(thing):
            for member in sorted(vars(thing)):
                if not member.startswith("_"):
                    yield f"{name}.{member}", getattr(thing, member)


THINGS = [
    (name, thing)
    for name, thing in public()
    # What an exception or a data class holds is documented with the class.
    if callable(thing) or inspect.isgetsetdescriptor(thing) or inspect.ismodule(thing)
]


@pytest.mark.parametrize(("name", "thing"), THINGS, ids=[name for name, _ in THINGS])
def test_docstring(name: str, thing: object) -> None:
    doc = inspect.getdoc(thing)
    assert doc, f"{name} has no docstring"
    test = doctest.DocTestParser().get_doctest(doc, {}, name, None, 0)
    if not inspect.isgetsetdescriptor(thing):
        assert test.examples, f"{name} has no example"
    runner = doctest.DocTestRunner()
    said: list[str] = []
    runner.run(test, out=said.append)
    assert not runner.failures, "".join(said)


def test_there_is_something_to_test() -> None:
    assert len(THINGS) > 60
