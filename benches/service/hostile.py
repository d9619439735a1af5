"""Clients that mean no good, in a process of their own: connections that say nothing, and connections that say a byte a second.

Each comes back a second after it was closed. They come from several addresses of this machine, so that more of them stay than one
address may have, or from the address of everybody else.
"""
import selectors
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event

#: Of one kind the head of a request never ends, of the other its body.
SLOW = (b"GET /v1/records/s000001 HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 1000,
        b"POST /v1/match HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n{" + b" " * 4999)
#: The whole head of the second kind comes at once, so that its body is waited for.
AT_ONCE = (1, SLOW[1].index(b"{"))
OTHERS = tuple(f"127.0.0.{last}" for last in range(2, 8))
SAME = ("127.0.0.1",)
BACK_AFTER = 1.0
TICK = 0.02
#: More at once would be lost on the way, before the service has seen them.
EACH_TICK = 25


class Client:
    """One connection after the other; a silent one sends nothing."""

    def __init__(self, port: int, own: str, kind: int | None) -> None:
        self.port, self.own, self.kind = port, own, kind

    def open(self) -> socket.socket:
        self.sent, self.socket = 0, socket.socket()
        self.socket.setblocking(False)
        self.socket.bind((self.own, 0))
        self.socket.connect_ex(("127.0.0.1", self.port))
        return self.socket

    def say(self) -> None:
        """Says what comes next."""
        if self.kind is None:
            return
        end = self.sent + 1 if self.sent else AT_ONCE[self.kind]
        try:
            self.sent += self.socket.send(SLOW[self.kind][self.sent : end])
        except OSError:
            return      # it was closed, which is seen when it is read

    def is_closed(self) -> bool:
        """Reads what came, an answer mostly, and whether the other end has closed."""
        try:
            return not self.socket.recv(65536)
        except OSError:
            return True


@contextmanager
def hostile(port: int, addresses: tuple[str, ...], silent: int, slow: int) -> Iterator[None]:
    """Holds the connections meanwhile."""
    context = get_context("spawn")
    end = context.Event()
    process = context.Process(target=hold, args=(port, addresses, silent, slow, end), daemon=True)
    process.start()
    try:
        yield
    finally:
        end.set()
        process.join()
    if process.exitcode:
        raise RuntimeError("the clients that hold connections failed")


def hold(port: int, addresses: tuple[str, ...], silent: int, slow: int, end: Event) -> None:
    kinds = [None] * silent + [number % len(SLOW) for number in range(slow)]
    clients = [Client(port, addresses[number // len(SLOW) % len(addresses)], kind) for number, kind in enumerate(kinds)]
    selector, away = selectors.DefaultSelector(), deque((0.0, client) for client in clients)
    next_byte = time.monotonic()
    while not end.is_set():
        let_in(selector, away)
        for key, _ in selector.select(TICK):
            if key.data.is_closed():
                selector.unregister(key.fileobj)
                key.data.socket.close()
                away.append((time.monotonic() + BACK_AFTER, key.data))
        if time.monotonic() >= next_byte:
            next_byte += 1
            for key in list(selector.get_map().values()):
                key.data.say()
    selector.close()


def let_in(selector: selectors.BaseSelector, away: deque[tuple[float, Client]]) -> None:
    for _ in range(EACH_TICK):
        if not away or away[0][0] > time.monotonic():
            return
        client = away.popleft()[1]
        selector.register(client.open(), selectors.EVENT_READ, client)
