"""Two invented reports on invented regions, as the stages would hand them on; and the least of a gazetteer."""

import shutil
from decimal import Decimal
from pathlib import Path

from kg.model import (
    Extraction,
    Kind,
    Mention,
    Meta,
    Modality,
    Observation,
    Quantity,
    Relation,
    Span,
)
from kg.readers.read import document
from kg.resources import ontology_path
from kg.terms.gazetteer import Division, Gazetteer
from kg.terms.lexicon import load_lexicon

TITLE = "松河县政务服务局2023年度工作报告"
TEXT = f"""{TITLE}
推行“云上通办”改革，依托松政通平台办理“云上通办”事项约3.25万件，网上办件率达92.5%。
与望川省共同推进“云上通办”，引用《松河县便民服务办法》。

力争2024年不少于1,200项。
"""
OLD_TITLE = "霧嶺區行政審批局2022年工作總結"
OLD_TEXT = f"""{OLD_TITLE}
推進雲上通辦，辦理事項860件；設立自助終端"霧\\嶺" 12台。
"""


REGIONS = Gazetteer(
    [
        Division("990000", "云岭省", "province", None, ("云岭",), (), ("岭",)),
        Division("990100", "清溪市", "prefecture", "990000"),
        Division("990101", "松河县", "county", "990100", ("松河",), ("松河市",)),
        Division("990102", "雾岭区", "county", "990100"),
        Division("990121", "雾岭县", "county", "990100", valid_to=2015, successor="990102"),
        Division("", "雾岭高新区", "zone", "990102"),
        Division("980000", "望川省", "province", None),
    ]
)


TERMS = Path(__file__).parent / "cases" / "invented.ttl"
LEXICON = load_lexicon(TERMS.parent)


def ontology(folder: Path) -> Path:
    """A folder with the real vocabulary and the invented terms."""
    for path in (TERMS, ontology_path() / "core.ttl"):
        shutil.copy(path, folder / path.name)
    return folder


def at(text, words, nth=0):
    """The span of the nth occurrence of some words."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(start, start + len(words))


def quantity(text, words, number, value, unit, **marks):
    span = at(text, words)
    return Quantity(span, Span(span.start, span.start + len(number)), Decimal(value), unit, **marks)


def first() -> Extraction:
    doc = document(TEXT, "folder/松河.txt", "ab" * 32)
    sentence = at(TEXT, TEXT.splitlines()[1])
    shared, aim = at(TEXT, TEXT.splitlines()[2]), at(TEXT, TEXT.splitlines()[4])
    meta = Meta(TITLE, "松河县政务服务局", "松政〔2024〕7号", "990101", "云岭省清溪市松河县", "2023", "2024-02-01")
    reform, platform = "云上通办", "松政通"

    def mention(kind, words, label, nth=0, **more):
        return Mention(kind, at(TEXT, words, nth), label, "term", **more)

    return Extraction(
        doc,
        meta,
        (
            mention(Kind.AGENCY, "松河县政务服务局", "松河县政务服务局"),
            mention(Kind.REFORM, "云上通办", reform, known=True),
            mention(Kind.PLATFORM, "松政通平台", platform, known=True),
            mention(Kind.REFORM, "云上通办", reform, 1, known=True),
            mention(Kind.REGION, "望川省", "望川省", code="980000", known=True),
            mention(Kind.POLICY, "《松河县便民服务办法》", "松河县便民服务办法"),
        ),
        (
            Observation(
                quantity(TEXT, "3.25万件", "3.25万", "32500.00", "件", approximate=True),
                "云上通办事项办理量", None, reform, platform, None, "990101", "2023", Modality.ACTUAL, sentence, "left",
            ),
            Observation(
                quantity(TEXT, "92.5%", "92.5", "92.5", "%"),
                "网上办件率", "网上办件率", reform, None, None, "990101", "2023", Modality.ACTUAL, sentence, "left",
            ),
            Observation(
                quantity(TEXT, "1,200项", "1,200", "1200", "项", approximate=True, bound=True),
                "云上通办事项数", None, reform, None, None, "990101", "2024", Modality.TARGET, aim, "list",
            ),
            Observation(
                quantity(TEXT, "1,200项", "1,200", "1200", "项", approximate=True, bound=True),
                "便民事项数", None, None, None, "松河县便民中心", "990101", None, Modality.TARGET, aim, "list",
            ),
        ),
        (
            Relation("990101", "adopts", reform, at(TEXT, reform), sentence, "verb"),
            Relation("990101", "adopts", reform, at(TEXT, reform, 2), shared, "verb"),
            Relation(reform, "deliveredThrough", platform, at(TEXT, "依托松政通平台"), sentence, "cue"),
            Relation(reform, "partner", "望川省", at(TEXT, "望川省"), shared, "cue"),
        ),
    )  # fmt: skip


def second() -> Extraction:
    """In traditional script, with quotes and a backslash in its text, and a reform and platform that no list holds."""
    doc = document(OLD_TEXT, "雾岭.txt", "cd" * 32)
    sentence = at(OLD_TEXT, OLD_TEXT.splitlines()[1])
    meta = Meta(OLD_TITLE, "雾岭区行政审批局", None, "990102", "云岭省清溪市雾岭区", "2022", None)
    coined = '雾\\岭" 1<2>'
    return Extraction(
        doc,
        meta,
        (
            Mention(Kind.REFORM, at(OLD_TEXT, "雲上通辦"), "云上通办", "term", known=True),
            Mention(Kind.PLATFORM, at(OLD_TEXT, '霧\\嶺" 12'), coined, "quoted"),
            Mention(Kind.REGION, at(OLD_TEXT, "霧嶺區"), "雾岭高新区", "suffix"),
        ),
        (
            Observation(
                quantity(OLD_TEXT, "860件", "860", "860", "件"),
                "事项办理量", None, "云上通办", None, None, "990102", "2022", Modality.ACTUAL, sentence, "left",
            ),
            Observation(
                quantity(OLD_TEXT, "12台", "12", "12", "台"),
                "自助终端数", None, None, coined, None, None, "2022-06", Modality.ACTUAL, sentence, "left",
            ),
        ),
        (
            Relation("990102", "adopts", "云上通办", at(OLD_TEXT, "雲上通辦"), sentence, "verb"),
            Relation("雾岭高新区", "adopts", "一窗\n受理", at(OLD_TEXT, "霧嶺區"), sentence, "verb"),
        ),
    )  # fmt: skip


__all__ = ["LEXICON", "OLD_TEXT", "REGIONS", "TEXT", "first", "ontology", "second"]
