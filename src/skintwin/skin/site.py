"""Body sites and what they set: thickness, turnover, cell and follicle densities, exposure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from skintwin.errors import ConfigError

SITES: tuple[str, ...] = (
    "forehead", "cheek", "neck", "chest", "back", "upper_arm", "forearm", "dorsal_hand", "palm", "thigh", "shin",
    "dorsal_foot",
)  # fmt: skip
"""Sites of the model. ``palm`` stands for palms, soles and fingertips."""

FACE: frozenset[str] = frozenset({"forehead", "cheek"})

ALIASES: Mapping[str, str] = {
    "sole": "palm", "fingertip": "palm", "face": "cheek", "temple": "forehead", "trunk": "back", "hand": "dorsal_hand",
    "foot": "dorsal_foot", "leg": "shin", "arm": "forearm",
}  # fmt: skip

QUANTITIES: Mapping[str, str] = {
    "melanocytes": "cells/mm^2",
    "follicles": "1/mm^2",
    "epidermis": "um",
    "corneum": "um",
    "cornified_transit": "day",
    "sun": "1",
}
"""What the ledger holds for each site (key ``site.<site>_<quantity>``), with the unit used here."""


def site_named(text: str) -> str:
    """Canonical site; ConfigError with the list for an unknown one."""
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    name = ALIASES.get(name, name)
    if name not in SITES:
        raise ConfigError(
            f"unknown site {text!r}", expected=f"one of {', '.join(SITES)} (or {', '.join(sorted(ALIASES))})"
        )
    return name


def site_keys(site: str) -> dict[str, str]:
    """Quantity → ledger key of a site."""
    return {quantity: f"site.{site}_{quantity}" for quantity in QUANTITIES}


LIVING = ("melanocytes", "follicles", "cornified_transit")
"""Quantities of a site that vary between draws; thickness and exposure enter at their median (the colours are one
table per site)."""


def ledger_patterns() -> Iterable[str]:
    """Keys that this module builds, for the use check of the ledger."""
    return (key for site in SITES for key in site_keys(site).values())
