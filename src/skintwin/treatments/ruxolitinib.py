"""Ruxolitinib cream: blocks the effect of the interferon axis (JAK1/2) in the treated skin, not resident memory."""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.harms import Harm
from skintwin.treatments.pharmacology import HALF, Medicine


class Ruxolitinib(Medicine):
    """Level of ruxolitinib cream where it acts."""

    name = "ruxolitinib"
    title = "Ruxolitinib cream"
    drug = "ruxolitinib"
    harms = (Harm("any", "harms.any_ruxolitinib"),)
    acts_on: ClassVar[dict[str, str]] = {"jak_block": "medicine.ruxolitinib_effect"}
    parameters = (
        "medicine.ruxolitinib_effect", "medicine.ruxolitinib_onset", "medicine.ruxolitinib_washout", HALF,
    )  # fmt: skip
