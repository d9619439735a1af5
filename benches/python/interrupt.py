"""How long Ctrl-C takes to end a call: in a script, in a notebook's kernel, and pressed twice.

Another process sends the signal at a moment drawn evenly over the time that the call takes by itself (the first three seconds of it), and the time runs until Python code
has the `KeyboardInterrupt`. A call that had returned by then is tried again. Afterwards the catalogue is as it was, or has all of what was added.
"""
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CALLS = ["add dicts", "add a frame", "find_all", "assign", "duplicates"]
TRIES = 50
LONGEST = 3.0
"""Seconds of a call after which no signal is sent, so that a bench ends."""
AGAIN = 0.02
"""Seconds between two signals where there are two."""

WORKER = '''
import json, sys, time
import citymatch as cm
import pandas as pd

def prepare(records, path, small):
    global catalogue, CALLS
    rows = [json.loads(line) for line in open(records)]
    frame = pd.DataFrame(rows)
    catalogue = cm.Catalogue.open(path)
    asks = [f"{row['title']}. {row.get('summary', '')}" for row in rows]
    matcher = cm.Matcher(catalogue)
    crowded = cm.Matcher(catalogue, weights={"words": 1}).find_all(asks[:4_000], limit=50)
    target = cm.Catalogue.open(small)
    CALLS = {
        "add dicts": lambda: target.add(rows),
        "add a frame": lambda: target.add(frame),
        "find_all": lambda: matcher.find_all(asks),
        "assign": lambda: crowded.assign(objective="worst", per_challenge=3),
        "duplicates": lambda: catalogue.duplicates(),
    }
    return target

def whole(name, target):
    """Says how long the call takes by itself."""
    begun = time.monotonic()
    CALLS[name]()
    print(time.monotonic() - begun, flush=True)
    target.remove(list(target.solutions.ids()))

def attempt(name, target):
    """Calls, and says when the interruption came, and when the call returned if it did."""
    if name.startswith("whole "):
        return whole(name.removeprefix("whole "), target)
    before = len(target)
    returned = came = None
    print("begun", flush=True)
    try:
        try:
            CALLS[name]()
            returned = time.monotonic()
            time.sleep(60)
        except KeyboardInterrupt:
            came = time.monotonic()
            time.sleep(0.2)
    except KeyboardInterrupt:
        came = came or time.monotonic()
    inside = len(target)
    if inside != before:
        target.remove(list(target.solutions.ids()))
    print(json.dumps({"came": came, "returned": returned, "changed": inside - before}), flush=True)
'''


@contextmanager
def script(records: Path, path: Path, small: Path) -> Iterator[tuple[Callable[[str], object], Callable[[], str], Callable[[], None]]]:
    """A program that is told by lines what to try."""
    program = WORKER + (
        f"\ntarget = prepare({str(records)!r}, {str(path)!r}, {str(small)!r})\nprint('ready', flush=True)\n"
        "for line in sys.stdin:\n    attempt(line.strip(), target)\nprint(json.dumps(target.check()))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin and child.stdout
    stdin, stdout = child.stdin, child.stdout
    assert stdout.readline() == "ready\n"

    def start(name: str) -> None:
        stdin.write(name + "\n")
        stdin.flush()

    yield start, stdout.readline, lambda: os.kill(child.pid, signal.SIGINT)
    stdin.close()
    assert json.loads(stdout.readline()) == [], "the catalogue is damaged"
    child.wait()


@contextmanager
def kernel(records: Path, path: Path, small: Path) -> Iterator[tuple[Callable[[str], object], Callable[[], str], Callable[[], None]]]:
    """A notebook's kernel, interrupted as its button does."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    printed = ""

    def line() -> str:
        nonlocal printed
        # A message may end within a line.
        while "\n" not in printed:
            message = client.get_iopub_msg(timeout=600)
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(message["content"]["traceback"]))
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                printed += message["content"]["text"]
        first, _, printed = printed.partition("\n")
        return first + "\n"

    def wait() -> None:
        client.get_shell_msg(timeout=60)

    client.execute(WORKER + f"\ntarget = prepare({str(records)!r}, {str(path)!r}, {str(small)!r})\nprint('ready', flush=True)")
    assert line() == "ready\n"
    wait()

    def start(name: str) -> None:
        client.execute(f"attempt({name!r}, target)")

    def answer() -> str:
        text = line()
        if text != "begun\n":
            wait()
        return text

    yield start, answer, manager.interrupt_kernel
    client.execute("print(json.dumps(target.check()))")
    assert json.loads(line()) == [], "the catalogue is damaged"
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def measure(where: Callable[..., object], records: Path, path: Path, small: Path, twice: bool, tries: int) -> dict[str, tuple[list[float], int]]:
    """For each call the milliseconds of each try, and how often all of a change was in."""
    chance = random.Random(1)
    found: dict[str, tuple[list[float], int]] = {}
    with where(records, path, small) as (start, answer, interrupt):  # type: ignore[attr-defined]
        for name in CALLS:
            start(f"whole {name}")
            whole = float(answer())
            delays: list[float] = []
            changed = 0
            while len(delays) < tries:
                start(name)
                assert answer() == "begun\n"
                time.sleep(min(whole, LONGEST) * chance.random())
                sent = time.monotonic()
                interrupt()
                if twice:
                    time.sleep(AGAIN)
                    interrupt()
                said = json.loads(answer())
                if said["returned"] is not None and said["returned"] < sent:
                    whole *= 0.98
                    continue
                delays.append(1000 * (said["came"] - sent))
                changed += said["changed"] != 0
            found[name] = (sorted(delays), changed)
            print(name, "twice" if twice else "once", where.__name__, [round(ms) for ms in found[name][0][-5:]], flush=True)
    return found


def quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]
