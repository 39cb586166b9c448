"""Reposts: the same report under another title, with a footer, in another kind of file. Linked, and counted once."""

import json
import random
import re
import struct
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ask.compare import matrix
from kg.ask.coverage import reported
from kg.ask.lookup import Scope, lookup
from kg.ask.query import rows, run
from kg.ask.resolve import find
from kg.builds import shards
from kg.builds.build import build
from kg.builds.report import FIRST, REPORT, TABLE
from kg.graph.reposts import ALIKE, PLACES, Known, likeness, reposts, sketch
from kg.graph.store import open_store
from kg.graph.validate import validate
from kg.terms.gazetteer import load_gazetteer
from tests import making
from tests.test_build import dump

WORDS = "优化 流程 压缩 时限 推进 改革 数据 共享 群众 企业 窗口 服务 办理 事项 材料 系统 平台 监督 效能 培训".split()


def sentences(seed, count):
    rng = random.Random(seed)  # noqa: S311
    return ["".join(rng.choices(WORDS, k=8)) + f"{rng.randrange(10_000)}件" for _ in range(count)]


def report(seed=1, place="青田县", year=2022, count=24):
    body = [f"推进“跨省通办”，{line}。" for line in sentences(seed, count)]
    title = f"{place}政务服务中心{year}年工作总结"
    return "\n".join([title, *body, f"{place}政务服务中心", f"{year + 1}年1月9日"]) + "\n"


FOOTER = "责任编辑：李某。扫一扫在手机打开当前页。版权所有，未经许可不得转载。"
FORMS = {
    "footer.txt": lambda text: text + FOOTER,
    "header.txt": lambda text: "来源：某网站转载。点击关注我们的公众号。" + text,
    "title.txt": lambda text: text.replace("青田县政务服务中心2022年工作总结", "改革一年见成效：青田的做法"),
    "utf16.txt": lambda text: text.encode("utf-16"),
    "page.html": lambda text: making.page(text.splitlines()),
    "print.pdf": lambda text: making.report_pdf(text.splitlines(), "政务公开"),
    "word.docx": lambda text: making.report_docx(text.splitlines()),
    "wrapped.txt": lambda text: "\n".join(text[i : i + 40] for i in range(0, len(text), 40)),
}
OTHERS = {
    "next-year.txt": report(2, year=2023),
    "same-words-next-year.txt": report(1, year=2023),
    "neighbour.txt": report(1, place="庆元县"),
    "half.txt": report(1) [: len(report(1)) // 2] + report(3)[len(report(3)) // 2 :],
}  # fmt: skip


def put(folder, files):
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def links(graph):
    question = "SELECT ?a ?b { ?one kg:repostOf ?other . ?one kg:path ?a . ?other kg:path ?b }"
    return {(str(row["a"]), str(row["b"])) for row in rows(run(open_store(graph), question))}


def test_each_form_of_a_repost_is_found_and_none_that_differs(tmp_path):
    forms = {name: form(report()) for name, form in FORMS.items()}
    found = build([put(tmp_path / "in", {"a.txt": report(), **forms, **OTHERS})], tmp_path / "g")

    assert links(tmp_path / "g") == {(name, "a.txt") for name in FORMS}
    assert {repost.path.rsplit("/", 1)[-1] for repost in found.reposts} == set(FORMS)
    assert {repost.of.rsplit("/", 1)[-1] for repost in found.reposts} == {"a.txt"}
    assert not list(validate(open_store(tmp_path / "g")))


def counted(graph):
    """What lookups, the matrix and coverage count."""
    store, places = open_store(graph), load_gazetteer()
    region = find(store, "region", "青田县", places)
    rows_of = [(r["statement"], r["reform"], r["value"], r["what"]) for r in lookup(store, Scope(region=region))]
    return rows_of, matrix(store), reported(store).years


def test_reposts_count_once(tmp_path):
    alone, folder = put(tmp_path / "alone", {"a.txt": report()}), tmp_path / "in"
    put(folder, {"a.txt": report(), "b.txt": report() + FOOTER, "c.pdf": making.report_pdf(report().splitlines())})
    build([alone], tmp_path / "one")
    build([folder], tmp_path / "g")

    assert counted(tmp_path / "g") == counted(tmp_path / "one")
    assert len(counted(tmp_path / "g")[0]) > 20
    stated = "SELECT ?doc { ?doc a kg:Report }"
    assert len(rows(run(open_store(tmp_path / "g"), stated))) == 3


def test_the_order_of_files_is_nothing_and_an_old_report_is_not_read_again(tmp_path, monkeypatch):
    files = {"a.txt": report(), "b.txt": report() + FOOTER, "c.txt": report(7), "d.txt": report(7) + FOOTER}
    folder, seen = put(tmp_path / "in", {"b.txt": files["b.txt"], "c.txt": files["c.txt"]}), []
    build([folder], tmp_path / "g")
    original = shards.extracted
    monkeypatch.setattr(shards, "extracted", lambda of, name, *rest: seen.append(name) or original(of, name, *rest))
    put(folder, files)
    grown = build([folder], tmp_path / "g")
    assert seen == ["a.txt", "d.txt"]
    anew = build([put(tmp_path / "other", dict(reversed(files.items())))], tmp_path / "anew")

    assert links(tmp_path / "g") == {("b.txt", "a.txt"), ("d.txt", "c.txt")}
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")
    assert grown.counts == anew.counts

    (folder / "a.txt").unlink()
    build([folder], tmp_path / "g")
    assert links(tmp_path / "g") == {("d.txt", "c.txt")}


def test_the_same_bytes_are_one_report_with_two_files(tmp_path):
    folder = put(tmp_path / "in", {"a.txt": report(), "b.txt": report()})
    found = build([folder], tmp_path / "g")
    named = rows(run(open_store(tmp_path / "g"), "SELECT ?path ?copy { ?doc kg:path ?path ; kg:copy ?copy }"))

    assert [(str(row["path"]), str(row["copy"])) for row in named] == [("a.txt", "b.txt")]
    assert found.reports == 1
    assert not found.reposts


def test_the_build_lists_them(tmp_path):
    folder = put(tmp_path / "in", {"a.txt": report(), "b.txt": report() + FOOTER})
    build([folder], tmp_path / "g")
    about = json.loads((tmp_path / "g" / REPORT).read_text(encoding="utf-8"))

    assert about["reposts"] == [{"path": str(folder / "b.txt"), "of": str(folder / "a.txt")}]
    table = (tmp_path / "g" / TABLE).read_text(encoding="utf-8")
    assert re.search(r"Reposts.*: 1\n.*\n.*\n.*b\.txt +.*a\.txt", table, re.DOTALL)


def test_a_long_list_of_them_is_cut_for_people_and_whole_for_programs(tmp_path):
    folder = put(tmp_path / "in", {f"{n:03}.txt": report() + FOOTER + f"第{n}页" for n in range(FIRST + 3)})
    build([folder], tmp_path / "g")
    about = json.loads((tmp_path / "g" / REPORT).read_text(encoding="utf-8"))
    table = (tmp_path / "g" / TABLE).read_text(encoding="utf-8")

    assert len(about["reposts"]) == FIRST + 2
    assert f"Reposts, which are in the graph and count once: {FIRST + 2}" in table
    assert f"… and 2 more: {REPORT} lists all" in table


def test_likeness_is_the_share_of_places_that_agree():
    one, other = (list(range(PLACES)) for _ in range(2))
    for place in range(0, PLACES, 4):  # a quarter differs, each by another bit
        other[place] ^= 1 << place // 4
    packed = (b64encode(struct.pack(f"<{PLACES}H", *values)).decode() for values in (one, other))

    assert likeness(*packed) == 0.75


@pytest.mark.parametrize("shared", [0.3, 0.5, 0.6])
def test_reports_that_share_fewer_sentences_are_not_linked(shared):
    """Twenty pairs each; the estimate for 0.6 errs by 0.06."""
    for seed in range(20):
        both, size = sentences(seed, int(200 * shared)), int(100 * (1 - shared))
        one, other = ("。".join(both + sentences(f"{seed}{name}", size)) for name in "ab")
        assert likeness(sketch(one), sketch(other)) < ALIKE


def known(number, text, region="331121", period="2022", issued=None):
    gaps = (region is None) + (period is None)
    about = {"region": region, "period": period, "issued": issued}
    return Known(off_topic=False, gaps=gaps, name=f"{number}.txt", sha256=f"{number:064}", sketch=sketch(text), **about)


def test_the_best_known_of_several_counts():
    text = report()
    bare, full = known(1, text + FOOTER, None, None), known(2, text)

    assert reposts([bare, full]) == {bare.sha256: full.sha256}


def test_what_is_known_to_differ_is_never_one():
    text = report()

    assert reposts([known(1, text), known(2, text, period="2023")]) == {}
    assert reposts([known(1, text), known(2, text, region="331126")]) == {}
    assert reposts([known(1, text, issued="2023-01-09"), known(2, text, period="2023", issued="2023-01-09")])
    one, other, bare = known(1, text), known(2, text, period="2023"), known(3, text, period=None)
    assert reposts([one, other, bare]) == {bare.sha256: one.sha256}


def test_texts_without_a_sentence_are_never_one():
    assert sketch("。\n12。；") == ""
    assert reposts([known(1, "1。"), known(2, "2。")]) == {}


@given(st.permutations(range(8)))
def test_any_order_gives_the_same(order):
    texts = [report(seed // 2) + FOOTER * (seed % 2) for seed in range(8)]
    reports = [known(number, text) for number, text in enumerate(texts)]

    assert reposts([reports[i] for i in order]) == {f"{n:064}": f"{n - 1:064}" for n in (1, 3, 5, 7)}


def test_a_thousand_copies_take_no_longer_than_a_thousand_reports():
    """A pair each would be half a million comparisons."""
    same = [known(number, "甲办理事项若干。乙办理事项若干。") for number in range(1000)]

    assert len(reposts(same)) == 999
