"""The explorer without a browser: its values, what it sends, and what it does about what it gets."""

from __future__ import annotations

import builtins
import doctest
import gc
import importlib
import json
import pickle
import shutil
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import citymatch as cm
import pytest
from citymatch import explorer as module
from citymatch.explorer import Explorer
from test_notebook import HOSTILE, QUESTION, Page, hostile_catalogue

SOLUTIONS: list[dict[str, Any]] = [
    {"id": "gardens", "title": "Jardines de lluvia", "description": "Retienen el agua de lluvia en las aceras.",
     "stage": "pilot", "city": "Quito", "country": "EC"},
    {"id": "barrels", "title": "Rain barrels", "description": "Barrels keep the rain of the roofs.", "stage": "idea", "themes": ["water"]},
    {"id": "toilets", "title": "Dry toilets", "description": "Toilets that need neither water nor sewers."},
]
CHALLENGES = [
    cm.Challenge("rain", "Lluvia", question="¿Cómo retener el agua de lluvia en las aceras?", themes=["water"]),
    cm.Challenge("sewers", question="How can toilets do without water and sewers?"),
]


def filled(catalogue: cm.Catalogue) -> cm.Catalogue:
    catalogue.add(SOLUTIONS)
    catalogue.add_challenges(CHALLENGES)
    return catalogue


@pytest.fixture
def catalogue() -> cm.Catalogue:
    return filled(cm.Catalogue.create())


@pytest.fixture
def explorer(catalogue: cm.Catalogue) -> Explorer:
    return Explorer(cm.Matcher(catalogue), CHALLENGES)


def browser_sets(explorer: Explorer, **state: Any) -> None:
    """What a browser sends when something is chosen, moved or judged."""
    explorer.set_state({f"_{name}": value for name, value in state.items()})


def ranking(explorer: Explorer) -> list[tuple[str, float]]:
    return [(match["id"], match["score"]) for match in explorer._shown["matches"]]


def found(matches: cm.Matches) -> list[tuple[str, float]]:
    return [(match.solution_id, match.score) for match in matches]


def first_state(explorer: Explorer) -> bytes:
    """What is sent when an explorer is first shown."""
    return json.dumps(explorer.get_state(), ensure_ascii=False, default=str).encode()


def picture(explorer: Explorer) -> str:
    """What a saved notebook has beside the widget."""
    bundle = explorer._repr_mimebundle_()
    assert bundle is not None and "application/vnd.jupyter.widget-view+json" in bundle[0]
    html: str = bundle[0]["text/html"]
    return html


def test_thumbs_become_judgements(explorer: Explorer) -> None:
    browser_sets(explorer, thumbs={"id": "rain", "grades": {"gardens": 1, "toilets": 0}})
    browser_sets(explorer, chosen=1)
    assert explorer._thumbs == {"id": "sewers", "grades": {}}
    browser_sets(explorer, thumbs={"id": "sewers", "grades": {"toilets": 1}})
    assert explorer.judgements == {"rain": {"gardens": 1, "toilets": 0}, "sewers": {"toilets": 1}} and explorer._judged == 3
    browser_sets(explorer, thumbs={"id": "sewers", "grades": {}})
    assert explorer.judgements == {"rain": {"gardens": 1, "toilets": 0}}
    # A thumb that arrives when another challenge is shown already is one of its own challenge.
    browser_sets(explorer, thumbs={"id": "rain", "grades": {"gardens": 1}})
    assert explorer.judgements == {"rain": {"gardens": 1}} and explorer._thumbs == {"id": "sewers", "grades": {}}
    run = cm.Matcher(filled(cm.Catalogue.create())).find_all(CHALLENGES)
    assert cm.evaluate(explorer.judgements, run, ["RR"])["RR"] == 1


def test_judgements_can_be_given(catalogue: cm.Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("rain 0 gardens 2\nelsewhere 0 s1 1\n", encoding="utf-8")
    explorer = Explorer(cm.Matcher(catalogue), CHALLENGES, judgements=path)
    assert explorer.judgements == {"rain": {"gardens": 2}, "elsewhere": {"s1": 1}}
    assert explorer._thumbs == {"id": "rain", "grades": {"gardens": 2}} and explorer._judged == 2
    heard: list[Any] = []
    explorer.observe(lambda change: heard.append(change["new"]), "judgements")
    explorer.judgements = [("rain", "barrels", 1)]
    assert explorer._thumbs["grades"] == {"barrels": 1} and heard == [{"rain": {"barrels": 1}}]
    with pytest.raises(cm.InvalidOptionError, match="qrels"):
        explorer.judgements = 3  # type: ignore[assignment]


@pytest.mark.parametrize("moved", [{"words": 0.0}, {"meaning": 2.0, "related": 0.05}, {"themes": 1.5, "language": 0.5}])
def test_moved_weights_rank_as_a_matcher_with_them(catalogue: cm.Catalogue, moved: dict[str, float]) -> None:
    explorer = Explorer(cm.Matcher(catalogue, languages=["es", "en"]), CHALLENGES, limit=2, at_least="pilot")
    browser_sets(explorer, sliders={**explorer._sliders, **moved})
    assert explorer.weights is not None and {signal: explorer._sliders[signal] for signal in moved} == moved
    other = cm.Matcher(catalogue, weights=explorer.weights, languages=["es", "en"])
    for place, challenge in enumerate(CHALLENGES):
        browser_sets(explorer, chosen=place)
        expected = other.find(challenge, limit=2, at_least="pilot")
        assert ranking(explorer) == found(expected) and len(expected) < 3
        assert explorer._shown["answered"] is None
    browser_sets(explorer, sliders=explorer._first_sliders)
    assert explorer.weights == cm.Matcher(catalogue).weights and explorer._shown["answered"] is not None
    assert ranking(explorer) == found(cm.Matcher(catalogue, languages=["es", "en"]).find(CHALLENGES[1], limit=2, at_least="pilot"))


def test_a_slider_moves_both_weights_of_a_signal(explorer: Explorer) -> None:
    browser_sets(explorer, sliders={**explorer._sliders, "related": 0.5, "goals": 0.3})
    assert explorer.weights is not None
    assert explorer.weights["related"] == {"same": 0.5, "other": 0.9} and explorer.weights["goals"] == {"same": 0.3, "other": 0.3}
    assert explorer.weights["meaning"] == {"same": 1, "other": 1.15}


def test_weights_can_be_set(explorer: Explorer, catalogue: cm.Catalogue) -> None:
    explorer.weights = {"words": {"same": 1, "other": 0.25}}
    assert explorer.weights["words"] == {"same": 1, "other": 0.25} and explorer._sliders["words"] == 1
    assert ranking(explorer) == found(cm.Matcher(catalogue, weights={"words": {"same": 1, "other": 0.25}}).find(CHALLENGES[0]))
    with pytest.raises(cm.InvalidOptionError, match="at least one weight above 0"):
        explorer.weights = {"words": 0}
    assert explorer.weights["words"] == {"same": 1, "other": 0.25}
    # Those of a slider that did not move stay as they are.
    browser_sets(explorer, sliders={**explorer._sliders, "goals": 0.5})
    assert explorer.weights["words"] == {"same": 1, "other": 0.25} and explorer.weights["goals"] == {"same": 0.5, "other": 0.5}
    explorer.weights = None
    assert explorer.weights == cm.Matcher(catalogue).weights and ranking(explorer) == found(cm.Matcher(catalogue).find(CHALLENGES[0]))


def test_fitted_weights_keep_their_logistic(catalogue: cm.Catalogue) -> None:
    needs = [cm.Challenge(f"c{number}", ("rain", "toilets")[number % 2]) for number in range(24)]
    run = cm.Matcher(catalogue).find_all(needs)
    qrels = {need.id: {"barrels": int(need.title == "rain"), "toilets": int(need.title != "rain")} for need in needs}
    fitted = cm.fit_weights(run, qrels)
    explorer = Explorer(cm.Matcher(catalogue, weights=fitted), CHALLENGES)
    assert ranking(explorer) == found(cm.Matcher(catalogue, weights=fitted).find(CHALLENGES[0]))
    browser_sets(explorer, sliders={**explorer._sliders, "themes": 0.5})
    assert explorer.weights is not None and getattr(explorer.weights, "logistic", None) == fitted.logistic
    assert ranking(explorer) == found(cm.Matcher(catalogue, weights=explorer.weights).find(CHALLENGES[0]))
    # As set in Python, too.
    other = Explorer(cm.Matcher(catalogue), CHALLENGES)
    other.weights = fitted
    assert ranking(other) == found(cm.Matcher(catalogue, weights=fitted).find(CHALLENGES[0]))


def test_what_is_refused_is_told_and_changes_nothing(explorer: Explorer) -> None:
    before, turn = dict(explorer._sliders), explorer._turn
    browser_sets(explorer, sliders=dict.fromkeys(before, 0.0))
    assert explorer._message == "InvalidOptionError: the weights cannot all be 0 (expected at least one weight above 0)" and explorer._turn > turn
    assert explorer._sliders == before and explorer.weights == explorer._weighing.first  # type: ignore[union-attr]
    browser_sets(explorer, chosen=2)
    assert explorer._message == "NotFoundError: no challenge 2 (expected a number below 2)"
    browser_sets(explorer, thumbs={"id": "rain", "grades": {"gardens": "good"}})
    assert "`qrels` cannot be `grade good" in explorer._message and explorer.judgements == {}
    browser_sets(explorer, chosen=1)
    assert explorer._message == "" and explorer._shown["id"] == "sewers"


def test_an_encoder_that_fails_is_told(catalogue: cm.Catalogue) -> None:
    fails = False

    def encode(texts: list[str]) -> list[list[float]]:
        if fails:
            raise RuntimeError("the model is gone")
        return [[1.0, 0.0] for _ in texts]

    matcher = cm.Matcher(catalogue, rescore=cm.Encoder("tiny", 2, encode))
    explorer = Explorer(matcher, CHALLENGES)
    fails = True
    browser_sets(explorer, sliders={**explorer._sliders, "words": 2.0})
    assert "the model is gone" in explorer._message


def test_a_run_of_a_folder_can_be_weighed(tmp_path: Path) -> None:
    catalogue = filled(cm.Catalogue.create(tmp_path / "c.cm"))
    run = cm.Matcher(catalogue).find_all(CHALLENGES, limit=1, eligibility={"excluded": ["gardens"]})
    explorer = Explorer(pickle.loads(pickle.dumps(run)))
    assert ranking(explorer) == found(run[0])
    browser_sets(explorer, sliders={**explorer._sliders, "words": 2.0})
    other = cm.Matcher(catalogue, weights=explorer.weights)
    assert ranking(explorer) == found(other.find(CHALLENGES[0], limit=1, eligibility={"excluded": ["gardens"]})) != []


def test_other_runs_keep_their_weights(catalogue: cm.Catalogue, tmp_path: Path) -> None:
    stored = filled(cm.Catalogue.create(tmp_path / "c.cm"))
    run = cm.Matcher(stored).find_all(CHALLENGES)
    kept = pickle.dumps(run)
    for of in (cm.Matcher(catalogue).find_all(CHALLENGES), run.assign(), cm.Matcher(stored).find_all([])):
        explorer = Explorer(of)
        assert explorer.weights is None and explorer._sliders is None
        with pytest.raises(cm.InvalidOptionError, match="give Explorer the matcher and the challenges"):
            explorer.weights = {"words": 1}
    # The catalogue is gone: what the run has is shown.
    del run, stored, of, explorer
    gc.collect()
    shutil.rmtree(tmp_path / "c.cm")
    gone = Explorer(pickle.loads(kept))
    assert gone.weights is None and [match["rank"] for match in gone._shown["matches"]] == [1, 2, 3]
    assert "title" not in gone._shown["matches"][0] and "gardens" in picture(gone)


def test_a_record_that_was_removed_is_not_found_again(catalogue: cm.Catalogue) -> None:
    explorer = Explorer(cm.Matcher(catalogue), CHALLENGES, judgements={"rain": {"gardens": 1}})
    catalogue.remove("gardens")
    browser_sets(explorer, chosen=0, sliders={**explorer._sliders, "words": 2.0})
    assert explorer._message == "" and "gardens" not in dict(ranking(explorer)) and explorer.judgements == {"rain": {"gardens": 1}}


def test_the_challenges_of_the_catalogue_are_the_default(catalogue: cm.Catalogue) -> None:
    explorer = Explorer(cm.Matcher(catalogue))
    assert [line[:2] for line in explorer._challenges] == [["rain", "Lluvia"], ["sewers", "How can toilets do without water and sewers?"]]
    assert [line[2] for line in explorer._challenges] == [matches.answered for matches in cm.Matcher(catalogue).find_all(CHALLENGES)]


def test_a_match_has_what_a_reader_needs(explorer: Explorer, catalogue: cm.Catalogue) -> None:
    match = explorer._shown["matches"][0]
    matches = cm.Matcher(catalogue).find(CHALLENGES[0])
    why = matches.explain(0)
    assert (match["title"], match["place"], match["stage"], match["level"]) == ("Jardines de lluvia", "Quito, EC", "pilot", matches[0].level)
    assert match["reason"] == why.reason and dict(match["parts"]) == {part.name: part.value for part in why.children[0].children if part.value > 0}
    assert match["pairs"] == [[pair.ask, pair.solution, pair.cosine] for pair in why.sentences[:2]] and match["pairs"]
    assert explorer._shown["asks"] == [["question", CHALLENGES[0].question]]


def test_nothing_to_show() -> None:
    empty = cm.Matcher(cm.Catalogue.create())
    explorer = Explorer(empty)
    assert explorer._shown is None and explorer._challenges == [] and "there are no challenges" in picture(explorer)
    browser_sets(explorer, sliders={**explorer._sliders, "words": 2.0})
    assert explorer._message == ""
    barred = Explorer(cm.Matcher(filled(cm.Catalogue.create())), CHALLENGES, eligibility={"countries": ["IS"], "unknown": "bar"})
    assert barred._shown["matches"] == [] and barred._shown["barred"] == 3


@pytest.mark.parametrize("of", ["catalogue", "run and challenges", "run and rules"])
def test_what_it_is_not_made_of(catalogue: cm.Catalogue, of: str) -> None:
    run = cm.Matcher(catalogue).find_all(CHALLENGES)
    makes = {
        "catalogue": lambda: Explorer(catalogue),  # type: ignore[arg-type]
        "run and challenges": lambda: Explorer(run, CHALLENGES),
        "run and rules": lambda: Explorer(run, at_least="pilot"),
    }
    with pytest.raises(TypeError, match="expected"):
        makes[of]()


def test_a_picture_reads_without_style_and_script(explorer: Explorer) -> None:
    browser_sets(explorer, thumbs={"id": "rain", "grades": {"gardens": 1, "toilets": 0}})
    text = " ".join("".join(Page(picture(explorer)).text).split())
    assert text.startswith("Explorer of the matches of 2 challenges. Shown: rain, Lluvia¿Cómo retener el agua")
    assert "Judged: gardens useful, toilets not useful" in text and "Jardines de lluvia" in text


def test_hostile_texts_stay_texts_and_small() -> None:
    catalogue = hostile_catalogue()
    judged = {f"{number}" + '"' * 300: 1 for number in range(60)}
    explorer = Explorer(cm.Matcher(catalogue), limit=60, judgements=dict.fromkeys(catalogue.challenges.ids(), judged))
    html = picture(explorer)
    page = Page(html)
    assert not {"script", "img", "style"} & set(page.tags) and len(html) < 50_000
    assert HOSTILE[:20] in "".join(page.text)
    # In the browser texts become text nodes: no part of the module takes them for markup.
    source = str(explorer._esm)
    assert not [name for name in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(") if name in source]
    assert source.count("http") == source.count("http://www.w3.org/2000/svg") == 1
    assert len(first_state(explorer)) < 2_000_000


def test_a_large_run_is_small_on_the_wire() -> None:
    catalogue = cm.Catalogue.create()
    catalogue.add([{"id": f"s{number}", "title": f"Rain garden {number}", "description": f"{QUESTION} Number {number}."} for number in range(60)])
    asks = [cm.Challenge(f"challenge-{number}", question=f"{number} {QUESTION * 6}") for number in range(5_000)]
    explorer = Explorer(cm.Matcher(catalogue, weights={"words": 1}), asks, limit=50)
    assert len(explorer._challenges) == 5_000 and len(explorer._shown["matches"]) == 50
    assert len(first_state(explorer)) < 2_000_000
    # Another challenge is a few kilobytes, and the list of them is not sent again.
    sent: list[Any] = []
    explorer.send_state = lambda key=None: sent.append(key)
    browser_sets(explorer, chosen=4_999)
    assert "_shown" in sent and "_challenges" not in sent and len(json.dumps(explorer._shown)) < 150_000


def test_a_closed_explorer_is_forgotten(catalogue: cm.Catalogue) -> None:
    explorer = Explorer(cm.Matcher(catalogue), CHALLENGES)
    forgotten = weakref.ref(explorer)
    explorer.close()
    del explorer
    gc.collect()
    assert forgotten() is None


def test_the_package_does_not_import_anywidget() -> None:
    script = "import sys, citymatch; citymatch.Matcher; print('anywidget' in sys.modules, 'traitlets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False False\n"


def test_without_anywidget_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "anywidget":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "citymatch.explorer")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"the explorer needs anywidget \(expected `pip install 'citymatch\[explorer\]'`\)"):
        importlib.import_module("citymatch.explorer")


def test_examples_of_the_docstrings() -> None:
    failures, tried = doctest.testmod(module)
    assert tried > 10 and failures == 0
