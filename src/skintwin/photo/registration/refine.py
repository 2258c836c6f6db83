"""From a rough map to a fraction of a pixel: points followed on nearly equal pictures, twice, and a field through them.

The follow-up is brought onto the baseline at a working size from its full resolution, so that both pictures are made
even over the same skin. Points on the lesion count only when they move as the skin around it says, because pigment that
grows from the border moves the border and not the skin.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from skintwin.evidence import ledger
from skintwin.photo.cards.homography import fit_homography, project
from skintwin.photo.photograph import Mask
from skintwin.photo.registration.changed import Changed
from skintwin.photo.registration.errors import RegistrationError
from skintwin.photo.registration.field import SmoothField, fit_field
from skintwin.photo.registration.plane import Array, fit_similarity
from skintwin.photo.registration.result import Lattice, MapKind
from skintwin.photo.registration.sampling import Map
from skintwin.photo.registration.track import HALF, Tracked, corners, follow
from skintwin.photo.registration.verify import on_baseline
from skintwin.photo.registration.views import View, as_bytes, even, small

SIDE = 1200
"""Pixels of the longer side on which points are followed."""
_LEVELS = (3, 1)  # halvings in the first and the second round: within 100 and within 25 pixels
_NODES = 40  # of the lattice along the longer side: at least four to the shortest length of a deformation
_GATE = 3.0  # standard deviations


@dataclass(frozen=True, eq=False)
class Refined:
    """rough: (3, 3) map that is corrected. tracked: points and moves, pixels of the baseline. field: through them."""

    rough: Array = field(repr=False)
    tracked: Tracked
    field: SmoothField

    def simplest(self, shape: tuple[int, int]) -> tuple[MapKind, Array, Lattice | None]:
        """Deformed where the field says so; else the better of similarity and homography by Schwarz's criterion."""
        if self.field.deformed:
            step = max(shape) / (_NODES - 1)
            y, x = (np.arange(int(np.ceil((n - 1) / step)) + 1) * step for n in shape)
            nodes = np.stack(np.meshgrid(x, y), axis=-1)
            moves = self.field.moves(nodes.reshape(-1, 2)).reshape(nodes.shape)
            return "deformed", self.rough, Lattice(moves, np.zeros(2), np.full(2, step))
        y, x = (np.linspace(0, n - 1, 9) for n in shape)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        plane = fit_homography(grid, project(self.rough, grid + self.field.moves(grid)))
        target = project(self.rough, self.tracked.points + self.tracked.moves)
        alike = fit_similarity(self.tracked.points, target)
        n = target.size
        cost = [n * np.log(np.mean((project(m, self.tracked.points) - target) ** 2) + 1e-12) + k * np.log(n)
                for m, k in ((alike, 4), (plane, 8))]
        return ("similarity", alike, None) if cost[0] < cost[1] else ("homography", plane, None)


def refine(baseline: View, follow_up: View, rough: Array, changed: Changed) -> Refined:
    """Raises RegistrationError when too few points can be followed."""
    light, usable = small(baseline, SIDE)
    picture = as_bytes(even(light, usable))
    points = corners(picture, usable)
    pixel = baseline.shape[1] / light.shape[1]
    fitted: SmoothField | None = None
    for levels in _LEVELS:
        way = _corrected(rough, fitted)
        light_now, usable_now = on_baseline(follow_up, way, baseline.shape, SIDE)
        seen = follow(picture, as_bytes(even(light_now, usable & usable_now)), points, levels)
        start, moves = (seen.points + 0.5) * pixel - 0.5, seen.moves * pixel
        if fitted is not None:
            moves = moves + fitted.moves(start + moves)
        masks = changed.on_baseline(way, SIDE), changed.border(way, SIDE, HALF)
        tracked = _agreeing(Tracked(start, moves), *masks, pixel)
        if len(tracked.points) < ledger().value("registration.fewest_points", "1"):
            raise RegistrationError(
                f"only {len(tracked.points)} points of the skin could be followed", where="registration",
                expected="texture or landmarks that are seen at both visits", do="use sharper photographs",
            )
        fitted = fit_field(tracked.points, tracked.moves)
    assert fitted is not None
    return Refined(rough, tracked, fitted)


def _corrected(rough: Array, fitted: SmoothField | None) -> Map:
    if fitted is None:
        return lambda points: project(rough, points)
    return lambda points: project(rough, points + fitted.moves(points))


def _agreeing(tracked: Tracked, lesion: Mask | None, border: Mask | None, pixel: float) -> Tracked:
    """Points off the lesion, and those on it that move as those off it say, within three standard deviations.

    Points whose window meets the border of the lesion are left out. All are kept where few would be left.
    """
    if lesion is None or border is None or not len(tracked.points):
        return tracked
    at = np.clip(np.round((tracked.points + 0.5) / pixel - 0.5).astype(int), 0, np.array(lesion.shape)[::-1] - 1)
    on, on_border = (mask[at[:, 1], at[:, 0]] for mask in (lesion, border))
    on = on | on_border
    if (~on).sum() < 2 * ledger().value("registration.fewest_points", "1") or not on.any():
        return tracked
    around = fit_field(tracked.points[~on], tracked.moves[~on])
    off = tracked.moves - around.moves(tracked.points)
    allowed = _GATE**2 * (around.variance(tracked.points) + around.noise**2)
    keep = ~on | (((off**2).max(axis=1) <= allowed) & ~on_border)
    return Tracked(tracked.points[keep], tracked.moves[keep])
