import pyoxigraph as ox
import pytest
import rdflib
from invented import LEXICON, REGIONS, first, ontology, second

from kg.graph import codes_of, to_nquads
from kg.iris import BASE, PREFIXES
from kg.resources import ontology_path
from kg.validate import Finding, validate
from kg.vocabulary import terms_nquads

R = f"report/{'ab' * 8}"
OBS, ADOPTION, DELIVERY, PARTNER = (f"<{BASE}{R}#{part}>" for part in ("obs-61-66", "adopts-22-26", "delivery-30-37", "partner-69-72"))  # fmt: skip
SPAN, POS, QUOTE, MENTION = (f"<{BASE}{R}#{part}>" for part in ("span-61-66", "pos-48-54", "quote-48-54", "mention-0-8"))
REPORT = f"<{BASE}{R}>"


def built(folder):
    reports = (first(), second())
    store = ox.Store()
    store.load(terms_nquads(ontology(folder), REGIONS, {c for e in reports for c in codes_of(e, REGIONS)}), ox.RdfFormat.N_QUADS)
    for report in reports:
        store.load(to_nquads(report, REGIONS, LEXICON), ox.RdfFormat.N_QUADS)
    return store


def test_a_sound_graph_has_no_fault(tmp_path):
    assert validate(built(tmp_path)) == []


FAULTS = {  # rule: (what is taken away, what is put there)
    "label": ("", "reform:通办 skos:prefLabel '他名'@zh-hans"),
}
