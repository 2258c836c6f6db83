"""Pictures of a visit: what was seen, what was found, and what has changed."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from skintwin.measure.follow_up import Comparison
from skintwin.measure.series import Series
from skintwin.measure.visit import Visit
from skintwin.optics.colour import srgb_encode
from skintwin.photo.frame_view import FRAME_SIDE, frame_view
from skintwin.photo.overlay import colour_map, colours_of, map_picture, map_range, overlay, with_scale_bar
from skintwin.photo.save import png_content

Array = NDArray[np.float64]
Pixels = NDArray[np.uint8]

_QUALITY = 90  # JPEG: no visible loss
_CHANGE_RANGE = 1.0  # change of pigment relative to surrounding skin at the ends of the colours


def visit_pictures(series: Series, number: int) -> dict[str, tuple[str, bytes]]:
    """name → (file name, content). The follow-up's ``aligned`` lies on the baseline's ``normal``, pixel on pixel."""
    visit, comparison = series.visits[number], series.comparisons[number]
    measures, name = visit.measures, f"visit{number}"
    close = visit.scale.resized(measures.view.shrink)
    made: dict[str, tuple[str, bytes]] = {
        "normal": (f"{name}.jpg", _jpeg(with_scale_bar(_shown(measures.view.photograph.linear_srgb), close))),
        "overlay": (f"{name}-overlay.jpg", _jpeg(_overlay(visit))),
    }
    if visit.calibration.card is not None:
        made["card"] = (f"{name}-card.jpg", _jpeg(_card(visit)))
    if measures.maps is not None:
        small = visit.measures.map_geometry.scale(visit.scale)
        made["melanin"] = (f"{name}-melanin.png", png_content(map_picture(measures.maps.melanin_um, small)))
        made["blood"] = (f"{name}-blood.png", png_content(map_picture(measures.maps.blood, small)))
    if comparison is not None:
        made |= _comparison(series.visits[0], visit, comparison, name)
    return made


def visit_legends(series: Series, number: int) -> dict[str, dict[str, object]]:
    """name of a map → unit, lowest and highest value, colours from low to high."""
    made: dict[str, dict[str, object]] = {}
    maps = series.visits[number].measures.maps
    if maps is not None:
        for name, values, unit in (("melanin", maps.melanin_um, "um"), ("blood", maps.blood, "1")):
            low, high = map_range(values)
            made[name] = {"unit": unit, "low": low, "high": high, "colours": colours_of()}
    if series.comparisons[number] is not None:
        made["closure"] = {"unit": "1", "low": 0.0, "high": 1.0, "colours": colours_of()}
    return made


def _comparison(first: Visit, visit: Visit, found: Comparison, name: str) -> dict[str, tuple[str, bytes]]:
    made = {}
    small = first.measures.map_geometry.scale(first.scale)
    if found.aligned is not None:
        both_cards = first.calibration.card is not None and visit.calibration.card is not None
        matched = found.aligned if both_cards else _matched(first, found.aligned)
        made["aligned"] = (f"{name}-aligned.jpg", _jpeg(_shown(matched)))
    if found.closed is not None:
        picture = with_scale_bar(colour_map(found.closed, 0.0, 1.0), small)
        made["closure"] = (f"{name}-closure.png", png_content(picture))
    if found.change is not None:
        picture = colour_map(found.change.difference, -_CHANGE_RANGE, _CHANGE_RANGE, "PuOr_r")
        told = found.change.darker | found.change.lighter
        picture = np.where(told[..., None], picture, (0.25 * picture + 0.75 * 235).astype(np.uint8))
        made["change"] = (f"{name}-change.png", png_content(with_scale_bar(picture.astype(np.uint8), small)))
    return made


def _matched(first: Visit, aligned: Array) -> Array:
    """The follow-up with the light of the baseline: surrounding skin brought to the same colour, for the eye only."""
    ring = first.measures.ring & np.isfinite(aligned).all(axis=-1)
    if not ring.any():
        return aligned
    baseline = first.measures.view.photograph.linear_srgb
    before, now = (np.median(picture[ring], axis=0) for picture in (baseline, aligned))
    return np.asarray(aligned * (np.maximum(before, 1e-4) / np.maximum(now, 1e-4)))


def _overlay(visit: Visit) -> Pixels:
    correct = None if visit.calibration.card is None else visit.calibration.card.correction
    frame = frame_view(visit.photograph, visit.outline, visit.measures.view, visit.measures.ring, correct)
    return overlay(frame.photograph, frame.outline, frame.ring, visit.scale.resized(frame.shrink))


def _card(visit: Visit) -> Pixels:
    from skintwin.photo.cards.picture import card_picture

    assert visit.calibration.card is not None
    return card_picture(visit.photograph, visit.calibration.card, FRAME_SIDE)


def _shown(linear: NDArray[np.floating]) -> Pixels:
    grey = np.where(np.isfinite(linear), linear, 0.5)
    return np.asarray(np.round(255 * srgb_encode(np.clip(grey, 0, 1))), dtype=np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()
