"""What a dermatologist would see at the visits: views of the day before and of each arm's typical draw at the end.

Written only if a study asks for them (``views: true``). Unlike the predictions in ``pictures/``, which keep the
photograph and change its colours, these are rendered from the maps alone, with texture that nobody measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import RunError
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.texture.keys import Key
from skintwin.study.config import Study
from skintwin.study.design import Design
from skintwin.study.ensemble import Ensemble
from skintwin.study.patch import DISPLAY, Patch
from skintwin.study.tables import ROLES, kept_draws

Array = NDArray[np.float64]
Pixels = NDArray[np.uint8]

NAMES = ("clinical", "cross-polarised", "woods-lamp", "melanin", "haemoglobin", "dermoscopy")


def patch_maps(patch: Patch, maps: Mapping[str, Array] | None = None, erythema_gain: float = 0.0) -> SkinMaps:
    """Maps of a patch on its grid: as measured, or with the maps (ny, nx) of a draw; arguments as in ``render``."""
    if maps is None:
        return SkinMaps(patch.melanin, patch.blood, patch.grid.pixel, patch.dermal)
    blood = patch.blood * maps["vessels"] * (1.0 + erythema_gain * maps["inflammation"])
    melanin = np.asarray(maps["melanin"], np.float64)
    return SkinMaps(melanin, np.asarray(blood, np.float64), patch.grid.pixel, maps.get("melanin_dermal"))


def views_of(maps: SkinMaps, patch: Patch, key: Key) -> dict[str, Pixels]:
    """Name → picture, at the size of a display."""
    from skintwin.optics.render.skin_spectra import SkinSpectra
    from skintwin.optics.views import dermoscopy, photographs, pigment_maps, wood_table, woods_lamp

    skin, fine = SkinSpectra.build(patch.table.template), maps.resampled(DISPLAY)
    shown = [
        photographs.clinical(fine, skin, key=key), photographs.cross_polarised(fine, skin, key=key),
        woods_lamp.woods_lamp(fine, wood_table.WoodTable.build(patch.table.template), key=key),
        pigment_maps.melanin_map(fine), pigment_maps.haemoglobin_map(fine),
        dermoscopy.dermoscopy(fine, skin, field_mm=min(10.0, min(maps.size_mm)), key=key),
    ]  # fmt: skip
    return dict(zip(NAMES, shown, strict=True))


def write_views(partial: Path, study: Study, patch: Patch, design: Design, ensemble: Ensemble) -> None:
    """``views/baseline-<view>.jpg`` and ``views/armNN-<view>.jpg`` for the typical draw at the last visit."""
    key = Key(study.seed)
    wanted = {"baseline": patch_maps(patch)}
    for a, (arm, result) in enumerate(ensemble.arms.items()):
        draw = kept_draws(ensemble, arm)[ROLES.index("typical")]
        gain = float(design.draws["inflammation.erythema_gain"][draw])
        wanted[f"arm{a:02d}"] = patch_maps(patch, result.maps.of(draw, len(ensemble.visit_days) - 1), gain)
    folder = partial / "views"
    try:
        folder.mkdir(exist_ok=True)
        for name, maps in wanted.items():
            for view, picture in views_of(maps, patch, key).items():
                _save(folder / f"{name}-{view}.jpg", picture)
    except OSError as error:
        raise RunError(f"views cannot be written ({error.strerror})", where=partial.name, do="free space") from None


def _save(path: Path, picture: Pixels) -> None:
    from PIL import Image

    Image.fromarray(picture).save(path, quality=92, subsampling=0)
