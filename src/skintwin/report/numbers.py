"""Numbers as they are printed. The exact value stays in the page, in ``<data value=…>``."""

from __future__ import annotations

import math

from markupsafe import Markup

PLACES = {
    "repigmentation": 1, "lesion_area": 1, "melanocytes": 1, "melanin": 1, "inflammation": 2, "cells": 0, "ita": 1,
    "delta_e": 1, "elasticity": 3, "dermal_melanin": 2,
}  # fmt: skip
"""Decimals of endpoints, for print only; one for the others."""
MISSING = "–"


def places(endpoint: str) -> int:
    """Decimals with which an endpoint is printed."""
    return PLACES.get(endpoint, 1)


def plain(value: float, places: int = 1) -> str:
    """Fixed decimals, a true minus sign, no negative zero; an en dash for what is not a number."""
    if not math.isfinite(value):
        return MISSING
    text = f"{value:.{places}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def signed(value: float, places: int = 1) -> str:
    """As :func:`plain`, with a plus sign where it is above zero."""
    text = plain(value, places)
    return text if text[0] in "−–" or not any(c in "123456789" for c in text) else f"+{text}"


def figures(value: float, digits: int = 3) -> str:
    """Significant figures, for numbers of any size: 0.0196, 1200, 3.2 × 10⁻⁹."""
    if not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -4 < exponent < 6:
        return plain(round(value, digits - 1 - exponent), max(0, digits - 1 - exponent))
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{plain(value / 10**exponent, digits - 1)}\u00a0×\u00a010{raised}"


def exact(value: float, shown: str) -> Markup:
    """``shown`` with the unrounded value behind it."""
    return Markup('<data value="{}">{}</data>').format(repr(float(value)), shown)
