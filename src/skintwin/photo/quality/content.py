"""What is in the picture: hair, skin around the lesion, and the lesion large enough."""

from __future__ import annotations

from skintwin.photo.quality.check import Check, judged
from skintwin.photo.quality.view import QualityView


def check_hair(view: QualityView) -> Check:
    """Share of lesion and surroundings under hair (and thin glints)."""
    share = float(view.hair[view.place].mean())
    return judged("hair", share, "lower", "Little hair lies over the lesion.",
                  "Much hair lies over the lesion: part it, or shave the skin.", percent=True)  # fmt: skip


def check_skin(view: QualityView) -> Check:
    """Share of the ring around the lesion that could be kept as normal-looking skin."""
    share = float(view.skin.sum() / max(int(view.around.sum()), 1))
    return judged("skin", share, "higher", "There is enough normal-looking skin around the lesion.",
                  "There is little normal-looking skin around the lesion: leave a margin as wide as the lesion.",
                  percent=True)  # fmt: skip


def check_size(view: QualityView) -> Check:
    """Equivalent radius of the lesion, pixels of the photograph."""
    return judged("size", view.radius * view.shrink, "higher", "The lesion is large enough in the picture.",
                  "The lesion is only a few pixels wide: go nearer, or use the original file.")  # fmt: skip
