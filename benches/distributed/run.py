#!/usr/bin/env python3
"""Shards on a local Ray cluster beside one catalogue: whether bytes are equal, what it costs, what it gains.

    pip install 'citymatch[distributed]' numpy      (or the package of this repository: `maturin develop --release`)
    python3 benches/distributed/run.py [--sections identity cost memory statistics local first slopes] [--records 200000] [--challenges 500]

Records and challenges are those of `benches/corpus/scale.py`, which is called where they are not in `--data` yet. Catalogues are
kept there too. Prints tables in Markdown. `cost` tells processor time beside time on the clock, as others may use the machine.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import citymatch as cm
import pyarrow as pa
import pyarrow.parquet as pq
import ray
from citymatch import distributed

HERE = Path(__file__).parent
LIMIT = 10
Record = dict[str, Any]


def by_hash(record: Record, count: int) -> int:
    return zlib.crc32(record["id"].encode()) % count


def by_country(record: Record, count: int) -> int:
    return zlib.crc32((record.get("country") or "").encode()) % count


def by_length(record: Record, count: int) -> int:
    return min(len(record["summary"]) * count // 900, count - 1)


SPLITS: dict[str, Callable[[Record, int], int]] = {"hash": by_hash, "country": by_country, "length": by_length}


def lines(path: Path, count: int) -> list[Record]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line, _ in zip(file, range(count), strict=False)]


class Corpus:
    def __init__(self, folder: Path, records: int, challenges: int) -> None:
        self.folder, self.size = folder, records
        if not (folder / "challenges.jsonl").exists():
            command = [sys.executable, str(HERE.parent / "corpus/scale.py"), str(folder), "--n", str(records), "--m", str(max(50, -(-challenges // 4)))]
            subprocess.run(command, check=True)
        self.records = lines(folder / "solutions.jsonl", records)
        every = lines(folder / "challenges.jsonl", 10**9)
        # Of each length as many.
        known = ("id", "title", "problem", "language", "country", "themes")
        self.challenges = [{key: row[key] for key in known if key in row} for row in every[:: max(1, len(every) // challenges)][:challenges]]

    def catalogue(self, name: str, records: Iterable[Record], churn: bool = False) -> Path:
        """A catalogue that is kept; with churn some records came and went, and some were another text before."""
        path = self.folder / f"{name}.cm"
        if not path.exists():
            making = path.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            catalogue, records = cm.Catalogue.create(making), list(records)
            if churn and records:
                catalogue.add([{"id": "gone", "title": "Agua"}, *({**record, "summary": "lluvia"} for record in records[:100])])
                catalogue.remove(["gone"])
            if records:
                catalogue.add(records)
            making.rename(path)
        return path

    def whole(self) -> Path:
        return self.catalogue(f"whole-{self.size}", self.records)

    def shards(self, count: int, split: str) -> list[Path]:
        divided: list[list[Record]] = [[] for _ in range(count)]
        for record in self.records:
            divided[SPLITS[split](record, count)].append(record)
        if count >= 8:
            rest = divided[0] + divided[1]
            divided[0], divided[1] = [], rest[:1]
            divided[2] += rest[1:]
        return [self.catalogue(f"{split}-{self.size}-{count}-{number}", own, number % 2 == 1) for number, own in enumerate(divided)]


def start(workers: int) -> None:
    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)


def workers_cpu() -> float:
    """Processor seconds of the processes in which tasks run."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cmdline").read_bytes().startswith(b"ray::"):
                fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def table(header: list[str], rows: list[list[object]]) -> None:
    print("\n| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


def out(corpus: Corpus) -> Path:
    path = corpus.folder / f"out-{os.getpid()}"
    shutil.rmtree(path, ignore_errors=True)
    return path


def alone(corpus: Corpus) -> tuple[pa.Table, float, float]:
    matcher = cm.Matcher(cm.Catalogue.open(corpus.whole()), threads=1)
    began, cpu = time.perf_counter(), time.process_time()
    found = matcher.find_all(corpus.challenges, limit=LIMIT).to_arrow(fields=["answered"], signals=True)
    return found, time.perf_counter() - began, time.process_time() - cpu


def together(corpus: Corpus, shards: list[Path]) -> tuple[pa.Table, float, float]:
    path = out(corpus)
    began, cpu = time.perf_counter(), workers_cpu()
    found = distributed.find_all(shards, corpus.challenges, path, limit=LIMIT, signals=True, num_cpus=1, block=250)
    wall, cpu = time.perf_counter() - began, workers_cpu() - cpu
    return pa.concat_tables([pq.read_table(file) for file in found.files]), wall, cpu


def identity(corpus: Corpus, splits: list[tuple[int, str]]) -> None:
    whole, _, _ = alone(corpus)
    start(2)
    rows: list[list[object]] = []
    for count, split in splits:
        found, wall, _ = together(corpus, corpus.shards(count, split))
        rows.append([count, split, whole.num_rows, "yes" if found.cast(whole.schema).equals(whole) else "NO", f"{wall:.0f}"])
    ray.shutdown()
    table(["shards", "split by", "matches", "equal to the last bit", "s"], rows)


def cost(corpus: Corpus) -> None:
    _, wall, cpu = alone(corpus)
    rows: list[list[object]] = [["one catalogue, one thread", f"{wall:.1f}", f"{cpu:.1f}", "1.00"]]
    for workers in (1, 2):
        start(workers)
        # The first call also imports and opens: what an hour of work does once.
        for number in (1, 2):
            _, wall_here, cpu_here = together(corpus, corpus.shards(2, "hash"))
            rows.append([f"2 shards, {workers} workers, call {number}", f"{wall_here:.1f}", f"{cpu_here:.1f}", f"{cpu_here / cpu:.2f}"])
        ray.shutdown()
    table(["", "s on the clock", "s of processors", "processors, of one catalogue"], rows)


def memory(corpus: Corpus) -> None:
    """The most memory of the program that calls, in a process of its own for each number of challenges."""
    small = [corpus.catalogue(f"small-{number}", corpus.records[number::100][:1000]) for number in (0, 1)]
    rows: list[list[object]] = []
    for times in (1, 10, 100):
        path = corpus.folder / f"challenges-{times}.parquet"
        each = [{"id": f"{turn} {row['id']}", "question": row["title"], "language": row["language"]} for turn in range(times) for row in corpus.challenges[:100]]
        pq.write_table(pa.Table.from_pylist(each), path)
        command = [sys.executable, __file__, "--driver", str(path), str(out(corpus)), *map(str, small)]
        rows.append([len(each), *subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()])
    table(["challenges", "matches", "MB before", "MB at most"], rows)


def driver(challenges: str, path: str, *shards: str) -> None:
    start(2)
    before = most_memory()
    found = distributed.find_all(list(shards), challenges, path, block=100)
    print(found.matches, before // 1024, most_memory() // 1024)


def most_memory() -> int:
    """KB. What `getrusage` tells is that of the parent, where that had more."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def merged(matchers: list[cm.Matcher], challenges: list[Record]) -> cm.Statistics:
    stats = None
    while stats is None or not stats.is_complete:
        stats = cm.Statistics.merge([matcher.statistics(challenges, stats) for matcher in matchers])
    return stats


def statistics(corpus: Corpus) -> None:
    matchers = [cm.Matcher(cm.Catalogue.open(path)) for path in corpus.shards(2, "hash")]
    rows: list[list[object]] = []
    for count in (1, 10, 100, len(corpus.challenges)):
        began = time.process_time()
        stats = merged(matchers, corpus.challenges[:: len(corpus.challenges) // count][:count])
        size = len(stats.to_bytes())
        words = len(json.loads(stats.to_bytes())["candidates"])
        rows.append([count, words, f"{size / 1024:.0f}", f"{size / words:.0f}", f"{time.process_time() - began:.1f}"])
    table(["challenges", "words of them", "KB", "bytes a word", "s of processors, both shards"], rows)


def kept(true: list[str], found: list[str]) -> tuple[float, float]:
    """The share of the true ten that were found, and nDCG@10 where the first of them gains 10 and the last 1."""
    gain = {own: len(true) - place for place, own in enumerate(true)}
    ideal = sum((len(true) - place) / math.log2(place + 2) for place in range(len(true)))
    gained = sum(gain.get(own, 0) / math.log2(place + 2) for place, own in enumerate(found))
    return len(set(true) & set(found)) / len(true), gained / ideal


def local(corpus: Corpus) -> None:
    """What each shard's own statistics would give: the best of all shards by scores that do not compare."""
    counted: Counter[str] = Counter()
    texts = [set(cm.terms(f"{record['title']} {record['summary']}", record["language"])) for record in corpus.records]
    for text in texts:
        counted.update(text)
    ranked = [term for term, _ in counted.most_common()]
    words = {"common": ranked[:100], "middle": ranked[300:2000], "rare": [term for term in ranked if 3 <= counted[term] <= 8]}
    asks: dict[str, list[Record]] = {}
    for name, of in words.items():
        asks[name] = [{"id": f"{name} {number}", "question": " ".join(of[(number * 31 + step * 17) % len(of)] for step in range(4))} for number in range(100)]
    asks["sentences"] = corpus.challenges[:100]
    asks["cross-language"] = corpus.challenges[:100]
    rows: list[list[object]] = []
    for count, split in [(8, "hash"), (8, "country"), (8, "length")]:
        for name, challenges in asks.items():
            share = gain = share_given = 0.0
            opened = [cm.Catalogue.open(path) for path in [corpus.whole(), *corpus.shards(count, split)]]
            for language in ("es", "pt", "en") if name == "cross-language" else (None,):
                some = [row for row in challenges if language is None or row["language"] == language]
                others = None if language is None else [own for own in ("es", "pt", "en") if own != language]
                whole, *shards = [cm.Matcher(one, languages=others) for one in opened]
                true = {key: list(found) for key, found in whole.find_all(some, limit=LIMIT).to_dict().items()}
                given = merged(shards, some)
                for stats in (None, given):
                    best: dict[str, list[tuple[float, str]]] = {}
                    for shard in shards:
                        for key, found in shard.find_all(some, limit=LIMIT, statistics=stats).to_dict().items():
                            best.setdefault(key, []).extend((-score, own) for own, score in found.items())
                    for key, own in true.items():
                        one, other = kept(own, [solution for _, solution in sorted(best[key])[:LIMIT]]) if own else (1.0, 1.0)
                        share, gain = (share + one, gain + other) if stats is None else (share, gain)
                        share_given += one if stats is not None else 0
            number = len(challenges)
            rows.append([f"{count}, {split}", name, f"{share / number:.3f}", f"{gain / number:.3f}", f"{share_given / number:.3f}"])
    table(["shards", "asks", "true ten kept, local statistics", "nDCG@10, local", "true ten kept, merged"], rows)


def first(corpus: Corpus) -> None:
    """What a first stage of some signals would lose: the share of the true ten of every signal that it keeps among its first n. The judged
    collections are put among the records, since paragraphs and questions of one subject are what a first stage loses."""
    rows: list[list[object]] = []
    for name in ("xquad_same", "xquad_xl", "xquad_long"):
        folder = HERE.parents[1] / "tests/data/collections" / name
        texts, questions = lines(folder / "corpus.jsonl", 10**9), lines(folder / "queries.jsonl", 10**9)
        catalogue = cm.Catalogue.create()
        catalogue.add([*corpus.records, *({"id": text["_id"], "title": text["title"] or "-", "description": text["text"]} for text in texts)])
        asks = [cm.Challenge(ask["_id"], question=ask["text"]) for ask in questions[:: len(questions) // 100][:100]]
        matcher = cm.Matcher(catalogue)
        true = {key: list(found) for key, found in matcher.find_all(asks, limit=LIMIT).to_dict().items()}
        firsts: dict[str, dict[str, dict[str, float]]] = {}
        stages: dict[str, Any] = {"`words`": {"words": 1}, "`words` and `related`": {"words": 1, "related": 1}}
        for stage, weights in stages.items():
            firsts[stage] = cm.Matcher(catalogue, weights=weights).find_all(asks, limit=5000).to_dict()
        # Challenges of a kind together: each takes what the one that is most like it has found.
        catalogue.add_challenges(asks)
        matcher.refresh()
        whole = matcher.find_all(asks, limit=5000).to_dict()
        firsts["every signal, of the nearest other ask"] = {ask.id: whole[matcher.similar(ask, limit=1)[0].challenge_id] for ask in asks}
        for stage, found in firsts.items():
            cells: list[object] = []
            for number in (100, 1000, 5000):
                pairs = [kept(own, [one for one in own if one in set(list(found[key])[:number])]) for key, own in true.items() if own]
                cells.append(f"{sum(share for share, _ in pairs) / len(pairs):.3f}, {sum(gain for _, gain in pairs) / len(pairs):.3f}")
            rows.append([name, stage, *cells])
    table([f"asks, among {corpus.size:,} records more", "first stage", "first 100: true ten kept, nDCG@10", "first 1,000", "first 5,000"], rows)


def slopes(corpus: Corpus) -> None:
    """Rates by size: building, `words` alone and every signal, on one thread."""
    rows: list[list[object]] = []
    for size in [own for own in (10_000, 100_000, 1_000_000) if own <= corpus.size]:
        records = corpus.records[:size]
        path = corpus.folder / f"slope-{size}.cm"
        shutil.rmtree(path, ignore_errors=True)
        began = time.process_time()
        cm.Catalogue.create(path).add(records)
        built = time.process_time() - began
        disk = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        cells: list[object] = [size, f"{size / built:.0f}", f"{disk / size:.0f}"]
        for weights in ({"words": 1}, None):
            matcher = cm.Matcher(cm.Catalogue.open(path), threads=1, weights=weights)
            matcher.find_all(corpus.challenges[:20], limit=50)
            began = time.process_time()
            matcher.find_all(corpus.challenges, limit=50)
            spent = (time.process_time() - began) / len(corpus.challenges)
            cells += [f"{spent * 1000:.2f}", f"{spent / size * 1e9:.1f}"]
        rows.append(cells)
    table(["records", "added a second", "bytes a record", "`words`: ms an ask", "ns a pair", "every signal: ms an ask", "ns a pair"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = ["identity", "cost", "memory", "statistics", "local", "first", "slopes"]
    parser.add_argument("--sections", nargs="+", choices=every, default=every)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--challenges", type=int, default=500)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--shards", default="1 2 8 13", help="the numbers of shards of `identity`")
    parser.add_argument("--splits", default="hash country length", help="how `identity` divides the records")
    parser.add_argument("--driver", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.driver:
        return driver(*options.driver)
    data = options.data or HERE.parent / f"data/{options.records}"
    corpus = Corpus(data, options.records, options.challenges)
    print(f"{len(corpus.records)} records, {len(corpus.challenges)} challenges; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    if "identity" in options.sections:
        identity(corpus, [(count, split) for count in map(int, options.shards.split()) for split in options.splits.split()])
    for section in (cost, memory, statistics, local, first, slopes):
        if section.__name__ in options.sections:
            section(corpus)


if __name__ == "__main__":
    main()
