"""Fitzpatrick phototypes I to VI and what they set."""

from __future__ import annotations

from collections.abc import Iterable

from skintwin.errors import ConfigError

PHOTOTYPES: tuple[str, ...] = ("I", "II", "III", "IV", "V", "VI")

QUANTITIES: dict[str, tuple[str, str]] = {
    "melanin": ("phototype.melanin_", "1"),
    "med_sun": ("phototype.med_sun_", "J/m^2"),
    "med_lamp": ("phototherapy.med_lamp_", "J/m^2"),
    "visible_response": ("phototype.visible_response_", "1"),
    "inflammation_pigment_gain": ("inflammation.pigment_gain_", "1"),
}
"""Quantity → (ledger key without the phototype, unit)."""


def phototype_named(value: str | int) -> str:
    """Roman phototype from 'IV', 'iv', '4' or 4; ConfigError for anything else."""
    text = str(value).strip().upper()
    if text in PHOTOTYPES:
        return text
    for number, roman in enumerate(PHOTOTYPES, start=1):
        if text == str(number):
            return roman
    raise ConfigError(f"phototype {value!r} does not exist", expected="I, II, III, IV, V or VI (or 1 to 6)")


def phototype_keys(phototype: str) -> dict[str, str]:
    """Quantity → ledger key of a phototype."""
    return {quantity: prefix + phototype.lower() for quantity, (prefix, _) in QUANTITIES.items()}


def ledger_patterns() -> Iterable[str]:
    """Keys that this module builds, for the use check of the ledger."""
    return (key for phototype in PHOTOTYPES for key in phototype_keys(phototype).values())
