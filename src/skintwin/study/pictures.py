"""Pictures of a run: the baseline, and what each arm predicts at each visit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import RunError
from skintwin.optics.colour import srgb_encode
from skintwin.study.design import Design
from skintwin.study.ensemble import Ensemble
from skintwin.study.patch import Patch
from skintwin.study.render import predicted_picture
from skintwin.study.tables import ROLES, kept_draws

QUALITY = 92


def picture_name(arm: int, role: str, day: float) -> str:
    """File name of a prediction: arm number in the study's order, role of the draw, day."""
    return f"arm{arm:02d}-{role}-day{round(day):04d}.jpg"


def write_pictures(partial: Path, patch: Patch, design: Design, ensemble: Ensemble) -> None:
    """``pictures/baseline.jpg`` and one picture per arm, role and visit; no metadata in any of them."""
    folder = partial / "pictures"
    gain = design.draws["inflammation.erythema_gain"]
    try:
        folder.mkdir(exist_ok=True)
        _save(folder / "baseline.jpg", patch.display)
        for a, (arm, result) in enumerate(ensemble.arms.items()):
            for role, draw in zip(ROLES, kept_draws(ensemble, arm), strict=True):
                for v, day in enumerate(ensemble.visit_days):
                    picture = predicted_picture(patch, result.maps.of(draw, v), float(gain[draw]))
                    _save(folder / picture_name(a, role, day), picture)
    except OSError as error:
        raise RunError(f"pictures cannot be written ({error.strerror})", where=partial.name, do="free space") from None


def _save(path: Path, linear: NDArray[np.float64]) -> None:
    from PIL import Image

    pixels = np.round(255 * srgb_encode(np.clip(linear, 0, 1))).astype(np.uint8)
    Image.fromarray(pixels).save(path, quality=QUALITY, subsampling=0)
