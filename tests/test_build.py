"""Builds: nothing twice, nothing half, and always the same bytes. Invented reports on invented and real regions."""

import json
import multiprocessing
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.builds import build as kg_build
from kg.builds import shards, workers
from kg.builds.build import build, plan
from kg.builds.manifest import read_manifest
from kg.builds.report import REPORT
from kg.builds.shards import CACHE, Outcome
from kg.cli import main
from kg.errors import KgError, UnreadableFile
from kg.exports.export import export
from kg.exports.selection import Options
from kg.graph.iris import PREFIXES, Iris
from kg.graph.store import building, newest, open_store, ox

KILLS = 50
PLACES = ("桐溪县", "青浦区", "沙县区", "松河县", "宁化县")


def text(number):
    place = PLACES[number % len(PLACES)]
    return f"""{place}政务服务局{2019 + number % 6}年度工作报告
{place}政务服务局
{2020 + number % 6}年1月9日

一、推进“跨省通办”
我局办理“跨省通办”事项{2731 + 7 * number}件，网上可办率达{80 + number % 20}.6%。与江西省{number + 3}个部门共同推进。

二、“云桥速办{number % 7}”改革
依托“桐务通”平台推行“云桥速办{number % 7}”，新增自助终端{number + 2}台，力争明年不少于{number + 9}台。
"""


def fill(folder, numbers, write=text):
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:03}.txt").write_text(write(number), encoding="utf-8")
    return folder


def short(number):
    """A text without a coined name: what words it is made of need not be known, and that takes half a second."""
    return text(number).split("二、")[0]


def dump(graph):
    return open_store(graph).dump(format=ox.RdfFormat.N_QUADS)


def state(graph):
    """Like `dump`, at a fifth of its cost: of the terms, which are most of a small graph, only how many there are."""
    store, terms = open_store(graph), Iris().graph("terms")
    graphs = sorted((g for g in store.named_graphs() if g.value != terms), key=str)
    return len(store), [store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=one) for one in graphs]


def exports(graph):
    found = {}
    for fmt in ("turtle", "nquads", "jsonld", "graphml", "gexf", "csv-nodes", "csv-edges"):
        file = BytesIO()
        export(open_store(graph), fmt, file, Options(observations=True))
        found[fmt] = file.getvalue()
    return found


def print_digests(graph):
    """Of the dump and of every export."""
    print(*(sha256(written).hexdigest() for written in (dump(Path(graph)), *exports(Path(graph)).values())))


@pytest.fixture
def extracted(monkeypatch):
    """The names of the files that are extracted, not taken from the cache."""
    seen = []
    original = shards.extracted

    def counting(document, name, *rest):
        seen.append(name)
        return original(document, name, *rest)

    monkeypatch.setattr(shards, "extracted", counting)
    return seen


# ---------------------------------------------------------------- as little as has changed


def test_what_is_unchanged_is_not_read_again(tmp_path, extracted):
    reports = fill(tmp_path / "in", range(3))
    first = build([reports], tmp_path / "g")
    assert extracted == ["000.txt", "001.txt", "002.txt"]
    generation = newest(tmp_path / "g")

    second = build([reports], tmp_path / "g")

    assert len(extracted) == 3
    assert newest(tmp_path / "g") == generation
    assert second.changes == {"new": 0, "changed": 0, "removed": 0, "unchanged": 3}
    assert second.counts == first.counts
    assert second.entities == first.entities


def test_only_what_is_new_or_changed_is_extracted(tmp_path, extracted):
    reports = fill(tmp_path / "in", range(4))
    build([reports], tmp_path / "g")
    extracted.clear()
    (reports / "001.txt").write_text(text(9), encoding="utf-8")
    (reports / "002.txt").unlink()
    fill(reports, [7])

    report = build([reports], tmp_path / "g")

    assert sorted(extracted) == ["001.txt", "007.txt"]
    assert report.changes == {"new": 1, "changed": 1, "removed": 1, "unchanged": 2}
    build([reports], tmp_path / "anew")
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")
    assert (tmp_path / "g" / REPORT).read_bytes() == (tmp_path / "anew" / REPORT).read_bytes()


def step(rng, folder, number):
    """Change something in the folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    some = rng.choice(files) if files else None
    match rng.choice(["add", "add", "change", "remove", "rename", "copy", "table", "break", "touch"]):
        case "change" if some:
            some.write_text(text(rng.randrange(99)), encoding="utf-8")
        case "remove" if len(files) > 1:
            some.unlink()
        case "rename" if some:
            some.rename(folder / f"{rng.randrange(999)}-renamed{some.suffix}")
        case "copy" if some:
            (folder / "sub").mkdir(exist_ok=True)
            (folder / "sub" / f"{rng.randrange(99)}{some.suffix}").write_bytes(some.read_bytes())
        case "table":
            rows = [{"text": text(rng.randrange(20)), "title": f"第{n}篇"} for n in range(3)]
            lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
            (folder / f"rows{rng.randrange(3)}.jsonl").write_text(lines, encoding="utf-8")
        case "break":
            (folder / "broken.txt").write_bytes(b"\0\1\2")
        case "touch" if some:
            os.utime(some)
        case _:
            fill(folder, [number])


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_graph_equals_one_built_anew(tmp_path, seed):
    rng = random.Random(seed)  # noqa: S311
    reports = fill(tmp_path / "in", range(8))
    for number in range(5):
        build([reports], tmp_path / "g")
        for _ in range(rng.randrange(1, 4)):
            step(rng, reports, 20 + number)
    found = build([reports], tmp_path / "g")
    anew = build([reports], tmp_path / "anew")

    assert dump(tmp_path / "g") == dump(tmp_path / "anew")
    assert found.counts == anew.counts
    assert found.entities == anew.entities
    assert found.skipped == anew.skipped


def test_of_the_same_content_the_first_name_counts_wherever_it_comes_from(tmp_path):
    one, other = tmp_path / "b.txt", tmp_path / "a" / "c.txt"
    other.parent.mkdir()
    one.write_text(text(1), encoding="utf-8")
    other.write_text(text(1), encoding="utf-8")
    report = build([one, other], tmp_path / "g")
    assert report.reports == 1
    assert [(s.path, s.reason) for s in report.skipped] == [(str(other), f"is the same as {one}")]

    one.unlink()
    build([other], tmp_path / "g")  # now it is the first

    build([other], tmp_path / "anew")
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")


def test_a_change_of_terms_extracts_all_again(tmp_path, extracted, monkeypatch):
    reports = fill(tmp_path / "in", range(2))
    build([reports], tmp_path / "g")
    before = dump(tmp_path / "g")
    for module in (shards, kg_build):
        monkeypatch.setattr(module, "facts_version", lambda: "another")
    report = build([reports], tmp_path / "g")

    assert report.changes["changed"] == 2
    assert len(extracted) == 4
    assert dump(tmp_path / "g") == before
    assert [p.name for p in (tmp_path / "g" / CACHE).iterdir()] == ["another"]


def test_another_base_extracts_all_again(tmp_path):
    reports = fill(tmp_path / "in", range(2))
    build([reports], tmp_path / "g")
    build([reports], tmp_path / "g", base="https://example.org/")

    assert b"https://example.org/report/" in dump(tmp_path / "g")
    assert re.search(rb"reform-kg/report/", dump(tmp_path / "g")) is None


def test_the_cache_may_be_deleted(tmp_path, extracted):
    reports = fill(tmp_path / "in", range(3))
    build([reports], tmp_path / "g")
    subprocess.run(["rm", "-r", str(tmp_path / "g" / CACHE)], check=True)
    assert build([reports], tmp_path / "g").changes["unchanged"] == 3
    assert len(extracted) == 3
    fill(reports, [5])
    build([reports], tmp_path / "g")
    assert len(extracted) == 4

    subprocess.run(["rm", "-r", str(tmp_path / "g" / CACHE)], check=True)
    for name in ("000.txt", "001.txt", "005.txt"):
        (reports / name).unlink()
    assert build([reports], tmp_path / "g").reports == 1  # most left: built anew
    build([reports], tmp_path / "anew")
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")


def test_a_broken_shard_is_made_again(tmp_path, extracted):
    reports = fill(tmp_path / "in", range(2))
    build([reports], tmp_path / "g")
    for shard in (tmp_path / "g" / CACHE).rglob("*.gz"):
        shard.write_bytes(shard.read_bytes()[:100])
    subprocess.run(["rm", "-r", str(newest(tmp_path / "g"))], check=True)
    build([reports], tmp_path / "g")

    assert len(extracted) == 4


def test_shards_that_no_report_uses_are_swept(tmp_path):
    reports = fill(tmp_path / "in", range(4))
    build([reports], tmp_path / "g")
    (reports / "003.txt").unlink()
    build([reports], tmp_path / "g")

    assert len(list((tmp_path / "g" / CACHE).rglob("*.gz"))) == 3


def test_prune_is_the_default_and_keep_keeps(tmp_path):
    old, new = fill(tmp_path / "old", range(3)), fill(tmp_path / "new", range(3, 5))
    build([old], tmp_path / "g")
    kept = build([new], tmp_path / "g", keep=True)
    assert kept.reports == 5
    assert kept.changes == {"new": 2, "changed": 0, "removed": 0, "unchanged": 3}
    build([old, new], tmp_path / "anew")
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")

    (old / "001.txt").unlink()
    assert build([new], tmp_path / "g", keep=True).reports == 5  # gone from the disk, not from the graph
    assert build([new], tmp_path / "g").reports == 2


def test_a_dry_run_says_what_would_happen_and_does_nothing(tmp_path):
    reports = fill(tmp_path / "in", range(3))
    graph = tmp_path / "g"
    build([reports], graph)
    (reports / "000.txt").write_text(text(8), encoding="utf-8")
    (reports / "001.txt").unlink()
    fill(reports, [4])
    before = sorted((p, p.stat().st_mtime_ns) for p in graph.rglob("*"))

    found = plan([reports], graph)
    assert [[Path(p).name for p in paths] for paths in (found.new, found.changed, found.removed, found.unchanged)] == [
        ["004.txt"], ["000.txt"], ["001.txt"], ["002.txt"]
    ]  # fmt: skip
    result = CliRunner().invoke(main, ["build", str(reports), "-g", str(graph), "--dry-run"], catch_exceptions=False)
    assert f"removed: {reports / '001.txt'}" in result.output
    assert sorted((p, p.stat().st_mtime_ns) for p in graph.rglob("*")) == before


# ---------------------------------------------------------------- what goes wrong


def test_an_unreadable_input_does_not_stop_the_others(tmp_path):
    reports = fill(tmp_path / "in", range(2))
    (reports / "binary.txt").write_bytes(b"\0\1\2\3")
    (reports / "empty.txt").touch()
    report = build([reports], tmp_path / "g")

    assert report.reports == 2
    assert [Path(s.path.split(",")[0]).name for s in report.skipped] == ["binary.txt", "empty.txt"]
    assert build([reports], tmp_path / "g").skipped == report.skipped


def test_nothing_readable_builds_nothing(tmp_path):
    reports = fill(tmp_path / "in", [1])
    build([reports], tmp_path / "g")
    before = dump(tmp_path / "g")
    (reports / "001.txt").write_bytes(b"\0\1")

    with pytest.raises(UnreadableFile, match="none of 1 inputs"):
        build([reports], tmp_path / "g")
    assert dump(tmp_path / "g") == before


def test_a_fault_of_ours_costs_one_report(tmp_path, monkeypatch):
    reports = fill(tmp_path / "in", range(3))
    original = shards.extracted

    def failing(document, *rest):
        if document.path.endswith("001.txt"):
            raise ZeroDivisionError("by zero")
        return original(document, *rest)

    monkeypatch.setattr(shards, "extracted", failing)
    report = build([reports], tmp_path / "g")

    assert report.reports == 2
    assert [s.reason for s in report.skipped] == ["could not be extracted: ZeroDivisionError: by zero"]


def test_a_second_build_says_who_holds_the_folder(tmp_path):
    reports = fill(tmp_path / "in", [1])
    with building(tmp_path / "g"):
        with pytest.raises(KgError, match=f"process {os.getpid()} is building"):
            build([reports], tmp_path / "g")
        result = CliRunner().invoke(main, ["build", str(reports), "-g", str(tmp_path / "g")])
    assert result.exit_code == 3
    assert f"process {os.getpid()} is building" in result.stderr


def small_files_only():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


def test_a_full_disk_leaves_the_old_graph_and_says_what_to_do(tmp_path):
    """No file may grow past a limit: the nearest to a full disk that needs no rights."""
    reports = fill(tmp_path / "in", range(3))
    build([reports], tmp_path / "g")
    before = dump(tmp_path / "g")
    fill(reports, range(3, 9))
    command = [sys.executable, "-m", "kg", "build", str(reports), "-g", str(tmp_path / "g")]
    result = subprocess.run(command, preexec_fn=small_files_only, capture_output=True, text=True, check=False)

    assert result.returncode == 3, result.stderr
    assert "can't be written" in result.stderr
    assert "The old graph is as it was" in result.stderr
    assert dump(tmp_path / "g") == before
    build([reports], tmp_path / "g")
    build([reports], tmp_path / "anew")
    assert dump(tmp_path / "g") == dump(tmp_path / "anew")


@pytest.fixture(scope="module")
def children():
    """Processes that begin with everything loaded, so that moments of a kill fall into the build, not before it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["loaded"])
    return context


def test_after_a_kill_at_any_moment_the_next_build_finishes_the_work(tmp_path, children):
    reports, graph = fill(tmp_path / "in", range(12), short), tmp_path / "g"
    rng = random.Random(5)  # noqa: S311
    whole = killed = kept = finished = 0
    for number in range(-2, KILLS):
        before = state(graph) if newest(graph) else None
        if number % 5 == 0:  # everything again
            subprocess.run(["rm", "-rf", str(graph / CACHE), str(graph / "store")], check=True)
            before = None
        else:
            (reports / f"{rng.randrange(12):03}.txt").write_text(short(100 + number), encoding="utf-8")
            fill(reports, [20 + number], short)
        process = children.Process(target=build, args=([reports], graph))
        start = time.perf_counter()
        process.start()
        if number < 0:  # the first loads what is left to load, the second tells how long a build takes
            process.join()
            whole = time.perf_counter() - start
            continue
        time.sleep(rng.uniform(0.05, 1.1) * whole)
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        found = state(graph) if newest(graph) else None
        build([reports], graph)
        after = state(graph)
        assert found in (before, after)  # a whole graph, the old or the new
        kept, finished = kept + (found == before), finished + (found == after)
        if number % 10 == 9:
            build([reports], tmp_path / f"anew{number}")
            assert dump(graph) == dump(tmp_path / f"anew{number}")
    assert killed >= KILLS * 2 // 3
    assert kept > 0 < finished  # kills fell before and behind the step that puts a graph in place


# ---------------------------------------------------------------- the same bytes


def test_the_same_input_gives_the_same_bytes_whatever_the_order_the_hands_and_the_seed(tmp_path):
    first, second = fill(tmp_path / "x" / "one", range(10)), fill(tmp_path / "two", range(10, 24))
    elsewhere = fill(tmp_path / "y", range(24))
    runs = (("0", "1", (first, second)), ("1", "2", (second, first)), ("77", "3", (elsewhere,)))
    found = []
    for number, (seed, hands, paths) in enumerate(runs):
        graph, env = tmp_path / f"g{number}", {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "kg", "build", *map(str, paths), "-g", str(graph), "--workers", hands]
        subprocess.run(command, check=True, capture_output=True, env=env)
        code = f"import sys; sys.path[:0] = ['tests', '.']; import test_build; test_build.print_digests({str(graph)!r})"
        result = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
        found.append(result.stdout.split())

    assert len(found[0]) == 8
    assert found[1:] == [found[0]] * 2


# ---------------------------------------------------------------- many hands


def deadly(paths, recipe):
    """Like `shards.work`, but some files kill whoever reads them; one does so only once."""
    for path in paths:
        once = Path(recipe.cache) / "died"
        if "deadly" in path or ("once" in path and not once.exists()):
            once.parent.mkdir(exist_ok=True, parents=True)
            once.touch()
            os._exit(9)
    return shards.work(paths, recipe)


def test_a_worker_that_dies_costs_a_retry_and_its_file_when_it_dies_again(tmp_path):
    reports = fill(tmp_path / "in", range(30))
    (reports / "005.txt").rename(reports / "005-deadly.txt")
    (reports / "007.txt").rename(reports / "007-once.txt")
    files = sorted(map(str, reports.iterdir()))
    jobs = [tuple(files[i : i + 4]) for i in range(0, 30, 4)]
    recipe = kg_build.recipe_of(tmp_path / "g", "https://example.org/")
    with workers.crew(2) as two:
        found = {Path(o.path).name: o for o in workers.run(jobs, recipe, two, deadly)}

    assert len(found) == 30
    assert [name for name, outcome in found.items() if outcome.skipped] == ["005-deadly.txt"]
    outcome = found["005-deadly.txt"]
    assert outcome.skipped[0].reason == "ends the process that reads it"
    assert not outcome.settled


def test_few_jobs_are_in_hand_at_any_time(tmp_path):
    asked = []

    def jobs():
        for number in range(100):
            asked.append(number)
            yield (str(number),)

    def nothing(paths, _):
        return [Outcome(path) for path in paths]

    outcomes = workers.run(jobs(), kg_build.recipe_of(tmp_path, ""), workers.Crew(workers.Here, 2), nothing)
    next(outcomes)
    assert len(asked) <= 2 * workers.AHEAD
    assert len(list(outcomes)) == 99


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="lists processes by /proc")
def test_workers_go_when_their_parent_is_killed(tmp_path):
    reports = fill(tmp_path / "in", range(400))
    command = [sys.executable, "-m", "kg", "build", str(reports), "-g", str(tmp_path / "g"), "--workers", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not list((tmp_path / "g" / CACHE).glob("*/??/*.gz")) and time.monotonic() < deadline:
        time.sleep(0.05)
    children = [int(c) for c in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    assert len(children) >= 2
    process.kill()
    process.wait()
    while any(works(child) for child in children):
        assert time.monotonic() < deadline + 10
        time.sleep(0.05)


def works(process):
    """Tell whether a process is there and one of our workers."""
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def test_the_manifest_says_what_came_of_each_input(tmp_path):
    reports = fill(tmp_path / "in", range(2))
    build([reports], tmp_path / "g")
    found = read_manifest(newest(tmp_path / "g"))

    assert [Path(p).name for p in found.inputs] == ["000.txt", "001.txt"]
    assert len(found.reports()) == 2
    assert found.counts["kg:Report"] == 2
    query = "SELECT ?n { ?r kg:path ?n }"
    names = open_store(tmp_path / "g").query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert sorted(row["n"].value for row in names) == ["000.txt", "001.txt"]
