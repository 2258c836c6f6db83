"""What is kept of a moment, and the endpoints computed from it by the same code that measures photographs.

Endpoints of contrast, area, evenness and colour are of what a camera sees: dermal melanin counts by the epidermal
column that is as dark (``seen_melanin``), and tints the colour as it does in pictures. ``melanin`` is of the epidermis
alone, ``dermal_melanin`` of the dermis alone. Without dermal melanin the epidermal maps are used as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from skintwin.engine.flows import Array as JaxArray
from skintwin.engine.process import View
from skintwin.evidence import ledger
from skintwin.measure.repigmentation import has_contrast, lesion_area_percent, repigmented, unaffected
from skintwin.mechanisms.sunlight import melanin_column
from skintwin.study.endpoint_names import ENDPOINTS
from skintwin.study.patch import Patch
from skintwin.study.seen_melanin import SeenMelanin

Array = NDArray[np.float64]

MAPS: tuple[str, ...] = ("melanin", "melanocytes", "inflammation", "msc", "melanin_dermal", "vessels", "aftermath")
"""Maps kept at a visit: melanin column as the camera sees it (µm), cells/mm², signal, cells/mm², dermal melanin without
what the photograph of day 0 shows as epidermal (µm), vessels relative to the blood of day 0, drive of melanin
production relative to the same skin without aftermath of an inflammation."""
MEANS = {"collagen": 100.0, "elasticity": 1.0, "hydration": 100.0, "barrier": 100.0}
"""Quantities of the skin whose mean over the lesion is an endpoint, where a mechanism owns them; with their factor."""
SINCE_DAY_0 = ("collagen", "hydration")
"""Those of them that are told relative to day 0, by the map ``<name>_start``."""


def observe(view: View) -> dict[str, JaxArray]:
    """The maps of one moment, name → (batch, ny, nx), and what the site held on day 0."""
    return {
        "melanin": melanin_column(view) + view.melanin_offset,
        "melanocytes": view.melanocytes,
        "inflammation": view.inflammation,
        "msc": view.msc,
        "melanin_dermal": jnp.maximum(view.melanin_dermal - view.dermal_unseen, 0.0),
        "vessels": view.vessels / view.vessels_start,
        "aftermath": view.aftermath_drive,
        "t_cells": view.cd8 + view.cd8_resident,
        "capacity": view.melanocyte_capacity,
        **{name: _told(view, name) for name in MEANS if name in view},
    }


def _told(view: View, name: str) -> JaxArray:
    """A quantity of the skin, relative to that of day 0 where it is told so."""
    value = getattr(view, name)
    return value / getattr(view, f"{name}_start") if name in SINCE_DAY_0 else value


def endpoints(maps: Mapping[str, Array], patch: Patch, erythema_gain: Array) -> dict[str, Array]:
    """Endpoints of a moment of each draw, name → (n,); those of a contrast are nan where day 0 had none (healthy skin).

    maps: as :func:`observe`, (n, ny, nx). erythema_gain: (n,) relative rise of blood at half-maximal inflammation.
    """
    target = patch.target
    melanin = np.asarray(maps["melanin"], np.float64)
    dermal = np.asarray(maps["melanin_dermal"], np.float64)
    lesion = np.median(melanin[:, target], axis=1)
    seen_now, before = _seen(patch, melanin, dermal), _seen(patch, patch.melanin, patch.dermal)
    skin = [unaffected(before, now, patch.skin) for now in seen_now]
    lesion_to_lose = patch.kind != "none" and has_contrast(before, patch.target, patch.skin)
    scores = np.array([
        _score(patch, before, now, where, lesion_to_lose) for now, where in zip(seen_now, skin, strict=True)
    ])  # fmt: skip
    level = np.array([_around(patch, row, where) for row, where in zip(melanin, skin, strict=True)])
    signal = np.asarray(maps["inflammation"], np.float64)
    capacity = np.asarray(maps["capacity"], np.float64).reshape(len(lesion), -1).mean(axis=1)
    blood = np.asarray(maps["vessels"], np.float64) * (1.0 + erythema_gain[:, None, None] * signal)
    seen = {
        "repigmentation": scores[:, 0],
        "lesion_area": scores[:, 1],
        **_contrast(patch, before, seen_now, scores[:, 2], lesion_to_lose),
        "melanocytes": 100.0 * _mean(maps["melanocytes"], target) / capacity,
        "melanin": 100.0 * melanin[:, target].mean(axis=1) / level,
        "dermal_melanin": _mean(maps["melanin_dermal"], target),
        "redness": 100.0 * (_mean(blood, target) - 1.0),
        "inflammation": _mean(signal, target),
        "t_cells": _mean(maps["t_cells"], target),
        "cells": _mean(maps["msc"], target),
        **{name: factor * _mean(maps[name], target) for name, factor in MEANS.items() if name in maps},
        **_colours(patch, lesion, level, dermal, blood),
    }
    return {info.name: seen[info.name] for info in ENDPOINTS if info.name in seen and info.kind in ("", patch.kind)}


def running_totals(view: View) -> dict[str, JaxArray]:
    """What is added up step by step, in days: time with visible redness of the lesion, and its inflammatory signal.

    The redness of the lesion is visible when its mean exceeds ``study.visible_redness``. Means are by the map
    ``target_share``, so that a march does not depend on the lesion.
    """
    signal = view.inflammation + jnp.zeros_like(view.vessels)
    blood = view.vessels / view.vessels_start * (1.0 + view.erythema_gain * signal)
    visible = ledger().value("study.visible_redness", "1")
    red = jnp.sum(blood * view.target_share, axis=(-2, -1)) > 1.0 + visible
    days = jnp.sum(signal * view.target_share, axis=(-2, -1))
    return {"red_days": jnp.where(red, 1.0, 0.0), "inflammation_days": days}


def _mean(values: Array, where: NDArray[np.bool_]) -> Array:
    return np.asarray(np.asarray(values, np.float64)[:, where].mean(axis=1))


def _seen(patch: Patch, melanin: Array, dermal: Array | None) -> Array:
    """Melanin (µm, any shape) as a camera sees it."""
    if dermal is None or not np.any(dermal):
        return melanin
    return SeenMelanin.build(patch.table, patch.reference_blood)(melanin, dermal)


def _contrast(patch: Patch, before: Array, melanin: Array, around: Array, contrasted: bool) -> dict[str, Array]:
    """Contrast c = m/M − 1 of the lesion's mean melanin to its surroundings, against that of day 0, and the evenness.

        lightening = 100 (1 − c/c₀)      closeness = 100 (1 − |c|/|c₀|)

    before (ny, nx) of day 0, melanin (n, ny, nx): as seen, µm; around (n,): M. The first two are nan unless
    ``contrasted``: without a contrast on day 0 none can close.
    """
    target, field = patch.target, patch.target | patch.skin
    usual = patch.reference_melanin if before is patch.melanin else float(np.median(before[patch.skin]))
    c0 = before[target].mean() / usual - 1.0
    c = melanin[:, target].mean(axis=1) / around - 1.0
    share = c / c0 if contrasted else np.full_like(c, np.nan)
    level = melanin[:, field]
    return {
        "lightening": 100.0 * (1.0 - share),
        "closeness": 100.0 * (1.0 - np.abs(share)),
        "unevenness": 100.0 * level.std(axis=1) / level.mean(axis=1),
    }


def _around(patch: Patch, now: Array, skin: NDArray[np.bool_]) -> float:
    """Epidermal melanin (µm) of the reference; when none is left, that of day 0 stands in."""
    return float(np.median(now[skin] if skin.any() else patch.melanin[patch.skin]))


def _score(
    patch: Patch, before: Array, now: Array, skin: NDArray[np.bool_], contrasted: bool
) -> tuple[float, float, float]:
    """Repigmentation (percent), lesion area (percent) and reference melanin (µm) of one map, all as seen.

    When nothing of the reference ``skin`` is left, its pigment of day 0 stands in. The first two are nan unless
    ``contrasted``.
    """
    seen = now if skin.any() else np.where(patch.skin, before, now)
    skin = skin if skin.any() else patch.skin
    if not contrasted:
        return np.nan, np.nan, float(np.median(seen[skin]))
    new, eligible = repigmented(before, seen, patch.target, patch.skin, skin)
    elsewhere = (patch.lesion < 0.5) & (patch.core < 0.5)
    area = lesion_area_percent(before, seen, patch.target, patch.skin, elsewhere, skin)
    return 100.0 * float(new.sum()) / max(int(eligible.sum()), 1), area, float(np.median(seen[skin]))


def _colours(patch: Patch, lesion: Array, around: Array, dermal: Array, blood: Array) -> dict[str, Array]:
    """Colours of lesion and surroundings, from medians (n,) of epidermal melanin and of the maps (n, ny, nx)."""
    from skintwin.optics.colour import delta_e_2000, ita_degrees, linear_srgb_to_lab
    from skintwin.optics.dermal_tint import DermalTint

    def lab(melanin: Array, where: NDArray[np.bool_], reference: float) -> Array:
        # As in pictures: vessels go back to those of the skin around, not below.
        least = min(reference, patch.reference_blood)
        share = np.maximum(reference * np.median(blood[:, where], axis=1), least)
        colour, deep = patch.table.linear_srgb(melanin, share), np.median(dermal[:, where], axis=1)
        if deep.any():
            colour = colour * DermalTint.build(patch.table.template).factor(melanin, deep)
        return np.asarray(linear_srgb_to_lab(colour))

    spot = lab(lesion, patch.target, float(np.median(patch.blood[patch.target])))
    skin = lab(around, patch.skin, patch.reference_blood)
    return {"ita": np.asarray(ita_degrees(spot)), "delta_e": np.asarray(delta_e_2000(spot, skin))}
