"""What a phantom is, as plain numbers: a person, a lesion, its course, and how each visit was photographed.

Lengths are mm on the skin, angles degrees. The origin of skin coordinates is the middle of the lesion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["hypopigmented", "hyperpigmented"]


@dataclass(frozen=True)
class Person:
    """Healthy skin.

    Attributes
    ----------
    phototype: I to VI. melanin_um: epidermal melanin column, µm. blood: papillary blood share. saturation,
    eumelanin_share, epidermis_mm, corneum_mm, scattering_scale, scattering_slope: as in ``LayeredSkin``.
    uneven_melanin, uneven_blood: standard deviation of the ln over centimetres.
    hair: "none", "vellus" or "terminal". naevi: small brown spots around the lesion. texture: furrows, pores, vessels
    and mottling are drawn.
    """

    phototype: str
    melanin_um: float
    blood: float
    saturation: float
    eumelanin_share: float
    epidermis_mm: float
    corneum_mm: float
    scattering_scale: float
    scattering_slope: float
    uneven_melanin: float
    uneven_blood: float
    hair: str
    naevi: int
    texture: bool


@dataclass(frozen=True)
class Lesion:
    """The lesion at the first visit.

    Attributes
    ----------
    disorder: name of a disorder. kind: lighter or darker than the skin. extent_mm: largest width, nearly.
    edge_mm: width over which pigment goes from 98 to 2 %. contrast: CIEDE2000 to the skin that is asked for; less where
    no pigment is left to lose. redness: blood relative to the skin.
    """

    disorder: str
    kind: Kind
    extent_mm: float
    edge_mm: float
    contrast: float
    redness: float


@dataclass(frozen=True)
class Course:
    """What has changed at a second visit.

    Attributes
    ----------
    percent: share of the lesion that is asked to have closed. pattern: one of ``PATTERNS``. closed: share of the
    contrast that is gone where pigment came back. left: the same elsewhere. front_mm: width of the front between.
    tan: melanin of all skin relative to the first visit, less 1. shaved: hair is gone. deformation: largest strain of
    the skin, roughly.
    """

    percent: float
    pattern: str
    closed: float
    left: float
    front_mm: float
    tan: float
    shaved: bool
    deformation: float


@dataclass(frozen=True)
class Scene:
    """One photograph.

    Attributes
    ----------
    width, height: pixels. focal: focal length over the longer side. turn, tilt, azimuth: rotation about the view, angle
    of the view to the skin's normal, direction of that tilt. margin: distance relative to the nearest from which all
    that must be seen fits. offset: (2,) share of the free frame by which the view is off, -1..1.
    curvature: 1/mm of the skin, a cylinder; curve_axis: its direction.
    light, sensor: names of the camera room. gains: white balance relative to the right one. exposure: brightness of a
    white surface, or None for automatic times ``exposure_error``. full_well, read_noise, lens_blur: as ``Camera``.
    jpeg: quality or None. tone: 0 for plain sRGB, 1 for a phone's bent tones.
    slope: (2,) ln of the light per half diagonal of the frame, to the right and down; falloff: ln lost at the corner;
    lamp, lamp_azimuth: angle of the lamp to the normal of the skin. gloss: "crossed" (none), "even" (all the surface
    reflects, from everywhere) or "shiny" (from a lamp).
    card: name of a card, "ruler", "marker" or None; card_turn, card_side: its rotation, and where it lies; card_gap:
    free skin between, in radii of the lesion.
    """

    width: int
    height: int
    focal: float
    turn: float
    tilt: float
    azimuth: float
    margin: float
    offset: tuple[float, float]
    curvature: float
    curve_axis: float
    light: str
    sensor: str
    gains: tuple[float, float, float]
    exposure: float | None
    exposure_error: float
    full_well: float
    read_noise: float
    lens_blur: float
    jpeg: int | None
    tone: float
    slope: tuple[float, float]
    falloff: float
    lamp: float
    lamp_azimuth: float
    gloss: str
    card: str | None
    card_turn: float
    card_side: float
    card_gap: float


@dataclass(frozen=True)
class Phantom:
    """seed, number: the key. scenes: one for each visit. course: None where there is one visit only."""

    seed: int
    number: int
    person: Person
    lesion: Lesion
    course: Course | None
    scenes: tuple[Scene, ...]
