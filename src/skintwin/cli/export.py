"""Commands of ``skintwin export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Write the model in the language of another program.")


@app.callback()
def _group() -> None:
    """Keeps ``sbml`` a subcommand while it is the only one."""


@app.command()
def sbml(
    study: Annotated[Path, typer.Argument(help="Study file (YAML).")],
    arm: Annotated[str, typer.Option("--arm", help="Name of the arm.")],
    out: Annotated[Path, typer.Option("--out", help="File to write (.xml).")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
) -> None:
    """One arm on one well-mixed pixel as SBML Level 3, with the medians of the priors."""
    from skintwin.errors import RunError
    from skintwin.export.sbml import to_sbml
    from skintwin.export.well_mixed import well_mixed
    from skintwin.study.config import read_study

    if out.exists() and not overwrite:
        raise RunError("is there already", where=str(out), do="choose another file or add --overwrite")
    text = to_sbml(well_mixed(read_study(study), arm))
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(f"cannot be written: {error.strerror}", where=str(out), do="choose another place") from None
    typer.echo(f"SBML: {out}")
