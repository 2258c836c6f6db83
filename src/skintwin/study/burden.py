"""What a plan costs the skin: needle points, injured area, redness, and inflammation that can leave pigment.

    injured area = Σ over injuring inputs of (sessions given) × ∫ of the map of its injury
    pigment load = ∫ N dt × π      N inflammation of the lesion, π gain of inflammation on pigment of the phototype

Sessions are those that were given, rules included. Counts and areas follow from the plan; redness and load are
predictions, added up step by step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from skintwin.study.design import Design, assumed_share
from skintwin.study.ensemble import ArmResult, Ensemble

if TYPE_CHECKING:
    import pandas as pd

INJURIES = {"needles": "needle_dots", "microneedling": "needling_zone", "laser": "laser_zone",
            "preparation": "graft_zone"}  # fmt: skip
"""Input that counts sessions → map whose area one session injures."""


def burden_table(ensemble: Ensemble, design: Design, pigment_gain: np.ndarray) -> pd.DataFrame:
    """Long table: arm, draw (from 1), measure, value, unit, assumed_share; pigment_gain: (n,) of the phototype."""
    import pandas as pd

    rows = []
    for arm, result in ensemble.arms.items():
        for measure, unit, values in _measures(result, pigment_gain):
            share = assumed_share(values, design).value
            rows.append(pd.DataFrame({
                "arm": arm, "draw": np.arange(len(values)) + 1, "measure": measure, "value": values, "unit": unit,
                "assumed_share": share,
            }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def _measures(result: ArmResult, pigment_gain: np.ndarray) -> list[tuple[str, str, np.ndarray]]:
    none = np.zeros(len(pigment_gain))
    injured = sum((result.totals.get(k, none) * result.areas.get(m, none) for k, m in INJURIES.items()), none)
    return [
        ("needle_points", "1", result.totals.get("points", none)),
        ("injured_area", "mm^2", injured),
        ("red_days", "day", result.endpoints["red_days"][:, -1]),
        ("pigment_load", "day", result.endpoints["inflammation_days"][:, -1] * pigment_gain),
    ]
