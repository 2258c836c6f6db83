"""Results of a command into a folder: all of them or, where one is in the way, none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_results(out: Path, contents: Mapping[str, bytes], overwrite: bool) -> None:
    """Write files, name → content. Raises ConfigError when a file is there already (unless overwrite) or the folder
    cannot be made, PhotographError when the disk refuses."""
    from skintwin.errors import ConfigError
    from skintwin.photo.save import write_safely

    there = [name for name in contents if (out / name).exists()]
    if there and not overwrite:
        raise ConfigError(f"holds {', '.join(there)} already", where=str(out), expected="a folder without a result",
                          do="choose another folder or add --overwrite")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError("the folder cannot be made", where=str(out), do="choose another place") from error
    for name, content in contents.items():
        write_safely(out / name, content, overwrite=overwrite)
