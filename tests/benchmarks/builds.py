"""How fast builds are, beside jieba over the same text in the same run: prints ratios.

    python tests/benchmarks/builds.py [--corpus documents.jsonl.gz] [--only builds] [--many 10000]

A corpus is JSON Lines with a key `text`. Without one, documents are made from the sentences of data/reports, always
alike. Each line has the time on the clock and that on the processor, which other programs on the machine disturb less;
a store loads in a thread of its own, so a whole build may take more of the latter. The work of other processes is only
on the clock.
"""

import argparse
import gzip
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import jieba
import jieba.posseg

from kg.builds.build import build
from kg.extract import extract
from kg.readers.read import document
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

PARTS = ("builds", "extraction", "adding", "memory")
GENERATED = 1000
TEN = 10


class Time(NamedTuple):
    """Seconds."""

    clock: float
    processor: float  # of this process


def main() -> None:
    """Run the parts and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS[:3], help="default: all but memory")
    parser.add_argument("--many", type=int, default=2000, metavar="N", help="add ten documents to so many")
    parser.add_argument("--large", type=int, default=20_000, metavar="N", help="memory for so many, and for a tenth")
    parser.add_argument("--build", nargs=2, type=Path, help=argparse.SUPPRESS)  # a child whose memory is measured
    options = parser.parse_args()
    if options.build:
        build([options.build[0]], options.build[1])
        print(peak_memory())
        return
    texts = read_corpus(options.corpus) if options.corpus else generated(GENERATED)
    load = f"load {os.getloadavg()[0]:.1f}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, Python {platform.python_version()}, {load}")
    print(f"{len(texts):,} documents, {sum(map(len, texts)):,} characters\n")
    print(f"{'':32}{'clock':>9} {'processor':>11}   characters/s   ratio by clock, by processor")
    parts = {"builds": builds, "extraction": extraction, "adding": adding, "memory": memory}
    with tempfile.TemporaryDirectory() as folder:
        for part in options.only:
            parts[part](texts, Path(folder), options)


def peak_memory() -> int:
    """Return the most that this process has held, in KiB (Linux).

    Not `ru_maxrss`: that starts at what the parent held when it made this process.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


def builds(texts: list[str], folder: Path, _: argparse.Namespace) -> None:
    """Compare the whole build with jieba.cut, with two workers, and with one where nothing changed."""
    inputs, size = written(texts, folder / "corpus"), sum(map(len, texts))
    build([written(texts[:20], folder / "warm")], folder / "g-warm")  # dictionaries are loaded once
    cut = timed(lambda: sum(len(jieba.lcut(text)) for text in texts))  # nothing is kept, as in a build
    one = timed(lambda: build([inputs], folder / "g1"))
    two = timed(lambda: build([inputs], folder / "g2", workers=2))
    again = timed(lambda: build([inputs], folder / "g1"))
    say("jieba.cut", cut, size)
    say("whole build, one process", one, size, "of jieba.cut", cut)
    say("whole build, two workers", two, size, "of one process", one, children=True)
    say("whole build, two workers", two, size, "of jieba.cut", cut, children=True)
    say("build with nothing changed", again, size, "of the first", one)


def extraction(texts: list[str], _: Path, __: argparse.Namespace) -> None:
    """Compare extraction alone with jieba.posseg, on every fifth document: posseg is slow."""
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    some = texts[::5]
    size = sum(map(len, some))

    def extracted(texts: list[str]) -> int:
        return sum(len(extract(document(text), lexicon, gazetteer).mentions) for text in texts)

    extracted(some[:20])  # patterns are compiled once
    tags = timed(lambda: sum(len(jieba.posseg.lcut(text)) for text in some))
    cut = timed(lambda: sum(len(jieba.lcut(text)) for text in some))
    found = timed(lambda: extracted(some))
    say("jieba.posseg", tags, size)
    say("extraction alone", found, size, "of jieba.posseg", tags)
    say("extraction alone", found, size, "of jieba.cut", cut)


def adding(texts: list[str], folder: Path, options: argparse.Namespace) -> None:
    """Compare adding ten documents to many with building the ten alone: the command, from its start to its end."""
    many = options.many
    inputs = written([f"{texts[n % len(texts)]}\n{n}" for n in range(many)], folder / "many")

    def command(reports: Path, graph: str) -> Time:
        line = [sys.executable, "-m", "kg", "build", str(reports), "-g", str(folder / graph)]
        return timed(lambda: subprocess.run(line, check=True, capture_output=True))

    first = command(inputs, "g-many")
    new = [f"{text}\n新" for text in texts[:TEN]]
    alone = command(written(new, folder / "ten"), "g-ten")
    written(new, inputs / "new")
    added = command(inputs, "g-many")
    again = command(inputs, "g-many")
    size = sum(map(len, new))
    say(f"{many:,} documents, two workers", first, many * sum(map(len, texts)) // len(texts), children=True)
    say("ten alone", alone, size, children=True)
    say(f"ten added to {many:,}", added, size, "of ten alone", alone, children=True)
    say("the same with nothing changed", again, size, "of the first", first, children=True)


def memory(texts: list[str], folder: Path, options: argparse.Namespace) -> None:
    """Compare the peak memory of many and few documents, each in a process of its own."""
    peaks = []
    for count in (options.large // 10, options.large):
        inputs = written([f"{texts[n % len(texts)]}\n{n}" for n in range(count)], folder / f"m{count}")
        command = [sys.executable, __file__, "--build", str(inputs), str(folder / f"g-m{count}")]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]))
        print(f"{f'peak memory, {count:,} documents':32}{peaks[-1] / 1024:7.0f} MB")
    print(f"{'':32}{peaks[1] / peaks[0]:7.2f} × of a tenth as many")


def read_corpus(path: Path) -> list[str]:
    """Return the texts of JSON Lines, packed or not."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def generated(count: int) -> list[str]:
    """Return documents of the shipped reports' sentences, in another order and with other numbers."""
    rng = random.Random(1)  # noqa: S311
    texts = [path.read_text("utf-8") for path in sorted(Path("data/reports").glob("*.txt"))]
    sentences = [s for text in texts for s in re.findall(r"[^。\n]+[。\n]", text)]

    def changed(sentence: str) -> str:
        return re.sub(r"(?<!\d)[1-9]\d{1,2}(?!\d|年|月|日)", lambda _: str(rng.randrange(10, 999)), sentence)

    heads = [text.split("\n", 1)[0] for text in texts]
    return [rng.choice(heads) + "\n" + "".join(changed(rng.choice(sentences)) for _ in range(60)) for _ in range(count)]


def written(texts: list[str], folder: Path) -> Path:
    """Write a file for each text."""
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
    return folder


def timed(work: Callable[[], object]) -> Time:
    """Return how long it takes."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Time(time.perf_counter() - clock, time.process_time() - processor)


def say(what: str, took: Time, size: int, peer: str = "", other: Time | None = None, *, children: bool = False) -> None:
    """Print one line; a ratio above 1 is faster than the peer."""
    processor = f"{'–':>9}  " if children else f"{took.processor:9.2f} s"
    line = f"{what:32}{took.clock:7.2f} s {processor} {size / took.clock:14,.0f}"
    if other:
        ratio = "" if children else f", {other.processor / took.processor:.2f}"
        line += f"   {other.clock / took.clock:.2f}{ratio} × {peer}"
    print(line, flush=True)


def machine() -> str:
    """Return the processor and how many of it there are."""
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return f"{found[1] if found else platform.processor()} × {os.cpu_count()}"


if __name__ == "__main__":
    main()
