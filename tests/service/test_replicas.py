"""Two services behind one load balancer: each answers from a folder of its own, and takes in a new commit that is copied into it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

from launch import COMMAND, service

ASK = json.dumps({"text": "¿Cómo retener el agua de lluvia en las calles?", "limit": 5}).encode()


def answer(address: str) -> str:
    request = urllib.request.Request(f"{address}/v1/match", ASK, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as found:
        return json.dumps(json.load(found)["results"][0]["matches"], sort_keys=True)


def other_answer(address: str, than: str) -> str:
    """The first answer that is another one, within half a minute."""
    until = time.monotonic() + 30
    while (found := answer(address)) == than:
        assert time.monotonic() < until, "no new commit was taken in"
        time.sleep(0.05)
    return found


def copied(catalogue: Path, to: Path) -> Path:
    subprocess.run([COMMAND, "copy", catalogue, to], check=True, capture_output=True)
    return to


def bring(snapshot: Path, replica: Path) -> None:
    """What ``rsync -a --exclude meta.json snapshot/ replica/ && rsync -a snapshot/meta.json replica/`` does: no file is changed in place, and
    the list of files comes last."""
    files = sorted((path for path in snapshot.rglob("*") if path.is_file()), key=lambda path: path.name == "meta.json")
    for file in files:
        to = replica / file.relative_to(snapshot)
        to.parent.mkdir(exist_ok=True)
        part = to.with_name(f".{to.name}.part")
        shutil.copy2(file, part)
        os.replace(part, to)


def test_a_replica_takes_in_a_commit_without_a_wrong_answer(tmp_path: Path) -> None:
    owner, replica = tmp_path / "owner", tmp_path / "replica"
    owner.mkdir(), replica.mkdir()
    subprocess.run([COMMAND, "demo"], cwd=owner, check=True, capture_output=True)
    copied(owner / "demo.cm", replica / "demo.cm")
    with service(owner, "--refresh", "0.2") as first, service(replica, "--refresh", "0.2") as second:
        before = answer(first)
        assert answer(second) == before
        seen: list[str] = []
        failed: list[Exception] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                try:
                    seen.append(answer(second))
                except Exception as error:
                    failed.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        record = {"id": "new", "title": "Jardines de lluvia", "description": "Retienen el agua de lluvia en las calles.", "language": "es"}
        (tmp_path / "new.jsonl").write_text(json.dumps(record), encoding="utf-8")
        subprocess.run([COMMAND, "add", owner / "demo.cm", tmp_path / "new.jsonl"], check=True, capture_output=True)
        bring(copied(owner / "demo.cm", tmp_path / "snapshot.cm"), replica / "demo.cm")
        # Either may be the first that looks.
        after = other_answer(second, before)
        stop.set()
        asking.join()
        assert other_answer(first, before) == after and "new" in after
        assert not failed and set(seen) <= {before, after} and before in seen
        subprocess.run([COMMAND, "check", replica / "demo.cm"], check=True, capture_output=True)
