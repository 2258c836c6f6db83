"""Tacrolimus ointment: inhibits calcineurin, so that T cells are recruited and reactivated less."""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.harms import Harm
from skintwin.treatments.pharmacology import HALF, Medicine


class Tacrolimus(Medicine):
    """Level of tacrolimus ointment where it acts."""

    name = "tacrolimus"
    title = "Tacrolimus ointment"
    drug = "tacrolimus"
    harms = (Harm("irritation", "harms.irritation_tacrolimus"),)
    acts_on: ClassVar[dict[str, str]] = {"calcineurin_block": "medicine.tacrolimus_effect"}
    parameters = (
        "medicine.tacrolimus_effect", "medicine.tacrolimus_onset", "medicine.tacrolimus_washout", HALF,
    )  # fmt: skip
