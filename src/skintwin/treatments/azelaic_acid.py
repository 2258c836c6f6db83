"""Azelaic acid: inhibits tyrosinase; its effect on inflammation is left out."""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.pharmacology import HALF, Medicine


class AzelaicAcid(Medicine):
    """Level of azelaic acid where it acts."""

    name = "azelaic_acid"
    title = "Azelaic acid"
    drug = "azelaic_acid"
    acts_on: ClassVar[dict[str, str]] = {"tyrosinase_inhibitor": "medicine.azelaic_acid_effect"}
    parameters = (
        "medicine.azelaic_acid_effect", "medicine.azelaic_acid_onset", "medicine.azelaic_acid_washout", HALF,
    )  # fmt: skip
