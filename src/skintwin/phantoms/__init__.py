"""Phantoms: test photographs whose truth is known, made by this project's own optics and cameras.

A phantom is skin of one person, a lesion on it and one or two visits of a camera. Everything is drawn by key (seed,
number); the same key gives the same bytes. Nothing here is a model of a therapy, and no measuring code is imported.
"""

from __future__ import annotations

from skintwin.phantoms.description import Phantom
from skintwin.phantoms.draw import IDEAL, draw_phantom
from skintwin.phantoms.photograph import take
from skintwin.phantoms.sets import phantom_set
from skintwin.phantoms.truth import Truth
from skintwin.phantoms.write import write_phantom

__all__ = ["IDEAL", "Phantom", "Truth", "draw_phantom", "phantom_set", "take", "write_phantom"]
