"""Facial VASI as trials of ruxolitinib cream use it (rosmarin2022): hand units times depigmentation, on the face.

    F-VASI = Σ_patches A d/100        A ≤ face in hand units = FTU of the face / FTU of a hand
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field
from skintwin.measure.scores.vasi import AREA, DEPIGMENTATION

FACE = 3.5
"""Hand units of a whole face: 112 fingertip units over 32.1 in a hand (baegroup2021), rounded up to a tenth; others
say 3 (usdermedvasi)."""


class FacialVasi(Score):
    """The face alone, any number of patches."""

    name = "f_vasi"
    title = "Facial VASI (F-VASI)"
    formula = "Σ area × depigmentation / 100, on the face"
    regions = ("face",)
    patches = True
    fields = (Field(AREA.name, AREA.meaning, AREA.unit, AREA.who, AREA.photograph, high=FACE), DEPIGMENTATION)
    free_when_zero = "area"
    high = FACE
    sources = ("rosmarin2022", "hamzavi2004", "baegroup2021", "usdermedvasi")

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """A d/100."""
        return (parts["area"] * parts["depigmentation"]).scaled(0.01)
