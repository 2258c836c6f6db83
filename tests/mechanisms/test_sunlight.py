"""Light on resting skin: a tan's delay, peak, fading and self-limit; seasons; the therapist's hold."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from skintwin.engine.grid import Grid
from skintwin.engine.march import March
from skintwin.engine.system import System
from skintwin.mechanisms import mechanisms
from skintwin.mechanisms.delivery import over_session
from skintwin.mechanisms.sunlight import SESSION_DAYS, above_threshold, mean_damage
from skintwin.skin.sun import clear_sky_dose
from tests.mechanisms.agreement import by_engine
from tests.mechanisms.lab import DT, Bench, column, march, observe


@cache
def after_one_dose(med: float) -> dict[str, np.ndarray]:
    """Daily courses of 200 days after one exposure of ``med`` MED, relative to the start."""
    bench = Bench(days=200)
    bench.values["melanocytes.loss_per_decade"][:] = 0
    bench.inputs["sun"][:, 0] = med * bench.maps["med_sun"][0, 0, 0]
    seen = bench.run(1)
    course = {name: np.array([s[name].item() for s in seen]) for name in ("uv_early", "uv_late", "uv_damage")}
    return course | {"melanin": np.array([column(s).item() for s in seen]) / bench.reference}


def test_the_dose_in_med_is_the_dose_given_on_constitutive_skin() -> None:
    bench = Bench(days=0.5)
    bench.inputs["sun"][:, 0] = 2.0 * bench.maps["med_sun"][0, 0, 0]
    assert bench.run(1)[0]["uv_dose"].item() * DT == pytest.approx(2.0, rel=1e-5)


@pytest.mark.parametrize("med", [2.0, 3.0])
def test_a_sunburn_tans_late_and_fades_slowly(med: float) -> None:
    tan = after_one_dose(med)["melanin"] - 1
    peak = int(tan.argmax())
    print("tan", med, "MED: peak day", peak, "rise", tan.max(), "day 2 share", tan[2] / tan.max(),
          "half faded after", int(np.argmax(tan[peak:] < tan.max() / 2)))  # fmt: skip
    assert tan[1] < 0.05 * tan.max()
    assert int(np.argmax(tan > tan.max() / 2)) >= 4
    assert 7 <= peak <= 28
    assert 0.05 < tan.max() < 1.0
    assert tan[peak + 14] > 0.5 * tan.max()
    assert abs(tan[-1]) < 0.05 * tan.max()


def test_early_and_late_keratinocyte_responses_peak_when_measured() -> None:
    """Stem cell factor near day 3 (KC-046), endothelin-1 on days 5 to 10 (KC-047)."""
    course = after_one_dose(2.0)
    early, late = int(course["uv_early"].argmax()), int(course["uv_late"].argmax())
    print("early response peaks on day", early, "late on day", late)
    assert abs(early - 3) <= 1
    assert 5 <= late <= 10


def test_a_tan_rises_less_than_the_dose() -> None:
    """Self-limiting: shielding, thickening and saturation make the third MED worth less than the first."""
    one, three = after_one_dose(1.0)["melanin"].max() - 1, after_one_dose(3.0)["melanin"].max() - 1
    assert one < three < 3 * one


def test_daily_light_reaches_a_plateau_that_shields() -> None:
    """Ten times the light makes far less than ten times the tan, and each dose reaches less and less."""
    daily = np.array([0.3, 3.0])
    bench = Bench(n=2, days=364)
    bench.inputs["sun"][:] = (daily * DT * bench.maps["med_sun"][0, 0, 0])[:, None]
    seen = bench.run(28)
    dose = np.array([s["uv_dose"].ravel() for s in seen])
    tan = np.array([column(s).ravel() for s in seen]) / bench.reference - 1
    print("plateau tan at 0.3 and 3 MED/day", tan[-1], "dose reaching", dose[-1] / daily)
    assert np.all(dose[-1] < 0.9 * dose[0])
    assert tan[-1, 1] < 5 * tan[-1, 0]
    assert np.all(tan[-1] > 0)
    assert np.abs(tan[-1] / tan[-3] - 1).max() < 0.05


def test_winter_and_summer_differ_at_a_high_latitude_only() -> None:
    swing = []
    for latitude in (0.0, 50.0):
        bench = Bench(days=730)
        bench.values["melanocytes.loss_per_decade"][:] = 0
        day = np.arange(bench.steps) * DT
        bench.inputs["sun"][0] = 0.02 * DT * clear_sky_dose(latitude, day)
        melanin = np.array([column(s).item() for s in bench.run(28)])
        second = np.minimum(np.arange(len(melanin)) * 28.0, bench.days) > 365.0
        swing.append(melanin[second].max() / melanin[second].min() - 1)
        # In the north the darkest month follows the solstice (day 172) by some weeks.
        darkest = np.argmax(np.where(second, melanin, 0)) * 28 - 365.25
        assert latitude == 0 or 180 < darkest < 260
    print("yearly swing of melanin at the equator and at 50 degrees", swing)
    assert swing[1] > 0.05
    assert swing[0] < 0.5 * swing[1]


@pytest.mark.parametrize("dt", [0.5, 0.25, 1.0])
def test_a_session_at_the_lamp_is_held_at_the_limit_whatever_the_step(dt: float) -> None:
    """Six MED planned, 1.5 allowed: the pixel that receives most gets 1.5 MED in the session."""
    bench = Bench(days=2, shape=(1, 2))
    bench.fields["melanin_basal"][..., 0] *= 0.2
    bench.maps["lamp_limit"][:] = 1.5
    steps = round(2 / dt)
    lamp = over_session(np.array([0.0]), np.array([6.0 * bench.maps["med_lamp"][0, 0, 0]]), steps, dt)
    bench.inputs = {name: np.zeros((1, steps), np.float32) for name in bench.inputs}
    bench.inputs["lamp"][0] = lamp
    machine = March(System(mechanisms(), Grid(1, 2, 0.2), dt), observe, 1)
    dose = machine.look(bench.batch(), bench.fields, 0)["uv_dose"][0, 0] * max(dt, SESSION_DAYS)
    assert dose.max() == pytest.approx(1.5, rel=1e-5)
    assert dose.argmax() == 0
    assert dose.min() < 1.5


def test_a_lamp_below_the_limit_is_not_held() -> None:
    bench = Bench(days=1)
    bench.maps["lamp_limit"][:] = 1.5
    bench.inputs["lamp"][:, 0] = 0.8 * bench.maps["med_lamp"][0, 0, 0]
    machine = march(1, 1, 2)
    assert machine.look(bench.batch(), bench.fields, 0)["uv_dose"].item() * DT == pytest.approx(0.8, rel=1e-5)


@pytest.mark.parametrize("damage", [0.0, 0.4, 1.0, 1.7])
@pytest.mark.parametrize("dose", [0.0, 0.5, 2.0 / 3.0, 1.4, 3.0])
def test_means_over_a_step_are_those_of_the_course_within_it(damage: float, dose: float) -> None:
    """Against a fine sum over d(t), forwards and backwards; 2/3 MED/day holds damage at the threshold for ever."""
    tau, dt = 1.5, 0.5
    t = (np.arange(200_000) + 0.5) / 200_000 * dt
    d = dose * tau + (damage - dose * tau) * np.exp(-t / tau)
    last = dose * tau + (damage - dose * tau) * np.exp(-dt / tau)
    for function, mean in ((mean_damage, d.mean()), (above_threshold, np.maximum(d - 1, 0).mean())):
        assert float(function(np.float32(damage), dose, tau, dt)) == pytest.approx(mean, rel=2e-5, abs=2e-6)
        assert float(function(np.float32(last), dose, tau, -dt)) == pytest.approx(mean, rel=2e-5, abs=2e-6)
    assert float(above_threshold(np.float32(damage), dose, tau, 0.0)) == pytest.approx(max(damage - 1, 0), abs=1e-6)


@pytest.mark.slow
def test_what_a_burn_leaves_hardly_depends_on_the_step() -> None:
    """Fourteen sessions of 1.6 minimal erythema doses: the late aftermath at half a day, and its second order."""

    def left(parts: int) -> float:
        bench = Bench(days=42)
        bench.inputs["lamp"][0, : round(28 / DT) : round(2 / DT)] = 1.6 * bench.maps["med_lamp"].item()
        return float(by_engine(bench, parts, bench.steps)["aftermath_late"][-1].item())

    course = np.array([left(parts) for parts in (1, 2, 4, 8, 16)])
    change = -np.diff(course)
    limit = course[-1] - change[-1] / 3
    print("aftermath against the limit", course / limit - 1, "ratio of changes", change[:-1] / change[1:])
    assert np.all(change > 0)
    assert abs(course[0] / limit - 1) < 0.03
    assert change[-2] / change[-1] == pytest.approx(4.0, rel=0.1)
