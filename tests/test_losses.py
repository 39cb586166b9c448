"""What twelve pages of government sites lose in each kind of file, held to the table in docs/documents.md."""

import importlib.util
from pathlib import Path

import pytest

from tests import making, sites

PAGE = (Path(__file__).parent.parent / "docs" / "documents.md").read_text(encoding="utf-8")


def told(kind):
    """What the page says that a kind of file loses and adds."""
    line = next(line for line in PAGE.split("\n") if line.startswith(f"| {kind} |"))
    return [int(cell) for cell in line.strip("| ").split(" | ")[2:]]


def test_there_are_twelve_pages_full_of_facts():
    assert len(sites.SITES) == 12
    assert all(sites.facts("r.txt", sites.joined(lines).encode()).total() >= 12 for lines in sites.SITES.values())


@pytest.mark.parametrize("kind", [kind for kind in sites.KINDS if kind != sites.BY_OCR])
def test_no_kind_of_file_loses_more_than_the_page_tells(kind):
    _, lost, added = sites.losses(kind)

    assert [lost.total(), added.total()] == told(kind), (lost, added)


@pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None or making.font() is None,
    reason="pip install 'reform-kg[ocr]'; apt install fonts-noto-cjk",
)
def test_a_picture_states_what_its_text_states():
    """One of the twelve: ten seconds a page are too long for all."""
    _, lost, added = sites.losses(sites.BY_OCR, [list(sites.SITES)[6]])

    assert [lost.total(), added.total()] == [0, 0], (lost, added)
