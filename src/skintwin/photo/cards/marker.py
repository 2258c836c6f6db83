"""A marker to print: twenty black squares on white, eight millimetres apart.

Distances of centres give the scale: blur, exposure and ink that spreads move edges, and leave centres where they are.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.optics.colour import srgb_encode
from skintwin.photo.cards.homography import local_steps, project
from skintwin.photo.cards.lattice import Lattice, find_lattices
from skintwin.photo.cards.resize import resized
from skintwin.photo.cards.squares import find_squares
from skintwin.photo.photograph import Photograph
from skintwin.photo.scale import Scale

Array = NDArray[np.float64]

PITCH_MM: Final = 8.0
SQUARE_MM: Final = 5.0
COLUMNS, ROWS = 5, 4
_EDGE_MM = 6.0  # white around the squares
_CHECK_MM = 40.0  # length of the line to check the print with
PRINT_SD = 0.005  # relative, of a print whose check line was measured: 0.2 mm on 40 mm
_PLACE_SD = 0.2  # pixels, of a centre
_SIDES = (1000, 2000)
_ENLARGE = 3.0
_CONTRAST = 3.0  # light of the paper over that of the squares


@dataclass(frozen=True, eq=False)
class Marker:
    """h: (3, 3) from (column, row) of the marker's squares to pixels. places: (20, 2) columns and rows. scale: mean
    over the marker."""

    h: Array = field(repr=False)
    places: Array = field(repr=False)
    scale: Scale


def save_marker(path: str | os.PathLike[str], dpi: int = 600) -> None:
    """Write the marker at its true size as .png or .pdf, with a line of 40 mm to check the print."""
    from PIL import Image, ImageDraw, ImageFont

    def px(mm: float) -> int:
        return round(mm * dpi / 25.4)

    size = (px(2 * _EDGE_MM + (COLUMNS - 1) * PITCH_MM + SQUARE_MM), px(2 * _EDGE_MM + ROWS * PITCH_MM + 4))
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    for column in range(COLUMNS):
        for row in range(ROWS):
            left, top = _EDGE_MM + column * PITCH_MM, _EDGE_MM + row * PITCH_MM
            draw.rectangle((px(left), px(top), px(left + SQUARE_MM) - 1, px(top + SQUARE_MM) - 1), fill=0)
    below = _EDGE_MM + ROWS * PITCH_MM + 1
    start = (size[0] - px(_CHECK_MM)) // 2
    draw.line((start, px(below), start + px(_CHECK_MM), px(below)), fill=0, width=max(1, px(0.2)))
    text = "skintwin: this line is 40 mm; print at 100 %"
    draw.text((size[0] // 2, px(below + 1)), text, fill=0, anchor="mt", font=ImageFont.load_default(size=px(2)))
    if os.fspath(path).lower().endswith(".pdf"):
        picture.save(path, resolution=float(dpi))
    else:
        picture.save(path, dpi=(dpi, dpi))


def scale_from_marker(photograph: Photograph) -> Scale:
    """Scale from the one whole marker in the picture. Raises as :func:`read_marker`."""
    return read_marker(photograph).scale


def read_marker(photograph: Photograph) -> Marker:
    """The one whole marker in the picture. Raises PhotographError when none, or more than one, is there."""
    longest = max(photograph.shape)
    for side in _SIDES:
        if side > _SIDES[0] and longest <= _SIDES[0]:
            break
        factor = min(side / longest, _ENLARGE)
        linear = resized(photograph.linear_srgb, factor)
        lattices = find_lattices(find_squares(srgb_encode(linear)))
        found = [lattice for lattice in lattices if _is_marker(linear, lattice)]
        if len(found) > 1:
            raise PhotographError(f"{len(found)} markers are in the picture", where="marker", expected="one")
        if found:
            shift = 0.5 / factor - 0.5
            back = np.array([[1 / factor, 0, shift], [0, 1 / factor, shift], [0, 0, 1]])
            places = np.array(sorted(found[0].cells), dtype=np.float64)
            return Marker(back @ found[0].h, places, _scale(found[0], factor))
    raise PhotographError(
        "no whole marker was found", where="marker", expected="20 black squares on white, flat, sharp and uncovered",
        do="print it with `skintwin marker`, or give a length",
    )


def _is_marker(linear: Array, lattice: Lattice) -> bool:
    """All twenty squares, dark, with paper between and around them."""
    cells = np.array(list(lattice.cells))
    low = cells.min(axis=0)
    span = tuple(cells.max(axis=0) - low + 1)
    if span not in ((COLUMNS, ROWS), (ROWS, COLUMNS)) or len(cells) != COLUMNS * ROWS:
        return False
    gaps = np.stack(np.meshgrid(np.arange(-0.5, span[0]), np.arange(-0.5, span[1])), axis=-1).reshape(-1, 2) + low
    dark, light = (_light_at(linear, project(lattice.h, points)) for points in (cells, gaps))
    return bool(dark is not None and light is not None and light.min() > _CONTRAST * dark.max())


def _light_at(linear: Array, points: Array) -> Array | None:
    """(n,) brightness at (n, 2) x, y; None when one lies outside the picture."""
    height, width = linear.shape[:2]
    if not ((points >= 0) & (points <= np.array([width - 1, height - 1]))).all():
        return None
    x, y = np.rint(points).astype(int).T
    return np.asarray(linear[y, x].mean(axis=1) + 1e-3)


def _scale(lattice: Lattice, factor: float) -> Scale:
    across, down = local_steps(lattice.h, list(lattice.cells))
    mm = PITCH_MM * factor / np.concatenate([np.hypot(*across.T), np.hypot(*down.T)])
    centre = float(mm.mean())
    place = _PLACE_SD * centre / (PITCH_MM * (COLUMNS - 1)) / factor
    return Scale(centre, "marker", float(np.sqrt(PRINT_SD**2 + place**2 + (mm.std() / centre) ** 2)))
