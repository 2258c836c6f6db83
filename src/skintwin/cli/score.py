"""``skintwin score FILE``: clinical scores of a file of ratings, with errors, and changes between visits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def score(
    ratings: Annotated[Path, typer.Argument(help="Ratings: .yaml, .json, or a long .csv table (docs/scores.md).")],
    out: Annotated[Path, typer.Option("--out", help="Folder for scores.csv and changes.csv.")],
    proposed: Annotated[
        bool, typer.Option("--proposed", help="Let grades that skintwin proposes stand in for a rater's.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files of an earlier call.")] = False,
) -> None:
    """Clinical scores: VASI, F-VASI, T-VASI, VES, VESplus, MASI, mMASI, PAHPI, counts of spots."""
    from skintwin.cli.writing import write_results
    from skintwin.measure.scores.changes import changes, changes_csv, lines, score_all, scores_csv
    from skintwin.measure.scores.ratings import read_ratings

    scored = score_all(read_ratings(ratings), proposed=proposed)
    found = changes(scored)
    contents = {"scores.csv": scores_csv(scored).encode(), "changes.csv": changes_csv(found).encode()}
    write_results(out, contents, overwrite)
    for line in lines(scored, found):
        typer.echo(line)
    typer.echo(f"written to {out}: {', '.join(contents)}")
