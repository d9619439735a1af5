"""The service under load, beside a writer, and beside clients that hold connections: every answer is right, and every commit is answered from.

This is ``benches/service/load.py`` for a few seconds, without goals for times. ``CITYMATCH_LOAD=60 python -m pytest tests/service`` loads it for
as many seconds as that, with as many connections held as the bench has.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from launch import COMMAND, ROOT

#: How many seconds each part of mixed load takes.
SECONDS = os.environ.get("CITYMATCH_LOAD", "")
#: A few records and connections, for some seconds. A commit may come late where others work on the machine too.
SHORT = ["--seconds", "1.5", "--hold", "1", "--records", "100", "--clients", "3", "--silent", "300", "--slow", "60", "--fresh", "5"]
LONGER = ["--seconds", SECONDS, "--fresh", "5"]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc, and connections come from several addresses of one machine")
def test_every_answer_under_load_is_right() -> None:
    program = ROOT / "benches" / "service" / "load.py"
    options = LONGER if SECONDS else SHORT
    found = subprocess.run([sys.executable, program, "--command", COMMAND, *options], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    print(found.stdout)
