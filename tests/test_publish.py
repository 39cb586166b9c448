"""A graph to stores that others wrote, over real HTTP: the same answers, only what changed, whatever breaks."""

import subprocess
import sys

import endpoints
import httpx
import pytest
from asked import built, chunks
from click.testing import CliRunner
from stores import build_store

from kg.ask import wire
from kg.ask.query import bound, rows, run, shipped
from kg.ask.remote import Remote
from kg.cli import main
from kg.errors import KgError
from kg.exports import publish as publishing
from kg.exports.publish import HASH
from kg.graph.iris import Iris
from kg.graph.store import open_store

ALL = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"
GRAPHS = 9  # five reports, entities, terms, regions, vocabulary, void: the last counts itself not
QUESTIONS = (
    ["lookup", "--reform", "跨域联办", "--format", "json"],
    ["lookup", "--platform", "惠乡码", "--format", "table"],
    ["cite", "anji-2023.txt"],
    ["coverage", "浙江", "--format", "csv"],
    ["query", "--prefixes", "--format", "csv"],
    ["query", "ASK { ?r kg:path 'anji-2022.txt' }", "--format", "json"],
    ["query", "CONSTRUCT { ?r dct:title ?t } WHERE { ?r a kg:Report ; dct:title ?t }", "--format", "ttl"],
)
HARD = (  # for rdflib: paths and joins take it minutes
    ["lookup", "安吉", "--evidence", "--format", "table"],
    ["lookup", "浙江", "--format", "csv"],
    ["compare", "安吉", "桐乡", "--format", "table"],
    ["matrix", "--format", "csv"],
    ["panel", "--format", "csv"],
    ["trend", "--format", "json"],
    ["trend", "--show", "targets", "--format", "csv"],
    ["trend", "--show", "names", "--format", "csv"],
    ["diffusion", "云端通办", "--format", "json"],
    ["network", "alike", "--format", "csv"],
    ["network", "communities", "--format", "csv"],
    ["coverage", "--indicators", "--format", "csv"],
    ["suggest", "--format", "ttl"],
    [
        "query",
        "SELECT ?n FROM <https://w3id.org/reform-kg/graph/terms> { ?i a kg:Unit ; skos:prefLabel ?n } ORDER BY ?n",
    ],
)


def kg(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, result.stderr
    return result


def publish(graph, service, code=0):
    return kg("publish", "-g", graph, "--endpoint", service.endpoint, *service.options, code=code)


def counts(result):
    """How many graphs were new, changed, removed, unchanged."""
    return [int(line.split()[1]) for line in result.stdout.splitlines()[2:6]]


def there(service):
    """All quads, asked without our code."""
    rows = service.ask(ALL)
    return {tuple(row[name] for name in "gspo") for row in rows}


def here(graph):
    """All quads of a graph on disk, with the hashes that a publication adds."""
    store = open_store(graph)
    quads = {tuple(part.value for part in (q.graph_name, *q.triple)) for q in store}
    for name in store.named_graphs():
        with publishing.triples_of(store, name.value) as triples:
            quads.add((name.value, name.value, HASH, triples.hash))
    return quads


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return built(tmp_path_factory.mktemp("graph"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """The same without its first report."""
    folder = tmp_path_factory.mktemp("changed")
    build_store(folder / "outputs", list(chunks(folder / "ontology"))[1:])
    return folder / "outputs"


@pytest.fixture
def oxigraph(tmp_path):
    with endpoints.oxigraph(tmp_path) as service:
        yield service


@pytest.fixture(scope="module")
def on_oxigraph(graph, tmp_path_factory):
    """The invented graph, published to Oxigraph."""
    with endpoints.oxigraph(tmp_path_factory.mktemp("oxigraph")) as service:
        publish(graph, service)
        yield service


@pytest.fixture(scope="module", params=["oxigraph", "rdflib"])
def published(request, graph, tmp_path_factory):
    """The invented graph, published to a store."""
    with getattr(endpoints, request.param)(tmp_path_factory.mktemp(request.param)) as service:
        assert counts(publish(graph, service)) == [GRAPHS + 1, 0, 0, 0]
        yield service


# ---------------------------------------------------------------- the same answers


def test_a_store_holds_what_was_published_to_it(published, graph):
    assert there(published) == here(graph)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda words: " ".join(words)[:40])
def test_a_question_gets_the_same_answer_there_as_here(published, graph, question):
    local = kg(*question, "-g", graph)
    remote = kg(*question, "--endpoint", published.endpoint)

    assert remote.stdout == local.stdout
    assert local.stdout.strip()


@pytest.mark.parametrize("question", HARD, ids=lambda words: " ".join(words)[:40])
def test_a_hard_question_gets_the_same_answer_there_as_here(on_oxigraph, graph, question):
    test_a_question_gets_the_same_answer_there_as_here(on_oxigraph, graph, question)


def test_named_questions_get_the_same_rows(on_oxigraph, graph):
    answered = 0
    with Remote(on_oxigraph.endpoint) as remote:
        for question in shipped().values():
            text = bound(question, {}, lambda kind, name: Iris().named(kind, name))
            local, there = (rows(run(source, text)) for source in (open_store(graph), remote))
            assert sorted(map(pieces, there)) == sorted(map(pieces, local)), question.name
            answered += bool(local)
    assert answered > 25


def pieces(row):
    """A row, with what GROUP_CONCAT joined in no order taken apart."""
    return [(name, sorted(str(cell).split("、"))) for name, cell in row.items()]


# ---------------------------------------------------------------- only what changed


@pytest.mark.parametrize("way", ["oxigraph", "rdflib"])
def test_only_what_changed_is_sent(way, graph, changed, tmp_path):
    with getattr(endpoints, way)(tmp_path) as service:
        publish(graph, service)
        assert counts(publish(graph, service)) == [0, 0, 0, GRAPHS + 1]

        dry = kg("publish", "-g", changed, "--endpoint", service.endpoint, "--dry-run")
        assert there(service) == here(graph)
        done = publish(changed, service)

        assert counts(done) == counts(dry)
        new, other, removed, unchanged = counts(done)
        assert (new, removed) == (0, 1)
        assert other + unchanged == GRAPHS
        assert unchanged >= 6  # four reports, terms, vocabulary
        assert there(service) == here(changed)


def test_graphs_of_others_stay(graph, changed, oxigraph):
    store = oxigraph.endpoint.replace("/query", "/store")
    theirs = "<https://example.org/a> <https://example.org/b> <https://example.org/c> ."
    for name in ("https://example.org/g", "https://w3id.org/reform-kg/graph/theirs"):
        answer = httpx.put(store, params={"graph": name}, content=theirs, headers={"Content-Type": "text/turtle"})
        assert answer.is_success
    publish(graph, oxigraph)
    publish(changed, oxigraph)

    assert len(there(oxigraph)) == len(here(changed)) + 2


def test_graphs_of_another_base_stay(graph, oxigraph, tmp_path):
    other = built(tmp_path, "https://example.org/kg/")
    publish(graph, oxigraph)
    assert counts(publish(other, oxigraph)) == [GRAPHS + 1, 0, 0, 0]
    assert counts(publish(graph, oxigraph)) == [0, 0, 0, GRAPHS + 1]
    assert there(oxigraph) == here(graph) | here(other)


def test_a_large_graph_goes_as_several_updates(graph, oxigraph, monkeypatch):
    monkeypatch.setattr(publishing, "PART", 2000)
    service = endpoints.Service(oxigraph.endpoint, ("--update", oxigraph.endpoint.replace("/query", "/update")))
    assert counts(publish(graph, service)) == [GRAPHS + 1, 0, 0, 0]
    assert there(service) == here(graph)
    assert counts(publish(graph, service)) == [0, 0, 0, GRAPHS + 1]


def test_hashes_are_asked_for_page_by_page(graph, oxigraph, monkeypatch):
    monkeypatch.setattr(publishing, "PAGE", 3)
    publish(graph, oxigraph)
    assert counts(publish(graph, oxigraph)) == [0, 0, 0, GRAPHS + 1]


def test_virtuoso_takes_it_behind_a_login(graph, changed, tmp_path, monkeypatch):
    with endpoints.virtuoso(tmp_path) as service:
        assert "asks for a login" in publish(graph, service, code=3).stderr
        monkeypatch.setenv("KG_ENDPOINT_USER", "dba")
        monkeypatch.setenv("KG_ENDPOINT_PASSWORD", "dba")
        assert counts(publish(graph, service)) == [GRAPHS + 1, 0, 0, 0]
        publish(changed, service)
        assert counts(publish(changed, service)) == [0, 0, 0, GRAPHS]
        triples = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{Iris().base}')) }}"
        assert int(service.ask(triples)[0]["n"]) == len(here(changed))
        query = ["query", "SELECT ?path { ?r a kg:Report ; kg:path ?path } ORDER BY ?path", "--format", "csv"]
        assert kg(*query, "--endpoint", service.endpoint).stdout == kg(*query, "-g", changed).stdout


# ---------------------------------------------------------------- whatever breaks


@pytest.mark.parametrize("fault", ["hang up", (503, {"Retry-After": "0"}), (500, {})])
def test_a_fault_that_passes_costs_a_further_attempt(fault, graph, oxigraph, monkeypatch):
    monkeypatch.setattr(wire, "WAITS", (0, 0))
    with endpoints.proxy(oxigraph, lambda number, _: fault if number % 3 == 0 else None) as (service, proxy):
        publish(graph, service)
        assert kg("lookup", "安吉", "--endpoint", service.endpoint).stdout == kg("lookup", "安吉", "-g", graph).stdout
    assert there(oxigraph) == here(graph)
    assert len(proxy.seen) > GRAPHS + 4


@pytest.mark.parametrize("after", [1, 2, 6, 10])
def test_a_publication_that_breaks_off_goes_on_where_it_stopped(after, graph, oxigraph, monkeypatch):
    """The first request asks for what is there, then come the graphs."""
    monkeypatch.setattr(wire, "WAITS", ())
    with endpoints.proxy(oxigraph, lambda number, _: "hang up" if number > after else None) as (service, _):
        assert "does not answer" in publish(graph, service, code=3).stderr

    assert counts(publish(graph, oxigraph)) == [GRAPHS + 2 - after, 0, 0, after - 1]
    assert there(oxigraph) == here(graph)


def test_a_publication_that_is_killed_is_finished_by_the_next(graph, oxigraph):
    """Killed while the store waits with its answer to the fifth request."""
    killed = []

    def fault(number, _):
        if number == 5 and not killed:
            killed.append(process.pid)
            process.kill()

    with endpoints.proxy(oxigraph, fault) as (service, _):
        command = [sys.executable, "-m", "kg", "publish", "-g", str(graph), "--endpoint", service.endpoint]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            process.wait(60)
        assert killed
        assert process.returncode == -9
        left = counts(kg("publish", "-g", graph, "--endpoint", service.endpoint, "--dry-run"))
        assert 0 < left[0] < GRAPHS + 1
        publish(graph, service)
    assert there(oxigraph) == here(graph)


def test_a_graph_that_is_refused_does_not_stop_the_others(graph, oxigraph):
    def fault(_, headers):
        return (400, {"Content-Type": "text/plain"}, b"bad\nIRI") if headers.get("Content-Length") == size else None

    with publishing.triples_of(open_store(graph), Iris().graph("terms")) as triples:
        size = str(len(triples))
    with endpoints.proxy(oxigraph, fault) as (service, _):
        result = publish(graph, service, code=3)
    assert "graph/terms: answers 400 Bad Request: bad IRI" in result.stderr
    assert "took 1 graph not" in result.stderr
    assert counts(publish(graph, oxigraph)) == [1, 0, 0, GRAPHS]


@pytest.mark.parametrize("environment", [
    {"KG_ENDPOINT_USER": "ann", "KG_ENDPOINT_PASSWORD": "秘密"}, {"KG_ENDPOINT_TOKEN": "5ecret"},
])  # fmt: skip
def test_a_login_comes_from_the_environment(environment, graph, oxigraph, monkeypatch):
    wanted = {"Basic YW5uOuenmOWvhg==", "Bearer 5ecret"}

    def fault(_, headers):
        return None if headers.get("Authorization") in wanted else (401, {"WWW-Authenticate": 'Basic realm="kg"'})

    with endpoints.proxy(oxigraph, fault) as (service, _):
        error = publish(graph, service, code=3).stderr
        assert "asks for a login (401)" in error
        assert "KG_ENDPOINT_USER" in error
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        publish(graph, service)
    assert there(oxigraph) == here(graph)


def test_a_service_that_takes_too_long():
    with endpoints.socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
        error = kg("query", "ASK {}", "--endpoint", address, "--timeout", "0.3", code=3).stderr
    assert "in 0.3 s" in error
    assert "--timeout" in error


@pytest.mark.parametrize(("answer", "said", "mend"), [
    ((404, {}), "answers 404 Not Found", "Is it the address for queries?"),
    ((200, {"Content-Type": "text/html"}, b"<p>hello</p>"), "answers with what is no result: text/html", "address"),
    ((200, {"Content-Type": "application/sparql-results+json"}, b"{"), "answers with what is no result", "address"),
    ((302, {"Location": "http://example.org/sparql"}), "has moved", "http://example.org/sparql"),
])  # fmt: skip
def test_what_is_no_endpoint_is_told_from_one(answer, said, mend, oxigraph):
    with endpoints.proxy(oxigraph, lambda *_: answer) as (service, _):
        error = kg("lookup", "安吉", "--endpoint", service.endpoint, code=3).stderr
    assert said in error
    assert mend in error


def test_an_empty_store_is_told_from_a_graph(oxigraph):
    error = kg("lookup", "安吉", "--endpoint", oxigraph.endpoint, code=3).stderr
    assert "holds no graph of reform-kg" in error
    assert "kg publish" in error


def test_nobody_answers(graph, monkeypatch):
    monkeypatch.setattr(wire, "WAITS", (0,))
    address = f"http://127.0.0.1:{endpoints.free_port()}/query"
    for words in (["publish", "-g", graph], ["query", "ASK {}"], ["lookup", "安吉"]):
        error = kg(*words, "--endpoint", address, code=3).stderr
        assert "does not answer" in error
        assert address in error


@pytest.mark.parametrize("address", ["localhost:7878", "ftp://example.org/", "http://", "outputs"])
def test_an_address_that_is_none_is_misuse(address):
    assert "Give an address" in kg("lookup", "安吉", "--endpoint", address, code=2).stderr


def test_a_password_in_an_address_is_not_shown(monkeypatch):
    monkeypatch.setattr(wire, "WAITS", ())
    address = f"http://ann:secret@127.0.0.1:{endpoints.free_port()}/query"
    assert "secret" not in kg("query", "ASK {}", "--endpoint", address, code=3).stderr


def test_an_update_to_a_store_is_refused_here(on_oxigraph):
    error = kg("query", "DROP ALL", "--endpoint", on_oxigraph.endpoint, code=3).stderr
    assert "only reads" in error


def test_a_query_that_the_store_refuses_says_why(oxigraph):
    refusal = (400, {"Content-Type": "text/plain"}, b"no such function")
    with (
        endpoints.proxy(oxigraph, lambda *_: refusal) as (service, _),
        Remote(service.endpoint) as remote,
        pytest.raises(KgError, match="no such function"),
    ):
        remote.query("ASK { }")


def test_a_hash_does_not_depend_on_how_the_graph_came_to_be(graph, tmp_path):
    build_store(tmp_path, reversed(list(chunks(tmp_path / "ontology"))))
    one, other = open_store(graph), open_store(tmp_path)
    for name in one.named_graphs():
        with publishing.triples_of(one, name.value) as ours, publishing.triples_of(other, name.value) as theirs:
            assert ours.hash == theirs.hash
