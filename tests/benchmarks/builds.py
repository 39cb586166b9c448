"""How fast builds are, beside jieba over the same text in the same run: prints ratios.

    python tests/benchmarks/builds.py [--corpus documents.jsonl.gz] [--many 10000] [--memory]

A corpus is JSON Lines with a key `text`. Without one, documents are generated from the sentences of data/reports, always
the same. `--many` is how many documents ten are added to; `--memory` compares the peak memory of 20,000 and 2,000.
"""

import argparse
import gzip
import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import jieba
import jieba.posseg

from kg.build import build
from kg.extract import extract
from kg.gazetteer import load_gazetteer
from kg.lexicon import load_lexicon
from kg.read import document

GENERATED = 1000
TEN = 10


def main() -> None:
    """Run all and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--many", type=int, default=2000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--build", nargs=2, help=argparse.SUPPRESS)  # a child whose memory is measured
    options = parser.parse_args()
    if options.build:
        build([Path(options.build[0])], Path(options.build[1]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return
    texts = read_corpus(options.corpus) if options.corpus else generated(GENERATED)
    size = sum(map(len, texts))
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, Python {platform.python_version()}; load {os.getloadavg()[0]:.1f}"
    )
    print(f"{len(texts):,} documents, {size:,} characters\n")
    with tempfile.TemporaryDirectory() as folder:
        whole_builds(texts, size, Path(folder))
        extraction(texts)
        adding(texts, options.many, Path(folder))
        if options.memory:
            memory(texts, Path(folder))


def whole_builds(texts: list[str], size: int, folder: Path) -> None:
    """Compare the whole build with jieba.cut, with two workers, and with one where nothing changed."""
    inputs = written(texts, folder / "corpus")
    build([written(texts[:20], folder / "warm")], folder / "g-warm")  # dictionaries are loaded once
    cut = timed(lambda: [jieba.lcut(text) for text in texts])
    one = timed(lambda: build([inputs], folder / "g1"))
    two = timed(lambda: build([inputs], folder / "g2", workers=2))
    again = timed(lambda: build([inputs], folder / "g1"))
    say("jieba.cut", cut, size)
    say("whole build, one process", one, size, "of jieba.cut", cut / one)
    say("whole build, two workers", two, size, "of one", one / two)
    say("whole build, two workers", two, size, "of jieba.cut", cut / two)
    say("build with nothing changed", again, size, "of the first", one / again)


def extraction(texts: list[str]) -> None:
    """Compare extraction alone with jieba.posseg, on every fifth document: posseg is slow."""
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    some = texts[::5]
    size = sum(map(len, some))
    tags = timed(lambda: [jieba.posseg.lcut(text) for text in some])
    cut = timed(lambda: [jieba.lcut(text) for text in some])
    found = timed(lambda: [extract(document(text), lexicon, gazetteer) for text in some])
    say("extraction alone", found, size, "of jieba.posseg", tags / found)
    say("extraction alone", found, size, "of jieba.cut", cut / found)


def adding(texts: list[str], many: int, folder: Path) -> None:
    """Compare adding ten documents to many with building the ten alone."""
    inputs = written([f"{texts[n % len(texts)]}\n{n}" for n in range(many)], folder / "many")
    first = timed(lambda: build([inputs], folder / "g-many", workers=2))
    new = [f"{text}\n新" for text in texts[:TEN]]
    alone = timed(lambda: build([written(new, folder / "ten")], folder / "g-ten"))
    written(new, folder / "many" / "new")
    added = timed(lambda: build([inputs], folder / "g-many"))
    print(f"{many:,} documents built in {first:.1f} s by two workers")
    print(f"{'ten alone':32}{alone:8.2f} s")
    print(f"{f'ten added to {many:,}':32}{added:8.2f} s   {added / alone:.2f} × of ten alone")


def memory(texts: list[str], folder: Path) -> None:
    """Compare the peak memory of many and few documents, each in a process of its own."""
    peaks = []
    for count in (2000, 20_000):
        inputs = written([f"{texts[n % len(texts)]}\n{n}" for n in range(count)], folder / f"m{count}")
        command = [sys.executable, __file__, "--build", str(inputs), str(folder / f"g-m{count}")]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]))
        print(f"{f'peak memory, {count:,} documents':32}{peaks[-1] / 1024:8.0f} MB")
    print(f"{'':32}{peaks[1] / peaks[0]:8.2f} × of 2,000")


def read_corpus(path: Path) -> list[str]:
    """Return the texts of JSON Lines, packed or not."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def generated(count: int) -> list[str]:
    """Return documents of the shipped reports' sentences, in another order and with other numbers."""
    rng = random.Random(1)
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


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def say(what: str, seconds: float, size: int, peer: str = "", ratio: float = 0) -> None:
    """Print one line."""
    print(f"{what:32}{seconds:8.2f} s {size / seconds:12,.0f} characters/s", f"  {ratio:.2f} × {peer}" if peer else "")


def machine() -> str:
    """Return the processor and how many of it there are."""
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return f"{found[1] if found else platform.processor()} × {os.cpu_count()}"


if __name__ == "__main__":
    main()
