"""Readers and extractor against whatever comes: damaged files of every kind, texts of the pieces that rules look for.

    python -m tests.fuzz [SECONDS] [FIRST SEED]     600 seconds by default (`make fuzz-readers`)

What must hold: each file gives documents or faults that name it and their remedy; nothing raises; offsets hold. A find
is shrunk, printed with its seed, and belongs into `tests/test_fuzz.py`.
"""

import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from kg.extract import extract, to_json
from kg.graph.report import to_nquads
from kg.graph.reposts import sketch
from kg.graph.store import ox
from kg.model import Document
from kg.readers.deadline import within
from kg.readers.read import document, documents
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from tests import hostile

SLOW = 30  # seconds for one input
PIECES = (
    *"，。、；：！？（）()“”《》〔〕[]【】%％ \t\n\r\u3000|/·.-—~～<>&#*_=+",
    *"零〇一二三四五六七八九十百千万亿两半几多余约近超达至为的和与及或在比较同",
    *"件项个次人户家元天日月年号条份名张台",
    *("2023年", "1月", "同比增长", "下降", "其中", "分别", "不少于", "力争", "18.67万", "1,260", "1 854", "99.8%"),
    *("青田县", "浙江省", "我县", "全市", "市政务服务局", "人民政府", "高新区", "上海", "朝阳", "开发区", "办公室"),
    *("推行", "“跨省通办”", "一件事一次办", "一网通办", "依托", "平台", "系统", "办理", "事项", "改革", "率", "完成"),
    *("一、", "（一）", "1.", "第一条", "一是", "二是", "附件：", "《实施方案》", "沙政〔2025〕2号", "报告"),
    *("\ufeff", "\u200b", "\ufffd", "\x00", "\ud800", "\U00020000", "e\u0301", "縣", "雲", "０１２", "½", "①", "<p>"),
)  # fmt: skip
"""What rules listen to, and what makes trouble."""
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=300).map("".join)
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.binary(max_size=24) | st.sampled_from([b"\0" * 8, b"\xff" * 8, b"<" * 9]),
        st.integers(0, 80),
    ),
    max_size=6,
)


@cache
def _known():
    return load_lexicon(), load_gazetteer()


@cache
def _sound(kind: str, number: int) -> bytes:
    return hostile.SOUND[kind](number)


def damaged(kind: str, number: int, edits) -> bytes:
    """A sound file with pieces put in and others taken out."""
    data = _sound(kind, number)
    for at, patch, drop in edits:
        place = int(at * len(data))
        data = data[:place] + patch + data[place + drop :]
    return data


def check_document(found: Document) -> None:
    """What is stated about a document holds in its text, and can be written down."""
    assert len(found.folded) == len(found.text)
    with within(SLOW, "fuzz"):
        extraction = extract(found, *_known())
        stated = to_json(extraction, rejected=True)
    for kind in ("mentions", "observations", "rejected"):
        for one in stated[kind]:
            assert found.text[one["start"] : one["end"]] == one["text"]
    sketch(found.folded)
    ox.Store().load(to_nquads(extraction, _known()[1], _known()[0]).encode("utf-8"), ox.RdfFormat.N_QUADS)


def check_text(text: str) -> None:
    """A text in memory."""
    check_document(document(text, "fuzz.txt"))


def check_bytes(data: bytes, name: str) -> None:
    """A file."""
    with tempfile.TemporaryDirectory() as folder:
        path, faults = Path(folder) / name, []
        path.write_bytes(data)
        with within(SLOW, "fuzz"):
            found = list(documents(path, faults))
    for fault in faults:
        assert str(path) in fault.where
        assert fault.mend
    for each in found:
        check_document(each)


def rounds(number: int, examples: int):
    """Return two tests, of texts and of files, with so many examples each."""
    options = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    kinds = st.sampled_from(sorted(hostile.SOUND))

    @seed(number)
    @options
    @given(TEXTS)
    def texts(text):
        check_text(text)

    @seed(number)
    @options
    @given(kinds, kinds, st.integers(0, 7), EDITS)
    def files(kind, name, nth, edits):
        check_bytes(damaged(kind, nth, edits), name)

    return texts, files


def main(seconds: int = 600, first: int = 1) -> None:
    """Fuzz for so many seconds; raise at the first find."""
    number, examples, until = first, 100, time.monotonic() + seconds
    while time.monotonic() < until:
        for part in rounds(number, examples):
            part()
        number += 1
        print(f"{(number - first) * examples} texts and as many files, seeds {first} to {number - 1}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
