"""Files that are made to harm: none takes more than a gigabyte or a minute, and each is an error or a report.

Each file is read in a process of its own, whose memory and time the system tells. ``CITYMATCH_LONG=1`` makes them as large as they come: a line
of two gigabytes, a billion commas.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import citymatch as cm
import pytest

#: How much larger the files of the long run are.
TIMES = 8 if os.environ.get("CITYMATCH_LONG") else 1
MEGABYTE = 1 << 20

READS = """
import sys
import citymatch as cm

catalogue, path = cm.Catalogue.create(), sys.argv[1]
try:
    if path.endswith((".docx", ".html", ".pdf")):
        print("read", cm.read_call(path).challenge.id)
    else:
        report = catalogue.add(cm.read_solutions(path))
        print("report", report.added, len(report.rejected))
except (cm.CityMatchError, OSError) as error:
    print("error", str(error)[:300])
# Its own memory at most: what the system tells a parent begins with the parent's.
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""

DTD = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"


def zipped(path: Path, parts: dict[str, bytes], blanks: int = 0) -> None:
    """An archive, whose last part ends with as many megabytes of blanks."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(content)
                for _ in range(blanks if name == list(parts)[-1] else 0):
                    part.write(b" " * MEGABYTE)


def workbook(path: Path, sheet: str, dtd: str = "", blanks: int = 0) -> None:
    """A workbook of one sheet, whose XML is given."""
    head = '<?xml version="1.0"?>'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = f'{head}{dtd}<workbook xmlns:r="{relation}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
    links = f'{head}<Relationships><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    root = f'{head}<Relationships><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    parts = {"_rels/.rels": root, "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": links, "xl/worksheets/sheet1.xml": head + dtd + sheet}
    zipped(path, {name: part.encode() for name, part in parts.items()}, blanks)


def bomb(path: Path) -> None:
    """Some hundred kilobytes that unpack to as many megabytes."""
    workbook(path, '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>', blanks=400 * TIMES)


def entities(path: Path) -> None:
    workbook(path, '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>', DTD)


def document(path: Path) -> None:
    text = f'<?xml version="1.0"?>{DTD}<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body></w:document>'
    zipped(path, {"word/document.xml": text.encode()})


def many(path: Path, head: bytes, part: bytes, megabytes: int) -> None:
    with path.open("wb") as file:
        file.write(head)
        block = part * (MEGABYTE // len(part))
        for _ in range(megabytes * TIMES):
            file.write(block)


FILES: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("entities_of_a_workbook", "a.xlsx", entities, ""),
    ("entities_of_a_call", "a.docx", document, ""),
    ("zip_bomb", "a.xlsx", bomb, "error"),
    ("a_line_of_json_without_end", "a.jsonl", lambda path: many(path, b'{"id": "s1", "title": "', b"a", 250), ""),
    ("a_line_of_csv_without_end", "a.csv", lambda path: many(path, b"id,title\ns1,", b"a", 250), ""),
    ("commas", "a.csv", lambda path: many(path, b"id,title\ns1", b",", 120), ""),
    ("commas_in_the_header", "a.csv", lambda path: many(path, b"id,title", b",", 120), "error"),
    ("quotes", "a.csv", lambda path: many(path, b"id,title\n", b'"', 60), ""),
    ("line_ends", "a.csv", lambda path: many(path, b"id,title\n", b"\n", 40), "report"),
    ("deep_json", "a.jsonl", lambda path: many(path, b'{"id": "s1", "title": "T", "x": ', b"[", 12), ""),
    ("deep_objects", "a.json", lambda path: many(path, b'{"id": "s1", "title": "T", "x": ', b'{"a":', 12), ""),
    ("many_keys", "a.jsonl", lambda path: path.write_text("{" + ",".join(f'"k{i}": 1' for i in range(300_000)) + ', "id": "s1", "title": "T"}'), ""),
    ("deep_html", "a.html", lambda path: many(path, b"<p>agua", b"<div>", 12), ""),
    ("no_utf8", "a.csv", lambda path: path.write_bytes(b"id,title\ns1,\xff\xfe\x80\xc0\xaf\ns2,\xed\xa0\x80\n"), "report"),
    ("null_bytes", "a.csv", lambda path: many(path, b"id,title\ns1,", b"\0", 60), ""),
    ("a_pdf_of_nothing", "a.pdf", lambda path: many(path, b"%PDF-1.7\n", b"<<", 12), "error"),
    ("a_zip_of_nothing", "a.xlsx", lambda path: many(path, b"PK\x03\x04", b"PK\x01\x02", 60), "error"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its own memory")
@pytest.mark.parametrize(("name", "file", "make", "expected"), FILES, ids=[case[0] for case in FILES])
def test_no_file_takes_a_gigabyte_or_a_minute(tmp_path: Path, name: str, file: str, make: Callable[[Path], object], expected: str) -> None:
    path = tmp_path / file
    make(path)
    # A limit of the system ends the process before it takes the machine's memory.
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", READS, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    with process.stdout, process.stderr:
        out, problems = process.stdout.read().decode(), process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    path.unlink()
    assert process.returncode == 0, (process.returncode, problems[-2_000:])
    assert out.split()[0] in ("error", "report", "read") and out.startswith(expected), out
    megabytes = int(out.split()[-1]) / 1024
    seconds = usage.ru_utime + usage.ru_stime
    assert megabytes < 1024 and seconds < 60, f"{name}: {megabytes:.0f} MB, {seconds:.1f} s of {time.monotonic() - began:.1f} s"


HOSTILE = {
    "a_path": "../../etc/passwd",
    "an_absolute_path": "/etc/passwd",
    "a_device": "CON",
    "a_drive": "C:\\Windows",
    "an_address": "https://example.org/?a=1#b",
    "right_to_left": "\u202egnp.exe",
    "zero_width": "a\u200bb",
    "a_query": "title:* OR 1=1",
    "a_formula": '=HYPERLINK("https://example.org")',
    "markup": "<script>alert(1)</script>",
    "an_emoji": "👩‍👩‍👧",
    "as_long_as_it_may_be": "a" * 200,
}


def test_what_an_id_says_is_never_run_or_opened(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "c.cm"
    path.parent.mkdir()
    catalogue = cm.Catalogue.create(path)
    catalogue.add([{"id": id, "title": f"agua {text}", "description": text} for text, id in HOSTILE.items()])
    assert sorted(tmp_path.iterdir()) == [path.parent] and list(path.parent.iterdir()) == [path]
    matcher = cm.Matcher(catalogue)
    for name, id in HOSTILE.items():
        assert catalogue[id].id == id and id in catalogue, name
        assert matcher.explain("agua", id).solution_id == id
    assert {found.solution_id for found in matcher.find("agua", limit=50)} == set(HOSTILE.values())
    for format in ("jsonl", "csv", "xlsx"):
        out = tmp_path / f"out.{format}"
        catalogue.export(out)
        again = cm.Catalogue.create()
        again.add(cm.read_solutions(out))
        assert again.solutions.ids() == catalogue.solutions.ids(), format
    rows = io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))
    assert not any(line.startswith("=") for line in rows)
