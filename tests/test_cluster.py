"""A Dask cluster of two workers builds what one process builds, byte for byte, also when a worker is killed."""

import gzip
import json
import os
import signal
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from test_build import deadly, dump, fill

from kg.builds import workers
from kg.builds.build import build, recipe_of
from kg.errors import KgError
from kg.exports.export import export
from kg.graph.store import open_store

distributed = pytest.importorskip("distributed", reason="pip install 'reform-kg[cluster]'")
CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus" / "documents.jsonl.gz"
PART = 24  # documents of the corpus


@pytest.fixture(scope="module")
def cluster():
    """Two workers; a task that killed two of them comes back, not only after four."""
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as started,
    ):
        yield started


def nquads(graph):
    file = BytesIO()
    export(open_store(graph), "nquads", file)
    return file.getvalue()


def same(reports, cluster, tmp_path, on_progress=None):
    build([reports], tmp_path / "here")
    done = build([reports], tmp_path / "there", on_progress, scheduler=cluster.scheduler_address)
    assert nquads(tmp_path / "there") == nquads(tmp_path / "here")
    assert dump(tmp_path / "there") == dump(tmp_path / "here")
    return done


def test_a_corpus_gives_the_same_bytes(cluster, tmp_path):
    done = same(fill(tmp_path / "in", range(32)), cluster, tmp_path)

    assert done.reports == 32
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        loaded = client.run(has_worked)
    assert list(loaded.values()) == [True, True]


def has_worked():
    """Whether this worker has loaded what extraction needs."""
    import sys

    return "kg.extract" in sys.modules


def test_a_part_of_the_real_corpus_gives_the_same_bytes(cluster, tmp_path):
    if not CORPUS.exists():
        pytest.skip("needs ../shared/corpus")
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 0, None, 40)][:PART]
    assert same(fill(tmp_path / "in", range(len(texts)), texts.__getitem__), cluster, tmp_path).reports == PART


def test_a_worker_that_is_killed_costs_a_retry(cluster, tmp_path):
    killed = []

    def kill(done, _):
        if done >= 8 and not killed:
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    done = same(fill(tmp_path / "in", range(32)), cluster, tmp_path, kill)

    assert killed
    assert not done.skipped


def test_a_file_that_kills_its_worker_again_is_skipped(cluster, tmp_path):
    reports = fill(tmp_path / "in", range(12))
    (reports / "005.txt").rename(reports / "005-deadly.txt")
    (reports / "007.txt").rename(reports / "007-once.txt")
    files = sorted(map(str, reports.iterdir()))
    jobs = [tuple(files[i : i + 4]) for i in range(0, 12, 4)]
    with workers.crew(scheduler=cluster.scheduler_address) as hands:
        found = {Path(o.path).name: o for o in workers.run(jobs, recipe_of(tmp_path / "g", "http://x/"), hands, deadly)}

    assert len(found) == 12
    assert [name for name, outcome in found.items() if outcome.skipped] == ["005-deadly.txt"]


def test_a_cluster_that_does_not_answer_says_so(monkeypatch):
    monkeypatch.setattr(workers, "ANSWER", 1)
    with pytest.raises(KgError, match="does not answer"), workers.crew(scheduler="tcp://127.0.0.1:9"):
        pass
