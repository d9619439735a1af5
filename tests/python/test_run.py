"""`find_all`, `find_each` and the `Run`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import citymatch as cm
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

COLUMNS = ["challenge_id", "solution_id", "rank", "score"]


@pytest.fixture
def run(matcher: cm.Matcher, challenges: list[cm.Challenge]) -> cm.Run:
    return matcher.find_all(challenges)


def test_one_matches_a_challenge(run: cm.Run, matcher: cm.Matcher, challenges: list[cm.Challenge]) -> None:
    assert (len(run), [matches.challenge_id for matches in run], [len(matches) for matches in run]) == (3, ["c1", "c 2", "c3"], [3, 3, 0])
    for matches, challenge in zip(run, challenges, strict=True):
        assert list(matches) == list(matcher.find(challenge))
    assert run[-1].challenge_id == "c3" and [matches.challenge_id for matches in run[:2]] == ["c1", "c 2"]
    assert run[0].explain(0).value == run[0][0].score
    assert repr(run) == "<Run: 3 challenges, 6 matches>" and "<caption>Run of 3 challenges</caption>" in run._repr_html_()
    with pytest.raises(IndexError):
        run[3]


def test_to_dict_has_every_challenge(run: cm.Run) -> None:
    found = run.to_dict()
    assert list(found) == ["c1", "c 2", "c3"] and found["c3"] == {}
    assert found["c1"] == {match.solution_id: match.score for match in run[0]}


def test_frames(run: cm.Run) -> None:
    rows = [(matches.challenge_id, found.solution_id, found.rank, found.score) for matches in run for found in matches]
    assert len(rows) == 6
    table, frame, polars = run.to_arrow(), run.to_pandas(), run.to_polars()
    assert list(zip(table.column_names, table.schema.types, strict=True)) == list(
        zip(COLUMNS, [pa.string(), pa.string(), pa.int64(), pa.float64()], strict=True)
    )
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    assert list(frame.columns) == COLUMNS and (str(frame["rank"].dtype), str(frame["score"].dtype)) == ("int64", "float64")
    assert list(frame.itertuples(index=False, name=None)) == rows
    assert polars.rows() == rows and polars.schema == {
        "challenge_id": pl.String,
        "solution_id": pl.String,
        "rank": pl.Int64,
        "score": pl.Float64,
    }
    assert pl.DataFrame(run).equals(polars) and pa.table(run).equals(table)
    empty = cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "T")])
    assert (empty.to_arrow().num_rows, empty.to_polars().shape, empty.to_pandas().shape) == (0, (0, 4), (0, 4))
    assert empty.to_polars().schema == polars.schema


def test_a_requested_schema_is_given(run: cm.Run) -> None:
    schema = pa.schema(
        [("challenge_id", pa.large_string()), ("solution_id", pa.large_string()), ("rank", pa.int32()), ("score", pa.float32())]
    )
    assert pa.table(run, schema=schema).schema == schema


def test_trec(run: cm.Run, tmp_path: Path) -> None:
    assert run.to_trec(tmp_path / "run.txt") == 6
    lines = [line.split(" ") for line in (tmp_path / "run.txt").read_text().splitlines()]
    assert [(line[0], line[1], line[3], line[5]) for line in lines[3:5]] == [
        ("c%202", "Q0", "1", "citymatch"),
        ("c%202", "Q0", "2", "citymatch"),
    ]
    with pytest.raises(FileNotFoundError):
        run.to_trec(tmp_path / "no" / "run.txt")


def test_threads_do_not_change_a_byte(catalogue: cm.Catalogue, tmp_path: Path) -> None:
    challenges = [cm.Challenge(f"c{i}", question=f"agua de lluvia {i} toilets resíduos") for i in range(100)]
    for name, own, of_call in [("one", 1, None), ("two", 2, None), ("call", 1, 2), ("default", None, None)]:
        matcher = cm.Matcher(catalogue, threads=own)
        matcher.find_all(challenges, threads=of_call).to_trec(tmp_path / name)
        each = [list(matches) for matches in matcher.find_each(challenges, threads=of_call)]
        assert each == [list(matches) for matches in matcher.find_all(challenges)], name
    first, *others = (file.read_bytes() for file in tmp_path.iterdir())
    assert first and others == [first] * 3


SOURCES: dict[str, Any] = {
    "list": lambda challenges: challenges,
    "mappings": lambda challenges: [challenge.to_dict() for challenge in challenges],
    "generator": lambda challenges: (challenge for challenge in challenges),
    "polars": lambda challenges: pl.DataFrame([challenge.to_dict() for challenge in challenges]),
    "pandas": lambda challenges: pd.DataFrame([challenge.to_dict() for challenge in challenges]),
    "arrow": lambda challenges: pa.Table.from_pylist([{"language": None, **challenge.to_dict()} for challenge in challenges]),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_challenges_from_everywhere(matcher: cm.Matcher, challenges: list[cm.Challenge], run: cm.Run, source: Any) -> None:
    assert matcher.find_all(source(challenges)).to_dict() == run.to_dict()
    assert [matches.challenge_id for matches in matcher.find_each(source(challenges))] == ["c1", "c 2", "c3"]


def test_stored_challenges(catalogue: cm.Catalogue, challenges: list[cm.Challenge], run: cm.Run) -> None:
    catalogue.add_challenges(challenges)
    assert cm.Matcher(catalogue).find_all(catalogue.challenges).to_dict() == run.to_dict()


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (cm.Challenge("c1", "T"), "id"),
        ({"id": "x"}, "title"),
        ({"id": "x", "title": "a\ud800"}, "title"),
        ("a text", "record"),
        (None, "record"),
    ],
    ids=["same_id", "no_text", "surrogate", "text", "none"],
)
def test_a_bad_challenge_names_its_row(matcher: cm.Matcher, challenges: list[cm.Challenge], bad: Any, field: str) -> None:
    with pytest.raises(cm.InvalidDataError, match="^row 4: ") as error:
        matcher.find_all([*challenges, bad])
    assert (error.value.row, error.value.field) == (4, field)


def test_find_each_is_lazy_and_tells_errors_in_their_turn(matcher: cm.Matcher) -> None:
    taken = 0

    def endless() -> Iterator[cm.Challenge]:
        nonlocal taken
        while True:
            taken += 1
            yield cm.Challenge(f"c{taken}", "agua")

    iterator = matcher.find_each(endless())
    assert taken == 0
    assert [next(iterator).challenge_id for _ in range(3)] == ["c1", "c2", "c3"]
    assert 3 <= taken < 100

    def broken() -> Iterator[Any]:
        yield cm.Challenge("c1", "agua")
        yield {"id": "c2"}
        raise AssertionError("not asked for")

    iterator = matcher.find_each(broken())
    assert next(iterator).challenge_id == "c1"
    with pytest.raises(cm.InvalidDataError, match="^row 2: "):
        next(iterator)
    assert list(iterator) == [], "like a generator it is over then"

    def stopped() -> Iterator[Any]:
        yield cm.Challenge("c1", "agua")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next(matcher.find_each(stopped()))


def test_progress(
    matcher: cm.Matcher, challenges: list[cm.Challenge], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    matcher.find_all(challenges, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3) and told == sorted(told)
    matcher.find_all(challenges, progress=False)
    assert capsys.readouterr() == ("", "")
    matcher.find_all(challenges, progress=True)
    assert "3/3" in capsys.readouterr().err
    monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)
    matcher.find_all(challenges, progress=True)
    assert capsys.readouterr() == ("", "\rmatched 3 of 3\n")
    with pytest.raises(cm.InvalidOptionError):
        matcher.find_all(challenges, progress="yes")  # type: ignore[arg-type]


def test_an_exception_in_the_progress_ends_it(matcher: cm.Matcher, challenges: list[cm.Challenge]) -> None:
    def tell(done: int, total: int) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        matcher.find_all(challenges, progress=tell)


@pytest.mark.parametrize("threads", [0, -1, "2"], ids=repr)
def test_wrong_threads(matcher: cm.Matcher, threads: Any) -> None:
    for call in (matcher.find_all, matcher.find_each):
        with pytest.raises(cm.InvalidOptionError) as error:
            call([], threads=threads)
        assert error.value.name == "threads"


def test_no_challenge_is_an_empty_run(matcher: cm.Matcher) -> None:
    assert (len(matcher.find_all([])), list(matcher.find_each([]))) == (0, [])
