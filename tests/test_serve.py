import http.client
import json
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from asked import chunks
from click.testing import CliRunner
from served import serving
from stores import build_store

from kg.ask.guard import Refused, refuse
from kg.cli import main
from kg.serve.negotiate import GRAPHS, ROWS, best, prefers_html

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
NAMES = 'SELECT ?name { ?r a kg:Reform ; skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans") } ORDER BY ?name'
SQ, SU = "application/sparql-query", "application/sparql-update"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served"), "--timeout", "2", "--workers", "3") as found:
        yield found


@pytest.fixture(scope="module")
def client(served):
    with served.client() as found:
        yield found


def ask(client, query, accept=None, **params):
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", params={"query": query, **params}, headers=headers)


# ---------------------------------------------------------------- which form is wanted


@pytest.mark.parametrize(
    ("accept", "offered", "wanted"),
    [
        (None, ROWS, "application/sparql-results+json"),
        ("", ROWS, "application/sparql-results+json"),
        ("*/*", GRAPHS, "text/turtle"),
        ("text/csv", ROWS, "text/csv"),
        ("TEXT/CSV", ROWS, "text/csv"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", ROWS, "application/sparql-results+xml"),
        ("text/*;q=0.8, text/csv;q=0.1", ROWS, "text/tab-separated-values"),  # the narrowest range decides
        ("application/json;q=1, */*;q=0.5", ROWS, "application/json"),
        ("application/sparql-results+json;q=0, text/csv;q=0.1", ROWS, "text/csv"),
        ("text/csv;q=0", ROWS, None),
        ("image/png, text/html", ROWS, None),
        ("application/rdf+xml", GRAPHS, "application/rdf+xml"),
        ("application/ld+json;profile=x;q=0.7, text/turtle;q=0.6", GRAPHS, "application/ld+json"),
        ("text/csv;q=nonsense, text/xml", ROWS, "text/xml"),
        (",;,,q=1", ROWS, None),
    ],
)
def test_the_form_that_is_wanted_most(accept, offered, wanted):
    assert wanted == best(accept, offered)


@pytest.mark.parametrize(
    ("accept", "browser"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("*/*", False),
        (None, False),
        ("text/turtle, text/html;q=0.5", False),
        ("text/html;q=0", False),
    ],
)
def test_a_browser_is_told_from_a_program(accept, browser):
    assert browser is prefers_html(accept, [*ROWS, *GRAPHS])


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_rows_come_in_each_form(client, accept, media):
    answer = ask(client, NAMES, accept)

    assert (200, media) == (answer.status_code, answer.headers["content-type"])
    assert "Accept" in answer.headers["vary"]
    form = ox.QueryResultsFormat.from_media_type(accept)
    found = list(ox.parse_query_results(answer.content, format=form)) if accept != "text/csv" else answer.text.split()
    assert "云端通办" in str([row["name"] if accept != "text/csv" else row for row in found])


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_graphs_come_in_each_form(client, accept):
    answer = ask(client, "CONSTRUCT { ?r a kg:Reform } WHERE { ?r a kg:Reform }", accept)

    assert answer.headers["content-type"].split(";")[0] == accept
    assert 6 <= len(list(ox.parse(answer.content, format=ox.RdfFormat.from_media_type(accept))))


def test_ask_and_describe(client):
    assert {"head": {}, "boolean": True} == ask(client, "ASK { ?r a kg:Reform }").json()
    assert ask(client, "ASK { ?r a kg:Reform }", "text/csv").text == "true\n"
    assert "云端通办" in ask(client, "DESCRIBE reform:云端通办").text


@pytest.mark.parametrize(
    ("query", "accept"), [(NAMES, "image/png"), (NAMES, "text/turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv")]
)
def test_an_unknown_form_is_answered_with_an_example_that_works(client, served, query, accept):
    answer = ask(client, query, accept)

    assert 406 == answer.status_code
    wanted = answer.text.split("-H 'Accept: ")[1].split("'")[0]
    assert f"{served.url}sparql" in answer.text
    assert 200 == ask(client, query, wanted).status_code


def test_the_format_may_stand_in_the_address(client):
    answer = ask(client, NAMES, "text/html", format="csv", download="1")

    assert answer.headers["content-disposition"] == 'attachment; filename="result.csv"'
    assert answer.text.startswith("name")
    assert 406 == ask(client, NAMES, format="xlsx").status_code
    assert 406 == ask(client, NAMES, format="ttl").status_code


# ---------------------------------------------------------------- the protocol's ways to ask


def test_three_ways_to_ask(client):
    ways = [
        client.get("/sparql", params={"query": NAMES}),
        client.post("/sparql", data={"query": NAMES}),
        client.post("/sparql", content=NAMES.encode(), headers={"Content-Type": SQ}),
        client.post("/sparql", content=NAMES.encode(), headers={"Content-Type": f"{SQ}; charset=utf-8"}),
    ]

    assert [200] * 4 == [way.status_code for way in ways]
    assert 1 == len({way.text for way in ways})


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        (lambda c: c.get("/sparql?query=ASK{}&query=ASK{}"), 400, "one query"),
        (lambda c: c.post("/sparql", data={"other": "x"}), 400, "no query"),
        (lambda c: c.post("/sparql", content=b"ASK {}", headers={"Content-Type": "text/plain"}), 415, SQ),
        (lambda c: c.post("/sparql", content=b"\xff\xfe", headers={"Content-Type": SQ}), 400, "UTF-8"),
        (lambda c: c.get("/sparql?query=%FF"), 400, "UTF-8"),
        (lambda c: c.post("/sparql", data={"update": "INSERT DATA { <a:a> <a:b> 1 }"}), 403, "read-only"),
        (lambda c: c.post("/sparql", content=b"CLEAR ALL", headers={"Content-Type": SU}), 403, "read-only"),
        (lambda c: c.get("/sparql", params={"query": "DELETE WHERE { ?s ?p ?o }"}), 403, "read-only: DELETE"),
        (lambda c: c.get("/sparql", params={"query": "PREFIX a: <a:> LOAD <a:b>"}), 403, "read-only: LOAD"),
        (lambda c: c.post("/sparql", content=b"#" * (1 << 20) + b"##", headers={"Content-Type": SQ}), 413, "1 MB"),
        (lambda c: c.put("/sparql", content=b"ASK {}"), 405, "GET"),
        (lambda c: ask(c, "ASK {}", **{"default-graph-uri": "not an iri"}), 400, "default-graph-uri"),
        (lambda c: c.get("/sparql", headers={"Accept": "image/png"}), 406, "text/turtle"),
    ],
)  # fmt: skip
def test_what_can_not_be_answered_says_why(client, request_, status, words):
    answer = request_(client)

    assert status == answer.status_code
    assert words in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("query", "place", "hint"),
    [
        ("SELECT * { ?s ?p ?o ", "query:1:10:", "never closed"),
        ("SELECT *\n{ ?s ?p ?o } ODER BY ?s", "query:2:14:", "ORDER"),
        ("SELECT * { ?s kgg:reform ?o }", "query:1:15:", "kg:"),
        ("SELECT ?x ?y { ?x ?p ?y } GROUP BY ?x", "query:1:1:", "GROUP BY"),
    ],
)
def test_a_broken_query_is_answered_with_its_place(client, query, place, hint):
    answer = ask(client, query)

    assert 400 == answer.status_code
    assert answer.text.startswith(place)
    assert hint in answer.text


def test_the_data_set_may_be_chosen(client):
    count, named = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    void, terms = "https://w3id.org/reform-kg/graph/void", "https://w3id.org/reform-kg/graph/terms"

    own = count.replace("{", f"FROM <{void}> {{", 1)

    def number(query, **params):
        return int(ask(client, query, **params).json()["results"]["bindings"][0]["n"]["value"])

    everything, one, other = (
        number(count),
        number(count, **{"default-graph-uri": void}),
        number(count, **{"default-graph-uri": terms}),
    )
    both = number(count, **{"default-graph-uri": [void, terms]})

    assert everything > both == one + other > other > 0 < one
    assert 0 == number(named, **{"default-graph-uri": void})
    assert one == number(named, **{"named-graph-uri": void})
    assert 0 == number(count, **{"named-graph-uri": void})
    assert one == number(own)
    assert other == number(own, **{"default-graph-uri": terms})


def test_head_options_and_reading_from_elsewhere(client):
    head = client.head("/sparql", params={"query": NAMES})
    options = client.options("/sparql", headers={"Origin": "http://a.example", "Access-Control-Request-Method": "POST"})

    assert (200, b"") == (head.status_code, head.content)
    assert 204 == options.status_code
    assert "POST" in options.headers["access-control-allow-methods"]
    for answer in (head, options, client.get("/"), client.get("/nothing"), ask(client, "SELECT")):
        assert "*" == answer.headers["access-control-allow-origin"]
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_the_service_describes_itself(client, served, path):
    answer = client.get(path, headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    sd, void = (rdflib.Namespace(f"http://www.w3.org/ns/{n}#") for n in ("sparql-service-description", "void"))
    void = rdflib.Namespace("http://rdfs.org/ns/void#")

    assert [rdflib.URIRef(f"{served.url}sparql")] == list(graph.objects(None, sd.endpoint))
    assert 8 == len(list(graph.objects(None, sd.resultFormat)))
    assert sd.UnionDefaultGraph in list(graph.objects(None, sd.feature))
    assert 1 <= len(list(graph.objects(None, void.triples)))


# ---------------------------------------------------------------- nothing leaves, nothing is written


HIDDEN = [
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { service silent <URL> { ?s ?p ?o } }",
    "ASK { ?s ?p ?o .SERVICE<URL>{ ?s ?p ?o } }",
    "ASK { SERVICE # a remark {\n <URL> # another\n { ?s ?p ?o } }",
    "PREFIX x: <URL> ASK { SERVICE x: { ?s ?p ?o } }",
    "ASK { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    r"PREFIX ex: <http://e.example/> ASK { OPTIONAL { ?s ex:a\' ?o } SERVICE <URL> { ?s ?p ?o } #'" + "\n }",
    r"PREFIX ex: <http://e.example/> ASK { OPTIONAL { ?s ex:a\# ?o } SERVICE <URL> { ?s ?p ?o } }",
    r"PREFIX ex: <http://e.example/> SELECT * { { SELECT * { ?s ex:a\' ?o } } SERVICE <URL> { ?s ?p ?o } #'" + "\n }",
    "ASK { ?s ?p 1SERVICE <URL> { ?s ?p ?o } }",
    "ASK { ?s ?p trueSERVICE <URL> { ?s ?p ?o } }",
]


ESCAPED = [
    r"ASK { \u0053ERVICE <URL> { ?s ?p ?o } }",
    r"ASK { SER\u0056ICE <URL> { ?s ?p ?o } }",
    r"ASK { \U00000053ERVICE <URL> { ?s ?p ?o } }",
    "ASK { \u017fervice <URL> { ?s ?p ?o } }",
]
"""What the guard doesn't see as a call: the engine must not, either."""


@pytest.mark.parametrize("query", ESCAPED)
def test_an_escaped_call_is_none(client, query):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        answer = ask(client, query.replace("URL", f"http://127.0.0.1:{listening.getsockname()[1]}/"))

        assert answer.status_code in {400, 403}
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize("query", HIDDEN)
def test_no_query_calls_another_machine(client, query):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        answer = ask(client, query.replace("URL", url))

        assert 403 == answer.status_code
        assert "SERVICE" in answer.text
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service a kg:Reform }",
        "SELECT ?my_service ?b { ?my_service ?x ?b }",
        'SELECT * { ?s skos:prefLabel ?n FILTER(CONTAINS(?n, "service")) } LIMIT 1',
        "SELECT * { ?s kg:service ?n }",
        "# a service for all\nASK {}",
    ],
)
def test_the_word_service_is_no_call(client, query):
    assert 200 == ask(client, query).status_code


def test_a_call_is_refused_at_its_place():
    with pytest.raises(Refused, match="query:2:3: SERVICE would call"):
        refuse("ASK {\n  SERVICE <http://a.example/> { ?s ?p ?o } }")


# ---------------------------------------------------------------- limits


def test_a_slow_query_is_stopped_and_others_go_on(client):
    with ThreadPoolExecutor(4) as hands:
        start = time.perf_counter()
        slow = hands.submit(ask, client, SLOW)
        time.sleep(0.3)
        quick = [ask(client, NAMES) for _ in range(10)]
        assert time.perf_counter() - start < 2
        assert [200] * 10 == [answer.status_code for answer in quick]
        assert 503 == slow.result().status_code
    assert "more than 2 s, which is the limit" in slow.result().text
    assert 200 == ask(client, NAMES).status_code


def test_more_slow_queries_than_workers_are_all_answered(client):
    with ThreadPoolExecutor(9) as hands:
        found = [hands.submit(ask, client, SLOW) for _ in range(8)]
        pages = [client.get("/reports").status_code for _ in range(3)]  # have workers of their own
        statuses = {future.result().status_code for future in found}

    assert ({503}, [200] * 3) == (statuses, pages)
    assert 200 == ask(client, NAMES).status_code


def test_an_answer_that_is_too_large_says_so(client):
    answer = ask(client, "SELECT * { ?a ?b ?c . ?d ?e ?f }")

    assert 503 == answer.status_code
    assert "limit" in answer.text


def test_deep_nesting_breaks_nothing(client):
    for query in (
        "ASK " + "{" * 50_000 + "}" * 50_000,
        "SELECT * { ?s ?p ?o FILTER(" + "(" * 50_000 + ")" * 50_000 + ") }",
    ):
        answer = client.post("/sparql", content=query.encode(), headers={"Content-Type": SQ})
        assert answer.status_code in {400, 503}
    assert 200 == ask(client, NAMES).status_code


# ---------------------------------------------------------------- other doors


def test_health_and_readiness(client):
    assert "ok\n" == client.get("/health").text
    assert client.get("/ready").text.startswith("ready: ")


@pytest.mark.parametrize(
    ("local", "location"),
    [
        ("region/330523", "/region/330523"),
        ("reform/云端通办", "/reform/%E4%BA%91%E7%AB%AF%E9%80%9A%E5%8A%9E"),
        ("unit/%25", "/unit/%25"),
    ],
)
def test_an_iri_answers_as_page_and_as_triples(client, local, location):
    path = "/id/" + quote(local, safe="/%")
    page = client.get(path, headers={"Accept": "text/html"})
    data = client.get(path, headers={"Accept": "application/n-triples"})

    assert (303, location) == (page.status_code, page.headers["location"])
    assert 200 == client.get(location, headers={"Accept": "text/html"}).status_code
    assert f"<https://w3id.org/reform-kg/{local}>" in data.text
    assert 404 == client.get("/id/region/000001").status_code
    assert 406 == client.get(path, headers={"Accept": "image/png"}).status_code


def test_a_report_answers_with_all_that_it_states(client):
    path = client.get("/api/reports").json()["rows"][0]["path"]
    graph = rdflib.Graph().parse(data=client.get(f"/id{path}").text, format="turtle")

    assert 1 <= len(list(graph.subjects(rdflib.RDF.type, rdflib.URIRef("https://w3id.org/reform-kg/def#Observation"))))


def test_the_api_gives_what_the_commands_give(client, served):
    for path, command in [
        ("/api/lookup?region=浙江", ["lookup", "浙江", "--evidence"]),
        ("/api/lookup?reform=云端通办&evidence=false", ["lookup", "--reform", "云端通办"]),
        ("/api/matrix?cells=figures", ["matrix", "--cells", "figures"]),
        ("/api/panel?region=安吉&until=2023", ["panel", "--region", "安吉", "--until", "2023", "--format", "json"]),
        ("/api/compare?region=安吉&region=桐乡", ["compare", "安吉", "桐乡"]),
        ("/api/queries/reforms-by-region?region=浙江", ["query", "reforms-by-region", "--param", "region=浙江"]),
    ]:  # fmt: skip
        found = client.get(path)
        told = CliRunner().invoke(main, [*command, "-g", str(served.graph)])
        assert 200 == found.status_code
        expected = json.loads(told.stdout)
        if isinstance(expected, dict):
            assert len(expected["results"]["bindings"]) == len(found.json()) > 0
        else:
            assert expected == found.json() != []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/lookup", 400),
        ("/api/lookup?region=无此地", 404),
        ("/api/lookup?region=海州区", 409),
        ("/api/compare?region=安吉", 400),
        ("/api/matrix?cells=colour", 400),
        ("/api/compare?region=安吉&region=桐乡&figures=1000", 400),
        ("/api/lookup?region=安吉&evidence=perhaps", 400),
        ("/api/panel?since=then", 400),
        ("/api/panel?format=parquet", 400),
        ("/api/panel?indicator=无此指标", 404),
        ("/api/suggest?q=安吉&kind=colour", 400),
        ("/api/queries/no-such-question", 404),
        ("/api/queries/reports?colour=red", 404),
        ("/api/network?around=region/999999", 404),
    ],
)
def test_the_api_says_what_is_wrong(client, path, status):
    answer = client.get(path)

    assert status == answer.status_code
    assert {"error", "where", "mend"} == set(answer.json())


def test_the_description_of_the_api_names_addresses_that_work(client):
    described = client.get("/openapi.json").json()

    assert "3.1.0" == described["openapi"]
    for path, item in described["paths"].items():
        params = item["get"]["parameters"]
        values = {p["name"]: p["example"] for p in params if "example" in p and p["in"] == "query"}
        values |= {"region": ["330523", "330483"]} if "compare" in path else {}
        name = next((p["example"] for p in params if p["in"] == "path"), "")
        assert 200 == client.get(path.replace("{name}", name), params=values).status_code, path


def test_the_log_is_a_line_of_json_a_request(client, served):
    client.get("/health", params={"mark": "云\n"})
    lines = [json.loads(line) for line in served.log.read_text().splitlines() if line.startswith("{")]
    line = next(line for line in lines if "mark=" in line["path"])

    assert ("GET", 200) == (line["method"], line["status"])
    assert {"time", "client", "bytes", "ms"} <= set(line)


# ---------------------------------------------------------------- start and stop


def test_a_port_in_use_is_a_fault_with_its_remedy(served):
    port = urlsplit(served.url).port
    result = CliRunner().invoke(main, ["serve", "-g", str(served.graph), "--port", str(port)])

    assert 3 == result.exit_code
    assert f"--port {port + 1}" in result.stderr


def test_without_a_graph_it_does_not_start(tmp_path):
    result = CliRunner().invoke(main, ["serve", "-g", str(tmp_path / "none")])

    assert 3 == result.exit_code
    assert "kg build" in result.stderr


def test_a_new_build_is_picked_up_and_the_end_is_clean(tmp_path):
    with serving(tmp_path, "--timeout", "5", "--workers", "2") as served, served.client() as client:
        before = client.get("/api/overview").json()["counts"]["triples"]
        extra = "<http://a.example/s> <http://a.example/p> <http://a.example/o> <http://a.example/g> .\n"
        build_store(served.graph, [*chunks(tmp_path / "other"), extra])
        after = client.get("/api/overview").json()["counts"]["triples"]
        there = ask(client, "ASK { <http://a.example/s> ?p ?o }").json()["boolean"]

        assert there
        assert before != after
        slow = threading.Thread(target=_ignored, args=(served.url,))
        slow.start()
        time.sleep(0.3)
        children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
        served.process.send_signal(signal.SIGTERM)
        assert 0 == served.process.wait(20)
        slow.join(20)
        assert "Traceback" not in served.log.read_text()
        end = time.monotonic() + 5
        while (left := [child for child in children if _lives(child)]) and time.monotonic() < end:
            time.sleep(0.1)
        assert [] == left


def _lives(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""
    except OSError:
        return False


def _ignored(url):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("GET", "/sparql?" + urlencode({"query": SLOW}))
        connection.getresponse().read()
    except OSError:
        pass
    finally:
        connection.close()
