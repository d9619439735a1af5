"""`Edit`: many changes, one commit."""

import gc

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
        for call in (stored.edit, other.edit, lambda: other.add([]), lambda: other.remove([])):
            with pytest.raises(cm.CatalogueStateError, match="another writer"):
                call()
    with other.edit():
        pass


def test_outside_of_its_block(catalogue: cm.Catalogue) -> None:
    with catalogue.edit() as edit:
        assert repr(edit) == "<Edit: open>"
    assert repr(edit) == "<Edit: ended>"
    with pytest.raises(cm.CatalogueStateError, match="has ended"):
        edit.put(cm.Solution("s4", "T"))
    catalogue.edit()
    gc.collect()
    assert catalogue.remove([]) == 0, "an edit that nobody holds is over"
