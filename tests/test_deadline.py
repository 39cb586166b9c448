"""What takes too long is given up: by an exception where the code heeds it, else with its process."""

import contextlib
import re
import signal
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.builds import build as kg_build
from kg.builds import workers
from kg.builds.build import build
from kg.cli import main
from kg.errors import UnreadableFile
from kg.readers import deadline
from kg.readers.content import Limits
from kg.readers.deadline import within
from tests import making
from tests.hostile import deadly
from tests.test_build import dump, fill


def spin():
    while True:
        pass


@pytest.mark.parametrize(
    "slow",
    [spin, lambda: time.sleep(30), lambda: re.match(r"(a|aa)+$", "a" * 60 + "b")],
    ids=["a loop", "a wait", "an expression that never ends"],
)
def test_what_takes_too_long_is_given_up(slow):
    begun = time.monotonic()
    with pytest.raises(UnreadableFile, match="takes longer than 1 seconds") as error, within(1, "r.pdf"):
        slow()

    assert time.monotonic() - begun < 5
    assert error.value.where == "r.pdf"
    assert "--max-seconds" in error.value.mend


def heedless():
    with contextlib.suppress(Exception):
        spin()
    spin()


def test_code_that_passes_over_the_exception_gets_another(monkeypatch):
    monkeypatch.setattr(deadline, "AGAIN", 0.1)
    with pytest.raises(UnreadableFile), within(1, "r"):
        heedless()


def test_what_is_done_in_time_hears_nothing_of_it():
    before = signal.getsignal(signal.SIGALRM)
    with within(1, "r"):
        pass

    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_thread_works_as_ever():
    done = []

    def work():
        with within(1, "r"):
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == [1]


def test_a_reader_that_crashes_or_hangs_takes_only_its_worker_along(tmp_path, monkeypatch):
    reports = fill(tmp_path / "in", range(20))
    sound = fill(tmp_path / "sound", [number for number in range(20) if number not in (3, 11)])
    (reports / "003.txt").rename(reports / "003-kills.txt")
    (reports / "011.txt").rename(reports / "011-hangs.txt")
    monkeypatch.setattr(kg_build, "run", lambda *rest: workers.run(*rest, deadly))
    found = build([reports], tmp_path / "g", workers=2, limits=Limits(seconds=4))

    assert [(Path(s.path).name, s.reason) for s in found.skipped] == [
        ("003-kills.txt", "ends the process that reads it"),
        ("011-hangs.txt", "takes longer than 4 seconds"),
    ]
    assert all(s.remedy for s in found.skipped)
    assert found.reports == 18
    build([sound], tmp_path / "anew")
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")
    monkeypatch.undo()
    again = build([reports], tmp_path / "g")  # what may be otherwise the next time is tried again
    assert again.reports == 20
    assert not again.skipped


def test_limits_are_options_and_another_limit_reads_again(tmp_path):
    reports = fill(tmp_path / "in", range(2))
    (reports / "long.txt").write_text("办" * 5_000, encoding="utf-8")
    asked = ["build", str(reports), "-g", str(tmp_path / "g")]
    result = CliRunner().invoke(main, [*asked, "--max-characters", "4000"], catch_exceptions=False)

    assert result.exit_code == 0
    assert "long.txt: has 5,000 characters; the limit is 4,000" in result.output
    assert "--max-characters" in result.output
    again = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert "skipped" not in again.output


@pytest.mark.parametrize(
    ("name", "data", "options", "what"),
    [
        ("r.pdf", making.pdf([[]] * 3), ("--max-pages", "2"), "has 3 pages; the limit is 2"),
        ("r.txt", b"\xe5\x8a\x9e" * 400_000, ("--max-mb", "1"), "has more than 1 MB"),
        ("r.txt", "办".encode() * 90, ("--max-characters", "80"), "has 90 characters; the limit is 80"),
    ],
)
def test_extract_takes_the_same_limits(tmp_path, name, data, options, what):
    path = tmp_path / name
    path.write_bytes(data)
    result = CliRunner().invoke(main, ["extract", str(path), *options])

    assert result.exit_code == 3
    assert what in result.output
    assert options[0] in result.output
