"""The colours of a body site, and the colour expected of unaffected skin there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.skin.phototype import phototype_keys, phototype_named
from skintwin.skin.site import site_keys, site_named

if TYPE_CHECKING:
    from skintwin.optics.pigment_table import PigmentTable


@lru_cache(maxsize=16)
def site_table(site: str | None) -> PigmentTable:
    """Colours over melanin and blood of a site: its thicknesses (the reference site's if None), the ledger's
    skin otherwise. ConfigError for an unknown site."""
    from skintwin.optics.layers import LayeredSkin
    from skintwin.optics.pigment_table import PigmentTable

    if site is None:
        return PigmentTable.build(LayeredSkin.reference())
    keys, value = site_keys(site_named(site)), ledger().value
    return PigmentTable.build(
        LayeredSkin.reference(
            epidermis_mm=value(keys["epidermis"], "mm"), stratum_corneum_mm=value(keys["corneum"], "mm")
        )
    )


def usual_blood(table: PigmentTable) -> float:
    """Papillary blood share of unstimulated skin in the table's template."""
    return float(np.asarray(table.template.blood_papillary))


def expected_melanin(phototype: str, table: PigmentTable) -> float:
    """Melanin column (µm) of unaffected skin of a phototype at the table's site."""
    return ledger().value(phototype_keys(phototype_named(phototype))["melanin"], "1") * table.epidermis_um


def expected_colour(phototype: str, table: PigmentTable) -> NDArray[np.float64]:
    """(3,) linear sRGB of such skin under D65 without surface gloss."""
    return table.linear_srgb(expected_melanin(phototype, table), usual_blood(table))
