"""How far long work has come: on a bar, on a line, or told to a callable."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any


class Line:
    """A line on stderr that is written over."""

    def __init__(self, verb: str) -> None:
        self.verb = verb
        self.shown = -1

    def __call__(self, done: int, total: int) -> None:
        if done != self.shown:
            print(f"\r{self.verb} {done} of {total}", end="", file=sys.stderr, flush=True)
        self.shown = done

    def close(self) -> None:
        print(file=sys.stderr)


class Bar:
    """A bar of tqdm."""

    def __init__(self, tqdm: Any, total: int, verb: str, thing: str) -> None:
        self.bar = tqdm(total=total, desc=verb, unit=thing)

    def __call__(self, done: int, total: int) -> None:
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        self.bar.close()


class Told:
    """A callable of the user's."""

    def __init__(self, tell: Callable[[int, int], object]) -> None:
        self.tell = tell

    def __call__(self, done: int, total: int) -> None:
        self.tell(done, total)

    def close(self) -> None:
        pass


def reporter(
    progress: bool | Callable[[int, int], object], total: int, verb: str, thing: str
) -> Line | Bar | Told | None:
    """What tells the progress: called with done and total, and closed at the end in any case."""
    if progress is False or progress is None:
        return None
    if callable(progress):
        return Told(progress)
    try:
        # In a notebook without ipywidgets it warns that its bar will be one of text.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return Line(verb)
    return Bar(tqdm, total, verb, thing)
