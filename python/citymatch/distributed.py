"""Matching past one machine, on a Ray cluster. It needs ray and pyarrow: ``pip install 'citymatch[distributed]'``.

`build` makes shards of a partitioned Parquet dataset, each a catalogue; `find_all` matches challenges with all shards, and writes
Parquet. Scores are those that one catalogue with all records gives, to the last bit, however the records are divided: the shards
first add up their statistics. The same calls run on the processors of a laptop and, after ``ray.init("ray://…")``, on a cluster whose
machines share a file system. The program that calls never sees a match.

Ray does the work of a worker that died again. What is done is a file named by the hash of what it was made from, so the same call
after an interruption does only what is missing.

Examples
--------
>>> import pathlib, tempfile
>>> import pyarrow as pa, pyarrow.parquet as pq
>>> from citymatch import distributed
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> for country, title in [("UY", "Jardines de lluvia"), ("BR", "Banheiros secos")]:
...     (folder / f"records/country={country}").mkdir(parents=True)
...     records = pa.table({"id": [country.lower()], "title": [title]})
...     pq.write_table(records, folder / f"records/country={country}/part-0.parquet")
>>> built = distributed.build(folder / "records", folder / "shards")
>>> found = distributed.find_all(built.shards, ["¿Cómo retener la lluvia?"], folder / "matches")
>>> pq.read_table(found.files[0])["solution_id"].to_pylist()
['uy', 'br']
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]
    import ray
    from ray.experimental import tqdm_ray
except ImportError:
    raise ImportError("matching on a cluster needs ray and pyarrow (expected `pip install 'citymatch[distributed]'`)") from None

from . import _cluster, _shards
from ._citymatch import Catalogue, Challenge, Matcher, __version__
from ._shards import Block, Shard
from .errors import InvalidDataError, InvalidOptionError

if TYPE_CHECKING:
    from . import Eligibility, Encoder
    from ._citymatch import _Asks, _Path, _Weights
    from .typing import Language, Stage

__all__ = ["Built", "Found", "build", "find_all"]

#: What a folder of shards says of itself: the shards of the last `build`, in their order.
MANIFEST = "shards.json"
#: The most parts in which the ids of all shards are compared.
PARTS = 16
#: How many shards' statistics a task merges.
TOGETHER = 12
#: How many blocks of challenges are worked on at once: enough for a next one to begin while the last shard ends one, and few
#: enough for memory to stay flat.
AHEAD = 4


@dataclass(frozen=True)
class Built:
    """What `build` has made.

    Examples
    --------
    >>> from citymatch.distributed import Built
    >>> Built(shards=[], records=0, rejected=0).records
    0
    """

    shards: list[Path]
    """The folders of the shards, in the order of their first files. Beside each, ``NAME.rejected.jsonl`` has the rows that are wrong."""
    records: int
    """How many solutions are in them."""
    rejected: int
    """How many rows are not, each in a line of the file beside its shard."""


@dataclass(frozen=True)
class Found:
    """What `find_all` has written.

    Examples
    --------
    >>> from citymatch.distributed import Found
    >>> Found(files=[], asked=0, solutions=0, matches=0, reused=0).reused
    0
    """

    files: list[Path]
    """Parquet files, in the order of the challenges: ``challenge_id``, ``solution_id``, ``rank``, ``score``, the signals, and ``answered``."""
    asked: int
    """How many challenges were asked."""
    solutions: int
    """How many solutions there are in all shards."""
    matches: int
    """How many rows the files have."""
    reused: int
    """How many of the files were there from an earlier call."""


def build(
    records: _Path,
    folder: _Path,
    *,
    shards: int | None = None,
    encoder: Encoder | None = None,
    num_cpus: float = 0.5,
    stall: float = 300,
    progress: bool = False,
) -> Built:
    """Make shards of a partitioned Parquet dataset: each a catalogue of some of its files.

    Columns are those that `Catalogue.add` knows. What the names of folders say (``country=UY/part-0.parquet``) is a column too. A
    shard is named by the hash of its files: one that is there already is not made again.

    Parameters
    ----------
    records
        A Parquet file, or a folder with Parquet files at any depth.
    folder
        Where shards come, on a file system that all machines of the cluster see.
    shards
        How many; by default one for each file. Files stay whole.
    encoder
        As in `Catalogue.create`, for all shards.
    num_cpus
        What a worker asks Ray for: with 0.5, two work on a processor.
    stall
        Seconds without any progress after which the call ends with an error.
    progress
        Whether Ray's bar shows how far it is.

    Returns
    -------
    Built

    Raises
    ------
    InvalidOptionError
        If there is no Parquet file, or if there are more shards than files.
    ClusterError
        If Ray cannot be reached, workers end again and again or do not see the folder, or nothing was done for `stall` seconds.
    OSError
        If a file cannot be read, or the folder cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import pyarrow as pa, pyarrow.parquet as pq
    >>> from citymatch import distributed
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> pq.write_table(pa.table({"id": ["s1", "s2"], "title": ["Rain gardens", "N/A"]}), folder / "records.parquet")
    >>> built = distributed.build(folder / "records.parquet", folder / "shards")
    >>> len(built.shards), built.records, built.rejected
    (1, 1, 1)
    """
    root, target = Path(records).absolute(), Path(folder).absolute()
    files = _parquet_files(root, "records")
    count = len(files) if shards is None else shards
    if not 1 <= count <= len(files):
        raise InvalidOptionError(f"`shards` cannot be `{count}` (expected 1 to {len(files)}, as there are so many files in `{root}`)", "shards", str(count))
    target.mkdir(parents=True, exist_ok=True)
    groups = [[str(file) for file in files[first::count]] for first in range(count)]
    base = str(root if root.is_dir() else root.parent)
    with _cluster.Waiting(target, num_cpus, stall) as waiting:
        _cluster.connect()
        waiting.bar = _bar(progress, "build", count)
        refs = [waiting.give(f"the shard of `{group[0]}`", _shards.build, group, base, str(target), encoder) for group in groups]
        made = [waiting.until(ref) for ref in refs]
    # What workers left that died while they built.
    for left in target.glob(".*.cm.*"):
        shutil.rmtree(left, ignore_errors=True)
    names = [name for name, _, _ in made]
    (target / MANIFEST).write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")
    return Built([target / name for name in names], sum(added for _, added, _ in made), sum(rejected for _, _, rejected in made))


def find_all(
    shards: _Path | Sequence[_Path],
    challenges: _Path | _Asks,
    out: _Path,
    *,
    limit: int = 10,
    signals: bool = False,
    weights: _Weights | None = None,
    languages: Iterable[Language] | None = None,
    eligibility: Eligibility | Mapping[str, Any] | None = None,
    at_least: Stage | None = None,
    encoder: Encoder | None = None,
    block: int = 1000,
    num_cpus: float = 0.5,
    stall: float = 300,
    progress: bool = False,
) -> Found:
    """Rank the solutions of all shards together against each of many challenges, and write the best as Parquet.

    Ids, scores, ranks, signals and verdicts are those of `Matcher.find_all` over one catalogue with all solutions.

    Parameters
    ----------
    shards
        The folder that `build` filled, or the folders of catalogues, on a file system that all machines of the cluster see.
    challenges
        A Parquet file, or a folder of them, with a column ``id``: workers read them, and memory does not grow with their number.
        Or what `Matcher.find_all` takes.
    out
        The folder for the results, empty or with those of the same call.
    limit
        The most matches of each challenge.
    signals
        Whether each signal that counted is a column too.
    weights, languages
        As in `Matcher`.
    eligibility, at_least
        As in `Matcher.find`.
    encoder
        As in `Catalogue.open`, for all shards.
    block
        How many challenges are matched together and written to one file.
    num_cpus
        What a worker asks Ray for: with 0.5, two work on a processor. Nothing is held between tasks.
    stall
        Seconds without any progress after which the call ends with an error that says what it waited for. A shard's part of a
        block has to be done in that time.
    progress
        Whether Ray's bar shows how far it is.

    Returns
    -------
    Found

    Raises
    ------
    CatalogueStateError
        If a shard is no catalogue, or has gone or changed during the call.
    CatalogueFormatError
        If a shard was made by another version or with another encoder.
    InvalidDataError
        If a challenge is wrong or has no id, if an id comes twice among the challenges, or if two shards have the same solution.
    InvalidOptionError
        If there is no shard or no challenge, if an option is wrong, or if `out` has files of another call.
    ClusterError
        If Ray cannot be reached, workers end again and again or do not see `out`, or nothing was done for `stall` seconds.
    OSError
        If a file cannot be read or written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import citymatch as cm, pyarrow.parquet as pq
    >>> from citymatch import distributed
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = cm.Catalogue.create(folder / "a.cm").add([cm.Solution("s1", "Jardines de lluvia")])
    >>> _ = cm.Catalogue.create(folder / "b.cm").add([cm.Solution("s2", "Baños secos")])
    >>> shards = [folder / "a.cm", folder / "b.cm"]
    >>> found = distributed.find_all(shards, [cm.Challenge("c1", "¿Cómo retener la lluvia?")], folder / "matches")
    >>> found.solutions, found.matches, pq.read_table(found.files[0]).column_names
    (2, 2, ['challenge_id', 'solution_id', 'rank', 'score', 'answered'])
    >>> distributed.find_all(shards, [cm.Challenge("c1", "¿Cómo retener la lluvia?")], folder / "matches").reused
    1
    """
    find = {"limit": limit, "eligibility": eligibility, "at_least": at_least}
    matcher = {"weights": weights, "languages": None if languages is None else list(languages)}
    options = {"encoder": encoder, "matcher": matcher, "find": find, "signals": signals}
    _check_options(options, block, stall, num_cpus)
    paths, target = _shard_paths(shards), Path(out).absolute()
    blocks = list(_blocks(challenges, block))
    if not blocks:
        raise InvalidOptionError("`challenges` cannot be empty (expected one or more)", "challenges", "none")
    target.mkdir(parents=True, exist_ok=True)
    with _cluster.Waiting(target, num_cpus, stall) as waiting:
        _cluster.connect()
        return _Call(paths, blocks, target, options, waiting, progress).run()


class _Call:
    """One call of `find_all`: what is given to Ray, in which order, and what is waited for."""

    def __init__(
        self,
        paths: list[str],
        blocks: list[Block],
        out: Path,
        options: dict[str, Any],
        waiting: _cluster.Waiting,
        progress: bool,
    ) -> None:
        self.paths, self.blocks, self.out = paths, blocks, out
        self.limit: int = options["find"]["limit"]
        encoder = options["encoder"]
        self.key = _shards.hash_of([__version__, encoder and encoder.name, options["matcher"], options["find"], options["signals"]])
        self.waiting, self.progress = waiting, progress
        # Once for all tasks: an encoder may be large.
        self.options, self.encoder = ray.put(options), ray.put(encoder)

    def run(self) -> Found:
        shards, keys = self.look()
        names = [f"{block.number:06}-{_shards.hash_of([self.key, key, sorted(own.commit for own in shards)])}.parquet" for block, key in zip(self.blocks, keys, strict=True)]
        # A folder of its own, so that another call into the same folder is noticed, and neither takes the other's parts away.
        self.partial = self.out / f"_parts-{_shards.hash_of(names)}"
        self.check_out(names)
        todo = [(block, name) for block, name in zip(self.blocks, names, strict=True) if not (self.out / name).exists()]
        if todo:
            self.partial.mkdir(exist_ok=True)
            self.waiting.bar = _bar(self.progress, "find_all", len(shards) + min(len(shards), PARTS) + len(todo) * (4 * len(shards) + 4))
            elsewhere = self.compare(shards)
            running: list[Any] = []
            for block, name in todo:
                if len(running) == AHEAD:
                    self.waiting.until(running.pop(0))
                running.append(self.match(shards, elsewhere, block, name))
            for ref in running:
                self.waiting.until(ref)
        # Parts of blocks that a call before this one did not end.
        shutil.rmtree(self.partial, ignore_errors=True)
        files = [self.out / name for name in names]
        rows = sum(pq.read_metadata(file).num_rows for file in files)
        asked = sum(block.rows for block in self.blocks)
        return Found(files, asked, sum(shard.solutions for shard in shards), rows, len(files) - len(todo))

    def look(self) -> tuple[list[Shard], list[str]]:
        """Open each shard and read each challenge once, before anything that takes long."""
        wait = self.waiting
        shards = [wait.give(f"shard `{path}` to be opened", _shards.look, path, self.encoder) for path in self.paths]
        looked = [wait.give(f"the challenges of block {block.number}", _shards.look_at_block, block) for block in self.blocks]
        keys = [wait.give(f"the hash of block {block.number}", _shards.key_of, ref) for ref, block in zip(looked, self.blocks, strict=True)]
        names = [f"`{block.file}`" if block.file else "the challenges given" for block in self.blocks]
        checked = wait.give("the ids of the challenges to be compared", _shards.check_ids, names, *looked)
        opened = [wait.until(ref) for ref in shards]
        _shards.check_alike(opened)
        wait.until(checked)
        return opened, [wait.until(ref) for ref in keys]

    def compare(self, shards: list[Shard]) -> list[list[Any]]:
        """For each shard where its texts are that another one counts."""
        parts = min(len(shards), PARTS)
        divided = [
            self.waiting.give_many(f"the ids of shard `{shard.path}`", parts, _shards.census, shard, self.options, self.key, parts)
            for shard in shards
        ]
        compared = [
            self.waiting.give_many("the ids of all shards to be compared", len(shards), _shards.compare, self.paths, *of_part)
            for of_part in zip(*divided, strict=True)
        ]
        return [list(of_shard) for of_shard in zip(*compared, strict=True)]

    def match(self, shards: list[Shard], elsewhere: list[list[Any]], block: Block, name: str) -> Any:
        """Give Ray all that makes the file of a block; what the last task returns."""
        give, number = self.waiting.give, block.number
        given = ray.put(block)
        merged = None
        for round_ in (1, 2, 3):
            own = [
                give(
                    f"round {round_} of the statistics of block {number} in shard `{shard.path}`",
                    _shards.statistics,
                    *(shard, self.options, self.key, given, merged, *hashes),
                )
                for shard, hashes in zip(shards, elsewhere, strict=True)
            ]
            merged = self.merged(own, number)
        parts = [
            give(
                f"the matches of block {number} in shard `{shard.path}`",
                _shards.find,
                *(shard, self.options, self.key, given, merged, str(self.partial / f"{name}-{shard.commit}.parquet")),
            )
            for shard in shards
        ]
        return give(f"the matches of block {number} to be merged", _shards.merge, given, self.limit, str(self.out / name), *parts)

    def merged(self, parts: list[Any], number: int) -> Any:
        """The statistics of all shards, merged some at a time, so that no worker holds those of all."""
        while True:
            groups = [parts[start : start + TOGETHER] for start in range(0, len(parts), TOGETHER)]
            parts = [self.waiting.give(f"the statistics of block {number} to be merged", _shards.merge_statistics, *group) for group in groups]
            if len(parts) == 1:
                return parts[0]

    def check_out(self, names: Sequence[str]) -> None:
        """Refuse results of another call, among which these would not be found again."""
        known = {*names, self.partial.name}
        others = sorted(path.name for pattern in ("*.parquet", "_parts-*") for path in self.out.glob(pattern) if path.name not in known)
        if others:
            raise InvalidOptionError(
                f"`out` has results of another call: `{self.out / others[0]}` (expected an empty folder, or one of a call with the same shards, challenges and options)",
                "out",
                others[0],
                "an empty folder",
            )


def _check_options(options: Mapping[str, Any], block: int, stall: float, num_cpus: float) -> None:
    """Refuse wrong options here, and not on a worker."""
    Matcher(Catalogue.create(), **options["matcher"]).find_all([], **options["find"])
    for name, value, is_right, expected in [
        ("block", block, isinstance(block, int) and block >= 1, "a whole number, 1 or more"),
        ("stall", stall, stall > 0, "seconds, more than 0"),
        ("num_cpus", num_cpus, num_cpus > 0, "a number of processors, more than 0"),
    ]:
        if not is_right:
            raise InvalidOptionError(f"`{name}` cannot be `{value}` (expected {expected})", name, str(value), expected)


def _shard_paths(shards: _Path | Sequence[_Path]) -> list[str]:
    if isinstance(shards, str | os.PathLike):
        folder = Path(shards).absolute()
        manifest = folder / MANIFEST
        if not manifest.exists():
            raise InvalidOptionError(f"`{folder}` has no `{MANIFEST}` (expected a folder that `build` filled, or a list of catalogues)", "shards", str(folder))
        paths = [str(folder / name) for name in json.loads(manifest.read_text(encoding="utf-8"))]
    else:
        paths = [str(Path(path).absolute()) for path in shards]
    if not paths:
        raise InvalidOptionError("`shards` cannot be empty (expected one or more)", "shards", "none")
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise InvalidOptionError(f"`shards` has `{twice[0]}` twice (expected each shard once)", "shards", twice[0])
    return paths


def _blocks(challenges: _Path | _Asks, size: int) -> Iterator[Block]:
    """The challenges, divided."""
    number = 0
    if isinstance(challenges, str | os.PathLike) and Path(challenges).exists():
        for file in _parquet_files(Path(challenges).absolute(), "challenges"):
            rows = _rows(file)
            for start in range(0, rows, size):
                yield Block(number, str(file), start, min(size, rows - start))
                number += 1
        return
    given = list(_given(challenges))
    for start in range(0, len(given), size):
        part = given[start : start + size]
        yield Block(number, "", start, len(part), tuple(part))
        number += 1


def _given(challenges: Any) -> Iterator[Any]:
    """Challenges, each with an id: its place, from 1, if it has none."""
    if isinstance(challenges, str | os.PathLike):
        raise InvalidOptionError(f"`challenges` cannot be `{challenges}`, where there is nothing (expected a path, or a list)", "challenges", str(challenges))
    rows = pa.table(challenges).to_pylist() if hasattr(challenges, "__arrow_c_stream__") else challenges
    for place, one in enumerate(rows, 1):
        if isinstance(one, str):
            yield Challenge(str(place), one)
        elif isinstance(one, Mapping):
            yield {**one, "id": one.get("id") or str(place)}
        elif isinstance(one, Challenge):
            yield one
        else:
            raise InvalidDataError(f"row {place}: a challenge cannot be `{one!r}` (expected a text, a Challenge or a mapping)", None, place)


def _parquet_files(root: Path, name: str) -> list[Path]:
    """The Parquet files of a dataset, in the order of their names."""
    if root.is_file():
        if root.suffix != ".parquet":
            raise InvalidOptionError(f"`{name}` cannot be `{root}` (expected a Parquet file, whose name ends in .parquet)", name, str(root), "a Parquet file")
        return [root]
    # As Spark and Ray do: what begins so is no part of a dataset.
    files = [file for file in root.rglob("*.parquet") if not any(part.startswith(("_", ".")) for part in file.relative_to(root).parts)]
    if not files:
        raise InvalidOptionError(f"`{name}` cannot be `{root}`, where there is no Parquet file (expected one or more)", name, str(root), "Parquet files")
    return sorted(files)


def _rows(file: Path) -> int:
    try:
        return int(pq.read_metadata(file).num_rows)
    except pa.ArrowInvalid as error:
        raise InvalidDataError(f"`{file}` is no Parquet file: {error} (expected one)", str(file)) from None


def _bar(progress: bool, what: str, total: int) -> Any:
    return tqdm_ray.tqdm(desc=f"citymatch {what}", total=total) if progress else None
