"""Injected cells: gone within weeks, with what they secrete; what they changed stays."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.mechanisms.lab import Bench, draws, medians

N = 64


def injected(bench: Bench, per_point: float = 2e5, sessions: tuple[float, ...] = (0.0,)) -> Bench:
    """A well-mixed wheal of 8 mm: cells and injury spread over its area."""
    bench.maps["wheals"][:] = 1 / (np.pi * 16)
    bench.maps["wheal_cover"][:] = 1.0
    for day in sessions:
        bench.inputs["cells"][:, round(day * 2)] = per_point
        bench.inputs["needles"][:, round(day * 2)] = 1.0
    return bench


@cache
def course(n: int = N) -> tuple[Bench, list[dict[str, np.ndarray]]]:
    bench = injected(Bench(n=n, days=168, values=draws(n) if n > 1 else medians()))
    return bench, bench.run(7)


def deposited(bench: Bench) -> np.ndarray:
    return 2e5 * bench.values["delivery.retention"] / (np.pi * 16)


def share_left(bench: Bench, state: dict[str, np.ndarray]) -> np.ndarray:
    return state["msc"].ravel() / deposited(bench)


def test_at_prior_medians_less_than_a_hundredth_is_left_after_six_weeks() -> None:
    bench, seen = course(1)
    left = [share_left(bench, s).item() for s in seen]
    print("share of cells left after 1, 2, 4, 6 weeks", [left[k] for k in (1, 2, 4, 6)])
    assert left[1] > 0.05
    assert left[6] < 0.01
    assert np.all(np.diff(left[1:]) < 0)


def test_in_every_draw_they_are_gone_within_ten_weeks() -> None:
    bench, seen = course()
    left = [share_left(bench, seen[week]).max() for week in (6, 10)]
    print("largest share left after 6 and 10 weeks", left)
    assert left[1] < 0.01


def test_what_they_secrete_goes_with_them() -> None:
    _, seen = course()
    peak = np.max([s["trophic"].ravel() for s in seen], axis=0)
    early, late = seen[1]["trophic"].ravel(), seen[-1]["trophic"].ravel()
    assert np.all(early > 0)
    assert np.all(late < 1e-3 * peak)
    assert np.all(seen[-1]["secretome"].ravel() < 1e-3)


def test_melanocytes_that_grew_meanwhile_stay_when_the_cells_have_gone() -> None:
    """Half-populated skin in the dark: with cells it gains, and keeps the gain half a year later."""
    change = {"secretome.trophic_maximum": 3.0}
    with_cells, without = (Bench(n=1, days=336, values=medians() | {k: np.array([v]) for k, v in change.items()})
                           for _ in range(2))  # fmt: skip
    for bench in (with_cells, without):
        bench.fields["melanocytes"] *= 0.3
    injected(with_cells, sessions=(0.0, 14.0, 28.0))
    gain = np.array([a["melanocytes"].item() - b["melanocytes"].item() for a, b in
                     zip(with_cells.run(28), without.run(28), strict=True)])  # fmt: skip
    print("melanocytes gained per mm2 at 12, 24, 48 weeks", gain[[3, 6, 12]])
    assert gain[3] > 20
    assert gain[12] > 0.5 * gain[3]


def test_saline_injures_and_deposits_nothing() -> None:
    saline, cells = injected(Bench(days=42), per_point=0.0), injected(Bench(days=42))
    dry, wet = saline.run(7), cells.run(7)
    assert max(s["msc"].item() for s in dry) == 0
    assert max(s["secretome"].item() for s in dry) == 0
    assert dry[1]["infiltrate"].item() > 0
    assert dry[1]["inflammation"].item() == pytest.approx(dry[1]["infiltrate"].item())
    # The same needles: cells can only speed resolution.
    assert wet[1]["infiltrate"].item() <= dry[1]["infiltrate"].item()
    assert dry[-1]["infiltrate"].item() < 0.01 * dry[1]["infiltrate"].item() ** 0.5


def test_without_differentiation_no_cell_becomes_a_melanocyte() -> None:
    never = {"cells.to_melanocytes": 0.0, "secretome.trophic_maximum": 0.0, "melanocytes.loss_per_decade": 0.0}
    bench = injected(Bench(days=84, values=medians() | {k: np.array([v]) for k, v in never.items()}, tally=True))
    bench.fields["melanocytes"][:] = 0
    seen = bench.run(28)
    assert all(s["cells became melanocytes"].item() == 0 for s in seen[1:])
    assert all(s["melanocytes"].item() == 0 for s in seen)


def test_with_the_prior_rate_hardly_any_does() -> None:
    """A few in a thousand of the deposit in any draw: the claim is testable, not built in."""
    bench = injected(Bench(n=N, days=84, values=draws(N), tally=True))
    became = np.sum([s["cells became melanocytes"] for s in bench.run(28)[1:]], axis=0)
    share = became / (deposited(bench) * bench.grid.pixel_area)
    print("largest share that became melanocytes", share.max())
    assert share.max() < 0.003
    assert np.all(share > 0)


def test_more_licensing_more_secretion_and_a_stronger_lot_too() -> None:
    calm = injected(Bench(days=14)).run(7)[1]["secretome"].item()
    inflamed = injected(Bench(days=14))
    inflamed.fields["infiltrate"][:] = 3.0
    strong = injected(Bench(days=14))
    strong.maps["lot_strength"][:] = 2.0
    assert inflamed.run(7)[1]["secretome"].item() > 1.05 * calm
    assert strong.run(7)[1]["secretome"].item() > 1.5 * calm


def test_crowded_cells_die_faster() -> None:
    sparse, dense = (injected(Bench(days=7), per_point=x).run(7)[1]["msc"].item() / x for x in (1e4, 1e7))
    assert dense < 0.7 * sparse
