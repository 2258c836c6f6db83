"""``skintwin simulate STUDY.yaml --out DIR``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    study: Annotated[Path, typer.Argument(help="Study file (YAML).")],
    out: Annotated[Path, typer.Option("--out", help="Run folder to make.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a finished run folder.")] = False,
    draws: Annotated[int | None, typer.Option("--draws", min=1, help="Draws of the ensemble, over the file's.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run a study: photograph in, treated skin out. Continues what a killed run of the same study left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from skintwin.study.config import read_study
    from skintwin.study.simulate import simulate as run

    checked = read_study(study)
    if draws is not None:
        checked = checked.model_copy(update={"draws": draws})
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        console=console, disable=quiet, transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("reading the photograph", total=None)

        def show(done: int, total: int, label: str) -> None:
            if total:
                bar.update(task, completed=done, total=total, description=label)
            else:
                console.print(label, highlight=False)

        outcome = run(checked, out, overwrite=overwrite, progress=show)
    for note in outcome.patch.notes:
        console.print(f"note: {note}", style="dim", highlight=False, soft_wrap=True)
    typer.echo(f"report: {outcome.folder / 'report.html'}")
    typer.echo(f"report (Thai): {outcome.folder / 'report.th.html'}")
