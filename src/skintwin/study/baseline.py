"""From the measured patch to the fields of every draw: the patch as it is on day 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skintwin.disorders import disorders
from skintwin.disorders.base import Presentation
from skintwin.engine.flows import Array
from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, marching
from skintwin.engine.process import View
from skintwin.engine.system import System
from skintwin.mechanisms import neutral
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.skin.follicles import FollicleMap, rasterise, scatter
from skintwin.study.config import Study
from skintwin.study.design import Design
from skintwin.study.keys import mechanism_params, patient_maps
from skintwin.study.observe import SINCE_DAY_0
from skintwin.study.patch import Patch
from skintwin.study.spinup import DAYS, HealthySkin, spin_up
from skintwin.study.sun_course import sun_course


@dataclass(frozen=True)
class Baseline:
    """Day 0 of all draws: ``fields`` name → (n, ny, nx); ``maps`` name → (n, 1 or ny, 1 or nx); ``params``;
    ``follicles``: point process of each draw."""

    fields: dict[str, np.ndarray]
    maps: dict[str, np.ndarray]
    params: dict[str, dict[str, np.ndarray]]
    follicles: list[FollicleMap]


def make_baseline(study: Study, patch: Patch, design: Design, system: System) -> Baseline:
    """Fields that, rendered, give the photograph back in every draw."""
    params = mechanism_params(study.patient, design.draws, study.dtype)
    patient = patient_maps(study.patient, design.draws)
    reference = np.full(design.n, patch.reference_melanin)
    healthy = _healthy(study, design, system, params, patient, reference)
    drive = healthy.drive_for(patch.melanin)
    follicles = [
        _follicles(study, patch.grid, density, int(who))
        for density, who in zip(patient["follicles"], design.patients, strict=True)
    ]
    rasters = [rasterise(points, patch.grid) for points in follicles]
    shapes = {name: np.stack([raster[name] for raster in rasters]) for name in rasters[0]}
    laid = disorders()[study.lesion.disorder].layout(
        Presentation(
            drive=drive, lesion=patch.lesion, core=patch.core, capacity=patient["melanocyte_capacity"],
            follicle_chance=shapes.pop("follicle_chance"), draws=design.draws, activity=study.lesion.activity,
            white_hair=study.lesion.white_hair, pixel=patch.grid.pixel, depth=study.lesion.depth,
            duration=study.lesion.duration, severity=study.lesion.severity, dermal=patch.dermal, vessels=patch.vessels,
            params=params,
            signals={name: healthy.signal(name, drive) for name in ("paracrine_uv", "melanogenic_drive")},
            pigment_gain=patient["inflammation_pigment_gain"],
        )
    )
    fields = _fields(system, healthy, laid, patient["melanocyte_capacity"], drive.shape)
    column = np.sum([fields[name] for name in MELANIN_STAGES], axis=0)
    maps = {name: np.full((design.n, 1, 1), value) for name, value in neutral("map").items()}
    maps |= {name: value[:, None, None] for name, value in patient.items() if name != "follicles"}
    maps |= {name: value for name, value in laid.items() if name not in fields and name != "production"}
    maps |= shapes
    maps |= {
        "melanogenesis_rate": healthy.rate[:, None, None], "reference_melanin": reference[:, None, None],
        "melanin_offset": patch.melanin[None] - column,
        "dermal_unseen": fields["melanin_dermal"] - (0.0 if patch.dermal is None else patch.dermal),
        "usual_drive": healthy.usual_drive(drive),
        "erythema_gain": design.draws["inflammation.erythema_gain"][:, None, None],
        "target_share": np.broadcast_to(patch.target / max(int(patch.target.sum()), 1), drive.shape),
    }  # fmt: skip
    redness = 1.0 + design.draws["inflammation.erythema_gain"][:, None, None] * _inflamed(system, fields, maps, params)
    maps["vessels_start"] = fields["vessels"] * redness
    maps |= {f"{name}_start": fields[name] for name in SINCE_DAY_0 if name in fields}
    return Baseline(
        {k: np.asarray(v, study.dtype) for k, v in fields.items()},
        {k: np.asarray(v, study.dtype) for k, v in maps.items()},
        params,
        follicles,
    )


def _inflamed(
    system: System, fields: dict[str, np.ndarray], maps: dict[str, np.ndarray], params: dict[str, dict[str, np.ndarray]]
) -> np.ndarray:
    """Signal of inflammation (n, ny, nx) of day 0, before anything is given: its redness is in the photograph."""
    n = len(fields["vessels"])
    inputs = {name: np.full((n, 1), value) for name, value in neutral("input").items()}
    march, batch = marching(system, _inflammation, 1), Batch(fields, maps, params, inputs, np.arange(n))
    return march.look(batch, fields, 0)["inflammation"]


def _inflammation(view: View) -> dict[str, Array]:
    return {"inflammation": view.inflammation}


def _healthy(
    study: Study, design: Design, system: System, params: dict[str, dict[str, np.ndarray]],
    patient: dict[str, np.ndarray], reference: np.ndarray,
) -> HealthySkin:  # fmt: skip
    steps = round(DAYS / system.dt)
    sun = sun_course(study.patient, design.draws, study.start, -steps * system.dt, steps, system.dt)
    inputs = {name: np.full_like(sun, value) for name, value in neutral("input").items()} | {"sun": sun}
    constants = {k: v for k, v in patient.items() if k != "follicles"}
    return spin_up(system, params, constants, inputs, reference, study.dtype)


def _follicles(study: Study, grid: Grid, density: float, who: int) -> FollicleMap:
    """Follicles keyed by (seed, who): the same for every arm and every batch."""
    generator = np.random.Generator(np.random.Philox(key=np.array([study.seed, who], dtype=np.uint64)))
    return scatter(grid, float(density), generator)


def _fields(
    system: System, healthy: HealthySkin, laid: dict[str, np.ndarray], capacity: np.ndarray, shape: tuple[int, ...]
) -> dict[str, np.ndarray]:
    """Seasonal state of the healthy ladder at each pixel's production, with what the disorder changes."""
    relative = laid["melanocytes"] / capacity[:, None, None]
    production = np.broadcast_to(laid.get("production", laid["melanogenic_capacity"] * relative), shape)
    fields = {name: healthy.at(name, production) for name in system.fields}
    fields["msc"] = np.zeros(shape)
    fields["melanoblasts"] = np.zeros(shape)
    fields["follicle_hazard"] = np.zeros(shape)
    fields |= {name: np.broadcast_to(value, shape) for name, value in laid.items() if name in fields}
    return fields
