"""Threads, forks, signals and other processes."""

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import citymatch as cm
import pytest

unix = pytest.mark.skipif(sys.platform == "win32", reason="there are no forks and no such signals there")


def many(count: int) -> list[cm.Challenge]:
    return [cm.Challenge(f"c{i}", question="agua de lluvia en las aceras, toilets and sewers " * 200) for i in range(count)]


@unix
@pytest.mark.parametrize("threads", [None, 1], ids=["on_time", "one_thread"])
def test_ctrl_c_stops_find_all(matcher: cm.Matcher, threads: int | None) -> None:
    challenges = many(20_000)
    started = time.monotonic()
    sent: list[float] = []

    def send() -> None:
        time.sleep(0.2)
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=send)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        while time.monotonic() < started + 30:
            matcher.find_all(challenges, threads=threads)
    thread.join()
    assert time.monotonic() - sent[0] < 1, "it took too long"
    assert len(matcher.find_all(challenges[:3])) == 3, "the next call is as before"


def test_progress_is_told_all_the_time(matcher: cm.Matcher) -> None:
    told: list[float] = []
    matcher.find_all(many(2_000), threads=1, progress=lambda done, total: told.append(time.monotonic()))
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(told))
    assert gaps and gaps[len(gaps) // 2] < 0.05, "at least every 50 ms, but for what a busy machine delays"


@unix
def test_nothing_goes_on_after_ctrl_c(matcher: cm.Matcher) -> None:
    def interrupt(done: int, total: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        matcher.find_all(many(20_000), progress=interrupt)
    time.sleep(0.1)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.25, "the threads have stopped"


@unix
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_matches(matcher: cm.Matcher, challenges: list[cm.Challenge]) -> None:
    expected = matcher.find_all(challenges, threads=2).to_dict()
    found = matcher.find_all(challenges)
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=lambda: queue.put((matcher.find_all(challenges).to_dict(), matcher.find(challenges[0])[0].solution_id)))
    child.start()
    child.join(20)
    assert child.exitcode == 0, "the child hangs or failed"
    assert queue.get() == (expected, found[0][0].solution_id)


@unix
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_writes_a_report(matcher: cm.Matcher, challenges: list[cm.Challenge], tmp_path: Path) -> None:
    run = matcher.find_all(challenges)
    ours, theirs = tmp_path / "ours.html", tmp_path / "theirs.html"
    run.report(ours)
    child = multiprocessing.get_context("fork").Process(target=run.report, args=(theirs,))
    child.start()
    child.join(60)
    if child.is_alive():
        child.kill()
    assert child.exitcode == 0, "it waits for threads that a fork does not copy"
    assert theirs.read_bytes() == ours.read_bytes()


def test_results_come_back_from_a_pool(stored: cm.Catalogue, challenges: list[cm.Challenge]) -> None:
    matcher = cm.Matcher(stored)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        all = pool.map(matcher.find, challenges)
    assert [list(matches) for matches in all] == [list(matches) for matches in matcher.find_all(challenges)]
    assert all[0][0].solution.id == "s1"


def test_threads_share_a_matcher(matcher: cm.Matcher, challenges: list[cm.Challenge]) -> None:
    expected = [list(matcher.find(challenge)) for challenge in challenges]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: [list(matches) for matches in matcher.find_all(challenges)], range(40)))
    assert results == [expected] * 40


def test_other_python_threads_keep_their_pace(matcher: cm.Matcher) -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    started = time.monotonic()
    matcher.find_all(many(3_000), threads=1)
    took = time.monotonic() - started
    done.set()
    thread.join()
    assert ticks > took * 1000 / 20


WRITER = """
import sys, citymatch as cm
try:
    cm.Catalogue.open(sys.argv[1]).add([{"id": "s9", "title": "T"}])
except cm.CatalogueStateError as error:
    print(error)
"""


def test_a_writer_in_another_process(stored: cm.Catalogue) -> None:
    command = [sys.executable, "-c", WRITER, str(stored.path)]
    with stored.edit():
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "another writer" in said and "s9" not in stored
    subprocess.run(command, check=True)
    assert "s9" in stored, "other processes' commits are seen"
