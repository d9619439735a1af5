"""The service against its own OpenAPI document: whatever schemathesis makes of it, right or wrong, is answered as it says.

``CITYMATCH_CASES=10000 python -m pytest tests/service`` tries about as many cases in each mode, instead of some thousand, in eight minutes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from launch import service

#: About how many cases are tried for each door.
CASES = int(os.environ.get("CITYMATCH_CASES", "400"))
TOKEN = "a-token-of-many-letters"


@pytest.mark.parametrize(("door", "options"), [("read_only", []), ("writable", ["--writable"])])
def test_every_answer_is_what_the_document_says(tmp_path: Path, door: str, options: list[str]) -> None:
    with service(tmp_path, *options, token=TOKEN) as address:
        with urllib.request.urlopen(f"{address}/openapi.json") as answer:
            operations = sum(len(path) for path in json.load(answer)["paths"].values())
        program = Path(sys.executable).parent / "st"
        examples = max(1, CASES // operations)
        arguments = ["run", f"{address}/openapi.json", "--checks", "all", "--max-examples", str(examples), "--seed", "1"]
        if door == "writable":
            arguments += ["-H", f"Authorization: Bearer {TOKEN}"]
        environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
        config = ["--config-file", str(Path(__file__).with_name("schemathesis.toml"))]
        found = subprocess.run([program, *config, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]
        tried = re.search(r"(\d+) generated", found.stdout)
        assert tried and int(tried[1]) >= CASES // 2, found.stdout[-2_000:]
        print(f"{door}: {tried[1]} cases")
        with urllib.request.urlopen(f"{address}/health") as answer:
            assert answer.status == 200
