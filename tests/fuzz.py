#!/usr/bin/env python3
"""Fuzzes what reads bytes from anywhere: libFuzzer makes inputs for the tests in the files `fuzz.rs`, and looks which of them reach new code.

    python3 tests/fuzz.py                     every target, 10 million inputs together
    python3 tests/fuzz.py csv call_           the targets whose names have one of these in them
    python3 tests/fuzz.py --share 0.01        a hundredth of the inputs
    python3 tests/fuzz.py --seconds 5         on a machine that has other work: five times as long for each input

An input that panics, takes more than a second (of long texts: 20) or more than a gigabyte is left in target/fuzz/found, and the exit code is 1. Copy it into
`__fuzz__/TARGET/crashes` beside the target: the ordinary tests then run it for ever. What reached new code is kept in
target/fuzz/corpus, where the next run begins.

It needs Linux, a C++ compiler, and `rustup component add llvm-tools` for the coverage. Rust is the stable one.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "target" / "fuzz"
PACKAGES = ("citymatch", "citymatch-files", "citymatch-cli")
# Those of `cargo bolero test --engine libfuzzer --sanitizer NONE`, and counters of coverage beside them.
RUSTFLAGS = (
    "--cfg fuzzing --cfg fuzzing_libfuzzer -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 "
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table "
    "-Cllvm-args=-sanitizer-coverage-trace-compares -Cinstrument-coverage"
)
MEGABYTES = 1024

# Of each target: how many thousand inputs; where its own code is, below crates/; where that of the library is that reads for it.
TARGETS = {
    "record_json": (600, "citymatch/src/record/", ""),
    "cleaning": (500, "citymatch/src/text/clean/", ""),
    "sentence_splitting": (1000, "citymatch/src/text/sentences.rs", ""),
    "words": (400, "citymatch/src/text/(analyse|tokenise|noise|stop|word_cache).rs", ""),
    "language_detection": (100, "citymatch/src/text/(detect|record_text|stop|noise).rs", "/whichlang-"),
    "long_text": (0.5, "citymatch/src/text/(clean/|sentences.rs|detect.rs|record_text.rs|noise.rs)", ""),
    "derived_terms": (2000, "citymatch/src/index/(inverted|file|accents|fingerprints|grams|term_table|gaps).rs", ""),
    "derived_vectors": (1400, "citymatch/src/index/(form_vectors|text_vectors|rows|file).rs", ""),
    "derived_record_vectors": (2000, "citymatch/src/index/record_vectors.rs", ""),
    "citymatch_json": (300, "citymatch/src/catalogue/format.rs", ""),
    "csv": (100, "citymatch-files/src/(delimited|delimited_rows|encoding|columns|headers|header_search|cells).rs", "/csv-core-"),
    "tsv": (50, "citymatch-files/src/(delimited|delimited_rows|encoding|columns|headers|header_search|cells).rs", "/csv-core-"),
    "jsonl": (200, "citymatch-files/src/(jsonl|json_parts|objects|field_path).rs", ""),
    "json": (200, "citymatch-files/src/(jsonl|json_parts|objects|field_path).rs", ""),
    "xlsx_file": (100, "citymatch-files/src/xlsx/(reader|workbook).rs", "/calamine-.*/src/xlsx/"),
    "xlsx_parts": (200, "citymatch-files/src/xlsx/(reader|workbook).rs", "/calamine-.*/src/xlsx/"),
    "xlsb_parts": (50, "citymatch-files/src/xlsx/(reader|workbook).rs", "/calamine-.*/src/xlsb/"),
    "xls_file": (200, "citymatch-files/src/xlsx/(reader|workbook|size).rs", "/calamine-.*/src/(cfb|xls).rs"),
    "xls_stream": (50, "citymatch-files/src/xlsx/(reader|workbook|size).rs", "/calamine-.*/src/xls.rs"),
    "ods_content": (200, "citymatch-files/src/xlsx/(reader|workbook|size).rs", "/calamine-.*/src/ods.rs"),
    "parquet": (300, "citymatch-files/src/(parquet|parquet_claims|arrow|typed_rows|typed).rs", "/parquet-.*/src/(file/metadata|arrow/arrow_reader|encodings)/"),
    "call_text": (100, "citymatch-files/src/call/(?!docx|html|markdown|pdf)", ""),
    "call_markdown": (60, "citymatch-files/src/call/markdown.rs", "/pulldown-cmark-.*/src/(firstpass|parse|scanners|tree).rs"),
    "call_html": (60, "citymatch-files/src/call/html.rs", "/html5gum-.*/src/(machine|tokenizer|emitters/default)"),
    "call_docx_file": (60, "citymatch-files/src/call/docx.rs", "/quick-xml-.*/src/(reader|parser)/"),
    "call_docx_parts": (60, "citymatch-files/src/call/docx.rs", "/quick-xml-.*/src/(reader|parser)/"),
    "call_pdf": (50, "citymatch-files/src/call/pdf.rs", "/(lopdf-.*/src/(parser|reader)|pdf-extract-)"),
    "long_call": (0.5, "citymatch-files/src/call/(?!docx|html|markdown|pdf)", ""),
    "trec_run": (500, "citymatch-files/src/(ranked_lists|trec).rs", ""),
    "qrels": (600, "citymatch-files/src/qrels.rs", ""),
    "thesaurus": (100, "citymatch-files/src/thesaurus.rs", ""),
    "http_bodies": (30, "citymatch-cli/src/service/(request|rules|work).rs", ""),
    "mcp_lines": (10, "citymatch-cli/src/mcp/mod.rs", "/rmcp-.*/src/(transport/async_rw|model)"),
}


def build() -> list[Path]:
    """Builds the tests of every package for libFuzzer, and gives their programs."""
    command = ["cargo", "test", "--no-run", "--locked", "--profile", "fuzz", "--lib", "--bins", "--target", host(), "--target-dir", OUT]
    command += [part for package in PACKAGES for part in ("-p", package)] + ["--message-format", "json-render-diagnostics"]
    built = subprocess.run(command, cwd=ROOT, env={**os.environ, "RUSTFLAGS": RUSTFLAGS}, stdout=subprocess.PIPE, text=True, check=False)
    if built.returncode:
        sys.exit(built.returncode)
    messages = [json.loads(line) for line in built.stdout.splitlines() if line.startswith("{")]
    return [Path(message["executable"]) for message in messages if message.get("executable") and message["profile"]["test"]]


def host() -> str:
    """The triple of this machine. Named as a target, it keeps the flags away from build scripts."""
    return re.search(r"host: (\S+)", output("rustc", "-vV")).group(1)


def output(*command: str | Path, **environment: str) -> str:
    return subprocess.run([str(part) for part in command], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True).stdout


def tests(program: Path) -> dict[str, str]:
    """The targets of a program, each with the name of its test."""
    lines = output(program, "fuzz::", "--list", LLVM_PROFILE_FILE=os.devnull).splitlines()
    found = [line.removesuffix(": test") for line in lines if line.endswith(": test")]
    return {test.rsplit("::", 1)[1]: test for test in found}


def run(program: Path, target: str, test: str, inputs: int, seconds: int) -> tuple[bool, dict[str, int]]:
    """Runs a target, each input for so many seconds at most, and says whether all is well, and libFuzzer's statistics."""
    corpus, found, profile = OUT / "corpus" / target, OUT / "found", OUT / "coverage" / f"{target}.profraw"
    for folder in (corpus, found, profile.parent, OUT / "logs"):
        folder.mkdir(parents=True, exist_ok=True)
    kept = [folder for folder in ROOT.glob(f"crates/*/src/**/__fuzz__/{target}/*") if folder.is_dir()]
    options = [f"-runs={inputs}", f"-timeout={seconds}", f"-rss_limit_mb={MEGABYTES}", "-seed=1", "-print_final_stats=1", f"-artifact_prefix={found}/{target}-"]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as temporary, (OUT / "logs" / target).open("w") as log:
        environment = {
            "BOLERO_TEST_NAME": test,
            "BOLERO_LIBTEST_HARNESS": "1",
            "BOLERO_LIBFUZZER_ARGS": " ".join(map(str, [*options, corpus, *kept])),
            "LLVM_PROFILE_FILE": str(profile),
            "RUST_BACKTRACE": "0",
            "TMPDIR": temporary,
        }
        command = [program, test, "--exact", "--nocapture", "--quiet", "--test-threads", "1"]
        with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT) as done:
            while done.poll() is None:
                ring(done.pid)
                time.sleep(0.5)
    text = (OUT / "logs" / target).read_text(errors="replace")
    return done.returncode == 0, {name: int(value) for name, value in re.findall(r"^stat::(\w+):\s+(\d+)", text, re.MULTILINE)}


def ring(process: int) -> None:
    """Lets libFuzzer look at the time. It does so when SIGALRM comes to the thread that runs the inputs, but the system gives its own alarm
    to the main thread, which only waits for the test to end: an input could take for ever."""
    folder = Path(f"/proc/{process}")
    try:
        caught = re.search(r"^SigCgt:\s*(\w+)", (folder / "status").read_text(), re.MULTILINE)
        # Before there is a handler the signal would end the process.
        if caught and int(caught[1], 16) >> signal.SIGALRM - 1 & 1:
            for thread in (folder / "task").iterdir():
                ctypes.CDLL(None).tgkill(process, int(thread.name), signal.SIGALRM)
    except OSError:
        pass  # It has ended.


def coverage(program: Path, target: str, patterns: list[str]) -> list[str]:
    """For each pattern the share of lines that a target has reached, of the files in whose paths it is; tests do not count."""
    tools = Path(output("rustc", "--print", "sysroot").strip()) / "lib" / "rustlib" / host() / "bin"
    raw = OUT / "coverage" / f"{target}.profraw"
    merged = raw.with_suffix(".profdata")
    output(tools / "llvm-profdata", "merge", "-sparse", raw, "-o", merged)
    files: dict[str, list[bool]] = {}
    for part in output(tools / "llvm-cov", "export", "--format=lcov", f"--instr-profile={merged}", program).split("end_of_record"):
        path = re.search(r"^SF:(.*)$", part, re.MULTILINE)
        if not path or not any(pattern and re.search(pattern, path[1]) for pattern in patterns):
            continue
        code = Path(path[1]).read_text(errors="replace").split("\n#[cfg(test)]\nmod tests")[0].count("\n") + 1
        lines = re.findall(r"^DA:(\d+),(\d+)", part, re.MULTILINE)
        files[path[1]] = [count != "0" for line, count in lines if int(line) <= code]
    shares = []
    for pattern in patterns:
        lines = [line for path, lines in files.items() if pattern and re.search(pattern, path) for line in lines]
        shares.append(f"{100 * sum(lines) / len(lines):.0f} %" if lines else "")
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="parts of the names of targets")
    parser.add_argument("--share", type=float, default=1, help="how many of the inputs")
    parser.add_argument("--seconds", type=int, default=1, help="how long an input may take")
    arguments = parser.parse_args()
    programs = {target: (program, test) for program in build() for target, test in tests(program).items()}
    if programs.keys() != TARGETS.keys():
        sys.exit(f"in the tests or in this table, but not in both: {sorted(programs.keys() ^ TARGETS.keys())}")
    print("| target | inputs | a second | memory | own code | library |\n|---|---:|---:|---:|---:|---:|", flush=True)
    total, failed = 0, []
    for target, (thousands, own, library) in TARGETS.items():
        if arguments.names and not any(name in target for name in arguments.names):
            continue
        program, test = programs[target]
        # A text of a hundred thousand characters takes as long as a thousand short ones.
        seconds = arguments.seconds * (20 if target.startswith("long_") else 1)
        is_well, stats = run(program, target, test, round(1000 * thousands * arguments.share), seconds)
        if not is_well:
            failed.append(target)
            print(f"| {target} | failed: target/fuzz/logs/{target} |", flush=True)
            continue
        total += stats["number_of_executed_units"]
        numbers = f"{stats['number_of_executed_units']:,} | {stats['average_exec_per_sec']:,} | {stats['peak_rss_mb']} MB"
        print("|", " | ".join([target, numbers, *coverage(program, target, [f"crates/{own}", library])]), "|", flush=True)
    print(f"\n{total:,} inputs; with a finding: {', '.join(failed) or 'none'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
