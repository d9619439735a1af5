"""`Encoder`: a callable of one's own in place of the built-in model."""

import array
import pickle
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import citymatch as cm
import numpy as np
import pytest
from conftest import SOLUTIONS, shown

SIZE = 64
QUESTION = "¿Cómo retener el agua de lluvia en las aceras?"
Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def hashed(texts: list[str]) -> Rows:
    """A bag of hashed words: small, deterministic, and of a use."""
    rows = np.zeros((len(texts), SIZE), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().split():
            row[zlib.crc32(word.encode()) % SIZE] += 1
    return rows


def encoder(callable: Callable[[list[str]], Any] = hashed, **options: Any) -> cm.Encoder:
    return cm.Encoder("hashed-words", SIZE, callable, **options)


def filled(callable: Callable[[list[str]], Any] = hashed, path: Path | None = None, **options: Any) -> cm.Catalogue:
    catalogue = cm.Catalogue.create(path, encoder=encoder(callable, **options))
    assert catalogue.add(SOLUTIONS).added == 3
    return catalogue


def scores(catalogue: cm.Catalogue) -> list[tuple[str, float]]:
    return [(found.solution_id, found.score) for found in cm.Matcher(catalogue).find(QUESTION)]


def test_it_is_used() -> None:
    asked: list[str] = []

    def noted(texts: list[str]) -> Rows:
        assert type(texts) is list and all(type(text) is str for text in texts)
        asked.extend(texts)
        return hashed(texts)

    catalogue = filled(noted)
    assert "retienen el agua de lluvia en las aceras." in asked, "sentences are encoded when they are added"
    assert scores(catalogue)[0][0] == "s1" and QUESTION.lower() in asked
    assert scores(catalogue) == scores(filled()) != scores_of_the_builtin()


def scores_of_the_builtin() -> list[tuple[str, float]]:
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    return scores(catalogue)


SHAPES: dict[str, Callable[[Rows], Any]] = {
    "float64": lambda rows: rows.astype(np.float64),
    "float16": lambda rows: rows.astype(np.float16),
    "integers": lambda rows: rows.astype(np.int32),
    "columns_first": np.asfortranarray,
    "every_second": lambda rows: np.repeat(rows, 2, axis=0)[::2],
    "big_endian": lambda rows: rows.astype(">f4"),
    "longer_vectors": lambda rows: rows * 4,
    "lists": lambda rows: rows.tolist(),
    "tuples": lambda rows: tuple(tuple(row) for row in rows),
    "list_of_arrays": list,
    "list_of_integer_arrays": lambda rows: list(rows.astype(np.int8)),
    "list_of_buffers": lambda rows: [array.array("d", row) for row in rows],
    "memoryview": lambda rows: rows.data,
    "generator": lambda rows: (row for row in rows),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_vectors_in_every_form(shape: Callable[[Rows], Any]) -> None:
    assert scores(filled(lambda texts: shape(hashed(texts)))) == scores(filled())


def holding(value: float) -> Callable[[list[str]], Rows]:
    def callable(texts: list[str]) -> Rows:
        rows = hashed(texts)
        rows[-1, 3] = value
        return rows

    return callable


WRONG: dict[str, tuple[Callable[[list[str]], Any], str]] = {
    "a_row_less": (lambda texts: hashed(texts)[1:], r"\d+ rows \(expected \d+, one for each text\)"),
    "a_number_more": (lambda texts: np.ones((len(texts), SIZE + 1)), r"a row of 65 numbers \(expected rows of 64\)"),
    "no_numbers": (lambda texts: np.ones((len(texts), 0)), r"a row of 0 numbers"),
    "ragged": (lambda texts: [[1.0] * (SIZE - i % 2) for i in range(len(texts))], r"a row of 63 numbers"),
    "one_dimension": (lambda texts: np.ones(SIZE), r"ndarray \(expected \d+ rows of 64 numbers\)"),
    "three_dimensions": (lambda texts: np.ones((len(texts), SIZE, 2)), r"ndarray \(expected"),
    "nan": (holding(float("nan")), r"a number that is infinite or NaN \(expected finite numbers\)"),
    "infinite": (holding(float("inf")), "a number that is infinite or NaN"),
    "too_large_for_float32": (lambda texts: np.full((len(texts), SIZE), 1e300), "a number that is infinite or NaN"),
    "none": (lambda texts: None, r"None \(expected \d+ rows of 64 numbers\)"),
    "texts": (lambda texts: texts, r"list \(expected"),
    "a_number": (lambda texts: 5, r"5 \(expected"),
}


@pytest.mark.parametrize(("callable", "message"), WRONG.values(), ids=WRONG)
def test_what_are_no_vectors(callable: Callable[[list[str]], Any], message: str) -> None:
    with pytest.raises(cm.InvalidDataError, match=f"^the encoder `hashed-words` gave {message}") as error:
        filled(callable)
    assert error.value.field == "encoder"


class Broken:
    """Breaks when it is told to."""

    error: BaseException | None = None

    def __call__(self, texts: list[str]) -> Rows:
        if self.error:
            raise self.error
        return hashed(texts)


@pytest.mark.parametrize("error", [RuntimeError("no network"), ValueError("x"), KeyboardInterrupt(), cm.CityMatchError("x")], ids=repr)
def test_what_a_callable_raises_comes_out(error: BaseException) -> None:
    model = Broken()
    catalogue = filled(model)
    matcher = cm.Matcher(catalogue, threads=2)
    expected = scores(catalogue)
    # Words that nobody has asked about: what is known is not encoded again.
    challenges = [cm.Challenge(f"c{i}", question=f"lluvia número {i} veces x{i}") for i in range(40)]
    model.error = error
    calls: list[Callable[[], object]] = [
        lambda: matcher.find(challenges[0]),
        lambda: matcher.explain(challenges[0], "s1"),
        lambda: matcher.find_all(challenges),
        lambda: list(matcher.find_each(challenges)),
        lambda: catalogue.add({"id": "s9", "title": "Pozos"}),
        lambda: cm.Catalogue.create(encoder=encoder(model)).add(SOLUTIONS),
    ]
    for call in calls:
        with pytest.raises(type(error)) as raised:
            call()
        assert raised.value is error
        assert "__call__" in [entry.name for entry in raised.traceback], "it tells where"
    model.error = None
    assert scores(catalogue)[0][0] == expected[0][0], "the next call is as before"


def test_a_catalogue_in_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.cm"
    expected = scores(filled(path=path))
    again = cm.Catalogue.open(path, encoder=encoder())
    assert again.encoder is not None and (again.encoder.name, again.encoder.size) == ("hashed-words", SIZE)
    assert scores(again) == expected and again.check() == []

    def unused(texts: list[str]) -> Rows:
        raise AssertionError(texts)

    kept = cm.Catalogue.open(path, encoder=encoder(unused))
    assert len(kept) == 3 and kept["s1"].title == "Jardines de lluvia"


def test_another_encoder_is_refused(tmp_path: Path) -> None:
    filled(path=tmp_path / "own")
    cm.Catalogue.create(tmp_path / "builtin").add(SOLUTIONS)
    for folder, other in [
        ("own", cm.Encoder("hashed-words", SIZE + 1, hashed)),
        ("own", cm.Encoder("hashed-words-2", SIZE, hashed)),
        ("own", cm.Catalogue.create().encoder),
        ("builtin", encoder()),
    ]:
        assert other is not None
        with pytest.raises(
            cm.CatalogueFormatError, match=rf"has vectors of the encoder .* \(found `{other.name}` of {other.size} values\)"
        ):
            cm.Catalogue.open(tmp_path / folder, encoder=other)


def test_without_its_encoder_words_alone_serve(tmp_path: Path) -> None:
    filled(path=tmp_path / "own")
    catalogue = cm.Catalogue.open(tmp_path / "own")
    assert catalogue.encoder is None and list(catalogue) == list(cm.Catalogue.open(tmp_path / "own", encoder=encoder()))
    matcher = cm.Matcher(catalogue)
    nothing = {"same": 0.0, "other": 0.0}
    assert {name: weight for name, weight in matcher.weights.items() if weight != nothing} == {"words": {"same": 1.0, "other": 1.0}}
    matches = matcher.find(QUESTION)
    assert matches.answered is None and matches[0].solution_id == "s1"
    assert list(matches) == list(cm.Matcher(cm.Catalogue.open(tmp_path / "own", encoder=encoder()), weights={"words": 1}).find(QUESTION))
    assert [node.name for node in matches.explain(0).children[0].children] == ["words"]
    assert pickle.loads(pickle.dumps(catalogue)).encoder is None
    catalogue.add({"id": "s4", "title": "agua de lluvia en las aceras"})
    catalogue.remove("s1")
    assert scores(cm.Catalogue.open(tmp_path / "own", encoder=encoder())) == scores(same_in_memory()), (
        "what was added meanwhile has vectors"
    )


def same_in_memory() -> cm.Catalogue:
    catalogue = filled()
    catalogue.add({"id": "s4", "title": "agua de lluvia en las aceras"})
    catalogue.remove("s1")
    return catalogue


def test_the_builtin_encoder(tmp_path: Path) -> None:
    catalogue = cm.Catalogue.create(tmp_path / "builtin")
    catalogue.add(SOLUTIONS)
    opened = cm.Catalogue.open(tmp_path / "builtin")
    for builtin in (catalogue.encoder, opened.encoder, pickle.loads(pickle.dumps(opened)).encoder):
        assert builtin is not None and builtin.size > 0
        assert repr(builtin) == f"Encoder('{builtin.name}', {builtin.size})"
        assert scores(cm.Catalogue.open(tmp_path / "builtin", encoder=builtin)) == scores(catalogue)


def test_the_calibration_counts() -> None:
    plain = filled()
    assert cm.Matcher(plain).weights["meaning"]["other"] != 3
    other = filled(related_factor=2, meaning_factor=np.float32(3), slope=1, midpoint=-1, answer_threshold=100)
    assert cm.Matcher(other).weights == {
        "words": {"same": 1.0, "other": 0.0},
        "related": {"same": 1.0, "other": 2.0},
        "meaning": {"same": 1.0, "other": 3.0},
        "subject": {"same": 0.5, "other": 0.5},
        "language": {"same": 0.0, "other": 0.0},
        **dict.fromkeys(("themes", "goals", "place", "maturity"), {"same": 0.0, "other": 0.0}),
    }
    matches = cm.Matcher(other).find(QUESTION)
    assert matches.explain(0).details == {"slope": 1.0, "midpoint": -1.0}
    assert cm.Matcher(plain).find(QUESTION).answered is True and matches.answered is False


@pytest.mark.parametrize(
    ("arguments", "options", "name"),
    [
        (("", SIZE, hashed), {}, "name"),
        ((" ", SIZE, hashed), {}, "name"),
        ((5, SIZE, hashed), {}, "name"),
        (("x", 0, hashed), {}, "size"),
        (("x", 1.5, hashed), {}, "size"),
        (("x", SIZE, "hashed"), {}, "callable"),
        (("x", SIZE, hashed), {"slope": -1}, "slope"),
        (("x", SIZE, hashed), {"related_factor": float("nan")}, "related_factor"),
        (("x", SIZE, hashed), {"meaning_factor": "much"}, "meaning_factor"),
        (("x", SIZE, hashed), {"midpoint": float("inf")}, "midpoint"),
        (("x", SIZE, hashed), {"answer_threshold": True}, "answer_threshold"),
        (("x", 2, hashed), {"means": [1, 2]}, "means"),
        (("x", 2, hashed), {"means": {"fr": [1, 2]}}, "means"),
        (("x", 2, hashed), {"means": {"pt": [1, 2, 3]}}, "means.pt"),
        (("x", 2, hashed), {"means": {"pt": [1, float("inf")]}}, "means.pt"),
        (("x", 2, hashed), {"means": {"pt": None}}, "means.pt"),
    ],
    ids=shown,
)
def test_a_wrong_argument(arguments: Any, options: Any, name: str) -> None:
    with pytest.raises(cm.InvalidOptionError) as error:
        cm.Encoder(*arguments, **options)
    assert error.value.name == name


def test_an_encoder_must_be_one() -> None:
    with pytest.raises(TypeError):
        cm.Catalogue.create(encoder=hashed)  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(tmp_path: Path, protocol: int) -> None:
    catalogue = filled(path=tmp_path / "own", means={"pt": np.ones(SIZE)}, answer_threshold=5, midpoint=0.5)
    matcher = cm.Matcher(catalogue)
    matches, run = matcher.find(QUESTION), matcher.find_all([{"id": "c", "question": QUESTION}])
    parts = (catalogue.encoder, catalogue, matcher, matches, run)
    encoder_again, catalogue_again, matcher_again, matches_again, run_again = pickle.loads(pickle.dumps(parts, protocol))
    assert (repr(encoder_again), catalogue_again.encoder.name) == ("Encoder('hashed-words', 64)", "hashed-words")
    assert list(matcher_again.find(QUESTION)) == list(matches) == list(matches_again)
    assert matcher_again.find(QUESTION).answered is False, "with its calibration"
    assert matches_again.explain(0) == matches.explain(0) and run_again[0].explain(0) == run[0].explain(0)


def test_a_pickle_names_a_callable_that_cannot_go_in(tmp_path: Path) -> None:
    catalogue = filled(lambda texts: hashed(texts), tmp_path / "own")
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(catalogue)


def test_in_a_pool_of_processes(tmp_path: Path) -> None:
    matcher = cm.Matcher(filled(path=tmp_path / "own"))
    with get_context("spawn").Pool(1) as pool:
        [matches] = pool.map(matcher.find, [QUESTION])
    assert list(matches) == list(matcher.find(QUESTION)) and matches.explain(0) == matcher.explain(QUESTION, "s1")


def test_threads_call_it_and_change_nothing() -> None:
    callers: set[int] = set()

    def noted(texts: list[str]) -> Rows:
        callers.add(threading.get_ident())
        return hashed(texts)

    catalogue = filled(noted)
    challenges = [cm.Challenge(f"c{i}", question=f"agua de lluvia x{i} toilets") for i in range(60)]
    callers.clear()
    two = cm.Matcher(catalogue).find_all(challenges, threads=2)
    assert callers and threading.get_ident() not in callers
    assert cm.Matcher(filled()).find_all(challenges, threads=1).to_dict() == two.to_dict()


def test_python_threads_share_it() -> None:
    catalogue = filled()
    challenges = [cm.Challenge(f"c{i}", question=f"agua de lluvia x{i} toilets") for i in range(40)]
    expected = cm.Matcher(filled()).find_all(challenges, threads=1).to_dict()
    matchers = [cm.Matcher(catalogue, threads=2) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        # All of them meet words that nobody has encoded yet.
        assert list(pool.map(lambda matcher: matcher.find_all(challenges).to_dict(), matchers)) == [expected] * 8


CTRL_C = """
import os, signal, sys, threading, time
import citymatch as cm
slow = False

def encode(texts):
    if slow:
        time.sleep(0.05)
    return [[float(len(text)), 1.0] for text in texts]

catalogue = cm.Catalogue.create(encoder=cm.Encoder("lengths", 2, encode))
catalogue.add([{"id": f"s{i}", "title": f"agua {i}"} for i in range(50)])
matcher = cm.Matcher(catalogue, threads=int(sys.argv[1]))
slow = True
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
started = time.monotonic()
try:
    matcher.find_all([cm.Challenge(f"c{i}", question=f"agua x{i}") for i in range(1000)])
except KeyboardInterrupt:
    print("stopped", time.monotonic() - started < 2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_and_a_clean_end(threads: int) -> None:
    """The program ends while threads are still at the encoder."""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", CTRL_C, str(threads)], capture_output=True, text=True, timeout=30, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "stopped True\n", "")
