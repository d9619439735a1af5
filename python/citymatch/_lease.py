"""Whether somebody still waits for what a worker does.

A call holds a lease: a file, on the file system that all machines share, for as long as it waits. A worker looks for it before each task,
and from time to time during a long one, and gives up when it is gone. `ray.cancel` would be shorter, but where it meets a task that
ends at that moment, Ray ends the process that called it ("Tried to complete task that was not pending", ray-project/ray, pull request 54785).
"""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

#: How many seconds a worker works at most without looking: a file system of many machines is not to be asked more often.
INTERVAL = 0.5

_held = ""
_looked = -INTERVAL


class Abandoned(Exception):
    """Raised on a worker when nobody waits for it any more."""


class Lease:
    """A file that is there while the ``with`` block runs. Creating it fails where the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f".citymatch-{uuid.uuid4().hex}"

    def __enter__(self) -> Lease:
        self.path.write_bytes(b"")
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.path.unlink()


def take(path: str) -> None:
    """On a worker: what it does from now on is for the holder of this lease."""
    global _held, _looked
    _held, _looked = path, -INTERVAL
    check()


def check(*_: object) -> None:
    """On a worker: raise `Abandoned` if nobody waits any more. It takes what a ``progress=`` is called with."""
    global _looked
    if not _held or time.monotonic() < _looked + INTERVAL:
        return
    try:
        os.stat(_held)
    except FileNotFoundError:
        raise Abandoned(_held) from None
    _looked = time.monotonic()
