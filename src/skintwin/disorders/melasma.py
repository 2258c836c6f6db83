"""Melasma: patches in which light, hormone and vessels drive more melanin from the same cells.

    Q = Q₀ drive^{1/e}                                 drive of production that the measured column asks for
    y(Q) − y(Q₀) = σ h (g_σ (p + v) + g_V g_σV p)      solved for σ h; V₀ = 1 + g_σV σ h p
    c = drive (Q₀/Q)^e                                 what lies beyond the largest drive stays in the place

p and v are the ultraviolet and visible signals of skin with this melanin on day 0. The lesion is therefore driven by
the sun and seasonal, fades when light or plasmin is held back, and comes back when treatment stops: σ is a trait of
the place. Dermal melanin is what was drawn (``depth`` dermal or mixed); a photograph alone cannot tell it.
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders import drawn_melasma as drawn
from skintwin.disorders.base import DEPTHS, Disorder, Presentation, drive_of, healthy_layout, input_of
from skintwin.disorders.canvas import Canvas, Drawing
from skintwin.evidence import ledger


class Melasma(Disorder):
    """Symmetric brown patches of the face."""

    name = "melasma"
    title = "Melasma"
    kind = "hyperpigmented"
    maps = drawn.MAPS
    depths = DEPTHS

    def draw(self, at: Canvas) -> Drawing:
        """Symmetric map of the face."""
        return drawn.face(at)

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Susceptibility from the excess, vessels from susceptibility."""
        q, v = at.params["paracrine"], at.params["vasculature"]
        light = at.signals["paracrine_uv"]
        # Inverse of the saturation at rest gives the sum of all light signals of the surrounding skin.
        rest = input_of(at.signals["melanogenic_drive"], at)
        per_sigma = q["melasma_gain"][:, None, None] * rest
        per_sigma = per_sigma + (q["vessel_gain"] * v["melasma_gain"])[:, None, None] * light
        wanted = np.where(at.lesion > 0, at.drive, 1.0)
        asked = input_of(drive_of(wanted, at), at) - rest
        largest = ledger().value("disorder.largest_susceptibility", "1")
        sigma = np.clip(asked / np.maximum(per_sigma, 1e-6), 0.0, largest)
        inflow = rest + sigma * per_sigma
        top = q["maximum"][:, None, None]
        drive = 1.0 + top * inflow / (top + inflow)
        exponent = at.params["melanogenesis"]["drive_exponent"][:, None, None]
        made = (drive / at.signals["melanogenic_drive"]) ** exponent
        vessels = 1.0 + v["melasma_gain"][:, None, None] * light * sigma
        return {
            **healthy_layout(at), "melanogenic_capacity": at.drive / made, "melasma_susceptibility": sigma,
            "hormone": np.ones((len(at.capacity), 1, 1)), "vessels": vessels,
            "melanin_dermal": np.zeros_like(at.drive) if at.dermal is None else at.dermal + np.zeros_like(at.drive),
            "production": at.drive,
        }  # fmt: skip
