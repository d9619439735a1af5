"""Other ways to rank the same texts, as a careful user would set them up. All but LanceDB and txtai are told the language of every text."""
import re
import unicodedata

import bm25s
import lancedb
import numpy as np
import Stemmer
import tantivy
from txtai import Embeddings

from engine import DEPTH, WORK, vectors
from judged import ROOT, Judged, Row, text
from measures import Run, ranked
from tantivy_by_language import LANGUAGES, empty_index

STEMMERS = {code: Stemmer.Stemmer(name) for code, name in LANGUAGES.items()}


def stop_words(code: str) -> set[str]:
    """Snowball's list: words before a `|`."""
    file = ROOT / f"crates/citymatch/src/language/stop/{code}.txt"
    return {word for line in file.read_text(encoding="utf-8").splitlines() for word in line.split("|")[0].split()}


STOP = {code: stop_words(code) for code in LANGUAGES}


def stems(row: Row) -> list[str]:
    """Words less stop words, stemmed in the text's own language, accents folded last."""
    code = str(row["language"])
    words = [word for word in re.findall(r"\w+", text(row).lower()) if word not in STOP[code]]
    return [fold(stem) for stem in STEMMERS[code].stemWords(words)]


def fold(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def with_bm25s(judged: Judged) -> Run:
    """bm25s: one index over the stems of all languages, Lucene's BM25, k1 1.2, b .75."""
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index([stems(row) for row in judged.solutions], show_progress=False)
    ids = [str(row["id"]) for row in judged.solutions]
    depth, run = min(DEPTH, len(ids)), {}
    for challenge in judged.challenges:
        found, scores = index.retrieve([stems(challenge)], k=depth, show_progress=False)
        run[str(challenge["id"])] = {ids[place]: float(score) for place, score in zip(found[0], scores[0]) if score > 0}
    return run


def with_tantivy(judged: Judged) -> Run:
    """tantivy-py: one field a language with its stemmer and stop words, the ask through the query parser over all fields."""
    index = empty_index()
    writer = index.writer()
    for row in judged.solutions:
        writer.add_document(tantivy.Document(**{"id": [str(row["id"])], str(row["language"]): [text(row)]}))
    writer.commit()
    index.reload()
    searcher, run = index.searcher(), {}
    for challenge in judged.challenges:
        plain = " ".join(re.findall(r"\w+", text(challenge).lower()))       # no operators
        query = index.parse_query(plain, list(LANGUAGES))
        hits = searcher.search(query, DEPTH).hits
        run[str(challenge["id"])] = {searcher.doc(address)["id"][0]: score for score, address in hits}
    return run


def fused(first: Run, second: Run, k: int = 60) -> Run:
    """Reciprocal rank fusion."""
    run: Run = {}
    for one in (first, second):
        for ask, scores in one.items():
            for place, id in enumerate(ranked(scores), start=1):
                of_ask = run.setdefault(ask, {})
                of_ask[id] = of_ask.get(id, 0) + 1 / (k + place)
    return run


def with_vectors(judged: Judged) -> Run:
    """The cosine of whole texts: the built-in encoder without sentences, factors or other signals."""
    solutions, challenges = vectors(judged)
    ids = [str(row["id"]) for row in judged.solutions]
    run = {}
    for challenge, cosines in zip(judged.challenges, challenges @ solutions.T):
        best = np.argsort(-cosines, kind="stable")[:DEPTH]
        run[str(challenge["id"])] = {ids[place]: float(cosines[place]) for place in best}
    return run


def with_lancedb(judged: Judged) -> Run:
    """LanceDB's hybrid search with default settings and the same vectors, fused by its default, reciprocal ranks. It is told no language."""
    solutions, challenges = vectors(judged)
    rows = [{"id": str(row["id"]), "text": text(row), "vector": vector} for row, vector in zip(judged.solutions, solutions)]
    table = lancedb.connect(WORK / judged.name / "lance").create_table("solutions", rows, mode="overwrite")
    table.create_fts_index("text", replace=True)
    run: Run = {}
    for challenge, vector in zip(judged.challenges, challenges):
        plain = " ".join(re.findall(r"\w+", text(challenge).lower()))
        found = table.search(query_type="hybrid").vector(vector).text(plain).limit(DEPTH).to_list()
        run[str(challenge["id"])] = {row["id"]: row["_relevance_score"] for row in found}
    return run


def with_txtai(judged: Judged) -> Run:
    """txtai's hybrid search with default settings and the same vectors, fused by its default, the mean of both scores. It is told no language."""
    solutions, challenges = vectors(judged)
    texts = [text(row) for row in judged.solutions + judged.challenges]
    known = dict(zip(texts, [*solutions, *challenges]))

    def transform(wanted: list[str]) -> np.ndarray:
        return np.array([known[one] for one in wanted])
    index = Embeddings(method="external", transform=transform, hybrid=True)
    index.index((str(row["id"]), text(row)) for row in judged.solutions)
    found = index.batchsearch([text(row) for row in judged.challenges], DEPTH)
    return {str(row["id"]): dict(hits) for row, hits in zip(judged.challenges, found)}
