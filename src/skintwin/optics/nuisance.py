"""What else changes a pixel's colour: priors of the unknowns and the effect of the things not asked for.

Nuisances are oxygen saturation, eumelanin share, epidermal thickness (at fixed melanin column), scattering,
and a residue of surface reflection. Each is carried to ln RGB as (slope of ln RGB) x (its standard
deviation), by differences one standard deviation up and down on a coarse grid of melanin and blood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import Parameter, ledger
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import node_reflectance
from skintwin.optics.pigment_table import MELANIN_FOOT_UM, PigmentTable, pigment_axes
from skintwin.optics.spectra import spectrum_to_linear_srgb

Array = NDArray[np.float64]

NUISANCES: Final = ("saturation", "eumelanin_share", "epidermal_thickness", "scattering", "specular_residue")
"""Order of the nuisance axis."""
_NODES: Final = (11, 7)
_POINTS: Final = 8  # slopes need less than absolute colours
_Z90: Final = 1.6448536269514722  # a central 90 % interval is +- this many standard deviations


def spread(parameter: Parameter) -> float:
    """Standard deviation of a normal entry of the ledger, or of the ln of a lognormal one."""
    low, high = parameter.low, parameter.high
    if low is None or high is None:
        return 0.0
    if parameter.distribution == "lognormal":
        return float(np.log(high / low) / (2 * _Z90))
    return float((high - low) / (2 * _Z90))


@dataclass(frozen=True)
class PixelPrior:
    """What is believed of a pixel before it is seen.

    Attributes
    ----------
    melanin_um, melanin_sd: median of the column (um), standard deviation of u = ln(column + M0).
    blood, blood_sd: median of the papillary share, standard deviation of its ln.
    shading_sd: standard deviation of ln brightness. noise: pixel noise as a share of the signal.
    """

    melanin_um: float
    melanin_sd: float
    blood: float
    blood_sd: float
    shading_sd: float
    noise: float

    @classmethod
    def from_ledger(cls) -> PixelPrior:
        """Priors of the group ``optics``."""
        book = ledger()
        melanin, blood = book.parameter("optics.melanin_column_prior"), book.parameter("optics.blood_prior")
        return cls(
            melanin_um=book.value("optics.melanin_column_prior", "um"),
            melanin_sd=spread(melanin),
            blood=book.value("optics.blood_prior", "1"),
            blood_sd=spread(blood),
            shading_sd=spread(book.parameter("optics.shading")),
            noise=book.value("optics.camera_noise", "1"),
        )


def nuisance_sd() -> dict[str, float]:
    """Standard deviations from the ledger by name; thickness and scattering are of the ln."""
    book = ledger()
    return {
        "saturation": spread(book.parameter("optics.saturation")),
        "eumelanin_share": book.value("optics.eumelanin_share_sd", "1"),
        "epidermal_thickness": spread(book.parameter("optics.epidermis_thickness")),
        "scattering": spread(book.parameter("optics.scattering_scale")),
        "specular_residue": spread(book.parameter("optics.specular_residue")),
    }


def vary(template: LayeredSkin, name: str, step: float) -> LayeredSkin:
    """The template with one nuisance moved by ``step``, kept within 0..1 where it is a share."""
    changes: dict[str, Callable[[], object]] = {
        "saturation": lambda: np.clip(template.saturation + step, 0.0, 1.0),
        "eumelanin_share": lambda: np.clip(template.eumelanin_share + step, 0.0, 1.0),
        "epidermal_thickness": lambda: template.epidermis_mm * np.exp(step),
        "scattering": lambda: template.scattering_scale * np.exp(step),
    }
    field = {"epidermal_thickness": "epidermis_mm", "scattering": "scattering_scale"}.get(name, name)
    return template.replace(**{field: changes[name]()})


@lru_cache(maxsize=8)
def nuisance_effects(table: PigmentTable) -> Array:
    """(A, B, 5, 3) change of ln RGB for one standard deviation of each nuisance, on the table's grid; not to be written
    to, as it is kept for the next picture with the same table."""
    from scipy.interpolate import RectBivariateSpline

    u, v = pigment_axes(table.template, _NODES)
    sd = nuisance_sd()
    grid = table.grid
    effects = np.empty((*grid.values.shape[:2], len(NUISANCES), 3))
    for k, name in enumerate(NUISANCES[:-1]):
        high, low = vary(table.template, name, sd[name]), vary(table.template, name, -sd[name])
        moved = _distance(table.template, high, name) + _distance(table.template, low, name)
        change = (_log_rgb(high, u, v) - _log_rgb(low, u, v)) * (sd[name] / moved)
        for channel in range(3):
            effects[:, :, k, channel] = RectBivariateSpline(u, v, change[..., channel])(grid.u, grid.v)
    effects[:, :, -1, :] = sd["specular_residue"] * np.exp(-grid.values)
    effects.setflags(write=False)
    return effects


def _distance(template: LayeredSkin, moved: LayeredSkin, name: str) -> float:
    """How far a nuisance really moved, in the unit of its standard deviation before scaling."""
    if name == "epidermal_thickness":
        return float(np.abs(np.log(moved.epidermis_mm / template.epidermis_mm)))
    if name == "scattering":
        return float(np.abs(np.log(moved.scattering_scale / template.scattering_scale)))
    return float(np.abs(getattr(moved, name) - getattr(template, name)))


def _log_rgb(template: LayeredSkin, u: Array, v: Array) -> Array:
    reflectance = node_reflectance(template, np.exp(u) - MELANIN_FOOT_UM, np.exp(v), points=_POINTS)
    return np.log(spectrum_to_linear_srgb(reflectance))
