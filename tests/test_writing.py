"""kg serve --writable: who may write, what a change does to readers and to later builds, and what it can't do."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from served import DIGESTS, serving, started

from kg.ask.guard import Refused, refuse_loads
from kg.builds.build import build
from kg.cli import main
from kg.graph.store import counts, open_store

UPDATE = "application/sparql-update"
MINE = "http://mine.example/graph"
INSERT = f"INSERT DATA {{ GRAPH <{MINE}> {{ <http://a.example/s> <http://a.example/p> 1 }} }}"
SLOW = f"""INSERT {{ GRAPH <{MINE}> {{ ?a ?b ?c }} }} WHERE {{ GRAPH ?x {{ ?a ?b ?c }} GRAPH ?y {{ ?d ?e ?f }}
    GRAPH ?z {{ ?g ?h ?i }} }}"""
TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("writable"), "--writable", "--quiet") as found:
        yield found


@pytest.fixture(scope="module")
def token(served):
    return served.process.stdout.readline().strip().removeprefix("Authorization: Bearer ")


@pytest.fixture
def writer(served, token):
    with served.client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield client
        client.delete("/store", params={"graph": MINE})


def holds(client, pattern="<http://a.example/s> ?p ?o"):
    return client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"}).json()["boolean"]


def post(client, text):
    return client.post("/sparql", content=text.encode(), headers={"Content-Type": UPDATE})


def refused(served, header):
    with served.client(headers=header) as client:
        answers = [
            post(client, INSERT),
            client.post("/sparql", data={"update": INSERT}),
            client.post("/update", data={"update": INSERT}),
            client.put("/store", params={"graph": MINE}, content=b"", headers=TURTLE),
            client.post("/store", params={"graph": MINE}, content=b"", headers=TURTLE),
            client.delete("/store", params={"graph": MINE}),
        ]
        assert not holds(client)
        return {answer.status_code for answer in answers}


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
def test_nobody_writes_without_the_token(served, token, header):
    assert {401} == refused(served, header)
    assert len(token) > 30


def test_nobody_writes_to_a_server_that_only_reads(tmp_path):
    with serving(tmp_path, "--quiet") as plain:
        assert {403} == refused(plain, {"Authorization": "Bearer any"})


def test_the_token_may_come_from_the_surroundings(served, monkeypatch):
    monkeypatch.setenv("KG_TOKEN", "of my own")
    with started(served.graph, served.graph.parent / "log2", "--writable", "--quiet") as (url, _):
        import httpx

        header = {"Authorization": "Bearer of my own"}
        with httpx.Client(base_url=url, trust_env=False, timeout=60, headers=header) as client:
            assert 404 == client.delete("/store", params={"graph": MINE}).status_code


@pytest.mark.parametrize(
    "send",
    [
        post,
        lambda client, text: client.post("/sparql", data={"update": text}),
        lambda client, text: client.post("/update", data={"update": text}),
    ],
)
def test_what_is_written_is_there_for_the_next_request(writer, send):
    assert not holds(writer)
    assert 204 == send(writer, INSERT).status_code
    assert holds(writer)
    assert 204 == send(writer, INSERT.replace("INSERT", "DELETE")).status_code
    assert not holds(writer)


def test_the_prefixes_are_bound_and_the_pages_follow(writer):
    label = "INSERT DATA { GRAPH <http://mine.example/graph> { reform:云端通办 skos:altLabel '乘云办' } }"

    assert 204 == post(writer, label).status_code
    assert "乘云办" in writer.get("/reform/云端通办", headers={"Accept": "text/html"}).text
    assert "云端通办" in str(writer.get("/api/suggest?q=乘云办").json())


def test_a_report_is_still_shown_with_its_text(writer):
    post(writer, INSERT)
    path = writer.get("/api/reports").json()["rows"][0]["path"]

    assert "<article" in (page := writer.get(path, headers={"Accept": "text/html"}).text)
    assert "找不到" not in page


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("INSERT DATA { <a:s> <a:p> ", 400, "update"),
        ("INSERT { ?s ?p 1 } WHERE { ?s nope:x ?p }", 400, "Prefix"),
        ("SELECT * { ?s ?p ?o }", 400, "update"),
        ("LOAD <http://a.example/>", 403, "LOAD"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://a.example/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("CREATE GRAPH <http://w.example/> ; CREATE GRAPH <http://w.example/>", 400, "update"),
    ],
)
def test_a_change_that_fails_changes_nothing(served, writer, text, status, words):
    before = (served.graph / "store").readlink()
    answer = post(writer, text)

    assert status == answer.status_code
    assert words in answer.text
    assert before == (served.graph / "store").readlink()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (lambda c: c.get("/sparql", params={"update": INSERT}), 405),
        (lambda c: c.get("/update", params={"update": INSERT}), 405),
        (lambda c: c.post("/sparql", data={"update": INSERT, "query": "ASK {}"}), 400),
        (lambda c: c.post("/sparql", data={"update": INSERT, "using-graph-uri": "a:b"}), 400),
        (lambda c: c.post("/sparql", content=b"#" * (1 << 20) + b"#", headers={"Content-Type": UPDATE}), 413),
        (lambda c: c.put("/store", content=b"", headers=TURTLE), 400),
        (lambda c: c.put("/store?default", content=b"", headers=TURTLE), 400),
        (lambda c: c.put("/store?graph=no iri", content=b"", headers=TURTLE), 400),
        (lambda c: c.put(f"/store?graph={MINE}", content=b"<a:b> <c:d>", headers=TURTLE), 400),
        (lambda c: c.put(f"/store?graph={MINE}", content=b"", headers={"Content-Type": "text/plain"}), 415),
        (lambda c: c.get(f"/store?graph={MINE}"), 404),
        (lambda c: c.delete(f"/store?graph={MINE}"), 404),
    ],
)
def test_what_can_not_be_done_says_why(writer, request_, status):
    answer = request_(writer)

    assert status == answer.status_code
    assert answer.text.strip()


LOADS = [
    "LOAD <URL>",
    "load silent <URL> INTO GRAPH <a:b>",
    "PREFIX x: <URL>LOAD x:",
    "BASE <URL>LOAD<x>",
    "CLEAR DEFAULT;LOAD # a remark\n <URL>",
    "INSERT DATA { <a:b> <c:d> 'e\\'' } ; LOAD <URL> #'",
]


@pytest.mark.parametrize("text", LOADS)
def test_no_update_calls_another_machine(writer, text):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"

        assert 403 == post(writer, text.replace("URL", url)).status_code
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:b> a:load <c:d> }", "DELETE WHERE { ?load <a:b> ?c }", "#load\nCLEAR ALL"]
)
def test_the_word_load_is_no_call(text):
    refuse_loads(text)
    with pytest.raises(Refused, match=r"update:\d:1: LOAD"):
        refuse_loads(text + "\nLOAD <http://a.example/>")


def test_a_graph_is_put_read_added_to_and_dropped(writer):
    def send(method, body):
        return writer.request(method, "/store", params={"graph": MINE}, content=body, headers=TURTLE).status_code

    def read():
        answer = writer.get("/store", params={"graph": MINE}, headers={"Accept": "application/n-triples"})
        return sorted(answer.text.split("\n")[:-1])

    first, second = "<a:b> <a:c> <a:d> .", "<a:b> <a:c> <a:e> ."
    assert 201 == send("PUT", first)
    assert [first] == read()
    assert 204 == send("POST", second)
    assert [first, second] == read()
    assert 204 == send("PUT", second)
    assert [second] == read()
    assert 204 == send("DELETE", "")
    assert 404 == writer.head("/store", params={"graph": MINE}).status_code


def test_the_service_says_that_it_can_be_written_to(writer):
    assert "SPARQL11Update" in writer.get("/sparql").text


# ---------------------------------------------------------------- readers and builds


def test_readers_see_each_change_whole(writer):
    """Eight triples come and go together; nobody ever sees some of them."""
    block = f"DATA {{ GRAPH <{MINE}> {{ {' '.join(f'<a:s> <a:p> {n} .' for n in range(8))} }} }}"
    query = {"query": "SELECT (COUNT(*) AS ?n) { <a:s> <a:p> ?o }", "format": "csv"}
    seen, over = [], threading.Event()

    def read():
        while not over.is_set():
            answer = writer.get("/sparql", params=query)
            seen.append((answer.status_code, answer.text.split()[-1]))

    with ThreadPoolExecutor(2) as hands:
        reading = [hands.submit(read) for _ in range(2)]
        for word in ("INSERT", "DELETE") * 4:
            assert 204 == post(writer, f"{word} {block}").status_code
        over.set()
        for one in reading:
            one.result()

    assert {(200, "0"), (200, "8")} == set(seen)


def test_a_slow_change_is_stopped_and_leaves_the_graph_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setenv("KG_TOKEN", "t")
    build([DIGESTS], tmp_path / "outputs")
    with started(tmp_path / "outputs", tmp_path / "log", "--writable", "--timeout", "1") as (url, _):
        import httpx

        with httpx.Client(base_url=url, trust_env=False, timeout=120, headers={"Authorization": "Bearer t"}) as client:
            before = client.get("/api/overview").json()["counts"]
            answer = post(client, SLOW)
            assert 503 == answer.status_code
            assert "limit" in answer.text
            assert before == client.get("/api/overview").json()["counts"]
            assert 204 == post(client, INSERT).status_code
            assert holds(client)


def test_the_next_build_is_of_the_documents_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("KG_TOKEN", "t")
    graph = tmp_path / "outputs"
    build([DIGESTS], graph)
    before = counts(open_store(graph))
    with started(graph, tmp_path / "log", "--writable", "--quiet") as (url, _):
        import httpx

        with httpx.Client(base_url=url, trust_env=False, timeout=60, headers={"Authorization": "Bearer t"}) as client:
            assert 204 == post(client, INSERT + " ; DELETE WHERE { GRAPH ?g { ?s a kg:Adoption } }").status_code
            assert before != counts(open_store(graph))
    result = CliRunner().invoke(main, ["build", str(DIGESTS), "-g", str(graph)])

    assert 0 == result.exit_code
    assert before == counts(open_store(graph))
