import json
import os
import re
import shutil
import subprocess
import sys

import pyoxigraph as ox
import pytest
from asked import adopts, figure, graph_of, names, report, runs_on, says
from casebook import lexicon
from click.testing import CliRunner

from kg.change.evidence import Evidence
from kg.change.proposal import turtle
from kg.change.sightings import Sighting, measure, of_extraction, of_store
from kg.change.suggest import broader, suggest
from kg.cli import main
from kg.extract import extract
from kg.model import Kind
from kg.readers.read import document
from kg.resources import data_path, ontology_path
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

TEXT = """平江县政务服务局2031年度工作报告
平江县政务服务局
2032年1月9日

一、持续改革
我局推行“青云跨省通办”改革，依托“青云政务”小程序办理业务2731件。
继续深化“青云跨省通办”改革，与“好差评”一并评价，青云审批事项达93项。
二、窗口
设“一窗受理”窗口12个。
"""


@pytest.fixture(scope="module")
def read():
    places, terms = load_gazetteer(), lexicon()

    def of(text, name="a.txt"):
        return list(of_extraction(extract(document(text, name), terms, places), terms))

    return of


def sighting(name, kind="Reform", text="云岭。", doc="a", **more):
    start = more.get("start", 0)
    place = Evidence(f"{doc}.txt", start, start + len(name), name, text, doc, "", "")
    rule, unit, company = more.get("rule", "form"), more.get("unit", ""), frozenset(more.get("company", ()))
    return Sighting(kind, name, doc, "430626", rule, unit, company, place)


def ranked(*seen):
    return [(s.name, s.documents, s.times) for s in suggest(seen, lexicon())]


def test_names_of_no_list_are_sighted_with_their_sentence_and_company(read):
    found = {(s.kind, s.name) for s in read(TEXT)}
    assert ("Reform", "青云跨省通办") in found
    assert ("Platform", "青云政务") in found
    assert not {name for _, name in found} & {"好差评", "一窗受理"}
    first, second = (s for s in read(TEXT) if s.name == "青云跨省通办")
    assert first.evidence.sentence == TEXT.splitlines()[5]
    assert TEXT[first.evidence.start : first.evidence.end] == "青云跨省通办"
    assert second.company == {"好差评"}
    assert first.region == "430626"


def test_a_measure_of_no_list_is_sighted_by_its_number(read):
    (found,) = (s for s in read(TEXT) if s.kind == "Indicator" and "审批事项" in s.name)
    assert (found.unit, found.evidence.words) == ("项", "93项")


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("青云审批事项", "青云审批事项"),
        ("公布青云审批事项", "青云审批事项"),
        ("青云审批时间压缩", ""),
        ("比上年增长", ""),
        ("《清单》收录事项", ""),
        ("事项", ""),
        ("→", ""),
        ("12345热线办件", ""),
    ],
)
def test_a_measure_is_a_plain_chinese_phrase_and_no_change(phrase, name):
    assert measure(phrase, lexicon()) == name


def test_more_documents_weigh_more_than_more_places():
    often = [sighting("青云快办", text=f"{i}", start=i) for i in range(3)]
    wide = [sighting("青山快办", doc=doc, text=doc) for doc in "abc"]
    assert ranked(*often, *wide) == [("青山快办", 3, 3), ("青云快办", 1, 3)]


def test_copies_of_a_sentence_count_once():
    copied = [sighting("青云快办", doc=doc, text="青云快办。") for doc in "abc"]
    own = [sighting("青山快办", doc=doc, text=doc) for doc in "ab"]
    assert ranked(*copied, *own) == [("青山快办", 2, 2), ("青云快办", 1, 3)]


def test_company_and_field_weigh():
    seen = [sighting("青云直上"), sighting("青山快办"), sighting("青水快办", company=("好差评",))]
    assert [name for name, *_ in ranked(*seen)] == ["青水快办", "青山快办", "青云直上"]
    best = suggest(seen, lexicon())[0]
    assert (best.company, best.in_company, best.in_field) == (("好差评",), 1, True)


def test_equals_stand_in_a_fixed_order_whatever_order_they_come_in():
    seen = [sighting(name) for name in ("青丙快办", "青乙快办", "青甲快办")]
    assert suggest(seen, lexicon()) == suggest(seen[::-1], lexicon())
    assert ranked() == []


@pytest.mark.parametrize(
    ("kind", "name", "above"),
    [
        ("Reform", "青云跨省通办", "跨省通办"),
        ("Reform", "青云直上", ""),
        ("Indicator", "青云政务服务事项数", "政务服务事项数"),
        ("Platform", "青云闽政通", "闽政通"),
    ],
)
def test_the_broader_term_is_told_by_the_name(kind, name, above):
    term, why = broader(kind, name, lexicon())
    assert (term.label if term else "") == above
    assert bool(why) == bool(above)


def reforms(folder, **above):
    """A lexicon of reforms and what each is narrower than."""
    base, skos = "https://w3id.org/reform-kg/", "http://www.w3.org/2004/02/skos/core#"
    head = f"@base <{base}> . @prefix kg: <{base}def#> . @prefix s: <{skos}> .\n"
    terms = [
        f'<reform/{name}> a kg:Reform ; s:prefLabel "{name}"@zh-Hans {f"; s:broader <reform/{up}>" if up else ""} .\n'
        for name, up in above.items()
    ]
    (folder / "terms.ttl").write_text(head + "".join(terms), encoding="utf-8")
    return load_lexicon(folder)


@pytest.mark.parametrize(
    ("terms", "above"),
    [
        ({"甲云办": "云办事", "乙云办": "云办事", "丙云办": "云办事", "丁云办": ""}, "云办事"),
        ({"甲云办": "云办事", "乙云办": "云办事", "丙云办": ""}, ""),  # two are too few
        ({f"{n}云办": "云办事" if n in "甲乙丙" else "" for n in "甲乙丙丁戊己"}, ""),  # half are no more than half
        ({"甲云办": "小云事", "乙云办": "小云事", "丙云办": "云办事", "小云事": "云办事"}, "云办事"),  # by a step more
        ({"甲云办": "小云事", "乙云办": "小云事", "丙云办": "小云事", "小云事": "云办事"}, "小云事"),  # the nearest
    ],
)
def test_the_broader_term_is_told_by_names_that_end_alike(tmp_path, terms, above):
    own = reforms(tmp_path, **terms, 云办事="")
    term, why = broader("Reform", "青云办", own)
    assert (term.label if term else "") == above
    assert bool(why) == bool(above)


def test_phrases_that_are_no_measures_are_left_out():
    good = sighting("青云审批事项", kind="Indicator", unit="项")
    bad = [
        sighting(name, kind="Indicator")
        for name in ("青云会议精神", "青云审批大厅办理业务后再次办理事项", "青云到省里办事项")
    ]
    assert [name for name, *_ in ranked(good, *bad)] == ["青云审批事项"]


def test_turtle_reads_and_says_what_is_known_and_what_is_not():
    seen = [
        sighting("青云跨省通办", rule="quoted-form", text="推行“青云跨省通办”。\n"),
        sighting("青云办", rule="quoted-form"),
        sighting("青云政务码", kind="Platform"),
        sighting("青云审批事项", kind="Indicator", unit="项"),
    ]
    text = turtle(suggest(seen, lexicon()), lexicon())
    quads = {(q.subject.value.rsplit("/", 1)[-1], q.predicate.value.rsplit("#", 1)[-1], q.object.value)
             for q in ox.parse(text, ox.RdfFormat.TURTLE)}  # fmt: skip
    assert ("青云跨省通办", "broader", "https://w3id.org/reform-kg/reform/跨省通办") in quads
    assert ("青云跨省通办", "prefLabel", "青雲跨省通辦") in quads
    assert ("青云办", "weakLabel", "青云办") in quads
    assert ("青云政务码", "operatorRegion", "430626") in quads
    assert ("青云政务码", "platformKind", "code") in quads
    assert ("青云审批事项", "measureKind", "count") in quads
    assert "“推行“青云跨省通办”。" in text
    assert not any("推行" in value for *_, value in quads), "sentences stand in comments only"
    assert text.count("# to write:") == 4


def test_nothing_suggested_is_turtle_without_a_term():
    assert list(ox.parse(turtle((), lexicon()), ox.RdfFormat.TURTLE)) == []


def test_a_graph_has_the_names_of_its_reports(tmp_path):
    store = graph_of(
        tmp_path,
        report("a.txt", "330523", "2030", None, "云岭纪要",
               says("推行“青云跨省联办”，好评审批事项93项，依托“少证办”。", adopts("青云跨省联办"), adopts("少证办"),
                    figure("93项", "93", "项", "好评审批事项")),
               says("“青云跨省联办”上青云码。", adopts("青云跨省联办"), runs_on("青云跨省联办", "青云码")),
               says("只提一次青山办。", names(Kind.REFORM, "青山办"))),
    )  # fmt: skip
    found = {(s.kind, s.name): s for s in suggest(of_store(store, lexicon()), lexicon())}
    reform = found["Reform", "青云跨省联办"]
    assert (reform.times, reform.documents, reform.company, reform.regions) == (2, 1, ("少证办",), ("330523",))
    assert reform.sightings[0].evidence.sentence.startswith("推行“青云跨省联办”")
    assert ("Platform", "青云码") in found
    assert found["Reform", "青山办"].sightings[0].evidence.sentence == ""
    assert ("Reform", "少证办") not in found


def run(*words):
    return CliRunner().invoke(main, ["suggest", *map(str, words)], catch_exceptions=False)


@pytest.fixture
def reports(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "reports"


def test_the_command_lists_and_narrows(reports):
    found = json.loads(run(reports, "--format", "json").stdout)
    assert found[0]["name"] == "青云跨省通办"
    assert found[0]["broader"] == "跨省通办"
    assert found[0]["evidence"][0].endswith(f"“{TEXT.splitlines()[5]}”")
    assert {row["kind"] for row in json.loads(run(reports, "--kind", "platform", "--format", "json").stdout)} == {
        "platform"
    }
    assert json.loads(run(reports, "--documents", "2", "--format", "json").stdout) == []
    assert len(json.loads(run(reports, "--top", "1", "--format", "json").stdout)) == 1
    assert "青云政务" in run(reports, "--format", "table").stdout


def test_what_cannot_be_read_is_told(reports, tmp_path):
    (reports / "b.pdf").write_bytes(b"%PDF-1.5 and no more")
    result = run(reports, "--format", "json")
    assert (result.exit_code, "skipped" in result.stderr) == (0, True)
    assert run(tmp_path / "nowhere").exit_code == 3


OWN = """
import sys
from pathlib import Path
from kg import cli
from kg import resources
root = Path(sys.argv.pop(1))
resources._root = lambda: root
cli.main()
"""


@pytest.mark.usefixtures("reports")
def test_the_whole_way_from_a_suggestion_to_a_term_that_is_found(tmp_path):
    """Suggest, paste into ontology/reforms.ttl, build again: the graph knows the term, by its broader one too."""
    shutil.copytree(ontology_path(), tmp_path / "own" / "ontology")
    (tmp_path / "own" / "data").symlink_to(data_path(""))

    def kg(*words):
        command = [sys.executable, "-c", OWN, str(tmp_path / "own"), *words]
        environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    coined = "SELECT ?c { reform:青云跨省通办 kg:coined ?c }"
    kg("build", "reports")
    assert len(json.loads(kg("query", coined))["results"]["bindings"]) == 1

    block = kg("suggest", "reports", "--kind", "reform", "--format", "ttl")
    block = re.search(r"<reform/青云跨省通办>.*? \.\n", block, re.DOTALL)[0]
    with (tmp_path / "own" / "ontology" / "reforms.ttl").open("a", encoding="utf-8") as file:
        file.write("\n" + block)

    kg("build", "reports")
    assert json.loads(kg("query", coined))["results"]["bindings"] == []
    assert "青云跨省通办" in kg("lookup", "--reform", "跨省通办", "--format", "csv"), "found under its broader term"
    assert "青云跨省通办" not in {row["name"] for row in json.loads(kg("suggest"))}, "and not suggested again"
    term = load_lexicon(tmp_path / "own" / "ontology").named("Reform", "青云跨省通办")
    assert term.fact("broader").endswith("/跨省通办")
