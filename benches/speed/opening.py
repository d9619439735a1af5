"""Opens a catalogue and asks it once; prints seconds, and bytes of memory grown. `memory.py` starts it as a process of its own.

    opening.py CATALOGUE CHALLENGE.jsonl
"""
import json
import sys
import time
from pathlib import Path

import citymatch as cm


def resident() -> tuple[int, int]:
    """All that is resident, and what of it comes from no file; zeros where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0, 0
    values = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith(("VmRSS:", "RssAnon:"))}
    return values["VmRSS"], values["RssAnon"]


def main() -> None:
    catalogue, challenge = sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    before = resident()
    began = time.perf_counter()
    matcher = cm.Matcher(cm.Catalogue.open(catalogue), threads=1)
    opened = time.perf_counter()
    idle = resident()
    matcher.find(challenge)
    answered = time.perf_counter()
    after = resident()
    json.dump({"open": opened - began, "first": answered - began, "idle": idle[0] - before[0], "idle_own": idle[1] - before[1],
               "answered": after[0] - before[0], "answered_own": after[1] - before[1]}, sys.stdout)


main()
