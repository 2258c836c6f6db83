"""Picture of docs/phantoms.md: ``python docs/phantom_pictures.py`` rewrites docs/pictures/phantoms.jpg.

Every disorder on every phototype, each with a camera and a light of its own; below, cards, and one lesion at two visits
with four patterns of returning pigment. Look at it before you keep it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from skintwin.optics.views.scale import text
from skintwin.phantoms import draw_phantom, take
from skintwin.phantoms.course import PATTERNS
from skintwin.phantoms.draw import DISORDERS
from skintwin.skin.phototype import PHOTOTYPES

SEED = 2
SIZE = {"width": 640, "height": 480}
TILE, MARGIN, HEAD = (212, 159), 120, 22
CARDS = ("classic", "passport", "nano", "cameratrax", "ruler", "marker")


def rows() -> list[tuple[str, list[np.ndarray]]]:
    """Title and six pictures of each row."""
    found = []
    for r, disorder in enumerate(DISORDERS):
        drawn = [
            take(draw_phantom(6 * r + k, SEED, phototype=p, disorder=disorder, card=None, follow_up=False, **SIZE))[0]
            for k, p in enumerate(PHOTOTYPES)
        ]
        found.append((disorder.replace("_", "\n"), drawn))
    near = {"extent_mm": 25.0, "follow_up": False, **SIZE}
    beside = [
        take(draw_phantom(100 + k, SEED, card=card, phototype=PHOTOTYPES[k], **near))[0] for k, card in enumerate(CARDS)
    ]
    found.append(("beside it", beside))
    how = {"phototype": "IV", "disorder": "vitiligo", "card": None, "follow_up": True, "extent_mm": 30.0,
           "contrast": 20.0, "percent": 45.0, "naevi": 6, **SIZE}  # fmt: skip
    visits = [take(draw_phantom(120, SEED, **how))[0]]
    visits += [take(draw_phantom(120, SEED, pattern=pattern, **how), 1)[0] for pattern in PATTERNS]
    visits.append(take(draw_phantom(120, SEED, pattern="mixed", **{**how, "percent": 85.0}), 1)[0])
    found.append(("two visits", visits))
    return found


def main() -> None:
    """Draw the sheet."""
    made = rows()
    wide, high = TILE[0] + 4, TILE[1] + 4
    sheet = Image.new("RGB", (MARGIN + 6 * wide, HEAD + len(made) * high + HEAD), "white")
    pen = ImageDraw.Draw(sheet)
    for k, phototype in enumerate(PHOTOTYPES):
        text(pen, (MARGIN + (k + 0.5) * wide, HEAD / 2), phototype, 14, "black", "mm")
    for r, (title, pictures) in enumerate(made):
        text(pen, (4, HEAD + (r + 0.5) * high), title, 13, "black", "lm")
        for k, picture in enumerate(pictures):
            tile = Image.fromarray(picture).resize(TILE, Image.Resampling.LANCZOS)
            sheet.paste(tile, (MARGIN + k * wide, HEAD + r * high))
    for k, name in enumerate(("baseline", *PATTERNS, "mixed, later")):
        text(pen, (MARGIN + (k + 0.5) * wide, sheet.height - HEAD / 2), name, 13, "black", "mm")
    sheet.save(Path(__file__).parent / "pictures" / "phantoms.jpg", quality=84, optimize=True)


if __name__ == "__main__":
    main()
