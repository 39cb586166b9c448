"""How well the extraction agrees with judged answers.

In: gold files and predictions, both as JSON objects of the interchange format. Out: `Scores`, figures by name
(fact.f1, entity.Reform.precision, part.unit.accuracy, meta.region.accuracy …) and every mistake with its sentence.
Counts are taken over all documents together (micro).

A fact is right when number, value, unit, indicator, reform and platform are all right. What gold calls optional is
neither asked for nor punished.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.checks.audit import audit
from kg.checks.scores import Judged, as_object, judged
from kg.errors import UnreadableFile
from kg.extract import extract, to_json
from kg.model import Kind
from kg.readers.read import read
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

Json = dict[str, Any]
PREDICATES = ("adopts", "deliveredThrough", "partner")
FIELDS = ("publisher", "region", "period", "issued", "number")
PARTS = ("value", "unit", "indicator", "reform", "platform")
FURTHER_PARTS = ("modality", "approximate")
CLOSE = 1e-6  # relative; a value is printed as a decimal of a double

_MARKS = re.compile(r"[\s“”‘’\"'「」『』《》〈〉<>()()·・、,,.。+]")
_TAILS = {
    Kind.REFORM: re.compile(r"(?:改革|服务|事项|模式|机制|制度|工作)$"),
    Kind.PLATFORM: re.compile(r"(?:app|应用|小程序|平台|系统)$"),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One answer that gold doesn't accept."""

    document: str
    what: str  # missed, false, or the parts that are wrong: reform,platform
    where: str  # the words around a number, or the name
    gold: str
    found: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures by name, each between 0 and 1, and the mistakes behind them."""

    figures: dict[str, float]
    mistakes: tuple[Mistake, ...]


@dataclass(slots=True)
class _Count:
    """What precision (right of answered) and recall (found of wanted) are made of."""

    right: int = 0
    answered: int = 0
    found: int = 0
    wanted: int = 0

    def add(self, right: int, answered: int, found: int, wanted: int) -> None:
        self.right += right
        self.answered += answered
        self.found += found
        self.wanted += wanted

    def figures(self, name: str) -> dict[str, float]:
        precision, recall = _share(self.right, self.answered), _share(self.found, self.wanted)
        both = precision + recall
        f1 = 2 * precision * recall / both if both else 0.0
        return {f"{name}.precision": precision, f"{name}.recall": recall, f"{name}.f1": f1}


@dataclass(slots=True)
class _Tally:
    counts: dict[str, _Count] = field(default_factory=lambda: defaultdict(_Count))
    parts: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    paired: int = 0
    documents: int = 0
    mistakes: list[Mistake] = field(default_factory=list)


def evaluate(golds: Sequence[Json], predictions: Mapping[str, Json], texts: Mapping[str, str] | None = None) -> Scores:
    """Score predictions against gold.

    Args:
        golds: gold objects.
        predictions: by the stem of the gold's `doc`; a document without one counts as one in which nothing was found.
        texts: by the same stem, for the words around a mistake.
    """
    tally = _Tally()
    for gold in golds:
        stem = Path(gold["doc"]).stem
        _Document(stem, gold, predictions.get(stem, {}), (texts or {}).get(stem, ""), tally).score()
    figures: dict[str, float] = {}
    for name in ("number", "fact", *(f"entity.{k}" for k in Kind), *(f"relation.{p}" for p in PREDICATES)):
        figures |= tally.counts[name].figures(name)
    if tally.counts["check"].answered or tally.counts["check"].wanted:
        figures |= tally.counts["check"].figures("check")
    for part in (*PARTS, *FURTHER_PARTS):
        figures[f"part.{part}.accuracy"] = _share(tally.parts[part], tally.paired)
    for name in FIELDS:
        figures[f"meta.{name}.accuracy"] = _share(tally.fields[name], tally.documents)
    return Scores(figures, tuple(tally.mistakes))


def evaluate_folder(gold: Path, predictions: Path | None = None, texts: Path | None = None) -> Scores:
    """Score a folder of gold files.

    Args:
        gold: the folder; one JSON file a document.
        predictions: a folder of extractions with the same names. None: the texts are read and extracted now.
        texts: where the documents lie; default: beside the gold, in a folder called `reports` or `texts`.

    Raises:
        UnreadableFile: there is no gold, or a gold's text can't be found.
    """
    golds = list(_objects(gold).values())
    if not golds:
        raise UnreadableFile(
            "holds no gold file", str(gold), "Name the folder of the judged answers, such as data/gold"
        )
    if predictions is not None:
        return evaluate(golds, _objects(predictions))
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    documents = {Path(g["doc"]).stem: read(_text_of(g, gold, texts)) for g in golds}
    read_now = {stem: extract(document, lexicon, gazetteer) for stem, document in documents.items()}
    checks = {stem: [as_object(check) for check in audit(one, lexicon)] for stem, one in read_now.items()}
    found = {stem: to_json(one) | {"checks": checks[stem]} for stem, one in read_now.items()}
    return evaluate(golds, found, {stem: document.text for stem, document in documents.items()})


def _objects(folder: Path) -> dict[str, Json]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def _text_of(gold: Json, folder: Path, texts: Path | None) -> Path:
    places = [texts] if texts else [p for up in folder.absolute().parents[:2] for p in (up / "reports", up / "texts")]
    for place in places:
        for name in (gold["doc"], f"{Path(gold['doc']).stem}.txt"):
            if (place / name).is_file():
                return place / name
    raise UnreadableFile(f"the text {gold['doc']} is not there", str(folder), "Say where the texts lie: --texts DIR")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _same_number(a: float | str | None, b: float | str | None) -> bool:
    """Tell whether two JSON values are one number; a text that says a number counts as one."""
    try:
        first, second = float(a or 0), float(b or 0)
    except ValueError:
        return False
    return None not in (a, b) and "" not in (a, b) and abs(first - second) <= CLOSE * max(1.0, abs(second))


def _plain(name: object, kind: Kind | None = None) -> str:
    """Fold width, case and marks, and for reforms and platforms one general last word."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", str(name or "")).casefold())
    tail = _TAILS.get(kind) if kind else None
    return (tail.sub("", text) or text) if tail else text


def _meet(a: Json, b: Json) -> bool:
    return bool(a["start"] < b["end"] and b["start"] < a["end"])


class _Document:
    """The comparison of one document."""

    def __init__(self, stem: str, gold: Json, found: Json, text: str, tally: _Tally) -> None:
        self._stem, self._gold, self._found, self._text, self._tally = stem, gold, found, text, tally
        self._entities: list[Json] = gold.get("entities", [])
        self._names: dict[tuple[str, str], int] = {}
        for i, entity in enumerate(self._entities):
            for name in (entity["name"], *entity.get("aliases", ())):
                self._names.setdefault((entity["type"], _plain(name, Kind(entity["type"]))), i)

    def score(self) -> None:
        """Add this document to the tally."""
        self._tally.documents += 1
        self._numbers()
        for kind in Kind:
            self._kind(kind)
        for predicate in PREDICATES:
            self._relation(predicate)
        self._fields()
        if "checks" in self._gold and "checks" in self._found:
            self._checks(judged(self._gold["checks"], self._found["checks"]))

    def _numbers(self) -> None:
        quantities, observations = self._gold["quantities"], self._found.get("observations", [])
        pairs, false = _pair(quantities, observations)
        wanted = [i for i, q in enumerate(quantities) if q["metric"] is True]
        right = 0
        for i, observation in pairs.items():
            verdict = self._judge(quantities[i], observation)
            self._tally.paired += 1
            self._tally.parts.update(part for part, good in verdict.items() if good)
            wrong = [part for part in PARTS if not verdict[part]]
            right += not wrong
            if wrong:
                self._number_mistake(",".join(wrong), quantities[i], observation)
        for i in wanted:
            if i not in pairs:
                self._number_mistake("missed", quantities[i], {})
        for observation in false:
            self._number_mistake("false", {}, observation)
        answered = len(pairs) + len(false)
        self._tally.counts["number"].add(len(pairs), answered, len(pairs), len(wanted))
        self._tally.counts["fact"].add(right, answered, right, len(wanted))

    def _judge(self, gold: Json, found: Json) -> dict[str, bool]:
        said = _plain("".join(found.get(name) or "" for name in ("indicator", "reform", "platform", "agency")))
        phrase = _plain(found.get("indicator"))
        named = all(any(_plain(word) in said for word in words) for words in gold.get("must", ()))
        return {
            "value": _same_number(found.get("value"), gold["value"]),
            "unit": _plain(found.get("unit")) in [_plain(unit) for unit in gold.get("unit") or [None]],
            "indicator": bool(phrase) and named and not any(_plain(w) in phrase for w in gold.get("must_not", ())),
            "reform": self._accepts(Kind.REFORM, gold.get("reform"), found.get("reform")),
            "platform": self._accepts(Kind.PLATFORM, gold.get("platform"), found.get("platform")),
            "modality": (found.get("modality") or "actual") == gold.get("modality", "actual"),
            "approximate": bool(found.get("approximate")) == bool(gold.get("approximate")),
        }

    def _accepts(self, kind: Kind, accepted: list[str | None] | None, label: str | None) -> bool:
        return accepted is None or any(self._same(kind, label, name) for name in accepted or [None])

    def _same(self, kind: Kind, a: str | None, b: str | None) -> bool:
        if not a or not b:
            return not a and not b
        return self._key(kind, a) == self._key(kind, b)

    def _key(self, kind: Kind, name: object) -> int | str:
        """Return what a name means: a gold entity, else the plain name itself."""
        plain = _plain(name, kind)
        return self._names.get((kind, plain), plain)

    def _kind(self, kind: Kind) -> None:
        wanted = {i for i, e in enumerate(self._entities) if e["type"] == kind and e.get("required", True)}
        labels = {m.get("label") or m.get("text") for m in self._found.get("mentions", []) if m.get("type") == kind}
        keys = {self._key(kind, label): label for label in sorted(labels, key=str)}
        hits = {key for key in keys if isinstance(key, int)}
        self._tally.counts[f"entity.{kind}"].add(len(hits), len(keys), len(hits & wanted), len(wanted))
        self._mistakes(f"{kind} missed", (self._entities[i]["name"] for i in sorted(wanted - hits)), ())
        self._mistakes(f"{kind} false", (), (label for key, label in keys.items() if isinstance(key, str)))

    def _relation(self, predicate: str) -> None:
        wanted: set[tuple[int | str, ...]] = set()
        optional: set[tuple[int | str, ...]] = set()
        for first, *names in self._gold.get("relations", []):
            if first == predicate:
                debatable = names[-1] == "optional"
                (optional if debatable else wanted).add(self._ends(predicate, names[:-1] if debatable else names))
        said = {
            self._ends(predicate, [r["object"]] if predicate == "adopts" else [r["subject"], r["object"]])
            for r in self._found.get("relations", [])
            if r.get("predicate") == predicate
        }
        hits = said & (wanted | optional)
        self._tally.counts[f"relation.{predicate}"].add(len(hits), len(said), len(said & wanted), len(wanted))
        self._mistakes(f"{predicate} missed", sorted(map(self._shown, wanted - said)), ())
        self._mistakes(f"{predicate} false", (), sorted(map(self._shown, said - hits)))

    def _ends(self, predicate: str, names: Sequence[str]) -> tuple[int | str, ...]:
        kinds = {"adopts": (Kind.REFORM,), "deliveredThrough": (Kind.REFORM, Kind.PLATFORM)}
        both = kinds.get(predicate, (Kind.REFORM, Kind.REGION))
        return tuple(self._key(kind, name) for kind, name in zip(both, names, strict=False))

    def _shown(self, ends: tuple[int | str, ...]) -> str:
        return " – ".join(self._entities[end]["name"] if isinstance(end, int) else end for end in ends)

    def _fields(self) -> None:
        about = self._found.get("document", {})
        for name in FIELDS:
            gold = self._gold.get("meta", {}).get(name)
            accepted = gold if isinstance(gold, list) else [gold]
            right = any(_plain(about.get(name)) == _plain(answer) for answer in accepted)
            self._tally.fields[name] += right
            if not right:
                self._mistakes(name, [" / ".join(map(str, accepted))], [str(about.get(name))])

    def _checks(self, found: Judged) -> None:
        wanted = found.hits & found.wanted
        self._tally.counts["check"].add(len(found.hits), len(found.answered), len(wanted), len(found.wanted))
        for what, keys in (("check missed", found.missed), ("check false", found.false)):
            places = [f"{start} from {'、'.join(map(str, sorted(operands)))}" for start, operands in keys]
            self._mistakes(what, *((places, ()) if what == "check missed" else ((), places)))

    def _mistakes(self, what: str, gold: Iterable[str], found: Iterable[str]) -> None:
        golds, founds = list(gold), list(found)
        for i in range(max(len(golds), len(founds))):
            one = (golds[i : i + 1] or [""])[0], (founds[i : i + 1] or [""])[0]
            self._tally.mistakes.append(Mistake(self._stem, what, one[0] or one[1], *one))

    def _number_mistake(self, what: str, gold: Json, found: Json) -> None:
        place = gold or found
        start, end = place["start"], place["end"]
        around = f"{self._text[max(0, start - 24) : start]}[{self._text[start:end]}]{self._text[end : end + 16]}"
        parts = [part for part in PARTS if what.startswith("missed") or part in what]
        wanted = "; ".join(f"{p}: {gold.get('must') if p == 'indicator' else gold.get(p)}" for p in parts if gold)
        said = "; ".join(f"{p}: {found.get(p)}" for p in (parts or PARTS) if found)
        self._tally.mistakes.append(Mistake(self._stem, what, " ".join(around.split()), wanted, said))


def _pair(quantities: Sequence[Json], observations: Sequence[Json]) -> tuple[dict[int, Json], list[Json]]:
    """Give each gold metric one observation that meets it, of the same value if there is one; return the false ones."""
    pairs: dict[int, Json] = {}
    taken: set[int] = set()
    for exact in (True, False):
        for i, gold in enumerate(quantities):
            if gold["metric"] is not True or i in pairs:
                continue
            for k, found in enumerate(observations):
                fits = not exact or _same_number(found.get("value"), gold["value"])
                if k not in taken and fits and _meet(gold, found):
                    pairs[i] = found
                    taken.add(k)
                    break
    false = [
        found
        for k, found in enumerate(observations)
        if k not in taken and not any(_excuses(gold, found) for gold in quantities if _meet(gold, found))
    ]
    return pairs, false


def _excuses(gold: Json, found: Json) -> bool:
    """A debatable number, or a further indicator of one that is met already, is no false one."""
    if gold["metric"] == "optional":
        return True
    return gold["metric"] is True and _same_number(found.get("value"), gold["value"])
