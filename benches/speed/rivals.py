"""Other systems over the same terms, each as a careful user would set it up for speed. Each is asked with a list of terms."""
import sqlite3
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import bm25s
import lancedb
import numpy as np
import pyarrow
import rank_bm25
import tantivy
from lancedb.query import MatchQuery

from clock import Timed

K1, B = 1.2, 0.75
Terms = list[str]


class Rival(Protocol):
    def find(self, terms: Terms, limit: int = 10) -> object:
        """An answer in the system's own form."""

    def ids(self, terms: Terms, limit: int = 10) -> list[int]:
        """The places of the solutions found, best first."""


class Bm25s:
    """bm25s with its loops compiled by numba, its fastest way, and Lucene's BM25, which is its default."""

    def __init__(self, records: Sequence[Terms]) -> None:
        self.index = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numba")
        self.index.index(records, show_progress=False)
        self.index.activate_numba_scorer()

    def find(self, terms: Terms, limit: int = 10) -> object:
        return self.find_all([terms], limit)

    def find_all(self, asks: list[Terms], limit: int) -> tuple[np.ndarray, np.ndarray]:
        return self.index.retrieve(asks, k=limit, show_progress=False, n_threads=1)

    def ids(self, terms: Terms, limit: int = 10) -> list[int]:
        return self.find_all([terms], limit)[0][0].tolist()


class TantivyPy:
    """tantivy-py: words cut at spaces, counts without positions, one writing thread, each term of the ask a clause."""

    def __init__(self, records: Sequence[Terms], folder: Path | None = None) -> None:
        builder = tantivy.SchemaBuilder().add_unsigned_field("id", stored=True)
        self.schema = builder.add_text_field("text", tokenizer_name="spaces", index_option="freq").build()
        self.index = tantivy.Index(self.schema, path=folder and str(folder))
        self.index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = self.index.writer(num_threads=1)
        for number, terms in enumerate(records):
            writer.add_document(self.document(number, terms))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def document(self, number: int, terms: Terms) -> tantivy.Document:
        document = tantivy.Document()
        document.add_unsigned("id", number)
        document.add_text("text", " ".join(terms))
        return document

    def find(self, terms: Terms, limit: int = 10) -> tantivy.SearchResult:
        clauses = [(tantivy.Occur.Should, tantivy.Query.term_query(self.schema, "text", term, "freq")) for term in dict.fromkeys(terms)]
        return self.searcher.search(tantivy.Query.boolean_query(clauses), limit)

    def ids(self, terms: Terms, limit: int = 10) -> list[int]:
        return [self.searcher.doc(address)["id"][0] for _, address in self.find(terms, limit).hits]


class LanceDb:
    """LanceDB's full-text search, and where there are vectors its hybrid search with its default fusion; tables and queries by Arrow."""

    def __init__(self, records: Sequence[Terms], folder: Path, vectors: np.ndarray | None = None) -> None:
        columns: dict[str, object] = {"id": list(range(len(records))), "text": [" ".join(terms) for terms in records]}
        if vectors is not None:
            flat = pyarrow.array(vectors.reshape(-1), pyarrow.float32())
            columns["vector"] = pyarrow.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
        self.table = lancedb.connect(folder).create_table("solutions", pyarrow.table(columns), mode="overwrite")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")     # the newer call has no form for tables that are not asynchronous
            self.table.create_fts_index("text", base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False,
                                        lower_case=False, with_position=False, max_token_length=None)

    def find(self, terms: Terms, limit: int = 10) -> pyarrow.Table:
        query = MatchQuery(" ".join(terms), "text")
        return self.table.search(query, query_type="fts").limit(limit).select(["id", "_score"]).to_arrow()

    def hybrid(self, ask: tuple[Terms, np.ndarray], limit: int = 10) -> pyarrow.Table:
        terms, vector = ask
        return self.table.search(query_type="hybrid").vector(vector).text(" ".join(terms)).limit(limit).to_arrow()

    def ids(self, terms: Terms, limit: int = 10) -> list[int]:
        return self.find(terms, limit)["id"].to_pylist()


class Sqlite:
    """SQLite's FTS5 with its bm25, in memory, each term of the ask an alternative."""

    def __init__(self, records: Sequence[Terms]) -> None:
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE VIRTUAL TABLE solutions USING fts5(text, tokenize='unicode61 remove_diacritics 0')")
        self.base.executemany("INSERT INTO solutions(rowid, text) VALUES (?, ?)", ((i, " ".join(terms)) for i, terms in enumerate(records)))
        self.base.execute("INSERT INTO solutions(solutions) VALUES ('optimize')")

    def find(self, terms: Terms, limit: int = 10) -> list[tuple[int]]:
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))
        return self.base.execute("SELECT rowid FROM solutions WHERE solutions MATCH ? ORDER BY rank LIMIT ?", (query, limit)).fetchall()

    def ids(self, terms: Terms, limit: int = 10) -> list[int]:
        return [number for number, in self.find(terms, limit)]


class RankBm25:
    """rank-bm25's Okapi: numpy over all records, without an inverted index."""

    def __init__(self, records: Sequence[Terms]) -> None:
        self.index = rank_bm25.BM25Okapi(list(records), k1=K1, b=B)

    def find(self, terms: Terms, limit: int = 10) -> np.ndarray:
        scores = self.index.get_scores(terms)
        best = np.argpartition(-scores, limit)[:limit]
        return best[np.argsort(-scores[best], kind="stable")]

    def ids(self, terms: Terms, limit: int = 10) -> list[int]:
        return self.find(terms, limit).tolist()


class Tantivy:
    """tantivy in Rust, through `benches/examples/tantivy.rs`, a process of its own that says how long it took."""

    def __init__(self, program: Path, records: Sequence[Terms], folder: Path) -> None:
        file = folder / "terms.txt"
        file.write_text("".join(" ".join(terms) + "\n" for terms in records), encoding="utf-8")
        self.process = subprocess.Popen([program, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()          # it is ready

    def ask(self, way: str, terms: Terms, limit: int) -> tuple[float, list[int]]:
        self.process.stdin.write(" ".join([way, str(limit), *dict.fromkeys(terms)]) + "\n")
        self.process.stdin.flush()
        nanoseconds, *ids = self.process.stdout.readline().split()
        return int(nanoseconds) / 1e9, [int(number) for number in ids]

    def timed(self, way: str) -> Timed[Terms]:
        """`best`: the ten best as tantivy finds them by default; `count`: with a count of all, which makes it look at every posting."""
        return lambda terms: self.ask(way, terms, 10)[0]

    def ids(self, terms: Terms, limit: int = 10) -> list[int]:
        return self.ask("best", terms, limit)[1]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
