"""Extraction quality stays above its floors; only a person lowers one, in a commit that says why."""

from pathlib import Path

import pytest

from kg.evaluate import evaluate_folder

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

FLOORS = {
    # The judged reports: the floors that the project set itself.
    "reports": (
        SHARED / "extraction" / "gold",
        SHARED / "reports",
        {
            "number.f1": 0.97, "fact.f1": 0.90, "part.value.accuracy": 0.99, "part.unit.accuracy": 0.99,
            "part.approximate.accuracy": 0.97, "part.modality.accuracy": 0.97, "entity.Reform.f1": 0.90,
            "entity.Platform.f1": 0.90, "entity.Region.f1": 0.85, "entity.Agency.f1": 0.85, "entity.Policy.f1": 0.85,
            "relation.adopts.f1": 0.90, "meta.publisher.accuracy": 1, "meta.region.accuracy": 1,
            "meta.period.accuracy": 1, "meta.issued.accuracy": 1, "meta.number.accuracy": 1,
        },
    ),
    # News and work reports: the same, for facts.
    "texts": (SHARED / "extraction" / "gold-texts", SHARED / "texts", {"fact.f1": 0.80, "number.f1": 0.95}),
    # The digests that ship: a little under what was measured when the floor was set (2026-11).
    "digests": (
        ROOT / "data" / "gold",
        ROOT / "data" / "reports",
        {
            "number.f1": 0.99, "fact.f1": 0.92, "part.value.accuracy": 0.99, "part.unit.accuracy": 0.99,
            "part.approximate.accuracy": 0.99, "part.modality.accuracy": 0.99, "entity.Reform.f1": 0.97,
            "entity.Platform.f1": 0.97, "entity.Region.f1": 0.99, "entity.Agency.f1": 0.99, "entity.Policy.f1": 0.99,
            "relation.adopts.f1": 0.97, "meta.publisher.accuracy": 1, "meta.region.accuracy": 1,
            "meta.period.accuracy": 1, "meta.issued.accuracy": 1, "meta.number.accuracy": 1,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOORS)
def test_every_figure_is_above_its_floor(name):
    gold, texts, floors = FLOORS[name]
    if not gold.is_dir():
        pytest.skip(f"the judged answers ({gold.relative_to(ROOT.parent)}) are not here")
    figures = evaluate_folder(gold, texts=texts).figures

    assert not {figure: (figures[figure], floor) for figure, floor in floors.items() if figures[figure] < floor}
