"""Files of a run in progress: each written under a temporary name and renamed, so that none is half written."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from skintwin.errors import RunError

KIND = 2
"""Raised when checkpoints hold other things, or a step gives other numbers: parts of both kinds are not mixed."""


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays to ``path`` (.npz) or leave what was there. RunError when the disk refuses."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with open(temporary, "wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise RunError(
            f"cannot be written ({error.strerror})", where=path.name,
            expected="a folder with room and permission", do="free space and start again: finished parts are kept",
        ) from None  # fmt: skip


def load_arrays(path: Path) -> dict[str, np.ndarray] | None:
    """Arrays of ``path``, or None when there is no such file or it cannot be read (it is then made again)."""
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in stored.files}
    except (FileNotFoundError, zipfile.BadZipFile, ValueError, EOFError):
        return None
