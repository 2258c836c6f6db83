"""A drawn lesion lived through: means over the lesion and over the skin around it, day by day."""

from __future__ import annotations

import datetime
import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np

from skintwin.engine.march import Batch, marching
from skintwin.engine.process import View
from skintwin.engine.system import System
from skintwin.mechanisms import quantities
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.study.arms import arm_inputs
from skintwin.study.baseline import Baseline, make_baseline
from skintwin.study.config import Study, study_from
from skintwin.study.design import Design, make_design
from skintwin.study.keys import study_keys
from skintwin.study.patch import Patch, make_patch
from skintwin.study.system import make_system


@dataclass(frozen=True)
class Course:
    """``days`` (times,); ``lesion`` and ``skin``: quantity → (draws, times), means; ``melanin`` includes the offset."""

    days: np.ndarray
    lesion: dict[str, np.ndarray]
    skin: dict[str, np.ndarray]

    @property
    def excess(self) -> np.ndarray:
        """Melanin of the lesion over that of the skin around it, minus 1; (draws, times)."""
        return self.lesion["melanin"] / self.skin["melanin"] - 1.0

    def at(self, series: np.ndarray, day: float) -> np.ndarray:
        """Values (draws,) at the moment nearest to ``day``."""
        return series[:, int(np.argmin(np.abs(self.days - day)))]

    def left(self, day: float) -> np.ndarray:
        """Share of the excess (or of the lack) of day 0 that is left, (draws,)."""
        return self.at(self.excess, day) / self.excess[:, 0]


def live(
    disorder: str, plan: list[dict[str, Any]] | None = None, *, days: float = 365, melanin: float = 2.0, draws: int = 1,
    phototype: str = "III", site: str = "cheek", sun: str = "ordinary", start: str = "2026-01-01", pixels: int = 16,
    activity: str = "stable", latitude: str = "40 degrees", every: float = 7.0, changed: dict[str, Any] | None = None,
    diameter: float = 5.0, patch: float = 8.0, age: float = 35.0, **lesion: Any,
) -> Course:  # fmt: skip
    """Live ``days`` with a drawn lesion of ``melanin`` times its surroundings, at prior medians unless ``draws``;
    ``changed``: ledger key → value or (draws,) values that replace the draws."""
    skin = (
        {
            "title": "behaviour", "duration": f"{days} days", "draws": draws, "pixels": pixels, "seed": 7,
            "start": datetime.date.fromisoformat(start),
            "patient": {"age": f"{age} years", "phototype": phototype, "site": site, "sun": sun, "latitude": latitude},
            "lesion": {
                "disorder": disorder, "activity": activity,
                "synthetic": {"diameter": f"{diameter} mm", "patch": f"{patch} mm", "melanin": melanin}, **lesion,
            },
        }
    )  # fmt: skip
    study = _study(skin, plan)
    values = {k: np.asarray(v, np.float64).tolist() for k, v in (changed or {}).items()}
    area, system, baseline = _day_0(pickle.dumps((skin, values)))
    design = _design(study, values)
    given = arm_inputs(study, study.arms[0], area, design)
    masks = {"inside": area.lesion > 0.99, "outside": area.lesion < 0.01}
    shares = {name: (mask / mask.sum()).astype(np.float32)[None] for name, mask in masks.items()}
    interval = max(1, round(every / study.step))
    march = marching(system, _means, interval)
    patients = design.patients.astype(np.int32)
    maps = {**baseline.maps, **given.maps, **shares}
    batch = Batch(baseline.fields, maps, baseline.params, given.inputs, patients)
    fields: Any = dict(batch.fields)
    seen, moments = [], []
    for begin in range(0, study.steps, interval):
        seen.append(march.look(batch, fields, begin))
        moments.append(begin * study.step)
        fields, _ = march.advance(batch, fields, begin)
    seen.append(march.look(batch, fields, study.steps))
    moments.append(study.steps * study.step)
    series = {name: np.stack([moment[name] for moment in seen], axis=1).astype(np.float64) for name in seen[0]}
    parts = {
        where: {k.removeprefix(f"{where}."): v for k, v in series.items() if k.startswith(f"{where}.")}
        for where in ("lesion", "skin")
    }
    return Course(np.array(moments), parts["lesion"], parts["skin"])


@lru_cache(8)
def _day_0(kept: bytes) -> tuple[Patch, System, Baseline]:
    """Day 0 of a skin, pickled with what is changed in it: all plans begin there."""
    skin, values = pickle.loads(kept)
    study = _study(skin, None)
    area = make_patch(study)
    system = make_system(study, area.grid)
    return area, system, make_baseline(study, area, _design(study, values), system)


def _study(skin: dict[str, Any], plan: list[dict[str, Any]] | None) -> Study:
    return study_from({**skin, "arms": [{"name": "arm", "plan": plan or []}]})


def _design(study: Study, values: dict[str, Any]) -> Design:
    """Draws of a study; ``values``: key → what replaces them."""
    design = make_design(study_keys(study), study.draws, study.seed)
    for key, value in values.items():
        design.draws[key] = np.broadcast_to(np.asarray(value, np.float64), design.n).copy()
    return design


def _means(view: View) -> dict[str, Any]:
    """Means over the lesion and over the skin around it of every field, signal and driver, and of the melanin."""
    shape = view.melanocytes.shape
    names = [name for name, q in quantities().items() if q.kind in ("field", "signal", "driver")]
    maps = {name: jnp.broadcast_to(getattr(view, name), shape) for name in names}
    maps["melanin"] = sum(maps[stage] for stage in MELANIN_STAGES) + view.melanin_offset
    return {
        f"{where}.{name}": jnp.sum(value * share, axis=(-2, -1))
        for where, share in (("lesion", view.inside), ("skin", view.outside))
        for name, value in maps.items()
    }
