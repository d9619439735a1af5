"""Ray: to reach it, and to wait for what it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import ray
from ray.exceptions import RayError, RayTaskError

from . import _lease
from .errors import ClusterError

#: How often Ray does a task again whose worker has died or which a file system failed.
RETRIES = 5
#: How much of what is waited for a message names.
NAMED = 5


def connect() -> None:
    """Use the cluster that the program has connected to; else the one that Ray finds, or one on this machine."""
    if ray.is_initialized():
        return
    try:
        ray.init(log_to_driver=False)
    except (ConnectionError, RayError, RuntimeError, ValueError) as error:
        raise ClusterError(f"Ray cannot be reached: {error} (expected `ray.init()` to connect, or RAY_ADDRESS to name a cluster)") from error


def perform(lease: str, function: Callable[..., Any], num_returns: int, *arguments: Any) -> list[Any]:
    """On a worker: do a task, if somebody waits for it. Whether it was done comes before what it returns, so that the program that waits
    learns of an error at once and fetches no result."""
    try:
        _lease.take(lease)
        returned = function(*arguments)
    except _lease.Abandoned:
        return [False] + [None] * num_returns
    return [True, *returned] if num_returns > 1 else [True, returned]


_perform = ray.remote(perform)


class Waiting:
    """Tasks that were given to Ray, each with what it does in words. Whichever ends next is progress. Workers give up what is not done when
    the ``with`` block ends, by an error or by Ctrl-C."""

    def __init__(self, folder: Path, num_cpus: float, stall: float) -> None:
        self.lease = _lease.Lease(folder)
        self.num_cpus, self.stall = num_cpus, stall
        self.bar: Any = None
        #: What is not done, by the reference that tells whether it is; and that reference of each result.
        self.tasks: dict[Any, str] = {}
        self.told_by: dict[Any, Any] = {}

    def __enter__(self) -> Waiting:
        self.lease.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.lease.__exit__()
        if self.bar is not None:
            self.bar.close()

    def give(self, what: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Let Ray do a task: again where its worker dies, wherever there is room. What its result is known by."""
        return self.give_many(what, 1, function, *arguments)[0]

    def give_many(self, what: str, count: int, function: Callable[..., Any], *arguments: Any) -> list[Any]:
        """As `give`, for a function that returns so many results, or the only one of them."""
        options = {"num_cpus": self.num_cpus, "name": f"citymatch {function.__name__}", "num_returns": count + 1}
        remote = _perform.options(**options, max_retries=RETRIES, retry_exceptions=[OSError])
        refs: list[Any] = remote.remote(str(self.lease.path), function, count, *arguments)
        done, results = refs[0], refs[1:]
        self.tasks[done] = what
        self.told_by.update(dict.fromkeys(results, done))
        return results

    def until(self, ref: Any) -> Any:
        """The result of a task, when it is done; the error of whichever task fails first, or one if nothing at all is done for too long."""
        while self.told_by[ref] in self.tasks:
            # Results stay where they are: this process only learns that they are there.
            done, _ = ray.wait(list(self.tasks), num_returns=1, timeout=self.stall, fetch_local=False)
            if not done:
                self.silent()
            for one in done:
                del self.tasks[one]
                if not self.result(one):
                    raise ClusterError(f"workers saw no file `{self.lease.path}` (expected a file system that all machines share)")
                if self.bar is not None:
                    self.bar.update(1)
        return self.result(ref)

    def result(self, ref: Any) -> Any:
        try:
            return ray.get(ref, timeout=self.stall)
        except RayError as error:
            # What a function raised, as if it had been called here; it comes through those that wanted its result.
            cause: BaseException = error
            while isinstance(cause, RayTaskError) and cause.cause is not None:
                cause = cause.cause
            if not isinstance(cause, RayError):
                raise cause from None
            raise ClusterError(f"{cause} (expected a worker that lives until a task is done, at one of {RETRIES + 1} tries)") from error

    def silent(self) -> NoReturn:
        waiting = list(self.tasks.values())
        of, free = cpus(ray.cluster_resources), cpus(ray.available_resources)
        more = f" and {len(waiting) - NAMED} more" if len(waiting) > NAMED else ""
        message = (
            f"nothing was done for {self.stall:g} s, waiting for {'; '.join(waiting[:NAMED])}{more} "
            f"(expected a worker with room: {free:g} of {of:g} CPUs are free)"
        )
        raise ClusterError(message, waiting)


def cpus(resources: Callable[[], Any]) -> float:
    return float(resources().get("CPU", 0))
