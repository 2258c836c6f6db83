"""Melasma: sun, season, creams, relapse."""

from __future__ import annotations

from functools import cache

import pytest

from tests.behaviours.course import Course, live

START = "2026-04-01"


@cache
def treated(name: str, **options: object) -> Course:
    line = [{"give": name, "until": "84 days", **options}] if name != "nothing" else []
    return live("melasma", line, start=START, melanin=1.4, days=252)


def dark(course: Course, day: float) -> float:
    return float(course.at(course.lesion["melanin"], day)[0])


@pytest.mark.slow
def test_melasma_is_darker_in_summer_than_in_winter() -> None:
    """Direction only: seasonal course of melasma; latitude 40 degrees."""
    lesion = live("melasma", start="2026-01-01", melanin=1.4, days=364)
    winter, summer = dark(lesion, 0), dark(lesion, 210)
    assert summer > 1.2 * winter
    skin = lesion.skin["melanin"]
    assert summer - winter > lesion.at(skin, 210)[0] - skin[0, 0]


@pytest.mark.slow
def test_sunscreen_helps_some_and_cover_of_visible_light_helps_more() -> None:
    """Direction: HP028 found more lightening with iron oxide beside hydroquinone."""
    none, plain, tinted = treated("nothing"), treated("sunscreen"), treated("sunscreen", tinted=True)
    assert dark(tinted, 84) < dark(plain, 84) < dark(none, 84)
    assert dark(plain, 84) > 0.7 * dark(none, 84)


def test_triple_cream_and_tranexamic_acid_lighten_more_than_nothing() -> None:
    """Direction: HP006 (triple) and HP020 (tranexamic acid); the triple cream is the stronger. The sizes are set by
    behaviour (ledger group medicine), so they are not compared."""
    none, triple, tablets = treated("nothing"), treated("triple_cream"), treated("tranexamic_acid_oral")
    quinol = treated("hydroquinone")
    assert dark(triple, 84) < dark(quinol, 84) < dark(none, 84)
    assert dark(tablets, 84) < 0.95 * dark(none, 84)


def test_melasma_comes_back_within_months_of_stopping() -> None:
    """Direction: relapse within weeks to months; four fifths of the untreated darkness after 12 weeks."""
    none, triple = treated("nothing"), treated("triple_cream")
    assert dark(triple, 84) < 0.7 * dark(none, 84)
    assert dark(triple, 168) > 0.8 * dark(none, 168)


def test_the_vascular_part_is_there_and_tranexamic_acid_lowers_it() -> None:
    """Direction only: more vessels in the lesion than around it."""
    none, tablets = treated("nothing"), treated("tranexamic_acid_oral")
    untreated, treated_ones = (c.at(c.lesion["vessels"], 84)[0] for c in (none, tablets))
    assert untreated > 1.1 * none.at(none.skin["vessels"], 84)[0]
    assert treated_ones < untreated
