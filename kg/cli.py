"""The `kg` command: all commands in one place, faults as messages, exits that mean something."""

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from kg.errors import Ambiguous, KgError

SECTIONS = {
    "From reports to a graph": {
        "extract": ("make.extract", "Print what reports state, as JSON."),
        "build": ("make.build", "Build the graph of what reports state."),
        "diff": ("differ.diff", "Compare two builds."),
        "validate": ("check.validate", "Check the graph against its shapes (SHACL)."),
    },
    "Ask": {
        "query": ("ask.query", "Ask in SPARQL, or by the name of a question."),
        "lookup": ("find.lookup", "Tell who adopted what, with which figures."),
        "compare": ("find.compare", "Set regions side by side."),
        "matrix": ("find.matrix", "Cross regions with reforms."),
    },
    "Study": {
        "trend": ("change.trend", "Tell what changed from year to year."),
        "diffusion": ("change.diffusion", "Tell how a reform spread."),
        "network": ("network.network", "Tell who is alike and which reforms travel together."),
        "panel": ("study.panel", "Print a table of region, period and indicator."),
        "cite": ("study.cite", "Give the reference of a fact or a report."),
        "coverage": ("cover.coverage", "Tell of which regions there are reports, and of which not."),
        "audit": ("study.audit", "Check the arithmetic that reports imply."),
    },
    "Show and share": {
        "export": ("make.export", "Write the graph for Gephi and other tools."),
        "plot": ("plot.plot", "Draw a picture of the graph."),
        "serve": ("serve.serve", "Open the graph to browsers and SPARQL clients."),
        "publish": ("publish.publish", "Send the graph to a SPARQL store."),
    },
    "See how it reads, and teach it": {
        "explain": ("check.explain", "Tell why a place was read as it was."),
        "eval": ("check.evaluation", "Score the extraction against judged answers."),
        "terms": ("check.terms", "List the known terms and their other names."),
        "suggest": ("suggest.suggest", "List names that no list holds yet."),
    },
}
"""Commands by what they are for: where each is, below `kg.commands`, and the first line of its help.

`kg --help` prints that line without importing the command; a test holds the two to each other.
"""
COMMANDS = {name: command for commands in SECTIONS.values() for name, command in commands.items()}


class Fault(click.ClickException):
    """Input that can't be used: exit 3."""

    exit_code = 3


class Unclear(click.ClickException):
    """A name that means several things: exit 2."""

    exit_code = 2


class Kg(click.Group):
    """Lists the commands by what they are for, and prints a KgError as a message; other exceptions are bugs."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  click's own signature
        """Speak UTF-8 whatever the locale, then run.

        Values here seldom form cycles, and to search them for some took an eighth of the time of `kg lookup` (2026-11).
        """
        gc.set_threshold(50_000)  # new values before each search
        atexit.register(gc.freeze)  # none when all is over
        for stream in (sys.stdout, sys.stderr):
            if (getattr(stream, "encoding", None) or "").lower().replace("-", "") != "utf8":
                getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  ditto
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Ambiguous as error:
            raise Unclear(str(error)) from error
        except KgError as error:
            raise Fault(str(error)) from error
        except BrokenPipeError:  # the reader has seen enough: kg query … | head
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Offer the nearest name where there is no such command."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            if near := get_close_matches(args[0], COMMANDS, n=1):
                raise click.UsageError(f"{error.message} Did you mean {near[0]}?", ctx) from error
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command when it is wanted."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(".")
        command: click.Command = getattr(import_module(f"kg.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write what each command does under the headings of `SECTIONS`, and import none."""
        widest = max(map(len, COMMANDS))
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:{widest}}", said) for name, (_, said) in commands.items()])


EPILOG = """
\b
From reports to answers:
    kg build data/reports           read, extract, and build outputs/
    kg lookup 福建                   who adopted what, with which figures
    kg query --list                 questions in SPARQL, by name
    kg export --format gexf -o reforms.gexf
    kg serve                        pages and a SPARQL endpoint

\b
Exit codes: 0 done; 1 a check found faults; 2 misuse, or a name that means
several things; 3 input that can't be used (its message says what mends it).

\b
Completion in zsh (bash and fish alike):
    eval "$(_KG_COMPLETE=zsh_source kg)"
"""


@click.group(cls=Kg, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="reform-kg", prog_name="kg")
def main() -> None:
    """Chinese government-service-reform reports in, a knowledge graph out."""
