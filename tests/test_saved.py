"""Pages that browsers and crawlers saved, with their addresses."""

import base64
import gzip
import quopri
import zlib

import pytest

from kg.errors import UnreadableFile
from kg.readers.content import Limits
from kg.readers.read import documents, read
from kg.readers.saved import crawled_pages, saved_page
from tests import making
from tests.test_formats import REPORTS

LINES = REPORTS["雾岭区"]
PAGE = making.page(LINES, "gbk").encode("gb18030")
TEXT = "\n".join(LINES).replace("\t", " | ")
ADDRESS = "http://www.wuling.example/2023/01/t1.html"


def mhtml(page=PAGE, coding="quoted-printable"):
    body = {"quoted-printable": quopri.encodestring(page), "base64": base64.encodebytes(page), "8bit": page}[coding]
    head = f"""From: <Saved by Blink>
Snapshot-Content-Location: {ADDRESS}
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--b"

----b
Content-Type: text/css

p{{}}
----b
Content-Type: text/html
Content-Transfer-Encoding: {coding}
Content-Location: {ADDRESS}

"""
    return head.replace("\n", "\r\n").encode() + body + b"\r\n----b--\r\n"


def record(block, sort=b"response", address=ADDRESS):
    head = b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (sort, address.encode(), len(block)) + block + b"\r\n\r\n"


def response(body=PAGE, status=b"200 OK", head=b"Content-Type: text/html"):
    return b"HTTP/1.1 " + status + b"\r\n" + head + b"\r\n\r\n" + body


def chunked(body, size=700):
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit"])
def test_a_page_that_a_browser_saved_whole(tmp_path, coding):
    path = tmp_path / "page.mht"
    path.write_bytes(mhtml(coding=coding))
    found = read(path)

    assert found.text == TEXT
    assert found.given["url"] == ADDRESS


def test_a_saved_file_without_page():
    with pytest.raises(UnreadableFile, match="holds no page"):
        saved_page(mhtml(b" "), "p.mht")


@pytest.mark.parametrize(
    "block",
    [
        response(),
        response(chunked(PAGE), head=b"Content-Type: text/html\r\nTransfer-Encoding: chunked"),
        response(gzip.compress(PAGE), head=b"Content-Type: text/html\r\nContent-Encoding: gzip"),
        response(zlib.compress(PAGE), head=b"Content-Encoding: deflate"),
        response(PAGE, head=b"Content-Encoding: gzip"),
        response(making.report_pdf(LINES), head=b"Content-Type: application/pdf"),
    ],
    ids=["plain", "chunked", "gzip", "deflate", "gzip that is none", "pdf"],
)
@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_pages_that_a_crawler_kept(tmp_path, block, suffix):
    skipped = [
        record(b"software: x", b"warcinfo"),
        record(b"GET / HTTP/1.1", b"request"),
        record(response(b"p{}", head=b"Content-Type: text/css"), address=ADDRESS + "a.css"),
        record(response(PAGE, b"404 Not Found")),
    ]
    data = b"".join([*skipped, record(block)])
    path, faults = tmp_path / f"crawl{suffix}", []
    path.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    (found,) = documents(path, faults)

    assert not faults
    assert found.text == TEXT
    assert found.path == f"{path}#{ADDRESS}"
    assert found.given.get("url", ADDRESS) == ADDRESS


def test_a_crawl_that_breaks_off_gives_what_came_before(tmp_path):
    data = record(response()) + record(response())[:500]
    path, faults = tmp_path / "crawl.warc", []
    path.write_bytes(data)

    assert len(list(documents(path, faults))) == 1
    assert "broken or truncated WARC" in faults[0].what
    assert "byte" in faults[0].where


@pytest.mark.parametrize(
    ("body", "head", "what"),
    [
        (gzip.compress(b"0" * 30_000_000), b"Content-Encoding: gzip", "unpacks to more than 10 MB"),
        (b"\x1f\x8brubbish", b"Content-Encoding: gzip", "compression breaks off"),
    ],
)
def test_a_page_that_does_harm_is_a_fault_of_its_own(body, head, what):
    (bad, good) = crawled_pages(record(response(body, head=head)) + record(response()), "c.warc")

    assert what in bad[1].what
    assert good[1] == PAGE


def test_a_crawl_of_too_many_pages_is_cut_off():
    with pytest.raises(UnreadableFile, match="holds more than 3 files"):
        list(crawled_pages(record(response()) * 5, "c.warc", Limits(members=3)))
