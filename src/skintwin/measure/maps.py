"""Melanin and blood maps of a photograph, anchored on the skin around the lesion."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError, PhotographError
from skintwin.measure.lighting import estimate_evenly_lit
from skintwin.measure.site_colours import expected_colour, site_table
from skintwin.photo.photograph import FloatImage, Mask
from skintwin.skin.phototype import phototype_named

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PigmentMaps:
    """Pigment of each pixel; nan where the colour is not one of skin (hair, glare, cloth, transparent).

    melanin_um: (h, w) melanin column: volume share of melanosomes in the living epidermis times its
        thickness, um. blood: (h, w) volume share of blood in the papillary dermis.
    melanin_sd, blood_sd: (h, w) standard deviation for differences within this picture.
    residual_de00: median CIEDE2000 between the picture and its rendering from the maps.
    gains: (3,) factors that brought the surrounding skin to the colour expected of the phototype.
    warnings: sentences for the reader.
    """

    melanin_um: Array = field(repr=False)
    blood: Array = field(repr=False)
    melanin_sd: Array = field(repr=False)
    blood_sd: Array = field(repr=False)
    residual_de00: float
    gains: Array
    warnings: tuple[str, ...]


def pigment_maps(
    linear: FloatImage | Array, valid: Mask, skin: Mask, *, phototype: str | None, site: str | None = None,
    gain_sd: Array | None = None,
) -> PigmentMaps:  # fmt: skip
    """Invert a photograph.

    linear: (h, w, 3) linear sRGB. valid, skin: (h, w) bool; skin is normal skin around the lesion.
    gain_sd: (3,) standard deviation of ln gain that a colour card left, when ``linear`` was corrected by one: levels
    are then the picture's own. Without it the median of ``skin`` is set to the colour that the phototype's skin has
    under D65 without surface gloss: levels rest on the phototype; differences and ratios within the picture rest on
    the picture.
    phototype: "I" to "VI", needed without a card. site: sets the thickness of epidermis and horny layer; forearm if
    None.

    Raises ConfigError for an unknown phototype or site, and when neither card nor phototype is there; PhotographError
    when the skin region is unusable.
    """
    from skintwin.optics.photograph_gains import PhotographGains, photograph_gains

    if not skin.any():
        raise PhotographError("there is no reference skin", where="pigment maps", do="give another outline")
    table = site_table(site)
    if gain_sd is not None:
        gains = PhotographGains(np.ones(3), np.asarray(gain_sd, dtype=np.float64), int((skin & valid).sum()))
    elif phototype is None:
        raise ConfigError("neither a colour card nor a phototype", where="pigment maps", expected="one of them")
    else:
        gains = photograph_gains(linear, skin & valid, expected_colour(phototype, table))
    estimate = estimate_evenly_lit(table, gains.apply(linear), skin & valid, gains.sd)
    bad = ~(estimate.in_gamut & valid)
    notes = []
    if gain_sd is None and phototype is not None:
        notes.append(f"pigment levels rest on phototype {phototype_named(phototype)}; differences are measured")
    if bad.mean() > 0.05:
        notes.append(f"{100 * bad.mean():.0f} % of the pixels do not have a colour of skin and were left out")
    return PigmentMaps(
        melanin_um=np.where(bad, np.nan, np.round(estimate.melanin_um, 9)),
        blood=np.where(bad, np.nan, estimate.blood),
        melanin_sd=np.where(bad, np.nan, estimate.melanin_sd_relative),
        blood_sd=np.where(bad, np.nan, estimate.blood_sd_relative),
        residual_de00=float(np.median(estimate.residual_de00[valid])),
        gains=gains.gains,
        warnings=tuple(notes),
    )

