"""An invented graph to ask: five reports of three regions, made through the same writers as a real build."""

import shutil
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from stores import build_store

from kg.graph.iris import BASE
from kg.graph.report import codes_of, to_nquads
from kg.graph.store import open_store
from kg.graph.vocabulary import terms_nquads
from kg.model import Extraction, Kind, Mention, Meta, Modality, Observation, Quantity, Relation, Span
from kg.readers.read import document
from kg.resources import ontology_path
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

TERMS = """
@prefix kg: <https://w3id.org/reform-kg/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ref: <https://w3id.org/reform-kg/reform/> .
@prefix plat: <https://w3id.org/reform-kg/platform/> .
@prefix ind: <https://w3id.org/reform-kg/indicator/> .
@prefix unit: <https://w3id.org/reform-kg/unit/> .

ref:云端通办 a kg:Reform, skos:Concept ; skos:prefLabel "云端通办"@zh-Hans, "served from the cloud"@en ;
    skos:altLabel "云上办"@zh-Hans, "雲端通辦"@zh-Hant .
ref:跨域联办 a kg:Reform, skos:Concept ; skos:prefLabel "跨域联办"@zh-Hans, "served across borders"@en .
ref:跨省联办 a kg:Reform, skos:Concept ; skos:prefLabel "跨省联办"@zh-Hans, "served across provinces"@en ;
    skos:broader ref:跨域联办 ; skos:altLabel "省际联办"@zh-Hans .
ref:少证办 a kg:Reform, skos:Concept ; skos:prefLabel "少证办"@zh-Hans, "fewer papers"@en ;
    skos:altLabel "免带证"@zh-Hans ; kg:weakLabel "减证"@zh-Hans .
ref:少跑办 a kg:Reform, skos:Concept ; skos:prefLabel "少跑办"@zh-Hans, "fewer trips"@en ; kg:weakLabel "减证"@zh-Hans .
plat:松云通 a kg:Platform, skos:Concept ; skos:prefLabel "松云通"@zh-Hans, "Songyuntong"@en ;
    kg:operatorRegion "330000" ; kg:platformKind "portal" .
plat:惠乡码 a kg:Platform, skos:Concept ; skos:prefLabel "惠乡码"@zh-Hans, "Huixiang Code"@en ; kg:platformKind "code" .
ind:网办率 a kg:Indicator, skos:Concept ; skos:prefLabel "网办率"@zh-Hans, "share done online"@en ;
    kg:canonicalUnit unit:% ; kg:measureKind "rate" ; kg:better "higher" .
ind:办理量 a kg:Indicator, skos:Concept ; skos:prefLabel "办理量"@zh-Hans, "cases handled"@en ;
    kg:canonicalUnit unit:件 ; kg:measureKind "count" ; kg:better "higher" .
ind:覆盖数 a kg:Indicator, skos:Concept ; skos:prefLabel "覆盖数"@zh-Hans, "places reached"@en ;
    kg:measureKind "count" .
unit:件 a kg:Unit, skos:Concept ; skos:prefLabel "件"@zh-Hans, "cases"@en .
unit:项 a kg:Unit, skos:Concept ; skos:prefLabel "项"@zh-Hans, "items"@en .
unit:台 a kg:Unit, skos:Concept ; skos:prefLabel "台"@zh-Hans, "machines"@en .
unit:个 a kg:Unit, skos:Concept ; skos:prefLabel "个"@zh-Hans, "of things"@en .
unit:% a kg:Unit, skos:Concept ; skos:prefLabel "%"@zh-Hans, "per cent"@en .
""".replace("unit:%", "<https://w3id.org/reform-kg/unit/%25>")


places = cache(load_gazetteer)


@dataclass(frozen=True)
class Sentence:
    """A sentence of a report with what it states."""

    text: str
    facts: tuple


def says(text, *facts):
    return Sentence(text, facts)


def adopts(reform, words=None):
    return ("adopts", reform, words or reform)


def runs_on(reform, platform, words=None):
    return ("deliveredThrough", reform, platform, words or platform)


def shared(reform, region, words=None):
    return ("partner", reform, region, words or region)


def names(kind, label, words=None, code=None):
    return ("names", kind, label, words or label, code)


def figure(words, value, unit, what, **more):
    return ("figure", words, value, unit, what, more)


def report(path, region, year, publisher, title, *sentences, issued=None, number=None):
    """One extraction, with every offset found in its text."""
    text = title + "\n" + "".join(sentence.text + "\n" for sentence in sentences)
    mentions, observations, relations = [], [], []
    start = len(title) + 1
    for sentence in sentences:
        whole = Span(start, start + len(sentence.text))

        def span(words, whole=whole, sentence=sentence):
            at = whole.start + sentence.text.index(words)
            return Span(at, at + len(words))

        for kind, *fact in sentence.facts:
            if kind == "names":
                what, label, words, code = fact
                mentions.append(Mention(what, span(words), label, "test", code))
            elif kind == "figure":
                words, value, unit, what, more = fact
                number = Span(span(words).start, span(words).end - len(unit or ""))
                quantity = Quantity(span(words), number, Decimal(value), unit, more.get("approximate", False),
                                    more.get("bound", False))  # fmt: skip
                observations.append(
                    Observation(quantity, what, more.get("canonical"), more.get("reform"), more.get("platform"),
                                more.get("agency"), more.get("region", region), more.get("period", year),
                                more.get("modality", Modality.ACTUAL), whole, "test")
                )  # fmt: skip
            elif kind == "adopts":
                reform, words = fact
                mentions.append(Mention(Kind.REFORM, span(words), reform, "test"))
                relations.append(Relation(region, "adopts", reform, span(words), whole, "test"))
            else:
                subject, target, words = fact
                if kind == "deliveredThrough":
                    mentions.append(Mention(Kind.PLATFORM, span(words), target, "test"))
                relations.append(Relation(subject, kind, target, span(words), whole, "test"))
        start = whole.end + 1
    meta = Meta(title, publisher, None, region, None, year, issued)
    return Extraction(document(text, path), meta, tuple(mentions), tuple(observations), tuple(relations))


def reports():
    cloud, across, papers = "云端通办", "跨省联办", "少证办"
    law = names(Kind.POLICY, "数字服务条例", "《数字服务条例》")
    return [
        report(
            "anji-2022.txt", "330523", "2022", "安吉县政务服务办公室", "安吉县2022年竹乡政务年报",
            says("竹乡推行“云端通办”，经松云通办成800件，网办率81.5%。", adopts(cloud), runs_on(cloud, "松云通"),
                 figure("800件", "800", "件", "云端通办办成量", canonical="办理量", reform=cloud, platform="松云通"),
                 figure("81.5%", "81.5", "%", "云端通办网办率", canonical="网办率", reform=cloud)),
            says("下一年网办率不低于90%。",
                 figure("90%", "90", "%", "网办率", canonical="网办率", period="2023", modality=Modality.TARGET,
                        approximate=True, bound=True)),
            issued="2023-01-20",
        ),
        report(
            "anji-2023.txt", "330523", "2023", "安吉县政务服务办公室", "安吉县2023年竹乡政务年报",
            says("“云端通办”全年办成1200件，网办率升到88%。", adopts(cloud),
                 figure("1200件", "1200", "件", "云端通办办成量", canonical="办理量", reform=cloud),
                 figure("88%", "88", "%", "云端通办网办率", canonical="网办率", reform=cloud)),
            says("“免带证”减去材料37项，竹韵一体机15台进驻12个乡镇。", adopts(papers, "免带证"),
                 figure("37项", "37", "项", "少证办减去材料", reform=papers),
                 figure("15台", "15", "台", "竹韵一体机", platform="竹韵一体机"),
                 figure("12个", "12", "个", "竹韵一体机进驻乡镇", canonical="覆盖数", platform="竹韵一体机"),
                 names(Kind.PLATFORM, "竹韵一体机")),
            says("依照《数字服务条例》办事，县数据中心派员3名。", law,
                 figure("3名", "3", "名", "派驻人员", agency="安吉县数据中心"),
                 names(Kind.AGENCY, "安吉县数据中心", "县数据中心", code="330523")),
            issued="2024-01-18",
        ),
        report(
            "tongxiang-2023.txt", "330483", "2023", "桐乡市数据局", "桐乡市2023年数字服务小结",
            says("桐乡“云端通办”办成约3500件，网办率95.2%。", adopts(cloud),
                 figure("3500件", "3500", "件", "云端通办办成量", canonical="办理量", reform=cloud, approximate=True),
                 figure("95.2%", "95.2", "%", "云端通办网办率", canonical="网办率", reform=cloud)),
            says("与玉山县结成“跨省联办”，由惠乡码承接，码进176个村。", adopts(across), shared(across, "玉山县"),
                 names(Kind.REGION, "玉山县", code="361123"), runs_on(across, "惠乡码"),
                 figure("176个", "176", "个", "惠乡码进村数", canonical="覆盖数", platform="惠乡码")),
            says("落实《数字服务条例》和《帮办办法》，另设竹韵一体机。", law,
                 names(Kind.POLICY, "帮办办法", "《帮办办法》"), names(Kind.PLATFORM, "竹韵一体机")),
        ),
        report(
            "yushan-2023.txt", "361123", "2023", None, "玉山县2023年联办简报",
            says("同常山县一道把“跨省联办”做到90项。", adopts(across), shared(across, "常山县"),
                 names(Kind.REGION, "常山县", code="330822"),
                 figure("90项", "90", "项", "跨省联办清单", reform=across)),
            says("年末盘点，“跨省联办”清单为95项。", adopts(across),
                 figure("95项", "95", "项", "跨省联办清单", reform=across)),
        ),
        report(
            "yushan-news.txt", "361123", "2024", "玉山县融媒体中心", "玉山街坊有了帮办员",
            says("玉山试行“邻里代跑”。", adopts("邻里代跑")),
        ),
    ]  # fmt: skip


def write_terms(folder: Path, terms: str = TERMS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "terms.ttl").write_text(terms, encoding="utf-8")
    shutil.copy(ontology_path() / "core.ttl", folder)


def chunks(folder: Path, base: str = BASE):
    """The N-Quads of the invented graph; `folder` gets the invented ontology."""
    write_terms(folder)
    gazetteer, lexicon = places(), load_lexicon(folder)
    codes: set[str] = set()
    for extraction in reports():
        codes |= codes_of(extraction, gazetteer)
        yield to_nquads(extraction, gazetteer, lexicon, base)
    yield terms_nquads(folder, gazetteer, codes, base)


def built(folder: Path, base: str = BASE) -> Path:
    """Build the invented graph under a folder and return where it lies."""
    build_store(folder / "outputs", chunks(folder / "ontology", base), base)
    return folder / "outputs"


def opened(folder: Path) -> ox.Store:
    return open_store(built(folder))


def graph_of(folder: Path, *extractions, terms: str = TERMS) -> ox.Store:
    """The graph of some reports, with the terms of the invented one unless others are given."""
    write_terms(folder / "ontology", terms)
    lexicon, gazetteer = load_lexicon(folder / "ontology"), places()
    quads = [to_nquads(one, gazetteer, lexicon) for one in extractions]
    codes = set().union(*(codes_of(one, gazetteer) for one in extractions))
    build_store(folder / "outputs", [*quads, terms_nquads(folder / "ontology", gazetteer, codes)])
    return open_store(folder / "outputs")
