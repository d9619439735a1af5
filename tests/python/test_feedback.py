"""Weights out of judgements, and what to judge next."""

import pickle
from pathlib import Path
from typing import Any

import citymatch as cm
import pandas
import polars
import pytest

NEEDS = {
    "rain": ("How can the rain stay in the gardens of the street?", "Rain gardens", "Gardens that keep the rain of the street."),
    "toilets": ("Where are dry toilets without water and sewers?", "Dry toilets", "Toilets that need neither water nor sewers."),
    "waste": ("Who collects the waste of the markets every day?", "Waste riders", "Riders who collect the waste of markets."),
    "heat": ("What cools schools in the summer heat?", "Cool roofs", "White roofs against the heat in schools."),
}
COUNT = 32


@pytest.fixture(scope="module")
def catalogue() -> cm.Catalogue:
    catalogue = cm.Catalogue.create()
    catalogue.add(
        [{"id": need, "title": title, "summary": text, "language": "en"} for need, (_, title, text) in NEEDS.items()]
    )
    return catalogue


@pytest.fixture(scope="module")
def run(catalogue: cm.Catalogue) -> cm.Run:
    needs = list(NEEDS)
    asks = [cm.Challenge(f"c{i}", question=NEEDS[needs[i % 4]][0], language="en") for i in range(COUNT)]
    return cm.Matcher(catalogue).find_all(asks)


def judged(count: int = COUNT) -> dict[str, dict[str, int]]:
    needs = list(NEEDS)
    return {f"c{i}": {need: int(need == needs[i % 4]) for need in needs} for i in range(count)}


def test_features_are_a_table(run: cm.Run) -> None:
    features = run.features(judged(1))
    table = features.to_arrow()
    names = ["challenge_id", "solution_id", "rank", "score", "same_language"]
    assert table.column_names == [*names, *features.signals, "grade"]
    assert len(features) == table.num_rows == COUNT * 4
    grades = dict(zip(table["solution_id"].to_pylist()[:4], table["grade"].to_pylist()[:4], strict=True))
    assert grades == judged(1)["c0"]
    assert table["grade"].null_count == (COUNT - 1) * 4
    assert polars.DataFrame(features).equals(features.to_polars())
    assert isinstance(features.to_pandas(), pandas.DataFrame)
    assert "grade" not in run.features().to_arrow().column_names
    first = run[0][0]
    assert first.same_language and table["words"][0].as_py() == first.signals["words"]


def test_fitted_weights_are_what_a_matcher_takes(catalogue: cm.Catalogue, run: cm.Run) -> None:
    fitted = cm.fit_weights(run, judged())
    assert list(fitted) == [own.signal for own in fitted.signals] == run.features().signals
    for own in fitted.signals:
        low, high = own.interval
        assert 0 <= low <= own.factor <= high
        assert own.weight == fitted[own.signal]
        assert own.weight["same"] == pytest.approx(own.factor * own.built_in["same"])
    assert (fitted.challenges, fitted.pairs) == (COUNT, COUNT * 4)
    # The built-in weights already rank these as well as can be.
    assert fitted.gain.built_in == 1.0 and not fitted.gain.shown
    assert str(fitted.gain).startswith("no gain that the folds show")
    matcher = cm.Matcher(catalogue, weights=fitted)
    assert {name: weight for name, weight in matcher.weights.items() if any(weight.values())} == fitted
    matches = matcher.find(NEEDS["rain"][0])
    assert matches[0].solution_id == "rain"
    explained = matches.explain(0)
    assert explained.value == matches[0].score
    details = explained.details
    assert details["slope"] == pytest.approx(fitted.calibration.slope)
    assert matches.answered is None


def test_fitted_weights_survive_a_pickle(tmp_path: Path, run: cm.Run) -> None:
    fitted = cm.fit_weights(run, judged())
    again = pickle.loads(pickle.dumps(fitted))
    assert again == fitted and again.logistic == fitted.logistic and again.notes == fitted.notes
    catalogue = cm.Catalogue.create(tmp_path / "c.cm")
    catalogue.add([{"id": "s1", "title": "Rain gardens in the street"}])
    matcher = cm.Matcher(catalogue, weights=fitted)
    ask = "How can the rain stay in the gardens?"
    copy = pickle.loads(pickle.dumps(matcher))
    assert copy.find(ask)[0].score == matcher.find(ask)[0].score
    plain = cm.Matcher(catalogue, weights=dict(fitted))
    assert plain.find(ask)[0].score != matcher.find(ask)[0].score
    matches = matcher.find_all([ask])
    assert pickle.loads(pickle.dumps(matches)).features().to_arrow() == matches.features().to_arrow()


def test_fitted_weights_show_themselves(run: cm.Run) -> None:
    fitted = cm.fit_weights(run, judged())
    assert "| words |" in fitted.to_markdown() and "no gain" in fitted.to_markdown().lower()
    assert r"\begin{tabular}" in fitted.to_latex() and "held-out" in fitted.to_latex()
    assert "words" in str(fitted) and "<table>" in fitted._repr_html_()


def test_options_of_a_fit(run: cm.Run) -> None:
    useful = {c: {s: g for s, g in grades.items() if g} for c, grades in judged().items()}
    with pytest.raises(cm.InvalidOptionError, match="`1 for every pair`.*`unjudged` of 0"):
        cm.fit_weights(run, useful)
    fitted = cm.fit_weights(run, useful, unjudged=0)
    assert fitted.signals == cm.fit_weights(run, judged()).signals
    tied = cm.fit_weights(run, judged(), deviation=0.01, folds=10)
    assert all(abs(own.factor - 1) < 0.02 for own in tied.signals)
    triples = [(c, s, g) for c, grades in judged().items() for s, g in grades.items()]
    assert cm.fit_weights(run, triples) == cm.fit_weights(run, judged())


@pytest.mark.parametrize(
    ("qrels", "options", "message"),
    [
        ({}, {}, "`qrels` cannot be `empty`"),
        (judged(1), {}, "`judgements of 1 challenge` .*20 or more challenges"),
        (judged(19), {}, "`judgements of 19 challenges` .*20 or more challenges"),
        ({**judged(), "reto": {"rain": 1}}, {}, "`judgements of the challenge reto` .*challenges of the run"),
        ({**judged(), "c0": {"rian": 1}}, {}, "`a judgement of the solution rian for c0` .*solutions of the catalogue"),
        ({c: dict.fromkeys(g, 2) for c, g in judged().items()}, {}, "`2 for every pair`"),
        (judged(), {"deviation": -1}, "`deviation` cannot be `-1`"),
        (judged(), {"folds": 1}, "`folds` cannot be `1` .*2 to 20"),
        (judged(), {"unjudged": "no"}, "`unjudged` cannot be `no`"),
    ],
)
def test_judgements_that_teach_nothing_are_refused(run: cm.Run, qrels: Any, options: Any, message: str) -> None:
    with pytest.raises(cm.InvalidOptionError, match=message):
        cm.fit_weights(run, qrels, **options)


def test_an_empty_run_is_refused(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(catalogue)
    for empty in (matcher.find_all([]), matcher.find_all([cm.Challenge("c0", "the of")])):
        with pytest.raises(cm.InvalidOptionError, match="`run` cannot be `(empty|without matches)`"):
            cm.fit_weights(empty, judged())
        with pytest.raises(cm.InvalidOptionError, match="`run` cannot be `(empty|without matches)`"):
            empty.next_to_judge()
        assert len(empty.features()) == 0


def test_what_to_judge_next(run: cm.Run) -> None:
    pairs = run.next_to_judge(12)
    assert len(pairs) == 12 and not pairs.enough
    assert len({pair.challenge_id for pair in pairs}) == 12
    assert "20 more are needed" in pairs.sentence and pairs.curve == ()
    assert pairs[0].value >= pairs[-1].value > 0 and len(pairs[:3]) == 3
    some = judged(COUNT)
    del some["c31"], some["c30"]["rain"]
    rest = run.next_to_judge(100, some)
    assert {(pair.challenge_id, pair.solution_id) for pair in rest} == {("c30", "rain"), *(("c31", need) for need in NEEDS)}
    assert [point.challenges for point in rest.curve] == [15, 31, 62, 124]
    assert rest.enough == (rest.curve[1].loss - rest.curve[2].loss < 0.001)
    done = run.next_to_judge(5, judged())
    assert (len(done), done.enough, done.sentence) == (0, True, "every pair of the run was judged")
    assert list(run.next_to_judge(12)) == list(pairs)
    assert "<table>" in pairs._repr_html_()
    with pytest.raises(cm.InvalidOptionError, match="`n` cannot be `0`"):
        run.next_to_judge(0)
    with pytest.raises(cm.InvalidOptionError, match="challenge reto"):
        run.next_to_judge(5, {"reto": {"rain": 1}})
