"""Topical corticosteroid: speeds resolution of inflammation, damps T cells, thins collagen.

Strength is potency: 1 = potent (betamethasone valerate 0.1 %), 0.25 mild, 2 very potent.
"""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.pharmacology import HALF, Medicine


class TopicalSteroid(Medicine):
    """Level of topical corticosteroid where it acts."""

    name = "topical_steroid"
    title = "Topical corticosteroid"
    drug = "topical_steroid"
    acts_on: ClassVar[dict[str, str]] = {"steroid": "medicine.topical_steroid_effect"}
    parameters = (
        "medicine.topical_steroid_effect", "medicine.topical_steroid_onset", "medicine.topical_steroid_washout", HALF,
    )  # fmt: skip
    unit = "potency"
