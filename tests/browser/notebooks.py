"""Real notebooks for the tests: a JupyterLab server and a marimo app, each in a folder of its own, with nothing of the user's."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat

TOKEN = "citymatch"
# How many seconds a server may take to answer: a machine may be busy with other things.
PATIENCE = 90


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab that serves a folder. It shows its commands to the page, as ``window.jupyterapp``."""
    own = {f"JUPYTER_{name}_DIR": str(folder / f".{name.lower()}") for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(folder / f".{name.lower()}") for name in ("SETTINGS", "WORKSPACES")}
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}", "--ServerApp.port=0"),
        # It asks nobody for news, nor whoever opens it whether it may.
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]
    news = folder / ".settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    with _started(command, folder, {**own, "IPYTHONDIR": str(folder / ".ipython"), "JUPYTER_PREFER_ENV_PATH": "1"}) as server:
        until = time.monotonic() + PATIENCE
        runtime = folder / ".runtime"
        # The server chooses a port, and writes down which.
        while not (found := list(runtime.glob("jpserver-*.json"))):
            _still(server, until, folder)
        address: str = json.loads(found[0].read_text(encoding="utf-8"))["url"]
        _answers(f"{address}api/status?token={TOKEN}", server, until, folder)
        yield address


@contextmanager
def marimo(app: Path) -> Iterator[str]:
    """The address of a marimo app."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "marimo", "run", app.name, "--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
    own = {"HOME": str(app.parent), "XDG_CONFIG_HOME": str(app.parent), "MARIMO_SKIP_UPDATE_CHECK": "1"}
    with _started(command, app.parent, own) as server:
        _answers(f"http://127.0.0.1:{port}/health", server, time.monotonic() + PATIENCE, app.parent)
        yield f"http://127.0.0.1:{port}"


def notebook(path: Path, cells: Sequence[str]) -> Path:
    """Writes a notebook of code cells."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, path)
    return path


@contextmanager
def _started(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(address: str, server: subprocess.Popen[bytes], until: float, folder: Path) -> None:
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            _still(server, until, folder)


def _still(server: subprocess.Popen[bytes], until: float, folder: Path) -> None:
    """Waits a little; ends the test with what the server said if it has ended, or takes too long."""
    if server.poll() is not None or time.monotonic() > until:
        raise RuntimeError(f"no answer from {server.args!r}:\n{(folder / 'server.log').read_text(encoding='utf-8', errors='replace')[-4000:]}")
    time.sleep(0.1)
