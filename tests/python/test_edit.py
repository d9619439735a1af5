"""`Edit`: many changes, one commit."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import citymatch as cm
import pytest


def test_all_at_once(catalogue: cm.Catalogue) -> None:
    with catalogue.edit() as edit:
        assert edit.put(cm.Solution("s4", "T")) == "added"
        assert edit.put({"id": "s1", "title": "New"}) == "replaced"
        assert edit.put(cm.Challenge("c1", "T")) == "added"
        assert edit.put_challenge({"id": "c2", "title": "T"}) == "added"
        assert (edit.remove("s2"), edit.remove("s2"), edit.remove(7)) == (True, False, False)
        assert len(catalogue) == 3, "nothing is seen before the end"
    assert [solution.id for solution in catalogue] == ["s1", "s3", "s4"]
    assert (catalogue["s1"].title, len(catalogue.challenges)) == ("New", 2)


def test_an_exception_drops_everything(catalogue: cm.Catalogue) -> None:
    with pytest.raises(RuntimeError, match="broken"), catalogue.edit() as edit:
        edit.put(cm.Solution("s4", "T"))
        edit.remove("s1")
        raise RuntimeError("broken")
    assert [solution.id for solution in catalogue] == ["s1", "s2", "s3"]
    assert catalogue.remove("s1") == 1, "the lock is free again"


def test_a_wrong_record_raises_and_may_be_caught(catalogue: cm.Catalogue) -> None:
    with catalogue.edit(text_limit=10) as edit:
        for record, field in [
            ({"id": "x", "title": "T", "stage": "pilto"}, "stage"),
            ({"id": "x", "title": "T" * 11}, "title"),
            (cm.Challenge("s1", "T"), "id"),
            (5, "record"),
        ]:
            with pytest.raises(cm.InvalidDataError) as error:
                edit.put(record)  # type: ignore[arg-type]
            assert error.value.field == field
        edit.put(cm.Solution("s4", "T"))
    assert len(catalogue) == 4


def test_one_writer(stored: cm.Catalogue) -> None:
    assert stored.path is not None
    other = cm.Catalogue.open(stored.path)
    with stored.edit():
        for call in (
            lambda: stored.edit().__enter__(),
            lambda: other.edit(wait=3600).__enter__(),
            lambda: other.add([]),
            lambda: other.add([], wait=3600),
            lambda: other.remove([]),
        ):
            with pytest.raises(cm.CatalogueLockedError, match="another writer") as error:
                call()
            assert isinstance(error.value, cm.CatalogueStateError) and not error.value.committed
    with other.edit():
        pass


def test_threads_take_turns(stored: cm.Catalogue) -> None:
    assert stored.path is not None
    catalogues = [stored, cm.Catalogue.open(stored.path)]

    def add(number: int) -> int:
        return catalogues[number % 2].add({"id": f"t{number}", "title": "Rain gardens"}).added

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(40))) == 40
    assert len(stored) == 43


def test_waiting_for_another_thread(stored: cm.Catalogue) -> None:
    with ThreadPoolExecutor(1) as pool:
        with stored.edit() as edit:
            edit.put({"id": "s4", "title": "T"})
            with pytest.raises(cm.CatalogueLockedError):
                pool.submit(stored.remove, "s1", wait=0).result()
            with pytest.raises(cm.CatalogueLockedError):
                pool.submit(stored.remove, "s1", wait=0.05).result()
            waiting = pool.submit(stored.remove, "s1")
            time.sleep(0.1)
            assert not waiting.done()
        assert waiting.result() == 1
    assert [solution.id for solution in stored] == ["s2", "s3", "s4"]


@pytest.mark.parametrize("wait", [-1, "long", float("nan"), float("inf")], ids=repr)
def test_a_wrong_wait(catalogue: cm.Catalogue, wait: Any) -> None:
    calls: list[Callable[[], object]] = [
        lambda: catalogue.add([], wait=wait),
        lambda: catalogue.edit(wait=wait),
    ]
    for call in calls:
        with pytest.raises(cm.InvalidOptionError) as error:
            call()
        assert error.value.name == "wait"


def test_outside_of_its_block(catalogue: cm.Catalogue) -> None:
    with catalogue.edit() as edit:
        assert repr(edit) == "<Edit: open>"
    assert repr(edit) == "<Edit: ended>"
    with pytest.raises(cm.CatalogueStateError, match="has ended"):
        edit.put(cm.Solution("s4", "T"))
    with pytest.raises(cm.CatalogueStateError, match="has ended"), edit:
        pass


def test_before_its_block(catalogue: cm.Catalogue) -> None:
    edit = catalogue.edit()
    assert repr(edit) == "<Edit: not begun>"
    for call in (lambda: edit.put(cm.Solution("s4", "T")), lambda: edit.remove("s1")):
        begin = r"begin with: with catalogue\.edit\(\) as edit:"
        with pytest.raises(cm.CatalogueStateError, match=begin):
            call()
    assert catalogue.remove("s1") == 1, "it holds no lock"
    with edit:
        edit.put(cm.Solution("s4", "T"))
        with pytest.raises(cm.CatalogueStateError, match="begun already"):
            edit.__enter__()
    assert [solution.id for solution in catalogue] == ["s2", "s3", "s4"]
