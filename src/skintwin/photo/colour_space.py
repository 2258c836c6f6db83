"""Stored samples -> linear sRGB, following what the file says about its colours and saying so."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from skintwin.errors import PhotographError
from skintwin.photo import icc
from skintwin.photo.decoded import DECODER_ERRORS, Decoded
from skintwin.photo.encoding import (
    ADOBE_GAMMA,
    KNOWN_PRIMARIES,
    SRGB,
    RgbEncoding,
    matrix_from_primaries,
    power_curve,
)
from skintwin.photo.photograph import FloatImage

_INTEROP_IFD = 0xA005
_ADOBE_INTEROP = "R03"  # DCF 2.0: the optional colour space, Adobe RGB


def linear_colour(decoded: Decoded, where: str) -> tuple[FloatImage, str, str, list[str]]:
    """(linear sRGB (h, w, 3) float32, colour space in words, where that was said, warnings).

    Raises PhotographError for CMYK without a profile and for profiles of other colour models.
    """
    if decoded.model == "CMYK":
        return _by_library(decoded, "CMYK profile", where)
    samples = decoded.samples
    if decoded.model == "GREY":
        samples = np.repeat(samples, 3, axis=2)
        return SRGB.to_linear_srgb(samples, decoded.bit_depth), "grey, sRGB curve", "assumed", []
    notes: list[str] = []
    encoding: RgbEncoding | None = None
    said_by = "profile"
    if decoded.profile is not None:
        try:
            encoding = icc.matrix_encoding(decoded.profile)
        except icc.ProfileError:
            notes.append("the embedded colour profile is damaged or not for RGB; it was not used")
        else:
            if encoding is None:
                return _by_library(decoded, "look-up table profile", where)
    if encoding is None:
        encoding, said_by = _without_profile(decoded)
    if said_by == "assumed":
        notes.append("no colour profile: sRGB is assumed")
    return encoding.to_linear_srgb(samples, decoded.bit_depth), encoding.name, said_by, notes


def _without_profile(decoded: Decoded) -> tuple[RgbEncoding, str]:
    if decoded.encoding is not None:
        return decoded.encoding, decoded.encoding_from
    interop = decoded.exif.get_ifd(_INTEROP_IFD) if decoded.exif is not None else {}
    if str(interop.get(1, "")).strip("\0 ") == _ADOBE_INTEROP:
        curve = power_curve(ADOBE_GAMMA)
        name = "Adobe RGB (1998)"
        matrix = matrix_from_primaries(KNOWN_PRIMARIES[name])
        return RgbEncoding(name, (curve, curve, curve), matrix), "EXIF"
    return SRGB, "assumed"


def _by_library(decoded: Decoded, name: str, where: str) -> tuple[FloatImage, str, str, list[str]]:
    """Transform through look-up tables with the colour library: 8 bits, clipped to sRGB, and said so."""
    if decoded.profile is None:
        raise PhotographError(
            "is a CMYK picture without a colour profile: its inks cannot be turned into skin colour",
            where=where, expected="RGB, or CMYK with an embedded profile",
            do="export the original photograph as RGB",
        )
    samples: NDArray[Any] = decoded.samples
    if samples.dtype == np.uint16:
        samples = np.round(samples / 257).astype(np.uint8)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(decoded.profile))
        converted = ImageCms.profileToProfile(
            Image.fromarray(samples, mode="CMYK") if samples.shape[2] == 4 else Image.fromarray(samples),
            source, ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB",
        )
    except (ImageCms.PyCMSError, *DECODER_ERRORS) as error:
        raise PhotographError(
            "the embedded colour profile cannot be applied", where=where, expected="a valid profile",
            do="export the photograph as sRGB",
        ) from error
    notes = [f"converted through its {name} in 8 bits; colours outside sRGB are clipped"]
    return SRGB.to_linear_srgb(np.asarray(converted), 8), name, "profile", notes
