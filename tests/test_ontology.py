"""The term files prove themselves: form, ownership, links, examples and counter-examples of every term."""

import re
from collections import Counter, defaultdict
from decimal import Decimal

import pyoxigraph as ox
import pytest

from kg.graph.iris import BASE, escape
from kg.resources import ontology_path
from kg.terms.lexicon import KG, SKOS
from kg.text.fold import fold

FLOORS = {"reforms": 520, "platforms": 270, "indicators": 210, "units": 250}  # terms (2026-11)
KINDS = {"reforms": "Reform", "platforms": "Platform", "indicators": "Indicator", "units": "Unit"}
ORDER = """a skos:prefLabel skos:altLabel kg:weakLabel kg:notLabel skos:definition skos:scopeNote skos:broader
skos:related skos:example kg:counterExample kg:operatorRegion kg:platformKind kg:unitKind kg:canonicalUnit kg:multipleOf
kg:factor kg:measureKind kg:better kg:formula kg:dimension kg:standing kg:articleWith kg:framing
skos:exactMatch dct:source skos:inScheme""".split()
SORTED = {"skos:altLabel", "kg:weakLabel", "kg:notLabel", "kg:platformKind"}
ALLOWED = {
    "platformKind": {*"app code data-system exchange hotline market".split()}
    | {*"miniprogram network officials-app portal terminal".split()},
    "unitKind": {*"count rate money time area length mass volume data energy".split()},
    "measureKind": {*"count rate amount duration average".split()},
    "better": {*"higher lower neutral".split()},
}
PROVINCES = """11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65""".split()
APART = """一网通办 一网统管 一网协同
好办 快办 智能办
出生一件事 退休一件事 高效办成一件事 一件事一次办
不见面审批 零跑动 一趟不用跑 最多跑一次 只跑一次
综合窗口 一窗受理
跨省通办 省内通办 跨域通办 全程网办 异地代收代办 收受分离 异地受理
告知承诺制 容缺受理
接诉即办 未诉先办
多证合一 一照多址 一业一证 证照分离
免申即享 即申即享""".splitlines()
TOGETHER = """智能办=智能审批 免证办=免证照 高效办成一件事=一件事集成办 高效办成一件事=一件事主题服务
帮办代办=帮代办 放管服=放管服改革 应进必进=应尽必进 综合窗口=综窗 全程网办=全流程网办
增值化服务=政务服务增值化""".split()
NAMESAKES = """减时间事项占比 承诺时限压缩比 减时间比例
网上办件率 全程网办率 行政许可全程网办率 网上可办率
好评率 好差评满意率 差评回访率 差评回访满意率""".splitlines()

_QUOTES = re.compile(r"[“”‘’\"'「」『』 ]")
_OBJECT = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z-]+)?|<[^<>]*>|[^\s,]+')


def plain(text):
    return _QUOTES.sub("", fold(text))


class File:
    """One term file: its triples, and its text."""

    def __init__(self, name):
        self.name, self.kind = name, KINDS[name]
        self.text = (ontology_path() / f"{name}.ttl").read_text(encoding="utf-8")
        self.facts = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(self.text, ox.RdfFormat.TURTLE):
            self.facts[quad.subject.value][quad.predicate.value].append(quad.object)
        a = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
        self.terms = {iri: f for iri, f in self.facts.items() if KG + self.kind in {o.value for o in f[a]}}

    def values(self, iri, prop):
        return [o.value for o in self.terms[iri].get(prop, ())]

    def label(self, iri, language="zh-hans"):
        return next((o.value for o in self.terms[iri][SKOS + "prefLabel"] if o.language == language), None)

    def strong(self, iri):
        weak = {plain(w) for w in self.values(iri, KG + "weakLabel")}
        return {plain(v) for p in ("prefLabel", "altLabel") for v in self.chinese(iri, SKOS + p)} - weak

    def chinese(self, iri, prop):
        return [o.value for o in self.terms[iri].get(prop, ()) if o.language.startswith("zh")]

    def found(self, text):
        """The terms of the file in a text, leftmost and longest first; a weak form or a longer word takes its place."""
        forms = {}
        for iri in self.terms:
            for prop in ("notLabel", "weakLabel"):
                forms.update((plain(v), None) for v in self.values(iri, KG + prop))
        forms.update((form, iri) for iri in self.terms for form in self.strong(iri))
        pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
        return {forms[m.group()] for m in pattern.finditer(plain(text))}


FILES = {name: File(name) for name in KINDS}
each_file = pytest.mark.parametrize("file", FILES.values(), ids=FILES)


@each_file
def test_terms_are_as_many_as_were_once_counted(file):
    assert len(file.terms) >= FLOORS[file.name]


@each_file
def test_every_term_is_labelled_in_both_scripts_and_in_english_and_its_iri_is_its_label(file):
    for iri in file.terms:
        languages = Counter(o.language for o in file.terms[iri][SKOS + "prefLabel"])
        assert languages == {"zh-hans": 1, "zh-hant": 1, "en": 1}, iri
        label = file.label(iri)
        assert iri == f"{BASE}{file.kind.lower()}/{escape(label)}"
        assert plain(label) == plain(file.label(iri, "zh-hant")), f"{iri}: the scripts disagree"
        assert not re.search(r"[\u3400-\u9fff]", file.label(iri, "en")), iri
        assert file.values(iri, SKOS + "inScheme") == [f"{BASE}{file.kind.lower()}"]


@pytest.mark.parametrize("name", ["reforms", "platforms", "indicators"])
def test_every_term_is_defined_in_both_languages(name):
    for iri, facts in FILES[name].terms.items():
        assert {o.language for o in facts[SKOS + "definition"]} == {"zh-hans", "en"}, iri
        assert all(o.value for o in facts[SKOS + "definition"])


@each_file
def test_english_labels_tell_terms_apart(file):
    seen = Counter(file.label(iri, "en").casefold() for iri in file.terms)
    assert [label for label, n in seen.items() if n > 1] == []


@each_file
def test_no_form_belongs_to_two_terms(file):
    owners = defaultdict(set)
    for iri in file.terms:
        for prop in (SKOS + "prefLabel", SKOS + "altLabel", KG + "weakLabel", KG + "notLabel"):
            for value in file.chinese(iri, prop):
                assert plain(value), iri
                owners[plain(value)].add(file.label(iri))
    assert {form: names for form, names in owners.items() if len(names) > 1} == {}


@each_file
def test_no_form_is_both_sure_and_weak_save_a_label(file):
    for iri in file.terms:
        weak = {plain(v) for v in file.values(iri, KG + "weakLabel")}
        alts = {plain(v) for v in file.values(iri, SKOS + "altLabel")}
        assert not weak & alts, iri
        assert not alts & {plain(file.label(iri))}, f"{iri}: the label again as an alias"


@each_file
def test_links_lead_to_terms_and_none_is_broader_than_itself(file):
    def above(iri, path=()):
        assert iri not in path, f"{iri} is broader than itself"
        for upper in file.values(iri, SKOS + "broader"):
            above(upper, (*path, iri))

    for iri in file.terms:
        for prop in ("broader", "related"):
            assert [o for o in file.values(iri, SKOS + prop) if o not in file.terms or o == iri] == [], iri
        above(iri)


@pytest.mark.parametrize("name", ["reforms", "platforms"])
def test_terms_are_found_in_their_examples_and_not_in_their_counter_examples(name):
    file, seen = FILES[name], Counter()
    for iri in file.terms:
        forms = {*file.strong(iri), *file.values(iri, KG + "weakLabel")}
        for text in file.values(iri, SKOS + "example"):
            seen["example"] += 1
            weak = {plain(w) for w in file.values(iri, KG + "weakLabel")}
            quoted = any(f"“{w}”" in text for w in weak)
            assert quoted or iri in file.found(text), f"{file.label(iri)} is not found in {text}"
        for text in file.values(iri, KG + "counterExample"):
            seen["counter"] += 1
            assert any(plain(form) in plain(text) for form in forms), f"nothing tempts in {text}"
            assert iri not in file.found(text), f"{file.label(iri)} is found in {text}"
    assert seen["example"] >= {"reforms": 90, "platforms": 25}[name]
    assert seen["counter"] >= {"reforms": 9, "platforms": 3}[name]


def test_every_longer_word_holds_a_form_of_its_term():
    for file in FILES.values():
        for iri in file.terms:
            held = {*file.strong(iri), *(plain(w) for w in file.values(iri, KG + "weakLabel"))}
            for word in file.values(iri, KG + "notLabel"):
                assert any(form in plain(word) for form in held), f"{word} hides nothing of {file.label(iri)}"


@pytest.mark.parametrize("names", APART)
def test_practices_that_are_spoken_of_apart_are_terms_apart(names):
    labels = [FILES["reforms"].label(iri) for iri in FILES["reforms"].terms]
    assert set(names.split()) <= set(labels)


@pytest.mark.parametrize("pair", TOGETHER)
def test_wordings_of_one_practice_are_one_term(pair):
    label, alias = pair.split("=")
    assert plain(alias) in FILES["reforms"].strong(f"{BASE}reform/{label}")


@each_file
def test_closed_values_are_from_their_lists(file):
    for iri in file.terms:
        for prop, allowed in ALLOWED.items():
            assert set(file.values(iri, KG + prop)) <= allowed, iri
        for prop in ("standing", "framing", "articleWith"):
            assert file.values(iri, KG + prop) in ([], ["true"]), iri


def test_each_province_has_its_portal_and_its_app():
    kinds = defaultdict(set)
    for iri in FILES["platforms"].terms:
        for code in FILES["platforms"].values(iri, KG + "operatorRegion"):
            assert re.fullmatch(r"\d{6}", code), iri
            kinds[code].update(FILES["platforms"].values(iri, KG + "platformKind"))
    assert [p for p in PROVINCES if not {"portal", "app"} <= kinds[p + "0000"]] == []


def test_indicators_have_a_unit_of_the_unit_file_and_rates_are_per_cent():
    file, units = FILES["indicators"], FILES["units"].terms
    for iri in file.terms:
        assert len(file.values(iri, KG + "canonicalUnit")) == 1, iri
        assert file.values(iri, KG + "canonicalUnit")[0] in units, iri
        for prop in ("measureKind", "better", "dimension"):
            assert len(file.values(iri, KG + prop)) == 1, f"{iri} {prop}"
        rate = file.values(iri, KG + "measureKind") == ["rate"]
        assert rate == (file.values(iri, KG + "canonicalUnit") == [f"{BASE}unit/%25"]), iri
        assert not rate or file.values(iri, KG + "formula") or iri.endswith("率"), iri


@pytest.mark.parametrize("names", NAMESAKES)
def test_near_namesakes_are_indicators_apart(names):
    assert {f"{BASE}indicator/{name}" for name in names.split()} <= set(FILES["indicators"].terms)


def test_units_have_one_kind_and_lead_to_units():
    file = FILES["units"]
    for iri in file.terms:
        assert len(file.values(iri, KG + "unitKind")) == 1, iri
        for prop in ("canonicalUnit", "multipleOf"):
            for other in file.values(iri, KG + prop):
                assert other in file.terms, iri
                assert other != iri
                assert file.values(other, KG + "unitKind") == file.values(iri, KG + "unitKind"), iri
        assert not file.values(iri, KG + "framing") or not file.values(iri, KG + "articleWith"), iri
        assert len(file.values(iri, KG + "multipleOf")) == len(file.values(iri, KG + "factor"))
        assert all(Decimal(f) > 0 for f in file.values(iri, KG + "factor"))


@each_file
def test_the_file_is_in_canonical_form(file):
    head, *sections = re.split(r"^# == (.+ · .+) ==$", file.text, flags=re.MULTILINE)
    titles, bodies = sections[::2], sections[1::2]
    assert titles, "no section"
    assert len(set(titles)) == len(titles)
    assert head.startswith("@base <")
    assert file.text.endswith(" .\n")
    assert "\n\n\n" not in file.text
    blocks = [body.strip("\n").split("\n\n") for body in bodies]
    assert sum(map(len, blocks)) == len(file.terms)
    for section in blocks:
        subjects = []
        for block in section:
            first, *rest = block.split("\n")
            subjects.append(re.fullmatch(rf"<{file.kind.lower()}/(.+)> a kg:{file.kind}, skos:Concept ;", first)[1])
            assert all(line.startswith("    ") for line in rest), block
            check_lines([line[4:] for line in rest], block)
        labels = [file.label(f"{BASE}{file.kind.lower()}/{s}") for s in subjects]
        assert labels == sorted(labels)


def check_lines(lines, block):
    names = [line.split(" ", 1)[0] for line in lines]
    assert names == [name for name in ORDER if name in names], f"order of properties:\n{block}"
    for line in lines[:-1]:
        assert line.endswith(" ;"), block
    assert lines[-1].endswith(" ."), block
    for line in lines:
        name, objects = line[:-2].split(" ", 1)
        found = _OBJECT.findall(objects)
        assert objects == ", ".join(found), f"spacing:\n{block}"
        assert name not in SORTED or found == sorted(found), f"order of {name}:\n{block}"
