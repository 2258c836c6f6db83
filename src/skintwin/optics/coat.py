"""The upper skin as a coat over dermis whose reflection is known: each part is computed once, then combined.

Under the surface F+ = beam + r F-. At the lower face of the coat the light going down obeys
D = d0 + B' R D with R the reflection of what lies below, and the skin reflects R0 + e R D. The vectors d0, e,
the number R0 and the matrix B' belong to the coat (surface included), R to the dermis, so M coats on K dermes
cost M + K layer computations and M K small linear solves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.adding_doubling import entering_beam
from skintwin.optics.doubling import Slab
from skintwin.optics.quadrature import Quadrature

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coat:
    """Surface and upper layers, batch shape (...).

    Attributes
    ----------
    own: (...) R0, diffuse reflectance over a black ground.
    arriving: (..., N) d0, what reaches the lower face on first passage.
    bounce: (..., N, N) B', reflection of the lower face.
    escape: (..., N) e, share of light entering the lower face from below that leaves through the surface.
    """

    own: Array
    arriving: Array
    bounce: Array
    escape: Array

    def __getitem__(self, row: int) -> Coat:
        """The coat at ``row`` of the first batch axis."""
        return Coat(self.own[row], self.arriving[row], self.bounce[row], self.escape[row])


def coat(upper: Slab, quad: Quadrature) -> Coat:
    """Put a Fresnel surface on layers with operators ``upper``."""
    inner, beam = quad.inner_reflection, entering_beam(quad)
    out = quad.flux_root * (1.0 - inner)
    rise = np.swapaxes(upper.down, -1, -2)
    # Upward light under the surface, after all bounces between surface and coat: from the beam, from below.
    sources = np.concatenate([(upper.top @ beam)[..., None], rise], axis=-1)
    upward = np.linalg.solve(np.eye(quad.points) - upper.top * inner, sources)
    from_beam, from_below = upward[..., 0], upward[..., 1:]
    arriving = (upper.down @ (beam + inner * from_beam)[..., None])[..., 0]
    bounce = upper.bottom + upper.down @ (inner[:, None] * from_below)
    return Coat(from_beam @ out, arriving, bounce, out @ from_below)


def coated_reflectance(over: Coat, below: Array) -> Array:
    """Diffuse reflectance (...) of a coat on a medium with reflection (..., N, N); batch axes broadcast."""
    loop = np.eye(below.shape[-1]) - over.bounce @ below
    arriving = np.broadcast_to(over.arriving[..., None], (*loop.shape[:-1], 1))
    down = np.linalg.solve(loop, arriving)
    return np.asarray(over.own + (over.escape[..., None, :] @ (below @ down))[..., 0, 0])
