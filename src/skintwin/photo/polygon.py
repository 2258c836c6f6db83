"""Outlines drawn by a person: a polygon in JSON, or a mask picture."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.photo.intake import read_photograph
from skintwin.photo.photograph import Mask

_EXPECTED: Final = "a list of at least three [x, y] pairs in pixels, x to the right and y down"
_LARGEST_VERTICES: Final = 100_000
_SMALLEST_CUT: Final = 0.001  # of the outline: less than that is the width of its line


def read_outline(path: str | os.PathLike[str], shape: tuple[int, int]) -> Mask:
    """Read an outline for a photograph of ``shape`` (h, w), upright.

    path: a .json polygon, or a PNG mask of the same size (lesion lighter than mid grey).
    Returns (h, w) bool. Raises PhotographError for anything else.
    """
    return read_drawing(path, shape)[0]


def read_drawing(path: str | os.PathLike[str], shape: tuple[int, int]) -> tuple[Mask, tuple[str, ...]]:
    """:func:`read_outline`, and sentences for the reader: how much of a polygon lies outside the photograph."""
    if os.fspath(path).lower().endswith(".json"):
        vertices = read_polygon(path)
        mask, cut = polygon_mask(vertices, shape), share_outside(vertices, shape)
        if cut < _SMALLEST_CUT:
            return mask, ()
        return mask, (f"{100 * cut:.2g} % of the given outline lies outside the photograph and was cut off: "
                      "the area is a lower bound",)  # fmt: skip
    return _picture_mask(path, shape), ()


def _picture_mask(path: str | os.PathLike[str], shape: tuple[int, int]) -> Mask:
    picture = read_photograph(path, allow_greyscale=True)
    if picture.shape != shape:
        raise PhotographError(
            f"the mask is {picture.shape[1]} x {picture.shape[0]} pixels", where=os.fspath(path),
            expected=f"{shape[1]} x {shape[0]}, the photograph's size", do="draw the mask on this photograph",
        )
    from skintwin.optics.colour import srgb_encode

    mask = (srgb_encode(picture.linear_srgb.mean(axis=-1)) > 0.5) & picture.valid
    if not mask.any():
        raise PhotographError("the mask is empty", where=os.fspath(path), expected="white on black")
    return np.asarray(mask)


def read_polygon(path: str | os.PathLike[str]) -> NDArray[np.float64]:
    """(n, 2) vertices (x, y) from a JSON file; see :func:`parse_polygon`."""
    where = os.fspath(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise PhotographError("the outline cannot be read", where=repr(where), expected="a JSON file",
                              do="check the path") from error
    return parse_polygon(text, where)


def parse_polygon(text: str, where: str = "outline") -> NDArray[np.float64]:
    """(n, 2) vertices (x, y) from JSON text: a list of pairs, or an object with such a list as "polygon".

    Raises PhotographError for text that is not JSON, too few or too many vertices, numbers that are not
    finite, and polygons without area.
    """
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise PhotographError("the outline is not JSON", where=where, expected=_EXPECTED) from error
    if isinstance(content, dict):
        content = content.get("polygon")
    return polygon_from_list(content, where)


def polygon_from_list(content: Sequence[Any] | Any, where: str = "outline") -> NDArray[np.float64]:
    """(n, 2) vertices from a list of pairs; a closing repeat of the first is dropped. Raises as above."""
    if not isinstance(content, list | tuple) or not 3 <= len(content) <= _LARGEST_VERTICES:
        raise PhotographError("the outline is not a list of vertices", where=where, expected=_EXPECTED)
    for number, pair in enumerate(content):
        pairs = isinstance(pair, list | tuple) and len(pair) == 2
        if not pairs or not all(type(v) in (int, float) and abs(v) < 1e9 for v in pair):
            what = f"vertex {number} is not a pair of numbers"
            raise PhotographError(what, where=where, expected=_EXPECTED)
    vertices = np.array(content, dtype=np.float64)
    if np.array_equal(vertices[0], vertices[-1]):
        vertices = vertices[:-1]
    if not _area(vertices) > 0:
        raise PhotographError("the outline encloses no area", where=where, expected=_EXPECTED)
    return vertices


def polygon_mask(vertices: NDArray[np.float64], shape: tuple[int, int]) -> Mask:
    """(h, w) bool of pixels whose centre lies inside. Raises PhotographError when none does."""
    from skimage.draw import polygon2mask

    inside = polygon2mask(shape, vertices[:, ::-1])  # type: ignore[no-untyped-call]
    mask = np.asarray(inside, dtype=np.bool_)
    if not mask.any():
        raise PhotographError(
            "the outline holds no pixel of the photograph", where="outline",
            expected=f"x from 0 to {shape[1] - 1} and y from 0 to {shape[0] - 1}",
            do="check that it was drawn on this photograph, upright",
        )
    return mask


def share_outside(vertices: NDArray[np.float64], shape: tuple[int, int]) -> float:
    """Share (0 to 1) of a polygon's area outside a photograph of ``shape`` (h, w), pixels taken as squares."""
    inside = vertices
    for axis, (low, high) in enumerate(((-0.5, shape[1] - 0.5), (-0.5, shape[0] - 0.5))):
        inside = _clipped(inside, axis, low, 1.0)
        inside = _clipped(inside, axis, high, -1.0)
    whole = _area(vertices)
    return float(np.clip(1.0 - _area(inside) / whole, 0.0, 1.0)) if whole > 0 else 0.0


def _clipped(vertices: NDArray[np.float64], axis: int, limit: float, side: float) -> NDArray[np.float64]:
    """A polygon without what lies beyond a line (Sutherland and Hodgman 1974): kept is side * (v - limit) >= 0."""
    kept = []
    beyond = side * (vertices[:, axis] - limit) if len(vertices) else np.empty(0)
    for number in range(len(vertices)):
        a, b = beyond[number - 1], beyond[number]
        if (a >= 0) != (b >= 0):
            kept.append(vertices[number - 1] + (vertices[number] - vertices[number - 1]) * (a / (a - b)))
        if b >= 0:
            kept.append(vertices[number])
    return np.array(kept, dtype=np.float64).reshape(-1, 2)


def _area(vertices: NDArray[np.float64]) -> float:
    """Area of a polygon."""
    if len(vertices) < 3:
        return 0.0
    centred = vertices - vertices.mean(axis=0)
    rolled = np.roll(centred, -1, axis=0)
    return float(0.5 * abs(np.sum(centred[:, 0] * rolled[:, 1] - rolled[:, 0] * centred[:, 1])))


def polygon_json(vertices: NDArray[np.float64]) -> str:
    """JSON text that :func:`parse_polygon` reads back, hundredths of a pixel kept."""
    return json.dumps({"polygon": np.round(vertices, 2).tolist()})
