"""Measures that are made when they are asked for: share of the body surface, number of spots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.measure.body_surface import body_surface, hand_area, percent_by_hand, percent_of_body
from skintwin.measure.observation import Observation
from skintwin.measure.spots import spot_observations
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Photograph
from skintwin.photo.region import Box
from skintwin.photo.scale import Scale

_SIZES: Final = {
    "height": ("a height", "cm", "172 cm (1.72 m)"), "weight": ("a weight", "kg", "68 kg"),
    "hand": ("a hand", "cm^2", "150 cm^2"),
}  # fmt: skip
"""Of a person; the range of each is in the ledger (scores.height_smallest and so on)."""


@dataclass(frozen=True)
class Body:
    """Of the patient: height_cm and weight_kg, or hand_cm2, the area of a palm with fingers as measured.

    Raises ConfigError for sizes that no person has: most are numbers in another unit."""

    height_cm: float | None = None
    weight_kg: float | None = None
    hand_cm2: float | None = None

    def __post_init__(self) -> None:
        if (self.height_cm is None) != (self.weight_kg is None):
            raise ConfigError("height and weight belong together", where="body surface", expected="both, or a hand")
        if (self.hand_cm2 is None) == (self.height_cm is None):
            raise ConfigError("the body surface has one source", where="body surface",
                              expected="height_cm with weight_kg, or hand_cm2")  # fmt: skip
        for name, (what, unit, like) in _SIZES.items():
            value = getattr(self, f"{name}_{unit.replace('^', '')}")
            low, high = (ledger().value(f"scores.{name}_{end}", unit) for end in ("smallest", "largest"))
            if value is not None and not low <= value <= high:  # nan too
                raise ConfigError(f"{what} of {value:g} {unit} is none of a person", where=name,
                                  expected=f"{low:g} to {high:g} {unit}",
                                  do=f"check the number and its unit, such as {like}")  # fmt: skip


def body_observations(body: Body, area: Observation) -> list[Observation]:
    """Share of the body surface of a lesion of ``area`` (mm²); nothing where the scale is not known."""
    if body.height_cm is not None and body.weight_kg is not None:
        surface = body_surface(body.height_cm, body.weight_kg)
        found = [surface, hand_area(surface)]
        return found if area.value is None else [percent_of_body(area, surface), *found]
    assert body.hand_cm2 is not None
    hand = Observation("hand_area", 100.0 * body.hand_cm2, "mm^2", "palm with fingers, as given", 0.0)
    return [hand] if area.value is None else [percent_by_hand(area, hand), hand]


def counted_spots(
    skin: Photograph, outline: LesionOutline, scale: Scale, box: Box | None
) -> list[Observation]:  # fmt: skip
    """Spots of the outline's kind inside the box, or on all skin that the photograph shows."""
    from skintwin.photo.spots import find_spots

    region = skin.valid.copy()
    if box is not None:
        left, top, width, height = box
        region[:] = False
        region[top : top + height, left : left + width] = True
        region &= skin.valid
    return spot_observations(find_spots(skin, region=region, kind=outline.kind, scale=scale), scale)
