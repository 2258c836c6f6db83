"""Results as tables and labelled arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from skintwin.evidence import ledger
from skintwin.study.design import Design, assumed_share
from skintwin.study.endpoint_names import ENDPOINTS, EndpointInfo, main_endpoint
from skintwin.study.ensemble import Ensemble
from skintwin.study.patch import Patch

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import xarray as xr

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BAND = (0.05, 0.5, 0.95)
ROLES = ("low", "typical", "high")
"""Draws whose maps are kept for each arm: at the 10th, 50th and 90th percentile of the arm's last main endpoint."""
ROLE_QUANTILES = (0.1, 0.5, 0.9)

_UNITS = {"melanin": "um", "melanocytes": "cells/mm^2", "inflammation": "1", "msc": "cells/mm^2",
          "melanin_dermal": "um", "vessels": "1"}  # fmt: skip


def measured(ensemble: Ensemble) -> list[EndpointInfo]:
    """Endpoints that this run has: computed, and not nan in every arm (as a contrast of healthy skin is)."""
    arms = [arm.endpoints for arm in ensemble.arms.values()]
    there = [info for info in ENDPOINTS if info.name in arms[0]]
    return [info for info in there if any(np.isfinite(arm[info.name]).any() for arm in arms)]


def endpoint_table(ensemble: Ensemble) -> pd.DataFrame:
    """Long table: arm, draw (from 1), day, endpoint, value, unit."""
    import pandas as pd

    rows = []
    for arm, result in ensemble.arms.items():
        for info in measured(ensemble):
            values = result.endpoints[info.name]
            draw, time = np.indices(values.shape)
            rows.append(
                pd.DataFrame(
                    {"arm": arm, "draw": draw.ravel() + 1, "day": ensemble.days[time.ravel()], "endpoint": info.name,
                     "value": values.ravel(), "unit": info.unit}
                )
            )
    return pd.concat(rows, ignore_index=True)


def summary_table(ensemble: Ensemble, design: Design) -> pd.DataFrame:
    """Quantiles over draws for each arm, day and endpoint.

    Columns q05 to q95; ``versus_first`` q05/q50/q95 of the difference to the first arm, draw by draw (common
    random numbers); on the last day the share of the spread that involves assumed parameters, with its interval.
    """
    import pandas as pd

    first = next(iter(ensemble.arms.values()))
    rows = []
    for arm, result in ensemble.arms.items():
        for info in measured(ensemble):
            values = result.endpoints[info.name]
            change = values - first.endpoints[info.name]
            for k, day in enumerate(ensemble.days):
                last = k == len(ensemble.days) - 1
                share = assumed_share(values[:, k], design) if last else None
                row = {"arm": arm, "day": day, "endpoint": info.name, "unit": info.unit}
                row |= {f"q{100 * q:02.0f}": float(np.quantile(values[:, k], q)) for q in QUANTILES}
                row |= {f"versus_first_q{100 * q:02.0f}": float(np.quantile(change[:, k], q)) for q in BAND}
                row["assumed_share"] = share.value if share else np.nan
                row["assumed_share_low"] = share.low if share else np.nan
                row["assumed_share_high"] = share.high if share else np.nan
                rows.append(row)
    return pd.DataFrame(rows)


def draw_table(design: Design) -> pd.DataFrame:
    """Long table of the drawn numbers: draw (from 1), parameter, value, unit, kind, grade."""
    import pandas as pd

    book = ledger()
    rows = []
    for key in (*design.assumed, *design.sourced):
        entry = book.parameter(key)
        rows.append(
            pd.DataFrame(
                {"draw": np.arange(design.n) + 1, "parameter": key, "value": design.draws[key], "unit": entry.unit,
                 "kind": entry.kind, "grade": book.effective_grade(key).value}
            )
        )
    return pd.concat(rows, ignore_index=True)


def kept_draws(ensemble: Ensemble, arm: str) -> tuple[int, int, int]:
    """Draws at the percentiles ``ROLE_QUANTILES`` of the arm's main endpoint on the last day; of ``melanin`` where the
    skin has no lesion."""
    ends = ensemble.arms[arm].endpoints
    name = main_endpoint("hyperpigmented" if "lightening" in ends else "")
    name = name if np.isfinite(ends[name]).all() else main_endpoint("none")
    last = ends[name][:, -1]
    order = np.argsort(last, kind="stable")
    low, middle, high = (int(order[round(q * (len(order) - 1))]) for q in ROLE_QUANTILES)
    return low, middle, high


def write_fields(ensemble: Ensemble, patch: Patch, store: Path) -> None:
    """Labelled maps as zarr: the patch of day 0, three draws of each arm and medians over draws, visit by visit."""
    still = _still_dataset(ensemble, patch)
    for visit in range(len(ensemble.visit_days)):
        now = _visit_dataset(ensemble, visit)
        if visit == 0:
            first = still.merge(now).assign_attrs(still.attrs)
            first.to_zarr(store, mode="w", zarr_format=3, consolidated=False)
        else:
            now.to_zarr(store, append_dim="visit", zarr_format=3, consolidated=False)


def _still_dataset(ensemble: Ensemble, patch: Patch) -> xr.Dataset:
    """What does not change from visit to visit."""
    import xarray as xr

    arms = list(ensemble.arms)
    yx, rgb = ("y", "x"), ("y", "x", "channel")
    day0 = {
        "photograph": (rgb, patch.linear, "1", "linear sRGB as measured"),
        "display": (("row", "column", "channel"), patch.display, "1", "linear sRGB for pictures, finer"),
        "melanin_day0": (yx, patch.melanin, "um", "melanin column, photograph"),
        "melanin_sd": (yx, patch.melanin_sd, "um", "its sd within the picture"),
        "blood_day0": (yx, patch.blood, "1", "papillary blood fraction, photograph"),
        "blood_sd": (yx, patch.blood_sd, "1", "its sd within the picture"),
        "lesion": (yx, patch.lesion, "1", "share of the pixel inside the lesion"),
        "core": (yx, patch.core, "1", "share of the pixel inside a pigmented centre"),
        "skin": (yx, patch.skin.astype(np.int8), "1", "surrounding reference skin"),
    }
    data = {
        name: (dims, np.asarray(values, np.float32), {"unit": unit, "long_name": label})
        for name, (dims, values, unit, label) in day0.items()
    }
    chosen = np.array([kept_draws(ensemble, arm) for arm in arms])
    data["kept_draw"] = (("arm", "role"), chosen + 1, {"long_name": "draw shown"})
    y, x = ((np.arange(n) + 0.5) * patch.grid.pixel for n in patch.grid.shape)
    coords = {
        "arm": ("arm", np.arange(len(arms)), {"names": arms}),
        "role": ("role", np.array(ROLE_QUANTILES), {"names": list(ROLES)}),
        "y": ("y", y, {"unit": "mm"}), "x": ("x", x, {"unit": "mm"}),
    }  # fmt: skip
    return xr.Dataset(data, coords, {"pixel_mm": patch.grid.pixel})


def _visit_dataset(ensemble: Ensemble, visit: int) -> xr.Dataset:
    """Maps of one visit: three draws of each arm, and medians over draws."""
    import xarray as xr

    kept: dict[str, list[np.ndarray]] = {name: [] for name in _UNITS}
    middle: dict[str, list[np.ndarray]] = {name: [] for name in _UNITS}
    for arm, result in ensemble.arms.items():
        maps = result.maps.at(visit)
        for name in _UNITS:
            kept[name].append(maps[name][list(kept_draws(ensemble, arm))])
            middle[name].append(np.median(maps[name], axis=0))
    data: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]] = {}
    for name, unit in _UNITS.items():
        data[name] = (("arm", "role", "visit", "y", "x"), np.stack(kept[name])[:, :, None], {"unit": unit})
        data[f"{name}_median"] = (("arm", "visit", "y", "x"), np.stack(middle[name])[:, None], {"unit": unit})
    days = ensemble.visit_days[visit : visit + 1]
    return xr.Dataset(data, {"visit": ("visit", days, {"unit": "day"})})
