"""Camera RAW, through LibRaw: what the sensor counted, as linear colour.

Black level taken off, white level as the camera states it, white balance as shot, bilinear demosaicing (each missing
channel is the mean of its neighbours: nothing is invented and nothing sharpened), the camera's own matrix to linear
Rec. 2020. No brightening, no tone curve, no highlight reconstruction, no scaling by the picture's own maximum.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from skintwin.errors import PhotographError
from skintwin.photo import limits, privacy, tiff_directory
from skintwin.photo.decoded import DECODER_ERRORS, Decoded, damaged
from skintwin.photo.encoding import KNOWN_PRIMARIES, RgbEncoding, matrix_from_primaries, power_curve
from skintwin.photo.orientation import upright
from skintwin.photo.signatures import check_size

if TYPE_CHECKING:
    import rawpy

_WIDE: Final = "Rec. 2020"
_TURNS: Final = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's flip -> the EXIF orientation that means the same."""


def decode_raw(data: bytes, where: str) -> Decoded:
    """Decode a camera RAW. Raises PhotographError when damaged, not supported, too large or not of a colour sensor."""
    import rawpy

    kinds = _kinds(data, where)
    try:
        with rawpy.RawPy() as raw:
            raw.open_buffer(io.BytesIO(data))
            check_size(raw.sizes.raw_width, raw.sizes.raw_height, where, limits.LARGEST_PIXELS_16BIT)
            raw.unpack()
            if raw.num_colors != 3:
                raise PhotographError(f"is the RAW of a sensor of {raw.num_colors} colours", where=where,
                                      expected="three colours", do="develop it to a 16-bit TIFF")  # fmt: skip
            clipped = _clipped(raw)
            samples = raw.postprocess(
                demosaic_algorithm=rawpy.DemosaicAlgorithm.LINEAR, use_camera_wb=True, no_auto_bright=True,
                output_color=rawpy.ColorSpace.Rec2020, output_bps=16, gamma=(1, 1), adjust_maximum_thr=0.0,
                highlight_mode=rawpy.HighlightMode.Clip,
            )  # fmt: skip
            turn = _TURNS.get(raw.sizes.flip, 1)
            notes = _notes(raw)
    except (rawpy.LibRawError, rawpy.NotSupportedError, *DECODER_ERRORS) as error:
        raise damaged(where, "RAW of a camera that LibRaw supports") from error
    if clipped is not None:
        clipped = upright(clipped, turn)
        if clipped.shape != samples.shape[:2]:
            clipped = None
    linear = power_curve(1.0)
    encoding = RgbEncoding("camera RAW", (linear, linear, linear), matrix_from_primaries(KNOWN_PRIMARIES[_WIDE]))
    return Decoded("RAW", samples, "RGB", 16, None, None, encoding, "RAW", Image.Exif(), frozenset(kinds),
                   tuple(notes), upright=True, clipped=clipped)  # fmt: skip


def _clipped(raw: rawpy.RawPy) -> NDArray[np.bool_] | None:
    """(h, w) bool: a photosite here or beside here is full. None for sensors that are no plain mosaic."""
    import rawpy

    if raw.raw_type != rawpy.RawType.Flat:
        return None
    sites: NDArray[Any] = raw.raw_image_visible
    full = sites >= raw.white_level
    return np.asarray(ndimage.maximum_filter(full, size=3), dtype=np.bool_)


def _notes(raw: rawpy.RawPy) -> list[str]:
    notes = ["RAW: linear, white balance as shot; the camera's matrix is made for daylight or lamp light"]
    if not any(raw.camera_whitebalance[:3]):
        notes.append("the RAW states no white balance; daylight was taken")
    if not np.any(raw.rgb_xyz_matrix):
        notes.append("the camera's matrix is not known: its colours are the sensor's own")
    return notes


def _kinds(data: bytes, where: str) -> set[str]:
    """Kinds of personal data; makers' own containers are dropped whole and not itemised."""
    if data[:4] not in tiff_directory.SIGNATURES:
        return {privacy.CAMERA, privacy.MAKER, privacy.SERIAL, privacy.TIMES, privacy.THUMBNAIL}
    found = tiff_directory.directories(data, where)
    kinds = privacy.kinds_in_tags({tag for one in found for tag in one.entries})
    if any(one.reduced for one in found):
        kinds.add(privacy.THUMBNAIL)
    return kinds
