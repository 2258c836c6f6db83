"""Solar lentigo: a flat brown macule. Melanocytes are kept; the clone under them drives production.

More melanin inside the outline is more production per melanocyte (c > 1), as the keratinocytes of a lentigo
signal for it; no extra melanocytes are invented. The macule is stable: nothing in it decays by itself.
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders.base import Disorder, Presentation, healthy_layout


class SolarLentigo(Disorder):
    """Brown macule of sun-exposed skin."""

    name = "solar_lentigo"
    title = "Solar lentigo"
    kind = "hyperpigmented"

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Uneven production, healthy cells."""
        return healthy_layout(at)
