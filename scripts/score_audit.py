"""Print the precision and recall of the audit: on judged folders, and on tables of invented cases.

python scripts/score_audit.py ../shared/extraction/gold data/gold tests/cases/audit.tsv
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from kg.checks.audit import audit
from kg.checks.claims import Check, Grade
from kg.evaluate import evaluate_folder
from kg.extract import extract
from kg.readers.read import document
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

KINDS = ("precision", "recall")
GRADES = {Grade.FOLLOWS: "follows", Grade.ROUNDED: "rounded", Grade.FAILS: "fails"}


def main(*names: str) -> None:
    """Print a line for each folder and table, and each mistake."""
    for name in names:
        path = Path(name)
        if path.is_dir():
            scores = evaluate_folder(path)
            told = [f"{k} {scores.figures[f'check.{k}']:.3f}" for k in KINDS if f"check.{k}" in scores.figures]
            print(f"{name}: {', '.join(told) or 'no check wanted, and none found'}")
            for mistake in scores.mistakes:
                if mistake.what.startswith("check"):
                    print(f"  {mistake.document}: {mistake.what}: {mistake.where}")
        else:
            right, answered, wanted = (sum(column) for column in zip(*_cases(path), strict=True))
            print(f"{name}: precision {right / answered:.3f}, recall {right / wanted:.3f} "
                  f"({right} of {answered} right, of {wanted} wanted)")  # fmt: skip


def _cases(path: Path) -> Iterator[tuple[int, int, int]]:
    """Yield of each case how many checks are right in kind, figures and grade, how many there are, and should be."""
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            wanted = set(filter(None, row["checks"].split("|")))
            extraction = extract(document(row["text"], "case.txt"), lexicon, gazetteer)
            found = set(map(_written, audit(extraction, lexicon)))
            for extra in sorted(found ^ wanted):
                print(f"  {'missed' if extra in wanted else 'false'}: {extra} in {row['text']} ({row['note']})")
            yield len(found & wanted), len(found), len(wanted)


def _written(check: Check) -> str:
    operands = "+".join(o.written for o in check.operands)
    return f"{check.kind} {check.claimed.written}={operands} {GRADES[check.grade]}"


if __name__ == "__main__":
    main(*sys.argv[1:])
