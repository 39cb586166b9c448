"""The `kg` command: all commands in one place, faults as messages, exits that mean something."""

import os
import sys
from typing import Any

import click

from kg.commands.ask import query
from kg.commands.change import diffusion, trend
from kg.commands.check import evaluation, explain, terms, validate
from kg.commands.cover import coverage
from kg.commands.differ import diff
from kg.commands.find import compare, lookup, matrix
from kg.commands.make import build, export, extract
from kg.commands.network import network
from kg.commands.plot import plot
from kg.commands.publish import publish
from kg.commands.serve import serve
from kg.commands.study import audit, cite, panel
from kg.commands.suggest import suggest
from kg.errors import Ambiguous, KgError


class Fault(click.ClickException):
    """Input that can't be used: exit 3."""

    exit_code = 3


class Unclear(click.ClickException):
    """A name that means several things: exit 2."""

    exit_code = 2


class Kg(click.Group):
    """Lists the commands by what they are for, and prints a KgError as a message; other exceptions are bugs."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  click's own signature
        """Speak UTF-8 whatever the locale, then run."""
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

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order in which they were added."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands under the headings of `SECTIONS`."""
        widest = max(map(len, self.commands))
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{c.name:{widest}}", c.get_short_help_str(80)) for c in commands])


SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "From reports to a graph": (extract, build, diff, validate),
    "Ask": (query, lookup, compare, matrix),
    "Study": (trend, diffusion, network, panel, cite, coverage, audit),
    "Show and share": (export, plot, serve, publish),
    "See how it reads, and teach it": (explain, evaluation, terms, suggest),
}

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


for command in (one for commands in SECTIONS.values() for one in commands):
    main.add_command(command)
