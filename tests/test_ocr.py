"""Pictures of text: read where the extra is installed, named with the remedy where it is not."""

import importlib.util
import json
import zlib

import pytest

from kg.ask.query import rows, run
from kg.builds.build import build
from kg.cli import main
from kg.graph.store import open_store
from kg.readers import ocr
from kg.readers.read import documents, read
from tests import making

LINES = [
    "青田县政务服务中心2022年工作总结",
    "一、推进“跨省通办”。全年办理跨省通办业务1854件，群众满意率达99.8%，平均压缩办理时限76.5%，减少申请材料1260份。",
    "二、提升网上办事能力。归集电子证照12.6万张。",
]
installed = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None or making.font() is None,
    reason="pip install 'reform-kg[ocr]'; apt install fonts-noto-cjk",
)


def put(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def faults_of(path):
    faults = []
    found = list(documents(path, faults))
    return found, faults


@pytest.fixture
def without(monkeypatch):
    """As if the extra were not installed."""
    monkeypatch.setattr(ocr, "is_there", lambda: False)


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("r.png", b"\x89PNG\r\n\x1a\n" + bytes(99), "is a picture"),
        ("r.jpg", b"\xff\xd8\xff\xe0" + bytes(99), "is a picture"),
        ("r.pdf", making.pdf([[], []], pictures=True), "is a scan"),
    ],
)
@pytest.mark.usefixtures("without")
def test_without_the_extra_one_entry_names_the_remedy(tmp_path, name, data, what):
    found, (fault,) = faults_of(put(tmp_path, name, data))

    assert not found
    assert what in fault.what
    assert "pip install 'reform-kg[ocr]'" in fault.mend


@pytest.mark.usefixtures("without")
def test_a_page_that_is_a_picture_among_others_is_named(tmp_path):
    text = [(90, 760 - 24 * i, 16, LINES[1][:20] + str(i)) for i in range(9)]
    scanned = making.pdf([text, []], pictures=True)
    found, (fault,) = faults_of(put(tmp_path, "r.pdf", scanned))

    assert len(found) == 1
    assert fault.where.endswith("r.pdf, page 2")
    assert "reform-kg[ocr]" in fault.mend


def chunk(body):
    return (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def png(width, height):
    """A picture that claims to be of that size, and breaks off."""
    head = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(head) + chunk(b"IDAT")


@installed
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "is a broken picture"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "is a broken picture"),
        (png(100, 100), "is a broken picture"),
        (png(9_000, 9_000), "has more than 40,000,000 pixels"),
        (png(10_000, 10_000), "has more than 40,000,000 pixels"),
        (png(100_000, 100_000), "has more than 40,000,000 pixels"),
    ],
)
def test_a_broken_or_huge_picture_is_named(tmp_path, data, what):
    found, (fault,) = faults_of(put(tmp_path, "r.png", data))

    assert not found
    assert what in fault.what
    assert fault.mend


@installed
def test_a_picture_is_read_and_marked(tmp_path, capsys):
    path = put(tmp_path, "r.png", making.picture(LINES))
    found = read(path)
    assert found.text.split("\n") == LINES
    assert found.given["ocr"] == "page 1"
    assert not found.stored
    with pytest.raises(SystemExit):
        main(["extract", str(path)])
    stated = json.loads(capsys.readouterr().out)
    assert stated["document"]["ocr"] == "page 1"
    assert {o["text"] for o in stated["observations"]} >= {"1854件", "99.8%", "76.5%", "12.6万张"}
    for o in stated["observations"]:
        assert stated["document"]["text"][o["start"] : o["end"]] == o["text"]


@installed
def test_a_scan_is_read_and_the_graph_says_so(tmp_path):
    put(tmp_path, "r.pdf", making.picture(LINES, fmt="PDF"))
    put(tmp_path, "r.txt", "\n".join(LINES).replace("1854", "1855").encode())
    build([tmp_path / "r.pdf", tmp_path / "r.txt"], tmp_path / "g")
    question = "SELECT ?file ?ocr { ?doc kg:path ?file OPTIONAL { ?doc kg:byOcr ?ocr } }"
    marked = {str(row["file"]): str(row["ocr"]) for row in rows(run(open_store(tmp_path / "g"), question))}

    assert marked == {"r.pdf": "True", "r.txt": "None"}
