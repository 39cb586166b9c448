"""Files to documents: content decides who reads what, and every fault names its file, its place and its remedy."""

import gzip
import io
import json
import os
import socket
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import UnreadableFile
from kg.readers.content import Limits
from kg.readers.read import document, documents, find_inputs, place, read
from tests import making
from tests.test_formats import REPORTS

LINES = REPORTS["松河县"]
TEXT = "松河县政务服务局2023年工作报告\n推进“云上通办”，办理事项3.25万件。\n"
ENTITIES = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture
def put(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def fault(path, limits=None):
    """The one fault of a file; it names its file and its remedy."""
    faults = []
    assert not list(documents(path, faults, *([limits] if limits else [])))
    assert len(faults) == 1
    assert str(path) in faults[0].where
    assert faults[0].mend
    return faults[0]


def test_a_text_file_is_its_text(put):
    path = put("r.txt", "\ufeff" + TEXT.replace("\n", "\r\n"))
    found = read(path)

    assert found.text == TEXT.replace("\n", "\r\n")
    assert found.path == str(path)
    assert found.stored
    assert found.sha256 == "e7ce66d2f3bfc6ef3d9a9c4a3e6c8bb2" or len(found.sha256) == 64
    assert len(found.folded) == len(found.text)
    assert place(found, 3) == ""


def test_a_document_of_a_text_in_memory_has_its_digest():
    assert document("办").sha256 == document("办", "x.txt").sha256 != document("理").sha256


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("report.txt", making.report_pdf(LINES)),
        ("report.pdf", making.report_docx(LINES)),
        ("report.doc", making.report_docx(LINES)),
        ("report.doc", making.page(LINES).encode()),
        ("report", making.page(LINES).encode()),
        ("report.do", making.page(LINES, "gbk").encode("gb18030")),
        ("report.docx", making.report_pdf(LINES)),
        ("report.pdf.gz", gzip.compress(making.report_pdf(LINES))),
        ("report.html.gz", gzip.compress(making.page(LINES).encode())),
        ("report.zip", making.report_docx(LINES)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_content_decides_and_not_the_name(put, name, data):
    assert read(put(name, data)).text == "\n".join(LINES).replace("\t", " | ")


def test_a_page_in_a_text_file_stands_as_it_is(put):
    """Offsets of a .txt count the characters of the file."""
    page = making.page(LINES)

    assert read(put("page.txt", page)).text == page


def test_places_are_told(put):
    printed = read(put("r.pdf", making.report_pdf([LINES[0], *LINES[1:7] * 8])))
    assert place(printed, 0) == "page 1"
    assert place(printed, len(printed.text) - 1) == "page 4"
    page = read(put("r.html", making.page(LINES)))
    assert place(page, 0).endswith("h1")
    assert not page.stored
    word = read(put("r.docx", making.report_docx(LINES)))
    assert place(word, word.text.index("1854件 | ")) == "table 1, row 2"


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("r.txt", b"", "is empty"),
        ("r.txt", b" \n\t \n", "has no text"),
        ("r.txt", b"\xef\xbb\xbf", "has no text"),
        ("r.txt", bytes(range(256)) * 20, "is binary"),
        ("r.html", b"<html><body><script>x</script></body></html>", "has no text"),
        ("r.pdf", b"%PDF-1.7\nrubbish", "is a broken or truncated PDF"),
        ("r.pdf", making.report_pdf(LINES)[:300], "is a broken or truncated PDF"),
        ("r.pdf", making.locked_pdf(), "is locked by a password"),
        ("r.pdf", making.pdf([[]]), "has no text"),
        ("r.docx", making.report_docx(LINES)[:3000], "is broken or truncated"),
        ("r.docx", making.zipped({"word/document.xml": "<w"}), "is a broken Word document"),
        ("r.docx", making.zipped({"word/document.xml": "<html/>"}), "is no Word document"),
        ("r.docx", making.zipped({"word/document.xml": ENTITIES}), "declares XML entities"),
        ("r.gz", gzip.compress(TEXT.encode() * 99)[:60], "is a broken or truncated gzip file"),
        ("r.zip", making.zipped({"a.txt": TEXT * 99})[:80], "is broken or truncated"),
        ("r.zip", making.zipped({"../../etc/a.txt": TEXT}), "points out of its archive"),
        ("r.zip", making.zipped({"/etc/a.txt": TEXT}), "points out of its archive"),
        ("r.zip", making.zipped({"C:\\a.txt": TEXT}), "points out of its archive"),
        ("r.zip", making.zipped({"b.zip": making.zipped({"a.txt": TEXT})}), "is an archive within an archive"),
        ("r.zip", making.zipped({"a.txt": ""}), "is empty"),
        ("r.zip", making.zipped({}), "holds no file"),
        ("r.zip", making.zipped({"a.txt": TEXT}).replace(b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\xbc"), "is broken"),
        ("r.doc", OLE, "is an old Office file"),
        ("r.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "is locked by a password"),
        ("r.rtf", b"{\\rtf1\\ansi text}", "is RTF"),
        ("r.ofd", making.zipped({"OFD.xml": "<ofd/>"}), "is an OFD file"),
        ("r.xlsx", making.zipped({"xl/workbook.xml": "<w/>"}), "is an Excel table"),
        ("r.odt", making.zipped({"content.xml": "<w/>"}), "is an OpenDocument file"),
        ("r.gif", b"GIF89a" + bytes(99), "is a picture"),
        ("r.rar", b"Rar!\x1a\x07\x00" + bytes(99), "is a RAR archive"),
        ("r.csv", "name,age\na,1\n", "has no column 'text'"),
        ("r.csv", 'text\n"unfinished', "is no table"),
        ("r.jsonl", '{"text": "a"', "is no JSON"),
        ("r.jsonl", '{"title": "a"}', "has no 'text'"),
        ("r.jsonl", "[" * 100_000, "is no JSON"),
        ("r.jsonl", '"text"', "has no 'text'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_remedy(put, name, data, what):
    assert what in fault(put(name, data)).what


def test_a_bomb_is_refused_before_it_goes_off(put):
    zeros = b"0" * 30_000_000
    assert "unpacks to more than 10 MB" in fault(put("r.gz", gzip.compress(zeros))).what
    assert "unpacks to more than 10 MB" in fault(put("r.zip", making.zipped({"a.txt": zeros}))).what
    assert "unpacks to more than 10 MB" in fault(put("r.docx", making.zipped({"word/document.xml": zeros}))).what


@pytest.mark.parametrize(
    ("name", "data", "limits", "what"),
    [
        ("r.txt", TEXT * 100_000, Limits(file_bytes=1_000_000), "has more than 1 MB"),
        ("r.txt", TEXT, Limits(characters=10), "characters; the limit is 10"),
        ("r.pdf", making.pdf([[]] * 9), Limits(pages=8), "has 9 pages; the limit is 8"),
        (
            "r.zip",
            making.zipped({f"{i}.txt": TEXT for i in range(9)}),
            Limits(members=8),
            "holds 9 files; the limit is 8",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_limits_are_said(put, name, data, limits, what):
    assert what in fault(put(name, data), limits).what


def test_an_archive_that_holds_too_much_in_all_is_cut_off(put):
    path, faults = put("r.zip", making.zipped({f"{i}.txt": f"{TEXT}{i}" for i in range(9)})), []
    found = list(documents(path, faults, Limits(unpacked_bytes=200)))

    assert 0 < len(found) < 9
    assert "in all" in faults[0].what


def test_one_line_of_fifty_megabytes_ends_as_a_fault(put):
    assert "characters; the limit is" in fault(put("r.txt", "办" * 17_000_000)).what


def test_an_archive_gives_each_report_and_each_fault(put):
    files = {
        "2023/松河.txt": TEXT,
        "2023/雾岭.html": making.page(REPORTS["雾岭区"]),
        "broken.pdf": b"%PDF-",
        "table.jsonl": json.dumps({"text": TEXT + "二"}),
        "__MACOSX/._a.txt": b"\0\5",
        ".DS_Store": b"\0",
        "photo.jpg": b"\xff\xd8\xff",
    }
    path, faults = put("all.zip", making.zipped(files)), []
    found = list(documents(path, faults))

    assert [d.path.removeprefix(str(path)) for d in found] == ["#2023/松河.txt", "#2023/雾岭.html", "#table.jsonl#1"]
    assert [f.where.removeprefix(str(path)) for f in faults] == ["#broken.pdf", "#photo.jpg"]
    assert len({d.sha256 for d in found}) == 3


def test_names_in_an_archive_of_a_chinese_windows_are_read(put):
    name = "松河县.txt"
    data = making.zipped({"n" * len(name.encode("gbk")): TEXT}).replace(
        b"n" * len(name.encode("gbk")), name.encode("gbk")
    )

    assert read(put("w.zip", data)).path.endswith("#松河县.txt")


def test_rows_are_reports_with_metadata(put):
    rows = [{"text": TEXT + str(i), "title": f"报告{i}", "region": 990101, "other": "x", "url": None} for i in range(3)]
    lines = [json.dumps(row, ensure_ascii=i > 0) for i, row in enumerate(rows)]
    path, faults = put("r.jsonl", "\n".join([*lines, "", "{bad", json.dumps({"text": "\ud800x"})])), []
    found = list(documents(path, faults))

    assert [d.path.removeprefix(str(path)) for d in found] == ["#1", "#2", "#3", "#6"]
    assert found[1].text == rows[1]["text"]
    assert found[1].given == {"title": "报告1", "region": "990101"}
    assert [f.where.removeprefix(str(path)) for f in faults] == ["#5"]


@pytest.mark.parametrize(("name", "separator"), [("r.csv", ","), ("r.tsv", "\t")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_tables_are_rows(put, name, separator, encoding):
    rows = [["id", "text", "published"], ["1", f'"{TEXT}"', "2024-02-01"], ["2", "", ""]]
    table = "".join(separator.join(row) + "\r\n" for row in rows)
    path, faults = put(name, table.encode(encoding)), []
    (found,) = documents(path, faults)

    assert found.text == TEXT
    assert found.given == {"published": "2024-02-01"}
    assert "is empty" in faults[0].what
    assert faults[0].where.endswith("#2")


def test_one_of_several_has_a_name(put):
    path = put("r.jsonl", "\n".join(json.dumps({"text": f"{TEXT}{i}"}) for i in range(3)))
    with pytest.raises(UnreadableFile, match="holds several reports") as error:
        read(path)

    assert "r.jsonl#1" in error.value.mend
    second = path.with_name("r.jsonl#2")
    assert find_inputs([second]) == [second]
    assert read(second).text == f"{TEXT}1"
    assert "holds no such report" in fault(path.with_name("r.jsonl#9")).what


def test_standard_input_is_read(monkeypatch):
    from pathlib import Path

    def pipe(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert find_inputs([Path("-")]) == [Path("-")]
        return read(Path("-"))

    assert pipe(TEXT.encode("gb18030")).text == TEXT
    assert pipe(making.report_pdf(LINES)).text.startswith(LINES[0])
    assert pipe(making.page(LINES).encode()).text.startswith(LINES[0])
    assert pipe(json.dumps({"text": TEXT}).encode()).path == "-#1"
    with pytest.raises(UnreadableFile, match="is empty"):
        pipe(b"")


def test_what_is_no_regular_file_is_refused(tmp_path):
    pipe, door = tmp_path / "pipe", tmp_path / "socket"
    os.mkfifo(pipe)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(door))
    assert "pipe, socket or device" in fault(pipe).what
    assert "pipe, socket or device" in fault(door).what
    listening.close()
    assert "is a folder" in fault(tmp_path).what
    assert "No such file" in fault(tmp_path / "gone.txt").what


def test_a_file_that_grows_while_it_is_read_is_refused(put, monkeypatch):
    path = put("r.txt", TEXT)
    true_stat = os.fstat

    def growing(descriptor):
        status = true_stat(descriptor)
        path.write_text(TEXT * 2, encoding="utf-8")
        return status

    monkeypatch.setattr(os, "fstat", growing)

    assert "changed while it was read" in fault(path).what


def test_a_forbidden_file_is_said(put, monkeypatch):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = put("r.txt", TEXT)
    monkeypatch.setattr("builtins.open", forbidden)  # root, as which tests may run, is forbidden nothing

    assert "can't be opened: Permission denied" in fault(path).what


def test_without_a_list_the_first_fault_is_raised(put):
    with pytest.raises(UnreadableFile, match="is RTF"):
        list(documents(put("r.rtf", b"{\\rtf1}")))


def test_a_readers_own_exception_never_escapes(put, monkeypatch):
    def breaks(*_):
        raise ZeroDivisionError("in a library")

    monkeypatch.setattr("kg.readers.pdf.read_pdf", breaks)

    assert "can't be read: ZeroDivisionError" in fault(put("r.pdf", making.pdf([[]]))).what


SEEDS = [
    making.report_pdf(LINES),
    making.report_docx(LINES),
    making.page(LINES).encode("gb18030"),
    making.zipped({"a.txt": TEXT, "b.html": making.page(LINES)}),
    gzip.compress(TEXT.encode()),
    json.dumps({"text": TEXT}).encode(),
    TEXT.encode("utf-16"),
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.integers(0, 4000),
    st.binary(max_size=30),
    st.integers(0, 60),
    st.sampled_from([".x", ".jsonl", ".csv"]),
)
def test_any_damage_is_a_document_or_a_fault(tmp_path, seed, at, patch, drop, suffix):
    at = at % len(seed)
    path, faults = tmp_path / f"r{suffix}", []
    path.write_bytes(seed[:at] + patch + seed[at + drop :])
    for found in documents(path, faults):
        assert len(found.folded) == len(found.text)
    for each in faults:
        assert each.mend
        assert str(path) in each.where
