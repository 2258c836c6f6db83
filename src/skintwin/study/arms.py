"""The inputs and maps of each arm of a study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skintwin.study.config import Arm, Study
from skintwin.study.design import Design
from skintwin.study.patch import Patch
from skintwin.study.sun_course import sun_course
from skintwin.treatments.base import Occasion, combine


@dataclass(frozen=True)
class ArmInputs:
    """``inputs`` name → (n, steps); ``maps`` that the plan sets, name → (n, ny, nx) or (n, 1, 1); float32."""

    inputs: dict[str, np.ndarray]
    maps: dict[str, np.ndarray]


def arm_inputs(study: Study, arm: Arm, patch: Patch, design: Design) -> ArmInputs:
    """What an arm gives, with the sun of the place on top."""
    occasion = Occasion(
        grid=patch.grid, steps=study.steps, dt=study.step, target=patch.target, site=study.patient.site,
        draws=design.draws, n=design.n,
    )  # fmt: skip
    given = combine([line.contribute(occasion) for line in arm.plan], occasion)
    sun = sun_course(study.patient, design.draws, study.start, 0.0, study.steps, study.step)
    inputs = {**given.inputs, "sun": given.inputs["sun"] + sun}
    whole = {
        name: np.broadcast_to(value, (design.n, *value.shape[1:])).astype(np.float32)
        for name, value in given.maps.items()
    }
    return ArmInputs({name: value.astype(np.float32) for name, value in inputs.items()}, whole)
