"""The shipped digests and their gold: own words, enough figures, and offsets that hold."""

import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kg.text.fold import fold

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "data/reports"
GOLD = ROOT / "data/gold"
SHARED = ROOT.parent / "shared"
DIGESTS = sorted(REPORTS.glob("*.txt"))
GOLDS = sorted(GOLD.glob("*.json"))
COUNT = 15  # digests shipped
RUN = 15  # characters that no digest shares with a source; 《titles》 are quoted as they are
NAMES_RUN = 22  # gold lists names side by side, so that two of a source's may meet
LARGE = {"2024-沙县区", "2024-兴国县", "2024-徐闻县"}  # the three annual reports: 25 figures or more each

NUMERAL = re.compile(r"[0-9]+|[〇零一二两三四五六七八九十百千万亿半]+")
WORDS = (
    "统一",
    "进一步",
    "唯一",
    "一律",
    "一致",
    "一定",
    "一体",
    "一起",
    "一道",
    "十分",
    "百姓",
    "四川",
    "三明",
)  # no numerals


def gold(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def squeeze(text: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"《[^》]*》", "", fold(text)))


def names(judged: dict[str, Any], kind: str) -> set[str]:
    return {name for e in judged["entities"] if e["type"] == kind for name in (e["name"], *e["aliases"])}


def test_every_digest_has_its_gold_and_a_row_in_the_readme() -> None:
    assert len(DIGESTS) == COUNT
    assert [p.stem for p in DIGESTS] == [p.stem for p in GOLDS]
    readme = (ROOT / "data/README.md").read_text("utf-8")
    for path in GOLDS:
        figures = sum(q["metric"] is True for q in gold(path)["quantities"])
        assert re.search(rf"^\| `{path.stem}\.txt` .*\| {figures} \|$", readme, re.MULTILINE), path.stem
        if path.stem in LARGE:
            assert figures >= 25


@pytest.mark.parametrize("path", [*DIGESTS, *GOLDS], ids=lambda p: p.name)
def test_it_is_said_in_our_own_words(path: Path) -> None:
    sources = [*SHARED.glob("reports/*.txt"), *SHARED.glob("texts/*.txt")]
    if not sources:
        pytest.skip("the source documents are not beside the project; they are not shipped")
    ours = squeeze(text_of(path))
    run = RUN if path.suffix == ".txt" else NAMES_RUN
    runs = {ours[i : i + run] for i in range(len(ours) - run + 1)}
    for source in sources:
        original = squeeze(source.read_text("utf-8", "replace"))
        shared = next((s for i in range(len(original) - run + 1) if (s := original[i : i + run]) in runs), None)
        assert shared is None, f"{path.name} repeats {source.name}: {shared}"


def test_both_scripts_are_shipped() -> None:
    traditional = {
        p.stem for p in DIGESTS if sum(a != b for a, b in zip(text_of(p), fold(text_of(p)), strict=True)) > 100
    }
    assert traditional == {"2024-兴国县"}


@pytest.mark.parametrize("path", DIGESTS, ids=lambda p: p.stem)
def test_a_digest_is_clean_text(path: Path) -> None:
    text = text_of(path)
    assert text.endswith("\n")
    assert not re.search(r"[\r\t\ufeff\ufffd]|/work|https?:", text)


@pytest.mark.parametrize("path", GOLDS, ids=lambda p: p.stem)
def test_gold_is_of_this_very_text_and_its_spans_hold(path: Path) -> None:
    judged = gold(path)
    source = REPORTS / judged["doc"]
    assert hashlib.sha256(source.read_bytes()).hexdigest() == judged["sha256"]
    text = text_of(source)
    ends = 0
    for q in judged["quantities"]:
        assert text[q["start"] : q["end"]] == q["text"]
        assert q["start"] >= ends  # in order, none overlapping
        ends = q["end"]


@pytest.mark.parametrize("path", GOLDS, ids=lambda p: p.stem)
def test_gold_lists_every_numeral(path: Path) -> None:
    judged = gold(path)
    text = fold(text_of(REPORTS / judged["doc"]))
    words = [m.span() for m in re.finditer("|".join(WORDS), text)]
    covered = words + [(q["start"], q["end"]) for q in judged["quantities"]]
    found = [m.span() for m in NUMERAL.finditer(text)]
    missing = [text[a - 6 : b + 6] for a, b in found if not any(c < b and a < d for c, d in covered)]
    assert missing == []
    assert len(found) > 20


@pytest.mark.parametrize("path", GOLDS, ids=lambda p: p.stem)
def test_gold_is_well_formed(path: Path) -> None:
    judged = gold(path)
    assert set(judged) == {"doc", "sha256", "meta", "entities", "quantities", "relations", "checks"}
    assert {e["type"] for e in judged["entities"]} <= {"Region", "Agency", "Reform", "Platform", "Policy"}
    reforms, platforms, regions = (names(judged, kind) for kind in ("Reform", "Platform", "Region"))
    for q in judged["quantities"]:
        if q["metric"] is False:
            assert set(q) == {"start", "end", "text", "metric"}
            continue
        assert q["metric"] in {True, "optional"}
        assert q["modality"] in {"actual", "target"}
        assert q["must"]
        assert q["unit"]
        assert set(q["reform"]) - {None} <= reforms
        assert set(q["platform"]) - {None} <= platforms
    objects = {"adopts": (reforms,), "deliveredThrough": (reforms, platforms), "partner": (reforms, regions)}
    for predicate, *args in judged["relations"]:
        known = objects[predicate]
        assert args[len(known) :] in ([], ["optional"])
        assert all(arg in accepted for arg, accepted in zip(args, known, strict=False)), args


@pytest.mark.parametrize("path", GOLDS, ids=lambda p: p.stem)
def test_the_arithmetic_of_gold_holds(path: Path) -> None:
    judged = gold(path)
    values = {q["start"]: q.get("value") for q in judged["quantities"]}
    for check in judged["checks"]:
        for part in (check["claimed"], *check["operands"]):
            assert values[part["start"]] == part["value"]
        operands = [Decimal(str(o["value"])) for o in check["operands"]]
        derived = sum(operands) if check["kind"] == "sum" else operands[0] / operands[1] * 100
        assert abs(derived - Decimal(str(check["derived"]))) < Decimal("0.001")
