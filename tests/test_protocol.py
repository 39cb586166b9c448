"""SPARQL 1.1 Protocol, query: cases of our own for all that the W3C's tests of it cover, and for more graphs."""

from urllib.parse import quote

import pytest
from casebook import rows
from served import serving

CASES = rows("protocol")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("protocol"), "--quiet") as found:
        yield found


@pytest.fixture(scope="module")
def client(served):
    with served.client() as found:
        yield found


@pytest.fixture(scope="module")
def graphs(client):
    text = "SELECT DISTINCT ?g { GRAPH ?g { ?d a kg:Report } } ORDER BY ?g LIMIT 2"
    bindings = client.get("/sparql", params={"query": text}).json()["results"]["bindings"]
    return dict(zip("AB", (row["g"]["value"] for row in bindings), strict=True))


def asked(client, case, graphs):
    """Send a case as it says."""
    query, params = case["query"], case["params"]
    for name, iri in graphs.items():
        query, params = query.replace(f"{{{name}}}", iri), params.replace(f"{{{name}}}", quote(iri, safe=""))
    text = query if query.startswith("%") else quote(query, safe="")
    headers = {"Accept": case["accept"]} | ({"Content-Type": case["media"]} if case["media"] else {})
    both = "&".join(filter(None, (text and f"query={text}", params)))
    if case["how"] == "get":
        return client.get(f"/sparql?{both}", headers=headers)
    if case["how"] == "form":
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return client.post("/sparql", content=both.encode(), headers=headers | form)
    method = "PUT" if case["how"] == "put" else "POST"
    encoding = {"latin1": "latin-1", "utf16": "utf-16"}.get(case["how"], "utf-8")
    return client.request(method, f"/sparql?{params}", content=query.encode(encoding), headers=headers)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_protocol(client, graphs, case):
    answer = asked(client, case, graphs)

    assert int(case["status"]) == answer.status_code, answer.text
    if case["answer"].startswith("type:"):
        assert case["answer"][5:] == answer.headers["content-type"].split(";")[0]
    elif case["answer"]:
        assert case["answer"] == answer.text.split()[-1]
    else:
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text.strip()


def test_all_cases_were_asked():
    assert len(CASES) > 45
