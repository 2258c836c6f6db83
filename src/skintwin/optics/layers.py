"""Skin as five plane layers: stratum corneum, epidermis, papillary dermis, reticular dermis, subcutis."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.optics import chromophores as chromo
from skintwin.skin.site import site_keys, site_named

Array = NDArray[np.float64]
Values = float | Array

_THICKNESSES = ("stratum_corneum_mm", "epidermis_mm", "papillary_mm", "reticular_mm", "subcutis_mm")
_SHARES = (
    "melanin_fraction",
    "eumelanin_share",
    "blood_papillary",
    "blood_reticular",
    "blood_subcutis",
    "saturation",
    "dermal_melanin",
    "water",
)
_AMOUNTS = ("vessel_radius_um", "carotene_umol_l")


@dataclass(frozen=True, eq=False)
class OpticalLayers:
    """Optical coefficients of the layers, top to bottom: each array is (5, ..., W).

    mu_a, mu_s: absorption and scattering, 1/mm; g: mean cosine; thickness: mm.
    """

    mu_a: Array
    mu_s: Array
    g: Array
    thickness: Array


@dataclass(frozen=True, eq=False)
class LayeredSkin:
    """What one place of skin is made of. Every field is a number or an array; arrays broadcast together.

    Attributes
    ----------
    stratum_corneum_mm, epidermis_mm, papillary_mm, reticular_mm, subcutis_mm: thickness, mm.
    melanin_fraction: volume share of melanosomes in the living epidermis.
    eumelanin_share: share of eumelanin in that melanin.
    blood_papillary, blood_reticular, blood_subcutis: volume share of whole blood.
    saturation: oxygen saturation of that blood.
    dermal_melanin: volume share of (eumelanin) melanosomes in the papillary dermis.
    scattering_scale: factor on all scattering.
    vessel_radius_um: radius of the vessels that hold the blood, um; 0 spreads it evenly.
    scattering_slope: exponent added to the fall of scattering with wavelength, (lambda / 500 nm)^-slope.
    carotene_umol_l: beta-carotene in all layers, umol/L.
    water: volume share of water in all layers. It absorbs beyond 700 nm; the baseline, measured on whole tissue,
    already holds what little of it there is below, so the usual skin leaves it out (:meth:`with_water` adds it).
    """

    stratum_corneum_mm: Values
    epidermis_mm: Values
    papillary_mm: Values
    reticular_mm: Values
    subcutis_mm: Values
    melanin_fraction: Values
    eumelanin_share: Values
    blood_papillary: Values
    blood_reticular: Values
    blood_subcutis: Values
    saturation: Values
    dermal_melanin: Values = 0.0
    scattering_scale: Values = 1.0
    vessel_radius_um: Values = 0.0
    scattering_slope: Values = 0.0
    carotene_umol_l: Values = 0.0
    water: Values = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            values = np.asarray(getattr(self, field.name), dtype=np.float64)
            if field.name in _SHARES:
                good, wanted = bool(np.all((values >= 0) & (values <= 1))), "a share from 0 to 1"
            elif field.name in _AMOUNTS:
                good, wanted = bool(np.all(values >= 0) and np.all(np.isfinite(values))), "0 or more"
            elif field.name == "scattering_slope":
                good, wanted = bool(np.all(np.abs(values) <= 10)), "an exponent, a few tenths"
            else:
                good, wanted = bool(np.all(values > 0) and np.all(np.isfinite(values))), "more than 0"
            if not good:
                raise ConfigError(f"{field.name} = {values}", where="layered skin", expected=wanted)

    @classmethod
    def reference(cls, **changes: Any) -> LayeredSkin:
        """Skin of the outer forearm with the ledger's medians; keyword arguments replace single fields."""
        book = ledger()
        blood = book.value("optics.blood_papillary", "1")
        fields_of = {
            "stratum_corneum_mm": book.value("optics.stratum_corneum_thickness", "mm"),
            "epidermis_mm": book.value("optics.epidermis_thickness", "mm"),
            "papillary_mm": book.value("optics.papillary_thickness", "mm"),
            "reticular_mm": book.value("optics.reticular_thickness", "mm"),
            "subcutis_mm": book.value("optics.subcutis_thickness", "mm"),
            "melanin_fraction": book.value("optics.melanin_fraction", "1"),
            "eumelanin_share": book.value("optics.eumelanin_share", "1"),
            "blood_papillary": blood,
            "blood_reticular": blood * book.value("optics.blood_ratio_reticular", "1"),
            "blood_subcutis": blood * book.value("optics.blood_ratio_subcutis", "1"),
            "saturation": book.value("optics.saturation", "1"),
            "vessel_radius_um": book.value("optics.vessel_radius", "um"),
        }
        return cls(**{**fields_of, **changes})

    @classmethod
    def at_site(cls, site: str, **changes: Any) -> LayeredSkin:
        """:meth:`reference` with the epidermis and the stratum corneum of a body site (``skintwin.skin.site``)."""
        keys, value = site_keys(site_named(site)), ledger().value
        layers = {"epidermis_mm": value(keys["epidermis"], "mm"), "stratum_corneum_mm": value(keys["corneum"], "mm")}
        return cls.reference(**{**layers, **changes})

    def replace(self, **changes: Any) -> LayeredSkin:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def with_water(self) -> LayeredSkin:
        """The skin with the ledger's water, for wavelengths beyond 800 nm (in the visible it moves dE00 by 0.03)."""
        return self.replace(water=ledger().value("optics.water_share", "1"))

    def optical_layers(self, wavelength: ArrayLike) -> OpticalLayers:
        """Coefficients at (W,) wavelengths in nm; the skin's batch axes come before the wavelength axis."""
        nm = np.asarray(wavelength, dtype=np.float64)
        part = {f.name: np.asarray(getattr(self, f.name), dtype=np.float64)[..., None] for f in fields(self)}
        base = chromo.baseline_absorption_jacques1998(nm)
        melanosome = chromo.melanin_absorption(nm, part["eumelanin_share"])
        dermal_melanosome = chromo.eumelanin_absorption_jacques1998(nm)
        blood = chromo.blood_absorption_prahl(nm, part["saturation"])
        blood = blood * chromo.vessel_packaging_vanveen2002(blood, part["vessel_radius_um"] * 1e-3)
        fm, fd, fb = part["melanin_fraction"], part["dermal_melanin"], part["blood_papillary"]
        fr, fs = part["blood_reticular"], part["blood_subcutis"]
        everywhere = part["water"] * chromo.water_absorption_simpa2022(nm)
        everywhere = everywhere + chromo.carotene_absorption_du1998(nm, part["carotene_umol_l"])
        mu_a = [
            base,
            fm * melanosome + (1 - fm) * base,
            fb * blood + fd * dermal_melanosome + (1 - fb - fd) * base,
            fr * blood + (1 - fr) * base,
            fs * blood + (1 - fs) * base,
        ]
        g = chromo.anisotropy_vangemert1989(nm)
        scale = part["scattering_scale"] * chromo.scattering_tilt(nm, part["scattering_slope"]) / (1 - g)
        epidermis = chromo.epidermis_scattering_jacques2013(nm) * scale
        dermis = chromo.dermis_scattering_jacques2013(nm) * scale
        subcutis = chromo.subcutis_scattering_shimojo2020(nm) * scale
        mu_s = [epidermis, epidermis, dermis, dermis, subcutis]
        mu_a = [own + everywhere for own in mu_a]
        thickness = [part[name] for name in _THICKNESSES]
        shape = np.broadcast_shapes(*(np.shape(v) for v in (*mu_a, *mu_s, *thickness)))
        stacked = [
            np.stack([np.broadcast_to(v, shape) for v in rows]) for rows in (mu_a, mu_s, [g] * 5, thickness)
        ]
        return OpticalLayers(*stacked)
