"""A measured spectrum described by the layered model: nine free numbers by bounded least squares.

Free are melanin and the share of eumelanin in it; blood of the papillary dermis, blood below over that, oxygen
saturation, radius of the vessels; scattering and its slope; and a constant for what the surface reflects into the
instrument. Thicknesses are those of the reference skin. Several of the nine do nearly the same to a spectrum (eumelanin
share and slope; depth of blood and vessel radius), so single numbers are loosely determined and may end at a bound. A
good fit says that the model can draw the spectrum, not that its numbers are those of the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics import colour
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.measured_skin import measured_lab
from skintwin.optics.quadrature import DEFAULT_POINTS
from skintwin.optics.spectra import skin_spectrum

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Free:
    """A free number: bounds, start, the step of its derivative, its typical size; ``log``: fitted as its logarithm."""

    name: str
    low: float
    high: float
    start: float
    step: float
    size: float
    log: bool = False

    def inner(self, value: float) -> float:
        """The number as it is fitted."""
        return float(np.log(value)) if self.log else value

    def outer(self, x: Array) -> Array:
        """The fitted number as the model wants it."""
        return np.exp(x) if self.log else x


FREE: Final = (
    Free("melanin_fraction", 5e-4, 0.6, 0.02, 1e-3, 0.5, log=True),
    Free("blood_papillary", 5e-4, 0.2, 0.02, 1e-3, 0.5, log=True),
    Free("blood_below", 0.02, ledger().value("optics.plexus_over_papilla", "1"), 0.5, 1e-3, 0.5, log=True),
    Free("vessel_radius_um", 0.1, 50.0, 5.0, 1e-2, 0.5, log=True),
    Free("saturation", 0.0, 1.0, 0.65, 1e-3, 0.2),
    Free("scattering_scale", 0.4, 2.5, 0.9, 1e-3, 0.2, log=True),
    Free("specular", 0.0, 0.08, 0.03, 1e-5, 0.01),
    Free("eumelanin_share", 0.0, 1.0, 0.8, 1e-3, 0.2),
    Free("scattering_slope", -1.5, 1.5, 0.1, 1e-3, 0.2),
)
"""The bounds are wide on purpose: they keep the search finite and are no statement on skin. ``blood_below``, the blood
share of the reticular over that of the papillary dermis, may reach that of the upper plexus (key ``meglinski2002``)."""
_BAND: Final = ((-0.5 * 0.6**0.5, 5 / 18), (0.0, 8 / 18), (0.5 * 0.6**0.5, 5 / 18))
"""Places within a band, as shares of its width, and weights: Gauss's rule of three points."""
_DARK: Final = (10.0, 0.12)  # below this typology angle, degrees, the search starts from this melanin share
_SLOPE_POINTS: Final = 8  # derivatives need fewer directions than residuals


@dataclass(frozen=True, eq=False)
class SpectrumFit:
    """Result: ``numbers`` by name of :data:`FREE`, names of those ``at_bound``, the fitted (W,) spectrum, root mean
    square of the difference in % of reflectance, dE00 (D65, 10 degrees), and the typology angle of the measurement."""

    numbers: dict[str, float]
    at_bound: tuple[str, ...]
    fitted: Array
    rms_percent: float
    delta_e: float
    ita: float


def fit_spectrum(measured: Array, wavelength: Array, band_nm: float = 0.0) -> SpectrumFit:
    """Fit (W,) reflectance at (W,) nm within 400 to 730; each value the mean over a band of ``band_nm`` about it."""
    from scipy.optimize import least_squares

    lab = measured_lab(measured, wavelength)
    ita = float(colour.ita_degrees(lab))
    low, high = (np.array([f.inner(bound) for f, bound in zip(FREE, each, strict=True)]) for each in _bounds())
    start = np.array([f.inner(f.start) for f in FREE])
    if ita < _DARK[0]:
        start[0] = np.log(_DARK[1])
    step = np.array([f.step for f in FREE])

    def slopes(x: Array) -> Array:
        signed = np.where(x + step > high, -step, step)
        # Slopes need neither all directions nor the width of the band.
        rows = _spectra(np.vstack([x, x + np.diag(signed)]), wavelength, _SLOPE_POINTS)
        return np.asarray(((rows[1:] - rows[0]) / signed[:, None]).T)

    found = least_squares(
        lambda x: _band_means(x[None], wavelength, band_nm)[0] - measured,
        start,
        jac=slopes,
        bounds=(low, high),
        x_scale=np.array([f.size for f in FREE]),
        max_nfev=40,
    )
    fitted = measured + found.fun
    edge = 1e-3 * (high - low)
    stuck = (found.x < low + edge) | (found.x > high - edge)
    return SpectrumFit(
        numbers={f.name: float(f.outer(x)) for f, x in zip(FREE, found.x, strict=True)},
        at_bound=tuple(f.name for f, at in zip(FREE, stuck, strict=True) if at),
        fitted=fitted,
        rms_percent=100.0 * float(np.sqrt(np.mean(found.fun**2))),
        delta_e=float(colour.delta_e_2000(measured_lab(fitted, wavelength), lab)),
        ita=ita,
    )


def _bounds() -> tuple[list[float], list[float]]:
    return [f.low for f in FREE], [f.high for f in FREE]


def _band_means(x: Array, wavelength: Array, width: float) -> Array:
    """(S, 9) fitted numbers -> (S, W) means over bands."""
    if width == 0:
        return _spectra(x, wavelength, DEFAULT_POINTS)
    places = np.concatenate([wavelength + place * width for place, _ in _BAND])
    parts = _spectra(x, places, DEFAULT_POINTS).reshape(len(x), len(_BAND), -1)
    return np.asarray(np.einsum("skw,k->sw", parts, [weight for _, weight in _BAND]))


def _spectra(x: Array, wavelength: Array, points: int) -> Array:
    """(S, 9) fitted numbers -> (S, W)."""
    values = {f.name: f.outer(x[:, k]) for k, f in enumerate(FREE)}
    specular, below = values.pop("specular"), values.pop("blood_below") * values["blood_papillary"]
    fat = ledger().value("optics.blood_ratio_subcutis", "1") / ledger().value("optics.blood_ratio_reticular", "1")
    blood = {"blood_reticular": np.minimum(below, 1.0), "blood_subcutis": np.minimum(fat * below, 1.0)}
    skin = LayeredSkin.reference(**values, **blood)
    return skin_spectrum(skin, wavelength, points=points) + specular[:, None]
