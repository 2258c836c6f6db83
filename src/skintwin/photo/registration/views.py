"""Pictures in which the skin looks the same at every visit: free of exposure, white balance, shading and contrast.

    v = (ln Y - m) / max(s, s0)        m, s: mean and standard deviation of ln Y in a window around each pixel

Y is one weighted sum of the channels; exposure and white balance move ln Y by a constant, shading by a slow function,
and both go with m. s0 is half the median of s, so that the noise of even skin is not blown up to texture. Pixels that
do not count (transparent, glare, a card) are left out of m and s and are 0 in v.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]
Real = NDArray[np.float32]

_LONGEST = 2400  # pixels: twice what points are followed on, so that a follow-up from afar loses nothing
_WEIGHTS = (0.25, 0.55, 0.2)  # red, green, blue: green carries pigment and vessels, red least of the texture
_GLARE = 0.8  # of the file's ceiling, in a clipped pixel: all channels are high, not the red of the skin alone
_FLOOR = 0.05  # of the median light: below is noise
_STEEPEST = 3.0  # standard deviations that a view keeps
_WINDOW = 1 / 20  # of the longer side: several naevi wide, small against shading


@dataclass(frozen=True, eq=False)
class View:
    """One photograph for registration, at most 2400 pixels long.

    light: (h, w) float32. usable: (h, w) bool. to_view: (3, 3) from the photograph's pixels to these.
    """

    light: Real = field(repr=False)
    usable: Mask = field(repr=False)
    to_view: Array = field(repr=False)

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w)."""
        return int(self.light.shape[0]), int(self.light.shape[1])

    def mirrored(self) -> View:
        """The mirror image."""
        light, usable = np.ascontiguousarray(self.light[:, ::-1]), np.ascontiguousarray(self.usable[:, ::-1])
        return View(light, usable, self.to_view)


def view_of(photograph: Photograph, ignore: Mask | None) -> View:
    """Light of a photograph, and which pixels count."""
    import cv2

    linear = np.asarray(photograph.linear_srgb, dtype=np.float32)
    light = np.asarray(cv2.transform(linear, np.array([_WEIGHTS], dtype=np.float32)), dtype=np.float32)
    usable = photograph.valid & ~(photograph.clipped & (light > _GLARE))
    if ignore is not None:
        usable &= ~ignore
    shape = working_shape(photograph.shape, _LONGEST)
    return View(*small(View(light, usable, np.eye(3)), _LONGEST), to_smaller(photograph.shape, shape))


def small_mask(mask: Mask, view: View) -> Mask:
    """(h, w) bool of a photograph on its view."""
    import cv2

    size = (view.shape[1], view.shape[0])
    return np.asarray(cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)


def to_smaller(old: tuple[int, ...], new: tuple[int, ...]) -> Array:
    """(3, 3) from the pixels of a picture (h, w) to those of its smaller copy, centres at whole numbers."""
    fx, fy = new[1] / old[1], new[0] / old[0]
    return np.array([[fx, 0, fx / 2 - 0.5], [0, fy, fy / 2 - 0.5], [0, 0, 1.0]])


def working_shape(shape: tuple[int, int], longest: int) -> tuple[int, int]:
    """(ny, nx) of a picture whose longer side is at most ``longest``."""
    factor = min(1.0, longest / max(shape))
    return max(16, round(shape[0] * factor)), max(16, round(shape[1] * factor))


def small(view: View, longest: int) -> tuple[Real, Mask]:
    """Area means of the light at the working size, and which new pixels count."""
    import cv2

    ny, nx = working_shape(view.shape, longest)
    if (ny, nx) == view.shape:
        return view.light, view.usable
    light = cv2.resize(view.light, (nx, ny), interpolation=cv2.INTER_AREA)
    share = cv2.resize(view.usable.astype(np.uint8) * np.uint8(255), (nx, ny), interpolation=cv2.INTER_AREA)
    return np.asarray(light, dtype=np.float32), np.asarray(share >= 230)


def even(light: Real, usable: Mask, window: float | None = None) -> Real:
    """(h, w) light -> (h, w) view of mean 0 and standard deviation about 1, 0 where a pixel does not count.

    window: pixels of the neighbourhood; a twentieth of the longer side if None.
    """
    side = max(5, int(window or _WINDOW * max(light.shape))) | 1
    if not usable.any():
        return np.zeros(light.shape, dtype=np.float32)
    weight = usable.astype(np.float32)
    floor = np.float32(max(_FLOOR * float(np.median(light[usable][:: max(1, usable.sum() // 20000)])), 1e-6))
    log = np.asarray(np.log(np.maximum(light, floor)) * weight, dtype=np.float32)
    share = np.maximum(_blurred(weight, side), np.float32(1e-3))
    rest = np.asarray((log - _blurred(log, side) / share) * weight, dtype=np.float32)
    sd = np.sqrt(np.maximum(_blurred(rest * rest, side) / share, np.float32(1e-12)))
    least = np.float32(0.5 * float(np.median(sd[usable][:: max(1, usable.sum() // 20000)])))
    return np.asarray(np.clip(rest / np.maximum(sd, least), -_STEEPEST, _STEEPEST), dtype=np.float32)


def as_bytes(view: Real) -> NDArray[np.uint8]:
    """A view as 8-bit numbers, 128 for 0."""
    return np.asarray(np.round(128.0 + 127.0 / _STEEPEST * view), dtype=np.uint8)


def _blurred(picture: Real, side: int) -> Real:
    """Two box means in a row: a window without corners, at a cost that does not grow with it."""
    import cv2

    half = max(3, side // 2) | 1
    once = cv2.blur(picture, (half, half), borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.blur(once, (half, half), borderType=cv2.BORDER_REFLECT), dtype=np.float32)
