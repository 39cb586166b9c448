"""Reports and exports by URL: fsspec's memory and its local files."""

import json
import sys
from pathlib import Path

import fsspec
import pytest
from asked import built
from click.testing import CliRunner
from test_build import dump, fill, short

from kg.builds.build import build, plan
from kg.cli import main
from kg.errors import KgError, UnreadableFile
from kg.readers import elsewhere
from kg.readers.elsewhere import address, written
from kg.readers.inputs import find_inputs, load, shown


def kg(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def memory():
    store = fsspec.filesystem("memory")
    yield store
    store.rm("/", recursive=True)


@pytest.fixture
def reports(memory):
    for number in range(3):
        memory.pipe(f"/reports/{number:03}.txt", short(number).encode())
    memory.pipe("/reports/.hidden.txt", b"x")
    memory.pipe("/reports/style.css", b"x")
    return Path("memory://reports")


@pytest.mark.parametrize(
    "url", ["s3://bucket/a b/报告.txt", "hdfs://node:8020/x", "memory://x", "file:///tmp/x", "abfs://c@a/x"]
)
def test_a_url_survives_as_a_path(url):
    assert address(Path(url)) == url
    assert shown(Path(url)) == url


@pytest.mark.parametrize("path", ["reports/a.txt", "/tmp/a:b/c", "C:/a", "a:/b", "-", "报告://x", "memory:x", "s3:/"])  # noqa: S108
def test_a_path_is_no_url(path):
    assert address(Path(path)) is None


def test_a_folder_by_url_gives_its_reports(reports):
    assert [shown(path) for path in find_inputs([reports])] == [f"memory://reports/00{n}.txt" for n in range(3)]


@pytest.mark.parametrize("way", ["memory", "file"])
def test_reports_by_url_give_the_graph_that_they_give_here(way, reports, memory, tmp_path):
    local = fill(tmp_path / "in", range(3), short)
    url = reports if way == "memory" else Path(f"file://{local}")
    there = memory if way == "memory" else fsspec.filesystem("file")
    build([local], tmp_path / "g")
    build([url], tmp_path / "by-url", workers=1)
    assert dump(tmp_path / "by-url") == dump(tmp_path / "g")

    where = "/reports/001.txt" if way == "memory" else str(local / "001.txt")
    there.pipe(where, short(9).encode())
    (local / "001.txt").write_text(short(9), encoding="utf-8")
    found = plan([url], tmp_path / "by-url")
    assert [len(paths) for paths in (found.new, found.changed, found.removed, found.unchanged)] == [0, 1, 0, 2]
    build([url], tmp_path / "by-url", workers=1)
    build([local], tmp_path / "g")
    assert dump(tmp_path / "by-url") == dump(tmp_path / "g")


def test_workers_read_by_url_too(tmp_path):
    local = fill(tmp_path / "in", range(4), short)
    build([local], tmp_path / "g")
    assert build([Path(f"file://{local}")], tmp_path / "by-url", workers=2).reports == 4
    assert dump(tmp_path / "by-url") == dump(tmp_path / "g")


def test_one_report_by_url_is_extracted(reports):
    found = json.loads(kg("extract", f"memory://{reports.name}/001.txt").stdout)
    assert found["document"]["path"] == "memory://reports/001.txt"


def test_one_of_several_reports_by_url(memory):
    lines = "".join(json.dumps({"text": short(n)}, ensure_ascii=False) + "\n" for n in range(3))
    memory.pipe("/tables/rows.jsonl", lines.encode())
    found = json.loads(kg("extract", "memory://tables/rows.jsonl#2", "--text").stdout)
    assert found["document"]["path"] == "memory://tables/rows.jsonl#2"
    assert found["document"]["text"] == short(1)


@pytest.mark.parametrize(
    ("fmt", "name"), [("nquads", "graph.nq"), ("gexf", "graph.gexf"), ("csv-observations", "facts.csv")]
)
@pytest.mark.parametrize("way", ["memory", "file"])
def test_an_export_by_url_is_the_export_here(way, fmt, name, memory, tmp_path):
    graph = built(tmp_path)
    kg("export", "-g", graph, "--format", fmt, "-o", tmp_path / name)
    url = f"memory://out/deep/{name}" if way == "memory" else f"file://{tmp_path}/out/deep/{name}"
    assert url in kg("export", "-g", graph, "--format", fmt, "-o", url).stderr

    where = f"/out/deep/{name}" if way == "memory" else f"{tmp_path}/out/deep/{name}"
    there = memory if way == "memory" else fsspec.filesystem("file")
    assert there.cat(where) == (tmp_path / name).read_bytes()


def test_an_export_that_fails_leaves_what_was_there(memory):
    memory.pipe("/out/a.nq", b"old")

    def fail():
        with written("memory://out/a.nq") as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert memory.cat("/out/a.nq") == b"old"


def test_what_is_not_there_says_so(reports, tmp_path):
    with pytest.raises(UnreadableFile, match=r"memory://nothing: does not exist"):
        find_inputs([Path("memory://nothing")])
    with pytest.raises(UnreadableFile, match="no such file"):
        load(Path("memory://reports/004.txt"))
    assert "does not exist" in kg("build", "memory://nothing", "-g", tmp_path / "g", code=3).stderr
    assert reports


def test_a_report_by_url_that_cannot_be_read_does_not_stop_the_others(reports, memory, tmp_path):
    memory.pipe("/reports/empty.txt", b"")
    done = build([reports], tmp_path / "g", workers=1)
    assert done.reports == 3
    assert [(s.path, s.reason) for s in done.skipped] == [("memory://reports/empty.txt", "is empty")]


def test_a_store_without_its_package_says_which(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    error = kg("build", "s3://bucket/reports", "-g", tmp_path / "g", code=3).stderr
    assert "s3fs" in error
    assert "s3://bucket/reports" in error
    error = kg("build", "nosuch://bucket/reports", "-g", tmp_path / "g", code=3).stderr
    assert "nosuch" in error


def test_without_fsspec_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(KgError, match=r"reform-kg\[remote\]"):
        elsewhere.files_at("memory://reports")


@pytest.mark.parametrize("words", [["build", "data/reports"], ["lookup", "福建"], ["export", "--format", "gexf"]])
def test_a_graph_is_on_this_machine(words):
    assert "on this machine" in kg(*words, "-g", "s3://bucket/graph", code=2).stderr
