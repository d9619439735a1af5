"""The service that is under load: started over a catalogue of synthetic records, asked, and looked at from outside."""
import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from records import Request

#: How long a client waits for anything. The service gives up by itself long before that.
PATIENCE = 60
STARTING = 120


class Wrong(Exception):
    """The service did what it must not do."""


@dataclass(frozen=True)
class Service:
    """A service that runs."""

    process: int
    port: int
    catalogue: Path
    command: Path

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask_alone(self, request: Request) -> tuple[int, bytes]:
        """Asks over a connection that is opened for it and closed after it."""
        connection = self.connect()
        try:
            return ask(connection, request)
        finally:
            connection.close()

    def metric(self, name: str) -> int:
        status, answer = self.ask_alone(Request("GET", "/metrics"))
        for line in answer.decode().splitlines():
            if line.startswith(f"citymatch_{name} "):
                return int(line.split()[1])
        raise Wrong(f"no metric `{name}` in an answer with {status}")

    def add(self, file: Path, *options: str) -> None:
        """Adds the records of a file in one commit, by a process of its own."""
        run(self.command, "add", self.catalogue, file, *options)

    def memory(self) -> tuple[int, int]:
        """What is resident, and what of it is not from files, in bytes."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii").splitlines()
        sizes = {line.split(":")[0]: line.split()[1] for line in status if line.startswith(("VmRSS", "RssAnon"))}
        # A process that has ended has none.
        return 1024 * int(sizes.get("VmRSS", 0)), 1024 * int(sizes.get("RssAnon", 0))


def ask(connection: http.client.HTTPConnection, request: Request) -> tuple[int, bytes]:
    connection.request(request.method, request.path, request.body.encode() or None, request.headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def run(command: Path, *arguments: str | Path) -> None:
    done = subprocess.run([command, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Wrong(f"`citymatch {arguments[0]}` failed: {done.stderr.strip()}")


@contextmanager
def serving(command: Path, folder: Path) -> Iterator[Service]:
    """Serves the records of a folder with the limits that are the default."""
    catalogue, log = folder / "load.cm", folder / "service.log"
    run(command, "init", catalogue)
    run(command, "add", catalogue, folder / "solutions.jsonl")
    run(command, "add", catalogue, folder / "challenges.jsonl", "--kind", "challenges")
    with log.open("w") as out:
        process = subprocess.Popen([command, "serve", catalogue, "--port", "0"], stderr=out)
    try:
        yield Service(process.pid, port_of(process, log), catalogue, command)
    finally:
        early = process.poll()
        process.terminate()
        ended = process.wait(timeout=PATIENCE)
        # This is said instead of what else went wrong, which mostly follows from it.
        if early is not None or ended:
            last = log.read_text(encoding="utf-8").splitlines()[-3:]
            when = "by itself" if early is not None else "when it was told to"
            raise Wrong(f"the service ended {when} with {ended}; the last of its log: {last}")


def port_of(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that the service says in its first line."""
    given_up = time.monotonic() + STARTING
    while "\n" not in (said := log.read_text(encoding="utf-8")):
        if process.poll() is not None or time.monotonic() > given_up:
            raise Wrong(f"the service did not start: {said.strip()}")
        time.sleep(0.05)
    return int(said.split("\n")[0].rsplit(":", 1)[1])
