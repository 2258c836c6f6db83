"""Cysteamine: inhibits melanin synthesis at several steps, taken together as tyrosinase inhibition."""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.pharmacology import HALF, Medicine


class Cysteamine(Medicine):
    """Level of cysteamine where it acts."""

    name = "cysteamine"
    title = "Cysteamine"
    drug = "cysteamine"
    acts_on: ClassVar[dict[str, str]] = {"tyrosinase_inhibitor": "medicine.cysteamine_effect"}
    parameters = (
        "medicine.cysteamine_effect", "medicine.cysteamine_onset", "medicine.cysteamine_washout", HALF,
    )  # fmt: skip
