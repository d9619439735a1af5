"""Ray: to reach it, and to wait for what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import ray
from ray.exceptions import RayError, RayTaskError

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


def task(function: Callable[..., Any], num_cpus: float, name: str, num_returns: int = 1) -> Any:
    """A function as Ray runs it: again where its worker dies, wherever there is room."""
    options = {"num_cpus": num_cpus, "name": name, "num_returns": num_returns}
    return ray.remote(function).options(**options, max_retries=RETRIES, retry_exceptions=[OSError])


class Waiting:
    """Tasks that were given to Ray, each with what it does in words. Whichever ends next is progress."""

    def __init__(self, stall: float, bar: Any = None) -> None:
        self.stall, self.bar = stall, bar
        self.tasks: dict[Any, str] = {}

    def __enter__(self) -> Waiting:
        return self

    def __exit__(self, *_: object) -> None:
        """Give up what is not done: after an error, and after Ctrl-C."""
        for ref in self.tasks:
            ray.cancel(ref, force=True)
        if self.bar is not None:
            self.bar.close()

    def add(self, ref: Any, what: str) -> Any:
        self.tasks[ref] = what
        return ref

    def until(self, ref: Any) -> Any:
        """The result of a task, when it is done; the error that it raised, or one if nothing at all is done for too long."""
        while ref in self.tasks:
            # Results stay where they are: this process only learns that they are there.
            done, _ = ray.wait(list(self.tasks), num_returns=1, timeout=self.stall, fetch_local=False)
            if not done:
                self.silent()
            for one in done:
                del self.tasks[one]
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
