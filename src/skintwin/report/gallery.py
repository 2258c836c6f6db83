"""Pictures of a run as data for the page: each file once, however often it is shown."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skintwin.errors import RunError
from skintwin.report.run_folder import ROLES, RunFolder

ROOM = 24_000_000
"""Bytes of pictures that a page may hold. A long study with many arms shows fewer visits, evenly chosen."""


@dataclass(frozen=True)
class Gallery:
    """``days``: visits shown. ``data``: data URIs. ``shown[arm][role][visit]``: index into ``data``.
    ``left_out``: visits of the run that are not shown. ``baseline``: data URI of the photograph."""

    days: tuple[float, ...]
    data: tuple[str, ...]
    shown: tuple[tuple[tuple[int, ...], ...], ...]
    left_out: int
    baseline: str

    def last(self, arm: int, role: str = "typical") -> str:
        """Data URI of an arm at the last visit."""
        return self.data[self.shown[arm][ROLES.index(role)][-1]]


def make_gallery(run: RunFolder) -> Gallery:
    """Read the pictures of every arm, draw and visit (or as many visits as have room)."""
    every = [float(day) for day in run.info["visit_days"]]
    size = sum(path.stat().st_size for path in run.pictures.values())
    days = thinned(every, max(2, int(len(every) * min(1.0, ROOM / max(size, 1)))))
    data: list[str] = []
    index: dict[str, int] = {}

    def place(path: Path) -> int:
        content = _read(path)
        mark = hashlib.sha256(content).hexdigest()
        if mark not in index:
            index[mark] = len(data)
            data.append(_uri(content))
        return index[mark]

    shown = tuple(
        tuple(tuple(place(run.pictures[arm, role, round(day)]) for day in days) for role in ROLES)
        for arm in range(len(run.arms))
    )
    return Gallery(tuple(days), tuple(data), shown, len(every) - len(days), _uri(_read(run.baseline)))


def thinned(days: list[float], most: int) -> list[float]:
    """At most ``most`` of the days, evenly spaced, always with the first and the last."""
    if len(days) <= most:
        return days
    return [days[i] for i in np.unique(np.round(np.linspace(0, len(days) - 1, most)).astype(int))]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"cannot be read ({error.strerror})", where=str(path), do="make the run again") from None


def _uri(content: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(content).decode("ascii")
