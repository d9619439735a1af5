"""What workers do: each function works on files and tables, and knows nothing of who calls it.

A worker keeps the catalogues that it has opened, so that the next block of challenges finds them open.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import uuid
import warnings
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
import pyarrow.compute as pc  # type: ignore[import-untyped, unused-ignore]
import pyarrow.dataset as ds  # type: ignore[import-untyped, unused-ignore]
import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

from . import _lease
from ._citymatch import Catalogue, Challenge, Matcher, Statistics, _answer_score
from .errors import CatalogueFormatError, CatalogueStateError, InvalidDataError, RejectedRowsWarning

#: How many catalogues a worker keeps open.
OPEN = 16

_open: dict[tuple[str, str, str], Matcher] = {}


@dataclass(frozen=True)
class Shard:
    """A catalogue that is a part of a collection, at one commit."""

    path: str
    #: The hash of the file that the engine replaces with each commit.
    commit: str
    #: The analyser, the encoder and the subjects that it was made by.
    made_by: Mapping[str, str]
    solutions: int


@dataclass(frozen=True)
class Block:
    """Challenges that are matched together: rows of a Parquet file, or the challenges themselves."""

    number: int
    file: str = ""
    start: int = 0
    rows: int = 0
    challenges: tuple[Any, ...] = ()

    def read(self) -> Any:
        if not self.file:
            return list(self.challenges)
        return read_rows(self.file, self.start, self.rows)


def read_rows(file: str, start: int, rows: int) -> pa.Table:
    """Some rows of a Parquet file, of which only the row groups that have them are read."""
    with pq.ParquetFile(file) as parquet:
        first, before = 0, 0
        groups: list[int] = []
        for group in range(parquet.num_row_groups):
            count = parquet.metadata.row_group(group).num_rows
            if first < start + rows and first + count > start:
                if not groups:
                    before = first
                groups.append(group)
            first += count
        return parquet.read_row_groups(groups).slice(start - before, rows)


def commit_of(path: str) -> str:
    """The hash of a catalogue's commit."""
    try:
        return hashlib.sha256((Path(path) / "meta.json").read_bytes()).hexdigest()[:32]
    except FileNotFoundError:
        raise CatalogueStateError(f"shard `{path}` is no catalogue, or has gone (expected a folder that `build` or `Catalogue.create` made)") from None


def look(path: str, encoder: Any) -> Shard:
    """Open a catalogue, to learn before any work whether that can be done."""
    commit = commit_of(path)
    catalogue = Catalogue.open(path, encoder=encoder)
    made_by = json.loads(Matcher(catalogue, threads=1).statistics([]).to_bytes())["made_by"]
    if not made_by["encoder"]:
        raise CatalogueFormatError(f"shard `{path}` was made with another encoder than the built-in one (expected it as `encoder`)")
    return Shard(path, commit, made_by, len(catalogue.solutions))


def check_alike(shards: Sequence[Shard]) -> None:
    """Refuse shards of which no common statistics can be made."""
    first = shards[0]
    for shard in shards:
        for name, own in shard.made_by.items():
            if own != (expected := first.made_by[name]):
                raise CatalogueFormatError(f"shard `{shard.path}` was made with the {name} `{own}` (expected `{expected}`, as shard `{first.path}`)")


def opened(shard: Shard, options: Mapping[str, Any], key: str) -> Matcher:
    """A matcher for a shard, at the commit that the call began with."""
    if (found := commit_of(shard.path)) != shard.commit:
        raise CatalogueStateError(f"shard `{shard.path}` was changed during the call: it is at commit {found} (expected {shard.commit})")
    known = (shard.path, shard.commit, key)
    if known not in _open:
        while len(_open) >= OPEN:
            _open.pop(next(iter(_open)))
        catalogue = Catalogue.open(shard.path, encoder=options["encoder"])
        _open[known] = Matcher(catalogue, threads=1, **options["matcher"])
    return _open[known]


def hash_of(value: Any) -> str:
    """The hash of a value that JSON can hold."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:32]


# Before matching: ids, and texts that several shards have.


def census(shard: Shard, options: Mapping[str, Any], key: str, parts: int) -> Any:
    """The ids and the hashes of the texts of a shard, divided so that equal ones of other shards are in the same part."""
    matcher = opened(shard, options, key)
    ids = Catalogue.open(shard.path, encoder=options["encoder"]).solutions.ids()
    of_id = np.fromiter((zlib.crc32(own.encode()) % parts for own in ids), dtype=np.int64, count=len(ids))
    ids_array = pa.array(ids, pa.string())
    hashes = np.array(matcher.text_hashes(), dtype=np.uint64)
    divided = [(ids_array.filter(pa.array(of_id == part)), hashes[hashes % parts == part]) for part in range(parts)]
    return divided[0] if parts == 1 else divided


def compare(paths: Sequence[str], *parts: Any) -> Any:
    """Refuse an id that two shards have, and tell each shard the texts that one before it has."""
    ids = pa.concat_arrays([own for own, _ in parts])
    counts = pc.value_counts(ids)
    twice = counts.filter(pc.greater(counts.field("counts"), 1))
    if len(twice):
        found = min(twice.field("values").to_pylist())
        where = [path for path, (own, _) in zip(paths, parts, strict=True) if pc.is_in(pa.scalar(found), value_set=own).as_py()]
        raise InvalidDataError(
            f"solution `{found}` is in the shards {' and '.join(f'`{path}`' for path in where)} (expected each id in one shard)",
            where[-1],
            None,
            "id",
            found,
            "each id in one shard",
        )
    seen = np.array([], dtype=np.uint64)
    elsewhere = []
    for _, hashes in parts:
        elsewhere.append(np.intersect1d(hashes, seen, assume_unique=True))
        seen = np.union1d(seen, hashes)
    return elsewhere[0] if len(elsewhere) == 1 else elsewhere


def look_at_block(block: Block) -> tuple[str, pa.Array]:
    """The hash of the challenges of a block, and their ids."""
    challenges = block.read()
    if isinstance(challenges, pa.Table):
        if "id" not in challenges.column_names:
            found = ", ".join(challenges.column_names)
            raise InvalidDataError(f"`{block.file}` has no column `id` (expected one; it has {found})", block.file, None, "id", None, "a column")
        rows = challenges.to_pylist()
    else:
        rows = as_rows(challenges)
    ids = [None if row["id"] is None else str(row["id"]).strip() for row in rows]
    for row, own in enumerate(ids, block.start + 1):
        if not own:
            where = f"`{block.file}`, row {row}" if block.file else f"row {row}"
            raise InvalidDataError(f"{where}: a challenge has no id (expected one)", block.file or None, row, "id", None, "an id")
    try:
        # Each challenge is read as for a search: what is wrong is told now.
        Matcher(Catalogue.create(), threads=1).statistics(challenges)
    except InvalidDataError as error:
        place = None if error.row is None else block.start + error.row
        where = f"`{block.file}`, row {place}" if block.file else f"row {place}"
        message = str(error).removeprefix(f"row {error.row}: ")
        raise InvalidDataError(f"{where}: {message}", block.file or None, place, error.field, error.value, error.expected) from None
    return hash_of(rows), pa.array(ids, pa.string())


def key_of(looked: tuple[str, pa.Array]) -> str:
    return looked[0]


def check_ids(names: Sequence[str], *looked: tuple[str, pa.Array]) -> None:
    """Refuse an id that two challenges have."""
    counts = pc.value_counts(pa.concat_arrays([ids for _, ids in looked]))
    twice = counts.filter(pc.greater(counts.field("counts"), 1))
    if len(twice):
        found = min(twice.field("values").to_pylist())
        where = sorted({name for name, (_, ids) in zip(names, looked, strict=True) if pc.is_in(pa.scalar(found), value_set=ids).as_py()})
        raise InvalidDataError(
            f"challenge `{found}` comes twice, in {' and '.join(where)} (expected each id once)", None, None, "id", found, "each id once"
        )


# Matching.


def statistics(shard: Shard, options: Mapping[str, Any], key: str, block: Block, merged: Statistics | None, *elsewhere: Any) -> Statistics:
    """A shard's part of a round of the statistics for a block."""
    hashes = np.concatenate(elsewhere).tolist() if elsewhere else []
    return opened(shard, options, key).statistics(block.read(), merged, elsewhere=hashes)


def merge_statistics(*parts: Statistics) -> Statistics:
    return Statistics.merge(parts)


def find(shard: Shard, options: Mapping[str, Any], key: str, block: Block, merged: Statistics, path: str) -> str:
    """Write the best of a shard for each challenge of a block, if that was not done before."""
    if not os.path.exists(path):
        run = opened(shard, options, key).find_all(block.read(), statistics=merged, progress=_lease.check, **options["find"])
        write(run._part(signals=options["signals"]), path)
    return path


#: What tells whether a challenge is answered, in the files of shards.
EVIDENCE = ["evidence_1", "evidence_2", "evidence_3"]


def merge(block: Block, limit: int, path: str, *parts: str) -> int:
    """Write the best of all shards for each challenge of a block, and return how many they are."""
    if os.path.exists(path):
        # A worker that wrote it died before it could say so. Some parts are gone.
        return int(pq.read_metadata(path).num_rows)
    table = pa.concat_tables([pq.read_table(part) for part in parts])
    challenges = block.read()
    ids = challenges["id"].to_pylist() if isinstance(challenges, pa.Table) else [row["id"] for row in as_rows(challenges)]
    answered = verdicts(table)
    place = pc.index_in(table["challenge_id"], value_set=pa.array([str(own).strip() for own in ids], pa.string()))
    ordered = table.append_column("_place", place).sort_by([("_place", "ascending"), ("score", "descending"), ("solution_id", "ascending")])
    places = np.asarray(ordered["_place"])
    # The rows of a challenge begin where its place does.
    ranks = np.arange(len(places)) - np.searchsorted(places, places) + 1
    ordered = ordered.set_column(ordered.column_names.index("rank"), "rank", pa.array(ranks, pa.int64()))
    best = ordered.filter(pa.array(ranks <= limit)).drop_columns(["_place", *EVIDENCE, "breadth", "threshold"])
    # As in a run, a signal that counted nowhere has no column.
    best = best.drop_columns([name for name in best.column_names[4:] if best[name].null_count == len(best)])
    verdict = pa.array([answered[own] for own in best["challenge_id"].to_pylist()], pa.bool_())
    write(best.append_column("answered", verdict).combine_chunks(), path)
    for part in parts:
        with suppress(FileNotFoundError):
            os.remove(part)
    return len(best)


def as_rows(challenges: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [one.to_dict() if isinstance(one, Challenge) else one for one in challenges]


def verdicts(table: pa.Table) -> dict[str, bool | None]:
    """Whether each challenge is answered, by the evidence of all shards."""
    firsts = table.filter(pc.equal(table["rank"], 1)).select(["challenge_id", *EVIDENCE, "breadth", "threshold"]).to_pylist()
    evidence: dict[str, list[float]] = {}
    answered: dict[str, bool | None] = {}
    for first in firsts:
        evidence.setdefault(first["challenge_id"], []).extend(first[name] for name in EVIDENCE if first[name] is not None)
    for first in firsts:
        challenge, threshold = first["challenge_id"], first["threshold"]
        score = _answer_score(evidence[challenge], first["breadth"])
        answered[challenge] = None if threshold is None or score is None else score >= threshold
    return answered


def write(table: pa.Table, path: str) -> None:
    """Write a Parquet file that is there as a whole or not at all."""
    part = f"{path}.{uuid.uuid4().hex}.part"
    try:
        pq.write_table(table, part)
        os.replace(part, path)
    except OSError as error:
        raise named(error, path) from error
    finally:
        with suppress(OSError):
            os.remove(part)


def named(error: OSError, path: str) -> OSError:
    """The error with the file that it is about, which pyarrow's own does not always have."""
    number = error.errno or (errno.ENOSPC if "No space left" in str(error) else errno.EIO)
    return OSError(number, error.strerror or str(error), path)


# Building.


def hash_of_file(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def build(files: Sequence[str], base: str, folder: str, encoder: Any) -> tuple[str, int, int]:
    """Make a catalogue of Parquet files, if there is none of the same content yet; its name, and how many records are in it and not in it."""
    hashes = [[os.path.relpath(file, base), hash_of_file(file)] for file in files]
    name = f"{hash_of([hashes, encoder and encoder.name])}.cm"
    path, report = Path(folder, name), Path(folder, f"{name}.rejected.jsonl")
    if not path.exists():
        making = Path(folder, f".{name}.{uuid.uuid4().hex}")
        catalogue = Catalogue.create(making, encoder=encoder)
        rejected = []
        for file in files:
            table = ds.dataset(file, format="parquet", partitioning="hive", partition_base_dir=base).to_table()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RejectedRowsWarning)
                added = catalogue.add(table, progress=_lease.check)
            rejected += [{**asdict(own), "file": file} for own in added.rejected]
        report.write_text("".join(json.dumps(own, ensure_ascii=False, default=str) + "\n" for own in rejected), encoding="utf-8")
        # A worker that did the same at the same time may have been faster, with the same records.
        with suppress(OSError):
            os.rename(making, path)
    lines = len(report.read_text(encoding="utf-8").splitlines()) if report.exists() else 0
    return name, len(Catalogue.open(path, encoder=encoder).solutions), lines
