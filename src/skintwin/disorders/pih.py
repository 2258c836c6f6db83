"""Post-inflammatory hyperpigmentation: what an inflammation leaves behind, after acne, a wound or a laser.

    W₂ = (y(Q) − y(Q₀))/(g_w π),   W₁ = W₂ w₁(t)/w₂(t)          t since the inflammation
    w₁ = e^{−t/τ₁},   w₂ = τ₂/(τ₂ − τ₁) (e^{−t/τ₂} − e^{−t/τ₁})

The excess is held by the aftermath of the inflammation as it stands after the time t, so it fades by itself with the
epidermis: months. What fell into the dermis (``dermal``, drawn) fades over years. Production of the place is normal;
what the aftermath cannot explain is melanin that is already there and leaves with the cells.
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders import drawn_pih as drawn
from skintwin.disorders.base import DEPTHS, Disorder, Presentation, drive_of, healthy_layout, input_of
from skintwin.disorders.canvas import Canvas, Drawing
from skintwin.evidence import ledger


class PostInflammatory(Disorder):
    """Brown marks after acne."""

    name = "pih_acne"
    title = "Post-inflammatory hyperpigmentation after acne"
    kind = "hyperpigmented"
    depths = DEPTHS

    def draw(self, at: Canvas) -> Drawing:
        """Scattered round marks."""
        return drawn.marks(at)

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Aftermath from the excess, its two stages from the time since."""
        assert at.pigment_gain is not None  # the study gives it
        p, chain = at.params["paracrine"], at.params["inflammation"]
        rest = input_of(at.signals["melanogenic_drive"], at)
        wanted = np.where(at.lesion > 0, at.drive, 1.0)
        excess = np.maximum(input_of(drive_of(wanted, at), at) - rest, 0.0)
        late = excess / (p["aftermath_gain"] * at.pigment_gain)[:, None, None]
        since = max(at.duration, ledger().value("disorder.youngest_aftermath", "day"))
        first, second = chain["aftermath_onset"], chain["aftermath_time"]
        gap = np.where(np.abs(second - first) < 0.01 * first, 0.01 * first, second - first)
        early = np.exp(-since / first) / (second / gap * (np.exp(-since / second) - np.exp(-since / first)))
        elsewhere = np.where(at.lesion > 0, np.minimum(at.drive, 1.0), at.drive)
        return {
            **healthy_layout(at), "melanogenic_capacity": elsewhere, "aftermath_late": late,
            "aftermath_early": late * early[:, None, None],
            "melanin_dermal": np.zeros_like(at.drive) if at.dermal is None else at.dermal + np.zeros_like(at.drive),
            "production": at.drive, "vessels": np.ones_like(at.drive) * (1.0 if at.vessels is None else at.vessels),
        }  # fmt: skip


class PostWound(PostInflammatory):
    """Brown mark after a wound or burn."""

    name = "pih_wound"
    title = "Post-inflammatory hyperpigmentation after a wound"

    def draw(self, at: Canvas) -> Drawing:
        """A line."""
        return drawn.line(at)


class PostLaser(PostInflammatory):
    """Brown marks where a laser or needle went."""

    name = "pih_laser"
    title = "Post-inflammatory hyperpigmentation after laser"

    def draw(self, at: Canvas) -> Drawing:
        """Rows of round spots."""
        return drawn.raster(at)
