"""The figures: hand cases, and agreement with the scorer that judges the project, where it is there."""

import copy
import importlib.util
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import UnreadableFile
from kg.evaluate import evaluate, evaluate_folder

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "data" / "gold"
SCORER = ROOT.parent / "shared" / "extraction" / "score.py"

QUANTITY = {
    "start": 10, "end": 12, "text": "90", "metric": True, "value": 90, "unit": ["项"], "must": [["通办"]],
    "must_not": ["省内"], "reform": ["跨省通办"], "platform": [None], "modality": "actual", "approximate": False,
}  # fmt: skip
OBSERVATION = {
    "start": 10, "end": 13, "value": 90, "unit": "项", "indicator": "跨省通办事项", "reform": "“跨省通办”改革",
    "platform": None, "modality": "actual", "approximate": False,
}  # fmt: skip


def gold(quantities=(), entities=(), relations=(), **meta):
    return {"doc": "a.txt", "meta": meta, "quantities": quantities, "entities": entities, "relations": relations}


def figures(judged, observations=(), mentions=(), relations=(), **document):
    found = {"document": document, "mentions": mentions, "observations": observations, "relations": relations}
    return evaluate([judged], {"a": found}).figures


def test_a_fact_is_right_when_all_its_parts_are():
    assert figures(gold([QUANTITY]), [OBSERVATION])["fact.f1"] == 1


@pytest.mark.parametrize(
    ("part", "value"),
    [("value", 91), ("unit", "件"), ("indicator", "省内通办事项"), ("reform", "一网通办"), ("platform", "闽政通")],
)
def test_one_wrong_part_makes_a_fact_wrong(part, value):
    found = figures(gold([QUANTITY]), [OBSERVATION | {part: value}])

    assert found["fact.f1"] == 0
    assert found["number.f1"] == 1
    assert found[f"part.{part}.accuracy"] == 0


def test_modality_is_a_part_of_no_fact():
    assert figures(gold([QUANTITY]), [OBSERVATION | {"modality": "target"}])["fact.f1"] == 1


@pytest.mark.parametrize(("metric", "precision"), [(False, 0.5), ("optional", 1)])
def test_a_number_on_a_date_is_false_and_one_on_a_debatable_numeral_is_not(metric, precision):
    later = {"start": 20, "end": 22}
    judged = gold([QUANTITY, QUANTITY | later | {"metric": metric}])

    assert figures(judged, [OBSERVATION, OBSERVATION | later])["number.precision"] == precision


def test_an_alias_is_the_entity_and_an_optional_one_may_be_missing():
    judged = gold(
        entities=[
            {"type": "Reform", "name": "免证办", "aliases": ["免证照"], "required": True},
            {"type": "Reform", "name": "首问负责制", "required": False},
        ]
    )

    assert figures(judged, mentions=[{"type": "Reform", "label": "免证照"}])["entity.Reform.f1"] == 1
    assert figures(judged, mentions=[{"type": "Reform", "label": "优化营商环境"}])["entity.Reform.f1"] == 0


def test_relations_are_compared_by_what_their_ends_mean():
    judged = gold(
        entities=[{"type": "Platform", "name": "e三明", "aliases": ["e三明APP"]}],
        relations=[["deliveredThrough", "一件事", "e三明"], ["adopts", "一件事"], ["adopts", "好差评", "optional"]],
    )
    said = [
        {"predicate": "deliveredThrough", "subject": "一件事改革", "object": "e三明APP"},
        {"predicate": "adopts", "subject": "350405", "object": "一件事"},
    ]

    found = figures(judged, relations=said)

    assert (found["relation.deliveredThrough.f1"], found["relation.adopts.f1"]) == (1, 1)


def test_a_field_has_several_accepted_answers():
    found = figures(gold(publisher=["甲局", "甲县甲局"], region="350405"), publisher="甲县甲局", region=None)

    assert (found["meta.publisher.accuracy"], found["meta.region.accuracy"]) == (1, 0)
    assert found["meta.number.accuracy"] == 1  # neither says one


def test_a_document_without_prediction_counts_as_empty():
    assert evaluate([gold([QUANTITY])], {}).figures["fact.recall"] == 0


CHECK = {"kind": "ratio", "claimed": {"start": 30}, "operands": [{"start": 10}, {"start": 20}]}


@pytest.mark.parametrize(
    ("checks", "precision", "recall"),
    [
        ([CHECK], 1, 1),
        ([CHECK | {"kind": "growth", "operands": CHECK["operands"][::-1]}], 1, 1),  # named and ordered otherwise
        ([CHECK | {"operands": CHECK["operands"][:1]}], 0, 0),
        ([CHECK, CHECK | {"claimed": {"start": 40}}], 0.5, 1),
        ([], 0, 0),
    ],
)
def test_a_check_is_right_when_it_relates_the_same_figures(checks, precision, recall):
    scores = evaluate([gold() | {"checks": [CHECK]}], {"a": {"checks": checks}})
    assert (scores.figures["check.precision"], scores.figures["check.recall"]) == (precision, recall)
    whats = [m.what for m in scores.mistakes if m.what.startswith("check")]
    assert whats.count("check missed") == (recall == 0)
    assert whats.count("check false") == len(checks) - round(precision * len(checks))


def test_an_optional_check_is_neither_asked_for_nor_punished():
    optional = gold() | {"checks": [CHECK | {"optional": True}, CHECK | {"claimed": {"start": 50}}]}
    found = evaluate([optional], {"a": {"checks": [CHECK, CHECK | {"claimed": {"start": 50}}]}}).figures
    assert (found["check.precision"], found["check.recall"]) == (1, 1)


def test_where_no_checks_are_judged_or_found_they_have_no_figure():
    assert not any(name.startswith("check") for name in figures(gold()))
    assert not any(
        name.startswith("check") for name in evaluate([gold() | {"checks": []}], {"a": {"checks": []}}).figures
    )


def test_the_checks_of_the_digests_are_found():
    found = evaluate_folder(GOLD).figures
    assert (found["check.precision"], found["check.recall"]) == (1, 1)


def test_every_mistake_is_listed():
    scores = evaluate([gold([QUANTITY], region="350405")], {})

    assert {m.what for m in scores.mistakes} == {"missed", "region"}


def test_a_folder_without_gold_is_an_error(tmp_path):
    with pytest.raises(UnreadableFile, match="no gold file"):
        evaluate_folder(tmp_path)


def test_the_command_holds_floors():
    run = CliRunner().invoke(main, ["eval", str(GOLD), "--require", "fact.f1=1.01"])

    assert run.exit_code == 1
    assert "fact.f1" in run.output


def shaken(prediction, chance):
    """A prediction with things taken away, doubled, moved and changed."""
    found = copy.deepcopy(prediction)
    for name in ("observations", "mentions", "relations"):
        kept = [x for x in found.get(name, []) if chance.random() > 0.2]
        found[name] = kept + [copy.deepcopy(x) for x in kept if chance.random() < 0.1]
        chance.shuffle(found[name])
    for o in found["observations"]:
        part = chance.choice(["value", "unit", "reform", "platform", "indicator", "approximate", "modality", "start"])
        if part == "start":
            moved = chance.randint(-6, 6)
            o["start"], o["end"] = o["start"] + moved, o["end"] + moved
        elif chance.random() < 0.4:
            o[part] = chance.choice({"value": [1, 7.5, "7", None], "approximate": [True, False, None]}.get(part, WORDS))
    for m in found["mentions"]:
        if chance.random() < 0.2:
            m["label"] = chance.choice([m["label"][:-1], f"“{m['label']}”改革", m["label"] + "平台", None])
    for r in found["relations"]:
        if chance.random() < 0.2:
            r[chance.choice(["subject", "object"])] = chance.choice(["跨省通办", "海南省", "e三明平台"])
    for name in found["document"]:
        if chance.random() < 0.3:
            found["document"][name] = chance.choice([None, "2024", found["document"][name]])
    return found


WORDS = ["件", "跨省通办改革", "actual", "target", "", None]


@pytest.mark.skipif(not SCORER.exists(), reason="the other scorer (../shared/extraction/score.py) is not here")
@pytest.mark.parametrize("seed", range(24))
def test_the_figures_agree_with_the_other_scorer(seed, extracted):
    spec = importlib.util.spec_from_file_location("score", SCORER)
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    golds = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLD.glob("*.json"))]
    chance = random.Random(seed)  # noqa: S311  repeatable, not secret
    found = {stem: shaken(prediction, chance) for stem, prediction in extracted.items()}

    ours = evaluate(golds, found).figures
    theirs = other.score(golds, found, [])

    wanted = {"precision", "recall", "f1", "accuracy"}
    flat = {f"{name}.{f}": v for name, values in theirs.items() for f, v in values.items() if f in wanted}
    assert ours == pytest.approx(flat, abs=1e-9)
    assert len(flat) > 40
