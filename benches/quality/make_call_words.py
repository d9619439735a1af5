"""Makes the words that are common in the frames of calls, with which `text/frame.rs` of the library tells a frame from an ask.

    python3 benches/quality/make_call_words.py TEXT_DIR      # needs the package citymatch

TEXT_DIR has es.txt.gz, pt.txt.gz and en.txt.gz, lines of licensed text: what the encoder is trained on (crates/citymatch-encoder/train/TEXT.md has
sources, licences and line ranges). Only counts of words are taken from it.

A word's evidence for the frame is the logarithm (base 2) of how much commoner it is in frames than in city texts, rounded:
* in frames: what the calls in `calls/tune/` say around their asks, if at least two calls of a language have the word, and at least as often as 12
  in 10,000 words if it is in calls/words/*.txt, the list by hand of what calls say;
* in city texts: the demo's records, and the mean of these and the licensed text where that is higher.
Evidence is 4 at most, 2 for a word that is not in the list. A word of the list that is no commoner in frames has 0: it speaks for neither.
"""
import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from functools import cache
from itertools import islice
from pathlib import Path

import call_texts
from citymatch import terms

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DEMO = ROOT / "crates/citymatch-cli/demo"
OUT = ROOT / "crates/citymatch/src/language/calls"
NAMES = {"es": "Spanish", "pt": "Portuguese", "en": "English"}
# The first and last lines of what is read: sources under CC0, CC BY, MIT and Apache-2.0 only.
LICENSED = {
    "es": [(26680, 27963), (33554, 36728), (38841, 47502)],     # justice40, bloom_housing, tico19, common_voice_cc0
    "pt": [(8153, 19363), (37650, 45000)],                      # pira_questions to tico19, common_voice_cc0
    "en": [(1, 7600), (20235, 20714), (30458, 33310), (92437, 100000)],     # pira_questions, justice40, tico19, common_voice_cc0
}
FIELDS = ("title", "question", "problem", "outcome", "beneficiaries", "summary", "description", "impact")
LISTED, ALWAYS = 12, 4      # in 10,000 words
MOST, MOST_LEARNED = 4, 2


def city_texts(language: str):
    for name in ("challenges", "translations", "unanswered", "solutions"):
        for line in open(DEMO / f"{name}.jsonl", encoding="utf-8"):
            record = json.loads(line)
            if record.get("language") == language:
                yield " ".join(record.get(field) or "" for field in FIELDS)


def licensed_texts(folder: Path, language: str):
    for first, last in LICENSED[language]:
        with gzip.open(folder / f"{language}.txt.gz", "rt", encoding="utf-8") as lines:
            yield from islice(lines, first - 1, last)


@cache
def term_of(word: str, language: str) -> str | None:
    return next(iter(terms(word, language)), None)


def terms_and_forms(text: str, language: str):
    for form in re.findall(r"\w+", text.lower()):
        if own := term_of(form, language):
            yield own, form


def counted(texts, language: str) -> Counter:
    """How often in 10,000 words each term is."""
    counts = Counter(term for text in texts for term, _ in terms_and_forms(text, language))
    total = counts.total()
    return Counter({term: 10_000 * count / total for term, count in counts.items()})


def words(folder: Path, language: str) -> dict[str, int]:
    """Each word, in its commonest form, with its evidence."""
    forms, in_calls, frames = defaultdict(Counter), defaultdict(set), Counter()
    for call in call_texts.read("tune", language):
        for term, form in terms_and_forms(" ".join(call.frame), language):
            frames[term] += 1
            forms[term][form] += 1
            in_calls[term].add(call.name)
    total = frames.total() or 1
    listed = set()
    for term, form in terms_and_forms((HERE / f"calls/words/{language}.txt").read_text(encoding="utf-8"), language):
        listed.add(term)
        forms[term][form] += 1
    city, other = counted(city_texts(language), language), counted(licensed_texts(folder, language), language)
    found = {}
    for term in listed | set(frames):
        if term.isdigit() or len(term) < 2:
            continue
        often = 10_000 * frames[term] / total
        if term in listed:
            often = max(often, LISTED - ALWAYS) + ALWAYS
        elif frames[term] < 3 or len(in_calls[term]) < 2:
            continue
        elsewhere = max(city[term], (city[term] + other[term]) / 2)
        evidence = min(round(math.log2((often + 1) / (elsewhere + 1))), MOST if term in listed else MOST_LEARNED)
        if evidence >= 1 or term in listed:
            form = min(forms[term], key=lambda form: (-forms[term][form], form))
            found[form] = max(evidence, 0)
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    for language, name in NAMES.items():
        found = words(folder, language)
        lines = [f"# Words that are common in the frames of {name} calls, by their evidence for the frame.",
                 "# Made by benches/quality/make_call_words.py: do not edit."]
        for evidence in range(MOST + 1):
            lines.append(f"{evidence} " + " ".join(sorted(form for form, own in found.items() if own == evidence)))
        (OUT / f"{language}.words.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
