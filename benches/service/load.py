"""Puts the service under load, and fails where it answers wrongly. One command, on Linux, by the standard library alone:

    python3 benches/service/load.py [--seconds 60] [--records 5000] [--clients 4] [--long] [--command PATH]

It starts `citymatch serve` over a catalogue of synthetic records, and asks it in parts: a mixed load by some clients at once, the same beside a
writer that makes a commit a second, and a request each 100 ms, alone and beside clients that hold connections and say nothing or a byte a second.

It fails on any status but 200 and 429 (but 200 in the last parts), on an answer that differs from that of the same request asked alone, and on a
commit that is not answered from in time. Times are printed, and none makes it fail. Without `--command` it builds the command first. Clients and
service share the machine: what is measured is what is left of it for the service.
"""
import argparse
import http.client
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count, cycle
from pathlib import Path

from hostile import OTHERS, SAME, hostile
from parts import Memory, Part, table
from records import Records, Request, get, write
from serving import Service, Wrong, ask, serving

sys.path.append(str(Path(__file__).resolve().parents[1]))       # what the benches share

import environment  # noqa: E402

#: How long the two parts of mixed load take together with `--long`.
LONG = 1800
#: Between two commits, and between two requests beside clients that hold connections.
COMMIT_EACH, ASK_EACH = 1.0, 0.1
#: Until the clients that hold connections have them.
GATHER = 1.5
FILES = 8192


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long each part of mixed load takes (default: 60)")
    parser.add_argument("--long", action="store_true", help="both together take 30 minutes")
    parser.add_argument("--records", type=int, default=5000, help="how many solutions there are (default: 5000)")
    parser.add_argument("--clients", type=int, default=4, help="how many ask at once (default: 4)")
    parser.add_argument("--fresh", type=float, default=1, metavar="SECONDS", help="how soon a commit must be answered from (default: 1)")
    parser.add_argument("--hold", type=float, default=20, metavar="SECONDS", help="how long connections are held (default: 20)")
    parser.add_argument("--silent", type=int, default=1000, help="how many connections say nothing (default: 1000)")
    parser.add_argument("--slow", type=int, default=200, help="how many say a byte a second (default: 200)")
    parser.add_argument("--command", type=Path, help="the command (default: a release build of this tree)")
    return parser.parse_args()


class Load:
    """The parts, one after the other."""

    def __init__(self, service: Service, memory: Memory, chosen: argparse.Namespace) -> None:
        self.service, self.memory, self.chosen = service, memory, chosen
        self.parts: list[Part] = []
        self.delays: list[float] = []
        self.held: list[list[str]] = []
        self.records = Records()

    def run(self) -> None:
        self.memory.note("started")
        requests = self.records.requests(self.chosen.records)
        alone = [(request, self.alone(request)) for request in requests]
        self.memory.note("each request asked once")
        seconds = LONG / 2 if self.chosen.long else self.chosen.seconds
        self.mixed("without a writer", alone, seconds, no_writer)
        self.mixed("beside a writer", [(request, None) for request in requests], seconds, self.write)
        ours = (requests[0], requests[-1])
        self.beside("alone", ours, ())
        self.beside("connections held by other addresses", ours, OTHERS)
        self.beside("connections held by the same address", ours, SAME)

    def alone(self, request: Request) -> bytes:
        status, answer = self.service.ask_alone(request)
        if status != 200:
            raise Wrong(f"{request.method} {request.path} asked alone was answered with {status}")
        return answer

    def mixed(self, name: str, asked: Sequence[tuple[Request, bytes | None]], seconds: float, writer: Callable[[float], None]) -> None:
        """Clients that ask at random, each without a pause."""
        part, begun = Part(name), time.monotonic()
        with ThreadPoolExecutor(self.chosen.clients) as pool:
            clients = [pool.submit(client, self.service, part, asked, seed, begun + seconds) for seed in range(self.chosen.clients)]
            try:
                writer(begun + seconds)
            except Wrong as wrong:
                part.problems.append(str(wrong))    # which ends the clients too
            for each in clients:
                each.result()
        self.end(part, begun)

    def write(self, until: float) -> None:
        """Makes a commit a second by processes of their own, and sees when each is answered from."""
        connection = self.service.connect()
        for number in count():
            next_commit = time.monotonic() + COMMIT_EACH
            self.commit(written_id(number))
            self.delays.append(self.delay(written_id(number), connection))
            # What has been answered from once stays: no request is answered from an older commit.
            if number and ask(connection, get(written_id(number - 1)))[0] == 404:
                raise Wrong("a record of an earlier commit was there, and is there no more")
            if next_commit > until:
                return
            time.sleep(max(0.0, next_commit - time.monotonic()))

    def commit(self, record: str) -> None:
        file = self.service.catalogue.with_name("commit.jsonl")
        write(file, [self.records.solution(record)])
        self.service.add(file)

    def delay(self, record: str, connection: http.client.HTTPConnection) -> float:
        """How long after a commit the first request for its record came that was answered with it."""
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) <= self.chosen.fresh:
            status = ask(connection, get(record))[0]
            if status == 200:
                return waited
            if status not in (404, 429):
                raise Wrong(f"the record of a commit was answered with {status}")
            time.sleep(0.01)
        raise Wrong(f"a commit was not answered from {self.chosen.fresh} s after it")

    def beside(self, name: str, requests: tuple[Request, ...], addresses: tuple[str, ...]) -> None:
        """A request each 100 ms over a new connection, beside clients that hold others."""
        part, turn, open_now = Part(name), cycle(requests), []
        with self.holding(addresses):
            begun = time.monotonic()
            while time.monotonic() < begun + self.chosen.hold and not part.problems:
                asked = time.monotonic()
                note(part, partial(self.service.ask_alone, next(turn)), (200,))
                open_now.append(self.service.metric("connections"))
                time.sleep(max(0.0, asked + ASK_EACH - time.monotonic()))
        self.end(part, begun)
        self.held.append([*part.row(), f"{min(open_now):,} to {max(open_now):,}"])

    @contextmanager
    def holding(self, addresses: tuple[str, ...]) -> Iterator[None]:
        """Other clients hold connections meanwhile, where they have addresses."""
        if not addresses:
            yield
            return
        with hostile(self.service.port, addresses, self.chosen.silent, self.chosen.slow):
            time.sleep(GATHER)
            yield

    def end(self, part: Part, begun: float) -> None:
        part.seconds = time.monotonic() - begun
        if part.problems:
            raise Wrong(f"{part.name}: {part.problems[0]}")
        self.memory.note(part.name)
        self.parts.append(part)

    def report(self) -> str:
        header = ["", "requests a second", "p50", "p99", "max", "answers"]
        commits = f"{len(self.delays)} commits; the longest until one was answered from: {max(self.delays):.2f} s."
        return "\n\n".join([
            table(header, [part.row() for part in self.parts[:2]]),
            commits,
            table([*header, "connections open"], self.held),
            table(["memory", "after", "resident", "not from files"], self.memory.rows),
            self.memory.growth(),
        ])


def written_id(number: int) -> str:
    return f"w{number:06}"


def no_writer(_: float) -> None:
    """Nothing is written."""


def client(service: Service, part: Part, asked: Sequence[tuple[Request, bytes | None]], seed: int, until: float) -> None:
    """Asks until then, or until anything is wrong."""
    chance, connection = random.Random(seed), service.connect()
    while time.monotonic() < until and not part.problems:
        request, expected = chance.choice(asked)
        status, answer = note(part, partial(ask, connection, request), (200, 429))
        if expected and status == 200 and answer != expected:
            part.problems.append(f"{request.path} was answered otherwise than when it was asked alone: {request.body}")
    connection.close()


def note(part: Part, asking: Callable[[], tuple[int, bytes]], allowed: tuple[int, ...]) -> tuple[int, bytes]:
    """Times a request. A connection that breaks is no answer."""
    begun = time.monotonic()
    try:
        status, answer = asking()
    except (OSError, http.client.HTTPException) as error:
        part.problems.append(f"a request was not answered: {error!r}")
        return 0, b""
    part.note(status, time.monotonic() - begun, allowed)
    return status, answer


def command() -> Path:
    build = ["cargo", "build", "--release", "--quiet", "--locked", "-p", "citymatch-cli"]
    subprocess.run(build, cwd=environment.ROOT, check=True)
    return Path(environment.ROOT, "target/release/citymatch")


def main() -> None:
    chosen = options()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if most == resource.RLIM_INFINITY else min(FILES, most), most))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Records().write(folder, chosen.records)
        try:
            with serving((chosen.command or command()).resolve(), folder) as service, Memory(service) as memory:
                load = Load(service, memory, chosen)
                load.run()
                print(load.report())
        except Wrong as wrong:
            sys.exit(str(wrong))


if __name__ == "__main__":
    main()
