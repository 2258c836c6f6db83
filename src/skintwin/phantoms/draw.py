"""Phantoms by key: the same seed and number give the same phantom, whatever else was drawn.

Ranges are rows of the ledger (group ``phantoms``); the shares in this file say how often a test set holds what, which
is a design and no finding.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from skintwin.disorders import disorders
from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.optics.camera.lights import LIGHTS
from skintwin.optics.camera.sensors import camera_names
from skintwin.optics.emulator_inputs import AXES
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.chooser import Chooser
from skintwin.phantoms.course import PATTERNS
from skintwin.phantoms.description import Course, Kind, Lesion, Person, Phantom, Scene
from skintwin.phantoms.draw_scene import draw_scene
from skintwin.phantoms.shapes import OUTLINES
from skintwin.skin.phototype import PHOTOTYPES

SEED: Final = 20261129
"""Of the set that measures are verified on; tune on another one."""
DISORDERS: Final = tuple(OUTLINES)
_COMPLETE: Final = 0.4
"""Share of depigmented lesions that have lost all pigment, whatever contrast was drawn."""
_HAIR: Final = {"none": 0.2, "vellus": 0.5, "terminal": 0.3}
_FOLLOWED: Final = 0.5
_NAEVI: Final = tuple(range(8))
_ENDS: Final = (0.03, 0.97)  # quantiles between which a person's skin lies: typical of the phototype

IDEAL: Final[dict[str, Any]] = {
    "light": "D65", "sensor": "sRGB", "gains": (1.0, 1.0, 1.0), "exposure": 1.0, "noise": False, "lens_blur": 0.0,
    "jpeg": None, "tone": 0.0, "slope": 0.0, "falloff": 0.0, "tilt": 0.0, "curvature": 0.0, "gloss": "crossed",
    "hair": "none", "naevi": 0, "texture": False, "card": None, "uneven_melanin": 0.0, "uneven_blood": 0.0,
}  # fmt: skip
"""Settings of a perfect photograph of even skin: ``draw_phantom(n, **IDEAL)``."""


def draw_phantom(number: int, seed: int = SEED, **fixed: Any) -> Phantom:
    """The phantom of a key. ``fixed`` sets what else is drawn, for every visit alike.

    Names: those of :mod:`.description`, and ``follow_up`` (True for two visits), ``noise`` (False for none),
    ``slope`` as one number or two, ``card`` None for no card. ConfigError for an unknown name or value.
    """
    used: set[str] = set()
    choose = Chooser(Key(seed, number), fixed, used)
    phototype = choose.checked("phototype", PHOTOTYPES, choose.one_of("phototype", PHOTOTYPES))
    disorder = choose.checked("disorder", DISORDERS, choose.one_of("disorder", DISORDERS))
    person, lesion = _person(choose, phototype), _lesion(choose, disorder)
    followed = bool(choose.one_of("follow_up", {True: _FOLLOWED, False: 1.0 - _FOLLOWED}))
    course = _course(choose, lesion)
    scenes = tuple(draw_scene(choose.at(visit), lesion) for visit in range(1 + followed))
    unknown = set(fixed) - used
    if unknown:
        raise ConfigError(
            f"no setting is called {', '.join(sorted(unknown))}", where="phantom", expected=", ".join(sorted(used))
        )
    return Phantom(seed, number, person, lesion, course if followed else None, _checked(scenes))


def _person(choose: Chooser, phototype: str) -> Person:
    """Skin within a phototype: melanin of the phototype times the thickness of the epidermis."""
    axes = {axis.name: axis for axis in AXES}

    def drawn(name: str, row: str, axis: str = "") -> float:
        u = float(np.clip(choose.stream(name).uniform(), *_ENDS))
        found = float(choose.value(name)) if choose.given(name) else float(ledger().parameter(row).prior.ppf(u))
        return float(np.clip(found, axes[axis].low, axes[axis].high)) if axis else found

    um = 1e-3
    epidermis = um * drawn("epidermis", "optics.epidermis_thickness")
    share = drawn("melanin_fraction", f"phototype.melanin_{phototype.lower()}", "melanin_fraction")
    middle, sd = (ledger().value(f"optics.eumelanin_share{end}", "1") for end in ("", "_sd"))
    eumelanin = float(np.clip(middle + sd * choose.stream("eumelanin_share").normal(), 0.5, 1.0))
    return Person(
        phototype=phototype, melanin_um=share * epidermis / um, blood=drawn("blood", "phantoms.blood"),
        saturation=drawn("saturation", "optics.saturation", "saturation"), eumelanin_share=eumelanin,
        epidermis_mm=epidermis, corneum_mm=um * drawn("corneum", "optics.stratum_corneum_thickness"),
        scattering_scale=drawn("scattering_scale", "optics.scattering_scale", "scattering_scale"),
        scattering_slope=drawn("scattering_slope", "optics.scattering_slope", "scattering_slope"),
        uneven_melanin=drawn("uneven_melanin", "phantoms.uneven_melanin"),
        uneven_blood=drawn("uneven_blood", "phantoms.uneven_blood"),
        hair=choose.checked("hair", tuple(_HAIR), choose.one_of("hair", _HAIR)),
        naevi=int(choose.one_of("naevi", _NAEVI)), texture=bool(choose.one_of("texture", (True,))),
    )  # fmt: skip


def _lesion(choose: Chooser, disorder: str) -> Lesion:
    dark = disorders()[_family(disorder)].kind == "hyperpigmented"
    kind: Kind = "hyperpigmented" if dark else "hypopigmented"
    contrast = choose.number("contrast", contrast_row(kind))
    if not dark and not choose.given("contrast") and choose.stream("complete").uniform() < _COMPLETE:
        contrast = 100.0  # more than any: all pigment is gone
    red = disorder.startswith("pih")
    return Lesion(
        disorder=disorder, kind=kind,
        extent_mm=choose.number("extent_mm", f"phantoms.extent_{disorder}"),
        edge_mm=choose.number("edge_mm", f"phantoms.edge_{disorder}"), contrast=contrast,
        redness=choose.number("redness", "phantoms.redness") if red or choose.given("redness") else 1.0,
    )  # fmt: skip


def contrast_row(kind: Kind) -> str:
    """Row of the ledger that contrasts of a kind of lesion are drawn from."""
    return "phantoms.contrast_dark" if kind == "hyperpigmented" else "phantoms.contrast"


def _family(disorder: str) -> str:
    """Name of the disorder that says whether it is dark or light."""
    return disorder if disorder in disorders() else disorder.partition("_")[0]


def _course(choose: Chooser, lesion: Lesion) -> Course:
    patterns = PATTERNS if lesion.kind == "hypopigmented" else ("marginal", "diffuse")
    pattern = choose.checked("pattern", PATTERNS, choose.one_of("pattern", patterns))
    front = "phantoms.front_diffuse" if pattern == "diffuse" else "phantoms.front"
    return Course(
        percent=choose.number("percent", "phantoms.percent"), pattern=pattern,
        closed=choose.number("closed", "phantoms.closed"), left=choose.number("left", "phantoms.left"),
        front_mm=choose.number("front_mm", front), tan=choose.number("tan", "phantoms.tan"),
        shaved=bool(choose.one_of("shaved", {False: 0.7, True: 0.3})),
        deformation=choose.number("deformation", "phantoms.deformation"),
    )  # fmt: skip


def _checked(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    for scene in scenes:
        if scene.light not in LIGHTS:
            raise ConfigError(f"light {scene.light!r}", where="phantom", expected=", ".join(LIGHTS))
        if scene.sensor not in ("sRGB", *camera_names()):
            raise ConfigError(f"sensor {scene.sensor!r}", where="phantom", expected="sRGB or a measured camera")
    return scenes
