"""What is kept of a moment, and the endpoints computed from it by the same code that measures photographs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.engine.flows import Array as JaxArray
from skintwin.engine.process import View
from skintwin.measure.repigmentation import repigmented
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
    EndpointInfo("lesion_area", "percent", "area of the lesion that is left, relative to day 0"),
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
    target, skin = patch.target, patch.skin
    melanin = np.asarray(maps["melanin"], np.float64)
    lesion = np.median(melanin[:, target], axis=1)
    around = np.median(melanin[:, skin], axis=1)
    signal = np.asarray(maps["inflammation"], np.float64)
    capacity = np.asarray(maps["capacity"], np.float64).reshape(len(lesion), -1).mean(axis=1)
    closed = np.array([_closed(patch, now) for now in melanin])
    colours = _colours(patch, lesion, around, signal, erythema_gain)
    return {
        "repigmentation": closed,
        "lesion_area": 100.0 - closed,
        "melanocytes": 100.0 * np.asarray(maps["melanocytes"])[:, target].mean(axis=1) / capacity,
        "melanin": 100.0 * melanin[:, target].mean(axis=1) / around,
        "inflammation": signal[:, target].mean(axis=1),
        "cells": np.asarray(maps["msc"])[:, target].mean(axis=1),
        **colours,
    }


def _closed(patch: Patch, now: Array) -> float:
    """Repigmentation (or clearance), percent, with the definition of ``measure.repigmentation``."""
    new, eligible = repigmented(patch.melanin, now, patch.target, patch.skin)
    return 100.0 * float(new.sum()) / max(int(eligible.sum()), 1)


def _colours(patch: Patch, lesion: Array, around: Array, signal: Array, gain: Array) -> dict[str, Array]:
    from skintwin.optics.colour import delta_e_2000, ita_degrees, linear_srgb_to_lab

    def lab(melanin: Array, where: NDArray[np.bool_], blood: float) -> Array:
        redness = 1.0 + gain * np.median(signal[:, where], axis=1)
        return np.asarray(linear_srgb_to_lab(patch.table.linear_srgb(melanin, blood * redness)))

    spot = lab(lesion, patch.target, float(np.median(patch.blood[patch.target])))
    skin = lab(around, patch.skin, patch.reference_blood)
    return {"ita": np.asarray(ita_degrees(spot)), "delta_e": np.asarray(delta_e_2000(spot, skin))}

