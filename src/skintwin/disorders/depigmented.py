"""Lesions whose melanocytes are lost: vitiligo (non-segmental) and the halo of a halo naevus.

Inside the outline and in the fading rim around it, missing pigment is missing melanocytes: A = K × drive.
Below ``disorder.empty_share`` of the surrounding pigment the photograph cannot tell a trace of melanin from
none (docs/optics), so A = 0 there: a density field must not carry a uniform trace of cells that were never
measured. A share of the follicles keeps its reserve; white hair marks the rest. Resident memory T cells lie
in the lesion; effector cells line the border of an active one.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from skintwin.disorders import drawn_depigmented as drawn
from skintwin.disorders.base import Disorder, Presentation, healthy_layout
from skintwin.disorders.canvas import Canvas, Drawing
from skintwin.evidence import ledger


class Vitiligo(Disorder):
    """Depigmented patch, stable or active."""

    name = "vitiligo"
    title = "Vitiligo (non-segmental)"
    kind = "hypopigmented"
    parameters: ClassVar[tuple[str, ...]] = (
        "follicles.reserve_in_lesion", "follicles.reserve_white_hair", "autoimmunity.resident_lesion",
        "autoimmunity.activity_stable", "autoimmunity.activity_active", "autoimmunity.border_effectors",
    )  # fmt: skip

    def draw(self, at: Canvas) -> Drawing:
        """Scalloped white patch."""
        return drawn.patch(at)

    def keys(self, activity: str, white_hair: bool) -> tuple[str, ...]:
        """Without the numbers of the other activity and the other hair."""
        unused = {
            f"autoimmunity.activity_{'stable' if activity == 'active' else 'active'}",
            *(key for key in self.parameters if key.startswith("follicles.") and key != self.reserve_key(white_hair)),
        }
        if activity == "stable":
            unused.add("autoimmunity.border_effectors")
        return tuple(key for key in self.parameters if key not in unused)

    def reserve_key(self, white_hair: bool) -> str:
        """Ledger key of the share of follicles that keep their reserve."""
        return "follicles.reserve_white_hair" if white_hair else "follicles.reserve_in_lesion"

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Empty lesion, depleted follicles, T cells."""
        healthy = healthy_layout(at)
        inside = (at.lesion > 0.5) | (at.core > 0.5) | (_near(at.lesion, at.pixel) & (at.drive < 1.0))
        present = np.where(at.drive < ledger().value("disorder.empty_share", "1"), 0.0, np.minimum(at.drive, 1.0))
        share = np.where(inside, present, 1.0)
        capacity = at.capacity[:, None, None]
        aged = np.exp(-at.duration / ledger().value("disorder.reserve_life", "day"))
        keep = at.draws[self.reserve_key(at.white_hair)] * aged
        reserve = np.where(inside & (at.follicle_chance >= keep[:, None, None]), 0.0, 1.0)
        activity = at.draws[f"autoimmunity.activity_{at.activity}"][:, None, None]
        border = _border(at.lesion, at.pixel)
        residents = at.draws["autoimmunity.resident_lesion"][:, None, None]
        return {
            **healthy,
            "melanocytes": capacity * share,
            "melanogenic_capacity": np.where(inside, 1.0, at.drive),
            "reserve": reserve,
            "autoimmune_activity": activity,
            "cd8": _effectors(at) * border + np.zeros_like(at.drive),
            "cd8_resident": residents * np.maximum(at.lesion, border) + np.zeros_like(at.drive),
        }


class HaloNaevus(Vitiligo):
    """Depigmented ring around a naevus. The naevus itself is not modelled: it keeps its colour."""

    name = "halo_naevus"
    title = "Halo naevus"

    def draw(self, at: Canvas) -> Drawing:
        """White ring around a naevus."""
        return drawn.ring(at)

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """As vitiligo; no production in the naevus, whose pigment stays as a constant offset."""
        maps = super().layout(at)
        naevus = at.core > 0.5
        maps["melanocytes"] = np.where(naevus, 0.0, maps["melanocytes"])
        maps["melanogenic_capacity"] = np.where(naevus, 0.0, maps["melanogenic_capacity"])
        return maps


class SegmentalVitiligo(Vitiligo):
    """Band on one side of the body, soon stable, with white hair from early on."""

    name = "vitiligo_segmental"
    title = "Vitiligo (segmental)"

    def draw(self, at: Canvas) -> Drawing:
        """Ragged band that ends at the midline."""
        return drawn.band(at)

    def reserve_key(self, white_hair: bool) -> str:
        """White hair, whatever the study says: the reserve goes early."""
        return "follicles.reserve_white_hair"


class AcralVitiligo(Vitiligo):
    """Fingers, feet: few follicles, and those few often lost."""

    name = "vitiligo_acral"
    title = "Vitiligo (acral)"
    parameters: ClassVar[tuple[str, ...]] = (*Vitiligo.parameters, "follicles.reserve_acral")

    def draw(self, at: Canvas) -> Drawing:
        """Patches over joints."""
        return drawn.knuckles(at)

    def reserve_key(self, white_hair: bool) -> str:
        """As elsewhere with white hair, else the acral share."""
        return "follicles.reserve_white_hair" if white_hair else "follicles.reserve_acral"


class TrichromeVitiligo(Vitiligo):
    """A tan band between white and healthy skin: melanocytes are still being lost there.

    The band is measured or drawn, and keeps the melanocytes that its pigment shows; effectors line it when active.
    """

    name = "vitiligo_trichrome"
    title = "Vitiligo (trichrome)"

    def draw(self, at: Canvas) -> Drawing:
        """Tan zone around the white."""
        return drawn.trichrome(at)


def _effectors(at: Presentation) -> np.ndarray:
    """Effector T cells on the outline, (n, 1, 1) cells/mm²: none in a stable lesion."""
    if at.activity == "stable":
        return np.zeros((1, 1, 1))
    return at.draws["autoimmunity.border_effectors"][:, None, None]


def _border(lesion: np.ndarray, pixel: float) -> np.ndarray:
    """1 on the outline, falling off as a Gaussian of ``disorder.border_width``; (ny, nx)."""
    width = ledger().value("disorder.border_width", "mm")
    inward, outward = _distances(lesion, pixel)
    return np.asarray(np.exp(-0.5 * ((inward + outward) / width) ** 2))


def _near(lesion: np.ndarray, pixel: float) -> np.ndarray:
    """(ny, nx) bool: within the rim in which a border fades, ``disorder.rim_width`` outside the outline."""
    return np.asarray(_distances(lesion, pixel)[1] <= ledger().value("disorder.rim_width", "mm"))


def _distances(lesion: np.ndarray, pixel: float) -> tuple[np.ndarray, np.ndarray]:
    """Distance (mm) to the outline from inside and from outside, each 0 on the other side; far off without one."""
    from scipy.ndimage import distance_transform_edt

    mask = lesion > 0.5
    if not mask.any() or mask.all():
        return np.full(lesion.shape, np.inf), np.full(lesion.shape, np.inf)
    return distance_transform_edt(mask) * pixel, distance_transform_edt(~mask) * pixel
