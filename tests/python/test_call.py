"""`read_call`: a call for solutions, as a city publishes it, as a challenge."""

import json
import zipfile
from pathlib import Path
from typing import Any

import citymatch as cm
import pytest

TEXT = """# Calles secas

## El reto

Cada tormenta inunda el mercado. ¿Cómo evitar que se inunden sus calles?

## Calendario

El plazo de inscripción cierra el 30 de abril de 2026.

## Quién puede participar

Podrán participar empresas y universidades de Chile.
"""

HTML = """<!doctype html><html><head><title>x</title><script>let a = "no";</script></head><body>
<h1>Calles secas</h1><h2>El reto</h2><p>Cada tormenta inunda el mercado. &iquest;C&oacute;mo evitar que se
inunden sus calles?</p><h2>Calendario</h2><p>El plazo de inscripci&oacute;n cierra el 30 de abril de 2026.</p></body></html>"""


def docx(path: Path) -> None:
    """The same text as a word processor saves it."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

    def paragraph(line: str) -> str:
        style = "<w:pPr><w:pStyle w:val='Heading1'/></w:pPr>" if line.startswith("#") else ""
        return f"<w:p>{style}<w:r><w:t>{line.lstrip('# ')}</w:t></w:r></w:p>"

    body = "".join(paragraph(line) for line in TEXT.splitlines() if line)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>")
        archive.writestr("word/document.xml", f"<w:document xmlns:w='{space}'><w:body>{body}</w:body></w:document>")


def pdf(path: Path) -> None:
    """The same text, in a font of the standard, with its accents in Windows-1252."""
    lines = [line.lstrip("# ") for line in TEXT.splitlines()]
    shown = "".join(f"({line}) Tj T*\n" for line in lines).encode("cp1252")
    content = b"BT /F1 11 Tf 14 TL 50 780 Td\n" + shown + b"ET"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
    stream = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream, font]
    out, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    path.write_bytes(out + end.encode())


FILES: dict[str, Any] = {
    "bases.md": lambda path: path.write_text(TEXT, encoding="utf-8"),
    "bases.txt": lambda path: path.write_text(TEXT.replace("#", ""), encoding="cp1252"),
    "bases.html": lambda path: path.write_text(HTML, encoding="utf-8"),
    "bases.docx": docx,
    "bases.pdf": pdf,
}


@pytest.mark.parametrize("name", FILES)
def test_a_call_of_every_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    FILES[name](path)
    call = cm.read_call(path)
    challenge = call.challenge
    assert (challenge.id, challenge.title) == ("bases", "Calles secas")
    assert (challenge.question, challenge.deadline) == ("¿Cómo evitar que se inunden sus calles?", "2026-04-30")
    assert [sentence for sentence in call.fields["deadline"].sentences if "30 de abril" in sentence]
    assert call.fields["question"].value == challenge.question
    assert repr(call).startswith("Call('bases', title, question")
    assert "30 de abril" in call._repr_html_()
    assert challenge.eligibility == cm.Eligibility(), "rules are suggested, and not applied"


def test_what_was_read_is_a_file_of_a_challenge(tmp_path: Path) -> None:
    path = tmp_path / "bases.md"
    path.write_text(TEXT, encoding="utf-8")
    call = cm.read_call(str(path))
    rule = call.suggestions["organisation_types"]
    assert rule.value == ["company", "university"]
    assert rule.to_dict()["sentences"] == ["Podrán participar empresas y universidades de Chile."]
    assert call.frame and all(isinstance(sentence, str) for sentence in call.frame)
    edited = tmp_path / "reto.json"
    edited.write_text(json.dumps(call.to_dict(), ensure_ascii=False, indent=2), encoding="utf-8")
    (again,) = cm.read_challenges(edited)
    assert (again.id, again.question, again.deadline) == (call.challenge.id, call.challenge.question, call.challenge.deadline)
    catalogue = cm.Catalogue.create()
    catalogue.add([cm.Solution("s1", "Jardines que retienen la lluvia en la calle")])
    assert cm.Matcher(catalogue).find(call.challenge)[0].solution_id == "s1"


PROBLEMS: list[tuple[str, str, bytes | None, type[Exception], str]] = [
    ("missing", "no.md", None, FileNotFoundError, "no.md"),
    ("another_format", "a.xyz", b"x", cm.InvalidDataError, "one that ends in `.txt`"),
    ("truncated_docx", "a.docx", b"PK\x03\x04\x14\x00", cm.InvalidDataError, "a.docx"),
    ("no_pdf", "a.pdf", b"%PDF-1.4\nbroken", cm.InvalidDataError, "a.pdf"),
    ("empty", "a.md", b"", cm.InvalidDataError, "a.md"),
    ("a_mark_alone", "a.txt", b"\xef\xbb\xbf", cm.InvalidDataError, "a.txt"),
]


@pytest.mark.parametrize(("name", "content", "error", "message"), [row[1:] for row in PROBLEMS], ids=[row[0] for row in PROBLEMS])
def test_what_is_no_call(tmp_path: Path, name: str, content: bytes | None, error: type[Exception], message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=message.replace("`", ".")):
        cm.read_call(path)


def test_a_folder_is_no_call(tmp_path: Path) -> None:
    with pytest.raises((OSError, cm.InvalidDataError)):
        cm.read_call(tmp_path)
    with pytest.raises(TypeError):
        cm.read_call(5)  # type: ignore[arg-type]
