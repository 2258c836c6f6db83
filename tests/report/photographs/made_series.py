"""A measured series made by hand: no measuring, numbers that can be checked by eye."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

AREAS = (200.0, 150.0, 146.0)
AREA_ERROR = 3.0
METHOD = "pixels inside the outline times pixel area"


def make_series(
    folder: Path, visits: int = 3, *, card: bool = True, scale: bool = True, registered: bool = True,
    title: str = "A & B", label: str = "visit {n}", side: int = 96,
) -> Path:  # fmt: skip
    """Write a folder: the area falls from 200 to 150 to 146 mm², so the last step is within its error."""
    (folder / "pictures").mkdir(parents=True)
    rows = [_visit(folder, i, label.format(n=i + 1), card, scale, registered, side) for i in range(visits)]
    write(folder, {
        "skintwin": "0.3.0", "kind": "photograph series", "title": title,
        "made_with": {"settings": {"phototype": "IV", "site": None, "geometry": "unknown", "card": "auto"}},
        "visits": rows,
        "scores": [_score(row["label"], i) for i, row in enumerate(rows)],
        "sources": [{"key": "hand2001", "text": "Hand A (2001). On <hands> & #feet. J."}],
    })  # fmt: skip
    return folder


def read(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "series.json").read_text(encoding="utf-8"))
    return content


def write(folder: Path, content: dict[str, Any]) -> None:
    (folder / "series.json").write_text(json.dumps(content, ensure_ascii=True), encoding="utf-8")


def _visit(folder: Path, i: int, label: str, card: bool, scale: bool, registered: bool, side: int) -> dict[str, Any]:
    names = ["normal", "overlay", "melanin", "blood"] + ["card"] * card
    names += ["aligned", "change", "closure"] * (i > 0 and registered)
    pictures = {name: f"pictures/visit{i}-{name}.{'png' if name in MAPS else 'jpg'}" for name in names}
    for name, file in pictures.items():
        draw(folder / file, name, i, side)
    return {
        "label": label, "sha256": "0" * 63 + str(i), "width": 4000, "height": 3000, "format": "JPEG",
        "colour_space": "sRGB",
        "dropped": ["location", "device make and model"] if i == 0 else [],
        "capture": {"light_source": "LED", "make_up": "NO", "subject_distance": 0.4} if i == 0 else {},
        "card": _card() if card else None,
        "card_refused": None if card or i else REFUSED,
        "scale": {"mm_per_pixel": 0.08, "origin": "card", "relative_sd": 0.01} if scale
        else {"mm_per_pixel": None, "origin": "unknown", "relative_sd": None},
        "quality": _quality(i), "usable": i != 1,
        "outline": {"kind": "hypopigmented", "confidence": 0.93, "contrast": 12.1, "given": i == 1},
        "observations": _observations(i, scale, registered),
        "registration": {"kind": "homography", "sd_px": 0.6, "sd_mm": 0.05 if scale else None, "matches": 120,
                         "correlation": 0.81} if i and registered else None,
        "registration_refused": "too few points agree" if i and not registered else None,
        "pictures": pictures, "legends": _legends(),
        "warnings": ["no colour profile: sRGB is assumed", "Something new <b>was</b> seen."],
    }  # fmt: skip


REFUSED = "card at x 10 to 90, y 5 to 60 pixels: something lies on A1; expected nothing on the card"
MAPS = ("melanin", "blood", "change", "closure")


def _card() -> dict[str, Any]:
    return {"kind": "colorchecker-classic", "title": "ColorChecker Classic", "median_E00": 1.13, "largest_E00": 3.02,
            "expected_E00": 1.57, "patches": 24, "flags": ["saturated and left out: white"]}  # fmt: skip


def _quality(i: int) -> list[dict[str, Any]]:
    blurred = i == 1
    return [
        {"name": "blur", "value": 0.14 if blurred else 0.04, "unit": "1", "threshold": 0.1, "better": "lower",
         "passed": not blurred,
         "sentence": "The picture is blurred for a lesion of this size: hold still, focus on the skin, go nearer."
         if blurred else "The picture is sharp enough for this lesion.", "reason": "a reason with numbers"},
        {"name": "hair", "value": 2.5, "unit": "percent", "threshold": 10.0, "better": "lower", "passed": True,
         "sentence": "Little hair lies over the lesion."},
        {"name": "new_check", "value": 3.0, "unit": "1", "threshold": 2.0, "better": "higher", "passed": True,
         "sentence": "A new kind of check."},
    ]  # fmt: skip


def _observations(i: int, scale: bool, registered: bool) -> list[dict[str, Any]]:
    share = [5.0, 3.75, 3.65][i % 3]
    rows: list[tuple[str, float | None, str, float | None, str, str]] = [
        ("lesion_area", AREAS[i % 3] if scale else None, "mm^2", AREA_ERROR if scale else None, METHOD,
         "" if scale else "scale unknown: give mm per pixel or the lesion's diameter"),
        ("lesion_area_share", share, "percent", 0.08, "pixels inside the outline over pixels of the frame", ""),
        ("lesion_ITA", 42.0 - 3 * i, "degree", 1.2, "a method", ""),
        ("skin_ITA", 12.0, "degree", 1.2, "a method", ""),
        ("delta_E00", 12.1 - 2 * i, "1", 0.5, "a method", ""),
        ("lesion_melanin", 0.8 + 0.3 * i, "um", 0.1, "median of the map over the region", ""),
        ("skin_melanin", 2.4, "um", 0.1, "median of the map over the region", ""),
        ("melanin_difference", -1.6 + 0.3 * i, "um", 0.14, "lesion minus skin around it", ""),
        ("blood_ratio", 1.1, "1", None, "lesion over skin around it", ""),
        ("border_sharpness", 0.9, "mm", 0.05, "a method", "the border is partly outside the ring"),
        ("brand_new_measure", 7.0, "1/day", 0.5, "", ""),
    ]  # fmt: skip
    if i and registered:
        rows += [("repigmentation", 20.0 + 10 * i, "percent", 2.5, "a method", ""),
                 ("area_change", -25.0, "percent", 2.0, "a method", "")]  # fmt: skip
    return [dict(zip(("name", "value", "unit", "error", "method", "note"), row, strict=True)) for row in rows]


def _score(label: str, i: int) -> dict[str, Any]:
    return {"name": "vasi", "title": "VASI", "visit": label, "value": 1.2 - 0.2 * i, "error": 0.1, "unit": "1",
            "low": 0, "high": 100, "note": "one lesion only",
            "parts": [{"name": "hand_units", "value": 1.3, "from": "measured"},
                      {"name": "depigmentation", "value": 90, "from": "rated"}]}  # fmt: skip


def _legends() -> dict[str, Any]:
    return {
        "melanin": {"unit": "um", "low": 0.2, "high": 3.1, "colours": ["#440154", "#21918c", "#fde725"]},
        "change": {"classes": [["#b35806", "darker than the error explains"],
                               ["#542788", "lighter than the error explains"]]},
    }


def draw(path: Path, name: str, i: int, side: int) -> None:
    """A pale patch that shrinks with the visits; maps in false colours; every file different."""
    y, x = np.mgrid[0 : side * 3 // 4, 0:side] / side
    inside = (x - 0.5) ** 2 + (y - 0.375) ** 2 < (0.25 - 0.05 * i) ** 2
    shade = {"overlay": 40, "card": 60, "melanin": 80, "blood": 100, "change": 120, "closure": 140}.get(name, 0)
    pixels = np.where(inside[..., None], [235, 205, 185], [165, 115 + shade, 85 + 10 * i]).astype(np.uint8)
    pixels[: side // 8, : side // 8] = shade
    Image.fromarray(pixels).save(path, **({} if path.suffix == ".png" else {"quality": 92}))
