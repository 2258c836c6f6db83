"""``skintwin marker --out FILE``: the marker to print and lay beside a lesion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def marker(
    out: Annotated[Path, typer.Option("--out", help="File to write: .pdf or .png.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
) -> None:
    """Write the printed marker at its true size; print it at 100 % and measure its line of 40 mm."""
    from skintwin.errors import RunError
    from skintwin.photo.cards.marker import save_marker

    if out.suffix.lower() not in (".pdf", ".png"):
        raise RunError(f"a file ending in {out.suffix!r}", where=str(out), expected=".pdf or .png")
    if out.exists() and not overwrite:
        raise RunError("is there already", where=str(out), do="choose another file or add --overwrite")
    try:
        save_marker(out)
    except OSError as error:
        raise RunError(f"cannot be written: {error.strerror}", where=str(out), do="choose another place") from None
    typer.echo(f"marker: {out}; print at 100 %")
