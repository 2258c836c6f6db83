"""Commands. Each command imports what it needs when it runs, so that ``--help`` stays quick."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from skintwin.cli import agreement, evidence, export, inspect, marker, measure, optics, score, simulate, verify

app = typer.Typer(
    name="skintwin",
    help="An in-silico skin: measured from a photograph, made ill, treated, rendered back. Research use only.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(evidence.app, name="evidence")
app.add_typer(verify.app, name="verify")
app.add_typer(export.app, name="export")
app.add_typer(optics.app, name="optics")
app.command("simulate")(simulate.simulate)
app.command("inspect")(inspect.inspect)
app.command("measure")(measure.measure)
app.command("score")(score.score)
app.command("agreement")(agreement.agreement)
app.command("marker")(marker.marker)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"skintwin {version('skintwin')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """Root of the commands."""


def main() -> None:
    """Entry point: errors meant for a person are printed as one message, exit status 2."""
    from skintwin.errors import SkintwinError

    try:
        app()
    except SkintwinError as error:
        typer.secho(f"skintwin: {error}", err=True, fg=typer.colors.RED)
        sys.exit(2)
