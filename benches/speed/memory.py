"""What lies on the disk and in memory, and how long opening takes."""
import json
import statistics
import subprocess
import sys
from pathlib import Path

from corpora import write
from systems import Systems
from table import Value, megabytes, number

TRIES = 5


def measure(systems: Systems) -> list[Value]:
    systems.catalogue  # noqa: B018 - it is made
    folder, size = systems.folder / "catalogue.cm", systems.size
    postings, terms, sentences = systems.corpus.postings, len(systems.corpus.with_term), systems.sentences
    derived = bytes_in(folder / "derived")
    allowed = 3.3 * postings + 256 * sentences + 300 * terms
    written, jsonl = bytes_in(folder), systems.corpus.file.stat().st_size
    file = systems.folder / "asked.jsonl"
    write(file, systems.asks.of(60, 1))
    tries = [opened(folder, file) for _ in range(TRIES)]
    median = {key: statistics.median(one[key] for one in tries) for key in tries[0]}
    large = size >= 500_000
    return [
        Value(size, f"ranking data of {postings:,} postings, {sentences:,} sentences, {terms:,} distinct terms", megabytes(derived)),
        Value(size, "the same ÷ (3.3 bytes a posting + 256 a sentence + 300 a distinct term)", number(derived / allowed), "≤ 1"),
        Value(size, "the whole folder ÷ the JSONL", number(written / jsonl), "≤ 4"),
        Value(size, "resident growth, opened with a matcher and idle", megabytes(median["idle"]), "< 100 MB" if large else ""),
        Value(size, "of it not from files", megabytes(median["idle_own"])),
        Value(size, "resident growth after the first answer", megabytes(median["answered"])),
        Value(size, "of it not from files", megabytes(median["answered_own"])),
        Value(size, "opening, time on the clock", f"{number(median['open'] * 1e3)} ms", "< 200 ms" if large else ""),
        Value(size, "opening and the first answer by every signal", f"{number(median['first'] * 1e3)} ms", "< 1 s" if large else ""),
    ]


def bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def opened(catalogue: Path, challenge: Path) -> dict[str, float]:
    """In a process of its own, with the files in the system's cache."""
    command = [sys.executable, Path(__file__).with_name("opening.py"), catalogue, challenge]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
