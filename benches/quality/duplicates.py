"""How well `Catalogue.duplicates` finds translations and resubmissions, and tells variants from them.

    python3 benches/quality/duplicates.py --text DIR [--tune] [--documentation] [--show N]

Builds catalogues with known duplicates (`duplicate_sets.py` says how) and prints three tables: of translations among 5,000 unrelated
records, of all kinds together, and of the latter by threshold. --tune: the other half of the texts, on which the constants were chosen.
--documentation: the unrelated records are of every source, software documentation in several languages too; nobody has marked all
translations there. --show: the first N pairs that are wrong and the first N that are missing, of each table. --save FILE: the catalogue
as JSONL, with the known pairs of each kind.
"""
import argparse
import json
import sys
import time
from pathlib import Path

import citymatch as cm
from duplicate_sets import Known, known
from judged import Row

LEAST = .5
THRESHOLDS = (.5, .7, .8, .85, .9, .95, .98, .99, .995, .999)


def pair(own: cm.DuplicatePair) -> frozenset[str]:
    return frozenset((own.left, own.right))


def searched(rows: list[Row], threshold: float | None = None) -> tuple[cm.Duplicates, float]:
    catalogue = cm.Catalogue.create()
    catalogue.add(rows)
    started = time.process_time()
    found = catalogue.duplicates(threads=1, **({} if threshold is None else {"threshold": threshold}))
    return found, time.process_time() - started


def row(name: str, found: set[frozenset[str]], true: set[frozenset[str]], right: set[frozenset[str]]) -> str:
    """`right` are the pairs of `true` that count for the recall: those that may be found at this place."""
    hit = len(found & true)
    precision, recall = hit / len(found) if found else 1, len(found & right) / len(right) if right else 1
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    return f"| {name} | {len(found)} | {precision:.4f} | {recall:.4f} | {f1:.4f} |"


def kinds(found: cm.Duplicates) -> dict[str, set[frozenset[str]]]:
    return {kind: {pair(own) for own in found if own.kind == kind} for kind in ("translation", "resubmission", "variant")}


def show(name: str, found: set[frozenset[str]], true: set[frozenset[str]], rows: list[Row], most: int) -> None:
    text = {str(one["id"]): " / ".join(str(one[part]) for part in ("title", "summary", "problem", "description", "impact") if part in one) for one in rows}
    for what, pairs in (("wrong", found - true), ("missing", true - found)):
        for both in sorted(sorted(two) for two in pairs)[:most]:
            print(f"\n{what} {name}", *(f"  {id}: {text[id][:300]}" for id in both), sep="\n", file=sys.stderr)


def report(data: Known, most: int) -> None:
    only = [one for one in data.rows if not str(one["id"]).endswith(("-again", "-template"))]
    found, seconds = searched(only)
    print(f"\n{len(only)} records, {seconds:.1f} s of processor time\n\n| | pairs | P | R | F1 |\n|---|---|---|---|---|")
    duplicates = {pair(own) for own in found if own.kind != "variant"}
    print(row("translations alone", duplicates, data.translations, data.translations))
    show("translations alone", duplicates, data.translations, only, most)

    found, seconds = searched(data.rows)
    by_kind = kinds(found)
    duplicates = by_kind["translation"] | by_kind["resubmission"]
    print(f"\n{len(data.rows)} records, {seconds:.1f} s of processor time\n\n| | pairs | P | R | F1 |\n|---|---|---|---|---|")
    print(row("duplicates", duplicates, data.duplicates, data.duplicates))
    print(row("translations", by_kind["translation"], data.translations, data.translations))
    print(row("resubmissions", by_kind["resubmission"], data.resubmissions, data.resubmissions))
    few = {both for both in data.resubmissions | data.templates if both & data.few}
    here = {both for both in by_kind["resubmission"] if both & data.few}
    print(row("resubmissions, few names", here, data.resubmissions, data.resubmissions & few))
    print(row("the others", by_kind["resubmission"] - here, data.resubmissions, data.resubmissions - few))
    named = len(by_kind["variant"] & data.templates)
    print(f"\ntemplates named variant: {named} of {len(data.templates)} ({named / len(data.templates):.1%}), "
          f"with few names {len(by_kind['variant'] & data.templates & few)} of {len(data.templates & few)}; "
          f"called a duplicate: {len(duplicates & data.templates)}; other variants: {len(by_kind['variant'] - data.templates)}")
    show("duplicates", duplicates, data.duplicates, data.rows, most)
    show("variants", by_kind["variant"] & data.templates, data.templates, data.rows, most)

    found, _ = searched(data.rows, LEAST)
    print("\n| threshold | pairs | P | R | F1 | variants | templates | groups | largest |\n|---|---|---|---|---|---|---|---|---|")
    for threshold in THRESHOLDS:
        at = [own for own in found if own.score >= threshold]
        again, _ = searched(data.rows, threshold) if threshold in (.9, .99) else (None, 0)
        line = row(f"{threshold:g}", {pair(own) for own in at if own.kind != "variant"}, data.duplicates, data.duplicates)
        variants = {pair(own) for own in at if own.kind == "variant"}
        groups = again.groups if again else None
        shown = f"{len(groups)} | {max(map(len, groups), default=0)}" if groups is not None else "|"
        print(f"{line} {len(variants)} | {len(variants & data.templates) / len(data.templates):.3f} | {shown} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True, help="the encoder's training text")
    parser.add_argument("--tune", action="store_true", help="the half on which the constants were chosen")
    parser.add_argument("--documentation", action="store_true", help="unrelated records of every source")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="wrong and missing pairs, to stderr")
    parser.add_argument("--save", type=Path, metavar="FILE", help="the records as JSONL")
    options = parser.parse_args()
    some = {"with_demo": False, "edited": 91, "templates": 91} if options.tune else {}
    data = known(options.text, 0 if options.tune else 1, documentation=options.documentation, **some)
    if options.save:
        options.save.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in data.rows), encoding="utf-8")
    report(data, options.show)


if __name__ == "__main__":
    main()
