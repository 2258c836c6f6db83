"""Commands of ``skintwin verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from skintwin.optics.verification import Verification

app = typer.Typer(no_args_is_help=True, help="Compare a part of the model with an independent truth.")


@app.callback()
def _group() -> None:
    """Keeps ``optics`` a subcommand while it is the only one."""


@app.command()
def optics(
    truth: Path = typer.Option(..., "--truth", help="CSV of Monte Carlo reflectances of layered skins."),
    quadrature: int = typer.Option(32, "--quadrature", help="Directions per hemisphere, even."),
) -> None:
    """Adding-doubling against Monte Carlo; exit status 1 if a bar is missed."""
    from skintwin.optics.verification import verify_optics

    result = verify_optics(truth, quadrature)
    _print(result, quadrature)
    raise typer.Exit(0 if result.passed else 1)


def _print(result: Verification, points: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from skintwin.optics.verification import MAX_DELTA_E, MAX_MEAN, MAX_RMS, MAX_Z, Z_BAR_POINTS

    # A pipe has no width of its own; the table must not be folded there.
    console = Console() if Console().is_terminal else Console(width=110)
    table = Table(title=f"Adding-doubling ({points} directions) minus Monte Carlo")
    table.add_column("skin")
    for name in ("points", "z mean", "z sd", "max |z|", "mean %", "rms %", "max %", "dE00"):
        table.add_column(name, justify="right")
    for skin in result.skins:
        table.add_row(
            skin.name,
            str(skin.points),
            f"{skin.z_mean:+.2f}",
            f"{skin.z_sd:.2f}",
            f"{skin.z_max:.2f}",
            f"{100 * skin.relative_mean:+.3f}",
            f"{100 * skin.relative_rms:.3f}",
            f"{100 * skin.relative_max:.2f}",
            f"{skin.delta_e:.3f}",
        )
    console.print(table)
    asked = f" (<= {MAX_Z:g})" if points >= Z_BAR_POINTS else f" (no bar below {Z_BAR_POINTS} directions)"
    console.print(
        f"all skins: rms {result.relative_rms:.3%} (<= {MAX_RMS:.1%}), "
        f"mean {result.relative_mean:+.3%} (within {MAX_MEAN:.1%}), "
        f"max |z| {result.z_max:.2f}{asked}, z {result.z_mean:+.2f} sd {result.z_sd:.2f}, "
        f"dE00 <= {MAX_DELTA_E} each",
        soft_wrap=True,
    )
    for line in result.missed:
        console.print(f"[red]missed:[/red] {line}", soft_wrap=True)
    console.print("[green]all bars cleared[/green]" if result.passed else "[red]not verified[/red]")
