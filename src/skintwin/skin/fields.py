"""Names of fields that more than one room needs. Units and meanings stand with the mechanism that owns them."""

from __future__ import annotations

MELANIN_STAGES: tuple[str, ...] = ("melanin_basal", "melanin_spinous", "melanin_granular", "melanin_cornified")
"""The transit chain of melanin, from the basal layer outwards."""
