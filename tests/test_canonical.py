"""Phrases to indicators: one case a line in cases/canonical.tsv."""

from urllib.parse import unquote

import pytest
from casebook import lexicon, marks, rows

from kg.facts.canonical import canonical


def params():
    for row in rows("canonical"):
        case = f"{row['kind']}-{row['note']}"
        yield pytest.param(
            row["phrase"], row["unit"] or None, row["reform"] or None, row["label"], id=case, marks=marks(row)
        )


@pytest.mark.parametrize(("phrase", "unit", "reform", "label"), list(params()))
def test_the_indicator_of_a_phrase(phrase, unit, reform, label):
    assert (label or None) == canonical(phrase, unit, reform, lexicon())


def test_every_case_is_collected_and_of_a_known_kind():
    found = rows("canonical")

    assert 30 <= len(found) == len(list(params()))
    assert {"wild", "synthetic", "negative", "known-failure"} == {row["kind"] for row in found}
    assert all(not row["label"] for row in found if row["kind"] == "negative")


@pytest.mark.parametrize("term", lexicon().of_kind("Indicator"), ids=lambda t: t.label)
def test_every_indicator_is_found_by_its_own_name(term):
    unit = unquote((term.fact("canonicalUnit") or "").rsplit("/", 1)[-1]) or None

    assert term.label == canonical(term.label, unit, None, lexicon())


def test_no_name_means_two_indicators():
    owners = {}
    for term in lexicon().of_kind("Indicator"):
        for form in term.forms:
            owners.setdefault(form, set()).add(term.label)

    assert not {form: labels for form, labels in owners.items() if len(labels) > 1}
