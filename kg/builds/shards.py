"""Shards: what each report says, as N-Quads on disk, so that no report is extracted twice.

    OUT/.cache/VERSION/ab/abcdef….nq.gz     one report; a comment with its `Facts` comes first

In: files. Out: their `Facts`, and a shard for each report. Runs in the workers of a build (`workers`); a shard is
written beside its place and renamed into it, so that it is there whole or not at all. The cache may be deleted at any
time. Out of scope: which reports make a graph (`build`).
"""

import gc
import gzip
import json
import os
import re
import shutil
import sys
import zlib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock

from kg.errors import KgError, UnreadableFile
from kg.graph.reposts import sketch
from kg.model import Document
from kg.readers.content import LIMITS, Limits
from kg.readers.deadline import within
from kg.readers.given import misunderstood
from kg.resources import data_path, ontology_path
from kg.terms.gazetteer import Gazetteer, load_gazetteer
from kg.terms.lexicon import Lexicon, load_lexicon

CACHE = ".cache"
LIBRARIES = ("ahocorasick-rs", "jieba", "opencc", "lxml", "pypdfium2", "rapidocr", "onnxruntime")
"""Packages whose version may change what a report states; those that are not installed count as such."""

_NAME_OF_A_FILE = re.compile(r"[/\\]")
_PASSING = ("can't be opened", "changed while", "takes longer")  # what may be otherwise the next time
OBJECTS = 20_000  # new ones between two looks for cycles
FRESH = 64  # shards, some 100 KB each; a build that extracts in its own process asks for each soon after (2026-11)
_fresh: dict[Path, str] = {}
"""The newest shards that this process wrote, and nobody has read yet."""
_turn = Lock()  # a Dask worker has threads, and the stages keep a text's results by turns


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is the same for all reports of a build."""

    cache: str  # folder of the shards of this version
    version: str  # `facts_version`
    base: str  # where the IRIs of instances begin
    limits: Limits = LIMITS  # of each document


@dataclass(frozen=True, slots=True)
class Facts:
    """What a build has to know of a report without reading its shard."""

    sha256: str  # of the document
    name: str  # of its file, without folders
    shard: str  # the shard's own name
    characters: int
    codes: tuple[str, ...]  # of the regions that it needs described
    off_topic: bool  # without a region or without any reform
    region: str | None = None  # that it is about: code, or name where there is none
    period: str | None = None
    issued: str | None = None
    sketch: str = ""  # by which its reposts are found


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that is not in the graph."""

    path: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input file."""

    path: str
    reports: tuple[Facts, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    settled: bool = True  # the same file would come out the same; False where trying again may help


def work(paths: Sequence[str], recipe: Recipe) -> list[Outcome]:
    """Extract files into shards; the ones that are there stay. Nothing that a file holds stops the others.

    Raises:
        KgError: this process would extract other facts than the one that asks, or the cache can't be written.
    """
    if facts_version() != recipe.version:
        raise KgError("a worker runs another version of reform-kg or its terms", mend="Install the same everywhere")
    with _turn, _rarely_collected():
        return [_work(path, recipe) for path in paths]


def read_shard(recipe: Recipe, name: str) -> str | None:
    """Return the N-Quads of a shard, or None where it is not there or broken."""
    place = _place(recipe, name)
    if quads := _fresh.pop(place, None):
        return quads
    try:
        return gzip.decompress(place.read_bytes()).decode("utf-8")
    except (OSError, EOFError, ValueError, zlib.error):
        return None


def has_shard(recipe: Recipe, name: str) -> bool:
    """Tell whether a shard is there."""
    return _place(recipe, name).exists()


def sweep(recipe: Recipe, used: AbstractSet[str]) -> None:
    """Delete the shards that no report of the graph uses, and those of other versions."""
    here = Path(recipe.cache)
    for version_of in here.parent.iterdir():
        if version_of != here:
            shutil.rmtree(version_of, ignore_errors=True)
    for path in here.glob("??/*"):
        if path.name.removesuffix(".nq.gz") not in used:
            path.unlink(missing_ok=True)


@cache
def facts_version() -> str:
    """Return a hash of all that decides the facts beside the report: this package, its terms, its libraries."""
    digest = sha256()
    package = Path(__file__).parent.parent
    for root, pattern in ((package, "*.py"), (ontology_path(), "*.ttl"), (data_path("gazetteers"), "*.tsv")):
        for path in sorted(root.rglob(pattern), key=lambda p: p.relative_to(root).as_posix()):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for library in LIBRARIES:
        digest.update(f"{library} {_installed(library)}\n".encode())
    return digest.hexdigest()[:16]


def _installed(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Let Python look for cycles less often: the stages make none, and one time in 25 went into looking (2026-11)."""
    before = gc.get_threshold()
    gc.set_threshold(max(OBJECTS, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def _terms() -> tuple[Lexicon, Gazetteer]:
    return load_lexicon(), load_gazetteer()


def _work(path: str, recipe: Recipe) -> Outcome:
    from kg.readers.read import in_time

    faults: list[UnreadableFile] = []
    reports: list[Facts] = []
    failed: list[Skipped] = []
    for document in in_time(Path(path), faults, recipe.limits):
        try:
            with within(recipe.limits.seconds, document.path):
                reports.append(_facts(document, recipe))
            faults += misunderstood(document, _terms()[1]) if document.by_user else ()
        except UnreadableFile as fault:
            faults.append(fault)
        except (KgError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours; it must not cost a million other reports
            reason = f"could not be extracted: {type(error).__name__}: {error}"
            failed.append(Skipped(document.path, reason, "Please report it: kg extract FILE shows where it fails"))
    skipped = (*(Skipped(fault.where, fault.what, fault.mend) for fault in faults), *failed)
    return Outcome(path, tuple(reports), skipped, settled=not any(s.reason.startswith(_PASSING) for s in skipped))


def _facts(document: Document, recipe: Recipe) -> Facts:
    name = _NAME_OF_A_FILE.split(document.path)[-1]
    given = json.dumps([document.given, sorted(document.by_user)], sort_keys=True)
    about = f"{document.sha256}\n{name}\n{given}\n{recipe.base}"
    shard = sha256(about.encode("utf-8", "surrogatepass")).hexdigest()
    return _known(recipe, shard) or extracted(document, name, shard, recipe)


def _known(recipe: Recipe, shard: str) -> Facts | None:
    """Return the facts of a shard that is there."""
    quads = read_shard(recipe, shard)
    if quads is None:
        return None
    found = json.loads(quads[2 : quads.index("\n")])
    return Facts(**found | {"codes": tuple(found["codes"])})


def extracted(document: Document, name: str, shard: str, recipe: Recipe) -> Facts:
    """Extract a report into its shard."""
    from kg.checks.audit import audit
    from kg.extract import extract
    from kg.graph.report import codes_of, to_nquads

    lexicon, gazetteer = _terms()
    extraction = extract(document, lexicon, gazetteer)
    off_topic = extraction.meta.region is None or not any(m.kind == "Reform" for m in extraction.mentions)
    codes = tuple(sorted(codes_of(extraction, gazetteer)))
    meta = extraction.meta
    about_it = meta.region or meta.region_name, meta.period, meta.issued, sketch(document.folded)
    facts = Facts(sys.intern(document.sha256), name, shard, len(document.text), codes, off_topic, *about_it)
    about = json.dumps(asdict(facts))  # ASCII: a name may hold what is no character
    checks = audit(extraction, lexicon)
    quads = f"# {about}\n{to_nquads(extraction, gazetteer, lexicon, recipe.base, checks)}"
    place = _place(recipe, shard)
    _write(place, gzip.compress(quads.encode("utf-8"), compresslevel=1, mtime=0))
    _fresh[place] = quads
    if len(_fresh) > FRESH:
        del _fresh[next(iter(_fresh))]
    return facts


def _place(recipe: Recipe, shard: str) -> Path:
    return Path(recipe.cache, shard[:2], f"{shard}.nq.gz")


def _write(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        try:
            fresh.write_bytes(data)
        except FileNotFoundError:  # the first of its folder
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(data)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
