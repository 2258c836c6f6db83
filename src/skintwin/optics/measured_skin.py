"""Measured reflectance spectra of people that come with the package, and how they were measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.spectra import spectrum_to_xyz
from skintwin.optics.tables import spectral_table

Array = NDArray[np.float64]

ITA_CLASSES: Final = (
    ("very light", 55.0), ("light", 41.0), ("intermediate", 28.0), ("tan", 10.0), ("brown", -30.0), ("dark", -np.inf),
)  # fmt: skip
"""Classes of the typology angle, each with its lower bound in degrees (key ``chardon1991``)."""
VISIBLE_END: Final = 730.0
"""Longest wavelength used for fits, nm."""
BAND_NM: Final = 10.0
"""Width of the bands over which the spectra are means, nm."""


@dataclass(frozen=True, eq=False)
class MeasuredSet:
    """Spectra of one source.

    Attributes
    ----------
    name, geometry, site: for people. key: source key. specular_included: True (SCI), or None where the lighting was
    not controlled. wavelength: (W,) nm, band means 10 nm wide. reflectance: (people, W), 0..1.
    """

    name: str
    key: str
    site: str
    geometry: str
    specular_included: bool | None
    wavelength: Array
    reflectance: Array

    def visible(self) -> tuple[Array, Array]:
        """(W,) wavelengths from 400 to 730 nm, as far as measured, and (people, W) reflectances."""
        rows = (self.wavelength >= 400.0) & (self.wavelength <= VISIBLE_END)
        return self.wavelength[rows], self.reflectance[:, rows]


def measured_sets() -> tuple[MeasuredSet, MeasuredSet]:
    """NIST's forearms (key ``cooksey2017``) and the cheeks of ISETCam (key ``farrell2012``). See data/SOURCE.txt."""
    sphere = "8 degrees to hemisphere, specular included (SCI)"
    camera = "imaging spectrometer, gloss not controlled (neither SCI nor SCE)"
    return (
        MeasuredSet("NIST", "cooksey2017", "inner forearm", sphere, True, *_read("measured_nist")),
        MeasuredSet("ISETCam", "farrell2012", "cheek", camera, None, *_read("measured_isetcam")),
    )


def _read(name: str) -> tuple[Array, Array]:
    table = dict(spectral_table(name))
    nm = table.pop("wavelength_nm")
    return nm, np.stack(list(table.values()))


def measured_lab(spectra: Array, wavelength: Array) -> Array:
    """(..., W) -> (..., 3) L*a*b*, D65 and the 10 degree observer, with whatever specular part the spectra hold."""
    return colour.xyz_to_lab(spectrum_to_xyz(spectra, wavelength, "10deg"), colour.WHITE_D65_10)


def ita_class(ita: float) -> str:
    """Class of a typology angle in degrees."""
    return next(name for name, low in ITA_CLASSES if ita > low)
