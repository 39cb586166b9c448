"""Imported by the process that child processes are forked from: what a build loads once is loaded then."""

from kg.builds.build import build
from kg.builds.shards import facts_version
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

__all__ = ["build"]

load_lexicon()
load_gazetteer()
facts_version()
