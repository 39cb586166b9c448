"""All that can go wrong with inputs: a message, a place, a remedy, an entry in the report, and the others go on.

REFORM_KG_INPUTS=500 runs the mixed folder in full size (`make hostile`).
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.builds import build as kg_build
from kg.builds import workers
from kg.builds.build import build
from kg.builds.report import REPORT, TABLE
from kg.extract import extract, to_json
from kg.graph.store import open_store
from kg.graph.validate import validate
from kg.readers.content import Limits
from kg.readers.read import document, documents
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from tests import hostile
from tests.test_build import dump

FULL = 500
COUNT = int(os.environ.get("REFORM_KG_INPUTS", "90"))
"""Inputs of the mixed folder; one that hangs takes 40 seconds, and is left to `test_deadline` but in full size."""


@pytest.mark.parametrize("name", [*hostile.BROKEN, *hostile.LARGE])
def test_what_is_broken_is_named_with_its_place_and_its_remedy(tmp_path, name):
    make, what = (hostile.BROKEN | hostile.LARGE)[name]
    path, faults = tmp_path / name, []
    path.write_bytes(make(1))
    begun = time.monotonic()

    assert not list(documents(path, faults))
    assert len(faults) == 1
    assert what in faults[0].what
    assert str(path) in faults[0].where
    assert faults[0].mend
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("name", hostile.SOUND)
def test_what_is_sound_is_read(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(hostile.SOUND[name](3))
    (found,) = documents(path)

    assert (
        found.text.split()
        == document(hostile.SOUND[name](3).decode() if name == "digits.txt" else hostile.text(3)).text.split()
    )


def test_of_many_inputs_each_broken_one_is_named_and_the_graph_is_that_of_the_others(tmp_path, monkeypatch):
    folder, sound = tmp_path / "in", tmp_path / "sound"
    expected = hostile.fill(folder, COUNT)
    shutil.copytree(folder, sound, ignore=lambda _, names: set(names) & expected.keys())
    expected |= hostile.spoil(folder, hangs=COUNT >= FULL)
    monkeypatch.setattr(kg_build, "run", lambda *rest: workers.run(*rest, hostile.deadly))
    found = build([folder], tmp_path / "g", workers=2, limits=Limits(seconds=20))
    monkeypatch.undo()

    told = {Path(s.path.split(",")[0].split("#")[0]).name: s for s in found.skipped}
    assert len(found.skipped) == len(told)
    assert told.keys() == expected.keys()
    for name, what in expected.items():
        assert what in told[name].reason
        assert told[name].remedy
    assert found.reports == COUNT - COUNT // 5
    build([sound], tmp_path / "anew")
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")
    about = json.loads((tmp_path / "g" / REPORT).read_text(encoding="utf-8"))
    assert len(about["skipped"]) == len(expected)
    table = (tmp_path / "g" / TABLE).read_text(encoding="utf-8")
    assert all(name in table for name in expected)


def test_what_the_system_forbids_is_named(tmp_path):
    """Root, as which tests may run, is forbidden nothing unless it lays that right down."""
    tool = shutil.which("setpriv")
    if os.getuid() == 0 and tool is None:
        pytest.skip("root can't lay down its rights without setpriv (util-linux)")
    folder = tmp_path / "in"
    hostile.fill(folder, 3)
    (folder / "forbidden.txt").write_text(hostile.text(7), encoding="utf-8")
    (folder / "forbidden.txt").chmod(0)
    (folder / "locked").mkdir(mode=0)
    rights = "-dac_override,-dac_read_search"
    lower = [tool, f"--bounding-set={rights}", f"--inh-caps={rights}"] if os.getuid() == 0 else []
    command = [*lower, sys.executable, "-m", "kg", "build", str(folder), "-g", str(tmp_path / "g")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    (folder / "locked").chmod(0o755)

    assert result.returncode == 0, result.stderr
    assert "forbidden.txt: can't be opened: Permission denied" in result.stdout
    assert "locked: can't be listed: Permission denied" in result.stdout
    assert "Check its permissions" in result.stdout


@pytest.mark.parametrize(
    ("happens", "what"),
    [
        (lambda path: path.unlink(), "can't be opened: No such file"),
        (lambda path: path.write_bytes(b"\0\1"), "is binary"),
        (lambda path: path.chmod(0) or path.unlink() or path.mkdir(), "is a folder"),
    ],
    ids=["vanishes", "changes", "becomes a folder"],
)
def test_a_file_that_vanishes_or_changes_during_the_build_costs_only_itself(tmp_path, monkeypatch, happens, what):
    folder = tmp_path / "in"
    hostile.fill(folder, 4)
    victim = folder / "002-gbk.txt"

    def meanwhile(jobs, *rest):
        happens(victim)
        return workers.run(jobs, *rest)

    monkeypatch.setattr(kg_build, "run", meanwhile)
    found = build([folder], tmp_path / "g")

    assert [Path(s.path.split(",")[0]).name for s in found.skipped] == [victim.name]
    assert what in found.skipped[0].reason
    assert found.reports == 3


@pytest.mark.parametrize("digits", [1_000, 5_000])
def test_a_number_of_many_digits_is_a_number(tmp_path, digits):
    text = f"青田县政务服务中心2023年工作报告\n全年办理跨省通办业务{'9' * digits}件，其中网上办理1854件。\n"
    found = to_json(extract(document(text), load_lexicon(), load_gazetteer()))
    assert json.dumps(found)
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    assert build([tmp_path / "r.txt"], tmp_path / "g").reports == 1
    assert not list(validate(open_store(tmp_path / "g")))


@pytest.mark.parametrize("name", hostile.slow_texts())
def test_a_text_made_to_be_slow_is_not(name):
    """Twice the text takes twice the time: four times would be a square."""
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    whole = hostile.slow_texts()[name]
    extract(document(whole[:1000]), lexicon, gazetteer)

    def seconds(text):
        begun = time.process_time()
        extract(document(text), lexicon, gazetteer)
        return time.process_time() - begun

    quarter, full = min(seconds(whole[: len(whole) // 4]) for _ in range(2)), seconds(whole)
    assert full < 10 * quarter + 0.5
