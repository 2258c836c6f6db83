"""People drawn from the ledger's priors: what they are made of and what an instrument records of them.

One row of ten standard normal numbers is one pixel of one person; the same rows serve random draws, quasi-random ones
(:mod:`.exact`) and derivatives (:mod:`.bound`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import Parameter, ledger
from skintwin.optics.emulator_inputs import AXES
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.nuisance import spread
from skintwin.optics.posterior.channels import ChannelSet

Array = NDArray[np.float64]

UNKNOWNS: Final = (
    "melanin", "blood", "saturation", "eumelanin_share", "epidermis", "corneum", "scattering", "slope", "dermal",
    "specular",
)  # fmt: skip
"""Order of the columns of a draw."""
PRIOR_KEYS: Final = (
    "optics.melanin_column_prior",
    "optics.blood_prior",
    "optics.saturation",
    "optics.eumelanin_share",
    "optics.eumelanin_share_sd",
    "optics.epidermis_thickness",
    "optics.stratum_corneum_thickness",
    "optics.scattering_scale",
    "optics.scattering_slope",
    "optics.dermal_melanin_prior",
    "optics.specular_residue",
    "optics.shading",
    "optics.camera_noise",
    "optics.vessel_radius",
)
"""Rows of the ledger that a trained posterior depends on, beside those of the emulator."""
MELANIN_FOOT: Final = 0.1
"""µm added to the melanin column before the logarithm: the column of depigmented skin has an end at 0."""
_AT: Final = {axis.name: k for k, axis in enumerate(AXES)}


@dataclass(frozen=True)
class Priors:
    """Medians and standard deviations of the unknowns, in the order of :data:`UNKNOWNS` ((10,) each); those of melanin,
    blood, epidermis, corneum, scattering and dermal melanin are of the logarithm. shading: sd of ln brightness."""

    middle: tuple[float, ...]
    sd: tuple[float, ...]
    shading: float

    @classmethod
    @cache
    def from_ledger(cls) -> Priors:
        """Those of the group ``optics``, for the reference site."""
        book = ledger()

        def pair(parameter: Parameter, unit: str) -> tuple[float, float]:
            value = book.value(parameter.key, unit)
            return (float(np.log(value)) if parameter.distribution == "lognormal" else value), spread(parameter)

        read = book.parameter
        rows = [
            pair(read("optics.melanin_column_prior"), "um"),
            pair(read("optics.blood_prior"), "1"),
            pair(read("optics.saturation"), "1"),
            (book.value("optics.eumelanin_share", "1"), book.value("optics.eumelanin_share_sd", "1")),
            pair(read("optics.epidermis_thickness"), "mm"),
            pair(read("optics.stratum_corneum_thickness"), "mm"),
            pair(read("optics.scattering_scale"), "1"),
            pair(read("optics.scattering_slope"), "1"),
            pair(read("optics.dermal_melanin_prior"), "1"),
            pair(read("optics.specular_residue"), "1"),
        ]
        middle, sd = zip(*rows, strict=True)
        return cls(middle, sd, spread(read("optics.shading")))

    @classmethod
    def dermal(cls) -> Priors:
        """The same where dermal pigment is suspected: the population on which a dermal index means most."""
        row = ledger().parameter("optics.dermal_pigment_prior")
        usual, at = cls.from_ledger(), UNKNOWNS.index("dermal")
        middle, sd = list(usual.middle), list(usual.sd)
        middle[at], sd[at] = float(np.log(ledger().value(row.key, "1"))), spread(row)
        return replace(usual, middle=tuple(middle), sd=tuple(sd))

    def known(self, *names: str) -> Priors:
        """The same with some of :data:`UNKNOWNS` fixed at their medians."""
        return replace(self, sd=tuple(0.0 if n in names else sd for n, sd in zip(UNKNOWNS, self.sd, strict=True)))


@dataclass(frozen=True, eq=False)
class People:
    """melanin_um, blood, dermal_um: (n,). places: (n, 11) positions of the emulator. specular: (n,)."""

    melanin_um: Array
    blood: Array
    dermal_um: Array
    places: Array
    specular: Array

    def raw(self, channels: ChannelSet) -> Array:
        """(n, K) raw channels with the residue of surface reflection, without shading and noise."""
        return np.asarray(channels.raw_at(self.places) + self.specular[:, None])

    def pixels(self, channels: ChannelSet) -> tuple[People, Array]:
        """One pixel of each person's even skin: the people and their raw channels (n, K)."""
        return self, self.raw(channels)


def people_at(normals: Array, priors: Priors | None = None) -> People:
    """(n, 10) standard normal numbers -> people. Values beyond the emulator's range lie on its border."""
    prior = Priors.from_ledger() if priors is None else priors
    x = np.asarray(prior.middle) + np.asarray(prior.sd) * normals
    reference = LayeredSkin.reference()
    skin = {
        "blood_papillary": np.exp(x[:, 1]),
        "saturation": x[:, 2],
        "eumelanin_share": x[:, 3],
        "epidermis_mm": np.exp(x[:, 4]),
        "stratum_corneum_mm": np.exp(x[:, 5]),
        "scattering_scale": np.exp(x[:, 6]),
        "scattering_slope": x[:, 7],
        "dermal_melanin": np.exp(x[:, 8]),
        "vessel_radius_um": np.full(len(x), float(np.asarray(reference.vessel_radius_um))),
        "carotene_umol_l": np.zeros(len(x)),
    }
    for name in skin:
        axis = AXES[_AT[name]]
        skin[name] = np.clip(skin[name], axis.low, axis.high)
    skin["melanin_fraction"] = np.clip(1e-3 * np.exp(x[:, 0]) / skin["epidermis_mm"], 0.0, AXES[0].high)
    places = np.stack([axis.place(skin[axis.name]) for axis in AXES], axis=-1)
    return People(
        melanin_um=1e3 * skin["melanin_fraction"] * skin["epidermis_mm"],
        blood=skin["blood_papillary"],
        dermal_um=1e3 * skin["dermal_melanin"] * float(np.asarray(reference.papillary_mm)),
        places=places,
        specular=x[:, 9],
    )


def draw_people(count: int, seed: int, priors: Priors | None = None) -> People:
    """``count`` people at random; the same seed gives the same people."""
    return people_at(np.random.default_rng(seed).standard_normal((count, len(UNKNOWNS))), priors)


def record(raw: Array, channels: ChannelSet, shading: float, rng: np.random.Generator) -> Array:
    """(n, K) raw channels -> (n, C) as recorded, with shading (sd of ln) and the noise of a pixel."""
    lit = raw * np.exp(shading * rng.standard_normal((len(raw), 1)))
    noise = channels.noise
    electrons = np.sqrt(np.maximum(noise.raw_variance(lit), 0.0)) * rng.standard_normal(lit.shape)
    seen = channels.recorded(lit) + electrons @ channels.noise_matrix.T
    return np.asarray(seen + np.sqrt(noise.recorded_variance(seen)) * rng.standard_normal(seen.shape))
