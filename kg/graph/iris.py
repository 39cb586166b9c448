"""The names of things on the web: one IRI for one thing, made from its code or its Chinese label.

Never from pinyin, in which 山西 and 陕西 meet. Two names never share an IRI.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.errors import KgError

if TYPE_CHECKING:
    from kg.model import Kind

BASE = "https://w3id.org/reform-kg/"
"""Where our instances live unless the user says otherwise."""

DEF = BASE + "def#"
"""Our classes and properties. The same under every base, so that one query serves every graph."""

PREFIXES = {
    "kg": DEF,
    "region": BASE + "region/",
    "agency": BASE + "agency/",
    "reform": BASE + "reform/",
    "platform": BASE + "platform/",
    "indicator": BASE + "indicator/",
    "unit": BASE + "unit/",
    "policy": BASE + "policy/",
    "report": BASE + "report/",
    "dct": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Every prefix that queries, exports and pages may use without declaring it."""

_UCSCHAR = "\u00a1-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U000e1000-\U000efffd" + "".join(
    f"{chr(plane)}-{chr(plane + 0xFFFD)}" for plane in range(0x10000, 0xE0000, 0x10000)
)
"""RFC 3987: what an IRI may hold beyond ASCII. Less U+00A0, which nobody sees."""


@cache
def _unsafe() -> re.Pattern[str]:
    """Return what may not stand in a path segment as it is: all but isegment; and white space, and names of dots alone.

    Made when the first IRI is: `kg lookup` makes none.
    """
    return re.compile(rf"[^-A-Za-z0-9._~!$&'()*+,;=:@{_UCSCHAR}]|\s|^\.+$")


def escape(name: str) -> str:
    """Make a name a path segment of an IRI; distinct names stay distinct.

    >>> escape("一网通办"), escape("50% off"), escape('“1+N”/机制')
    ('一网通办', '50%25%20off', '“1+N”%2F机制')
    """
    return _unsafe().sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode("utf-8", "surrogatepass")), name)


def compact(iri: str) -> str:
    """Shorten an IRI by the prefixes that every query knows, or return it as it is.

    >>> compact("http://www.w3.org/2004/02/skos/core#prefLabel")
    'skos:prefLabel'
    """
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and "/" not in (local := iri[len(start) :]) and "#" not in local:
            return f"{prefix}:{local}"
    return iri


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs of one base."""

    base: str = BASE

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+[/#:]", self.base):
            raise KgError("is no base for IRIs", self.base, f"Give an absolute IRI that ends in /, such as {BASE}")

    def named(self, folder: str, name: str) -> str:
        """Return the IRI of a thing that its label tells apart: a reform, platform, indicator, unit or policy."""
        return f"{self.base}{folder}/{escape(name)}"

    def region(self, code_or_name: str) -> str:
        """Return the IRI of a region: by code, or by name where it has no code."""
        return self.named("region", code_or_name)

    def agency(self, label: str, code: str | None = None) -> str:
        """Return the IRI of an agency, within its region where that is known: each region has a 财政局."""
        return self.named("agency", label) if code is None else f"{self.base}agency/{escape(code)}/{escape(label)}"

    def entity(self, kind: "Kind", label: str, code: str | None = None) -> str:
        """Return the IRI of a named thing of any kind."""
        from kg.model import Kind  # here: what only asks a graph needs no model of a report, 5 ms of its start

        match kind:
            case Kind.REGION:
                return self.region(code or label)
            case Kind.AGENCY:
                return self.agency(label, code)
            case _:
                return self.named(kind.value.lower(), label)

    def report(self, sha256: str) -> str:
        """Return the IRI of a report: the same bytes are the same report, wherever they lie."""
        return f"{self.base}report/{sha256[:16]}"

    def graph(self, name: str) -> str:
        """Return the IRI of a graph that no report owns: entities, terms, regions, vocabulary, void."""
        return f"{self.base}graph/{name}"

    def rebase(self, iri: str) -> str:
        """Move an instance of the default base to this one; vocabulary and foreign IRIs stay."""
        return self.base + iri[len(BASE) :] if iri.startswith(BASE) and not (iri + "#").startswith(DEF) else iri


def report_graph(report: str) -> str:
    """Return the named graph of a report, given the report's IRI."""
    return f"{report}/graph"
