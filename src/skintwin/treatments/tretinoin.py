"""Tretinoin: speeds turnover, so that pigment leaves sooner; irritates and wears the barrier. Slow: months."""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.harms import Harm
from skintwin.treatments.pharmacology import HALF, Medicine


class Tretinoin(Medicine):
    """Level of tretinoin where it acts."""

    name = "tretinoin"
    title = "Tretinoin"
    drug = "tretinoin"
    harms = (Harm("irritation", "harms.irritation_tretinoin"),)
    acts_on: ClassVar[dict[str, str]] = {"retinoid": "medicine.tretinoin_effect"}
    parameters = (
        "medicine.tretinoin_effect", "medicine.tretinoin_onset", "medicine.tretinoin_washout", HALF,
    )  # fmt: skip
