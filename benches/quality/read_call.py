#!/usr/bin/env python3
"""How much of a call is read rightly: the share of fields that `citymatch read-call` finds.

    python3 benches/quality/read_call.py CALLS [--formats md txt html docx pdf] [--misses]
        [--command target/debug/citymatch]

CALLS is a folder of `LANGUAGE/NAME.md` with `LANGUAGE/NAME.json`, the fields as the call's author knows
them. pandoc makes the other formats of each Markdown file, and LibreOffice the PDF from the DOCX.

A field is right if it is the author's value; an absent field is right if it is empty. The texts `problem`,
`outcome` and `beneficiaries` are right if the words of both sides have an F1 of .6 or more, `title` and
`question` of .8. Of `eligibility`, which is only suggested, each rule counts as a field.
"""

import argparse
import collections
import json
import re
import subprocess
import tempfile
import unicodedata
from pathlib import Path

TEXTS = {"title": 0.8, "question": 0.8, "problem": 0.6, "outcome": 0.6, "beneficiaries": 0.6}
VALUES = ["deadline", "winners", "prize", "country", "city", "language"]
RULES = ["countries", "organisation_types", "stages"]
FORMATS = ["md", "txt", "html", "docx", "pdf"]


def words(text):
    text = unicodedata.normalize("NFKD", (text or "").lower())
    text = "".join(character for character in text if not unicodedata.combining(character))
    return collections.Counter(re.findall(r"\w+", text))


def f1(found, known):
    found, known = words(found), words(known)
    if not found and not known:
        return 1.0
    both = sum((found & known).values())
    return 2 * both / (sum(found.values()) + sum(known.values()))


def judge(found, known):
    """For each field whether it was read rightly, with what was found and what is known."""
    for field, least in TEXTS.items():
        pair = found.get(field), known.get(field)
        yield field, f1(*pair) >= least, *pair
    for field in VALUES:
        pair = found.get(field), known.get(field)
        right = f1(*pair) == 1 if field == "city" else pair[0] == pair[1]
        yield field, right, *pair
    suggested = found["call"]["suggestions"]["eligibility"]
    for rule in RULES:
        pair = sorted(suggested.get(rule, [])), sorted(known.get("eligibility", {}).get(rule, []))
        yield rule, pair[0] == pair[1], *pair


def convert(source, target, format):
    """Makes a file of another format, and returns its path."""
    path = target / f"{source.stem}.{format}"
    if format in ("md", "txt") and source.suffix == f".{format}":
        path.write_bytes(source.read_bytes())
    elif format == "pdf":
        document = convert(source, target, "docx")
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", target, document]
        subprocess.run(command, check=True, capture_output=True)
    else:
        writer = {"txt": "plain"}.get(format, format)
        reader = "markdown-yaml_metadata_block"
        # The pictures are not there.
        text = re.sub(r"!\[([^]]*)\]\([^)]*\)", r"\1", source.read_text(encoding="utf-8"))
        command = ["pandoc", "-f", reader, "-t", writer, "-s", "-o", path]
        subprocess.run(command, check=True, capture_output=True, input=text.encode())
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", type=Path)
    parser.add_argument("--formats", nargs="+", default=FORMATS, choices=FORMATS)
    parser.add_argument("--command", default="target/debug/citymatch")
    parser.add_argument("--misses", action="store_true", help="show each field that is not right")
    arguments = parser.parse_args()

    right, all_ = collections.Counter(), collections.Counter()
    sources = sorted(arguments.calls.glob("*/*.md"))
    assert sources, f"no calls in {arguments.calls}"
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            known = json.loads(source.with_suffix(".json").read_text(encoding="utf-8"))
            language = source.parent.name
            for format in arguments.formats:
                path = convert(source, Path(folder), format)
                run = subprocess.run([arguments.command, "read-call", path], capture_output=True, check=True)
                for field, is_right, found, expected in judge(json.loads(run.stdout), known):
                    for key in [(field, language), (field, format), ("all", language), ("all", format)]:
                        all_[key] += 1
                        right[key] += is_right
                    if arguments.misses and not is_right:
                        print(f"{source.stem} {format} {field}\n    found    {found}\n    expected {expected}")
    columns = sorted({language for _, language in all_} - set(FORMATS)) + arguments.formats
    print("| field | " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for field in [*TEXTS, *VALUES, *RULES, "all"]:
        shares = [right[field, column] / all_[field, column] for column in columns]
        print(f"| {field} | " + " | ".join(f"{share:.2f}".lstrip("0") for share in shares) + " |")


if __name__ == "__main__":
    main()
