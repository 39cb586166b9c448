"""What the user says beside a file: it wins, it is marked as said by the user, and what is wrong with it is named."""

import json
from hashlib import sha256

import pytest

from kg.ask.query import rows, run
from kg.builds.build import build
from kg.cli import main
from kg.errors import UnreadableFile
from kg.graph.store import open_store
from kg.graph.validate import validate
from kg.readers.beside import accompanied
from kg.readers.read import documents, read
from tests import making

TEXT = """青田县政务服务中心2022年工作总结
推进“跨省通办”，办理事项1854件，网上可办率达92.5%。
青田县政务服务中心
2022年12月30日
"""
SAID = {
    "region": 331100,
    "publisher": "丽水市人民政府",
    "period": "2021",
    "url": "https://example.org/1",
    "title": "丽水总结",
}
ABOUT = """SELECT ?given ?title ?code ?when ?url { ?doc a kg:Report ; kg:path "r.txt" ; dct:title ?title .
  OPTIONAL { ?doc kg:given ?given } OPTIONAL { ?doc dct:spatial/skos:notation ?code }
  OPTIONAL { ?doc dct:temporal ?when } OPTIONAL { ?doc dct:source ?url } }"""


@pytest.fixture
def folder(tmp_path):
    reports = tmp_path / "in"
    reports.mkdir()
    (reports / "r.txt").write_text(TEXT, encoding="utf-8")
    return reports


def say(folder, name, said):
    (folder / name).write_text(
        said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), encoding="utf-8"
    )


def about(folder, tmp_path):
    report = build([folder], tmp_path / "g")
    found = rows(run(open_store(tmp_path / "g"), ABOUT))
    given = {str(row["given"]).rsplit("/", 1)[-1] for row in found if row["given"]}
    return report, given, {name: str(found[0][name]) for name in ("title", "code", "when", "url")}


def test_without_a_word_of_the_user_nothing_is_marked(folder, tmp_path):
    _, given, told = about(folder, tmp_path)

    assert given == set()
    assert told == {"title": "青田县政务服务中心2022年工作总结", "code": "331121", "when": "2022", "url": "None"}


def test_a_sidecar_wins_and_is_marked(folder, tmp_path):
    say(folder, "r.txt.meta.json", SAID)
    report, given, told = about(folder, tmp_path)

    assert given == {"spatial", "publisher", "temporal", "source", "title"}
    assert told == {"title": "丽水总结", "code": "331100", "when": "2021", "url": "https://example.org/1"}
    assert not report.skipped
    assert not list(validate(open_store(tmp_path / "g")))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_says_it_of_many_and_a_sidecar_goes_before_it(folder, tmp_path, encoding):
    table = "file,region,period\nr.txt,丽水市,2020\n二.txt,331100,2019\n"
    (folder / "二.txt").write_text(TEXT + "另，\n", encoding="utf-8")
    (folder / "metadata.csv").write_bytes(table.encode(encoding))
    say(folder, "r.txt.meta.json", {"period": "2021"})
    report, given, told = about(folder, tmp_path)

    assert given == {"spatial", "temporal"}
    assert (told["code"], told["when"]) == ("331100", "2021")
    assert read(folder / "二.txt").given == {"region": "331100", "period": "2019"}
    assert report.reports == 2
    assert not report.skipped


def test_a_word_that_changes_is_read_again(folder, tmp_path):
    about(folder, tmp_path)
    say(folder, "r.txt.meta.json", {"period": "2021"})
    report, given, told = about(folder, tmp_path)
    assert report.changes["changed"] == 1
    assert (given, told["when"]) == ({"temporal"}, "2021")

    (folder / "r.txt.meta.json").unlink()
    report, given, told = about(folder, tmp_path)
    assert report.changes["changed"] == 1
    assert (given, told["when"]) == (set(), "2022")
    assert build([folder], tmp_path / "g").changes["unchanged"] == 1


def test_of_several_in_a_file_each_or_all_are_told(folder):
    (folder / "z.zip").write_bytes(making.zipped({"a.txt": TEXT, "b.txt": TEXT + "二"}))
    say(folder, "z.zip.meta.json", {"publisher": "丽水市人民政府"})
    say(folder, "metadata.csv", "file,period\nz.zip#b.txt,2019\n")
    first, second = documents(folder / "z.zip")

    assert first.given == {"publisher": "丽水市人民政府"}
    assert second.given == {"publisher": "丽水市人民政府", "period": "2019"}
    assert read(folder / "z.zip#b.txt").by_user == {"publisher", "period"}


def test_columns_of_a_table_are_marked_too(folder, tmp_path):
    (folder / "r.txt").unlink()
    row = {"text": TEXT, "title": "另题", "region": "331100", "period": "2021"}
    (folder / "r.jsonl").write_text(json.dumps(row), encoding="utf-8")
    build([folder], tmp_path / "g")
    found = rows(run(open_store(tmp_path / "g"), "SELECT ?g { ?doc kg:given ?g } ORDER BY ?g"))

    assert [str(row["g"]).rsplit("/", 1)[-1] for row in found] == ["spatial", "temporal", "title"]


@pytest.mark.parametrize(
    ("name", "said", "where", "what"),
    [
        ("r.txt.meta.json", "{'region': 1}", "r.txt.meta.json", "is no JSON"),
        ("r.txt.meta.json", "[1]", "r.txt.meta.json", "is no JSON object"),
        ("r.txt.meta.json", "", "r.txt.meta.json", "is empty"),
        ("r.txt.meta.json", {"regoin": "331100"}, "r.txt.meta.json", "'regoin' is not known"),
        ("r.txt.meta.json", {"region": ["331100"]}, "r.txt.meta.json", "'region' is no text"),
        ("r.txt.meta.json", {"region": "火星"}, "r.txt, region", "'火星' is not understood"),
        ("r.txt.meta.json", {"period": "last year"}, "r.txt, period", "'last year' is not understood"),
        ("r.txt.meta.json", {"url": "example"}, "r.txt, url", "'example' is not understood"),
        ("metadata.csv", "name,region\nr.txt,331100\n", "metadata.csv, row 1", "has no column 'file'"),
        ("metadata.csv", 'file,region\nr.txt,"3', "metadata.csv, after row 0", "is no table"),
        ("metadata.csv", "file,regoin\nr.txt,331100\n", "metadata.csv, row 1", "'regoin' is not known"),
        (
            "metadata.csv",
            "file,region\ns.txt,331100\n",
            "metadata.csv, row 1",
            "names a file that is not there",
        ),
    ],
)
def test_what_is_wrong_with_it_is_named_and_the_report_is_read_without(folder, tmp_path, name, said, where, what):
    say(folder, name, said)
    report, given, told = about(folder, tmp_path)

    (fault,) = report.skipped
    assert fault.path == str(folder / where)
    assert what in fault.reason
    assert fault.remedy
    assert given == set()
    assert told["code"] == "331121"


def test_a_file_that_is_read_alone_says_what_is_wrong_beside_it(folder, capsys):
    say(folder, "r.txt.meta.json", "{")
    with pytest.raises(UnreadableFile, match="is no JSON"):
        list(documents(folder / "r.txt"))
    with pytest.raises(SystemExit):
        main(["extract", str(folder / "r.txt"), "-o", str(folder / "out")])

    assert "is no JSON" in capsys.readouterr().err


def test_what_may_have_something_beside_it_is_told_by_its_folder(tmp_path):
    files = {"a": ["r.txt", "r.txt.meta.json", "s.txt"], "b": ["r.txt", "metadata.csv"], "c": ["r.txt"]}
    for folder, names in files.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).write_text(TEXT, encoding="utf-8")
    reports = [tmp_path / "a" / "r.txt", tmp_path / "a" / "s.txt", tmp_path / "b" / "r.txt", tmp_path / "c" / "r.txt"]

    assert accompanied([*reports, tmp_path / "gone" / "r.txt"]) == {reports[0], reports[2], tmp_path / "gone" / "r.txt"}


def test_extract_says_what_was_given(folder, capsys):
    say(folder, "r.txt.meta.json", {"region": "331100"})
    with pytest.raises(SystemExit):
        main(["extract", str(folder / "r.txt")])

    assert json.loads(capsys.readouterr().out)["document"]["given"] == ["region"]


def test_the_graph_keeps_both_hashes_and_the_way_back(folder, tmp_path):
    for path in folder.iterdir():
        path.unlink()
    (folder / "r.pdf").write_bytes(making.report_pdf(TEXT.splitlines()))
    (folder / "r.html").write_bytes(making.page(TEXT.splitlines()).encode())
    build([folder], tmp_path / "g")
    question = """SELECT DISTINCT ?file ?sha ?text ?place { ?doc kg:path ?file ; kg:sha256 ?sha ; kg:textSha256 ?text .
        ?fact kg:statedIn ?doc ; kg:evidence/kg:place ?place }"""
    found = {str(row["file"]): row for row in rows(run(open_store(tmp_path / "g"), question))}

    assert str(found["r.pdf"]["place"]) == "page 1"
    assert str(found["r.html"]["place"]).startswith("/html/body/")
    for name, row in found.items():
        document = read(folder / name)
        assert str(row["sha"]) == document.sha256 == sha256((folder / name).read_bytes()).hexdigest()
        assert str(row["text"]) == sha256(document.text.encode()).hexdigest()
