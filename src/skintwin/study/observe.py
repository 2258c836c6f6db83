"""What is kept of a moment, and the endpoints computed from it by the same code that measures photographs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.engine.flows import Array as JaxArray
from skintwin.engine.process import View
from skintwin.measure.repigmentation import lesion_area_percent, repigmented, unaffected
from skintwin.mechanisms.sunlight import melanin_column
from skintwin.study.patch import Patch

Array = NDArray[np.float64]

MAPS: tuple[str, ...] = ("melanin", "melanocytes", "inflammation", "msc")
"""Maps kept at a moment: melanin column as the camera sees it (µm), cells/mm², signal, cells/mm²."""


def observe(view: View) -> dict[str, JaxArray]:
    """The maps of one moment, name → (batch, ny, nx), and what the site held on day 0."""
    return {
        "melanin": melanin_column(view) + view.melanin_offset,
        "melanocytes": view.melanocytes,
        "inflammation": view.inflammation,
        "msc": view.msc,
        "capacity": view.melanocyte_capacity,
    }


@dataclass(frozen=True)
class EndpointInfo:
    """Name, unit and meaning of an endpoint."""

    name: str
    unit: str
    meaning: str


ENDPOINTS: tuple[EndpointInfo, ...] = (
    EndpointInfo("repigmentation", "percent", "share of the lesion whose melanin contrast has closed by half or more"),
    EndpointInfo("lesion_area", "percent", "area of the lesion relative to day 0, with what it has gained"),
    EndpointInfo("melanocytes", "percent", "melanocytes of the lesion relative to what the site held on day 0"),
    EndpointInfo("melanin", "percent", "melanin of the lesion relative to the surrounding skin"),
    EndpointInfo("inflammation", "1", "inflammatory signal in the lesion, 1 = half-maximal effect"),
    EndpointInfo("cells", "cells/mm^2", "viable injected cells in the lesion"),
    EndpointInfo("ita", "degree", "individual typology angle of the lesion, specular component excluded"),
    EndpointInfo("delta_e", "1", "CIEDE2000 of the lesion to the surrounding skin"),
)


def endpoints(maps: Mapping[str, Array], patch: Patch, erythema_gain: Array) -> dict[str, Array]:
    """Endpoints of each draw, name → (n,).

    maps: as :func:`observe`, (n, ny, nx). erythema_gain: (n,) relative rise of blood at half-maximal inflammation.
    """
    target = patch.target
    melanin = np.asarray(maps["melanin"], np.float64)
    lesion = np.median(melanin[:, target], axis=1)
    scores = np.array([_score(patch, now) for now in melanin])
    around = scores[:, 2]
    signal = np.asarray(maps["inflammation"], np.float64)
    capacity = np.asarray(maps["capacity"], np.float64).reshape(len(lesion), -1).mean(axis=1)
    colours = _colours(patch, lesion, around, signal, erythema_gain)
    return {
        "repigmentation": scores[:, 0],
        "lesion_area": scores[:, 1],
        "melanocytes": 100.0 * np.asarray(maps["melanocytes"])[:, target].mean(axis=1) / capacity,
        "melanin": 100.0 * melanin[:, target].mean(axis=1) / around,
        "inflammation": signal[:, target].mean(axis=1),
        "cells": np.asarray(maps["msc"])[:, target].mean(axis=1),
        **colours,
    }


def _score(patch: Patch, now: Array) -> tuple[float, float, float]:
    """Repigmentation (percent), lesion area (percent) and reference melanin (µm) of one map.

    The reference is the surrounding skin that has not fallen ill itself; when none of it is left, its pigment of
    day 0 stands in.
    """
    skin = unaffected(patch.melanin, now, patch.skin)
    seen = now if skin.any() else np.where(patch.skin, patch.melanin, now)
    skin = skin if skin.any() else patch.skin
    new, eligible = repigmented(patch.melanin, seen, patch.target, patch.skin, skin)
    elsewhere = (patch.lesion < 0.5) & (patch.core < 0.5)
    area = lesion_area_percent(patch.melanin, seen, patch.target, patch.skin, elsewhere, skin)
    return 100.0 * float(new.sum()) / max(int(eligible.sum()), 1), area, float(np.median(seen[skin]))


def _colours(patch: Patch, lesion: Array, around: Array, signal: Array, gain: Array) -> dict[str, Array]:
    from skintwin.optics.colour import delta_e_2000, ita_degrees, linear_srgb_to_lab

    def lab(melanin: Array, where: NDArray[np.bool_], blood: float) -> Array:
        redness = 1.0 + gain * np.median(signal[:, where], axis=1)
        return np.asarray(linear_srgb_to_lab(patch.table.linear_srgb(melanin, blood * redness)))

    spot = lab(lesion, patch.target, float(np.median(patch.blood[patch.target])))
    skin = lab(around, patch.skin, patch.reference_blood)
    return {"ita": np.asarray(ita_degrees(spot)), "delta_e": np.asarray(delta_e_2000(spot, skin))}

