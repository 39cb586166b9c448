"""Imported by the process that child processes are forked from: what a build loads once is loaded then."""

from kg.build import build
from kg.gazetteer import load_gazetteer
from kg.lexicon import load_lexicon
from kg.shards import facts_version

__all__ = ["build"]

load_lexicon()
load_gazetteer()
facts_version()
