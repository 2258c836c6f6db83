"""``skintwin agreement TABLE``: ICC, limits of agreement, kappas, SEM and smallest detectable change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def agreement(
    table: Annotated[Path, typer.Argument(help="CSV with columns subject, rater and value; repeat may be there.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for agreement.csv and agreement.json.")] = None,
    confidence: Annotated[float, typer.Option(help="Confidence of the intervals.")] = 0.95,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files of an earlier call.")] = False,
) -> None:
    """How well raters, methods or repeats agree."""
    from skintwin.cli.writing import write_results
    from skintwin.errors import ConfigError
    from skintwin.measure.agreement.report import agreement_rows, lines, rows_csv, rows_json
    from skintwin.measure.agreement.table import read_table

    if not 0.5 <= confidence < 1:
        raise ConfigError(f"a confidence of {confidence:g}", where="--confidence", expected="from 0.5 to below 1")
    rows = agreement_rows(read_table(table), confidence)
    typer.echo("\n".join(lines(rows)))
    if out is None:
        return
    contents = {"agreement.csv": rows_csv(rows).encode(), "agreement.json": rows_json(rows).encode()}
    write_results(out, contents, overwrite)
    typer.echo(f"written to {out}: {', '.join(contents)}")
