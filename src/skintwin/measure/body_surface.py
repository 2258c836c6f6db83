"""Area of a lesion as percent of the body surface.

    Mosteller  B = √(h w / 3600)          Du Bois  B = 0.007184 h^0.725 w^0.425        B in m², h in cm, w in kg
    measured   100 a/B                    by hand  q a/A_hand                          by site  share of the site × s

q: percent of the body surface that a hand (palm with fingers) has; s: that a site has. Relative errors add in squares:
σ_B²/B² = (∂ ln B)² + σ_formula², and so on.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.measure.observation import Observation
from skintwin.measure.scores.from_photograph import half_width

Formula = Literal["mosteller", "dubois"]
Who = Literal["adult", "man", "woman", "child"]
MM2_IN_M2 = 1e6
SITES = ("head_neck", "face", "trunk_front", "trunk_back", "arm", "leg", "perineum")
"""Parts of the body whose share is in the ledger; arm and leg are one of two."""


def body_surface(
    height_cm: float, weight_kg: float, formula: Formula = "mosteller", *, height_sd: float = 0.0,
    weight_sd: float = 0.0,
) -> Observation:
    """Area of the body (m²) from height (cm) and weight (kg) with their standard deviations."""
    if formula not in get_args(Formula):
        raise ConfigError(f"no formula {formula!r}", where="body surface", expected=" or ".join(get_args(Formula)))
    for name, value, unit in (("height", height_cm, "cm"), ("weight", weight_kg, "kg")):
        if not (math.isfinite(value) and value > 0):
            raise ConfigError(f"a {name} of {value:g}", where="body surface", expected=f"a positive number in {unit}")
    if not (height_sd >= 0 and weight_sd >= 0):
        raise ConfigError("an error below 0", where="body surface", expected="standard deviations of 0 or more")
    number = ledger().value
    if formula == "mosteller":
        area, power_h, power_w = math.sqrt(height_cm * weight_kg / number("scores.mosteller", "1")), 0.5, 0.5
    else:
        power_h, power_w = number("scores.dubois_height_power", "1"), number("scores.dubois_weight_power", "1")
        area = number("scores.dubois", "1") * height_cm**power_h * weight_kg**power_w
    own = number("scores.body_surface_sd", "1")
    relative = _root(power_h * height_sd / height_cm, power_w * weight_sd / weight_kg, own)
    return Observation("body_surface", area, "m^2", f"{formula} formula from height and weight", area * relative,
                       "measured bodies differ from every formula, heavy ones more")


def hand_area(body: Observation, who: Who = "adult") -> Observation:
    """Area of a hand (palm with fingers, mm²) that was not measured, from the body surface."""
    share, sd = hand_share(who)
    area = _known(body, "m^2")
    value = share / 100 * area * MM2_IN_M2
    return Observation("hand_area", value, "mm^2", f"share of the body surface of a hand ({who})",
                       value * _root(sd / share, _relative(body)), body.note)


def hand_share(who: Who) -> tuple[float, float]:
    """Percent of the body surface that palm and fingers have, and its standard deviation between people."""
    if who not in get_args(Who):
        raise ConfigError(f"nobody called {who!r}", where="hand", expected=", ".join(get_args(Who)))
    entry = ledger().parameter(f"scores.hand_share_{who}")
    return entry.value, half_width(entry.low, entry.high)


def percent_of_body(area: Observation, body: Observation) -> Observation:
    """Measured area (mm²) over the body surface (m²)."""
    value = 100 * _known(area, "mm^2") / (_known(body, "m^2") * MM2_IN_M2)
    return Observation("body_surface_share", value, "percent", f"area over the body surface; {body.method}",
                       _error(value, area, body), area.note or body.note)


def percent_by_hand(area: Observation, hand: Observation, who: Who = "adult") -> Observation:
    """Measured area (mm²) in units of the patient's measured hand (mm²), times the share of a hand.

    Clinicians take 1 % for a hand; adults' hands are smaller, so that this is less than the count of hands.
    """
    share, sd = hand_share(who)
    value = share * _known(area, "mm^2") / _known(hand, "mm^2")
    base = _error(value, area, hand)
    error = None if base is None else _root(base, value * sd / share)
    return Observation("body_surface_share", value, "percent", f"area in hands times the share of a hand ({who})",
                       error, area.note or hand.note)


def percent_by_site(share_of_site: Observation, site: str) -> Observation:
    """Share of a site (percent of the site) times the share that the site has of the body (rule of nines)."""
    if site not in SITES:
        raise ConfigError(f"no share of {site!r}", where="site", expected=", ".join(SITES))
    entry = ledger().parameter(f"scores.site_share_{site}")
    value = _known(share_of_site, "percent") * entry.value / 100
    spread = half_width(entry.low, entry.high) / entry.value
    error = None if share_of_site.error is None else _root(value * spread, share_of_site.error * entry.value / 100)
    return Observation("body_surface_share", value, "percent", f"share of the site times the site's share ({site})",
                       error, share_of_site.note)


def _known(observation: Observation, unit: str) -> float:
    if observation.value is None or observation.unit != unit:
        raise ConfigError(f"{observation.value} {observation.unit}", where=observation.name,
                          expected=f"a value in {unit}", do=observation.note or None)
    return observation.value


def _relative(observation: Observation) -> float:
    return (observation.error or 0.0) / observation.value if observation.value else 0.0


def _error(value: float, area: Observation, unit: Observation) -> float | None:
    """Error of a quotient; None unless both errors are known."""
    if area.error is None or unit.error is None or not unit.value:
        return None
    scale = value / area.value if area.value else 0.0
    return _root(area.error * scale, value * unit.error / unit.value)


def _root(*parts: float) -> float:
    return math.sqrt(sum(part * part for part in parts))
