"""Facial VASI in fingertip units (baegroup2021): area alone, without the degree of depigmentation.

    F-VASI(FTU) = Σ_patches area / fingertip,  0 to 112
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field

FACE_FTU = 112.0
"""Fingertip units of a whole face: the upper end of the instrument's range (baegroup2021)."""


class FacialVasiFingertip(Score):
    """Fingertip units of vitiligo on the face."""

    name = "f_vasi_ftu"
    title = "Facial VASI in fingertip units (F-VASI, FTU)"
    formula = "Σ fingertip units of the patches on the face"
    regions = ("face",)
    patches = True
    fields = (Field(
        "area", "area of the patches", "fingertip units", "rater, by the patient's fingertip",
        "measured: lesion area over a fingertip unit; a hand holds 32.1 ± 1.3 of them", high=FACE_FTU,
    ),)
    unit = "fingertip units"
    high = FACE_FTU
    sources = ("baegroup2021",)
    sdc_key = "scores.f_vasi_ftu_sdc"

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """The area itself."""
        return parts["area"]
