"""Light that comes out of the skin beside the place where it went in.

Light crosses the epidermis twice, where it enters (y) and where it leaves (x), and wanders through the dermis in
between. What a pixel x sends back under even light is taken as

    R(x) = s(x) ∫ P(|x − y|) s(y) E(y) d²y,        s = √R of even skin with the pigment and blood of the place
    P(r) = exp(−r/a) / (2π a r),                   MTF(f) = 1 / √(1 + (2π f a)²)

- It is reciprocal: exchanging entry and exit changes nothing.
- Even skin keeps exactly the reflectance R of the layered model, whatever a is.
- The way out is sharp, the way in is blurred: a border of pigment stays a border, as in life, and a plain blur of R
  would lose it. E is the light that relief lets in (1 on flat skin); its shadows are thus softened too.
- Within the epidermis light also slants: s is first blurred by σ, about the thickness of the epidermis.

One length a(λ) describes the radii that hold 50, 80 and 95 % of the light from 365 to 780 nm: r₅₀ = 0.69 a,
r₈₀ = 1.61 a, r₉₅ = 3.0 a, within 6 % of Monte Carlo (key ``photonwalk2026``), r₉₅ of red light within 10 %. The
exponential over r is one half of the profile of key ``christensen2015``. A channel sees the mean of P over its
wavelengths, weighted with what it receives.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.evidence import ledger

Array = NDArray[np.float64]
Real = NDArray[np.float32]

NODES_NM: Final = (365, 420, 450, 500, 550, 580, 600, 650, 700, 780)
"""Wavelengths (nm) at which the ledger holds the length a."""
RADII: Final = {0.5: float(np.log(2.0)), 0.8: float(np.log(5.0)), 0.95: float(np.log(20.0))}
"""Share of the light → radius that holds it, in units of a."""


def spread_length(wavelength: ArrayLike) -> Array:
    """Length a (mm) at wavelengths (nm) from 365 to 780, interpolated in ln a; same shape."""
    lengths = [ledger().value(f"camera.spread_{nm}", "mm") for nm in NODES_NM]
    return np.exp(np.interp(np.asarray(wavelength, dtype=np.float64), NODES_NM, np.log(lengths)))


def channel_transfer(frequency: ArrayLike, wavelength: Array, received: Array) -> Array:
    """Contrast left by the spread in C channels.

    frequency: (F,) cycles per mm. wavelength: (W,) nm. received: (W, C) what each channel gets from each wavelength.
    Returns (F, C), 1 at frequency 0.
    """
    f = np.asarray(frequency, dtype=np.float64)[:, None]
    contrast = 1.0 / np.sqrt(1.0 + (2.0 * np.pi * f * spread_length(wavelength)) ** 2)
    return np.asarray(contrast @ (received / received.sum(axis=0)))


def spread(root: Real, entry: Real | None, pixel_mm: float, wavelength: Array, received: Array) -> Real:
    """R of the module docstring for C channels.

    root: (h, w, C) s. entry: (h, w) E, or None for even light. received: (W, C) as in ``channel_transfer``.
    The patch is mirrored at its border.
    """
    from scipy.fft import dctn, idctn

    h, w, channels = root.shape
    down, across = np.arange(h) / (2 * h * pixel_mm), np.arange(w) / (2 * w * pixel_mm)
    radial = np.hypot(down[:, None], across[None, :])
    table = np.linspace(0.0, float(radial.max()), 512)
    place = (radial * np.float32((table.size - 1) / max(table[-1], 1e-12))).astype(np.int32)
    slant = np.exp(-2.0 * (np.pi * ledger().value("camera.spread_epidermis", "mm") * table) ** 2).astype(np.float32)
    transfer = channel_transfer(table, wavelength, received).astype(np.float32)
    out = np.empty_like(root)
    for c in range(channels):
        waves = dctn(root[..., c].copy(), norm="ortho", overwrite_x=True)
        waves *= slant[place]
        leaving = idctn(waves, norm="ortho")
        if entry is not None:
            waves = dctn(leaving * entry, norm="ortho", overwrite_x=True)
        waves *= transfer[:, c][place]
        out[..., c] = leaving * idctn(waves, norm="ortho", overwrite_x=True)
    return out
