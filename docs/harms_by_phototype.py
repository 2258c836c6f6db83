"""Prints the table of docs/harms.md: post-inflammatory pigment as the model makes it, by phototype, beside print.

``python docs/harms_by_phototype.py`` takes some minutes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from skintwin.study.config import study_from
from skintwin.study.simulate import simulate
from skintwin.treatments.harms import PIGMENT

PLANS = {
    "none": [],
    "saline, 3 sessions": [{"give": "saline_injection", "sessions": 3, "spacing": "5 mm"}],
    "vesicles, 3 sessions": [{"give": "vesicle_injection", "sessions": 3, "spacing": "5 mm"}],
    "microneedling, 3 sessions": [{"give": "microneedling", "sessions": 3}],
    "pigment laser, 1 session": [{"give": "pigment_laser"}],
}
LENTIGO = {"disorder": "solar_lentigo", "synthetic": {"diameter": "8 mm", "patch": "12 mm", "melanin": 1.8}}


def shares(phototype: str, draws: int = 32) -> pd.DataFrame:
    """Rows of harms.parquet about pigment, for a solar lentigo on the cheek over 24 weeks."""
    study = study_from({
        "title": "pigment by phototype", "duration": "24 weeks", "draws": draws, "pixels": 24, "seed": 3,
        "patient": {"age": "50 years", "phototype": phototype, "site": "cheek", "latitude": "14 degrees"},
        "lesion": LENTIGO, "arms": [{"name": name, "plan": plan} for name, plan in PLANS.items()],
    })  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        simulate(study, Path(folder) / "run")
        table = pd.read_parquet(Path(folder) / "run" / "harms.parquet")
    return table[table.harm == PIGMENT].set_index(["arm", "basis"])


def main() -> None:
    """One row for each plan."""
    found = {phototype: shares(phototype) for phototype in ("II", "III", "IV", "V", "VI")}
    print(f"| plan | {' | '.join(found)} | in print |\n|{'---|' * (len(found) + 2)}")
    for arm in list(PLANS)[1:]:
        cells = [f"{100 * table.loc[(arm, 'model')].q50:.0f} %" for table in found.values()]
        first = next(iter(found.values()))
        beside = "not known"
        if (arm, "published") in first.index:
            low, middle, high = (100 * first.loc[(arm, "published")][q] for q in ("q05", "q50", "q95"))
            beside = f"{middle:.2g} % ({low:.2g} to {high:.2g})"
        print(f"| {arm} | {' | '.join(cells)} | {beside} |")


if __name__ == "__main__":
    main()
