"""Spectra of one person over melanin and blood, by the emulator of the layered skin; and colours of places of it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics import colour
from skintwin.optics.emulator import SkinEmulator
from skintwin.optics.emulator_data import EMULATED_NM
from skintwin.optics.emulator_inputs import AXES
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_table import MELANIN_FOOT_UM
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.spectra import VISIBLE_NM, xyz_weights
from skintwin.phantoms.description import Person

Array = NDArray[np.float64]

_NODES: Final = (25, 13)
_DENSE: Final = (129, 65)
_BLOOD: Final = (0.003, 0.15)  # papillary share that the table spans
_COLUMNS: Final = np.searchsorted(EMULATED_NM, VISIBLE_NM)


@lru_cache(maxsize=8)
def person_spectra(person: Person) -> SkinSpectra:
    """Reflectance of a person from no melanin to the most that the emulator knows."""
    u = np.linspace(np.log(MELANIN_FOOT_UM), np.log(most_melanin(person) + MELANIN_FOOT_UM), _NODES[0])
    v = np.linspace(float(np.log(_BLOOD[0])), float(np.log(_BLOOD[1])), _NODES[1])
    values: dict[str, Array] = {
        "melanin_fraction": np.clip(np.exp(u) - MELANIN_FOOT_UM, 0.0, None)[:, None] * 1e-3 / person.epidermis_mm,
        "blood_papillary": np.exp(v)[None, :],
        "eumelanin_share": np.array(person.eumelanin_share), "epidermis_mm": np.array(person.epidermis_mm),
        "stratum_corneum_mm": np.array(person.corneum_mm), "saturation": np.array(person.saturation),
        "dermal_melanin": np.array(0.0), "carotene_umol_l": np.array(0.0),
        "vessel_radius_um": np.asarray(LayeredSkin.reference().vessel_radius_um, np.float64),
        "scattering_scale": np.array(person.scattering_scale), "scattering_slope": np.array(person.scattering_slope),
    }  # fmt: skip
    places = [axis.place(np.clip(np.broadcast_to(values[axis.name], _NODES), axis.low, axis.high)) for axis in AXES]
    emulator = SkinEmulator.load()
    coarse = np.log(emulator.spectra(emulator.coefficients(np.stack(places, axis=-1)))[..., _COLUMNS])
    dense = np.exp(np.einsum("ui,ijw,vj->uvw", _cubic(0), coarse, _cubic(1), optimize=True)).astype(np.float32)
    fine = [np.linspace(float(axis[0]), float(axis[-1]), n) for axis, n in zip((u, v), _DENSE, strict=True)]
    return SkinSpectra(LayeredSkin.reference(), fine[0], fine[1], dense, np.ones((5, 5, VISIBLE_NM.size)))


@cache
def _cubic(axis: int) -> Array:
    """(dense, nodes) weights of the cubic spline through evenly spaced nodes."""
    from scipy.interpolate import make_interp_spline

    nodes = np.arange(_NODES[axis], dtype=float)
    return np.asarray(make_interp_spline(nodes, np.eye(nodes.size))(np.linspace(0.0, nodes[-1], _DENSE[axis])))


def most_melanin(person: Person) -> float:
    """Largest melanin column (µm) of a person's table."""
    return AXES[0].high * person.epidermis_mm * 1e3


def linear_srgb(person: Person, melanin_um: ArrayLike, blood: ArrayLike) -> Array:
    """(..., 3) linear sRGB of even skin under D65, 2 degree observer, surface reflection excluded; (..., ) each."""
    m, b = np.broadcast_arrays(np.asarray(melanin_um, np.float64), np.asarray(blood, np.float64))
    xyz = person_spectra(person).channels(_XYZ_SHARES)(np.atleast_2d(m), np.atleast_2d(b))
    return colour.xyz_to_linear_srgb(xyz.reshape(*m.shape, 3) * colour.WHITE_SRGB)


def lab(person: Person, melanin_um: ArrayLike, blood: ArrayLike, *, surface: float = 0.0) -> Array:
    """(..., 3) L*a*b* of even skin (D65, 2 degrees); surface: reflection of the surface that is included."""
    return colour.linear_srgb_to_lab(linear_srgb(person, melanin_um, blood) + surface)


_XYZ_SHARES: Final = xyz_weights() / colour.WHITE_SRGB
