"""Matrix colour profiles of cameras and displays, read in floating point (ICC.1:2022, sections 7 to 10).

A library transform to sRGB works in 8 bits and clips what lies outside; a matrix profile is three curves and
nine numbers, so it is applied exactly here. Profiles made of look-up tables are left to the library.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.photo import limits
from skintwin.photo.encoding import (
    SRGB,
    Array,
    Curve,
    RgbEncoding,
    is_srgb_curve,
    matrix_from_xyz,
    power_curve,
    recognise,
)

_PCS_WHITE: Final = (0.9642, 1.0, 0.8249)  # D50 as ICC.1 defines its connection space
_MATRIX_TAGS: Final = (b"rXYZ", b"gXYZ", b"bXYZ")
_CURVE_TAGS: Final = (b"rTRC", b"gTRC", b"bTRC")


class ProfileError(ValueError):
    """The profile is damaged."""


def colour_model(profile: bytes) -> str:
    """The profile's data space: "RGB", "CMYK", "GRAY", ... Raises ProfileError when it is no ICC profile."""
    if not 132 <= len(profile) <= limits.LARGEST_PROFILE_BYTES or profile[36:40] != b"acsp":
        raise ProfileError("not an ICC profile")
    return profile[16:20].decode("latin-1").strip()


def matrix_encoding(profile: bytes) -> RgbEncoding | None:
    """The encoding of an RGB matrix profile; None when it holds look-up tables only.

    The name is recognised from the primaries. The profile's own description is not kept: people name display
    profiles after themselves. Raises ProfileError for a damaged profile.
    """
    if colour_model(profile) != "RGB":
        raise ProfileError("not an RGB profile")
    tags = _tags(profile)
    if any(tag not in tags for tag in (*_MATRIX_TAGS, *_CURVE_TAGS)):
        return None
    colorants = np.stack([_xyz(tags[tag]) for tag in _MATRIX_TAGS], axis=1)
    curves = tuple(_curve(tags[tag]) for tag in _CURVE_TAGS)
    matrix = matrix_from_xyz(colorants, _PCS_WHITE)
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-4:
        raise ProfileError("colorants do not span a colour space")
    name = recognise(matrix)
    if name == "sRGB" and all(is_srgb_curve(curve) for curve in curves):
        return SRGB
    return RgbEncoding(name or "other RGB profile", (curves[0], curves[1], curves[2]), matrix)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > limits.MOST_PROFILE_TAGS:
        raise ProfileError("more tags than any profile has")
    if 132 + 12 * count > len(profile):
        raise ProfileError("tag table is cut short")
    tags = {}
    for i in range(count):
        signature, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * i)
        if offset + size > len(profile):
            raise ProfileError("a tag is cut short")
        tags[signature] = profile[offset : offset + size]
    return tags


def _xyz(tag: bytes) -> Array:
    if len(tag) < 20 or tag[:4] != b"XYZ ":
        raise ProfileError("a colorant is damaged")
    return np.array(struct.unpack_from(">3i", tag, 8), dtype=np.float64) / 65536


def _curve(tag: bytes) -> Curve:
    if len(tag) >= 12 and tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if len(tag) < 12 + 2 * count:
            raise ProfileError("a tone curve is cut short")
        if count == 0:
            return power_curve(1.0)
        entries = np.frombuffer(tag, dtype=">u2", count=count, offset=12)
        if count == 1:
            return power_curve(float(entries[0]) / 256)
        return _table_curve(entries)
    if len(tag) >= 12 and tag[:4] == b"para":
        return _parametric(tag)
    raise ProfileError("a tone curve is of an unknown type")


def _table_curve(entries: NDArray[np.uint16]) -> Curve:
    at, values = np.linspace(0, 1, entries.size), entries.astype(np.float64) / 65535

    def decode(v: Array) -> Array:
        return np.interp(v, at, values)

    return decode


def _parametric(tag: bytes) -> Curve:
    """Function types 0 to 4: (a v + b)^g + e above v = d, c v + f below."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    names = {0: "g", 1: "gab", 2: "gabe", 3: "gabcd", 4: "gabcdef"}.get(kind)
    if names is None or len(tag) < 12 + 4 * len(names):
        raise ProfileError("a parametric tone curve is damaged")
    raw = struct.unpack_from(f">{len(names)}i", tag, 12)
    p = {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0, "e": 0.0, "f": 0.0}
    p.update({name: value / 65536 for name, value in zip(names, raw, strict=True)})
    if kind in (1, 2):  # the break is where a v + b reaches zero; below it the curve is the constant e
        if p["a"] == 0:
            raise ProfileError("a parametric tone curve is damaged")
        p["d"], p["f"] = -p["b"] / p["a"], p["e"]

    def decode(v: Array) -> Array:
        power = np.maximum(p["a"] * v + p["b"], 0.0) ** p["g"] + p["e"]
        return np.where(v >= p["d"], power, p["c"] * v + p["f"])

    return decode
