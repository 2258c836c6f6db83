"""The state of healthy skin at the moment of the photograph, found by living up to it.

Skin on the day of a photograph carries the season: it is a point on a yearly cycle, not a rest state. The same
equations are therefore run on single pixels for the years before the study, once per draw and for a ladder of
production levels w (1 = the surrounding skin). The patient's own production rate q₀ is scaled after each pass
until the level w = 1 arrives at the photographed column m₀; then w(m), inverted, says which production explains a
pixel's column m.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from skintwin.engine.flows import Array
from skintwin.engine.march import Batch, marching
from skintwin.engine.process import View
from skintwin.engine.system import System
from skintwin.mechanisms import neutral
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.study.system import alone

LEVELS = np.array([0.0, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0, 1.6, 2.5, 4.0, 6.5, 9.0, 12.0])
"""Ladder of production relative to the surrounding skin."""
PASSES = 5
"""Passes in which q₀ is found; the feedback of melanin on light is weak, so each gains about a digit."""
WINDOW = 28.0
"""Days between looks at the last year, in which the largest drive of growth is found."""
YEARS = 2
"""Years lived before the photograph, of 13 windows each, so that all marches of one are of one length; the slowest
healthy process (turnover, thickening) takes weeks."""
DAYS = YEARS * 13 * WINDOW
"""Days lived before the photograph."""


@dataclass(frozen=True)
class HealthySkin:
    """Spun-up single pixels: ``fields`` name → (n, levels); ``rate`` q₀ (n,); ``column`` (n, levels) µm;
    ``signals`` name → (n, levels), what the mechanisms make of it on day 0; ``usual`` (n, levels): largest drive of
    melanocyte growth, above rest, of the year before day 0."""

    fields: Mapping[str, np.ndarray]
    rate: np.ndarray
    column: np.ndarray
    signals: Mapping[str, np.ndarray]
    usual: np.ndarray

    def drive_for(self, melanin: np.ndarray) -> np.ndarray:
        """(n, ny, nx) production that explains a column map (ny, nx) or (n, ny, nx), held within the ladder."""
        maps = np.broadcast_to(melanin, (len(self.rate), *melanin.shape[-2:]))
        return np.stack([np.interp(m, column, LEVELS) for m, column in zip(maps, self.column, strict=True)])

    def at(self, name: str, drive: np.ndarray) -> np.ndarray:
        """Field ``name`` at production ``drive`` (n, ny, nx)."""
        return _at_level(self.fields[name], drive)

    def signal(self, name: str, drive: np.ndarray) -> np.ndarray:
        """Output ``name`` at production ``drive`` (n, ny, nx): more melanin lets less light through."""
        return _at_level(self.signals[name], drive)


    def usual_drive(self, drive: np.ndarray) -> np.ndarray:
        """Largest drive of growth of a usual year, above rest, at production ``drive`` (n, ny, nx)."""
        return _at_level(self.usual, drive)


def _at_level(values: np.ndarray, drive: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(d, LEVELS, row) for d, row in zip(drive, values, strict=True)])


def spin_up(
    system: System, params: Mapping[str, Mapping[str, np.ndarray]], maps: Mapping[str, np.ndarray],
    inputs: Mapping[str, np.ndarray], reference: np.ndarray, dtype: np.dtype[Any] | type = np.float32,
) -> HealthySkin:  # fmt: skip
    """Healthy skin on day 0.

    Parameters
    ----------
    system: the study's system; only its processes, modes and step are used.
    params, maps: per draw, (n,). inputs: name → (n, steps) of the years before the study.
    reference: photographed column of the surrounding skin, (n,) µm. dtype: of the numbers marched.
    """
    n, levels = len(reference), len(LEVELS)
    single = alone(system)
    steps = next(iter(inputs.values())).shape[1]
    march = marching(single, _drive, max(1, round(WINDOW / system.dt)))
    # Ageing is left to the study: the photograph shows the cells of day 0.
    ageless = {**params, "melanocytes": {**params["melanocytes"], "loss_per_decade": np.zeros(n, dtype)}}
    spread = {k: {s: np.repeat(v, levels).astype(dtype) for s, v in d.items()} for k, d in ageless.items()}
    flows = {k: np.repeat(v, levels, axis=0).astype(dtype) for k, v in inputs.items()}
    rate = reference / (maps["melanocyte_capacity"] * (maps["viable_transit"] + maps["cornified_transit"]))
    for _ in range(PASSES + 1):
        batch = _batch(single, spread, maps, flows, rate, reference, dtype)
        fields, drives = dict(batch.fields), []
        for start in range(0, steps, march.interval):
            drives.append(march.look(batch, fields, start)["drive"])
            fields, _ = march.advance(batch, fields, start)
        columns = np.sum([np.asarray(fields[m]) for m in MELANIN_STAGES], axis=0).reshape(n, levels)
        now = np.array([np.interp(1.0, LEVELS, row) for row in columns])
        last = rate
        rate = rate * reference / now
    found = {name: np.asarray(value, np.float64).reshape(n, levels) for name, value in fields.items()}
    seen = marching(single, _outputs, 1).look(batch, fields, steps)
    signals = {name: value.reshape(n, levels).astype(np.float64) for name, value in seen.items()}
    year = drives[len(drives) * (YEARS - 1) // YEARS :]
    usual = np.max(year, axis=0).reshape(n, levels).astype(np.float64) - 1.0
    return HealthySkin(found, last, np.asarray(columns, np.float64), signals, usual)


def _drive(view: View) -> dict[str, Array]:
    """Drive of melanocyte growth."""
    return {"drive": view.paracrine}


def _outputs(view: View) -> dict[str, Array]:
    """Every output of every mechanism."""
    return {name: getattr(view, name) for kind in ("signal", "driver") for name in neutral(kind)}


def _batch(
    system: System, params: Mapping[str, Mapping[str, np.ndarray]], maps: Mapping[str, np.ndarray],
    inputs: Mapping[str, np.ndarray], rate: np.ndarray, reference: np.ndarray, dtype: np.dtype[Any] | type,
) -> Batch:  # fmt: skip
    n, levels = len(rate), len(LEVELS)

    def column(values: np.ndarray | float) -> np.ndarray:
        return np.repeat(np.broadcast_to(values, n), levels).astype(dtype)[:, None, None]

    production = np.tile(LEVELS, n).astype(dtype)[:, None, None]
    capacity = column(maps["melanocyte_capacity"])
    constants = {name: column(value) for name, value in maps.items()}
    constants |= {
        "melanogenic_capacity": production, "melanogenesis_rate": column(rate),
        "reference_melanin": column(reference),
    }  # fmt: skip
    constants = {name: column(value) for name, value in neutral("map").items()} | constants
    rest = neutral("field")
    fields = {name: column(rest.get(name, 0.0)) for name in system.fields}
    fields["melanocytes"] = capacity.copy()
    for name in MELANIN_STAGES:
        fields[name] = (column(reference) * production / len(MELANIN_STAGES)).astype(dtype)
    return Batch(fields, constants, params, inputs, np.zeros(n * levels, np.int32))
