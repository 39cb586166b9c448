"""What the documentation shows is what happens: its commands and its Python are run.

A block marked `console` holds commands after `$ ` and what they print. `UPDATE_DOCS=1 pytest tests/test_docs.py` writes
what they print now; then read the diff.
"""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kg.charts.fonts import family
from kg.errors import KgError

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "README.zh-CN.md", "docs/tutorial.md"]
BLOCK = re.compile(r"^```(?P<kind>console|sh|python)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = ("make ", "source ", "pip ", "kg build my-reports/")  # what sets things up, or names the reader's own files


def blocks(page, kind):
    return [m["body"] for m in BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")) if m["kind"] == kind]


def run(command, cwd):
    environment = os.environ | {"COLUMNS": "", "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-m", "kg", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder like a checkout in which `make graph` has run."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "data").symlink_to(ROOT / "data")
    run("kg build data/reports", folder)
    run("kg export --format graphml -o outputs/reforms.graphml", folder)
    return folder


def test_the_pages_hold_something_to_run():
    assert len(blocks("README.md", "console")) >= 4
    assert len(blocks("README.md", "python")) >= 3


@pytest.mark.parametrize("page", PAGES)
def test_a_console_block_shows_what_is_printed(page, checkout):
    path = ROOT / page
    text = path.read_text(encoding="utf-8")

    def shown(m):
        if m["kind"] != "console":
            return m.group()
        commands = [line[2:] for line in m["body"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"$ {c}\n{run(c, checkout).rstrip()}\n" for c in commands) + "```"

    actual = BLOCK.sub(shown, text)
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(actual, encoding="utf-8")
    assert text == actual, f"{page} shows something else: UPDATE_DOCS=1 pytest tests/test_docs.py, and read the diff"


@pytest.mark.parametrize("page", PAGES)
def test_a_shell_block_runs(page, checkout):
    lines = [line.split("  #")[0] for body in blocks(page, "sh") for line in body.splitlines()]

    pictures = [line for line in lines if line.startswith("kg plot")]
    for line in lines:
        if not line.startswith(NOT_RUN) and line not in pictures:
            run(line, checkout)
    if pictures and (lacking := no_pictures()):
        pytest.skip(f"{len(pictures)} pictures not drawn: {lacking}")
    for line in pictures:
        run(line, checkout)


def no_pictures():
    """Say why no picture can be drawn here; nothing where one can."""
    if importlib.util.find_spec("matplotlib") is None:
        return "matplotlib is not installed"
    try:
        family()
    except KgError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("body", blocks("README.md", "python"))
def test_a_python_block_runs_and_prints(body, checkout):
    command = [sys.executable, "-c", body]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
