"""A transplant takes where there is room, and no further."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lab import Bench


def grafted(filled: float, sessions: int = 1, dense: float = 1.0) -> np.ndarray:
    """Melanocytes over capacity, day by day, of a prepared pixel that holds ``filled`` of them."""
    bench = Bench(days=14.0)
    bench.fields["melanocytes"] *= filled
    bench.maps["graft_zone"][:] = 1.0
    for session in range(sessions):
        bench.inputs["graft"][:, 4 * session] = dense * bench.maps["melanocyte_capacity"].item()
    seen = bench.run(every=0.5)
    return np.array([state["melanocytes"].item() for state in seen]) / bench.maps["melanocyte_capacity"].item()


def test_full_skin_takes_nothing_and_no_number_of_sessions_overfills() -> None:
    assert grafted(1.0).max() == pytest.approx(1.0, abs=1e-3)
    assert grafted(0.0, sessions=6).max() <= 1.0
    assert grafted(0.0, dense=20.0).max() <= 1.0 + 1e-6


def test_an_empty_lesion_takes_and_a_half_full_one_takes_half_as_much() -> None:
    empty, half = grafted(0.0)[1], grafted(0.5)[1] - 0.5
    assert empty > 0.1
    assert half == pytest.approx(0.5 * empty, rel=0.1)
