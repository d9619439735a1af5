"""`find_all`, `find_each` and the `Run`."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import citymatch as cm
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

COLUMNS = ["challenge_id", "solution_id", "rank", "score"]


@pytest.fixture
def run(matcher: cm.Matcher, challenges: list[cm.Challenge]) -> cm.Run:
    return matcher.find_all(challenges)


def test_one_matches_a_challenge(
    run: cm.Run, matcher: cm.Matcher, challenges: list[cm.Challenge]
) -> None:
    assert (
        len(run),
        [matches.challenge_id for matches in run],
        [len(matches) for matches in run],
    ) == (3, ["c1", "c 2", "c3"], [3, 3, 0])
    for matches, challenge in zip(run, challenges, strict=True):
        assert list(matches) == list(matcher.find(challenge))
    assert run[-1].challenge_id == "c3" and [matches.challenge_id for matches in run[:2]] == [
        "c1",
        "c 2",
    ]
    assert run[0].explain(0).value == run[0][0].score
    assert (
        repr(run) == "<Run: 3 challenges, 6 matches>"
        and "<caption>Run of 3 challenges</caption>" in run._repr_html_()
    )
    with pytest.raises(IndexError):
        run[3]


def test_to_dict_has_every_challenge(run: cm.Run) -> None:
    found = run.to_dict()
    assert list(found) == ["c1", "c 2", "c3"] and found["c3"] == {}
    assert found["c1"] == {match.solution_id: match.score for match in run[0]}


def test_frames(run: cm.Run) -> None:
    rows = [
        (matches.challenge_id, found.solution_id, found.rank, found.score)
        for matches in run
        for found in matches
    ]
    assert len(rows) == 6
    table, frame, polars = run.to_arrow(), run.to_pandas(), run.to_polars()
    assert list(zip(table.column_names, table.schema.types, strict=True)) == list(
        zip(COLUMNS, [pa.string(), pa.string(), pa.int64(), pa.float64()], strict=True)
    )
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    assert list(frame.columns) == COLUMNS and (
        str(frame["rank"].dtype),
        str(frame["score"].dtype),
    ) == ("int64", "float64")
    assert list(frame.itertuples(index=False, name=None)) == rows
    assert polars.rows() == rows and polars.schema == {
        "challenge_id": pl.String,
        "solution_id": pl.String,
        "rank": pl.Int64,
        "score": pl.Float64,
    }
    assert pl.DataFrame(run).equals(polars) and pa.table(run).equals(table)
    empty = cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "T")])
    assert (empty.to_arrow().num_rows, empty.to_polars().shape, empty.to_pandas().shape) == (
        0,
        (0, 4),
        (0, 4),
    )
    assert empty.to_polars().schema == polars.schema


def test_a_requested_schema_is_given(run: cm.Run) -> None:
    schema = pa.schema(
        [
            ("challenge_id", pa.large_string()),
            ("solution_id", pa.large_string()),
            ("rank", pa.int32()),
            ("score", pa.float32()),
        ]
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
    challenges = [
        cm.Challenge(f"c{i}", question=f"agua de lluvia {i} toilets resíduos") for i in range(100)
    ]
    for name, own, of_call in [
        ("one", 1, None),
        ("two", 2, None),
        ("call", 1, 2),
        ("default", None, None),
    ]:
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
    "arrow": lambda challenges: pa.Table.from_pylist(
        [{"language": None, **challenge.to_dict()} for challenge in challenges]
    ),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_challenges_from_everywhere(
    matcher: cm.Matcher, challenges: list[cm.Challenge], run: cm.Run, source: Any
) -> None:
    assert matcher.find_all(source(challenges)).to_dict() == run.to_dict()
    assert [matches.challenge_id for matches in matcher.find_each(source(challenges))] == [
        "c1",
        "c 2",
        "c3",
    ]


TEXTS = ["¿Cómo retener el agua de lluvia?", "How can toilets do without sewers?"]
ASKS: dict[str, Any] = {
    "list": TEXTS,
    "tuple": tuple(TEXTS),
    "generator": (text for text in TEXTS),
    "numpy": np.array(TEXTS),
    "pandas_series": pd.Series(TEXTS),
    "pandas_filtered_series": pd.Series(["x", *TEXTS])[1:],
    "pandas_column": pd.DataFrame({"question": TEXTS})["question"],
    "polars_series": pl.Series(TEXTS),
    "pyarrow_array": pa.array(TEXTS),
    "pyarrow_column": pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
    "mappings": [{"question": text} for text in TEXTS],
    "mixed": [TEXTS[0], {"question": TEXTS[1]}],
    "pandas_frame": pd.DataFrame({"question": TEXTS}),
    "pandas_frame_of_objects": pd.DataFrame({"question": TEXTS, "note": [1, "x"]}),
    "polars_frame": pl.DataFrame({"question": TEXTS}),
    "pyarrow_table": pa.table({"question": TEXTS, "id": [None, ""]}),
}


@pytest.mark.parametrize("name", ASKS)
def test_texts_and_challenges_without_ids(matcher: cm.Matcher, name: str) -> None:
    asks = ASKS[name]
    run = matcher.find_all(asks)
    assert [matches.challenge_id for matches in run] == ["1", "2"]
    for matches, text in zip(run, TEXTS, strict=True):
        alone = matcher.find(text)
        assert [(found.solution_id, found.score) for found in matches] == [
            (found.solution_id, found.score) for found in alone
        ]
    if name != "generator":
        assert [list(matches) for matches in matcher.find_each(asks)] == [
            list(matches) for matches in run
        ]


def test_one_text_is_a_list_of_one(matcher: cm.Matcher) -> None:
    assert list(matcher.find_all("agua de lluvia").to_dict()) == ["1"]
    assert [matches.challenge_id for matches in matcher.find_each("agua")] == ["1"]


@pytest.mark.parametrize(
    ("asks", "row", "field"),
    [
        (["agua", None], 2, "challenge"),
        (["agua", " "], 2, "question"),
        (pd.Series(["agua", None]), 2, "challenge"),
        (["agua", "a\ud800"], 2, "question"),
        ([{"id": "2", "question": "agua"}, "agua"], 2, "id"),
    ],
    ids=["none", "blank", "series_with_a_gap", "surrogate", "a_place_that_is_an_id"],
)
def test_a_wrong_text_names_its_row(matcher: cm.Matcher, asks: Any, row: int, field: str) -> None:
    with pytest.raises(cm.InvalidDataError, match=f"^row {row}: ") as error:
        matcher.find_all(asks)
    assert (error.value.row, error.value.field) == (row, field)


def test_a_lazy_frame_says_what_to_call(matcher: cm.Matcher) -> None:
    asks: Any = pl.LazyFrame({"question": ["agua"]})
    for call in (matcher.find_all, matcher.find_each, cm.Catalogue.create().add):
        with pytest.raises(
            TypeError, match=r"not `LazyFrame`; its method collect\(\) makes a table"
        ):
            call(asks)


RULES = {"countries": ["BO"], "unknown": "bar"}


@pytest.mark.parametrize(
    "rules", [RULES, cm.Eligibility.from_dict(RULES)], ids=["mapping", "object"]
)
def test_rules_of_a_call_hold_for_each_challenge(matcher: cm.Matcher, rules: Any) -> None:
    own = cm.Challenge("c2", "agua", eligibility={"excluded": ["s2"]})
    run = matcher.find_all(["agua", own], eligibility=rules)
    for matches in (*run, *matcher.find_each(["agua", own], eligibility=rules)):
        assert [found.solution_id for found in matches] == ["s2"], "in place of the challenge's own"
        assert [barred.solution_id for barred in matches.ineligible] == ["s1", "s3"]
        assert matches.ineligible == matcher.find("agua", eligibility=rules).ineligible
    for call in (matcher.find_all, matcher.find_each):
        with pytest.raises(cm.InvalidDataError, match="contries"):
            call([], eligibility={"contries": ["BO"]})


def test_fields_beside_the_matches(run: cm.Run) -> None:
    fields = ["title", "answered", "stage", "cost"]
    columns = [*COLUMNS, "answered", "title", "stage", "cost.amount", "cost.currency"]
    table, frame, polars = (
        run.to_arrow(fields=fields),
        run.to_pandas(fields=fields),
        run.to_polars(fields=fields),
    )
    assert table.column_names == list(frame.columns) == polars.columns == columns
    assert polars.to_dicts() == table.to_pylist()
    solutions = [found.solution for matches in run for found in matches]
    assert table.column("title").to_pylist() == [solution.title for solution in solutions]
    assert table.column("stage").to_pylist() == [solution.stage for solution in solutions]
    assert table.column("answered").to_pylist() == [
        matches.answered for matches in run for _ in matches
    ]
    assert run.to_arrow(fields=[]).equals(run.to_arrow()) and run.to_arrow(fields=COLUMNS).equals(
        run.to_arrow()
    )
    with pytest.raises(cm.InvalidOptionError, match="`fields` cannot be `titel`"):
        run.to_pandas(fields=["titel"])


def test_fields_of_an_empty_run() -> None:
    empty = cm.Matcher(cm.Catalogue.create()).find_all(["agua"])
    for run in (empty, empty[0], cm.Matcher(cm.Catalogue.create()).find_all([])):
        table = run.to_arrow(fields=["title", "phone", "answered"])
        assert (table.num_rows, table.column_names) == (0, [*COLUMNS, "answered", "title", "phone"])


def test_html_has_20_rows_and_the_verdicts(matcher: cm.Matcher, run: cm.Run) -> None:
    html = run._repr_html_()
    assert ">answered</th>" in html and [matches.answered for matches in run] == [True, True, None]
    assert html.count(">yes</td>") == 2
    many = matcher.find_all(["agua"] * 50)._repr_html_()
    assert many.count("<tr>") == 21 and "Run of 50 challenges: the first 20, and 30 more" in many
    assert "more" not in matcher.find_all(["agua"] * 20)._repr_html_()


def test_stored_challenges(
    catalogue: cm.Catalogue, challenges: list[cm.Challenge], run: cm.Run
) -> None:
    catalogue.add_challenges(challenges)
    assert cm.Matcher(catalogue).find_all(catalogue.challenges).to_dict() == run.to_dict()


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (cm.Challenge("c1", "T"), "id"),
        ({"id": "x"}, "title"),
        ({"id": "x", "title": "a\ud800"}, "title"),
        ("", "question"),
        (None, "challenge"),
        (5, "challenge"),
    ],
    ids=["same_id", "no_text", "surrogate", "empty_text", "none", "number"],
)
def test_a_bad_challenge_names_its_row(
    matcher: cm.Matcher, challenges: list[cm.Challenge], bad: Any, field: str
) -> None:
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
        yield {"id": "c2"}  # without a text
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
    matcher: cm.Matcher,
    challenges: list[cm.Challenge],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
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


def test_an_exception_in_the_progress_ends_it(
    matcher: cm.Matcher, challenges: list[cm.Challenge]
) -> None:
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


def test_signals_are_columns_and_add_up(catalogue: cm.Catalogue) -> None:
    challenges = [cm.Challenge("c1", "¿Cómo retener la lluvia en las aceras?", language="es")]
    matcher = cm.Matcher(catalogue)
    run = matcher.find_all(challenges, limit=3)
    table = run.to_arrow(signals=True)
    assert table.column_names[:4] == ["challenge_id", "solution_id", "rank", "score"]
    assert table.column_names[4:] == ["words", "related", "meaning", "subject"]
    weights = matcher.weights
    for row, found in zip(table.to_pylist(), run[0], strict=True):
        assert found.signals == {name: row[name] for name in ("words", "related", "meaning", "subject")}
        same = found.solution.detected_language == "es"
        counted = {name: weight["same"] if same else weight["other"] for name, weight in weights.items()}
        raw = sum(counted[name] * value for name, value in found.signals.items())
        explained = matcher.explain(challenges[0], found.solution_id).children[0].value
        assert raw == pytest.approx(explained, abs=1e-12)
    one = cm.Matcher(catalogue, weights={"words": 1}).find_all(challenges)
    assert one.to_pandas(signals=True, fields=["title"]).columns.tolist()[4:] == ["words", "title"]
    assert pickle.loads(pickle.dumps(run))[0][0].signals == run[0][0].signals


def test_the_verdict_compares_a_raw_score_with_a_threshold(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(catalogue)
    for question in ("¿Cómo retener la lluvia en las aceras?", "violines para orquestas juveniles"):
        matches = matcher.find(question)
        assert matches.answer_score is not None and matcher.answer_threshold is not None
        assert matches.answered == (matches.answer_score >= matcher.answer_threshold)
    assert cm.Matcher(catalogue, weights={"words": 1}).answer_threshold is None
    assert cm.Matcher(cm.Catalogue.create()).find("lluvia en aceras").answer_score is None
