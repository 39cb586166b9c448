"""What the query editor offers to complete: classes and properties, with what they mean. Run in a worker.

Our own come from the vocabulary in the graph; those of other vocabularies are the ones that the shipped questions use.
Out of scope: the names of things, which `search` finds.
"""

import re
from collections import Counter

from kg.ask.query import shipped
from kg.serve.snapshot import Snapshot

OURS = "kg"
_TERMS = """SELECT ?it ?label { VALUES ?class { owl:Class owl:ObjectProperty owl:DatatypeProperty rdf:Property }
    ?it a ?class ; rdfs:label ?label FILTER(STRSTARTS(STR(?it), STR(kg:))) }"""
_CURIE = re.compile(r"(?<![\w:<])([a-z][\w-]*):([A-Za-z]\w*)")


def terms(snapshot: Snapshot) -> list[dict[str, str]]:
    """Return all terms, our own first, those of others by how often the shipped questions use them."""
    start = snapshot.prefixes[OURS]
    own: dict[str, dict[str, str]] = {}
    for row in snapshot.solutions(_TERMS):
        name = f"{OURS}:{row['it'].value[len(start) :]}"
        term = own.setdefault(name, {"name": name, "zh": "", "en": ""})
        term["en" if row["label"].language == "en" else "zh"] = row["label"].value
    things = {link for link, iri in snapshot.prefixes.items() if iri.startswith(snapshot.base)}
    used = Counter(
        f"{prefix}:{local}"
        for question in shipped().values()
        for prefix, local in _CURIE.findall(question.text)
        if prefix in snapshot.prefixes and prefix not in things
    )
    others = [{"name": name, "zh": "", "en": ""} for name, _ in used.most_common() if name not in own]
    return [own[name] for name in sorted(own)] + others
