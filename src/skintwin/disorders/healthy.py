"""Healthy skin: the control, and what the other disorders change."""

from __future__ import annotations

import numpy as np

from skintwin.disorders.base import Disorder, Presentation, healthy_layout


class Healthy(Disorder):
    """No lesion."""

    name = "healthy"
    title = "Healthy skin"
    kind = "none"

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Full melanocytes, uneven production where the colour is uneven."""
        return healthy_layout(at)
