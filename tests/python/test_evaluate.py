"""Runs against judgements: our measures and those of ir-measures are each other's judge."""

import builtins
import pickle
import random
from collections import namedtuple
from pathlib import Path
from typing import Any

import citymatch as cm
import ir_measures
import pandas
import polars
import pyarrow
import pytest

MEASURES = [
    "nDCG@10",
    "nDCG@3",
    "nDCG",
    "RR",
    "RR@3",
    "RR(rel=2)",
    "AP",
    "AP@5",
    "AP(rel=2)",
    "P@5",
    "P(rel=2)@5",
    "R@5",
    "R(rel=2)@10",
    "Success@1",
    "Success@5",
]
QRELS = {"c1": {"s1": 2, "s2": 0}, "c2": {"s1": 1}, "c4": {"s1": 1}}
RUN = {"c1": {"s1": 0.9, "s2": 0.8}, "c2": {"s1": 0.7}, "c3": {"s1": 0.7}}


def collection(seed: int) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Random judgements and a random run, with all that can be odd about them."""
    chance = random.Random(seed)
    solutions = [f"s{i}" for i in range(30)]
    qrels = {
        f"c{i}": {s: chance.choice([-1, 0, 0, 1, 2, 3]) for s in chance.sample(solutions, 12)}
        for i in range(20)
    }
    qrels["c19"] = {"s1": 0}
    run = {
        f"c{i}": {s: chance.random() for s in chance.sample(solutions, chance.randint(1, 30))}
        for i in range(3, 23)
    }
    return qrels, run


@pytest.mark.parametrize("seed", range(3))
def test_values_are_those_of_ir_measures(seed: int) -> None:
    qrels, run = collection(seed)
    found = cm.evaluate(qrels, run, MEASURES)
    parsed = {ir_measures.parse_measure(name): name for name in MEASURES}
    means = ir_measures.calc_aggregate(list(parsed), qrels, run)
    assert found == pytest.approx({parsed[own]: mean for own, mean in means.items()}, abs=1e-9)
    compared = 0
    for own in ir_measures.iter_calc(list(parsed), qrels, run):
        assert found.values_of[parsed[own.measure]][own.query_id] == pytest.approx(own.value, abs=1e-9)
        compared += 1
    assert compared == len(MEASURES) * len(qrels)


def test_other_measures_come_from_ir_measures() -> None:
    qrels, run = collection(7)
    names = ["Rprec", "nDCG@10", "Judged@5"]
    found = cm.evaluate(qrels, run, names)
    assert list(found) == names
    means = ir_measures.calc_aggregate([ir_measures.parse_measure(name) for name in names], qrels, run)
    assert found == pytest.approx({str(own): mean for own, mean in means.items()}, abs=1e-9)
    assert found.intervals["Rprec"] is not None
    assert cm.evaluate(qrels, run, [ir_measures.Rprec])["Rprec"] == found["Rprec"]


def test_without_ir_measures_an_unknown_measure_says_how_to_get_it(monkeypatch: Any) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "ir_measures":
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert cm.evaluate(QRELS, RUN, ["RR"])["RR"] == pytest.approx(2 / 3)
    with pytest.raises(cm.InvalidOptionError, match=r"`Rprec`.*pip install 'citymatch\[evaluation\]'"):
        cm.evaluate(QRELS, RUN, ["Rprec"])


def test_ties_are_broken_by_id_in_every_measure() -> None:
    qrels = {"c1": {"b": 1, "a": 0}, "c2": {"a": 1}}
    run = {"c1": {"b": 0.5, "a": 0.5}, "c2": {"a": 0.1}}
    found = cm.evaluate(qrels, run, ["RR", "Rprec"])
    assert found.values_of == {"RR": {"c1": 0.5, "c2": 1.0}, "Rprec": {"c1": 0.0, "c2": 1.0}}


Qrel = namedtuple("Qrel", "query_id doc_id relevance iteration")
TRIPLES = [(c, s, grade) for c, grades in QRELS.items() for s, grade in grades.items()]
COLUMNS = {
    "challenge_id": [c for c, *_ in TRIPLES],
    "solution_id": [s for _, s, _ in TRIPLES],
    "grade": [grade for *_, grade in TRIPLES],
}


def trec(folder: Path) -> Path:
    path = folder / "qrels.txt"
    path.write_text("".join(f"{c} 0 {s} {grade}\n" for c, s, grade in TRIPLES))
    return path


@pytest.mark.parametrize(
    "given",
    [
        lambda _: TRIPLES,
        lambda _: iter([list(triple) for triple in TRIPLES]),
        lambda _: [Qrel(c, s, grade, "0") for c, s, grade in TRIPLES],
        lambda _: pandas.DataFrame(COLUMNS),
        lambda _: polars.DataFrame(COLUMNS),
        lambda _: pyarrow.table(COLUMNS),
        lambda _: pandas.DataFrame(COLUMNS).set_axis(["query_id", "doc_id", "relevance"], axis=1),
        lambda _: pandas.DataFrame({**COLUMNS, "grade": [2.0, 0.0, 1.0, 1.0]}),
        trec,
        lambda folder: str(trec(folder)),
    ],
)
def test_judgements_come_in_many_forms(given: Any, tmp_path: Path) -> None:
    assert cm.evaluate(given(tmp_path), RUN).values_of == cm.evaluate(QRELS, RUN).values_of


def test_runs_come_in_many_forms(tmp_path: Path) -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": "s 1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
    run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "rain"), cm.Challenge("c2", "the of")])
    assert len(run[1]) == 0
    qrels = {"c1": {"s 1": 1}, "c2": {"s2": 1}}
    expected = cm.evaluate(qrels, run)
    assert expected["RR"] == 0.5 and expected.missing == []
    path = tmp_path / "run.txt"
    run.to_trec(path)
    assert cm.evaluate(qrels, run.to_dict()).values_of == expected.values_of
    # Files and tables have no challenge that found nothing: it is missing, and counts as 0 too.
    for form in (path, str(path), run.to_pandas(), run.to_polars(), run.to_arrow()):
        found = cm.evaluate(qrels, form)
        assert found.values_of == expected.values_of and found.missing == ["c2"]


def test_what_counts_and_what_does_not() -> None:
    found = cm.evaluate(QRELS, RUN, ["RR"])
    assert found == {"RR": pytest.approx(2 / 3)}
    assert found.intervals["RR"] == pytest.approx((0.0, 1.0))
    assert (found.unjudged, found.missing, found.judged_share) == (["c3"], ["c4"], 1.0)
    assert found.notes == [
        "3 judged challenges",
        "1 challenge of the run has no judgement and does not count",
        "1 judged challenge is not in the run, and counted as 0",
    ]
    assert cm.evaluate(QRELS, RUN, "RR") == found
    assert pickle.loads(pickle.dumps(found)).notes == found.notes
    assert "3 judged challenges" in found._repr_html_() and "<table>" in found._repr_html_()


def test_a_comparison_shows_its_interval_before_its_p_value() -> None:
    qrels = {f"c{i:02}": {"s1": 1} for i in range(30)}
    good = {c: {"s1": 0.9, "s2": 0.5} for c in qrels}
    mixed = {c: {"s1": 0.9 if i % 3 else 0.1, "s2": 0.5} for i, c in enumerate(qrels)}
    comparison = cm.compare(qrels, good, mixed, ["RR", "P@1"])
    difference = comparison["RR"]
    assert difference.difference == pytest.approx(10 * 0.5 / 30)
    low, high = difference.interval
    assert 0.05 < low < difference.difference < high < 0.3
    assert (difference.better, difference.worse) == (10, 0) and difference.p_value < 0.01
    assert cm.compare(qrels, good, mixed, ["RR", "P@1"]) == comparison
    head = comparison.to_markdown().splitlines()[0]
    assert head.index("95 %") < head.index("| p |")
    latex = comparison.to_latex()
    assert latex.startswith(r"\begin{tabular}{lrrrrrrr}") and r"95 \%" in latex and r"P@1 &" in latex
    assert str(comparison).splitlines()[1].startswith("RR")
    assert pickle.loads(pickle.dumps(comparison)) == comparison
    mirrored = cm.compare(qrels, mixed, good, ["RR"])["RR"]
    assert mirrored.difference == pytest.approx(-difference.difference)


@pytest.mark.parametrize(
    ("qrels", "run", "measures", "message"),
    [
        (QRELS, RUN, ["nDGC@10"], "`measures` cannot be `nDGC@10`"),
        (QRELS, RUN, [], "`measures` cannot be `empty`"),
        (QRELS, RUN, 3, "`measures` cannot be `int`"),
        (QRELS, {}, ["RR"], "`run` cannot be `empty`"),
        ({}, RUN, ["RR"], "`qrels` cannot be `empty`"),
        ({"c1": {"s1": 0}}, RUN, ["RR"], "`qrels` cannot be `grades of at most 0`"),
        ({"x": {"s1": 1}}, RUN, ["RR"], "`qrels` cannot be `judgements of x` .*challenges of the run, as c1"),
        ({"x": {"s1": 1}}, RUN, ["Rprec"], "`qrels` cannot be `judgements of x`"),
        ({"c1": 1}, RUN, ["RR"], "`qrels` cannot be `c1: 1`"),
        ({"c1": {"s1": 1.5}}, RUN, ["RR"], "`grade 1.5 for c1 and s1` .*whole number"),
        ({"c1": {"s1": "2"}}, RUN, ["RR"], "`grade 2 for c1 and s1`"),
        ([("c1", "s1", 1), ("c1", "s1", 2)], RUN, ["RR"], "`grade 2 for c1 and s1` .*1, as before"),
        ([("c1", "s1")], RUN, ["RR"], "`qrels` cannot be `tuple`"),
        (7, RUN, ["RR"], "`qrels` cannot be `7`"),
        (pandas.DataFrame({"a": [1]}), RUN, ["RR"], "`a table with the columns a`"),
        (QRELS, {"c1": {"s1": float("nan")}}, ["RR"], "`score nan`"),
        (QRELS, [("c1", "s1", 0.1), ("c1", "s1", 0.2)], ["RR"], "`s1 twice for c1`"),
        ({None: {"s1": 1}}, RUN, ["RR"], "`NoneType` .*ids"),
    ],
)
def test_wrong_arguments_are_named(qrels: Any, run: Any, measures: Any, message: str) -> None:
    with pytest.raises(cm.InvalidOptionError, match=message):
        cm.evaluate(qrels, run, measures)


def test_wrong_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("c1 0 s1\n")
    with pytest.raises(cm.InvalidDataError, match="row 1: `grade` cannot be `s1`"):
        cm.evaluate(path, RUN)
    with pytest.raises(FileNotFoundError):
        cm.evaluate(tmp_path / "none", RUN)
    with pytest.raises(cm.InvalidOptionError, match="`against` cannot be `empty`"):
        cm.compare(QRELS, RUN, {}, ["RR"])
    with pytest.raises(cm.InvalidOptionError, match="judgements of one challenge"):
        cm.compare({"c1": {"s1": 1}}, RUN, RUN, ["RR"])
