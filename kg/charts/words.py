"""What stands on the pictures, in Chinese or English.

In: `data/charts/words.tsv`. Out: `Words`, asked by key. Names of reforms, regions and indicators are the graph's.
"""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pyoxigraph as ox

from kg.exports.selection import select
from kg.resources import data_path

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_LABELS = """SELECT DISTINCT ?zh ?en { VALUES ?kind { kg:Reform kg:Platform kg:Indicator kg:Unit } ?it a ?kind ;
    skos:prefLabel ?zh , ?en FILTER(LANG(?zh) = "zh-hans") FILTER(LANG(?en) = "en") }"""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, and the names of a graph in it."""

    language: Language
    table: dict[str, str]
    names: dict[str, str]  # of terms, by their Chinese label; empty for Chinese

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key, filled in."""
        return self.table[key].format(**values)

    def name(self, label: str) -> str:
        """Return a term's label in the language, where it has one."""
        return self.names.get(label, label)


def words_of(store: ox.Store, language: Language) -> Words:
    """Return the words for the pictures of a graph."""
    names = {zh.value: en.value for zh, en in select(store, _LABELS)} if language == "en" else {}
    return Words(language, {key: both[LANGUAGES.index(language)] for key, both in _table().items()}, names)


@cache
def _table() -> dict[str, tuple[str, str]]:
    with data_path("charts/words.tsv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(
            (line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        return {line["key"]: (line["zh"], line["en"]) for line in lines}
