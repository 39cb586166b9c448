"""Inputs as they come: sound reports in every kind of file, and all that can go wrong with one, each with its message.

    python -m tests.hostile FOLDER [COUNT]     fill a folder with COUNT files, a fifth of them broken

What a name says (`kills`, `hangs`), `deadly` does to whoever reads the file: it stands in for a library's fault.
"""

import ctypes
import gzip
import json
import os
import random
import signal
import sys
from functools import cache
from pathlib import Path

from kg.builds import shards
from kg.readers import deadline
from kg.readers.deadline import within
from tests import making

PLACES = ("青田县", "庆元县", "徐闻县", "宁化县", "沙县区", "德清县", "桐庐县", "安吉县")
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
ENTITIES = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "ha">{LAUGHS}]><w>&a8;</w>'
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def text(number: int) -> str:
    """A sound report; no two numbers give the same."""
    place, year = PLACES[number % len(PLACES)], 2010 + number // len(PLACES) % 15
    rng = random.Random(number)  # noqa: S311
    many, rate = (lambda: rng.randrange(1000, 99_999)), (lambda: f"{rng.randrange(80, 99)}.{rng.randrange(10)}%")
    return f"""{place}政务服务中心{year}年工作报告
{year}年，{place}政务服务中心以企业和群众需求为导向，持续深化改革，优化办事流程，各项工作取得新进展，现将有关情况报告如下。
一、推进“跨省通办”。与多地建立协作机制，设立专门窗口，全年办理跨省通办业务{many()}件，群众满意率达{rate()}。
二、推行“一件事一次办”。梳理上线主题{rng.randrange(10, 90)}个，累计办理{many()}件，平均压缩办理时限{rate()}。
三、提升网上办事能力。政务服务事项网上可办率达{rate()}，归集电子证照{many()}张，减少群众提交材料{many()}份。
四、存在的问题。部分窗口人员业务能力有待提高，数据共享还不够充分，个别事项办理环节偏多，与群众期盼仍有差距。
{place}政务服务中心
{year + 1}年1月{1 + number % 28}日
"""


def warc(page: bytes, address: str = "https://example.org/1.html") -> bytes:
    """A crawl of one page."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def _lines(number):
    return text(number).splitlines()


def _mhtml(number):
    page = making.page(_lines(number)).encode()
    head = (
        b'Content-Type: multipart/related; boundary="xx"\r\n\r\n--xx\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
    )
    return head + page + b"\r\n--xx--\r\n"


SOUND = {
    "a.txt": lambda n: text(n).encode(),
    "bom.txt": lambda n: text(n).encode("utf-8-sig"),
    "gbk.txt": lambda n: text(n).encode("gb18030"),
    "utf16.txt": lambda n: text(n).encode("utf-16"),
    "page.html": lambda n: making.page(_lines(n)).encode(),
    "gbk.shtml": lambda n: making.page(_lines(n), "gb2312").encode("gb18030"),
    "wrongly-declared.html": lambda n: making.page(_lines(n), "gb2312").encode(),
    "page.txt.do": lambda n: making.page(_lines(n)).encode(),
    "print.pdf": lambda n: making.report_pdf(_lines(n), "政务公开"),
    "called-text.txt": lambda n: making.report_pdf(_lines(n)),
    "report.docx": lambda n: making.report_docx(_lines(n)),
    "rows.jsonl": lambda n: json.dumps({"text": text(n)}).encode(),
    "rows.csv": lambda n: f'id,text\r\n{n},"{text(n)}"\r\n'.encode("utf-8-sig"),
    "packed.zip": lambda n: making.zipped({"r.txt": text(n)}),
    "packed.txt.gz": lambda n: gzip.compress(text(n).encode(), mtime=0),
    "crawl.warc": lambda n: warc(making.page(_lines(n)).encode()),
    "saved.mhtml": _mhtml,
    "digits.txt": lambda n: (text(n) + f"另有编号{'9' * 1000}件、{'8' * 5000}项。\n").encode(),
}  # fmt: skip
"""Kinds of files that are read, by the ends of their names."""


@cache
def _many_pages():
    return making.pdf([[]] * 10_000)


def _lost(number):
    return "".join(c if i % 3 else "???" for i, c in enumerate(text(number))).encode()


def _damaged_zip(number):
    data = bytearray(making.zipped({"r.txt": text(number) * 9}))
    data[60:90] = bytes(30)
    return bytes(data)


BROKEN = {
    "empty.txt": (lambda _: b"", "is empty"),
    "blank.txt": (lambda _: b" \n\t\n", "has no text"),
    "rubbish.txt": (lambda n: random.Random(n).randbytes(3000), "is binary"),  # noqa: S311
    "mojibake.txt": (lambda n: text(n).encode("gb18030").decode("latin-1").encode(), "is garbled: it was GB18030"),
    "lost.txt": (_lost, "has lost its characters"),
    "cut.pdf": (lambda n: making.report_pdf(_lines(n))[:400], "is a broken or truncated PDF"),
    "cut.docx": (lambda n: making.report_docx(_lines(n))[:4000], "is broken or truncated"),
    "cut.txt.gz": (lambda n: gzip.compress(text(n).encode() * 9)[:80], "is a broken or truncated gzip file"),
    "cut.warc": (lambda n: warc(making.page(_lines(n)).encode())[:-900], "is a broken or truncated WARC file"),
    "damaged.zip": (_damaged_zip, "can't be unpacked"),
    "locked.pdf": (lambda _: making.locked_pdf(), "is locked by a password"),
    "locked.docx": (lambda _: OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "is locked by a password"),
    "bomb.zip": (lambda _: making.zipped({"r.txt": bytes(20_000_000)}), "unpacks to more than 10 MB"),
    "bomb.txt.gz": (lambda _: gzip.compress(bytes(20_000_000)), "unpacks to more than 10 MB"),
    "nested.zip": (lambda n: making.zipped({"z.zip": making.zipped({"r.txt": text(n)})}), "is an archive within"),
    "slip.zip": (lambda n: making.zipped({"../../etc/cron.d/r.txt": text(n)}), "points out of its archive"),
    "pages.pdf": (lambda _: _many_pages(), "has 10,000 pages; the limit is 2,000"),
    "tags.html": (lambda _: b"<html><body>" + b"<b>" * 1_000_000 + "办".encode(), "elements more than 2,048 deep"),
    "wide.html": (lambda _: b"<html><body>" + b"<b>x</b>" * 600_000, "or more than 500,000"),
    "entities.docx": (lambda _: making.zipped({"word/document.xml": ENTITIES}), "declares XML entities"),
    "old.doc": (lambda _: OLD_OFFICE, "is an old Office file"),
    "seal.ofd": (lambda _: making.zipped({"OFD.xml": "<ofd/>"}), "is an OFD file"),
    "sheet.xlsx": (lambda _: making.zipped({"xl/workbook.xml": "<w/>"}), "is an Excel table"),
    "rich.rtf": (lambda _: b"{\\rtf1 x}", "is RTF"),
    "packed.rar": (lambda _: b"Rar!\x1a\x07\x00" + bytes(99), "is a RAR archive"),
    "no-text.csv": (lambda _: b"name,age\na,1\n", "has no column 'text'"),
    "no.jsonl": (lambda _: b'{"text": ', "is no JSON"),
    "deep.jsonl": (lambda _: b'{"text":' + b"[" * 200_000, "is no JSON"),
    "scripts.html": (lambda _: b"<html><body><script>x()</script></body></html>", "has no text"),
}  # fmt: skip
"""What can go wrong with a file, by the end of its name, and what is said of it."""
LARGE = {"line.txt": (lambda _: ("办" * 17_000_000).encode(), "characters; the limit is 3,000,000")}
"""The same, of 50 MB."""


def slow_texts() -> dict[str, str]:
    """Texts that make the expressions of a careless reader go back and forth."""
    return {
        "brackets": "（" * 20_000 + "件",
        "digits": "1,2" * 20_000 + "件",
        "blanks": "办理" + " " * 60_000 + "件",
        "commas": "其中，" * 20_000,
        "names": "省市县区" * 15_000,
        "quotes": "“推行" * 20_000,
        "years": "2023年" * 15_000,
        "numerals": "一二三四五六七八九十百千万亿" * 4_000,
        "marks": "<a " * 20_000,
        "percent": "%" * 60_000,
    }


def fill(folder: Path, count: int) -> dict[str, str]:
    """Fill a folder: four sound files to a broken one. Return what is to be said of each broken one, by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    expected: dict[str, str] = {}
    broken, sound = [*BROKEN.items()], [*SOUND.items()]
    for number in range(count):
        if number % 5 == 4:
            end, (make, what) = broken[number // 5 % len(broken)]
            expected[f"{number:03}-{end}"] = what
        else:
            end, make = sound[(number - number // 5) % len(sound)]
        (folder / f"{number:03}-{end}").write_bytes(make(number))
    return expected


def spoil(folder: Path, *, hangs: bool) -> dict[str, str]:
    """Add a pipe, a link out of the folder, files that kill or hang their reader, and one whose name is in GBK."""
    os.mkfifo(folder / "pipe.txt")
    (folder / "out.txt").symlink_to("/etc/hostname")
    (folder / "kills.txt").write_text(text(9001), encoding="utf-8")
    if hangs:
        (folder / "hangs.txt").write_text(text(9002), encoding="utf-8")
    Path(os.fsdecode(os.fsencode(folder) + "/损坏.txt".encode("gb18030"))).write_bytes(b"\0\1")
    return {
        "pipe.txt": "is no file but a pipe, socket or device",
        "out.txt": "is a link out of its folder",
        "kills.txt": "ends the process that reads it",
        "损坏.txt": "is binary",
    } | ({"hangs.txt": "takes longer than"} if hangs else {})


def deadly(paths, recipe):
    """Like `shards.work`, but the names of some files say what they do to whoever reads them."""
    deadline.GRACE = 1
    for path in paths:
        if "kills" in path:
            os.kill(os.getpid(), signal.SIGKILL)
        if "hangs" in path:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
            with within(recipe.limits.seconds, path):
                ctypes.PyDLL(None).sleep(600)  # a library that never comes back, and keeps the interpreter locked
    return shards.work(paths, recipe)


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500)
