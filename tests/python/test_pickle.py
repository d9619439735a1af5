"""What goes through a pickle, and what says why it does not."""

import copy
import dataclasses
import pathlib
import pickle
from typing import Any

import citymatch as cm
import pytest

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
VALUES = {
    "solution": cm.Solution("s1", "T", stage="piloto", cost={"amount": 5}, extra={"note": [1, None, 2.5]}),
    "challenge": cm.Challenge("c1", "T", eligibility={"stages": ["pilot"]}, criteria={"impact": 1}, deadline="2026-05-01"),
    "eligibility": cm.Eligibility(countries=["BR"], max_cost={"amount": 5, "currency": "USD"}),
    "report": cm.AddReport(
        1,
        0,
        [cm.Rejected(None, 2, "id", "", "an id", "row 2: …")],
        [cm.FieldWarning(None, 1, "sumary", "summary", "row 1: …")],
    ),
    "reason": cm.Ineligible("s1", [cm.Reason("stages", "idea", ["pilot"])]),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values(value: Any, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(value, protocol)) == value == copy.deepcopy(value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_catalogue_and_a_matcher_are_path_and_options(stored: cm.Catalogue, protocol: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stored.path is not None
    monkeypatch.chdir(stored.path.parent)
    catalogue = cm.Catalogue.open(stored.path.name)
    matcher = cm.Matcher(catalogue, weights={"words": {"same": 2, "other": 1}}, languages=["es"], threads=1)
    pickled = pickle.dumps((catalogue, matcher), protocol)
    stored.add([{"id": "s4", "title": "agua de lluvia en las calles"}])
    monkeypatch.chdir("/")
    again, matcher_again = pickle.loads(pickled)
    assert len(again) == 4 and again.path == stored.path
    assert repr(matcher_again).split(", ", 2)[2] == repr(matcher).split(", ", 2)[2]
    assert len(matcher.find("agua de lluvia")) == 1 and len(matcher_again.find("agua de lluvia")) == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_results(stored: cm.Catalogue, challenges: list[cm.Challenge], protocol: int) -> None:
    matcher = cm.Matcher(stored)
    rules = {"stages": ["pilot"], "unknown": "bar"}
    run, matches = matcher.find_all(challenges), matcher.find(challenges[0], eligibility=rules)
    run_again, matches_again, match_again = pickle.loads(pickle.dumps((run, matches, matches[0]), protocol))
    assert run_again.to_dict() == run.to_dict() and run_again.to_arrow().equals(run.to_arrow())
    assert list(matches_again) == list(matches) and matches_again.ineligible == matches.ineligible != []
    assert match_again == matches[0] and match_again.solution == matches[0].solution
    assert run_again[0].explain(0) == run[0].explain(0)
    assert match_again.challenge_id == "c1" and match_again.to_dict() == matches[0].to_dict()
    fields = ["answered", "title"]
    assert run_again.to_arrow(fields=fields).equals(run.to_arrow(fields=fields))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_results_keep_the_rules_of_their_call(stored: cm.Catalogue, protocol: int) -> None:
    matcher = cm.Matcher(stored)
    rules = {"unknown": "bar", "countries": ["BO"]}
    run = matcher.find_all(["agua"], eligibility=rules, at_least="idea")
    again = pickle.loads(pickle.dumps(run, protocol))
    assert again[0].ineligible == run[0].ineligible and len(run[0].ineligible) == 3


def test_a_solution_that_a_catalogue_has_lost(stored: cm.Catalogue) -> None:
    run = cm.Matcher(stored).find_all(["agua"])
    pickled = pickle.dumps(run)
    stored.remove("s1")
    again = pickle.loads(pickled)
    assert again.to_arrow().num_rows == 3, "what was found is in the pickle"
    with pytest.raises(cm.NotFoundError, match="no solution `s1`"):
        again.to_arrow(fields=["title"])


def test_results_of_a_catalogue_in_memory_are_values(matcher: cm.Matcher) -> None:
    matches = pickle.loads(pickle.dumps(matcher.find("agua")))
    assert list(matches) == list(matcher.find("agua"))
    assert "<table>" in matches._repr_html_()
    for call in (lambda: matches[0].solution, lambda: matches.explain(0), lambda: matches.ineligible):
        with pytest.raises(cm.CatalogueStateError, match="in memory"):
            call()
    assert len(pickle.loads(pickle.dumps(matcher.find_all([])))) == 0


def test_in_memory_refuses_with_a_sentence(catalogue: cm.Catalogue, matcher: cm.Matcher) -> None:
    for value in (catalogue, matcher):
        with pytest.raises(TypeError, match="a catalogue in memory cannot be pickled"):
            pickle.dumps(value)


ERRORS = [
    cm.InvalidDataError("m", "f", 3, "title", "v", "e"),
    cm.InvalidOptionError("m", "limit", "0", "1 or more"),
    cm.NotFoundError("m", "s9"),
    cm.CatalogueStateError("m"),
    cm.CatalogueFormatError("m"),
    cm.EngineError("m"),
    cm.InternalError("m"),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_exceptions(error: cm.CityMatchError, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(error, protocol))
    assert (type(again), str(again), vars(again)) == (type(error), "m", vars(error))
    assert type(error).__module__ == "citymatch" and isinstance(error, cm.CityMatchError)
    assert vars(copy.copy(error)) == vars(error)



def encode(texts: list[str]) -> list[list[float]]:
    """An encoder that a pickle finds by its name."""
    return [[1.0, float(len(text))] for text in texts]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One of every public class: results as the library makes them, and plain values."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "s.csv").write_text("id,title,sumary,stage\ns1,Rain gardens,x,pilto\n,No id,,\n")
    (folder / "call.txt").write_text("¿Cómo retener el agua de lluvia en las aceras? Fecha límite: 31/12/2026")
    text = "Os jardins de chuva retêm a água da chuva nas calçadas da cidade e evitam alagamentos nas ruas."
    catalogue = cm.Catalogue.create(folder / "c.cm")
    read = cm.read_solutions(folder / "s.csv")
    with pytest.warns(cm.RejectedRowsWarning):
        report = catalogue.add(read)
    catalogue.add([{"id": "s2", "title": "Jardins", "description": text}, {"id": "s3", "title": "Jardins", "description": text, "country": "BR"}])
    catalogue.add_challenges([{"id": "c1", "question": "Como reter a água da chuva?", "themes": ["chuva"]}, {"id": "c2", "question": "Violin lessons?"}])
    matcher = cm.Matcher(catalogue)
    run = matcher.find_all(catalogue.challenges)
    spread = cm.Matcher(catalogue, diversity=0.5).find("Como reter a água da chuva?").spread
    duplicates = catalogue.duplicates()
    rain = matcher.find_all([cm.Challenge(f"q{i}", f"Rain gardens for street {i}") for i in range(25)])
    qrels = {f"q{i}": {"s1": 2, "s2": 0} for i in range(25)}
    fitted = cm.fit_weights(rain, qrels)
    judged = {"c1": {"s1": 1}, "c2": {"s2": 1}}
    comparison = cm.compare(judged, run, run, ["RR"])
    call = cm.read_call(folder / "call.txt")
    assert spread is not None and report.source is not None and len(duplicates) == 1 and call.fields
    values: list[Any] = [
        catalogue, catalogue.solutions, catalogue.challenges, catalogue["s1"], catalogue.challenges["c1"], matcher, read, cm.Encoder("e", 2, encode),
        cm.Eligibility(countries=["BR"]), cm.Diversity(0.1), run, run[0], run[0][0], run.assign(), run.features(), cm.gaps(run), spread, call, matcher.statistics(["Rain?"]),
        next(iter(call.fields.values())) if isinstance(call.fields, dict) else call.fields[0], matcher.similar("s2"), matcher.similar("s2")[0],
        run[0].explain(0), run[0].explain(0).children[0],
        report, report.rejected[0], report.warnings[0], report.unclear[0], report.source, duplicates, duplicates[0], duplicates[0].evidence,
        fitted, rain.next_to_judge(5, qrels), cm.suggest_goals("¿Cómo llevar agua potable a todas las familias del barrio?")[0],
        comparison, comparison["RR"], comparison.run,
        cm.Ineligible("s1", [cm.Reason("stages", "idea", ["pilot"])]), cm.Reason("stages", "idea", ["pilot"]), cm.Barring("c1", [cm.Reason("stages", "idea", ["pilot"])]),
        cm.Unanswered("c1", 0.42, "s7", 0.08, 3), cm.Supply("music", 2, 1, 1, 0), cm.Unassigned("c7", "taken", "taken: s1 by c2", {"s1": ["c2"]}),
        cm.Change("removed", "c1", "s2"), cm.Displaced("s1", 2, 0.8, "it is like `s2`"), cm.SideBySide("Streets stay dry.", None, None),
        cm.Agreed("city", ["Quito"]), cm.Differing("city", ["Quito"], ["Cali"]), cm.TermEvidence("alagament", "inundaciones", ["alagamentos"], {"title": 1}, 0.74),
        cm.SentenceEvidence("¿Cómo?", "Así.", 0.53), cm.ValueEvidence(["11"], ["11.5"]), cm.SubjectEvidence("inundaciones"),
        cm.FittedSignal("words", {"same": 0.5, "other": 0.0}, {"same": 1.0, "other": 0.0}, 0.5, (0.1, 0.9)), cm.Gain(0.71, 0.73, 0.02, (-0.01, 0.05)),
        cm.CalibrationBin(0.25, 0.3, 10), cm.ScoreCalibration(5.0, 0.9, True, 0.03, 0.1, ()), cm.PairToJudge("c1", "s7", 3, 0.48, 0.2),
        cm.LearningPoint(40, 0.01), cm.Implementation("s1", "Jardines de lluvia", 0.81, "strong", [{"city": "Quito", "status": "failed"}]),
        cm.Repair(pathlib.Path("saved.cm"), 3, 1, [], ["1 record: its bytes are damaged"]),
    ]  # fmt: skip
    return {type(value).__name__: value for value in values}


# A change that is being made, and the rows of a file, which is read again where they are wanted.
NOT_VALUES = {"Edit", "Records"}
# What is equal by its value, beside data classes.
EQUAL = {"Challenge", "Comparison", "Eligibility", "Evaluation", "Solution", "Statistics"}


def test_every_public_class_goes_through_a_pickle(made: dict[str, Any]) -> None:
    classes = {name for name in cm.__all__ if isinstance(getattr(cm, name), type) and not issubclass(getattr(cm, name), BaseException)}
    assert sorted(classes - set(made) - NOT_VALUES) == [], "the fixture makes one of every class"
    for name in sorted(classes - NOT_VALUES):
        value = made[name]
        for again in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
            assert type(again) is type(value), name
            assert repr(again) == repr(value), name
            if name in EQUAL or dataclasses.is_dataclass(value):
                assert again == value, name
            for form in ("to_dict", "_repr_html_"):
                if hasattr(value, form):
                    assert getattr(again, form)() == getattr(value, form)(), (name, form)


def test_an_edit_is_no_value(stored: cm.Catalogue) -> None:
    with stored.edit() as edit, pytest.raises(TypeError, match="pickle"):
        pickle.dumps(edit)
