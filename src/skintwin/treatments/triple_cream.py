"""Triple combination: hydroquinone 4 %, tretinoin 0.05 %, fluocinolone 0.01 %, each acting where it does alone.

Strength is relative: 100 percent is the combination of the trials.
"""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.harms import Harm
from skintwin.treatments.pharmacology import HALF, Medicine


class TripleCream(Medicine):
    """Level of triple combination cream where it acts."""

    name = "triple_cream"
    title = "Triple combination cream"
    drug = "triple_cream"
    harms = (Harm("any", "harms.any_triple_cream"),)
    contains: ClassVar[dict[str, float]] = {"hydroquinone": 4.0, "tretinoin": 0.05}
    acts_on: ClassVar[dict[str, str]] = {
        "tyrosinase_inhibitor": "medicine.hydroquinone_effect",
        "retinoid": "medicine.tretinoin_effect",
        "steroid": "medicine.triple_cream_steroid",
    }
    parameters = (
        "medicine.hydroquinone_effect", "medicine.tretinoin_effect", "medicine.triple_cream_steroid",
        "medicine.triple_cream_onset", "medicine.triple_cream_washout", HALF,
    )  # fmt: skip
