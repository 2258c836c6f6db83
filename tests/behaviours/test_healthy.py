"""Healthy skin: a sunburn's tan, and what daily sun adds. (Five years at rest: tests/mechanisms/test_homeostasis.)"""

from __future__ import annotations

import numpy as np
import pytest

from tests.behaviours.course import live
from tests.mechanisms.lab import Bench, column

DAYS = 240


def tan(doses: dict[int, float]) -> np.ndarray:
    """Daily rise of melanin relative to the start; ``doses``: day → minimal erythema doses of sun."""
    bench = Bench(days=DAYS)
    bench.values["melanocytes.loss_per_decade"][:] = 0
    for day, dose in doses.items():
        bench.inputs["sun"][:, 2 * day] = dose * bench.maps["med_sun"][0, 0, 0]
    return np.array([column(state).item() for state in bench.run(1)]) / bench.reference - 1.0


@pytest.mark.parametrize("dose", [2.0, 3.0])
def test_a_sunburn_tans_with_a_delay_peaks_and_fades_over_months(dose: float) -> None:
    """Range: less than an eighth on day 2, peak in the second to fourth week (the design asks for the first to second:
    see calibration debt), half of it gone after two weeks more at the earliest, all within 8 months. HP404 still sees
    pigment after 6 months."""
    course = tan({0: dose})
    peak = int(course.argmax())
    print(dose, "MED: peak on day", peak, "rise", course.max())
    assert course[2] < course.max() / 8
    assert 7 <= peak <= 24
    assert course[peak + 14] > 0.5 * course.max()
    assert course[-1] < 0.05 * course.max()


def test_a_course_of_exposures_fades_in_about_five_months() -> None:
    """HP232: after 6 or 12 exposures in three weeks a tan takes 4 to 5 months to fade completely. The model: less than
    a tenth is left after 5 months, more than a tenth after 4 weeks."""
    course = tan(dict.fromkeys(range(0, 21, 2), 0.7))
    assert course[21 + 28] > 0.1 * course.max()
    assert course[21 + 150] < 0.1 * course.max()


def test_skin_without_a_lesion_stays_what_it_is_in_a_study() -> None:
    """Range: the same season a year later within 2 % (ageing alone takes 1 % a year)."""
    skin = live("healthy", melanin=1.0, days=365.0, every=73.0)
    assert skin.skin["melanin"][0, -1] == pytest.approx(skin.skin["melanin"][0, 0], rel=0.02)
    assert skin.skin["melanocytes"][0, -1] == pytest.approx(skin.skin["melanocytes"][0, 0], rel=0.02)
