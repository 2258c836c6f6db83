"""Tranexamic acid, by mouth or on the skin: inhibits plasmin, the way of keratinocytes to melanocytes and vessels."""

from __future__ import annotations

from typing import ClassVar

from skintwin.treatments.pharmacology import HALF, Medicine


class OralTranexamicAcid(Medicine):
    """By mouth: acts everywhere on the patch. Strength in mg per dose."""

    name = "tranexamic_acid_oral"
    title = "Tranexamic acid by mouth"
    drug = "tranexamic_acid_oral"
    topical = False
    everywhere = "a tablet acts on the whole patient"
    unit = "mg"
    acts_on: ClassVar[dict[str, str]] = {"plasmin_block": "medicine.tranexamic_acid_oral_effect"}
    parameters = (
        "medicine.tranexamic_acid_oral_effect", "medicine.tranexamic_acid_oral_onset",
        "medicine.tranexamic_acid_oral_washout", HALF,
    )  # fmt: skip


class TopicalTranexamicAcid(Medicine):
    """On the skin: acts on the treated area."""

    name = "tranexamic_acid_topical"
    title = "Tranexamic acid on the skin"
    drug = "tranexamic_acid_topical"
    acts_on: ClassVar[dict[str, str]] = {"plasmin_block_topical": "medicine.tranexamic_acid_topical_effect"}
    parameters = (
        "medicine.tranexamic_acid_topical_effect", "medicine.tranexamic_acid_topical_onset",
        "medicine.tranexamic_acid_topical_washout", HALF,
    )  # fmt: skip
