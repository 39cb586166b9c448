"""What docs/security.md promises is held by the tests that it names, and by these."""

import ast
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

from kg.readers.read import documents
from tests import hostile, making

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)))
CALLS_OUT = """<!DOCTYPE html SYSTEM "http://example.org/a.dtd"><html><head><link rel="stylesheet" href="http://example.org/a">
<base href="http://example.org/"><meta http-equiv="refresh" content="0;url=http://example.org/"></head><body>
<iframe src="http://example.org/"></iframe><img src="http://example.org/a.png"><xi:include href="file:///etc/passwd"/>
<p>推进“跨省通办”，办理事项1854件，群众满意率达99.8%。</p></body></html>"""
seen: list[tuple[str, object]] = []
listening = False


def _hear(event, args):
    if not listening:
        return
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.")):
        seen.append((event, args))
    if event == "open" and args[2] is not None and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        seen.append((event, args[0]))


@pytest.fixture
def heard():
    """What is done meanwhile that only trusted code may do; Python reports it, and nothing can hide from that."""
    global listening  # noqa: PLW0603  a hook can't be taken out again
    if _hear not in _hooks:
        sys.addaudithook(_hear)
        _hooks.append(_hear)
    seen.clear()
    listening = True
    yield seen
    listening = False


_hooks: list[object] = []


def test_reading_calls_nobody_starts_nothing_and_writes_nothing(tmp_path, heard):
    global listening  # noqa: PLW0603  what the test itself writes is not meant
    files = {name: make(5) for name, make in hostile.SOUND.items()}
    files |= {name: make(5) for name, (make, _) in hostile.BROKEN.items() if name not in ("pages.pdf", "wide.html")}
    files |= {
        "out.html": CALLS_OUT.encode(),
        "out.zip": making.zipped({"out.html": CALLS_OUT, "a.txt": hostile.text(1)}),
    }
    listening = False
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    listening = True
    read = [document for name in files for document in documents(tmp_path / name, [])]

    assert len(read) >= len(hostile.SOUND) + 2
    assert heard == []


def test_the_ear_hears(tmp_path, heard):
    (tmp_path / "a").write_text("x", encoding="utf-8")

    assert [event for event, _ in heard] == ["open"]


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_promise_names_a_test_that_is_there(file, name):
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))

    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_each_promise_names_one():
    promises = [
        line for line in PAGE.split("\n") if line.startswith("| ") and not line.startswith(("| promise", "| ---"))
    ]

    assert len(promises) >= 15
    assert all("test_" in line.rsplit("|", 2)[1] or "the same" in line for line in promises)


def test_the_lock_holds_hashes_of_every_dependency():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+.*?)(?=^[A-Za-z]|\Z)", lock, re.MULTILINE | re.DOTALL))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.match("[A-Za-z0-9_-]+", line)[0].lower() for line in project["dependencies"]}

    assert len(packages) > 100
    assert wanted <= packages.keys(), "run: make lock"
    assert all("--hash=sha256:" in held for held in packages.values())
