"""The endpoint as others' programs use it, and as nobody should: clients that we did not write, and fuzz."""

import os
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import rdflib
from served import serving

from kg.ask.query import shipped

NAMES = 'SELECT ?name { ?r a kg:Reform ; skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans") } ORDER BY ?name'
PREFIXES = "PREFIX kg: <https://w3id.org/reform-kg/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
SERVING = Path(__file__).parent / "benchmarks" / "serving.py"
MUTANTS = int(os.environ.get("KG_MUTANTS", "300"))
"""Queries to spoil: a few in each run, 10,000 by `make fuzz`."""
EXAMPLES = os.environ.get("KG_EXAMPLES", "8")
"""Requests to each address of the API."""
NPM = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "reform-kg" / "npm"
"""Where .ci/run installs what comes from npm."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("clients"), "--timeout", "5", "--quiet") as found:
        yield found


@pytest.fixture(scope="module")
def client(served):
    with served.client() as found:
        yield found


def program(name, mend):
    found = shutil.which(name)
    return found or pytest.skip(f"there is no {name}: {mend}")


def test_rdflib(served):
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = rdflib.Graph(SPARQLStore(f"{served.url}sparql"))
    query = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?n { ?r skos:prefLabel ?n } LIMIT 7"

    assert 7 == len(list(graph.query(query)))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(served, method):
    wrapper = pytest.importorskip("SPARQLWrapper", reason="is not installed: pip install --group dev")
    client = wrapper.SPARQLWrapper(f"{served.url}sparql")
    client.setMethod(method)
    client.setQuery(NAMES)
    client.setReturnFormat(wrapper.JSON)
    names = [row["name"]["value"] for row in client.query().convert()["results"]["bindings"]]
    client.setQuery("CONSTRUCT { ?r a kg:Reform } WHERE { ?r a kg:Reform }")
    client.setReturnFormat(wrapper.TURTLE)

    assert "云端通办" in names
    assert b"Reform" in client.query().convert()
    client.setQuery("SELECT * {")
    client.setReturnFormat(wrapper.JSON)
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed):
        client.query()


def test_curl(served):
    curl = [program("curl", "apt-get install curl"), "--silent", "--noproxy", "*", "--include", f"{served.url}sparql"]

    def asked(*options):
        head, _, body = subprocess.run([*curl, *options], capture_output=True, text=True, check=True).stdout.partition(
            "\n\n"
        )
        return head.split()[1], body

    assert ("200", "true\n") == asked("-G", "--data-urlencode", "query=ASK {}", "-H", "Accept: text/csv")
    assert "云端通办" in asked("--data-urlencode", f"query={NAMES}", "-H", "Accept: text/csv")[1]
    assert "405" == asked("-X", "DELETE")[0]
    assert "200" == asked("--head")[0]


@pytest.mark.parametrize(
    ("query", "media", "words"),
    [
        ('SELECT ?n { ?r a kg:Reform ; skos:prefLabel ?n FILTER(LANG(?n) = "zh-hans") }', "text/csv", "云端通办"),
        ("CONSTRUCT { ?r skos:narrower ?x } WHERE { ?x skos:broader ?r }", "text/turtle", "narrower"),
        ("ASK { ?r a kg:Reform }", "simple", "true"),
    ],
)
def test_comunica(served, query, media, words):
    """It reads the description of the service first, and decides by it how to ask."""
    comunica = NPM / "node_modules" / ".bin" / "comunica-sparql"
    if not comunica.exists():
        pytest.skip(f"there is no Comunica: npm install --prefix {NPM} @comunica/query-sparql@4")
    command = [comunica, f"{served.url}sparql", PREFIXES + query, "-t", media]
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=env)

    assert 0 == found.returncode, found.stderr
    assert words in found.stdout


# ---------------------------------------------------------------- what nobody should send


def mutants(count):
    """Queries that ship, each spoilt in a few places, always alike."""
    chance = random.Random(20)  # noqa: S311  the same mutants every time
    texts = [q.text for q in shipped().values()]

    def mutant():
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text) or 1)
            cut = text[at : at + chance.randint(1, 12)]
            text = chance.choice([
                text[:at] + text[at + len(cut) :], text[:at] + cut + text[at:], text[:at],
                text[:at] + chance.choice("{}()<>\"'\\?$.;,*/|^@#\0\n\ud7ff😀") + text[at:],
            ])  # fmt: skip
        return text

    return [mutant() for _ in range(count)]


def test_mutated_queries_give_no_fault_of_ours(client):
    with ThreadPoolExecutor(3) as hands:
        statuses = list(hands.map(lambda q: client.post("/sparql", data={"query": q}).status_code, mutants(MUTANTS)))
    counts = {status: statuses.count(status) for status in sorted(set(statuses))}
    print(f"{MUTANTS:,} mutated queries: {counts}")

    assert MUTANTS == len(statuses)
    assert set(counts) <= {200, 400, 403, 503}
    assert counts[400] > MUTANTS / 4
    assert counts.get(503, 0) <= MUTANTS / 10  # a mutant may well be a query without end


def test_schemathesis_finds_no_fault(served, tmp_path):
    """Ours answer 400 where a name means nothing, which the schema can't say: so not all that fits is accepted."""
    schemathesis = Path(sys.executable).with_name("schemathesis")
    if not schemathesis.exists():
        pytest.skip("there is no schemathesis: pip install --group dev")
    command = [schemathesis, "--no-color", "run", f"{served.url}openapi.json", "--checks", "all", "--exclude-checks",
               "positive_data_acceptance", "--max-examples", EXAMPLES, "--seed", "1",
               "--phases", "examples,coverage,fuzzing"]  # fmt: skip
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800, cwd=tmp_path)
    print(found.stdout[-800:])

    assert 0 == found.returncode, found.stdout[-6000:]
    assert "Tested: 11" in found.stdout


def test_many_clients_at_once_get_the_answers_that_they_should():
    """Good, bad and endless requests of 32 clients; `make bench` runs two thousand."""
    command = [sys.executable, SERVING, "--requests", "300"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
