"""Nodes and edges as the lines of a file: GraphML, GEXF and CSV, each written for its reader.

Text is put together by hand: it is eight times as fast as networkx, needs no copy of the graph, and gives every edge an
id of its own, without which Gephi drops parallel edges. Out of scope: what is drawn (`picture`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kg.exports.picture import PALETTE, Edge, Node

_XML = re.compile("[&<>\"'\n\r\t\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"} | {c: f"&#{ord(c)};" for c in "\n\r\t"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_CELL = re.compile('[",\n\r]')


@dataclass(frozen=True, slots=True)
class Style:
    """One file format: what stands before, between and after, and the line of a node and of an edge."""

    head: str
    node: Callable[[Node, float], str]  # the second is its size
    middle: str
    edge: Callable[[int, Edge], str]  # the first is its number
    foot: str


def xml(text: object) -> str:
    r"""Escape a text for XML; characters that XML 1.0 forbids are dropped.

    >>> xml('1 < 2 & "三"\x07')
    '1 &lt; 2 &amp; &quot;三&quot;'
    """
    return _XML.sub(lambda m: _ENTITY.get(m[0], ""), str(text))


def _number(value: float) -> str:
    return f"{value:.10g}"


# ---------------------------------------------------------------- GraphML

# Gephi takes these lower-case names for label, colour, size and weight, and they must mean nothing else.
_NODE_KEYS = {
    "label": "string",
    "kind": "string",
    "iri": "string",
    "size": "double",
    "color": "string",
    "year": "int",
    "full_name": "string",
    "code": "string",
    "value": "double",
    "unit": "string",
    "period": "string",
    "modality": "string",
}
_EDGE_KEYS = {
    "label": "string",
    "kind": "string",
    "interaction": "string",  # Cytoscape's name for the kind
    "weight": "double",
    "year": "int",
    "last_year": "int",
    "evidence": "string",
}


def _graphml_head() -> str:
    keys = [
        f'<key id="{owner[0]}_{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>\n'
        for owner, names in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS))
        for name, kind in names.items()
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        + "".join(keys)
        + '<graph id="reform-kg" edgedefault="directed">\n'
    )


def _graphml_node(node: Node, size: float) -> str:
    values = "".join(f'<data key="n_{name}">{xml(value)}</data>' for name, value in node.values.items())
    return (
        f'<node id="{xml(node.id)}"><data key="n_label">{xml(node.label)}</data><data key="n_kind">{node.kind}</data>'
        f'<data key="n_iri">{xml(node.iri)}</data><data key="n_size">{_number(size)}</data>'
        f'<data key="n_color">{PALETTE.get(node.kind, "#000000")}</data>{values}</node>\n'
    )


def _graphml_edge(number: int, edge: Edge) -> str:
    # The attribute `label` is Gephi's edge type: without it, parallel edges of two kinds are summed into one.
    kind = xml(edge.kind)
    years = (
        ""
        if edge.first is None
        else f'<data key="e_year">{edge.first}</data><data key="e_last_year">{edge.last}</data>'
    )
    evidence = f'<data key="e_evidence">{xml(edge.evidence)}</data>' if edge.evidence else ""
    return (
        f'<edge id="e{number}" source="{xml(edge.source)}" target="{xml(edge.target)}" label="{kind}">'
        f'<data key="e_label">{xml(edge.label)}</data><data key="e_kind">{kind}</data>'
        f'<data key="e_interaction">{kind}</data><data key="e_weight">{edge.weight}</data>{years}{evidence}</edge>\n'
    )


# ---------------------------------------------------------------- GEXF 1.3

# Label, size and colour have elements of their own there.
_GEXF_NODE = {
    key: "integer" if kind == "int" else kind
    for key, kind in _NODE_KEYS.items()
    if key not in {"label", "size", "color"}
}


# As r, g, b: networkx reads no hex, and Gephi misreads hex beside an a.
_COLORS = {
    kind: '<viz:color r="{}" g="{}" b="{}"/>'.format(*bytes.fromhex(color[1:])) for kind, color in PALETTE.items()
}


def _gexf_head() -> str:
    node = "".join(f'<attribute id="{name}" title="{name}" type="{kind}"/>\n' for name, kind in _GEXF_NODE.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
        "<meta><creator>reform-kg</creator><description>Government-service reform</description></meta>\n"
        '<graph mode="dynamic" defaultedgetype="directed" timeformat="date" timerepresentation="interval">\n'
        f'<attributes class="node" mode="static">\n{node}</attributes>\n'
        '<attributes class="edge" mode="static">\n'
        '<attribute id="interaction" title="interaction" type="string"/>\n'
        '<attribute id="evidence" title="evidence" type="string"/>\n</attributes>\n'
        "<nodes>\n"
    )


def _gexf_values(values: Mapping[str, object]) -> str:
    return "".join(f'<attvalue for="{name}" value="{xml(value)}"/>' for name, value in values.items())


def _gexf_node(node: Node, size: float) -> str:
    values = _gexf_values({"kind": node.kind, "iri": node.iri, **node.values})
    return (
        f'<node id="{xml(node.id)}" label="{xml(node.label)}"><attvalues>{values}</attvalues>'
        f'<viz:size value="{_number(size)}"/>{_COLORS.get(node.kind, "")}</node>\n'
    )


def _gexf_edge(number: int, edge: Edge) -> str:
    # A closed interval of days: no other form of a year is read by Gephi as time.
    time = "" if edge.first is None else f' start="{edge.first}-01-01" end="{edge.last}-12-31"'
    values = _gexf_values({"interaction": edge.kind} | ({"evidence": edge.evidence} if edge.evidence else {}))
    return (
        f'<edge id="e{number}" source="{xml(edge.source)}" target="{xml(edge.target)}" kind="{xml(edge.kind)}" '
        f'label="{xml(edge.label)}" weight="{edge.weight}"{time}><attvalues>{values}</attvalues></edge>\n'
    )


# ---------------------------------------------------------------- CSV


def csv_line(values: Iterable[object]) -> str:
    r"""Write a line of comma-separated values; None is an empty cell.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.

    >>> csv_line(["办理“一网”,三项", None, 1.5, '=1+1', "-7.5"])
    '"办理“一网”,三项",,1.5,\'=1+1,-7.5\n'
    """
    return ",".join(map(_cell, values)) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if _CELL.search(text) else text


_COLUMNS = ("full_name", "code", "year", "value", "unit", "period", "modality")


def _csv_node(node: Node, size: float) -> str:
    color = PALETTE.get(node.kind, "#000000")
    values = (node.values.get(name) for name in _COLUMNS)
    return csv_line((node.id, node.label, node.kind, node.iri, _number(size), color, *values))


def _csv_edge(number: int, edge: Edge) -> str:
    named = (f"e{number}", edge.label, edge.kind, edge.weight, edge.first, edge.last, edge.evidence)
    return csv_line((edge.source, edge.target, "Directed", *named))


def _nothing(_: object, __: object) -> str:
    return ""


# Gephi's spreadsheet importer looks for these capitalised names.
_NODES = csv_line(("Id", "Label", "Kind", "Iri", "Size", "Color", *_COLUMNS))
_EDGES = csv_line(("Source", "Target", "Type", "Id", "Label", "Kind", "Weight", "year", "last_year", "evidence"))

STYLES = {
    "graphml": Style(_graphml_head(), _graphml_node, "", _graphml_edge, "</graph>\n</graphml>\n"),
    "gexf": Style(_gexf_head(), _gexf_node, "</nodes>\n<edges>\n", _gexf_edge, "</edges>\n</graph>\n</gexf>\n"),
    "csv-nodes": Style(_NODES, _csv_node, "", _nothing, ""),
    "csv-edges": Style(_EDGES, _nothing, "", _csv_edge, ""),
}
"""Name of a format to its style."""
