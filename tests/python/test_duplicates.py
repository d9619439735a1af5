"""`Catalogue.duplicates`: translations, resubmissions and variants."""

import pickle

import citymatch as cm
import pytest

TEXTS = {
    "en": "Rain gardens in the pavement hold the water of storms and keep the streets of 12 districts dry.",
    "es": "Jardines de lluvia en la acera retienen el agua de las tormentas y mantienen secas las calles de 12 distritos.",
    "pt": "Sanitários secos não precisam de água nem de esgoto e servem as casas do morro.",
}


@pytest.fixture
def catalogue() -> cm.Catalogue:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": code, "description": text, "language": code, "city": "Quito"} for code, text in TEXTS.items()])
    catalogue.add([
        {"id": "again", "description": f"{TEXTS['en']} We ask for support, again.", "language": "en", "city": "Quito"},
        {"id": "cali", "description": TEXTS["en"], "language": "en", "city": "Cali"},
    ])
    return catalogue


def of_kind(found: cm.Duplicates, kind: str) -> set[tuple[str, str]]:
    return {(pair.left, pair.right) for pair in found if pair.kind == kind}


def test_three_kinds_of_pairs(catalogue: cm.Catalogue) -> None:
    found = catalogue.duplicates()
    assert of_kind(found, "resubmission") == {("again", "en")}
    assert ("en", "es") in of_kind(found, "translation")
    assert ("cali", "en") in of_kind(found, "variant")
    assert found.groups[0][:2] == ["again", "en"] and not any("cali" in group and "en" in group for group in found.groups)
    assert all("pt" not in (pair.left, pair.right) for pair in found)
    assert len(found) == len(list(found)) == len(found.pairs) and found[-1] == found[len(found) - 1] and found[:2] == found.pairs[:2]
    scores = [pair.score for pair in found]
    assert scores == sorted(scores, reverse=True) and all(0.9 <= score <= 1 for score in scores)
    assert repr(found).startswith("<Duplicates: ") and "1 resubmissions" in repr(found)


def test_evidence_stands_side_by_side(catalogue: cm.Catalogue) -> None:
    pairs = {(pair.left, pair.right): pair.evidence for pair in catalogue.duplicates()}
    again = pairs["again", "en"]
    assert again.right_share == pytest.approx(1) and again.left_share < 1
    assert again.sentences[0].left == again.sentences[0].right == TEXTS["en"]
    assert again.sentences[1] == cm.SideBySide("We ask for support, again.", None, None)
    assert cm.Agreed("numbers", ["12"]) in again.agreed and cm.Agreed("city", ["Quito"]) in again.agreed
    assert pairs["cali", "en"].differing == [cm.Differing("city", ["Cali"], ["Quito"])]
    (both,) = pairs["en", "es"].sentences
    assert (both.left, both.right) == (TEXTS["en"], TEXTS["es"]) and both.likeness is not None and both.likeness > 0.5


def test_a_frame_of_pairs(catalogue: cm.Catalogue) -> None:
    found = catalogue.duplicates()
    frame = found.to_pandas()
    assert list(frame.columns) == ["kind", "left", "right", "score", "left_share", "right_share", "agreed", "differing", "group"]
    assert len(frame) == len(found) and frame["score"].dtype == float
    row = frame[frame.kind == "resubmission"].iloc[0]
    assert (row.left, row.right, row.group) == ("again", "en", 1) and "city: Quito" in row.agreed
    assert frame[frame.kind == "variant"].group.isna().all()


def test_the_result_depends_on_the_records_alone(catalogue: cm.Catalogue) -> None:
    found = catalogue.duplicates()
    assert [catalogue.duplicates(threads=threads) for threads in (1, 3)] == [found, found]
    assert pickle.loads(pickle.dumps(found)) == found
    assert not cm.Catalogue.create().duplicates()


def test_thresholds_and_progress(catalogue: cm.Catalogue) -> None:
    found = catalogue.duplicates()
    best = found[0].score
    assert len(catalogue.duplicates(threshold=(best + 1) / 2)) == 0
    told: list[tuple[int, int]] = []
    assert catalogue.duplicates(progress=lambda done, total: told.append((done, total))) == found and told[-1] == (5, 5)
    for threshold in (0, 1, -1, float("nan"), "high"):
        with pytest.raises(cm.InvalidOptionError, match="threshold"):
            catalogue.duplicates(threshold=threshold)  # type: ignore[arg-type]
    with pytest.raises(cm.InvalidOptionError, match="threads"):
        catalogue.duplicates(threads=0)
