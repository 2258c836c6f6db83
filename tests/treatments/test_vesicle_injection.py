"""Vesicles through the needles: the dose arrives, in the wheals only, and leaves."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.mechanisms.delivery import MM2_PER_CM2
from tests.mechanisms.lab import Bench
from tests.treatments.test_plans import GRID, occasion, plan


def test_vesicles_are_points_times_volume_times_doses() -> None:
    line = plan("vesicle_injection", sessions=3, spacing="5 mm", volume="0.05 mL", doses=20, every="28 days", lot=2)
    at = occasion()
    got = line.contribute(at)
    assert got.inputs["vesicles"].sum(1) == pytest.approx([6.0, 12.0])  # lots of 2 and 4 times the median
    assert got.inputs["needles"].sum(1) == pytest.approx([3, 3])
    assert "lot_strength" not in got.maps
    injected = got.maps["wheals"].sum((1, 2)) * GRID.pixel_area
    assert injected == pytest.approx(np.full(2, len(line.points(at))), rel=0.01)


def test_saline_and_vesicles_share_their_needles() -> None:
    at = occasion()
    saline = plan("saline_injection", spacing="5 mm").contribute(at)
    both = plan("vesicle_prp_injection", spacing="5 mm").contribute(at)
    assert "vesicles" not in saline.inputs
    assert all(np.array_equal(saline.maps[k], both.maps[k]) for k in saline.maps)
    lots = np.array([[1.0], [2.0]])
    assert both.inputs["platelets"] * lots == pytest.approx(both.inputs["vesicles"])  # five-fold plasma, 5e9 a mL
    assert "5e9 vesicles a mL, in plasma with platelets 5 times blood" in plan("vesicle_prp_injection").describe()


def test_the_dose_reaches_the_depot_and_leaves_it() -> None:
    """One point of n_x doses in a wheal of density w leaves 100 r n_x w doses per cm², less what is lost at once."""
    bench = Bench(days=21.0)
    bench.maps["wheals"] = np.full_like(bench.fields["vesicle_depot"], 0.02)
    given = np.zeros_like(bench.inputs["vesicles"])
    given[..., 0] = 0.5
    bench.inputs["vesicles"] = given
    seen = bench.run(every=0.5)
    depot = np.array([state["vesicle_depot"].mean() for state in seen])
    kept = bench.values["delivery.vesicle_retention"].item()
    time = bench.values["secretome.vesicle_time"].item()
    left = time / 0.5 * -np.expm1(-0.5 / time)  # given evenly over half a day; the step is of second order
    assert depot[1] == pytest.approx(MM2_PER_CM2 * kept * 0.5 * 0.02 * left, rel=5e-3)
    assert depot[-1] < 0.01 * depot[1]
    assert all(state["msc"].max() == 0 for state in seen)
