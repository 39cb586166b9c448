"""The invented examples of `tests/cases`: one table a stage, one row an example, and what each must give."""

import csv
from functools import cache
from pathlib import Path

import pytest

from kg.terms.lexicon import load_lexicon

CASES = Path(__file__).parent / "cases"

lexicon = cache(load_lexicon)


def rows(name):
    r"""The examples of a table, by column; a written \n or \r is that character."""
    with (CASES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{k: (v or "").replace("\\n", "\n").replace("\\r", "\r") for k, v in row.items()} for row in found]


def marks(row):
    """A known failure must fail: the day it passes, the build says so and the example moves to another kind."""
    return [pytest.mark.xfail(strict=True, reason=row.get("note"))] if row["kind"] == "known-failure" else []
