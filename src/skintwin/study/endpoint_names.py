"""The endpoints of a study by name: unit, meaning, range; and which of them is the main one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class EndpointInfo:
    """Name, unit and meaning of an endpoint; ``low`` to ``high``: values that it can take. ``kind``: only
    for lesions of this kind, empty for all. All are known at each observation, so that a rule can ask for them."""

    name: str
    unit: str
    meaning: str
    low: float = -math.inf
    high: float = math.inf
    kind: str = ""


ENDPOINTS: tuple[EndpointInfo, ...] = (
    EndpointInfo("repigmentation", "percent", "share of the lesion whose melanin contrast, as seen, has closed by half "
                 "or more", 0.0, 100.0),
    EndpointInfo("lightening", "percent", "share of the lesion's excess of melanin, as seen, that has gone; above 100 "
                 "it is lighter than the surrounding skin", high=math.inf, kind="hyperpigmented"),
    EndpointInfo("lesion_area", "percent", "area of the lesion relative to day 0, with what it has gained", 0.0),
    EndpointInfo("closeness", "percent", "share of the lesion's melanin contrast to the surrounding skin that has "
                 "closed, from either side; below 0 it has grown", high=100.0),
    EndpointInfo("melanocytes", "percent", "melanocytes of the lesion relative to what the site held on day 0", 0.0),
    EndpointInfo("melanin", "percent", "epidermal melanin of the lesion relative to the surrounding skin", 0.0),
    EndpointInfo("dermal_melanin", "um", "melanin in the dermis of the lesion, as a column", 0.0),
    EndpointInfo("unevenness", "percent", "coefficient of variation of the melanin over lesion and surrounding skin",
                 0.0),
    EndpointInfo("redness", "percent", "blood of the lesion above day 0", -100.0),
    EndpointInfo("red_days", "day", "days so far on which the redness was visible", 0.0),
    EndpointInfo("inflammation", "1", "inflammatory signal in the lesion, 1 = half-maximal effect", 0.0),
    EndpointInfo("inflammation_days", "day", "inflammatory signal of the lesion added up over the days so far", 0.0),
    EndpointInfo("t_cells", "cells/mm^2", "CD8 T cells of the lesion, effector and resident memory", 0.0),
    EndpointInfo("cells", "cells/mm^2", "viable injected cells in the lesion", 0.0),
    EndpointInfo("collagen", "percent", "collagen of the lesion relative to day 0", 0.0),
    EndpointInfo("elasticity", "1", "elasticity of the lesion (Cutometer R2)", 0.0),
    EndpointInfo("hydration", "percent", "hydration of the lesion relative to day 0", 0.0),
    EndpointInfo("barrier", "percent", "barrier of the lesion, 100 = intact", 0.0),
    EndpointInfo("ita", "degree", "individual typology angle of the lesion, specular component excluded (SCE); at b* "
                 "near 0, as on palms, it is near or beyond 90 and says nothing about pigment", -180.0, 180.0),
    EndpointInfo("delta_e", "1", "CIEDE2000 of the lesion to the surrounding skin", 0.0),
)  # fmt: skip


GAINS = ("repigmentation", "closeness")
"""Endpoints that start at 0 and mean success: a gain that can be kept or lost."""


def main_endpoint(kind: str) -> str:
    """The endpoint by which a lesion of this kind is judged; skin without a lesion by its evenness to its surroundings.

    A dark lesion is judged by ``closeness``: its ``lightening`` would reward bleaching below the surrounding skin.
    """
    return {"hyperpigmented": "closeness", "none": "melanin"}.get(kind, "repigmentation")


def held(endpoints: Mapping[str, np.ndarray], main: str) -> np.ndarray:
    """What a relapse is read from: the main endpoint, of any shape; nan where it is no gain.

    A dark lesion that has become lighter than its surroundings has not come back: from there on it counts as matched
    (100), although its closeness falls.
    """
    if main not in GAINS or main not in endpoints:
        return np.full_like(next(iter(endpoints.values())), np.nan, dtype=np.float64)
    if main == "closeness" and "lightening" in endpoints:
        return np.asarray(np.minimum(endpoints["lightening"], 100.0))
    return np.asarray(endpoints[main])
