"""What several tests share: the terms, the gazetteer, and the extraction of the shipped digests."""

from pathlib import Path

import pytest

from kg.extract import extract, to_json
from kg.readers.read import read
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

REPORTS = Path(__file__).parent.parent / "data" / "reports"


@pytest.fixture(scope="session")
def extracted():
    """The interchange object of each shipped digest, by its stem."""
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    return {path.stem: to_json(extract(read(path), lexicon, gazetteer)) for path in sorted(REPORTS.glob("*.txt"))}
