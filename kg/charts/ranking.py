"""An indicator across regions: bars, each unit on a scale of its own, bases told apart.

In: rows of the panel. Out: `Bar`s by unit, and the picture. Full bars are of one base, which two regions or more share;
the others are only outlines, with what the report says under the region's name. Out of scope: whether the statements of
a cell agree (`panel`).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.charts.sheet import FAINT, LABEL, NOTE, PAPER, SMALL, SOFT, Sheet, blank, sheet, width_of
from kg.charts.words import Words
from kg.exports.picture import PALETTE
from kg.table import Row, clip

MOST = 20  # bars of a unit
WIDTH = 7.2  # inches
ROW, HEAD, THICK = 0.42, 0.34, 0.17  # heights in inches: of a bar's line, of a unit's heading, of a bar
PHRASE = 40  # terminal cells of a base


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of one region."""

    region: str
    period: str
    value: Decimal | None  # None where the statements of the cell conflict
    written: str  # number and unit as the report writes them, or what the statements say
    base: str  # the report's phrase
    kin: tuple[str, ...]  # what makes figures one base: phrase, months, reform, platform
    approximate: bool


def bars(rows: Sequence[Row]) -> dict[str, list[Bar]]:
    """Return the latest figures of each region by unit, the unit of most figures first, the largest value first."""
    latest: dict[tuple[str, str], str] = {}
    for row in rows:
        at = (str(row["code"] or row["region"]), str(row["unit"] or ""))
        latest[at] = max(latest.get(at, ""), str(row["period"] or ""))
    found: dict[str, list[Bar]] = defaultdict(list)
    for row in rows:
        at = (str(row["code"] or row["region"]), str(row["unit"] or ""))
        if str(row["period"] or "") == latest[at]:
            found[at[1]].append(_bar(row))
    for unit in found.values():
        unit.sort(key=lambda bar: (bar.value is None, -(bar.value or 0), bar.region, bar.base))
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _bar(row: Row) -> Bar:
    value = row["value"]
    said = str(row["note"] or "").removeprefix("conflict: ").split("; other bases: ")[0]
    return Bar(
        str(row["region"]),
        str(row["period"] or ""),
        value if isinstance(value, Decimal) else None,
        str(row["written"]) if value is not None else said,
        f"{row['base']}（{row['months']}月）" if row["months"] else str(row["base"]),
        tuple(str(row[name] or "") for name in ("base", "months", "reform", "platform")),
        bool(row["approximate"]),
    )


def draw_ranking(found: dict[str, list[Bar]], indicator: str, words: Words, source: str, part: str = "") -> Sheet:
    """Draw the figures of an indicator, given its label; `part` says of which regions."""
    name = words.name(indicator)
    title = words("ranking.title", indicator=name)
    if not found:
        return blank(title, words("ranking.none", indicator=name), source)
    every = [bar for unit in found.values() for bar in unit]
    notes = [part, words("ranking.note")]
    if len({bar.region for bar in every}) == 1:
        notes.append(words("ranking.one"))
    if any(len(unit) > MOST for unit in found.values()):
        notes.append(words("ranking.part", shown=MOST, all=len(every)))
    shown = {unit: told[:MOST] for unit, told in found.items()}
    lines = sum(len(told) for told in shown.values())
    page = sheet(WIDTH, lines * ROW + len(shown) * HEAD, title, "\n".join(note for note in notes if note), source)
    y = 0.0
    for unit, told in shown.items():
        _unit(page, y, unit, told, words)
        y += HEAD + len(told) * ROW
    return page


def _unit(page: Sheet, y: float, unit: str, told: list[Bar], words: Words) -> None:
    kin, shared = Counter(bar.kin for bar in told).most_common(1)[0]
    heading = words("ranking.unit", unit=words.name(unit)) if unit else words("ranking.nounit")
    bases = len({bar.kin for bar in told})
    if len(told) > 1:
        heading += "  ·  " + (words("ranking.bases", count=bases) if bases > 1 else words("ranking.base"))
    page.field.text(0, y + 0.12, heading, size=NOTE, color=SOFT, va="center", weight="bold")
    page.field.plot([0, WIDTH], [y + 0.26] * 2, color=FAINT, linewidth=0.8)
    left = max(max(width_of(_label(bar)), width_of(clip(bar.base, PHRASE), SMALL)) for bar in told) + 0.15
    right = max(width_of(_value(bar, words)) for bar in told) + 0.15
    most = max((bar.value for bar in told if bar.value is not None), default=Decimal(1)) or Decimal(1)
    for number, bar in enumerate(told):
        top = y + HEAD + number * ROW
        _draw(page, top, bar, (left, WIDTH - left - right, most), words, same=shared > 1 and bar.kin == kin)


def _draw(page: Sheet, top: float, bar: Bar, scale: tuple[float, float, Decimal], words: Words, *, same: bool) -> None:
    from matplotlib.patches import Rectangle

    left, room, most = scale
    page.field.text(left - 0.12, top + 0.13, _label(bar), size=LABEL, ha="right", va="center")
    page.field.text(left - 0.12, top + 0.295, clip(bar.base, PHRASE), size=SMALL, color=SOFT, ha="right", va="center")
    length = room * float((bar.value or Decimal(0)) / most)
    colour = PALETTE["Region"]
    page.field.add_patch(
        Rectangle((left, top + 0.05), length, THICK, facecolor=colour if same else PAPER, edgecolor=colour, linewidth=1)
    )
    page.field.text(left + length + 0.08, top + 0.135, _value(bar, words), size=LABEL, va="center",
                    color=SOFT if bar.value is None else "black")  # fmt: skip


def _label(bar: Bar) -> str:
    return f"{bar.region}  {bar.period}".rstrip()


def _value(bar: Bar, words: Words) -> str:
    if bar.value is None:
        return words("ranking.conflict", said=clip(bar.written, PHRASE))
    return f"{words('ranking.approximate')} {bar.written}" if bar.approximate else bar.written
