"""A camera in front of skin under a light: from reflectance to an 8-bit picture.

Order of events: spectrum × light × sensor → lens → exposure and noise → white balance → matrix → sRGB → JPEG.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.optics.camera.colour_matrix import colour_matrix
from skintwin.optics.camera.jpeg import compressed
from skintwin.optics.camera.lens import blurred
from skintwin.optics.camera.lights import light_power
from skintwin.optics.camera.noise import exposed
from skintwin.optics.camera.sensors import OBSERVER, channel_weights, sensitivity
from skintwin.optics.texture.keys import Key

Array = NDArray[np.float64]
Real = NDArray[np.float32]
Pixels = NDArray[np.uint8]

BALANCES: Final = ("light", "daylight")
"""White balance by name: for the light in use (a grey card), or left at daylight."""


@dataclass(frozen=True)
class Camera:
    """Settings of a photograph.

    Attributes
    ----------
    sensor: ``"sRGB"`` (the standard observer) or one of ``camera_names()``.
    light: one of ``LIGHTS``.
    white_balance: one of ``BALANCES``, or gains of red, green and blue.
    exposure: linear brightness of a perfect white in the picture.
    full_well: electrons of a pixel at saturation; infinity for a picture without noise.
    read_noise: electrons. lens_blur: standard deviation, pixels.
    jpeg: quality, or None for no compression.
    """

    sensor: str = OBSERVER
    light: str = "D65"
    white_balance: str | tuple[float, float, float] = "light"
    exposure: float = 1.0
    full_well: float = float("inf")
    read_noise: float = 0.0
    lens_blur: float = 0.0
    jpeg: int | None = None

    def __post_init__(self) -> None:
        sensitivity(self.sensor)
        light_power(self.light)
        if isinstance(self.white_balance, str) and self.white_balance not in BALANCES:
            raise ConfigError(
                f"white balance {self.white_balance!r}", where="camera.white_balance",
                expected=f"{' or '.join(BALANCES)}, or three gains",
            )  # fmt: skip
        if not (self.exposure > 0 and self.full_well > 0 and self.read_noise >= 0 and self.lens_blur >= 0):
            raise ConfigError(
                "a setting out of range", where="camera", expected="exposure and full well above 0, others not below"
            )

    @classmethod
    def usual(cls, sensor: str = OBSERVER, light: str = "D65", **changes: object) -> Camera:
        """Noise and lens of the ledger and a JPEG of quality 92; keyword arguments replace settings."""
        book = ledger()
        settings: dict[str, object] = {
            "full_well": book.value("camera.full_well", "1"), "read_noise": book.value("camera.read_noise", "1"),
            "lens_blur": book.value("camera.lens_blur", "1"), "jpeg": 92,
        }  # fmt: skip
        return cls(sensor, light, **{**settings, **changes})  # type: ignore[arg-type]

    def weights(self, wavelength: ArrayLike) -> Array:
        """(W, 3): reflectance at (W,) nm @ weights = raw channels relative to a perfect white under the light."""
        return channel_weights(self.sensor, self.light, wavelength)[0]

    def white(self) -> Array:
        """(3,) level of a perfect white, as a share of saturation, at exposure 1."""
        nm = np.array([380.0, 780.0])
        return channel_weights(self.sensor, self.light, nm)[1]

    def gains(self) -> Array:
        """(3,) what white balance multiplies raw channels with, where 1 is right for the light."""
        if not isinstance(self.white_balance, str):
            return np.asarray(self.white_balance, dtype=np.float64)
        if self.white_balance == "light":
            return np.ones(3)
        here = (sensitivity(self.sensor) * light_power(self.light)[:, None]).sum(axis=0)
        day = (sensitivity(self.sensor) * light_power("D65")[:, None]).sum(axis=0)
        gains = here / day
        return np.asarray(gains / gains[1])  # green keeps its level

    def matrix(self) -> Array:
        """(3, 3) balanced channels → linear sRGB."""
        return colour_matrix(self.sensor, self.light if self.white_balance == "light" else "D65")

    def linear(self, raw: ArrayLike) -> Array:
        """(..., 3) raw channels (white = 1) → linear sRGB without noise, lens or clipping."""
        return np.asarray((np.asarray(raw) * (self.exposure * self.gains())) @ self.matrix().T)

    def record(self, raw: Real, key: Key) -> Real:
        """(h, w, 3) raw channels (white = 1) → linear sRGB as recorded: lens, exposure, noise, clipping, matrix."""
        seen = blurred(np.asarray(raw, dtype=np.float32), self.lens_blur)
        if np.isfinite(self.full_well):
            white = (self.exposure * self.white()).astype(np.float32)
            seen = exposed(seen * white, self.full_well, self.read_noise, key) / white
        to_srgb = (self.exposure * self.matrix() * self.gains()).T.astype(np.float32)
        return np.asarray(seen @ to_srgb)

    def develop(self, linear: Real) -> Pixels:
        """(h, w, 3) linear sRGB → 8-bit sRGB, compressed if the camera compresses."""
        pixels = encoded(linear)
        return pixels if self.jpeg is None else compressed(pixels, self.jpeg)


def encoded(linear: NDArray[np.floating]) -> Pixels:
    """Linear sRGB, any shape → 8-bit sRGB by a table of 4096 steps in the square root: at most 1 unit off."""
    place = np.sqrt(np.clip(linear, 0.0, 1.0)) * np.float32(_STEPS)
    return np.asarray(_code()[(place + np.float32(0.5)).astype(np.int32)])


_STEPS: Final = 4095


def _code() -> Pixels:
    from skintwin.optics.colour import srgb_encode

    return np.round(255.0 * srgb_encode((np.arange(_STEPS + 1) / _STEPS) ** 2)).astype(np.uint8)
