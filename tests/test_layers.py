"""The order of the modules is the order of the pipeline: nothing imports what stands below it, not even when called."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg"

STAGES = {
    "values": """errors readers.deadline model text text.jump text.fold text.markup text.numerals text.tables table
        resources""",
    "terms": "terms terms.lexicon terms.gazetteer terms.tiles",
    "files": """readers readers.content readers.decode readers.numbering readers.packed readers.kinds
        readers.pdf_lines readers.pdf_tables readers.ocr readers.pdf readers.rows readers.saved
        readers.page_lines readers.main_text readers.webpage readers.word readers.elsewhere readers.inputs
        readers.beside readers.read""",
    "places and bodies": """text.segment readers.given about about.dating places places.sight places.localities
        places.settle places.home places.regions bodies bodies.grammar bodies.find about.meta bodies.agencies""",
    "names": """names names.candidates names.rules names.platforms names.reforms names.policies""",
    "facts": """facts facts.relations facts.unmeasured facts.wording facts.tables facts.quantities facts.phrases
        facts.indicators facts.stretches facts.scope_rules facts.scope facts.canonical facts.observations""",
    "extraction": "graph graph.iris extract explain",
    "checks": """checks checks.claims checks.series checks.shares checks.sums checks.changes checks.audit
        checks.scores evaluate""",
    "graph": """graph.nquads graph.verdicts graph.reposts graph.vocabulary graph.things graph.report graph.census
        graph.forget graph.store builds builds.shards builds.workers builds.manifest builds.report
        builds.build""",
    "questions": """ask ask.tokens ask.guard ask.sparql ask.query ask.wire ask.remote ask.resolve ask.lookup ask.show
        ask.compare ask.cite ask.diff ask.coverage""",
    "exports": """exports exports.selection graph.validate exports.picture exports.styles exports.rows exports.rdf
        exports.export ask.conflicts ask.panel exports.publish""",
    "change": """change change.evidence ask.checked change.sides change.trend change.aims
        change.naming change.territory change.diffusion change.growth_curve change.likeness change.networks
        ask.indicator_coverage change.sightings change.suggest change.proposal""",
    "pictures": """charts charts.words charts.sheet charts.fonts charts.adoption charts.spread charts.ranking
        charts.network charts.tilemap charts.make charts.gallery""",
    "face": "frames notebook opened __init__",
    "endpoint": """serve serve.negotiate serve.snapshot serve.kept serve.workers serve.answers serve.asked
        serve.network serve.statements serve.tiles serve.rankings serve.terms serve.remarks serve.chart serve.overview
        serve.reading serve.search serve.studies serve.pictures serve.views serve.writing serve.jobs serve.pages
        serve.api serve.faults serve.endpoint serve.graph_store serve.app""",
    "commands": """commands commands.console commands.ask commands.change commands.check commands.cover commands.differ
        commands.find commands.make commands.network commands.plot commands.publish commands.serve
        commands.study commands.suggest cli __main__""",
}
LATE = {("serve.workers", "serve.jobs")}
"""Whom a module imports although it stands below: a worker process loads its jobs when it starts."""
ORDER = [module for stage in STAGES.values() for module in stage.split()]


def name_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1]) if len(parts) > 1 and parts[-1] == "__init__" else ".".join(parts)


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py")}


def imported(tree):
    """The modules of the package that a module imports, at its top or in a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name.removeprefix("kg.") for a in node.names if a.name.startswith("kg."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kg":
            package = (node.module or "").removeprefix("kg").removeprefix(".")
            for alias in node.names:
                inner = f"{package}.{alias.name}".removeprefix(".")
                yield inner if inner in MODULES else package


def test_every_module_has_one_place_in_the_order():
    assert len(ORDER) == len(set(ORDER))
    assert set(MODULES) == set(ORDER)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_what_stands_above_it(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    above = set(ORDER[: ORDER.index(name)])

    below = {module for module in imported(tree) if module} - above
    assert {(name, module) for module in below} <= LATE


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_are_absolute_and_of_modules_that_exist(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert {module for module in imported(tree) if module} <= set(MODULES)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_module_reads_or_asks_at_import(name):
    """No file is opened and no clock is asked outside a function."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    asked = {"open", "read_text", "read_bytes", "load_lexicon", "load_gazetteer", "now", "today", "time", "urlopen"}
    at_import = [
        node
        for statement in tree.body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
    ]
    called = {getattr(call.func, "id", getattr(call.func, "attr", "")) for call in at_import}

    assert called & asked == set()


def test_the_law_finds_a_breach():
    tree = ast.parse("def late():\n    from kg.cli import main\n    from kg.serve import views\n    import kg.model\n")

    assert list(imported(tree)) == ["cli", "serve.views", "model"]
