"""Commands of ``skintwin verify``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from skintwin.optics.bars import Bar
    from skintwin.optics.verification import Verification

app = typer.Typer(no_args_is_help=True, help="Compare a part of the model with an independent truth.")

Journal = Annotated[
    Path, typer.Option("--out", help="Journal of finished phantoms (.jsonl); a killed run goes on with it.")
]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes.")]
Written = Annotated[
    Path | None, typer.Option("--write", help="Markdown page to write; its rows lie beside it as CSV.")
]


@app.command()
def optics(
    truth: Path = typer.Option(..., "--truth", help="CSV of Monte Carlo reflectances of layered skins."),
    quadrature: int = typer.Option(32, "--quadrature", help="Directions per hemisphere, even."),
    quick: bool = typer.Option(False, "--quick", help="Monte Carlo only: no speed, emulator or measured people."),
    photographs: int = typer.Option(0, "--photographs", min=0, help="Photographs to render for the intervals."),
    write: Path | None = typer.Option(None, "--write", help="Markdown page to write with all tables."),
) -> None:
    """Every bar of the optics, some minutes; exit status 1 if one that must hold is missed."""
    from skintwin.errors import ConfigError, RunError
    from skintwin.optics.verification import verify_optics

    if quick and write is not None:
        raise ConfigError("--write with --quick", where="verify optics", expected="the page needs every table")
    result = verify_optics(truth, quadrature)
    _print(result, quadrature)
    if quick:
        raise typer.Exit(0 if result.passed else 1)
    from skintwin.optics.bars import all_bars
    from skintwin.optics.measured_check import fit_people
    from skintwin.optics.measured_skin import measured_sets
    from skintwin.optics.verification_page import verification_page

    fits = [fit_people(source) for source in measured_sets()]
    bars = all_bars(result, fits, quadrature, photographs)
    _print_bars(bars)
    if write is not None:
        try:
            write.write_text(verification_page(bars, result, fits, quadrature), encoding="utf-8")
        except OSError as problem:
            raise RunError(f"cannot be written: {problem.strerror}", where=str(write)) from None
        typer.echo(f"page: {write}")
    raise typer.Exit(0 if result.passed and all(bar.passed for bar in bars) else 1)


@app.command()
def photographs(
    out: Journal,
    count: int = typer.Option(1340, "--count", min=1, help="Lesions to draw; half of them have a later photograph."),
    seed: int = typer.Option(20261129, "--seed", min=0, help="Seed of the phantoms."),
    workers: Workers = 2,
    write: Written = None,
    also: list[Path] = typer.Option(
        [], "--also",
        help="Another seed, whose first visits count where phototypes are compared: a finished journal (.jsonl) or "
        "the table beside a page (.csv).",
    ),
    begun: Path | None = typer.Option(
        None, "--begun", help="Table beside the page of a smaller run of this seed and code, which is gone on with."
    ),
) -> None:
    """Rendered photographs of known truth through the measuring code, an hour; exit status 1 if a bar is missed."""
    from skintwin.errors import ConfigError
    from skintwin.measure.verification.bars import bars, table, with_first
    from skintwin.measure.verification.page import verification_page
    from skintwin.measure.verification.rows_file import read_rows
    from skintwin.measure.verification.run import finished_rows, measure_phantoms

    others = dict(read_rows(each) if each.suffix == ".csv" else finished_rows(each) for each in also)
    if seed in others or len(others) < len(also):
        raise ConfigError("one seed twice", where="verify photographs", expected="journals of other seeds in --also")
    earlier: list[dict[str, Any]] = []
    if begun is not None:
        own, earlier = read_rows(begun)
        if own != seed:
            raise ConfigError(f"rows of seed {own}", where=str(begun), expected=f"rows of seed {seed}")
    rows = measure_phantoms(count, seed, out, workers=workers, progress=_bar(count), begun=earlier)
    made = bars(with_first(table(rows)), table([row for each in others.values() for row in each]) if others else None)
    for bar in made:
        typer.echo(f"{'met ' if bar.passed else 'MISS'} {bar.name}: {bar.value:.3g} ({bar.limit}, n = {bar.n})")
    if write is not None:
        _page(write, verification_page(rows, seed, others), rows, seed)
    raise typer.Exit(0 if all(bar.passed for bar in made) else 1)


@app.command()
def phototypes(
    out: Journal,
    count: int = typer.Option(150, "--count", min=1, help="Scenes, each rendered with all six phototypes."),
    seed: int = typer.Option(20261205, "--seed", min=0, help="Seed of the scenes."),
    workers: Workers = 2,
    write: Written = None,
) -> None:
    """The same scenes with every phototype through the measuring code; exit status 1 if a phototype is measured worse
    than 1.5 times the best."""
    from skintwin.measure.verification.run import measure_phantoms
    from skintwin.measure.verification.twins import parities, twins_page
    from skintwin.phantoms.sets import twin_set
    from skintwin.skin.phototype import PHOTOTYPES

    total = count * len(PHOTOTYPES)
    rows = measure_phantoms(count, seed, out, workers=workers, progress=_bar(total), draw=twin_set)
    made = parities(rows)
    for each in made:
        typer.echo(
            f"{'met ' if each.passed else 'MISS'} {each.name}, worst phototype over best: {each.ratio:.2f} "
            f"({each.low:.2f} to {each.high:.2f}; by chance {each.chance[0]:.2f}; {each.scenes} scenes)"
        )
    if write is not None:
        _page(write, twins_page(rows, seed), rows, seed)
    raise typer.Exit(0 if all(each.passed for each in made) else 1)


@app.command("follow-ups")
def follow_ups(
    out: Journal,
    count: int = typer.Option(130, "--count", min=1, help="Lesions, each photographed twice."),
    seed: int = typer.Option(20261206, "--seed", min=0, help="Seed of the lesions."),
    workers: Workers = 2,
    write: Written = None,
) -> None:
    """Lesions photographed twice: repigmentation and closeness to the skin; exit status 1 if repigmentation of
    pale lesions misses what is asked."""
    from skintwin.measure.verification.changes import agreement, changes_page, followed
    from skintwin.measure.verification.run import measure_phantoms
    from skintwin.phantoms.sets import followed_set

    rows = measure_phantoms(count, seed, out, workers=workers, progress=_bar(count), draw=followed_set)
    later = followed(rows)
    for kind in ("hypopigmented", "hyperpigmented"):
        for measure in ("repigmentation", "closeness"):
            found = agreement(later[later["kind"] == kind], measure)
            typer.echo(
                f"{'met ' if found.passed else 'MISS'} {measure}, {kind}: bias {found.bias:.2f}, limits "
                f"{found.limits:.1f} points (n = {found.n})"
            )
    if write is not None:
        _page(write, changes_page(rows, seed), rows, seed)
    asked = agreement(later[later["kind"] == "hypopigmented"], "repigmentation")
    raise typer.Exit(0 if asked.passed else 1)


def _page(path: Path, text: str, rows: list[dict[str, Any]], seed: int) -> None:
    """Write a page and its rows beside it; RunError where that cannot be."""
    from skintwin.errors import RunError
    from skintwin.measure.verification.rows_file import write_rows

    half = path.with_name(path.name + ".part")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(path)
    except OSError as problem:
        half.unlink(missing_ok=True)
        raise RunError(f"cannot be written: {problem.strerror}", where=str(path)) from None
    table = path.with_suffix(".csv")
    write_rows(rows, seed, table)
    typer.echo(f"page: {path}, its rows: {table}")


def _bar(total: int) -> Callable[[int, int], None]:
    """Shows how many phantoms are done."""
    from rich.progress import track

    steps, seen = iter(track(range(total), description="phantoms", transient=True)), 0

    def show(done: int, total: int) -> None:
        nonlocal seen
        while seen < min(done, total):
            next(steps, None)
            seen += 1

    return show


def _print_bars(bars: list[Bar]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console() if Console().is_terminal else Console(width=140)
    table = Table(title="Bars of the optics")
    for name in ("item", "must", "best", "measured", ""):
        table.add_column(name, justify="left" if name in ("item", "") else "right")
    for bar in bars:
        table.add_row(*bar.cells(), style=None if bar.passed else "red")
    console.print(table)


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
