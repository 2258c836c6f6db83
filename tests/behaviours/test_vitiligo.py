"""Vitiligo: fronts, light, hair, medicines, relapse, transplant. (Islands and fronts also in tests/mechanisms.)"""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.behaviours.course import Course, live

LAMP = {"give": "nb_uvb", "per_week": 3, "until": "168 days"}


@cache
def lit(disorder: str = "vitiligo", site: str = "cheek", white_hair: bool = False) -> Course:
    return live(
        disorder, [LAMP], melanin=0.0, site=site, days=168, draws=8, every=28, sun="avoid", white_hair=white_hair,
        pixels=24,
    )  # fmt: skip


def regained(course: Course) -> np.ndarray:
    """Melanin of the lesion relative to its surroundings at the end, (draws,)."""
    return 1.0 + course.excess[:, -1]


def test_light_does_more_on_the_face_than_on_hands() -> None:
    """Order of sites in Bae 2017 (which informed priors: no validation); face before hands and feet."""
    assert np.median(regained(lit())) > np.median(regained(lit(site="dorsal_hand")))


def test_white_hair_and_acral_lesions_do_poorly() -> None:
    """Direction only: an empty reserve gives no islands; the margin is the same."""
    assert np.mean(regained(lit())) > np.mean(regained(lit(white_hair=True)))
    assert np.mean(regained(lit(site="dorsal_hand"))) >= np.mean(regained(lit("vitiligo_acral", site="dorsal_hand")))


def border(name: str) -> Course:
    """An active lesion in the dark for six weeks, with a cream on it and 5 mm around it."""
    plan = [{"give": name, "until": "42 days", "where": "lesion+5mm"}]
    return live("vitiligo", plan, melanin=0.0, activity="active", days=70, every=7, pixels=24, sun="avoid")


def test_jak_and_calcineurin_inhibition_stop_a_border_that_a_vehicle_does_not() -> None:
    """Direction: VC003 (ruxolitinib above vehicle). Effect sizes are assumed, so only the order is asked."""
    kept = {}
    for name in ("vehicle", "ruxolitinib", "tacrolimus"):
        course = border(name)
        kept[name] = (course.at(course.skin["melanocytes"], 42) / course.skin["melanocytes"][:, 0])[0]
    assert kept["vehicle"] < 0.3
    assert kept["ruxolitinib"] > kept["tacrolimus"] > 1.2 * kept["vehicle"]


def test_memory_outlasts_the_cream_and_killing_resumes_at_the_same_border() -> None:
    """Direction only: JAK inhibition leaves resident memory; four weeks after stopping the border moves again."""
    course = border("ruxolitinib")
    cells = course.skin["melanocytes"]
    assert course.at(course.lesion["cd8_resident"], 42)[0] > 0
    during = 1.0 - course.at(cells, 42)[0] / course.at(cells, 14)[0]
    after = 1.0 - course.at(cells, 70)[0] / course.at(cells, 42)[0]
    assert after > 2.0 * max(during, 0.0)
    assert after > 0.05


def test_a_transplant_takes_where_disease_is_quiet() -> None:
    """IMM-020: outcome of transplants falls with perilesional CD8 cells; direction only."""
    graft = [{"give": "cell_transplant", "start": "1 days"}]
    kept = {
        activity: live("vitiligo", graft, melanin=0.0, activity=activity, days=168, every=28, pixels=24, sun="avoid")
        for activity in ("stable", "active")
    }
    ends = {activity: run.lesion["melanocytes"][0, -1] for activity, run in kept.items()}
    assert ends["stable"] > 1.2 * ends["active"]
    assert ends["stable"] > 100
