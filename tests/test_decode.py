"""Bytes to text: every encoding that reports come in, and every way in which they come garbled."""

import csv
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnreadableFile
from kg.readers.decode import decode, likeness

CASES = list(csv.DictReader(Path("tests/cases/decode.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t"))
TEXTS = [case for case in CASES if case["kind"] == "synthetic"]
LONG = "松河县政务服务局推进“云上通办”，全年办理事项3.25万件，网上办件率达92.5%。\n" * 40
TRADITIONAL = opencc.OpenCC("s2t").convert(LONG)


def test_no_case_was_lost():
    assert len(CASES) >= 12
    assert {case["kind"] for case in CASES} == {"synthetic", "negative"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["text"][:12])
def test_simplified_text_is_read_in_every_encoding(case, encoding):
    assert decode(case["text"].encode(encoding), "r.txt") == case["text"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs"])
@pytest.mark.parametrize("case", [c for c in TEXTS if len(c["text"]) > 5], ids=lambda case: case["text"][:12])
def test_traditional_text_is_read_in_every_encoding(case, encoding):
    text = opencc.OpenCC("s2t").convert(case["text"])

    assert decode(text.encode(encoding), "r.txt") == text


@pytest.mark.parametrize("declared", ["utf-8", "big5", "iso-8859-1", "hex", "idna", "no-such", "", "\0"])
def test_what_is_declared_wrongly_is_not_believed(declared):
    assert decode(LONG.encode("gb18030"), "r.html", declared) == LONG
    assert decode(LONG.encode(), "r.html", declared) == LONG


def test_newlines_stay_and_a_byte_order_mark_goes():
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n", "r.txt") == "a\r\nb\rc\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("cut", [1, 2])
def test_a_last_character_that_breaks_off_is_dropped(encoding, cut):
    """A download that stopped, or a portal that keeps so many bytes of a text."""
    text = decode((LONG + "省").encode(encoding)[:-cut], "r.txt")

    assert text.startswith(LONG)


def test_a_stray_byte_in_a_long_text_is_one_character():
    data = LONG.encode("gb18030")
    text = decode(data[:400] + b"\xff" + data[400:], "r.html")

    assert text.count("\ufffd") == 1
    assert text.replace("\ufffd", "") == LONG


@pytest.mark.parametrize(
    ("was", "taken"),
    [
        ("utf-8", "gb18030"),
        ("utf-8", "cp1252"),
        ("utf-8", "latin-1"),
        ("gb18030", "cp1252"),
        ("gb18030", "latin-1"),
        ("gb18030", "big5hkscs"),
    ],
)
def test_garbled_text_is_refused_with_the_way_back(was, taken):
    garbled = LONG.encode(was).decode(taken, "ignore").encode()
    with pytest.raises(UnreadableFile, match="is garbled") as error:
        decode(garbled, "r.txt")

    assert f"-t {taken}" in error.value.mend or taken == "latin-1"


@pytest.mark.parametrize(
    "lost",
    [
        LONG.encode("gb18030").decode("utf-8", "replace").encode(),
        LONG.encode("ascii", "replace"),
        "\ufffd\ufffd".encode().decode("gb18030").encode() * 20,
        TRADITIONAL.encode("big5hkscs").decode("gb18030", "replace").encode(),
    ],
    ids=["replaced", "question marks", "锟斤拷", "Big5 taken for GBK"],
)
def test_text_whose_characters_are_gone_is_refused(lost):
    with pytest.raises(UnreadableFile, match=r"lost its characters|is garbled"):
        decode(lost, "r.txt")


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "negative"], ids=lambda case: case["text"][:20])
def test_odd_but_sound_text_is_not_taken_for_garbled(case):
    assert decode(case["text"].encode(), "r.txt") == case["text"]


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 9, b"\0" * 500, b"\x7fELF\x02\x01\x01" + bytes(60), LONG.encode() + b"\0" * 99]
)
def test_binary_rubbish_is_refused(data):
    with pytest.raises(UnreadableFile, match="is binary") as error:
        decode(data, "r.txt")

    assert "r.txt, byte" in error.value.where or "r.txt, character" in error.value.where


def test_mixed_encodings_are_refused_and_counted():
    data = LONG.encode() + "啊".encode("gb18030") * 30
    with pytest.raises(UnreadableFile, match=r"has \d+ broken bytes in its UTF-8"):
        decode(data + LONG[:500].encode(), "r.txt")


def test_likeness_tells_prose_from_wrong_decodings():
    assert likeness(LONG) == likeness(TRADITIONAL) == 1
    assert likeness(LONG.encode().decode("gb18030", "ignore")) < 0.6
    assert likeness("no Chinese") is None


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    try:
        text = decode(data, "r.txt")
    except UnreadableFile as error:
        assert error.mend  # noqa: PT017  either will do
    else:
        assert "\0" not in text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_utf8_text_is_never_changed(text):
    try:
        assert decode(text.encode(), "r.txt") == text.removeprefix("\ufeff")
    except UnreadableFile as error:
        assert "garbled" in error.what or "lost" in error.what  # noqa: PT017  random letters may look so
