"""What is true of a photograph of a phantom."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.colour import delta_e_2000, ita_degrees
from skintwin.optics.render.picture import fresnel_share
from skintwin.phantoms.cards import COLOUR_CARDS, CardPlace
from skintwin.phantoms.description import Kind, Phantom
from skintwin.phantoms.lesion_map import LesionMap, Places
from skintwin.phantoms.naevi import Naevus, naevus_mask
from skintwin.phantoms.people import lab
from skintwin.phantoms.skin_view import SkinView
from skintwin.phantoms.view import View

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Triple = tuple[float, float, float]

CONTRAST_OFF: Final = 0.1
"""Share of the contrast for which ``by_contrast`` is told."""
_SAMPLES: Final = 400  # along the longer side, for colours and the ring


@dataclass(frozen=True)
class Region:
    """A region's medians. lab_sce, lab_sci: L*a*b*, D65, 2 degrees, of even skin with the pigment and blood of each
    place, without and with the reflection of its surface. ita_sce, ita_sci: degrees, of those. blood: share."""

    lab_sce: Triple
    lab_sci: Triple
    ita_sce: float
    ita_sci: float
    melanin_um: float
    blood: float


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true of one photograph.

    Attributes
    ----------
    visit: 0 or 1. kind: lighter or darker. mask: (h, w) pixels inside the lesion's border at the first visit, its core
    included; left: those where more than half of the lesion's pigment change is still there; core: a naevus inside.
    card_mask: where a card lies. pixel_mm2: (h, w) area of each pixel on the skin as it lies. area_mm2: of the whole
    outline on the skin as it lies at the visit, from the outline and not from pixels; left_mm2: of ``left``.
    mm_per_pixel: at the lesion. lesion, skin: colours; skin is that at 0.15 to 0.7 equivalent radii from the border,
    without naevi, the lesion without its core and what has closed. delta_e: CIEDE2000 between them, surface excluded.
    view: places of the skin ↔ pixels. repigmentation: per cent, None at the first visit; pattern: of it; closed:
    per cent of the lesion's pigment contrast that has closed, mean over its area, None at the first visit; by_contrast:
    points that it would be off by if the contrast of the later visit were seen stronger or weaker by ``CONTRAST_OFF``.
    card: its name; card_corners: (4, 2) centres of the corner patches, pixels (or the corners of a marker or ruler);
    ruler_line: (2, 2) ends of a line across the ticks. naevi: (n, 2) pixels.
    surface: reflection of the surface in the picture outside of highlights: 0 is SCE, ``fresnel_share()`` SCI.
    exposure: brightness of a white. photographed: all settings of the scene.
    """

    visit: int
    kind: Kind
    mask: Mask = field(repr=False)
    left: Mask = field(repr=False)
    core: Mask = field(repr=False)
    card_mask: Mask = field(repr=False)
    pixel_mm2: NDArray[np.float32] = field(repr=False)
    area_mm2: float
    left_mm2: float
    mm_per_pixel: float
    lesion: Region
    skin: Region
    delta_e: float
    view: View
    repigmentation: float | None
    closed: float | None
    by_contrast: float | None
    pattern: str | None
    card: str | None
    card_corners: Array | None
    ruler_line: Array | None
    naevi: Array
    surface: float
    exposure: float
    photographed: dict[str, Any]

    def numbers(self) -> dict[str, Any]:
        """Everything but the masks, ready for JSON."""
        skip = ("mask", "left", "core", "card_mask", "pixel_mm2", "view", "lesion", "skin")
        plain = {name: _plain(value) for name, value in vars(self).items() if name not in skip}
        return {
            **plain, "lesion": asdict(self.lesion), "skin": asdict(self.skin), "view": asdict(self.view),
            "lesion_pixels": int(self.mask.sum()),
        }  # fmt: skip


def truth_of(
    phantom: Phantom, visit: int, seen: SkinView, lesion: LesionMap, naevi: tuple[Naevus, ...], card: CardPlace | None,
    card_mask: Mask, surface: float, exposure: float,
) -> Truth:  # fmt: skip
    """The truth of a photograph from the maps that it was made of."""
    here = seen.here
    mask = here.distance < 0
    left = mask & (here.share * (1.0 - here.closed) > 0.5) & (here.core < 0.5)
    core = here.core > 0.5
    area, left_area, percent, closed, by_contrast = _on_the_skin(lesion, seen.view)
    inner, ring = _regions(seen, naevi, card_mask, visit)
    inside, around = _region(phantom, seen, inner), _region(phantom, seen, ring)
    view = seen.view
    return Truth(
        visit, phantom.lesion.kind, mask, left, core & mask, card_mask, seen.area, area, left_area, seen.pixel_mm,
        inside, around,
        float(delta_e_2000(inside.lab_sce, around.lab_sce)), view, percent if visit else None,
        closed if visit else None, by_contrast if visit else None,
        phantom.course.pattern if visit and phantom.course else None,
        card.name if card else None,
        _corners(card, view), view.seen(_flat(card.ruler_line())) if card and card.name == "ruler" else None,
        view.pixels(np.array([n.place for n in naevi]).reshape(-1, 2)), surface, exposure,
        asdict(phantom.scenes[visit]),
    )  # fmt: skip


def _corners(card: CardPlace | None, view: View) -> Array | None:
    if card is None:
        return None
    own = card.outline() if card.name not in (*COLOUR_CARDS, "mini") else card.corners()
    return view.seen(_flat(own))


def _flat(points: Array) -> Array:
    return np.concatenate([points, np.zeros((*points.shape[:-1], 1))], axis=-1)


def _on_the_skin(lesion: LesionMap, view: View) -> tuple[float, float, float, float, float]:
    """Area of the outline, of what is left of it (mm², as the skin lies), the percentage that is repigmented, the
    percentage of the contrast that has closed, and by how many points the former hangs on the contrast."""
    here, u, v, point = lesion.fine()
    inside = here.distance < 0
    size = np.full(u.shape, point)
    if view.waves:
        step = 1e-3
        at = np.stack([u, v], axis=-1)[inside].astype(np.float64)
        a, b = (view.deformed(at + d) - view.deformed(at - d) for d in (np.array([step, 0]), np.array([0, step])))
        size[inside] = point * np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / (2 * step) ** 2
    left = inside & (here.share * (1.0 - here.closed) > 0.5) & (here.core < 0.5)
    percent, weaker, stronger = (_percent(lesion, here, 1.0 + off) for off in (0.0, -CONTRAST_OFF, CONTRAST_OFF))
    lesion_only = inside & (here.core < 0.5)
    whole, now = (float(each[lesion_only].sum()) for each in (here.share, here.share * (1.0 - here.closed)))
    closed = 100.0 * (1.0 - now / whole) if whole > 0 else 0.0
    return float(size[inside].sum()), float(size[left].sum()), percent, closed, (weaker - stronger) / 2


def _percent(lesion: LesionMap, here: Places, seen: float) -> float:
    new, eligible = lesion.repigmented(here, seen)
    return 100.0 * float(new.sum()) / max(int(eligible.sum()), 1)


def _regions(seen: SkinView, naevi: tuple[Naevus, ...], card_mask: Mask, visit: int) -> tuple[Mask, Mask]:
    """Thinned (h, w) masks: the lesion where more than half is left (its whole, if nothing is), and the ring."""
    from scipy.ndimage import distance_transform_edt

    step = _step(seen)
    thin = slice(None, None, step), slice(None, None, step)
    here = seen.here
    inside = here.distance[thin] < 0
    left = inside & ((here.share * (1.0 - here.closed))[thin] > 0.5) & (here.core[thin] < 0.5)
    radius = np.sqrt(max(int(inside.sum()), 1) / np.pi)
    inner, outer = (ledger().value(f"photo.ring_{name}", "1") * radius for name in ("inner", "outer"))
    away = distance_transform_edt(~inside)
    ring = (away >= max(inner, 1.0)) & (away <= max(outer, 4.0)) & ~card_mask[thin]
    ring &= ~naevus_mask(seen.u[thin], seen.v[thin], naevi)
    return (left if left.any() else inside), ring


def _region(phantom: Phantom, seen: SkinView, thinned: Mask) -> Region:
    step = _step(seen)
    melanin, blood = (each[::step, ::step][thinned] for each in (seen.melanin, seen.blood))
    if not melanin.size:
        raise ValueError("a region of no pixel")
    sce, sci = (
        np.median(lab(phantom.person, melanin, blood, surface=level), axis=0) for level in (0.0, fresnel_share())
    )
    return Region(
        _triple(sce), _triple(sci), float(ita_degrees(sce)), float(ita_degrees(sci)), float(np.median(melanin)),
        float(np.median(blood)),
    )


def _step(seen: SkinView) -> int:
    return max(1, max(seen.view.shape) // _SAMPLES)


def _triple(values: Array) -> Triple:
    return float(values[0]), float(values[1]), float(values[2])


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
