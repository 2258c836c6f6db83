"""A study's arm on one pixel: the lesion with everything in it stirred together.

Fields and maps are means over the lesion; of what belongs to follicles, means over its follicles. What is lost is what
needs space: islands, borders, margins, the climb of cells. What is kept is every mechanism, and every number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import numpy as np

from skintwin.engine.flows import Array
from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch
from skintwin.engine.system import System
from skintwin.errors import ConfigError
from skintwin.export.season import Season, season
from skintwin.study.arms import arm_inputs
from skintwin.study.baseline import make_baseline
from skintwin.study.config import Study
from skintwin.study.design import make_design
from skintwin.study.keys import study_keys
from skintwin.study.patch import make_patch
from skintwin.study.system import make_system

OF_FOLLICLES = ("reserve", "follicle_threshold")
"""What is averaged over follicles, not over area."""


@dataclass(frozen=True)
class WellMixed:
    """One pixel, one draw (the prior medians). ``batch``: float64, inputs as the engine takes them, step by step;
    ``season``: the sun between the steps."""

    title: str
    arm: str
    system: System
    batch: Batch
    season: Season

    def smooth(self, time: Array) -> dict[str, Array]:
        """Inputs that do not stand still within a step, (1,) each."""
        return {"sun": self.season.at(time)[None]}


def well_mixed(study: Study, arm: str) -> WellMixed:
    """Reduction of the arm called ``arm``, as planned: rules that react to the skin are left aside.

    ConfigError when there is no such arm, or a mechanism's course is prescribed.
    """
    chosen = next((a for a in study.arms if a.name == arm), None)
    if chosen is None:
        raise ConfigError(f"no arm {arm!r}", expected=f"one of {', '.join(a.name for a in study.arms)}")
    if study.prescribed:
        raise ConfigError(
            f"{', '.join(sorted(study.prescribed))} is prescribed, which the export cannot write", where="prescribed",
            do="run the mechanism as model or off",
        )  # fmt: skip
    study = study.model_copy(update={"draws": 1, "precision": "float64"})
    patch = make_patch(study)
    system = make_system(study, patch.grid)
    design = make_design(study_keys(study), 1, study.seed)
    with jax.enable_x64(True):
        baseline = make_baseline(study, patch, design, system)
    given = arm_inputs(study, chosen, patch, design)
    read = {name for process in system.processes for name in process.maps}
    maps = {name: value for name, value in {**baseline.maps, **given.maps}.items() if name in read}
    follicles = np.broadcast_to(np.asarray(maps["follicle_density"], np.float64)[:1], (1, *patch.grid.shape))

    def mean(name: str, values: np.ndarray) -> np.ndarray:
        whole = np.broadcast_to(np.asarray(values, np.float64)[:1], (1, *patch.grid.shape))[:, patch.target]
        weight = follicles[:, patch.target] if name in OF_FOLLICLES else np.ones_like(whole)
        weight = weight if weight.sum() > 0 else np.ones_like(whole)
        return np.asarray(np.average(whole, axis=1, weights=weight)[:, None, None])

    batch = Batch(
        fields={name: mean(name, value) for name, value in baseline.fields.items()},
        maps={name: mean(name, value) for name, value in maps.items()},
        params={k: {s: np.asarray(v, np.float64) for s, v in d.items()} for k, d in baseline.params.items()},
        inputs={name: np.asarray(value, np.float64) for name, value in given.inputs.items()},
        patients=np.zeros(1, np.int32), seed=study.seed,
    )  # fmt: skip
    one = replace(system, grid=Grid(1, 1, patch.grid.pixel))
    return WellMixed(study.title, arm, one, batch, season(study.patient, design.draws, study.start, study.step))
