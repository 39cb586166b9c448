import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from asked import adopts, built, graph_of, report, runs_on, says

from kg.change.likeness import alike, chance, together
from kg.change.networks import SEED, centrality, communities, members, network
from kg.graph.store import open_store

REGION = "https://w3id.org/reform-kg/region/"
REFORM = "https://w3id.org/reform-kg/reform/"
ANJI, CHANGXING, TONGXIANG, YUSHAN = "330523", "330522", "330483", "361123"


def adopting(region, *reforms, platforms=()):
    told = [says(f"云岭推行“{reform}”。", adopts(reform)) for reform in reforms]
    told += [says(f"“{reform}”依托{platform}。", runs_on(reform, platform)) for reform, platform in platforms]
    return report(f"{region}.txt", region, "2030", None, f"{region}云岭纪要", *told)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two camps of regions, and one region that shares a reform with both."""
    return graph_of(
        tmp_path_factory.mktemp("camps"),
        adopting(ANJI, "云端通办", "少证办", "少跑办"),
        adopting(CHANGXING, "云端通办", "少证办", "少跑办", platforms=[("云端通办", "松云通")]),
        adopting(TONGXIANG, "跨省联办", "邻里代跑", platforms=[("跨省联办", "惠乡码"), ("邻里代跑", "惠乡码")]),
        adopting(YUSHAN, "跨省联办", "邻里代跑", "少跑办"),
    )


@pytest.fixture(scope="module")
def nothing(tmp_path_factory):
    return graph_of(tmp_path_factory.mktemp("nothing"), report("a.txt", ANJI, "2030", None, "云岭"))


def test_regions_are_alike_by_what_both_have_of_what_either_has(store):
    found = [(a.region.name, a.other.name, len(a.shared), a.either, a.jaccard) for a in alike(store)]
    assert found == [
        ("长兴县", "安吉县", 3, 3, Decimal("1.0000")),
        ("桐乡市", "玉山县", 2, 3, Decimal("0.6667")),
        ("长兴县", "玉山县", 1, 5, Decimal("0.2000")),
        ("安吉县", "玉山县", 1, 5, Decimal("0.2000")),
    ]
    assert alike(store)[1].shared == ("跨省联办", "邻里代跑")


def test_alike_can_be_asked_of_one_region_within_one_and_from_so_many_on(store):
    assert [(a.region.name, a.other.name) for a in alike(store, REGION + YUSHAN)] == [
        ("玉山县", "桐乡市"), ("玉山县", "长兴县"), ("玉山县", "安吉县"),
    ]  # fmt: skip
    assert len(alike(store, within=REGION + "330000")) == 1
    assert len(alike(store, min_shared=2)) == 2


def test_a_region_and_what_it_lies_in_are_no_pair(tmp_path):
    assert alike(graph_of(tmp_path, adopting(ANJI, "云端通办"), adopting("330000", "云端通办"))) == ()


def test_reforms_together_have_counts_lift_and_chance(store):
    found = {(t.reform, t.other): t for t in together(store)}
    best = found["跨省联办", "邻里代跑"]
    assert (best.regions, best.reform_regions, best.other_regions, best.of_regions) == (("桐乡市", "玉山县"), 2, 2, 4)
    assert (best.lift, best.p) == (2, Decimal("0.1667"))  # 2·4 ÷ (2·2); 1 way of 6
    loose = found["少证办", "少跑办"]
    assert (loose.lift, loose.p) == (Decimal("1.3333"), Decimal("0.5000"))  # 2·4 ÷ (2·3); both of the two in the three
    assert len(together(store, min_regions=3)) == 0
    assert {t.reform for t in together(store, REFORM + "少跑办")} == {"少跑办"}


def test_a_reform_and_a_broader_one_are_no_pair(tmp_path):
    both = [adopting(region, "跨省联办", "跨域联办", "少证办") for region in (ANJI, YUSHAN)]
    assert {frozenset((t.reform, t.other)) for t in together(graph_of(tmp_path, *both))} == {
        frozenset(("跨省联办", "少证办")),
        frozenset(("跨域联办", "少证办")),
    }


@pytest.mark.parametrize(
    ("sets", "expected"),
    [((0, 3, 4, 10), 1), ((3, 3, 3, 3), 1), ((1, 1, 1, 10), Fraction(1, 10)), ((2, 3, 4, 10), Fraction(1, 3))],
)
def test_the_chance_of_so_many_in_common_is_exact(sets, expected):
    assert chance(*sets) == expected


def test_communities_are_the_camps(store):
    found = communities(network(store, "region-reform"))
    groups = [{node.label for node in group} for group in found.groups]
    assert groups == [
        {"浙江省湖州市安吉县", "浙江省湖州市长兴县", "云端通办", "少证办", "少跑办"},
        {"浙江省嘉兴市桐乡市", "江西省上饶市玉山县", "跨省联办", "邻里代跑"},
    ]
    assert found.seed == SEED
    assert found.method.startswith("Louvain")
    assert found.modularity == Decimal("0.392562")  # by hand: 6/11 - (13/22)² + 4/11 - (9/22)²
    assert len(members(found)) == 9


def test_centrality_counts_links_and_paths(store):
    found = centrality(network(store, "region-reform"))
    first = found.ranking[0]
    assert (first.node.label, first.links, first.degree) == ("少跑办", 3, Decimal("0.750000"))
    paths = {c.node.label: c.betweenness for c in found.ranking}
    assert max(paths, key=paths.get) in {"少跑办", "江西省上饶市玉山县"}
    assert paths["云端通办"] > 0
    assert found.seed is None
    assert "Brandes" in found.method


def test_a_star_has_a_known_centre(tmp_path):
    found = centrality(network(graph_of(tmp_path, adopting(ANJI, "云端通办", "少证办", "少跑办")), "region-reform"))
    assert [(c.node.kind, c.links, c.betweenness) for c in found.ranking] == [
        ("region", 3, 1), ("reform", 1, 0), ("reform", 1, 0), ("reform", 1, 0),
    ]  # fmt: skip


def test_reforms_and_platforms_make_a_network_of_their_own(store):
    found = network(store, "reform-platform")
    assert {(found.nodes[a].label, found.nodes[b].label) for a, b in found.links} == {
        ("云端通办", "松云通"), ("跨省联办", "惠乡码"), ("邻里代跑", "惠乡码"),
    }  # fmt: skip
    assert {node.kind for node in found.nodes} == {"reform", "platform"}
    inside = network(store, "reform-platform", REGION + ANJI)
    assert [node.label for node in inside.nodes] == ["松云通", "云端通办"]


def test_a_network_of_nothing_has_no_communities_and_no_centre(nothing):
    for which in ("region-reform", "reform-platform"):
        empty = network(nothing, which)
        assert (communities(empty).groups, communities(empty).modularity) == ((), None)
        assert centrality(empty).ranking == ()
    assert alike(nothing) == ()
    assert together(nothing) == ()


def test_a_large_network_is_sampled_and_says_so(store, monkeypatch):
    monkeypatch.setattr("kg.change.networks.EXACT", 3)
    monkeypatch.setattr("kg.change.networks.SOURCES", 5)
    found = centrality(network(store, "region-reform"), seed=7)
    assert found.seed == 7
    assert "5 nodes drawn by lot" in found.method
    assert found == centrality(network(store, "region-reform"), seed=7)


REPEAT = """
import sys
from pathlib import Path
from kg.change.likeness import alike, together
from kg.change.networks import WHICH, centrality, communities, network
from kg.graph.store import open_store
store = open_store(Path(sys.argv[1]))
for which in WHICH:
    print(communities(network(store, which), seed=3), centrality(network(store, which)))
print(alike(store), together(store, min_regions=1))
"""


def test_the_same_graph_and_seed_give_the_same_bytes_in_any_order_of_hashing(tmp_path):
    graph = built(tmp_path)
    runs = [
        subprocess.run(
            [sys.executable, "-c", REPEAT, str(graph)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2", "77")
    ]  # fmt: skip
    assert b"\xe4" in runs[0]
    assert len(set(runs)) == 1
    assert open_store(graph)
