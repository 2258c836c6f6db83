"""Autoimmunity: none in healthy skin, a front where it is active, none where it is stable."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from skintwin.evidence import ledger
from skintwin.skin.fields import MELANIN_STAGES
from tests.mechanisms.lab import DT, Bench, draws

ROWS, COLUMNS, PIXEL = 2, 64, 0.2
EDGE = 16
"""Pixels of lesion at the left; the border is a straight line at 3.2 mm."""


def half_plane(activity: float, effectors: float, days: float = 182) -> Bench:
    """A lesion left of a straight border, as a study lays it out."""
    bench = Bench(shape=(ROWS, COLUMNS), days=days)
    bench.values["melanocytes.loss_per_decade"][:] = 0
    for name in ("melanocytes", *MELANIN_STAGES):
        bench.fields[name][..., :EDGE] = 0
    x = (np.arange(COLUMNS) + 0.5 - EDGE) * PIXEL
    band = np.exp(-0.5 * (x / ledger().value("disorder.border_width", "mm")) ** 2)
    bench.fields["cd8"][:] = effectors * band
    bench.fields["cd8_resident"][:] = ledger().value("autoimmunity.resident_lesion") * np.maximum(x < 0, band)
    bench.maps["autoimmune_activity"][:] = activity
    return bench


def border(state: dict[str, np.ndarray]) -> float:
    """Where melanocytes reach half of the capacity, mm from the left edge."""
    share = state["melanocytes"][0, 0] / state["capacity"].ravel()[0]
    k = int(np.argmax(share > 0.5))
    if share[-1] <= 0.5:
        return COLUMNS * PIXEL
    return PIXEL * (k - 0.5 + (0.5 - share[k - 1]) / (share[k] - share[k - 1]) + 0.5)


@cache
def active(signal: float, recruitment: float) -> list[dict[str, np.ndarray]]:
    value = ledger().value
    bench = half_plane(value("autoimmunity.activity_active"), value("autoimmunity.border_effectors"))
    bench.values["autoimmunity.signal_per_cell"][:] = signal
    bench.values["autoimmunity.recruitment"][:] = recruitment
    return bench.run(14)


def gain(signal: float, recruitment: float) -> float:
    """a ρ i K/(K + A_½)/(1/τ_T + c). T cells sustain themselves where
    I + 1/I ≤ gain has a solution, so never below 2."""
    value, capacity = ledger().value, ledger().value("site.back_melanocytes")
    loss = 1 / value("autoimmunity.effector_time") + value("autoimmunity.residency_rate")
    seen = capacity / (capacity + value("autoimmunity.half_target"))
    return value("autoimmunity.activity_active") * recruitment * signal * seen / loss


def test_healthy_skin_never_develops_t_cells() -> None:
    bench = Bench(n=16, shape=(1, 1), days=728, values=draws(16))
    bench.inputs["sun"][:] = 0.5 * DT * bench.maps["med_sun"][0, 0, 0]
    last = bench.run(28)[-1]
    assert last["cd8"].max() == 0
    assert last["cd8_resident"].max() == 0
    assert last["ifn"].max() == 0
    assert last["treg"] == pytest.approx(np.ones((16, 1, 1)), rel=1e-4)


@pytest.mark.slow
def test_memory_without_activity_is_a_stable_lesion() -> None:
    """Resident cells alone neither recruit nor kill."""
    bench = half_plane(0.0, 0.0)
    last = bench.run(28)[-1]
    assert last["cd8"].max() == 0
    assert last["melanocytes"][..., EDGE + 2 :] == pytest.approx(bench.fields["melanocytes"][..., EDGE + 2 :], rel=0.05)


MEDIANS = tuple(ledger().value(f"autoimmunity.{name}") for name in ("signal_per_cell", "recruitment"))


def test_an_active_border_moves_into_the_skin() -> None:
    """At the prior medians: a front of T cells that feeds itself, at 0.1 to 5 mm a month.

    The medians were chosen so that it does (ledger notes): a check that they still do, not a validation.
    """
    seen = active(*MEDIANS)
    place = np.array([border(s) for s in seen])
    speed = (place[8] - place[2]) / 6 / 14 * 30.4
    print("gain", gain(*MEDIANS), "border (mm) every two weeks", np.round(place, 2), "speed", speed, "mm a month")
    assert gain(*MEDIANS) > 2
    assert 0.1 < speed < 5.0
    assert np.all(np.diff(place) > -0.05)


def test_below_the_threshold_of_theory_the_front_starves() -> None:
    weak = active(0.03, 8.0)
    assert gain(0.03, 8.0) < 2
    assert weak[-1]["cd8"].max() < 0.1 * weak[0]["cd8"].max()


def test_a_stable_border_does_not() -> None:
    """At the prior median of what is called stable, and at its 95th percentile a little more."""
    entry = ledger().parameter("autoimmunity.activity_stable")
    assert entry.high is not None
    restless = half_plane(entry.high, 0.0).run(14)
    assert abs(border(restless[-1]) - border(restless[0])) < 0.5
    seen = half_plane(entry.value, 0.0).run(14)
    place = np.array([border(s) for s in seen])
    print("stable border moved (mm) in half a year", np.abs(place - place[0]).max())
    assert np.abs(place - place[0]).max() < 0.3


def test_light_removes_effector_cells_and_not_memory() -> None:
    dark, lit = (half_plane(0.0, 60.0, days=14) for _ in range(2))
    lit.inputs["sun"][:] = 1.0 * DT * lit.maps["med_sun"][0, 0, 0]
    a, b = dark.run(14)[-1], lit.run(14)[-1]
    far = (0, 0, slice(EDGE, EDGE + 3))
    assert np.all(b["cd8"][far] < 0.5 * a["cd8"][far])
    assert np.all(b["cd8_resident"][far] > 0.85 * a["cd8_resident"][far])


def test_what_light_leaves_and_time_takes_of_effectors_is_first_order() -> None:
    """T falls as exp(−(1/τ_T + c) t) in the dark without activity."""
    bench = half_plane(0.0, 60.0, days=14)
    p = bench.values
    rate = 1 / p["autoimmunity.effector_time"][0] + p["autoimmunity.residency_rate"][0]
    left = bench.run(14)[-1]["cd8"].max() / bench.fields["cd8"].max()
    assert left == pytest.approx(np.exp(-14 * rate), rel=0.01)


def test_immunomodulation_protects_melanocytes() -> None:
    alone, helped = (half_plane(0.8, 60.0, days=28) for _ in range(2))
    for bench in (alone, helped):
        bench.values["secretome.trophic_maximum"] = np.array([0.0])
    helped.fields["msc"][:] = 5000
    a, b = alone.run(14)[-1]["melanocytes"].sum(), helped.run(14)[-1]["melanocytes"].sum()
    assert b > a


def test_relapse_comes_back_where_memory_sits() -> None:
    """Skin repopulated over memory cells, activity on: killed there; without memory: not."""
    relapse, fresh = (half_plane(0.8, 0.0, days=182) for _ in range(2))
    for bench in (relapse, fresh):
        bench.fields["melanocytes"][:] = bench.maps["melanocyte_capacity"]
    fresh.fields["cd8_resident"][:] = 0
    lost, kept = relapse.run(14)[-1]["melanocytes"], fresh.run(14)[-1]["melanocytes"]
    print("left over memory", lost[0, 0, : EDGE - 4].mean(), "without", kept[0, 0, : EDGE - 4].mean())
    assert lost[0, 0, : EDGE - 4].mean() < 0.5 * kept[0, 0, : EDGE - 4].mean()
    assert kept == pytest.approx(fresh.fields["melanocytes"], rel=1e-4)
