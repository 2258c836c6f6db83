"""Body surface: the formulas agree, shares add up, errors add in squares."""

from __future__ import annotations

import math

import pytest

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.measure.body_surface import (
    body_surface,
    hand_area,
    percent_by_hand,
    percent_by_site,
    percent_of_body,
)
from skintwin.measure.observation import Observation


def test_formulas():
    """170 cm, 70 kg: √(170 × 70/3600) = 1.818 m²; Du Bois 1.810; they differ by less than the error of either."""
    mosteller, dubois = (body_surface(170, 70, formula) for formula in ("mosteller", "dubois"))
    assert mosteller.value == pytest.approx(math.sqrt(11900 / 3600))
    assert dubois.value == pytest.approx(1.810, abs=1e-3)
    assert abs(mosteller.value - dubois.value) < mosteller.error
    assert body_surface(170, 70, weight_sd=7).error > mosteller.error
    with pytest.raises(ConfigError, match="in kg"):
        body_surface(170, -1)


def test_the_nines_make_a_body():
    share = {site: ledger().value(f"scores.site_share_{site}") for site in
             ("head_neck", "trunk_front", "trunk_back", "arm", "leg", "perineum")}
    assert sum(share.values()) + share["arm"] + share["leg"] == pytest.approx(100)
    face = ledger().value("scores.site_share_face")
    hands = 112 / ledger().value("scores.ftu_per_hand") * ledger().value("scores.hand_share_adult")
    assert face == pytest.approx(hands, rel=0.05)


def test_three_ways_agree_on_one_hand():
    """The area of a hand is a hand's share of the body, however it is got."""
    body = body_surface(175, 75)
    hand = hand_area(body, "man")
    direct, by_hand = percent_of_body(hand, body), percent_by_hand(hand, hand, "man")
    assert direct.value == pytest.approx(ledger().value("scores.hand_share_man"))
    assert by_hand.value == pytest.approx(direct.value)
    assert hand.value == pytest.approx(15270, rel=0.01)


def test_errors_add_in_squares():
    area = Observation("area", 3000.0, "mm^2", "", 150.0)
    hand = Observation("hand", 15000.0, "mm^2", "", 300.0)
    found = percent_by_hand(area, hand, "child")
    relative = math.sqrt(0.05**2 + 0.02**2 + (0.088 / 0.929) ** 2)
    assert found.value == pytest.approx(0.2 * 0.929)
    assert found.error == pytest.approx(found.value * relative, rel=0.01)
    assert percent_by_hand(Observation("area", 3000.0, "mm^2", ""), hand).error is None


def test_by_site_and_refusals():
    found = percent_by_site(Observation("share", 50.0, "percent", "", 2.0), "arm")
    assert found.value == pytest.approx(4.5)
    assert found.error > 0.02 * 4.5
    with pytest.raises(ConfigError, match="head_neck"):
        percent_by_site(Observation("share", 50.0, "percent", ""), "elbow")
    with pytest.raises(ConfigError, match="value in mm"):
        percent_of_body(Observation("area", None, "mm^2", "", None, "scale unknown"), body_surface(170, 70))
