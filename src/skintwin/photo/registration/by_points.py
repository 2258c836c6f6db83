"""A registration from points that a person set on both photographs, where none can be found.

Two or three points give turn, size and shift, four or more a plane-to-plane map; all by least squares. The standard
deviation of the map at a place is that of the points carried through the fit: that of a point is what the points leave
over, and never less than the ledger's for a point set by hand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from skintwin.evidence import ledger
from skintwin.photo.cards.homography import fit_homography, project
from skintwin.photo.photograph import Mask
from skintwin.photo.registration.errors import MirroredFollowUpError, RegistrationError
from skintwin.photo.registration.plane import Array, fit_similarity, jacobian, plausible
from skintwin.photo.registration.result import MapKind, Registration


def register_by_points(
    points: ArrayLike, points_now: ArrayLike, shape: tuple[int, int], *, lesion: Mask | None = None
) -> Registration:  # fmt: skip
    """points: (n, 2) x, y on the baseline; points_now: (n, 2) the same places on the follow-up; n of 2 or more.

    shape: (h, w) of the baseline. lesion: (h, w) bool, where the error is taken; at the middle of the frame if None.
    Raises RegistrationError where the points are too few, coincide or fit no camera.
    """
    one, other = np.asarray(points, dtype=np.float64), np.asarray(points_now, dtype=np.float64)
    pairs = one.shape == other.shape and one.ndim == 2 and one.shape[1] == 2 and len(one) >= 2
    if not pairs or not np.isfinite(one + other).all():
        raise RegistrationError("the points are not pairs", where="registration", expected="two lists of as many x, y")
    if min(np.ptp(one, axis=0).max(), np.ptp(other, axis=0).max()) < 10:
        raise RegistrationError("the points lie on each other", where="registration", expected="points far apart")
    if len(one) >= 3 and _turning(one, other) < 0:
        raise MirroredFollowUpError("the points are in mirror order", where="registration",
                                    do="flip the photograph back, or set the points again")
    kind: MapKind = "similarity" if len(one) < 4 else "homography"
    fit = fit_similarity if kind == "similarity" else fit_homography
    h = fit(one, other)
    if not plausible(h, shape):
        raise RegistrationError("no camera sees one set of points as the other", where="registration",
                                do="set the points again, far apart and not on a line")
    middle = _middle(shape, lesion)
    steps = jacobian(h, middle[None])[0]
    scale = float(np.sqrt(np.linalg.det(steps)))
    free = 2 * len(one) - (4 if kind == "similarity" else 8)
    left = (project(h, one) - other) / scale
    own = ledger().value("registration.hand_point", "1")
    noise2 = max(own**2, float((left**2).sum()) / free if free > 0 else 0.0)
    moved = [fit(one, other + d) for d in _nudges(len(one))]
    change = np.stack([(project(m, middle) - project(h, middle)) / scale for m in moved])
    sd = float(np.sqrt(noise2 * scale**2 * (change**2).sum() / 2))
    note = "the map comes from points that were set by hand"
    return Registration(kind, sd, len(one), float("nan"), (note,), h, middle)


def _nudges(count: int) -> Array:
    """(2 n, n, 2): one pixel on one coordinate of one point each."""
    return np.eye(2 * count).reshape(2 * count, count, 2)


def _turning(one: Array, other: Array) -> float:
    """Sign of the determinant of the affine map: negative for a mirror image."""
    a, b = one - one.mean(axis=0), other - other.mean(axis=0)
    return float(np.linalg.det(a.T @ b))


def _middle(shape: tuple[int, int], lesion: Mask | None) -> Array:
    if lesion is None or not lesion.any():
        return np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    rows, columns = np.nonzero(lesion)
    return np.array([columns.mean(), rows.mean()])
