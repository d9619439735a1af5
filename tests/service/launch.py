"""Starts the command's service for tests.

The command is the one that the environment's ``CITYMATCH`` names, by default that of a debug build.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = os.environ.get("CITYMATCH", str(ROOT / "target" / "debug" / "citymatch"))


@contextmanager
def service(folder: Path, *options: str, token: str = "") -> Iterator[str]:
    """Serves the demo's catalogue out of a folder, and gives the address. What it logs is ``service.log`` there."""
    if not (folder / "demo.cm").exists():
        subprocess.run([COMMAND, "demo"], cwd=folder, check=True, capture_output=True)
    environment = {**os.environ, "CITYMATCH_TOKEN": token}
    log = folder / "service.log"
    with log.open("w") as out:
        command = [COMMAND, "serve", "demo.cm", "--port", "0", *options]
        process = subprocess.Popen(command, cwd=folder, env=environment, stderr=out)
    try:
        while "\n" not in (said := log.read_text(encoding="utf-8")):
            if process.poll() is not None:
                raise RuntimeError(f"the service did not start: {said}")
        yield said.split("serving", 1)[1].split(" at ")[1].split()[0]
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0
