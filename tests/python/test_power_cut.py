"""What a power cut leaves: every state of the disk that it may leave is built and opened.

A call runs in a process of its own under ``strace``, which records its system calls. Then, for each moment of it, folders are built as the
disk may have them (after Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014): bytes that no sync followed are whole, half or
missing; names that no sync of their folder followed are missing all together, one by one, or all but the removals. Before the call has
returned, the catalogue must hold the old or the new records; afterwards the new ones. No state may be one that cannot be opened.
"""

from __future__ import annotations

import collections
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import citymatch as cm
import pytest

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="strace is for Linux"),
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed: apt-get install strace"),
]

TRACED = "openat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,ftruncate,copy_file_range,sendfile"
WORKER = """
import json, sys, citymatch as cm
call, path, argument = sys.argv[1:]
if call == "create":
    cm.Catalogue.create(path)
elif call == "repair":
    cm.Catalogue.repair(path, json.loads(argument))
else:
    getattr(cm.Catalogue.open(path), call)(json.loads(argument))
"""


class Call(NamedTuple):
    """A system call that succeeded."""

    name: str
    path: str
    to: str = ""
    data: bytes = b""
    truncates: bool = False


class File:
    """A file's bytes as written, and as they were at its last sync."""

    def __init__(self, data: bytes) -> None:
        self.written = self.synced = data

    def after_a_power_cut(self, unsynced: str) -> bytes:
        kept = {"whole": len(self.written), "missing": len(self.synced), "half": (len(self.written) + len(self.synced)) // 2}
        return (self.synced if unsynced == "missing" else self.written)[: kept[unsynced]]


def text_of(quoted: bytes) -> bytes:
    """A string as ``strace -xx`` writes it."""
    return bytes.fromhex(quoted.replace(b"\\x", b"").decode())


def record(top: Path, log: Path, *arguments: str) -> list[Call]:
    """The calls that a process makes below a folder."""
    strace = ["strace", "-f", "-y", "-xx", "-s", "9000000", "-o", str(log), "-e", f"trace={TRACED}"]
    done = subprocess.run([*strace, sys.executable, "-c", WORKER, *arguments], capture_output=True, text=True, check=False)
    if done.returncode and "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0, done.stderr
    calls: list[Call] = []
    unfinished: dict[bytes, bytes] = {}
    for line in log.read_bytes().splitlines():
        pid, _, rest = line.partition(b" ")
        rest = rest.strip()
        if rest.endswith(b"<unfinished ...>"):
            unfinished[pid] = rest.removesuffix(b"<unfinished ...>")
            continue
        if resumed := re.match(rb"<\.\.\. \w+ resumed>(.*)", rest):
            rest = unfinished.pop(pid) + resumed[1]
        if call := re.match(rb"(\w+)\((.*)\)\s+= (\d+)", rest):
            calls += below(top, call[1].decode(), call[2], int(call[3]))
    return calls


def below(top: Path, name: str, arguments: bytes, result: int) -> Iterator[Call]:
    """A line of the record, where it concerns a folder."""
    opened = re.match(rb"\d+<([^>]*)>", arguments)
    path = os.fsdecode(text_of(opened[1])) if opened else ""
    texts = [text_of(text) for text in re.findall(rb'"((?:\\x[0-9a-f]{2})*)"', arguments)]
    if name in ("write", "writev"):
        if path.startswith(f"{top}/"):
            yield Call("write", path, data=b"".join(texts)[:result])
        return
    if name in ("fsync", "fdatasync"):
        yield Call("sync", path)
        return
    named = [os.path.normpath(os.fsdecode(text)) for text in texts] or [path]
    if not any(place.startswith(f"{top}/") for place in named):
        return
    if name == "openat":
        if b"O_CREAT" in arguments or b"O_TRUNC" in arguments:
            yield Call("open", named[0], truncates=b"O_TRUNC" in arguments)
    elif name.startswith("rename"):
        yield Call("rename", named[0], to=named[1])
    elif name.startswith("unlink"):
        yield Call("unlink", named[0])
    else:
        assert name == "mkdir", f"{name} is not modelled"


def play(before: dict[str, bytes], calls: list[Call], missing: Collection[int] = (), unsynced: str = "whole") -> dict[str, bytes]:
    """What the disk has after these calls, where the names that some of them made or took away are missing."""
    seen = {path: File(data) for path, data in before.items()}  # by the process
    disk = dict(seen)
    for at, call in enumerate(calls):
        if call.name == "open" and call.path not in seen:
            seen[call.path] = File(b"")
            if at not in missing:
                disk[call.path] = seen[call.path]
        elif call.name == "open" and call.truncates:
            seen[call.path].written = b""
        elif call.name == "write":
            seen[call.path].written += call.data
        elif call.name == "sync" and call.path in seen:
            seen[call.path].synced = seen[call.path].written
        elif call.name == "rename":
            # A file, or all files of a folder.
            for path in [path for path in seen if path == call.path or path.startswith(f"{call.path}/")]:
                to = call.to + path.removeprefix(call.path)
                seen[to] = seen.pop(path)
                if at not in missing and (path == call.path or path in disk):
                    disk.pop(path, None)
                    disk[to] = seen[to]
        elif call.name == "unlink":
            seen.pop(call.path, None)
            if at not in missing:
                disk.pop(call.path, None)
    return {path: file.after_a_power_cut(unsynced) for path, file in disk.items()}


def states(before: dict[str, bytes], calls: list[Call]) -> Iterator[tuple[bool, str, dict[str, bytes]]]:
    """Each state that a power cut may leave: whether the call had returned, what the cut took, and the files."""
    for upto in range(len(calls) + 1):
        done, returned = calls[:upto], upto == len(calls)
        loose: dict[int, str] = {}  # names that no sync of their folder has followed
        for at, call in enumerate(done):
            if call.name in ("open", "rename", "unlink"):
                loose[at] = os.path.dirname(call.to or call.path)
            elif call.name == "sync":
                loose = {name: folder for name, folder in loose.items() if folder != call.path}
        for unsynced in ("whole", "missing", "half"):
            yield returned, f"unsynced bytes {unsynced}", play(before, done, unsynced=unsynced)
        moved = [at for at in loose if calls[at].name != "open"]
        cuts = [("no loose name", play(before, done, loose, "missing"))] if loose else []
        cuts += [(f"one loose {calls[at].name} missing", play(before, done, {at})) for at in moved]
        cuts += [("loose removals alone", play(before, done, {at for at in moved if calls[at].name != "unlink"}))] if moved else []
        for cut, files in cuts:
            yield returned, cut, files


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build(folder: Path, top: Path, files: dict[str, bytes]) -> None:
    """A folder with the files that a cut left of another one."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, data in files.items():
        file = folder / Path(path).relative_to(top)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def titles(path: Path) -> dict[str, str]:
    return {solution.id: solution.title for solution in cm.Catalogue.open(path)}


def solutions(ids: Collection[str], title: str) -> list[dict[str, Any]]:
    return [{"id": id, "title": title, "description": "compost lluvia " * 5, "language": "es"} for id in ids]


def verdict(state: Path, old: dict[str, str] | None, new: dict[str, str]) -> str:
    """Which records a catalogue has."""
    try:
        read, wrong = titles(state), cm.Catalogue.open(state).check()
    except cm.CityMatchError as error:
        return f"unopenable: {error}"
    found = "new" if read == new else "old" if read == old else "neither"
    return f"{found}, and wrong: {wrong[0]}" if wrong else found


def finished(state: Path) -> str:
    """What becomes of a catalogue that was begun: the next `create` has to finish it."""
    try:
        return "old" if len(cm.Catalogue.create(state)) == 0 else "neither"
    except cm.CityMatchError as error:
        return f"never to be finished: {error}"


WORKLOADS: dict[str, tuple[str, Any]] = {
    "create": ("create", None),
    "remove": ("remove", ["m0-1", "m1-2"]),
    "add": ("add", solutions([f"n{i}" for i in range(50)], "Nuevo")),
    "replace_and_merge": ("add", solutions([f"m{k}-{i}" for k in range(8) for i in range(20)], "Otro")),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine commits: two segments, one of them merged."""
    path = tmp_path_factory.mktemp("base") / "base.cm"
    catalogue = cm.Catalogue.create(path)
    for k in range(9):
        catalogue.add(solutions([f"m{k}-{i}" for i in range(30)], f"Huerta {k}"))
    return path


@pytest.mark.parametrize("name", WORKLOADS)
def test_no_state_loses_what_was_committed(name: str, base: Path, tmp_path: Path) -> None:
    call, argument = WORKLOADS[name]
    top, state, folder = tmp_path / "catalogue.cm", tmp_path / "state.cm", tmp_path.resolve()
    assert folder == tmp_path, "strace names files without links"
    old: dict[str, str] | None = None
    if call != "create":
        shutil.copytree(base, top)
        old = titles(top)
    before = contents(top)
    calls = record(top, tmp_path / "calls.log", call, str(top), json.dumps(argument))
    new = titles(top)
    assert new != old and any(call.name == "rename" for call in calls), "the call did something, and it was recorded"
    bad: collections.Counter[tuple[str, str, str]] = collections.Counter()
    done = set()
    for returned, cut, files in states(before, calls):
        key = (returned, *sorted((path, hashlib.sha1(data).digest()) for path, data in files.items()))
        if key in done:
            continue
        done.add(key)
        build(state, top, files)
        found = verdict(state, old, new)
        if old is None and not returned and found.startswith("unopenable"):
            found = finished(state)
        if found not in (("new",) if returned else ("old", "new")):
            bad["after it returned" if returned else "meanwhile", cut, found] += 1
    assert not bad, f"{sum(bad.values())} of {len(done)} states: {dict(bad)}"
    assert len(done) > 10, "states were built"
    print(f"{name}: {len(calls)} calls, {len(done)} states, none of them bad")


def flip_a_byte(catalogue: Path) -> None:
    """Damages the texts of some records."""
    store = max(catalogue.glob("*.store"))
    data = bytearray(store.read_bytes())
    data[len(data) // 3] ^= 0x40
    store.write_bytes(data)


@pytest.mark.parametrize("call", ["copy", "repair"])
def test_no_state_has_half_a_new_catalogue(call: str, base: Path, tmp_path: Path) -> None:
    top, state = tmp_path / "top", tmp_path / "state"
    shutil.copytree(base, top / "catalogue.cm")
    if call == "repair":
        flip_a_byte(top / "catalogue.cm")
    before = contents(top)
    calls = record(top, tmp_path / "calls.log", call, str(top / "catalogue.cm"), json.dumps(str(top / "new.cm")))
    new = titles(top / "new.cm")
    assert new.items() <= titles(base).items() and len(new) > len(titles(base)) / 2
    assert any(call.name == "rename" and call.to == str(top / "new.cm") for call in calls), "it was recorded"
    bad: collections.Counter[tuple[str, str, str]] = collections.Counter()
    done = set()
    for returned, cut, files in states(before, calls):
        own = {path: data for path, data in files.items() if path.startswith(f"{top}/new.cm/")}
        key = (returned, *sorted((path, hashlib.sha1(data).digest()) for path, data in own.items()))
        if key in done:
            continue
        done.add(key)
        assert {path: files[path] for path in before} == before, "the catalogue itself is not touched"
        build(state, top, own)
        found = verdict(state / "new.cm", None, new) if own else "absent"
        if found not in (("new",) if returned else ("absent", "new")):
            bad["after it returned" if returned else "meanwhile", cut, found] += 1
    assert not bad, f"{sum(bad.values())} of {len(done)} states: {dict(bad)}"
    assert len(done) > 1, "states were built"
    print(f"{call}: {len(calls)} calls, {len(done)} states, none of them bad")


@pytest.mark.parametrize("emptied", ["citymatch.json", ".managed.json"])
def test_no_state_of_a_repair_is_beyond_repair(emptied: str, base: Path, tmp_path: Path) -> None:
    """Where a small file is written again in place, and the power is cut, the next repair does it."""
    top, state, unused = tmp_path / "catalogue.cm", tmp_path / "state.cm", tmp_path / "unused.cm"
    shutil.copytree(base, top)
    (top / emptied).write_bytes(b"")
    before, old = contents(top), titles(base)
    calls = record(top, tmp_path / "calls.log", "repair", str(top), json.dumps(str(unused)))
    assert any(call.name == "rename" and call.to == str(top / emptied) for call in calls), "it was recorded"
    for returned, cut, files in states(before, calls):
        build(state, top, files)
        if not returned:
            assert cm.Catalogue.repair(state, unused).saved_into is None, cut
        assert verdict(state, old, {}) == "old", cut
