"""A small run folder made by hand: no simulation, numbers that can be checked by eye."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from PIL import Image

DAYS, DRAWS, VISITS = (0.0, 7.0, 14.0), 16, (0.0, 14.0)
UNITS = {
    "repigmentation": "percent", "lesion_area": "percent", "melanocytes": "percent", "melanin": "percent",
    "inflammation": "1", "cells": "cells/mm^2", "ita": "degree", "delta_e": "1",
}  # fmt: skip
KEYS = {"cells.half_life": "assumed", "delivery.retention": "assumed", "melanocytes.growth_rate": "in vitro"}


def make_run(
    folder: Path, arms: tuple[str, ...] = ("none", "cells"), kind: str = "hypopigmented", share: float = 0.7,
    lesion_mm2: float | None = None,
) -> Path:  # fmt: skip
    """Write a run folder; the main endpoint rises with cells.half_life in every arm but the first."""
    (folder / "pictures").mkdir(parents=True)
    rng = np.random.default_rng(3)
    half = DRAWS // 2
    draws = {key: np.tile(rng.uniform(1, 2, half), 2) for key in KEYS}
    name = "closeness" if kind == "hyperpigmented" else "repigmentation"
    main = {arm: 4.0 * a * draws["cells.half_life"] + 3.0 for a, arm in enumerate(arms)}
    _tables(folder, arms, main, share, name)
    rows = [
        pd.DataFrame({"draw": np.arange(DRAWS) + 1, "parameter": key, "value": value, "unit": "day",
                      "kind": "uncertainty", "grade": KEYS[key]})
        for key, value in draws.items()
    ]  # fmt: skip
    pd.concat(rows).to_parquet(folder / "draws.parquet", index=False)
    measure = pd.DataFrame({"arm": arms[-1], "draw": np.arange(DRAWS) + 1, "measure": "red_days", "unit": "day",
                            "value": np.arange(DRAWS, dtype=float), "assumed_share": 0.4})  # fmt: skip
    measure.to_parquet(folder / "burden.parquet", index=False)
    measure.assign(measure="time_to_relapse", value=np.where(measure["draw"] <= 4, 30.0, np.nan)).to_parquet(
        folder / "durability.parquet", index=False
    )
    _harms(folder, arms[-1])
    (folder / "run.json").write_text(json.dumps(_description(arms, kind, lesion_mm2)))
    source = {"key": "hand2001", "authors": "Hand A", "year": "2001", "title": "On <hands>", "journal": "J",
              "doi": "10.1/x", "url": "", "checked": "no", "note": ""}  # fmt: skip
    (folder / "citations.json").write_text(json.dumps([source]))
    _pictures(folder, arms)
    y, x = np.mgrid[0:12, 0:10]
    lesion = ((y - 6) ** 2 + (x - 5) ** 2 < 9).astype(np.float32)
    xr.Dataset({
        "melanin_day0": (("y", "x"), 3.0 - 2.5 * lesion), "lesion": (("y", "x"), lesion),
    }).to_zarr(folder / "fields.zarr", zarr_format=3, consolidated=False)  # fmt: skip
    return folder


def _tables(folder: Path, arms: tuple[str, ...], main: dict[str, np.ndarray], share: float, main_name: str) -> None:
    long, short = [], []
    for arm in arms:
        for name, unit in ({main_name: "percent"} | UNITS).items():
            for day in DAYS:
                value, first = (
                    main[a] * day / DAYS[-1] if name == main_name else 10.0 + main[a] * 0.1
                    for a in (arm, arms[0])
                )
                change = value - first
                long.append(pd.DataFrame({"arm": arm, "draw": np.arange(DRAWS) + 1, "day": day, "endpoint": name,
                                          "value": value, "unit": unit}))  # fmt: skip
                row: dict[str, object] = {"arm": arm, "day": day, "endpoint": name, "unit": unit}
                row |= {f"q{round(100 * q):02d}": np.quantile(value, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
                row |= {f"versus_first_q{round(100 * q):02d}": np.quantile(change, q) for q in (0.05, 0.5, 0.95)}
                known = day == DAYS[-1] and np.ptp(value) > 0
                ends = {"": 0.0, "_low": -0.1, "_high": 0.1}
                row |= {f"assumed_share{end}": share + d if known else np.nan for end, d in ends.items()}
                short.append(row)
    pd.concat(long).to_parquet(folder / "endpoints.parquet", index=False)
    pd.DataFrame(short).to_parquet(folder / "summary.parquet", index=False)


def _harms(folder: Path, arm: str) -> None:
    """A rate, a harm without one, and the three rows of the model's own."""
    base = {
        "arm": arm, "treatments": "Saline injection; UC-MSC injection", "sessions": 3.0, "unit": "1", "grade": "",
        "sources": "", "parameters": "", "assumed_share": np.nan, "q05": np.nan, "q50": np.nan, "q95": np.nan,
    }  # fmt: skip
    pigment = {**base, "harm": "post_inflammatory_pigment", "basis": "model", "grade": "assumed", "sources": "hand2001"}
    pd.DataFrame([
        {**base, "harm": "fever", "basis": "rate", "q05": 0.01, "q50": 0.0244, "q95": 0.125, "grade": "assumed",
         "sources": "hand2001"},
        {**base, "harm": "infection", "basis": "rate", "q05": 1e-6, "q50": 0.00025, "q95": 0.002,
         "grade": "human uncontrolled", "sources": "hand2001"},
        {**base, "harm": "granuloma", "basis": "unknown"}, {**pigment, "q50": 0.125},
        {**pigment, "harm": "post_inflammatory_pigment_end", "q50": 0.0},
        {**pigment, "harm": "post_inflammatory_pigment_area", "unit": "mm^2", "q05": 0.0, "q50": 1.5, "q95": 8.0},
    ]).to_parquet(folder / "harms.parquet", index=False)  # fmt: skip


def _pictures(folder: Path, arms: tuple[str, ...]) -> None:
    names = ["baseline.jpg"] + [
        f"arm{a:02d}-{role}-day{round(day):04d}.jpg"
        for a in range(len(arms)) for role in ("low", "typical", "high") for day in VISITS
    ]  # fmt: skip
    for shade, name in enumerate(names):
        Image.new("RGB", (8, 8), (200, 10 * shade % 256, 5 * shade % 256)).save(folder / "pictures" / name, quality=95)


def _description(arms: tuple[str, ...], kind: str, lesion_mm2: float | None) -> dict[str, object]:
    cells = {"title": "UC-MSC injection", "text": "3 session(s) every 28 days from day 0, 0.1 mL a point, points "
             "5 mm apart, 2e+05 cells a point (2e+06 cells/mL), 1 h since thaw"}  # fmt: skip
    rules = [{"when": "stop", "rule": "repigmentation >= 90.0 %"}]
    return {
        "skintwin": "0.1.0", "python": "3.11", "libraries": {"numpy": "2"}, "seed": 7,
        "study": {
            "title": "A & B", "start": "2026-01-01", "duration": 14.0, "step": 0.5, "mechanisms": {"turnover": "off"},
            "patient": {"age": 40.5, "phototype": "IV", "site": "neck", "sex": "female", "latitude": 13.75,
                        "sun": "avoid"},
            "lesion": {"disorder": "vitiligo", "activity": "stable", "white_hair": False,
                       "photograph": "lesion.png"},
        },
        "patch": {
            "pixel_mm": 0.5, "ny": 12, "nx": 10, "kind": kind, "scale": "given" if lesion_mm2 else "assumed",
            "area_known": lesion_mm2 is not None, "lesion_mm2": lesion_mm2, "reference_melanin_um": 3.0,
            "reference_blood": 0.02, "residual_de00": 0.31, "out_of_gamut": 0.0,
            "notes": ["no colour profile: sRGB is assumed", "Something new <b>was</b> seen."],
        },
        "arms": [{"name": arm, "plan": [cells | {"where": "patch", "rules": rules}] if a else []}
                 for a, arm in enumerate(arms)],
        "endpoints": [{"name": name, "unit": unit, "meaning": ""}
                      for name, unit in ({"closeness": "percent", "lightening": "percent"} | UNITS).items()],
        "main_endpoint": "closeness" if kind == "hyperpigmented" else "repigmentation",
        "visit_days": list(VISITS),
        "draws": {"n": DRAWS, "pairs": DRAWS // 2, "assumed": ["cells.half_life", "delivery.retention"],
                  "sourced": ["melanocytes.growth_rate"]},
    }  # fmt: skip
