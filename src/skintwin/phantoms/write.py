"""A phantom as files: photographs as a camera would leave them, masks, and truth.json. No file holds metadata."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skintwin.phantoms.description import Phantom
from skintwin.phantoms.photograph import shot
from skintwin.photo.save import png_content, write_safely


def write_phantom(phantom: Phantom, folder: str | os.PathLike[str], *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write ``visit0.jpg`` (or .png without compression), ``visit0_mask.png``, the same of a second visit, and
    ``truth.json``; returns the photographs. PhotographError where files exist or cannot be written."""
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    written, visits = [], []
    for visit in range(len(phantom.scenes)):
        pixels, packed, truth = shot(phantom, visit)
        path = into / f"visit{visit}.{'png' if packed is None else 'jpg'}"
        write_safely(path, png_content(pixels) if packed is None else packed, overwrite=overwrite)
        write_safely(into / f"visit{visit}_mask.png", _mask(truth.mask), overwrite=overwrite)
        if visit:
            write_safely(into / f"visit{visit}_left.png", _mask(truth.left), overwrite=overwrite)
        written.append(path)
        visits.append({"file": path.name, **truth.numbers()})
    described: dict[str, Any] = {
        "seed": phantom.seed, "number": phantom.number, "person": asdict(phantom.person),
        "lesion": asdict(phantom.lesion), "course": None if phantom.course is None else asdict(phantom.course),
        "visits": visits,
    }  # fmt: skip
    text = json.dumps(_finite(described), indent=1, allow_nan=False)
    write_safely(into / "truth.json", text.encode(), overwrite=overwrite)
    return tuple(written)


def _mask(mask: NDArray[np.bool_]) -> bytes:
    return png_content(np.repeat((mask * 255).astype(np.uint8)[..., None], 3, axis=-1))


def _finite(value: Any) -> Any:
    """The same with None for infinity (no noise), which JSON does not know."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
