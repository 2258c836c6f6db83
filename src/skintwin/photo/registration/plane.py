"""Maps of the plane, 3 x 3 matrices on (x, y, 1), and which of them a camera can have made."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.evidence import ledger
from skintwin.photo.cards.homography import project

Array = NDArray[np.float64]


def jacobian(h: Array, points: ArrayLike) -> Array:
    """(..., 2, 2) derivative of the projective map at points (..., 2); [..., i, j] = d out_i / d in_j."""
    p = np.asarray(points, dtype=np.float64)
    w = p[..., 0] * h[2, 0] + p[..., 1] * h[2, 1] + h[2, 2]
    out = project(h, p)
    return np.asarray((h[:2, :2] - out[..., :, None] * h[2, :2]) / np.where(w > 1e-12, w, np.nan)[..., None, None])


def plausible(h: Array, shape: tuple[int, int]) -> bool:
    """Whether a map of a baseline (h, w) is one of two cameras in front of one side of the skin.

    Everywhere on the middle half of the frame it must keep the sense of turning, magnify within the ledger's limits
    and not squeeze one direction far more than the other.
    """
    if not np.isfinite(h).all():
        return False
    y, x = (np.linspace(0.25, 0.75, 5) * n for n in shape)
    steps = jacobian(h, np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    if not np.isfinite(steps).all() or np.any(np.linalg.det(steps) <= 0):
        return False
    stretch = np.linalg.svd(steps, compute_uv=False)
    most = ledger().value("registration.largest_scale", "1")
    squeeze = ledger().value("registration.largest_squeeze", "1")
    return bool(
        np.all(stretch <= most) and np.all(stretch >= 1 / most) and np.all(stretch[:, 0] <= squeeze * stretch[:, 1])
    )


def fit_similarity(source: ArrayLike, target: ArrayLike) -> Array:
    """(n, 2) and (n, 2), n >= 2 -> (3, 3) least-squares turn, size and shift.

    As complex numbers w = c z + d, which no mirror image is.
    """
    z, w = (np.asarray(p, dtype=np.float64) @ np.array([1, 1j]) for p in (source, target))
    middle_z, middle_w = z.mean(), w.mean()
    c = np.vdot(z - middle_z, w - middle_w) / np.vdot(z - middle_z, z - middle_z)
    d = middle_w - c * middle_z
    return np.array([[c.real, -c.imag, d.real], [c.imag, c.real, d.imag], [0.0, 0.0, 1.0]])
