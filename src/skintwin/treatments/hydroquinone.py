"""Hydroquinone: inhibits tyrosinase on the treated skin. Its toxicity to melanocytes is left out."""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.pharmacology import HALF, Medicine


class Hydroquinone(Medicine):
    """Level of hydroquinone where it acts."""

    name = "hydroquinone"
    title = "Hydroquinone"
    drug = "hydroquinone"
    acts_on: ClassVar[dict[str, str]] = {"tyrosinase_inhibitor": "medicine.hydroquinone_effect"}
    parameters = (
        "medicine.hydroquinone_effect", "medicine.hydroquinone_onset", "medicine.hydroquinone_washout", HALF,
    )  # fmt: skip
