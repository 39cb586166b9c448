"""Stores made in one go of N-Quads, through the same generations as those of a build."""

from itertools import chain

import pyoxigraph as ox

from kg.graph.iris import BASE, PREFIXES, Iris
from kg.graph.store import building, generation


def build_store(directory, chunks, base=BASE):
    """Load N-Quads into a new generation, put it in place of the old one, and return its counts."""
    with building(directory), generation(directory, base, anew=True) as change:
        change.load(chunks)
        return change.finish()


def change_store(directory, gone, chunks, terms, base=BASE):
    """Take reports out, given their IRIs, and put others in; `terms` makes the graphs that no report owns.

    As a build does, which knows the regions of each report from its manifest.
    """
    with building(directory), generation(directory, base) as change:
        change.forget(gone)
        codes = codes_in_use(change.store, base)
        change.drop("terms", "regions", "vocabulary")
        change.load(chain(chunks, [terms(codes)]))
        return change.finish()


def codes_in_use(store, base):
    """Return the codes of the described regions that a report, or a thing that one names, refers to."""
    described = ox.NamedNode(Iris(base).graph("regions"))
    a, kind = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["kg"] + "Region")
    regions = [quad.subject for quad in store.quads_for_pattern(None, a, kind, described)]
    return {
        region.value.rsplit("/", 1)[-1]
        for region in regions
        if any(quad.graph_name != described for quad in store.quads_for_pattern(None, None, region))
    }
