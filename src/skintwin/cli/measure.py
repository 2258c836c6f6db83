"""``skintwin measure PHOTOGRAPH… --out DIR``: photographs of a lesion over time, measured and reported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skintwin.measure.visit import VisitSettings


_WITH_SERIES_FILE = ("photographs", "out", "title", "ratings", "pdf", "overwrite", "quiet")
"""Options that act beside a series file; all others are said by it."""


def measure(
    context: typer.Context,
    photographs: Annotated[
        list[Path], typer.Argument(help="Photographs in time order, or one series file (.yaml), or one folder of many.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to make.")],
    title: Annotated[str, typer.Option(help="Title of the report.")] = "",
    label: Annotated[list[str] | None, typer.Option(help="Label of a visit, once for each photograph.")] = None,
    card: Annotated[str, typer.Option(help="auto, none, or a colour card such as classic or nano.")] = "auto",
    grey: Annotated[str, typer.Option(help="Region inside a grey card: left,top,width,height; one photograph.")] = "",
    mm_per_pixel: Annotated[float | None, typer.Option(help="Size of a pixel on the skin, mm.")] = None,
    lesion_diameter: Annotated[
        str, typer.Option(help='Largest diameter of the lesion at the first visit: "12 mm".')
    ] = "",
    marker: Annotated[bool, typer.Option("--marker", help="Look for the printed marker.")] = False,
    coin: Annotated[str, typer.Option(help="x,y,name of a coin at the first visit, such as 300,420,euro-1.")] = "",
    phototype: Annotated[str, typer.Option(help="I to VI; pigment maps without a colour card need it.")] = "",
    site: Annotated[str, typer.Option(help="Body site, such as back.")] = "",
    outline: Annotated[
        list[Path] | None, typer.Option(help="Outline of a photograph (polygon .json or mask), once for each.")
    ] = None,
    box: Annotated[str, typer.Option(help="Where the lesion is at the first visit: left,top,width,height.")] = "",
    kind: Annotated[str, typer.Option(help="hypopigmented or hyperpigmented; found if not given.")] = "",
    geometry: Annotated[str, typer.Option(help="Surface gloss: SCI, SCE or unknown.")] = "unknown",
    height: Annotated[str, typer.Option(help='Of the patient, "172 cm": for the share of the body.')] = "",
    weight: Annotated[str, typer.Option(help='Of the patient, "68 kg".')] = "",
    hand: Annotated[str, typer.Option(help='Area of palm with fingers, "150 cm^2", instead of both.')] = "",
    spots: Annotated[bool, typer.Option("--spots", help="Count spots too, in the box or on all skin.")] = False,
    ratings: Annotated[Path | None, typer.Option(help="Ratings of these visits; scores join the report.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Reports as PDF too.")] = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier result.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Measure photographs of one lesion over time, or a folder of many (resumes where it was stopped)."""
    from skintwin.errors import ConfigError

    first = photographs[0]
    said: dict[str, object] = {
        "card": card, "mm_per_pixel": mm_per_pixel, "marker": marker, "phototype": phototype, "site": site,
        "coin": coin, "kind": kind or None, "geometry": geometry, "lesion_diameter": lesion_diameter, "box": box,
        "grey": grey,
        "height_cm": _quantity(height, "cm", "--height", "172 cm"),
        "weight_kg": _quantity(weight, "kg", "--weight", "68 kg"),
        "hand_cm2": _quantity(hand, "cm^2", "--hand", "150 cm^2"), "spots": spots,
    }  # fmt: skip
    if len(photographs) == 1 and first.is_dir():
        if label or outline or title or box or grey or lesion_diameter or coin or ratings:
            raise ConfigError("options of a single series with a folder of many", where=str(first),
                              expected="a series.yaml in each sub-folder")  # fmt: skip
        settings = _settings(said)
        _say_what_files_say(first, context)
        _batch(first, out, settings, pdf, quiet)
        return
    if len(photographs) == 1 and first.suffix.lower() in (".yaml", ".yml"):
        from skintwin.measure.series_file import read_series_file

        _refuse_beside(first, context)
        name, chosen = read_series_file(first)
    else:
        name, chosen = title or "Photographs", _series(photographs, said, label, outline)
    _one(title or name, chosen, out, ratings, pdf=pdf, overwrite=overwrite, quiet=quiet)


def _series(
    paths: list[Path], said: dict[str, object], labels: list[str] | None, outlines: list[Path] | None
) -> list[tuple[Path, VisitSettings]]:
    from dataclasses import replace

    from skintwin.errors import ConfigError
    from skintwin.measure.calibration import Rulers

    for name, given in (("--label", labels), ("--outline", outlines)):
        if given and len(given) != len(paths):
            raise ConfigError(f"{len(given)} for {len(paths)} photographs", where=name, expected="one for each")
    first = _settings(said)
    if first.rulers.grey is not None and len(paths) > 1:
        raise ConfigError("the region of the first photograph says nothing of where the card lies on the others",
                          where="--grey", expected="a series file with grey: for each")  # fmt: skip
    if first.spots and first.box is not None and len(paths) > 1:
        raise ConfigError("the box of the first photograph says nothing of where spots are counted on the others",
                          where="--spots", expected="no --box, or a series file with a box for each")  # fmt: skip
    # The diameter and the box are of the first photograph; a typed size of a pixel is of every one.
    later = replace(first, box=None, rulers=Rulers(card=first.rulers.card, mm_per_pixel=first.rulers.mm_per_pixel,
                                                   marker=first.rulers.marker))  # fmt: skip
    found = []
    for number, path in enumerate(paths):
        own = first if number == 0 else later
        own = replace(own, label=labels[number] if labels else f"visit {number + 1}",
                      outline=outlines[number] if outlines else None)  # fmt: skip
        found.append((path, own))
    return found


def _settings(said: dict[str, object]) -> VisitSettings:
    from skintwin.cli.inspect import millimetres
    from skintwin.errors import ConfigError
    from skintwin.measure.series_file import settings_from
    from skintwin.photo.region import parse_box

    if said["kind"] not in (None, "hypopigmented", "hyperpigmented"):
        raise ConfigError(f"no kind {said['kind']!r}", where="--kind", expected="hypopigmented or hyperpigmented")
    if said["geometry"] not in ("SCI", "SCE", "unknown"):
        raise ConfigError(f"no geometry {said['geometry']!r}", where="--geometry", expected="SCI, SCE or unknown")
    diameter, box = str(said["lesion_diameter"]), str(said["box"])
    given = {key: value for key, value in said.items() if key not in ("lesion_diameter", "box", "grey", "coin")}
    given["coin"] = _coin(str(said["coin"])) if said["coin"] else None
    given["lesion_diameter_mm"] = millimetres(diameter) if diameter else None
    given["box"], given["grey"] = (parse_box(text) if text else None for text in (box, str(said["grey"])))
    return settings_from(given, "options")


def _refuse_beside(file: Path, context: typer.Context) -> None:
    """Raises ConfigError for options that the series file says: they would act on nothing."""
    from skintwin.errors import ConfigError

    names = _superseded(context)
    if names:
        raise ConfigError(f"{names} cannot be given with a series file, which says these itself", where=str(file),
                          expected="no options but --out, --title, --ratings, --no-pdf, --overwrite, --quiet",
                          do="write it in the file (docs/measuring.md lists its fields)")  # fmt: skip


def _say_what_files_say(folder: Path, context: typer.Context) -> None:
    """In a folder of many, a note that options do not hold for the series that have a file."""
    from skintwin.measure.batch import series_files

    names, files = _superseded(context), series_files(folder)
    if names and files:
        told = ", ".join(str(path.relative_to(folder)) for path in files[:5]) + (", …" if len(files) > 5 else "")
        typer.echo(f"note: only for photographs without a series file: {names}; these say their own: {told}", err=True)


def _superseded(context: typer.Context) -> str:
    """Names of the options that were typed and that a series file says itself, or ""."""
    typed = [name for name in context.params if _is_typed(context, name) and name not in _WITH_SERIES_FILE]
    return ", ".join("--" + name.replace("_", "-") for name in typed)


def _is_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name not in ("DEFAULT", "DEFAULT_MAP")


def _quantity(text: str, unit: str, where: str, like: str) -> float | None:
    """ "172 cm" or "1.72 m" → a number in ``unit``. Raises ConfigError for anything else, a bare number too."""
    from skintwin.errors import ConfigError
    from skintwin.quantities import parse_quantity

    if not text:
        return None
    try:
        return parse_quantity(text, unit)
    except ValueError:
        raise ConfigError(f"{text!r} is no amount with a unit", where=where,
                          expected=f'a number and its unit, such as "{like}"') from None


def _coin(text: str) -> tuple[float, float, str]:
    """ "300,420,euro-1" → its parts. Raises ConfigError for anything else."""
    from skintwin.errors import ConfigError

    parts = text.split(",")
    try:
        return float(parts[0]), float(parts[1]), parts[2].strip()
    except (ValueError, IndexError):
        raise ConfigError(f"{text!r} is not x,y,name", where="--coin", expected="such as 300,420,euro-1") from None


def _one(
    title: str, chosen: list[tuple[Path, VisitSettings]], out: Path, ratings: Path | None, *, pdf: bool,
    overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    from skintwin.measure.series import measure_series
    from skintwin.measure.series_folder import write_series
    from skintwin.measure.table import to_lines
    from skintwin.report.photographs import write_photograph_report

    if out.exists() and not overwrite:
        from skintwin.errors import RunError

        raise RunError("is there already", where=str(out), do="choose another folder or add --overwrite")
    scores = None
    if ratings is not None:
        from skintwin.measure.series_scores import scores_of

        scores = scores_of(ratings, [own.label for _, own in chosen])
    with _Bar(quiet) as show:
        series = measure_series(chosen, title, show)
        write_series(series, out, overwrite=overwrite, scores=scores,
                     finish=lambda half: write_photograph_report(half, pdf=pdf))  # fmt: skip
    for number, visit in enumerate(series.visits):
        typer.echo(visit.settings.label or f"visit {number + 1}")
        for line in to_lines(series.observations(number)):
            typer.echo(f"  {line}")
        for check in visit.measures.checks:
            if not check.passed:
                typer.echo(f"  quality: {check.sentence}")
        comparison = series.comparisons[number]
        if comparison is not None and comparison.refused:
            typer.echo(f"  not laid over the first photograph: {comparison.refused}")
        if visit.calibration.refused:
            typer.echo(f"  colour card not used: {visit.calibration.refused}")
    typer.echo(f"report: {out / 'report.html'}")
    typer.echo(f"report (Thai): {out / 'report.th.html'}")


def _batch(folder: Path, out: Path, settings: VisitSettings, pdf: bool, quiet: bool) -> None:
    from skintwin.measure.batch import measure_batch
    from skintwin.report.photographs import batch_index, write_photograph_report

    with _Bar(quiet) as show:
        done = measure_batch(
            folder, out, settings, progress=show, finish=lambda half: write_photograph_report(half, pdf=pdf),
        )
    batch_index(out)
    typer.echo(f"{len(done.measured)} measured, {len(done.kept)} kept, {len(done.failed)} failed")
    for name, reason in done.failed:
        typer.echo(f"  {name}: {reason}")
    typer.echo(f"index: {out / 'index.html'}")
    if done.failed:
        raise typer.Exit(1)


class _Bar:
    """A progress bar on the error stream; entered, it is a function of (done, all, label)."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=Console(stderr=True), disable=quiet, transient=True,
        )  # fmt: skip
        self.task = self.progress.add_task("measuring", total=None)

    def __enter__(self) -> _Bar:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def __call__(self, done: int, total: int, label: str) -> None:
        self.progress.update(self.task, completed=done, total=total, description=label or "writing")
