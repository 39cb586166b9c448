import contextlib
import csv
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from asked import built
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.ask.query import bound, named, names_graphs, parse_head, rows, run, serialized, shipped, within
from kg.ask.resolve import prefixes_of
from kg.ask.sparql import check
from kg.ask.tokens import tokens
from kg.errors import BadQuery, KgError
from kg.graph.iris import BASE, PREFIXES
from kg.graph.store import as_rdflib
from kg.resources import data_path
from kg.table import plain

CASES = Path(__file__).parent / "cases"
ANSWERS = CASES / "queries"
APART = {"provenance", "adoption-graph"}  # have tests of their own


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return kg.open(built(tmp_path_factory.mktemp("asked")))


# ---------------------------------------------------------------- the questions that ship


def answers():
    """Each case of tests/cases/queries: a query, its parameters, the rows that it must give."""
    for path in sorted(ANSWERS.glob("*.tsv")):
        for part in path.read_text(encoding="utf-8").removeprefix("# ").split("\n# "):
            head, *lines = part.strip("\n").split("\n")
            params = dict(pair.split("=", 1) for pair in head.split() if "=" in pair)
            expected = [line.split("\t") for line in lines]
            yield pytest.param(path.stem, params, expected, id=f"{path.stem}-{head}")


def test_each_question_has_an_expected_answer():
    assert {path.stem for path in ANSWERS.glob("*.tsv")} | APART == set(shipped())
    assert len(shipped()) >= 24
    assert len(list(answers())) >= 60


@pytest.mark.parametrize(("name", "params", "expected"), list(answers()))
def test_the_answer_is_as_expected(graph, name, params, expected):
    found = graph.query(name, params)

    assert [_sorted(line) for line in expected[1:]] == [_sorted(map(plain, row.values())) for row in found]
    if expected:
        assert expected[0] == list(found[0])


def _sorted(values):
    """Values as text, the parts of a list in a fixed order: GROUP_CONCAT promises none."""
    return ["、".join(sorted(value.split("、"))) for value in values]


@pytest.mark.parametrize("name", sorted(set(shipped()) - APART - {"reforms-missing"}))
def test_rdflib_gives_the_same_rows(graph, rdf, name):
    """Each question is plain SPARQL 1.1, and runs as it stands: a parameter that is not set means any."""
    text = shipped()[name].text
    theirs = [[_plain(value) for value in row] for row in rdf.query(text, initNs=PREFIXES)]
    ours = rows(run(graph.store, text, name))

    assert sorted(_sorted(line) for line in theirs) == sorted(_sorted(map(plain, row.values())) for row in ours)


@pytest.fixture(scope="module")
def rdf(graph):
    return as_rdflib(graph.path)


def _plain(value):
    if value is None:
        return ""
    python = value.toPython()
    return plain(python if isinstance(python, bool | int) or hasattr(python, "as_tuple") else str(value))


@pytest.mark.parametrize("query", shipped().values(), ids=lambda q: q.name)
def test_each_question_says_in_both_languages_what_it_answers(query):
    assert all((query.title, query.title_zh, query.question, query.question_zh))
    assert query.question.endswith(("?", ".")) or ":" in query.question
    assert any("\u4e00" <= c <= "\u9fff" for c in query.question_zh)
    used = {t.text[1:] for t in tokens(query.text) if t.text.startswith("$")}
    assert used == {name.upper() for name, _ in query.params}
    assert not used & {t.text[1:] for t in tokens(query.text) if t.text.startswith("?")}


def test_titles_tell_questions_apart():
    assert len({q.title for q in shipped().values()}) == len(shipped()) == len({q.title_zh for q in shipped().values()})


def test_provenance_names_file_software_and_terms(graph):
    found = graph.query("provenance")

    assert 5 == len(found)
    assert {"anji-2022.txt", "anji-2023.txt"} < {row["report"] for row in found}
    assert all(len(row["sha256"]) == 64 and row["software"] and row["terms"] for row in found)


def test_the_adoption_graph_is_a_graph(graph):
    text = bound(named("adoption-graph"), {"region": "桐乡"}, lambda kind, name: graph.find(kind, name).iri)
    data, count = serialized(run(graph.store, text), "ttl", prefixes_of(graph.store))

    assert count == len(rdflib.Graph().parse(data=data, format="turtle")) == 9
    assert "region:330483 " in data.decode()
    assert "@prefix oa:" not in data.decode(), "only prefixes in use"


def test_a_folder_without_queries_is_an_error(tmp_path):
    with pytest.raises(KgError, match="holds no query"):
        shipped(tmp_path)


def test_questions_are_read_from_the_source_tree():
    assert data_path("queries").is_dir()


# ---------------------------------------------------------------- parameters


def test_parameters_take_any_name_of_the_thing(graph):
    names = ("浙", "浙江", "浙江省", "330000", "浙江省")

    assert 1 == len({str(graph.query("reforms-by-region", {"region": name})) for name in names})


def test_an_unknown_parameter_offers_the_nearest(graph):
    with pytest.raises(KgError, match=r"no parameter is called 'regoin'(?s:.)*region"):
        graph.query("figures", {"regoin": "安吉"})


def test_a_query_without_parameters_says_so(graph):
    with pytest.raises(KgError, match="takes no parameter"):
        graph.query("SELECT * { ?x a kg:Reform }", {"x": "1"})


def test_a_value_is_data_never_syntax(graph):
    """A quotation mark in a value ends nothing."""
    evil = '2022") || true) } #'

    assert [] == graph.query("reforms-by-region", {"year": evil})
    with pytest.raises(KgError, match="no whole number"):
        graph.query("similar-regions", {"min_shared": "1)"})


def test_dollar_variables_of_a_users_own_query_are_parameters(graph):
    found = graph.query("SELECT ?n { $REFORM skos:prefLabel ?n FILTER(LANG(?n) = 'en') }", {"reform": "云上办"})

    assert [{"n": "served from the cloud"}] == found


def test_a_dollar_in_text_or_comment_is_no_parameter():
    query = parse_head("q", "SELECT * { ?x ?y '$REGION' } # $REGION")

    assert query.text == bound(query, {}, None)


# ---------------------------------------------------------------- running


def test_it_looks_at_all_graphs_together(graph):
    """Region from graph/regions, link from graph/entities, label from graph/terms."""
    found = graph.query("SELECT ?r ?t { ?a skos:prefLabel ?r ; kg:adopts/skos:prefLabel ?t } ORDER BY ?r ?t")

    assert {"r": "安吉县", "t": "少证办"} in found


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("SELECT * FROM <x:a> { ?s ?p ?o }", True),
        ("SELECT *FROM<x:a>{ ?s ?p ?o }", True),
        ("select * from # which?\n named <x:a> { ?s ?p ?o }", True),
        ("SELECT ?from { ?from ?p $FROM }", False),
        ("SELECT * { ?s kg:from 'from' } # from <x:a>", False),
    ],
)
def test_from_is_seen_where_it_is_a_word_of_the_query(text, chosen):
    assert chosen == names_graphs(text)


def test_a_query_with_from_looks_only_there():
    store = ox.Store()
    store.add(ox.Quad(*[ox.NamedNode(f"x:{c}") for c in "spog"]))
    texts = ("SELECT ?o { ?s ?p ?o }", "SELECT ?o FROM <x:g> { ?s ?p ?o }", "SELECT ?o FROM <x:other> { ?s ?p ?o }")

    assert [[{"o": "x:o"}], [{"o": "x:o"}], []] == [rows(run(store, text)) for text in texts]


def test_values_are_exact_and_plain(graph):
    found = graph.query("SELECT ?v ?a { ?o sdmx-measure:obsValue ?v ; kg:approximate ?a } ORDER BY ?v")

    assert [3, 12, 15] == [row["v"] for row in found[:3]]
    assert "81.5" in {str(row["v"]) for row in found}
    assert {True, False} == {row["a"] for row in found}


def test_ask_and_absent_values():
    store = ox.Store()

    assert [{"answer": False}] == rows(run(store, "ASK { ?x a kg:Reform }"))
    assert [{"x": None}] == rows(run(store, "SELECT ?x { OPTIONAL { ?x a kg:Reform } }"))


@pytest.mark.parametrize("fmt", ["json", "csv", "tsv", "xml"])
def test_rows_are_counted_in_every_format(graph, fmt):
    text = 'SELECT ?n { VALUES ?n { "a" "b\\nc" "d,\\"e" } }'

    assert 3 == serialized(run(graph.store, text), fmt)[1]


@given(st.lists(st.text(alphabet='{}[],:"\\ax\n', max_size=8) | st.none(), max_size=5))
def test_rows_of_json_are_counted_whatever_they_say(values):
    """As parsing it would count them; None binds nothing."""
    terms = " ".join("UNDEF" if value is None else str(ox.Literal(value)) for value in values)
    data, count = serialized(run(ox.Store(), f"SELECT ?a ?é {{ VALUES ?a {{ {terms} }} BIND(?a AS ?é) }}"), "json")

    assert len(json.loads(data)["results"]["bindings"]) == len(values) == count


@pytest.mark.parametrize("fmt", ["nt", "ttl", "jsonld"])
def test_a_graph_has_the_same_bytes_in_whatever_order_it_is_found(graph, fmt):
    text = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SELECT * {{ ?s a kg:Reform ; ?p ?o }} ORDER BY {} }}"
    up, down = text.format("?o"), text.format("DESC(?o)")
    triples = list(run(graph.store, up))

    data, count = serialized(run(graph.store, up), fmt)
    assert (data, count) == serialized(run(graph.store, down), fmt)
    assert triples != list(run(graph.store, down))
    assert count == len(triples) > 30
    if fmt != "jsonld":
        assert set(ox.parse(data, format=ox.RdfFormat.TURTLE)) == {ox.Quad(*triple) for triple in triples}


def test_a_query_that_takes_too_long_is_given_up():
    def forever():
        import time

        time.sleep(5)

    with pytest.raises(BadQuery, match=r"more than 0.05 s(?s:.)*--timeout"):
        within(0.05, forever)


def test_a_fault_in_time_limited_work_comes_through():
    def fault():
        raise BadQuery("no")

    with pytest.raises(BadQuery, match="no"):
        within(5, fault)


def test_prefixes_follow_the_base_of_the_graph(tmp_path):
    graph = kg.open(built(tmp_path, "https://example.org/x/"))

    assert "https://example.org/x/region/" == prefixes_of(graph.store)["region"]
    assert PREFIXES["kg"] == prefixes_of(graph.store)["kg"]
    assert [{"n": "安吉县"}] == graph.query("SELECT ?n { region:330523 skos:prefLabel ?n }")
    assert 2 == len(graph.query("reforms-by-region", {"region": "安吉"}))
    assert graph.find("reform", "云上办").iri.startswith("https://example.org/x/reform/")


# ---------------------------------------------------------------- broken queries

FAULTS = list(csv.DictReader((CASES / "query.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t"))


def test_no_case_was_lost():
    assert len(FAULTS) >= 35
    assert {"synthetic", "negative"} == {case["kind"] for case in FAULTS}


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["query"])
def test_a_broken_query_is_pointed_at(case):
    text = case["query"].replace("\\n", "\n")
    if case["kind"] == "negative":  # nothing is wrong with it
        check(text, "q")
        return
    with pytest.raises(BadQuery) as caught:
        check(text, "q.rq")
    with pytest.raises(BadQuery) as when_run:
        run(ox.Store(), text, "q.rq")

    message = str(caught.value)
    assert message == str(when_run.value), "run asks the engine first, and says the same"
    assert message.startswith(f"q.rq:{case['place']}: "), message
    assert case["says"] in message
    if text.strip():
        line, column = map(int, case["place"].split(":"))
        shown, caret = message.split("\n")[1:3]
        assert shown == "  " + text.split("\n")[line - 1]
        assert caret.strip() == "^"
        assert len(caret) - 3 >= column - 1


def test_the_caret_stands_under_the_place_though_the_line_is_chinese():
    with pytest.raises(BadQuery) as caught:
        check("SELECT * { ?区 FOO }", "q")

    shown, caret = str(caught.value).split("\n")[1:3]
    assert shown.index("FOO") + 1 == caret.index("^"), "区 is one character and two cells"


PIECES = st.lists(st.sampled_from("SELECT ?x { } ( ) . ; kg:a 'b' a FILTER = ASK #".split()))


@given(st.text(max_size=60) | PIECES.map(" ".join))
def test_any_text_is_a_query_or_a_bad_one(text):
    with contextlib.suppress(BadQuery):
        check(text, "q")


def test_prefixes_are_bound_once_and_may_be_declared_anew():
    check(f"PREFIX kg: <{BASE}other#> SELECT * {{ ?x kg:a ?y }}", "q")
