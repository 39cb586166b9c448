import csv
import io
import json
import os
import subprocess
import sys
import time

import click
import pytest
import rdflib
from asked import built
from click.testing import CliRunner

from kg.ask.query import shipped
from kg.cli import COMMANDS, main
from kg.commands.make import EXPORTS
from kg.exports.export import FORMATS
from kg.table import cells

REPORT = """桐溪县政务服务局2031年度工作报告
桐溪县政务服务局
2032年1月9日

一、推进“跨省通办”
我局办理“跨省通办”事项2731件，网上可办率达93.6%。
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return str(built(tmp_path_factory.mktemp("asked")))


@pytest.fixture
def kg(graph):
    """Run a command against the invented graph, as in a pipe."""

    def run(*words, stdin=None, where=True):
        more = ("-g", graph) if where and words[0] in WITH_GRAPH else ()
        return CliRunner().invoke(main, [*words, *more], input=stdin, catch_exceptions=False)

    return run


ALL = {name: main.get_command(click.Context(main), name) for name in COMMANDS}
WITH_GRAPH = {name for name, c in ALL.items() if any("--graph" in p.opts for p in c.params)} - {"build"}


# ---------------------------------------------------------------- help


def test_help_says_what_the_exits_mean(kg):
    text = kg("--help").output

    assert "0 done; 1 a check found faults; 2 misuse" in text
    assert "3 input that can't be used" in text
    assert text == kg("-h").output


@pytest.mark.parametrize("command", ALL.values(), ids=lambda c: c.name)
def test_every_command_has_help_with_an_example(command):
    assert f"kg {command.name}" in (command.help or "")
    assert "..." not in command.get_short_help_str(60), "its first sentence is short"
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, f"{command.name} {param.opts}"


def test_the_list_of_commands_says_what_each_says():
    assert [(name, said) for name, (_, said) in COMMANDS.items()] == [
        (command.name, command.get_short_help_str(100)) for command in ALL.values()
    ]


def test_every_command_that_reads_a_graph_names_it_alike():
    assert {"query", "lookup", "compare", "matrix", "export", "validate"} <= WITH_GRAPH
    for name in WITH_GRAPH | {"build"}:
        option = next(p for p in ALL[name].params if "--graph" in p.opts)
        assert "-g" in option.opts
        assert "outputs" == str(option.default)


def test_the_version_is_that_of_the_package(kg):
    assert kg("--version").output.startswith("kg, version ")


def test_help_costs_little_more_than_click():
    """Modules that open stores, parse ontologies or read tables come only when a command needs them."""
    heavy = ["pyoxigraph", "rdflib", "networkx", "jieba", "opencc", "pyshacl", "ahocorasick_rs"]
    code = f"import sys, kg.cli; print([m for m in {heavy} if m in sys.modules])"

    assert "[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_reads_no_file():
    code = "import sys; import kg; print(sorted(m for m in sys.modules if m.startswith('kg')))"

    assert "['kg']\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


# ---------------------------------------------------------------- query


def test_query_in_a_pipe_is_sparql_json(kg):
    result = kg("query", "SELECT ?n { reform:云端通办 skos:prefLabel ?n FILTER(LANG(?n) = 'zh-hans') }")

    assert "云端通办" in result.stdout
    assert ["云端通办"] == [b["n"]["value"] for b in json.loads(result.stdout)["results"]["bindings"]]
    assert result.stderr.startswith("1 row in 0.")


@pytest.mark.parametrize(
    ("fmt", "reads"),
    [
        ("csv", lambda text: [r["reform"] for r in csv.DictReader(io.StringIO(text))]),
        ("tsv", lambda text: [line.split("\t")[2].strip('"') for line in text.splitlines()[1:]]),
        ("xml", lambda text: [p.split("<")[0] for p in text.split('name="reform"><literal>')[1:]]),
        ("markdown", lambda text: [line.split(" | ")[2] for line in text.splitlines()[2:]]),
        ("table", lambda text: [line.split()[2] for line in text.splitlines()[2:]]),
    ],
)
def test_query_in_every_format_of_rows(kg, fmt, reads):
    text = kg("query", "reforms-by-region", "--param", "region=安吉", "--format", fmt).stdout

    assert ["云端通办", "少证办"] == reads(text)


@pytest.mark.parametrize(("fmt", "parser"), [("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld"), (None, "turtle")])
def test_construct_in_every_format_of_graphs(kg, fmt, parser):
    result = kg("query", "adoption-graph", *(("--format", fmt) if fmt else ()))

    assert 17 == len(rdflib.Graph().parse(data=result.stdout, format=parser))
    assert "17 triples" in result.stderr


def test_ask(kg):
    assert json.loads(kg("query", "ASK { reform:云端通办 a kg:Reform }").stdout)["boolean"] is True
    assert "true\n" == kg("query", "ASK { reform:云端通办 a kg:Reform }", "--format", "csv").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("adoption-graph", "--format", "csv"), "ttl, nt, jsonld"),
        (("reports", "--format", "ttl"), "table, json, csv"),
        (("reports", "--param", "region"), "NAME=VALUE"),
        ((), "What is the query?"),
        (("reports", "-o", "reports.docx"), "table, json"),
    ],
)
def test_misuse_of_query(kg, words, says):
    result = kg("query", *words)

    assert 2 == result.exit_code
    assert says in result.stderr


def test_query_from_a_file_and_from_stdin(kg, tmp_path):
    text = "# param reform 少证办\nSELECT ?n { $REFORM skos:prefLabel ?n FILTER(LANG(?n) = 'en') }"
    file = tmp_path / "own.rq"
    file.write_text(text, encoding="utf-8")

    assert "fewer papers" in kg("query", str(file)).stdout
    assert "served from the cloud" in kg("query", str(file), "--param", "reform=云上办").stdout
    assert "fewer papers" in kg("query", "-", stdin=text).stdout


def test_a_broken_query_is_pointed_at(kg, tmp_path):
    file = tmp_path / "own.rq"
    file.write_text("SELECT ?x {\n  ?x a skso:Concept\n}", encoding="utf-8")
    result = kg("query", str(file))

    assert 3 == result.exit_code
    assert f"{file}:2:8: no prefix is called 'skso'" in result.stderr
    assert "    ?x a skso:Concept\n         ^\n  Did you mean skos:?" in result.stderr
    assert "" == result.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "kg build"),
        ("SELECT * { SERVICE <http://a.org> { ?s ?p ?o } }", "offline"),
        ("LOAD <http://a.org/x>", "only reads"),
        ("missing.rq", "can't be read"),
        ("reforms-by-regon", "reforms-by-region"),
    ],
)
def test_what_query_refuses(kg, text, says):
    result = kg("query", text)

    assert 3 == result.exit_code
    assert says in result.stderr


def test_no_rows_are_a_success(kg):
    result = kg("query", "reports", "--param", "region=上海", "--format", "csv")

    assert (0, 1) == (result.exit_code, len(result.stdout.splitlines()))
    assert "0 rows" in result.stderr


def test_output_decides_the_format_by_its_name(kg, tmp_path):
    for suffix, begins in (
        ("csv", "report,region"),
        ("tsv", "?report"),
        ("json", "{"),
        ("md", "| report"),
        ("xml", "<?xml"),
    ):
        kg("query", "reports", "-o", str(tmp_path / f"new/r.{suffix}"))
        assert (tmp_path / f"new/r.{suffix}").read_text(encoding="utf-8").startswith(begins)


def test_list_and_show_and_prefixes(kg):
    assert set(shipped()) == {row["name"] for row in json.loads(kg("query", "--list").stdout)}
    assert "SELECT ?reform" in kg("query", "reforms-missing", "--show").stdout
    assert "kg:" in kg("query", "--prefixes", "--format", "table").stdout
    assert "kg:" in CliRunner().invoke(main, ["query", "--prefixes", "-g", "nowhere"]).stdout


def test_without_a_graph_it_says_how_to_make_one(tmp_path):
    result = CliRunner().invoke(main, ["query", "reports", "-g", str(tmp_path)])

    assert 3 == result.exit_code
    assert "kg build" in result.stderr


def test_names_of_questions_are_completed():
    env = os.environ | {"_KG_COMPLETE": "bash_complete", "COMP_WORDS": "kg query reforms-by", "COMP_CWORD": "2"}
    result = subprocess.run([sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')"], env=env,
                            capture_output=True, text=True, check=False)  # fmt: skip

    assert ["plain,reforms-by-province", "plain,reforms-by-region"] == result.stdout.split()


# ---------------------------------------------------------------- lookup, compare, matrix


def test_lookup_in_a_pipe_is_json(kg):
    result = kg("lookup", "浙江")
    rows = json.loads(result.stdout)

    assert {"value": 1200, "unit": "件", "reform": "云端通办", "code": "330523"}.items() <= next(
        row for row in rows if row["value"] == 1200
    ).items()
    assert "3 reports, 2 regions, 3 reforms" in result.stderr


def test_lookup_as_table_csv_and_markdown(kg, tmp_path):
    assert "浙江省湖州市安吉县 330523" in kg("lookup", "浙", "--format", "table").stdout
    assert 8 == len(list(csv.DictReader(io.StringIO(kg("lookup", "桐乡", "--format", "csv").stdout))))
    assert "| 3500 |" in kg("lookup", "桐乡", "--format", "markdown").stdout
    kg("lookup", "桐乡", "-o", str(tmp_path / "a.csv"))
    assert "3500" in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_lookup_with_evidence(kg):
    assert "evidence" not in kg("lookup", "桐乡").stdout
    row = next(r for r in json.loads(kg("lookup", "桐乡", "--evidence").stdout) if r["value"] == 95.2)

    assert "桐乡“云端通办”办成约3500件，网办率95.2%。" == row["evidence"]
    assert ("tongxiang-2023.txt", "95.2%") == (row["file"], row["quote"])


def test_lookup_of_a_reform_and_of_a_platform(kg):
    assert {"跨省联办"} == {r["reform"] for r in json.loads(kg("lookup", "--reform", "跨域联办").stdout)}
    within = json.loads(kg("lookup", "--reform", "省际联办", "--within", "江西").stdout)
    assert {"361123"} == {r["code"] for r in within}
    assert {"惠乡码"} == {
        r["platform"] for r in json.loads(kg("lookup", "--platform", "惠乡码").stdout) if r["platform"]
    }


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("lookup", "朝阳区"), 2, "220104  吉林省长春市朝阳区"),
        (("lookup", "--reform", "减证"), 2, "少跑办"),
        (("lookup", "桐香市"), 3, "桐乡市"),
        (("lookup", "--reform", "联办"), 3, "跨省联办"),
        (("lookup",), 2, "What is looked up?"),
        (("lookup", "安吉", "--within", "浙江"), 2, "same thing"),
        (("compare", "安吉"), 2, "two regions"),
        (("compare", "安吉", "安吉县"), 2, "two regions"),
        (("matrix", "--cells", "x"), 2, "since"),
        (("export",), 2, "--format"),
        (("export", "--format", "svg"), 2, "no format is called 'svg'"),
        (("terms", "没有这个词"), 3, "no term contains"),
        (("nonsense",), 2, "No such command"),
        (("buid",), 2, "Did you mean build?"),
        (("lookup", "Fujian"), 3, "in Chinese"),
    ],
)
def test_misuse_and_unknown_names(kg, words, code, says):
    result = kg(*words)

    assert code == result.exit_code
    assert says in result.stderr
    assert "" == result.stdout


def test_nothing_known_of_a_region_is_no_fault(kg):
    result = kg("lookup", "上海", "--format", "table")

    assert 0 == result.exit_code
    assert "nothing is said of it" in result.stdout
    assert "region-profile" in result.stderr


def test_compare(kg):
    rows = json.loads(kg("compare", "安吉", "桐乡").stdout)
    text = kg("compare", "安吉", "桐乡", "--format", "table").stdout

    assert ["reform", "platform", "indicator"] == list(dict.fromkeys(row["kind"] for row in rows))
    assert 3 == len(text.strip().split("\n\n"))


def test_matrix(kg):
    rows = list(csv.DictReader(io.StringIO(kg("matrix", "--format", "csv").stdout)))
    turned = json.loads(kg("matrix", "--transpose").stdout)

    assert ["330483", "330523", "361123"] == [row["code"] for row in rows]
    assert "2022" == rows[1]["云端通办"]
    assert {"reform": "云端通办", "浙江省湖州市安吉县": 2022}.items() <= turned[0].items()


# ---------------------------------------------------------------- extract, build, explain


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "in" / "tongxi.txt"
    file.parent.mkdir()
    file.write_text(REPORT, encoding="utf-8")
    return file


def test_extract_prints_the_interchange_object(kg, report):
    found = json.loads(kg("extract", str(report)).stdout)

    assert {"document", "mentions", "observations", "relations"} <= set(found)
    assert "text" not in found["document"]
    assert 2731 in [o["value"] for o in found["observations"]]
    for item in found["observations"] + found["mentions"]:
        assert REPORT[item["start"] : item["end"]] == item["text"]


def test_extract_lists_what_it_dropped_and_gives_the_text(kg, report):
    found = json.loads(kg("extract", str(report), "--rejected", "--text").stdout)

    assert REPORT == found["document"]["text"]
    assert all(r["reason"] for r in found["rejected"])
    assert found["rejected"]


def test_extract_writes_one_file_a_report(kg, report, tmp_path):
    (report.parent / "sub").mkdir()
    (report.parent / "sub" / "tongxi.txt").write_text(REPORT, encoding="utf-8")
    result = kg("extract", str(report.parent), "-o", str(tmp_path / "out"))

    assert 0 == result.exit_code
    assert {"tongxi.json", "sub/tongxi.json"} == {
        p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.json")
    }
    assert "2 reports" in result.stderr


def test_extract_of_several_wants_a_folder_or_lines(kg, report):
    (report.parent / "b.txt").write_text(REPORT, encoding="utf-8")

    assert 2 == kg("extract", str(report.parent)).exit_code
    lines = kg("extract", str(report.parent), "--format", "jsonl").stdout.splitlines()
    assert ["b.txt", "tongxi.txt"] == [os.path.basename(json.loads(line)["document"]["path"]) for line in lines]  # noqa: PTH119


def test_extract_goes_on_after_a_bad_file(kg, report, tmp_path):
    (report.parent / "bad.txt").write_bytes(b"\xff\xfe\x00")
    result = kg("extract", str(report.parent), "-o", str(tmp_path / "out"))

    assert 3 == result.exit_code
    assert (tmp_path / "out" / "tongxi.json").exists()
    assert "bad.txt" in result.stderr


@pytest.mark.parametrize("command", ["extract", "build"])
def test_no_file_matched_is_an_error(kg, command, tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "missing.txt"):
        result = kg(command, str(path))
        assert 3 == result.exit_code
        assert str(path) in result.stderr


def test_build_sums_up_and_the_graph_answers(kg, report, tmp_path):
    (report.parent / "bad.txt").write_bytes(b"\xff\xfe\x00")
    out = str(tmp_path / "g")
    result = kg("build", str(report.parent), "-g", out)

    assert 0 == result.exit_code
    assert "1 input skipped" in result.stdout
    assert "bad.txt" in result.stdout
    assert "reports" in result.stdout
    assert "triples" in result.stdout
    assert "reports  [" not in result.stderr, "no progress bar in a pipe"
    values = CliRunner().invoke(main, ["query", "figures", "-g", out, "--format", "csv"]).stdout
    assert "2731" in values


def test_explain_by_offset_and_by_words(kg, report):
    at = REPORT.index("2731")
    by_offset = json.loads(kg("explain", f"{report}:{at}").stdout)
    by_words = json.loads(kg("explain", f"{report}:2731件").stdout)

    assert "fact" in {row["kind"] for row in by_offset}
    assert by_offset[0] in by_words
    assert "2731" in kg("explain", f"{report}:{at}", "--format", "table").stdout


@pytest.mark.parametrize(
    ("place", "code"), [("report.txt", 2), ("{}:99999", 3), ("{}:没有的话", 3), ("missing.txt:3", 3), ("{}:", 2)]
)
def test_explain_wants_a_place_that_is_there(kg, report, place, code):
    assert code == kg("explain", place.format(report)).exit_code


# ---------------------------------------------------------------- export, validate, terms


def test_help_of_export_names_every_format(kg):
    text = " ".join(kg("export", "--help").output.split()).replace("- ", "-")  # wrapped at hyphens

    assert [] == [name for name in FORMATS if name not in text]
    assert set(EXPORTS.values()) < set(FORMATS)


def test_export_by_the_name_of_the_file(kg, tmp_path):
    for suffix in EXPORTS:
        result = kg("export", "-o", str(tmp_path / f"new/out{suffix}"))
        assert 0 == result.exit_code, result.stderr
        assert (tmp_path / f"new/out{suffix}").stat().st_size > 500
        assert "node" in result.stderr


def test_export_to_a_pipe_and_in_part(kg):
    everything = kg("export", "--format", "csv-observations").stdout.splitlines()
    some = kg("export", "--format", "csv-observations", "--region", "桐乡").stdout.splitlines()

    assert 15 == len(everything)
    assert 4 == len(some)


def test_validate_exits_1_on_faults(kg):
    result = kg("validate")
    found = json.loads(result.stdout)

    assert (1 if found else 0) == result.exit_code
    assert all({"focus", "rule", "message", "remedy"} <= set(row) for row in found)


def test_terms(kg):
    rows = json.loads(kg("terms", "--kind", "reform").stdout)

    assert {"reform"} == {row["kind"] for row in rows}
    assert "跨省通办" in {row["label"] for row in rows}
    assert "跨省通办" in kg("terms", "跨省通辦").stdout


# ---------------------------------------------------------------- eval


@pytest.fixture
def gold(report):
    at = REPORT.index("2731")
    folder = report.parents[1] / "gold"
    folder.mkdir()
    report.parent.rename(report.parents[1] / "reports")
    quantity = {"start": at, "end": at + 4, "text": "2731", "metric": True, "value": 2731, "unit": ["件"]}
    quantity |= {"must": [["办理"]], "reform": ["跨省通办", None], "modality": "actual", "approximate": False}
    answers = {"doc": "tongxi.txt", "meta": {"region": None}, "entities": [], "relations": [], "quantities": [quantity]}
    (folder / "tongxi.json").write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    return folder


def test_eval_scores_what_is_extracted_now(kg, gold):
    found = json.loads(kg("eval", str(gold)).stdout)

    assert 1.0 == found["figures"]["number"]["recall"]
    assert 1.0 == found["figures"]["part.value"]["accuracy"]
    assert "fact " in kg("eval", str(gold), "--format", "table").stdout


def test_eval_scores_predictions_and_prints_mistakes(kg, gold, tmp_path):
    (tmp_path / "none").mkdir()
    result = kg("eval", str(gold), "--predictions", str(tmp_path / "none"), "--errors", "--format", "table")

    assert 0 == result.exit_code
    assert "tongxi: missed" in result.stdout
    mistakes = json.loads(kg("eval", str(gold), "--predictions", str(tmp_path / "none"), "--errors").stdout)["mistakes"]
    assert "missed" in {m["what"] for m in mistakes}


@pytest.mark.parametrize(
    ("floor", "code", "says"),
    [
        ("number.recall=0.9", 0, ""),
        ("number.recall=1.1", 1, "number.recall 1.000, floor 1.100"),
        ("number.recal=0.9", 3, "number.recall"),
        ("number.recall", 2, "NAME=FLOOR"),
    ],
)
def test_eval_holds_floors(kg, gold, floor, code, says):
    result = kg("eval", str(gold), "--require", floor)

    assert code == result.exit_code
    assert says in result.stderr


@pytest.mark.parametrize("name", [name for name, c in ALL.items() if any(p.name == "fmt" for p in c.params)])
def test_a_misspelt_format_is_misuse_in_every_command(kg, name):
    result = kg(name, "--format", "grphml", where=False)

    assert 2 == result.exit_code
    assert "Invalid value for '--format'" in result.stderr


def test_a_misspelt_format_of_export_gets_the_nearest(kg):
    assert "Did you mean graphml?" in kg("export", "--format", "grphml").stderr


def test_eval_wants_gold(kg, tmp_path):
    assert 3 == kg("eval", str(tmp_path)).exit_code
    assert 2 == kg("eval", str(tmp_path), "--texts", str(tmp_path), "--predictions", str(tmp_path)).exit_code


# ---------------------------------------------------------------- a real process


def process(*words, env=None, stdout=subprocess.PIPE):
    code = "from kg.cli import main; main(prog_name='kg')"
    return subprocess.Popen(
        [sys.executable, "-X", "utf8=0", "-c", code, *words],
        stdout=stdout, stderr=subprocess.PIPE, env=os.environ | (env or {}),
    )  # fmt: skip


@pytest.mark.parametrize("locale", [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}])
def test_output_is_utf8_whatever_the_locale(graph, locale):
    out, err = process("lookup", "330523", "-g", graph, "--format", "table", env=locale).communicate(timeout=60)

    assert "浙江省湖州市安吉县" in out.decode("utf-8"), err


def test_a_reader_that_goes_away_is_no_fault(graph):
    run = process("query", "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 60000", "-g", graph, "--format", "csv")
    run.stdout.read(10)
    run.stdout.close()
    err = run.stderr.read().decode()
    run.stderr.close()

    assert 0 == run.wait(timeout=60)
    assert "Traceback" not in err
    assert "Broken" not in err


@pytest.mark.parametrize("words", [("lookup", "浙江"), ("query", "reports"), ("panel",)])
def test_a_table_in_a_pipe_is_as_wide_as_columns_says_or_as_it_gets(graph, words):
    def widest(columns):
        run = CliRunner().invoke(main, [*words, "-g", graph, "--format", "table"], env={"COLUMNS": columns})
        return max(cells(line) for line in run.stdout.split("\n"))

    assert widest("70") <= 70 < widest(None) == widest("0") == widest("wide")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    "words", [("lookup", "浙江"), ("query", "reports"), ("query", "--list"), ("matrix",), ("panel",)]
)
def test_on_a_terminal_of_80_columns_it_is_a_table_that_fits(graph, words):
    import pty

    ours, theirs = pty.openpty()
    run = process(*words, "-g", graph, env={"COLUMNS": "80", "LINES": "24", "TERM": "dumb"}, stdout=theirs)
    os.close(theirs)
    data = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not piece:
            break
        data += piece
    os.close(ours)
    run.stderr.close()
    run.wait(timeout=60)
    lines = data.decode("utf-8").replace("\r\n", "\n").split("\n")

    assert any(line.startswith("──") for line in lines)
    assert [] == [line for line in lines if cells(line) > 80]
