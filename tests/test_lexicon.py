"""The ontology as a dictionary: what is loaded, what is refused, and how names are found in a text."""

import re
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadOntology, KgError
from kg.terms.lexicon import TERM_KINDS, Lexicon, Term, load_lexicon
from kg.text.fold import fold

HEAD = """@prefix kg: <https://w3id.org/reform-kg/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://w3id.org/reform-kg/> .
"""
TERM = """<reform/青心办> a kg:Reform, skos:Concept ;
    skos:prefLabel "青心办"@zh-Hans, "heart at work"@en ;
    skos:altLabel "青心服務"@zh-Hant, "暖心办"@zh-Hans ;
    skos:hiddenLabel "青芯办"@zh-Hans ;
    kg:weakLabel "心办"@zh-Hans ;
    kg:notLabel "青心办公"@zh-Hans ;
    skos:definition "x"@en .
"""
CUES = '<cue/verb> a kg:CueSet ; kg:word "推行", "大力推行", "推", "開展" .\n'


@cache
def shipped():
    return load_lexicon()


def written(folder, text, name="terms.ttl"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEAD + text, encoding="utf-8")
    return load_lexicon(folder)


@pytest.fixture
def lexicon(tmp_path):
    return written(tmp_path, TERM + CUES)


def found(lexicon, text):
    return [(m.span.of(text), m.term.label, m.weak) for m in lexicon.find(fold(text))]


def test_a_term_has_its_forms_folded(lexicon):
    (term,) = lexicon.terms

    assert ("Reform", "青心办") == (term.kind, term.label)
    assert {"青心服务", "暖心办", "青芯办"} == set(term.alts)
    assert ("心办",) == term.weak
    assert term.forms == (term.label, *term.alts)
    assert "x" == term.fact("definition")
    assert None is term.fact("canonicalUnit")


def test_the_words_of_a_cue_set_are_folded_and_the_longest_comes_first(lexicon):
    assert "大力推行" == lexicon.words("verb")[0]
    assert {"推行", "大力推行", "推", "开展"} == set(lexicon.words("verb"))
    assert ["大力推行", "推", "开展"] == re.findall(lexicon.alternation("verb"), "大力推行，推，开展")


def test_an_alternation_is_literal():
    lexicon = Lexicon((), {"a": ("a.c", "(b"), "b": ("+",)}, "")

    assert ["a.c", "(b", "+"] == re.findall(lexicon.alternation("a", "b"), "abc a.c (b +")


def test_a_cue_set_that_is_not_there_is_named_with_its_nearest(lexicon):
    with pytest.raises(KgError, match="verbs") as error:
        lexicon.words("verbs")

    assert "verb" in str(error.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("推行青心办", [("青心办", "青心办", False)]),
        ("推行暖心办、青芯办", [("暖心办", "青心办", False), ("青芯办", "青心办", False)]),
        ("推行青心服務", [("青心服務", "青心办", False)]),
        ("推行青“心”办", [("青“心”办", "青心办", False)]),
        ("推行青 心 办", [("青 心 办", "青心办", False)]),
        ("推行“青心办”", [("青心办", "青心办", False)]),
        ("推行心办", [("心办", "青心办", True)]),
        ("推行青心办公", []),
        ("推行青心、办", []),
        ("青心办青心办", [("青心办", "青心办", False)] * 2),
        ("", []),
    ],
)
def test_names_in_a_text(lexicon, text, names):
    assert names == found(lexicon, text)


def test_a_form_of_two_terms_gives_both():
    terms = [Term("Reform", "a", "好差评"), Term("Platform", "b", "评价器", ("好差评",))]

    assert ["好差评", "评价器"] == [m.term.label for m in Lexicon(terms, {}, "").find("好差评")]


def test_only_reforms_and_platforms_are_looked_for():
    terms = [Term("Unit", "a", "件"), Term("Indicator", "b", "办件量"), Term("Reform", "c", "青心办")]

    assert [] == found(Lexicon(terms, {}, ""), "办件量12件")


def test_a_term_is_named_by_any_of_its_forms_whatever_the_script(lexicon):
    for name in ("青心办", "青心辦", "“青心”办", "暖心办", "青心服務"):
        assert "青心办" == lexicon.named("Reform", name).label
    assert None is lexicon.named("Platform", "青心办")
    assert None is lexicon.named("Reform", "心办")


def test_terms_of_a_kind_are_in_the_order_of_their_iris():
    terms = [Term("Reform", iri, iri) for iri in "cab"]

    assert ["a", "b", "c"] == [t.iri for t in Lexicon(terms, {}, "").of_kind("Reform")]


def test_the_version_changes_with_any_file(tmp_path):
    first = written(tmp_path, TERM).version

    assert first == load_lexicon(tmp_path).version
    assert first != written(tmp_path / "cues", CUES).version != load_lexicon(tmp_path).version


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<reform/a> a kg:Reform ; skos:prefLabel "a"@en .', "zh-Hans"),
        ("<cue/a> a kg:CueSet .", "no word"),
        ('<cue/a> a kg:CueSet ; kg:word "甲", "" .', "empty"),
        ('<reform/a> a kg:Reform ; skos:prefLabel "a"@zh-Hans', "Turtle"),
    ],
)
def test_an_ontology_that_cannot_be_used_is_refused(tmp_path, text, fault):
    with pytest.raises(BadOntology, match=fault):
        written(tmp_path, text)


def test_a_folder_without_terms_is_refused(tmp_path):
    with pytest.raises(BadOntology, match=r"no \.ttl file"):
        load_lexicon(tmp_path)


def test_an_ontology_without_names_finds_none_but_says_so():
    with pytest.raises(BadOntology, match="no reform and no platform"):
        Lexicon((), {}, "").find("推行青心办")


def test_every_kind_ships():
    assert all(len(shipped().of_kind(kind)) > 20 for kind in TERM_KINDS)


def test_every_form_that_ships_is_found_alone():
    for term in (*shipped().of_kind("Reform"), *shipped().of_kind("Platform")):
        for form in term.forms:
            assert (term.label, False) in [(label, weak) for _, label, weak in found(shipped(), form)], form


def test_no_form_is_folded_twice_or_empty():
    for term in shipped().terms:
        assert all(form and form == fold(form) == form.strip() for form in (*term.forms, *term.weak))
        assert len(term.forms) == len(set(term.forms))


def test_every_cue_set_that_ships_is_read_by_a_rule():
    from kg.resources import ontology_path

    code = "".join(p.read_text(encoding="utf-8") for p in (ontology_path().parent / "kg").rglob("*.py"))
    files = (ontology_path() / "cues").glob("*.ttl")
    names = {n for f in files for n in re.findall(r"(?m)^cue:(\S+) a kg:CueSet", f.read_text(encoding="utf-8"))}

    assert len(names) > 60
    put_together = {"region-village-head", "region-zone-head"}  # f"region-{kind}-head"
    assert put_together == {name for name in names if not re.search(f"[\"']{name}[\"']", code)}


FORMS = st.sampled_from(
    ["跨省通办", "好差评", "高效办成“一件事”", "一件事", "12345热线", *"“” 、辦一x", "青心办", "高效", "事"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(FORMS, max_size=20).map("".join) | st.text(max_size=50))
def test_matches_lie_in_the_text_in_order_and_apart(text):
    folded = fold(text)
    matches = shipped().find(folded)

    assert all(
        m.span.end <= len(text) and m.span.of(folded).strip("“”‘’\"'「」『』 ") == m.span.of(folded) for m in matches
    )
    assert all(a.span == b.span or a.span.end <= b.span.start for a, b in pairwise(matches))


def test_a_long_text_is_searched_in_little_time():
    assert 20_000 == len(shipped().find("跨省“通办”，" * 20_000))
