"""Several shards on a local cluster of two workers give what one catalogue gives, to the last bit, whatever happens to a worker.
`benches/distributed` does the same with 200,000 records."""

import doctest
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import citymatch as cm
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ray = pytest.importorskip("ray", reason="Ray has no wheel for this Python")
from citymatch import _cluster, _shards, distributed  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")

LIMIT = 10
DEMO = Path(__file__).parents[2] / "crates/citymatch-cli/demo"
Record = dict[str, Any]


def lines(name: str) -> list[Record]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


SOLUTIONS = lines("solutions.jsonl")
# Copies, which whatever divides them puts into other shards: by the hash of their ids, by another country.
SOLUTIONS += [{**record, "id": f"copy {record['id']}", "country": "PT"} for record in SOLUTIONS[::7]]
CHALLENGES = [cm.Challenge(**{key: row[key] for key in ("id", "title", "question", "problem") if key in row}) for row in lines("challenges.jsonl")[:8]]
# Read in every language; without a verdict; found nowhere; in the commonest language of all solutions.
CHALLENGES += [cm.Challenge(f"short {number}", text) for number, text in enumerate(["agua lluvia", "de la que", "вода дождь улицы города сад рынок mercado huertas"])]


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """Two workers: one processor, of which each asks for a half."""
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, object_store_memory=100_000_000)
    # Workers do not have this file.
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def whole() -> pa.Table:
    """What one catalogue finds."""
    catalogue = cm.Catalogue.create()
    catalogue.add(SOLUTIONS)
    found: pa.Table = cm.Matcher(catalogue).find_all(CHALLENGES, limit=LIMIT).to_arrow(fields=["answered"], signals=True)
    assert {True, False, None} >= set(found["answered"].to_pylist()) >= {True, False} and found.num_rows == 10 * (LIMIT)
    return found


def by_hash(record: Record, count: int) -> int:
    return zlib.crc32(record["id"].encode()) % count


def by_country(record: Record, count: int) -> int:
    return zlib.crc32((record.get("country") or "").encode()) % count


def by_length(record: Record, count: int) -> int:
    return min(len(record.get("description") or "") // 100, count - 1)


def shards_in(folder: Path, count: int, split: Callable[[Record, int], int]) -> list[Path]:
    """The records in so many shards. From 8 on the first one is empty and the second has one record."""
    divided: list[list[Record]] = [[] for _ in range(count)]
    for record in SOLUTIONS:
        divided[split(record, count)].append(record)
    if count >= 8:
        rest = divided[0] + divided[1]
        divided[0], divided[1] = [], rest[:1]
        divided[2] += rest[1:]
    paths = []
    for number, records in enumerate(divided):
        paths.append(folder / f"{number}.cm")
        catalogue = cm.Catalogue.create(paths[-1])
        if number % 2:
            # Some came and went, and some were another text before.
            catalogue.add([{"id": "gone", "title": "Inundaciones, lluvias y techos verdes"}, *({**record, "title": "agua"} for record in records[:3])])
            catalogue.remove(["gone"])
        if records:
            catalogue.add(records)
    return paths


def content(found: distributed.Found) -> pa.Table:
    return pa.concat_tables([pq.read_table(file) for file in found.files])


def bytes_of(table: pa.Table, path: Path) -> bytes:
    pq.write_table(table, path)
    return path.read_bytes()


@pytest.mark.parametrize("split", [by_hash, by_country, by_length])
@pytest.mark.parametrize("count", [1, 2, 8, 13])
def test_shards_are_one_catalogue(tmp_path: Path, whole: pa.Table, count: int, split: Callable[[Record, int], int]) -> None:
    shards = shards_in(tmp_path, count, split)
    found = distributed.find_all(shards, CHALLENGES, tmp_path / "out", limit=LIMIT, signals=True)
    assert (found.asked, found.solutions, found.reused) == (len(CHALLENGES), len(SOLUTIONS), 0)
    one, own = whole, content(found)
    assert own.column_names == one.column_names
    assert bytes_of(own.cast(one.schema), tmp_path / "own") == bytes_of(one, tmp_path / "one")
    again = distributed.find_all(shards[::-1], CHALLENGES, tmp_path / "out", limit=LIMIT, signals=True)
    assert (again.reused, again.matches) == (1, found.matches), "the order of the shards is another call"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return shards_in(tmp_path_factory.mktemp("two"), 2, by_hash)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def exits() -> None:
    os._exit(0)


def leaves() -> None:
    sys.exit(0)


def raises() -> None:
    raise OSError(5, "Input/output error")


def sleeps() -> None:
    time.sleep(15)


def but_first(name: str, does: Callable[[], None], folder: Path) -> Callable[..., Any]:
    """A function of workers that does something else when it is first called."""

    def function(*arguments: Any) -> Any:
        from citymatch import _shards

        try:
            os.close(os.open(folder / "once", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return getattr(_shards, name)(*arguments)
        does()
        return None

    function.__name__ = name
    return function


@pytest.mark.parametrize("name", ["statistics", "find", "merge"])
@pytest.mark.parametrize("does", [killed, exits, leaves, raises])
def test_a_worker_that_is_lost(
    tmp_path: Path, whole: pa.Table, two: list[Path], monkeypatch: pytest.MonkeyPatch, does: Callable[[], None], name: str
) -> None:
    monkeypatch.setattr(_shards, name, but_first(name, does, tmp_path))
    found = distributed.find_all(two, CHALLENGES, tmp_path / "out", limit=LIMIT, signals=True)
    assert (tmp_path / "once").exists() and content(found).cast(whole.schema).equals(whole)


def test_a_worker_that_dies_after_it_has_merged(tmp_path: Path, whole: pa.Table, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its result is there, and the parts are gone."""

    def merge(block: Any, limit: int, path: str, *parts: str) -> Any:
        from citymatch import _shards

        had = os.path.exists(path)
        count = _shards.merge(block, limit, path, *parts)
        if not had:
            os.kill(os.getpid(), signal.SIGKILL)
        return count

    monkeypatch.setattr(_shards, "merge", merge)
    found = distributed.find_all(two, CHALLENGES, tmp_path / "out", limit=LIMIT, signals=True)
    assert found.matches == whole.num_rows and content(found).cast(whole.schema).equals(whole)


def test_a_task_that_kills_every_worker(tmp_path: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def find(*arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(_cluster, "RETRIES", 1)
    monkeypatch.setattr(_shards, "find", find)
    with pytest.raises(cm.ClusterError, match="expected a worker that lives until a task is done, at one of 2 tries"):
        distributed.find_all(two, CHALLENGES, tmp_path / "out")


def test_a_worker_that_cannot_be_placed_again(tmp_path: Path, whole: pa.Table, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else takes its place; the other one does its work."""

    @ray.remote(num_cpus=0.5)
    class Other:
        def ready(self) -> bool:
            return True

    other = Other.remote()  # type: ignore[attr-defined]
    assert ray.get(other.ready.remote())
    monkeypatch.setattr(_shards, "find", but_first("find", killed, tmp_path))
    try:
        found = distributed.find_all(two, CHALLENGES, tmp_path / "out", limit=LIMIT, signals=True)
    finally:
        ray.kill(other)
    assert content(found).cast(whole.schema).equals(whole)


def test_silence_is_an_error(tmp_path: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(cm.ClusterError, match=r"nothing was done for 1 s, waiting for shard `.*0\.cm` to be opened.* of 1 CPUs are free"):
        distributed.find_all(two, CHALLENGES, tmp_path / "out", num_cpus=1000, stall=1)
    monkeypatch.setattr(_shards, "find", but_first("find", sleeps, tmp_path))
    with pytest.raises(cm.ClusterError, match=r"waiting for the matches of block 0 in shard `.*\.cm`") as caught:
        distributed.find_all(two, CHALLENGES, tmp_path / "out", stall=8)
    assert caught.value.waiting_for[-1] == "the matches of block 0 to be merged"


def test_after_an_error_workers_stop(tmp_path: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """One shard fails; the other one's worker would go on for long, and a third of the tasks have not begun."""

    def find(shard: Any, *arguments: Any) -> Any:
        from citymatch import _lease

        began = tmp_path / "began"
        if shard.path.endswith("0.cm"):
            began.touch()
            while True:
                _lease.check()
                time.sleep(0.01)
        while not began.exists():
            time.sleep(0.01)
        raise ValueError("the second shard")

    monkeypatch.setattr(_shards, "find", find)
    with pytest.raises(ValueError, match="the second shard"):
        distributed.find_all(two, CHALLENGES, tmp_path / "out", block=4)
    assert not list((tmp_path / "out").glob(".citymatch-*"))
    until = time.monotonic() + 20
    while ray.available_resources().get("CPU", 0) < 1:
        assert time.monotonic() < until, "a worker goes on"
        time.sleep(0.1)


def test_the_same_call_again_does_what_is_missing(tmp_path: Path, whole: pa.Table, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_at_the_last_block(shard: Any, options: Any, key: str, block: Any, *more: Any) -> Any:
        from citymatch import _shards

        if block.number == 2 and shard.path.endswith("0.cm"):
            while len(list((tmp_path / "out").glob("*.parquet"))) < 2:
                time.sleep(0.01)
            raise ValueError("the last block")
        return _shards.find(shard, options, key, block, *more)

    fails_at_the_last_block.__name__ = "find"
    call: dict[str, Any] = {"limit": LIMIT, "signals": True, "block": 4}
    with monkeypatch.context() as patch, pytest.raises(ValueError, match="the last block"):
        patch.setattr(_shards, "find", fails_at_the_last_block)
        distributed.find_all(two, CHALLENGES, tmp_path / "out", **call)
    found = distributed.find_all(two, CHALLENGES, tmp_path / "out", **call)
    assert found.reused == 2 and len(found.files) == 3
    assert content(found).cast(whole.schema).equals(whole)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [path.name for path in found.files], "something was left"


def test_the_driver_sees_no_match(tmp_path: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    get = ray.get

    def recorded(refs: Any, **options: Any) -> Any:
        seen.append(get(refs, **options))
        return seen[-1]

    monkeypatch.setattr(ray, "get", recorded)
    distributed.find_all(two, CHALLENGES, tmp_path / "out", block=4)
    assert len(seen) > 5 and {type(one) for one in seen} == {_shards.Shard, str, int, bool, type(None)}


def test_a_partitioned_dataset(tmp_path: Path, whole: pa.Table) -> None:
    """Files in folders that say the country become shards; those that are there stay."""
    for country in {record.get("country") for record in SOLUTIONS}:
        rows = [{key: record.get(key) for key in ("id", "title", "summary", "description", "language", "themes", "sdgs")} for record in SOLUTIONS if record.get("country") == country]
        folder = tmp_path / "records" / (f"country={country}" if country else "unknown")
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist([*rows, {"id": f"wrong {country}", "title": None}]), folder / "part-0.parquet")
    (tmp_path / "records" / "_metadata.parquet").write_text("what begins so is no part of it")
    built = distributed.build(tmp_path / "records", tmp_path / "shards", shards=3)
    assert len(built.shards) == 3 and built.records == len(SOLUTIONS) and built.rejected > 3
    rejected = [json.loads(line) for file in sorted((tmp_path / "shards").glob("*.jsonl")) for line in file.read_text().splitlines()]
    assert len(rejected) == built.rejected and {row["field"] for row in rejected} == {"title"} and rejected[0]["file"].endswith("part-0.parquet")
    countries = {solution.country for path in built.shards for solution in cm.Catalogue.open(path).solutions}
    assert {record["country"] for record in SOLUTIONS if record.get("country")} <= countries
    made = [path.stat().st_mtime_ns for path in built.shards]
    assert distributed.build(tmp_path / "records", tmp_path / "shards", shards=3) == built
    assert [path.stat().st_mtime_ns for path in built.shards] == made
    pq.write_table(pa.table({"id": [own.id for own in CHALLENGES], "title": [own.title for own in CHALLENGES], "question": [own.question for own in CHALLENGES]}), tmp_path / "challenges.parquet", row_group_size=3)
    found = distributed.find_all(tmp_path / "shards", tmp_path / "challenges.parquet", tmp_path / "out", block=5, progress=True)
    assert len(found.files) == 3
    one = cm.Catalogue.create()
    for path in built.shards:
        one.add([solution for solution in cm.Catalogue.open(path).solutions])
    expected = cm.Matcher(one).find_all(cm.read_challenges(tmp_path / "challenges.parquet")).to_arrow(fields=["answered"])
    assert content(found).cast(expected.schema).equals(expected)


def test_each_part_of_the_statistics_counts(two: list[Path], whole: pa.Table) -> None:
    """Taken from one shard alone, each part changes what is found."""
    matchers = [cm.Matcher(cm.Catalogue.open(path)) for path in two]

    def merged(parts: Sequence[cm.Matcher]) -> Record:
        stats = None
        while stats is None or not stats.is_complete:
            stats = cm.Statistics.merge([part.statistics(CHALLENGES, stats) for part in parts])
        return dict(json.loads(stats.to_bytes()))

    def found(stats: Record) -> list[Any]:
        given = cm.Statistics.from_bytes(json.dumps(stats).encode())
        return [matcher.find_all(CHALLENGES, statistics=given).to_dict() for matcher in matchers]

    told, alone = merged(matchers), merged(matchers[:1])
    right = found(told)
    assert set(told) == {"rounds", "made_by", "documents", "total_length", "languages", "candidates", "doc_freqs"}
    for part in ("documents", "total_length", "candidates", "doc_freqs"):
        own = alone[part]
        # What the shard has not heard of is told as in the whole, so that nothing is missing and only the numbers are wrong.
        wrong = {**told, part: {**told[part], **own} if isinstance(own, dict) else own}
        assert found(wrong) != right, f"`{part}` of a shard alone changes nothing"
    # In another language the words of a challenge are others, about which nobody was asked.
    with pytest.raises(cm.InvalidOptionError, match="statistics made for this challenge"):
        found({**told, "languages": {"en": 1000}})


def test_statistics(two: list[Path]) -> None:
    first, second = (cm.Matcher(cm.Catalogue.open(path)) for path in two)
    parts = [first.statistics(CHALLENGES), second.statistics(CHALLENGES)]
    merged = cm.Statistics.merge(parts)
    assert merged == cm.Statistics.merge(reversed(parts)) and not merged.is_complete
    assert merged.to_bytes() == cm.Statistics.merge(reversed(parts)).to_bytes() and repr(merged) == "<Statistics: not complete>"
    other = json.loads(merged.to_bytes())
    other["made_by"]["encoder"] = "another 8"
    for name, refused, expected in REFUSED:
        with pytest.raises(cm.InvalidOptionError, match=expected):
            refused(first, merged, cm.Statistics.from_bytes(json.dumps(other).encode()))
            pytest.fail(name)


REFUSED: list[tuple[str, Callable[[cm.Matcher, cm.Statistics, cm.Statistics], object], str]] = [
    ("not complete", lambda shard, merged, _: shard.find_all(["lluvia"], statistics=merged), "all rounds merged"),
    ("another encoder", lambda shard, _, other: shard.statistics(["lluvia"], other), "encoder another 8"),
    ("no part", lambda shard, *_: cm.Statistics.merge([]), "one from each catalogue"),
    ("no statistics", lambda shard, *_: cm.Statistics.merge([1]), "an iterable of Statistics"),  # type: ignore[list-item]
    ("of two rounds", lambda shard, merged, _: cm.Statistics.merge([merged, shard.statistics(["lluvia"], merged)]), "parts of one round"),
    ("no bytes of them", lambda *_: cm.Statistics.from_bytes(b"[]"), "what Statistics.to_bytes has written"),
]


def test_matches_with_statistics_are_explained_by_them(two: list[Path]) -> None:
    """Also after a pickle, in which they are once."""
    first, second = (cm.Matcher(cm.Catalogue.open(path)) for path in two)
    stats = None
    while stats is None or not stats.is_complete:
        stats = cm.Statistics.merge([first.statistics(CHALLENGES, stats), second.statistics(CHALLENGES, stats)])
    run = first.find_all(CHALLENGES, statistics=stats)
    for own in (run, pickle.loads(pickle.dumps(run))):
        assert own[0].explain(0).value == run[0][0].score
    assert first.explain(CHALLENGES[0], run[0][0].solution_id).value != run[0][0].score


Call = Callable[[list[Path], Path], object]


def no_catalogue(two: list[Path], folder: Path) -> object:
    (folder / "no.cm").mkdir()
    return distributed.find_all([two[0], folder / "no.cm"], CHALLENGES, folder / "out")


def of_another_version(two: list[Path], folder: Path) -> object:
    shutil.copytree(two[0], folder / "new.cm")
    told = json.loads((folder / "new.cm/citymatch.json").read_text())
    (folder / "new.cm/citymatch.json").write_text(json.dumps({**told, "format": 99}))
    return distributed.find_all([two[1], folder / "new.cm"], CHALLENGES, folder / "out")


def of_another_encoder(two: list[Path], folder: Path) -> object:
    encoder = cm.Encoder("small", 8, lambda texts: [[1.0] * 8 for _ in texts])
    cm.Catalogue.create(folder / "small.cm", encoder=encoder).add([{"id": "s1", "title": "Rain"}])
    return distributed.find_all([two[1], folder / "small.cm"], CHALLENGES, folder / "out")


def of_other_subjects(two: list[Path], folder: Path) -> object:
    subjects = {"name": "others", "subjects": [{"id": "a", "es": {"name": "agua"}}, {"id": "b", "es": {"name": "fuego"}}]}
    (folder / "subjects.json").write_text(json.dumps(subjects))
    cm.Catalogue.create(folder / "others.cm", subjects=folder / "subjects.json").add([{"id": "s1", "title": "Rain"}])
    return distributed.find_all([two[1], folder / "others.cm"], CHALLENGES, folder / "out")


def one_id_in_two(two: list[Path], folder: Path) -> object:
    shutil.copytree(two[0], folder / "copy.cm")
    return distributed.find_all([*two, folder / "copy.cm"], CHALLENGES, folder / "out")


def one_shard_twice(two: list[Path], folder: Path) -> object:
    return distributed.find_all([*two, two[0]], CHALLENGES, folder / "out")


def challenge_twice(two: list[Path], folder: Path) -> object:
    for part in ("a", "b"):
        pq.write_table(pa.table({"id": [f"only {part}", "c1"], "question": ["lluvia", "agua"]}), folder / f"{part}.parquet")
    return distributed.find_all(two, folder, folder / "out")


def challenge_without_id(two: list[Path], folder: Path) -> object:
    pq.write_table(pa.table({"id": ["c1", None], "question": ["lluvia", "agua"]}), folder / "a.parquet")
    return distributed.find_all(two, folder / "a.parquet", folder / "out")


def challenges_without_ids(two: list[Path], folder: Path) -> object:
    pq.write_table(pa.table({"question": ["lluvia", "agua"]}), folder / "a.parquet")
    return distributed.find_all(two, folder / "a.parquet", folder / "out")


def challenge_without_text(two: list[Path], folder: Path) -> object:
    pq.write_table(pa.table({"id": ["c1", "c2", "c3"], "question": ["lluvia", "agua", None]}), folder / "a.parquet")
    return distributed.find_all(two, folder / "a.parquet", folder / "out", block=2)


def corrupt_challenges(two: list[Path], folder: Path) -> object:
    (folder / "a.parquet").write_text("no parquet")
    return distributed.find_all(two, folder / "a.parquet", folder / "out")


def challenges_as_csv(two: list[Path], folder: Path) -> object:
    (folder / "a.csv").write_text("id,question")
    return distributed.find_all(two, folder / "a.csv", folder / "out")


def results_of_another(two: list[Path], folder: Path) -> object:
    distributed.find_all(two, ["lluvia"], folder / "out")
    return distributed.find_all(two, ["agua"], folder / "out")


def parts_of_another(two: list[Path], folder: Path) -> object:
    (folder / "out/_parts-of-another").mkdir(parents=True)
    return distributed.find_all(two, ["agua"], folder / "out")


def out_is_a_file(two: list[Path], folder: Path) -> object:
    (folder / "out").write_text("")
    return distributed.find_all(two, CHALLENGES, folder / "out")


def corrupt_parquet(two: list[Path], folder: Path) -> object:
    (folder / "a.parquet").write_text("no parquet")
    return distributed.build(folder, folder / "shards")


BAD: list[tuple[Call, type[BaseException], str]] = [
    (no_catalogue, cm.CatalogueStateError, r"shard `.*no\.cm` is no catalogue"),
    (of_another_version, cm.CatalogueFormatError, r"new\.cm` has format 99"),
    (of_another_encoder, cm.CatalogueFormatError, r"shard `.*small\.cm` was made with another encoder .*expected it as `encoder`"),
    (of_other_subjects, cm.CatalogueFormatError, r"shard `.*others\.cm` was made with the subjects `others` \(expected `.*`, as shard `.*1\.cm`\)"),
    (one_id_in_two, cm.InvalidDataError, r"solution `.*` is in the shards `.*\.cm` and `.*copy\.cm`"),
    (one_shard_twice, cm.InvalidOptionError, r"`shards` has `.*0\.cm` twice"),
    (challenge_twice, cm.InvalidDataError, r"challenge `c1` comes twice, in `.*a\.parquet` and `.*b\.parquet`"),
    (challenge_without_id, cm.InvalidDataError, r"a\.parquet`, row 2: a challenge has no id"),
    (challenges_without_ids, cm.InvalidDataError, r"a\.parquet` has no column `id` \(expected one; it has question\)"),
    (challenge_without_text, cm.InvalidDataError, r"a\.parquet`, row 3: "),
    (corrupt_challenges, cm.InvalidDataError, r"a\.parquet` is no Parquet file"),
    (challenges_as_csv, cm.InvalidOptionError, r"`challenges` cannot be `.*a\.csv` \(expected a Parquet file"),
    (results_of_another, cm.InvalidOptionError, r"`out` has results of another call: `.*\.parquet`"),
    (parts_of_another, cm.InvalidOptionError, r"`out` has results of another call: `.*_parts-of-another`"),
    (out_is_a_file, OSError, r"File exists: '.*out'"),
    (corrupt_parquet, pa.ArrowInvalid, r"a\.parquet"),
    (lambda two, folder: distributed.find_all([], CHALLENGES, folder / "out"), cm.InvalidOptionError, "`shards` cannot be empty"),
    (lambda two, folder: distributed.find_all(folder, CHALLENGES, folder / "out"), cm.InvalidOptionError, r"has no `shards\.json` \(expected a folder that `build`"),
    (lambda two, folder: distributed.find_all(two, [], folder / "out"), cm.InvalidOptionError, "`challenges` cannot be empty"),
    (lambda two, folder: distributed.find_all(two, folder / "no", folder / "out"), cm.InvalidOptionError, "`challenges` cannot be `.*no`, where there is nothing"),
    (lambda two, folder: distributed.find_all(two, [3], folder / "out"), cm.InvalidDataError, "row 1: a challenge cannot be `3`"),  # type: ignore[list-item]
    (lambda two, folder: distributed.find_all(two, CHALLENGES, folder / "out", limit=0), cm.InvalidOptionError, "limit"),
    (lambda two, folder: distributed.find_all(two, CHALLENGES, folder / "out", block=0), cm.InvalidOptionError, "`block` cannot be `0`"),
    (lambda two, folder: distributed.find_all(two, CHALLENGES, folder / "out", stall=0), cm.InvalidOptionError, "`stall` cannot be `0`"),
    (lambda two, folder: distributed.find_all(two, CHALLENGES, folder / "out", num_cpus=0), cm.InvalidOptionError, "`num_cpus` cannot be `0`"),
    (lambda two, folder: distributed.build(folder, folder / "shards"), cm.InvalidOptionError, "where there is no Parquet file"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[message for _, _, message in BAD])
def test_bad_input(tmp_path: Path, two: list[Path], call: Call, error: type[BaseException], message: str) -> None:
    with pytest.raises(error, match=message):
        call(two, tmp_path)
    assert not list(tmp_path.glob("out/_parts*/*"))


def after(name: str, does: Callable[[str], object], shard: str) -> Callable[..., Any]:
    """A function of workers after something has been done to a shard."""

    def function(*arguments: Any) -> Any:
        from citymatch import _shards

        if os.path.exists(shard):
            does(shard)
        return getattr(_shards, name)(*arguments)

    function.__name__ = name
    return function


def test_a_shard_that_changes_or_goes(tmp_path: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[tuple[str, Callable[[str], object]]] = [
        ("was changed during the call", lambda path: cm.Catalogue.open(path).add([{"id": "new", "title": "Rain"}])),
        ("is no catalogue, or has gone", shutil.rmtree),
    ]
    for number, (message, becomes) in enumerate(cases):
        folder = tmp_path / str(number)
        shutil.copytree(two[0], folder / "copy.cm")
        shard = str(folder / "copy.cm")

        monkeypatch.setattr(_shards, "merge_statistics", after("merge_statistics", becomes, shard))
        with pytest.raises(cm.CatalogueStateError, match=rf"shard `.*copy\.cm` {message}"):
            distributed.find_all([shard, two[1]], CHALLENGES, folder / "out")


def test_a_full_disk_names_the_file(tmp_path: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def merge(*arguments: Any) -> Any:
        from citymatch import _shards

        def full(*_: object) -> None:
            raise OSError("error writing: No space left on device")

        kept, pq.write_table = pq.write_table, full
        try:
            return _shards.merge(*arguments)
        finally:
            pq.write_table = kept

    monkeypatch.setattr(_shards, "merge", merge)
    with pytest.raises(OSError, match=r"\[Errno 28\] .*out/000000-.*\.parquet"):
        distributed.find_all(two, CHALLENGES, tmp_path / "out")


def test_the_examples_run() -> None:
    failures, tried = doctest.testmod(distributed)
    assert tried > 20 and failures == 0


NOT_THERE = """
import sys
sys.modules["ray"] = None
try:
    import citymatch.distributed
except ImportError as error:
    print(error)
"""
NOT_REACHED = """
import sys, citymatch as cm
from citymatch import distributed
try:
    distributed.find_all([sys.argv[1]], ["lluvia"], sys.argv[2])
except cm.ClusterError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("program", "expected"),
    [(NOT_THERE, "expected `pip install 'citymatch[distributed]'`"), (NOT_REACHED, "Ray cannot be reached: ")],
    ids=["not installed", "not reached"],
)
def test_no_ray(tmp_path: Path, two: list[Path], program: str, expected: str) -> None:
    environment = {**os.environ, "RAY_ADDRESS": "ray://127.0.0.1:9", "RAY_CLIENT_CONNECT_TIMEOUT": "1"}
    command = [sys.executable, "-W", "ignore", "-c", program, str(two[0]), str(tmp_path / "out")]
    assert expected in subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
