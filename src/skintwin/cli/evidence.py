"""Commands of ``skintwin evidence``: list, show, check and cite the numbers behind the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skintwin.evidence import Ledger, Parameter

app = typer.Typer(no_args_is_help=True, help="The numbers behind the model: list, show, check, cite.")


@app.command("list")
def list_parameters(
    grade: Annotated[str, typer.Option(help="Only this effective grade, such as 'assumed'.")] = "",
    group: Annotated[str, typer.Option(help="Only this group, such as 'optics'.")] = "",
    unused: Annotated[
        bool, typer.Option("--unused", help="Only entries that the package does not use.")
    ] = False,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Only entries with an unchecked source.")
    ] = False,
) -> None:
    """List parameters: key, median, interval, unit, distribution, kind, effective grade, sources."""
    from skintwin.errors import LedgerError
    from skintwin.evidence import Grade, ledger

    book = ledger()
    grades = [known.value for known in Grade]
    if grade and grade not in grades:
        raise LedgerError(f"no such grade {grade!r}", where="--grade", expected=", ".join(grades))
    groups = sorted({parameter.group for parameter in book.parameters.values()})
    if group and group not in groups:
        raise LedgerError(f"no such group {group!r}", where="--group", expected=", ".join(groups))
    chosen = [p for p in book.parameters.values() if group in ("", p.group)]
    if grade:
        chosen = [p for p in chosen if book.effective_grade(p.key).value == grade]
    if unchecked:
        chosen = [p for p in chosen if any(s.checked != "yes" for s in book.sources_of([p.key]))]
    if unused:
        from skintwin.evidence.usage import scan_package

        uses = scan_package()
        chosen = [p for p in chosen if not uses.places(p.key)]
    _print_table([_row(parameter, book) for parameter in chosen])
    assumed = sum(book.effective_grade(p.key).is_assumed for p in chosen)
    typer.echo(f"{len(chosen)} of {len(book.parameters)} parameters, {assumed} assumed")


@app.command()
def show(key: Annotated[str, typer.Argument(help="A parameter, or an extract, outcome or source.")]) -> None:
    """Show one entry in full: value, interval, grade, sources, extracts, and where the package uses it."""
    from skintwin.evidence import ledger
    from skintwin.evidence.cite import citation

    book = ledger()
    record = book.extracts.get(key) or book.outcomes.get(key) or book.sources.get(key)
    if record is not None:
        for name, value in vars(record).items():
            text = getattr(value, "value", value)  # a grade prints its word
            if text not in ("", None):
                typer.echo(f"{name:14} {text}")
    else:
        _show_parameter(book.parameter(key), book)
    for source in book.sources_of([key]):
        typer.echo(f"source         {source.key}: {citation(source)}")
        if source.note:
            typer.echo(f"               {source.note}")


@app.command()
def check() -> None:
    """Check the ledger against itself and against its use in the package; exit status 1 on an error."""
    from skintwin.evidence.check import check_ledger

    problems = check_ledger()
    errors = sum(problem.severity == "error" for problem in problems)
    for problem in problems:
        typer.echo(f"{problem.severity}: {problem}")
    typer.echo(f"{errors} errors, {len(problems) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@app.command()
def cite(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Parameters, extracts, outcomes or sources.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The sources of every parameter.")] = False,
    style: Annotated[str, typer.Option("--format", help="text or bibtex")] = "text",
) -> None:
    """Print the publications behind the given keys."""
    from skintwin.errors import LedgerError
    from skintwin.evidence import ledger
    from skintwin.evidence.cite import format_sources

    if bool(keys) == everything:
        raise LedgerError(
            "nothing to cite", expected="keys or --all, not both", do="see `skintwin evidence list`"
        )
    book = ledger()
    typer.echo(format_sources(book.sources_of(keys or book.parameters), style))


def _row(parameter: Parameter, book: Ledger) -> list[str]:
    interval = "" if parameter.low is None else f"{parameter.low:g} … {parameter.high:g}"
    grade = book.effective_grade(parameter.key).value
    value = f"{parameter.value:g}"
    kind, sources = parameter.kind, ";".join(parameter.sources)
    return [parameter.key, value, interval, parameter.unit, parameter.distribution, kind, grade, sources]


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _show_parameter(parameter: Parameter, book: Ledger) -> None:
    from skintwin.evidence.usage import scan_package

    own, effective = parameter.grade.value, book.effective_grade(parameter.key).value
    lines = {
        "key": parameter.key,
        "symbol": parameter.symbol,
        "meaning": parameter.meaning,
        "value": f"{parameter.value:g} {parameter.unit}",
        "interval": ""
        if parameter.low is None
        else f"{parameter.low:g} to {parameter.high:g} {parameter.unit}",
        "distribution": parameter.distribution,
        "kind": parameter.kind,
        "grade": own if own == effective else f"{own}; {effective} by its weakest source",
        "note": parameter.note,
        "entry": f"{parameter.file}, row {parameter.row}",
        "used at": ", ".join(map(str, scan_package().places(parameter.key))) or "nowhere",
    }
    for name, text in lines.items():
        if text:
            typer.echo(f"{name:14} {text}")
    for name in parameter.sources:
        row = book.extracts.get(name)
        if row is not None:
            about = f"{row.quantity} = {row.printed} {row.unit} ({row.condition})"
            typer.echo(f"extract        {name}: {about}; {row.grade.value}; {row.source}")
        elif name in book.outcomes:
            result = book.outcomes[name]
            about = f"{result.arm}, {result.endpoint} = {result.printed} {result.unit}"
            typer.echo(f"outcome        {name}: {about}; {result.grade.value}; {result.source}")
