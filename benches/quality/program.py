"""The ranking formula as a program (`rank.py`) with what citymatch adds to it since: half of `related` is proximity, a term is as near as the
nearest of its forms, and other constants.

    python program.py FOLDER_OF_RANK COLLECTION MODEL_DIR --out RUN.trec

It is started by agreement.py, in the program's own environment. `proximity` is defined in crates/citymatch/src/signal/proximity.rs.
"""
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
from scipy.sparse import csc_matrix

sys.path.insert(0, sys.argv.pop(1))
import rank  # noqa: E402
from text import Text, commonest, sentences, terms  # noqa: E402

OTHER_RELATED, OTHER_MEANING = 1.8, 1.15
STEEPNESS, MIDDLE = 4.9, 1.2
PASSAGES = 8


class NearestForm:
    """What stands in for the matrix of terms' vectors: its product with a vector is the best of each term's forms."""

    def __init__(self, vectors: np.ndarray, term_of: np.ndarray, terms: int):
        self.vectors, self.term_of, self.terms = vectors, term_of, terms

    def __matmul__(self, vector: np.ndarray) -> np.ndarray:
        best = np.full(self.terms, -1.0)
        np.maximum.at(best, self.term_of, self.vectors @ vector)
        return best


class Catalogue(rank.Catalogue):
    def __init__(self, records, encoder):
        super().__init__(records, encoder)
        passages = [passage for record in self.records for passage in self.passages_of(record)]
        self.passage_start = np.cumsum([0] + [len(self.passages_of(record)) for record in self.records])
        pairs = [(place, self.index[term]) for place, passage in enumerate(passages) for term in passage]
        places, columns = np.array(pairs).T
        lists = csc_matrix((np.ones(len(pairs)), (places, columns)), (len(passages), len(self.dictionary)))
        self.passage_lists = [lists.indices[start:end] for start, end in zip(lists.indptr, lists.indptr[1:])]
        forms = sorted({token for record in self.records for token in record.terms()})
        term_of = np.array([self.index[term] for term, _ in forms])
        self.form_vectors = NearestForm(encoder.vectors([form for _, form in forms]), term_of, len(self.dictionary))

    def passages_of(self, record: Text) -> list[set[str]]:
        split = sentences(record.title) + sentences(record.text)
        found: list[set[str]] = [set() for _ in range(min(len(split), PASSAGES) or 1)]
        for i, sentence in enumerate(split):
            found[i if len(split) <= PASSAGES else i * PASSAGES // len(split)] |= {term for term, _ in terms(sentence, record.language)}
        return found

    def evidence(self, ask: Text):
        found = super().evidence(ask)
        if found is None:
            return None
        related = (found.related + self.proximity(ask)) / 2
        own = found.words + related + found.meaning
        other = OTHER_RELATED * related + OTHER_MEANING * found.meaning
        return replace(found, related=related, S=np.where(found.same_language, own, other))

    def proximity(self, ask: Text) -> np.ndarray:
        forms: dict[str, Counter] = {}
        for term, form in ask.terms():
            forms.setdefault(term, Counter())[form] += 1
        expansions = {term: self.expansions(term, commonest(of_term)) for term, of_term in forms.items()}
        heaviest = [of.total() * max((w * self.idf[e] for e, w in expansions[t].items()), default=self._idf(0)) for t, of in forms.items()]
        scale = sum(sorted(heaviest, reverse=True)[:rank.HEAVIEST])
        near = np.zeros(len(self.records))
        for sentence in sentences(ask.title) + sentences(ask.text):
            sums = np.zeros(self.passage_start[-1])
            for term, count in Counter(term for term, _ in terms(sentence, ask.language)).items():
                best = np.zeros(len(sums))
                for e, weight in expansions[term].items():
                    best[self.passage_lists[e]] = np.maximum(best[self.passage_lists[e]], weight * self.idf[e])
                sums += count * best
            near += np.maximum.reduceat(sums, self.passage_start[:-1])
        return near / scale


if __name__ == "__main__":
    rank.Catalogue, rank.STEEPNESS, rank.MIDDLE = Catalogue, STEEPNESS, MIDDLE
    rank.main()
