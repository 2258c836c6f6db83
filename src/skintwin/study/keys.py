"""Which ledger numbers a study uses, and how the patient's own quantities follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from skintwin.disorders import disorders
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms, parameter_keys
from skintwin.skin.phototype import phototype_keys
from skintwin.skin.site import FACE, LIVING, site_keys
from skintwin.study.config import Patient, Study

GROUP = "sunlight"
PARAMETERS = ("cloud_transmission", "ambient_share")
GENERAL: tuple[str, ...] = (
    "sunlight.cloud_transmission", "sunlight.ambient_share", "sunlight.tolerated_damage", "site.viable_transit",
    "site.transit_age_slope", "secretome.lot_strength", "inflammation.erythema_gain",
)  # fmt: skip
"""Numbers that every study uses beside those of mechanisms, site, phototype, disorder and treatments."""

DECADE = 10.0


def study_keys(study: Study) -> tuple[str, ...]:
    """Every ledger key that the study draws from, without repetition."""
    treatment_keys = [key for arm in study.arms for line in arm.plan for key in line.treatment.parameters]
    keys = [
        *parameter_keys(),
        *GENERAL,
        *(site_keys(study.patient.site)[quantity] for quantity in LIVING),
        *(key for name, key in phototype_keys(study.patient.phototype).items() if name != "melanin"),
        *disorders()[study.lesion.disorder].keys(study.lesion.activity, study.lesion.white_hair),
        *treatment_keys,
    ]
    return tuple(dict.fromkeys(keys))


def idle_keys(study: Study) -> frozenset[str]:
    """Keys of mechanisms in which nothing happens in any arm, or that do not run as a model: kept at the median."""
    engaged = {name for arm in study.arms for line in arm.plan for name in line.treatment.engages}
    idle = [
        m for m in mechanisms()
        if (m.idle_unless_given and m.name not in engaged) or study.mechanisms.get(m.name, "model") != "model"
    ]  # fmt: skip
    keys = {f"{m.name}.{short}" for m in idle for short in m.parameters}
    if any(m.name == "secretome" for m in idle):
        keys.add("secretome.lot_strength")
    return frozenset(keys)


def mechanism_params(
    patient: Patient, draws: Mapping[str, np.ndarray], dtype: np.dtype[Any] | type = np.float32
) -> dict[str, dict[str, np.ndarray]]:
    """Process → short name → (n,) of ``dtype``. Melanocytes do not decline before the age given in the ledger."""
    params = {
        m.name: {short: np.asarray(draws[f"{m.name}.{short}"], dtype) for short in m.parameters}
        for m in mechanisms()
    }
    if patient.age < ledger().value("site.melanocyte_decline_from", "year"):
        params["melanocytes"]["loss_per_decade"] = np.zeros_like(params["melanocytes"]["loss_per_decade"])
    return params


def patient_maps(patient: Patient, draws: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Constants of the patient, each (n,): capacity, minimal erythema doses, transit times and gains."""
    site, phototype = site_keys(patient.site), phototype_keys(patient.phototype)
    value = ledger().value
    beyond = patient.age - value("site.age_origin", "year")
    slope = draws["site.transit_age_slope"] * (value("site.face_age_effect", "1") if patient.site in FACE else 1.0)
    return {
        "melanocyte_capacity": draws[site["melanocytes"]] * _sex_factor(patient) * _age_factor(patient, draws),
        "med_sun": draws[phototype["med_sun"]],
        "med_lamp": draws[phototype["med_lamp"]],
        "sun_limit": draws["sunlight.tolerated_damage"] / draws["sunlight.repair_time"],
        "inflammation_pigment_gain": draws[phototype["inflammation_pigment_gain"]],
        "visible_response": draws[phototype["visible_response"]],
        "dkk1": np.full_like(
            draws[phototype["visible_response"]], value("paracrine.dkk1_palm", "1") if patient.site == "palm" else 0.0
        ),
        "viable_transit": draws["site.viable_transit"],
        "cornified_transit": draws[site["cornified_transit"]] * np.maximum(1.0 + slope * max(beyond, 0.0), 0.5),
        "lot_strength": draws["secretome.lot_strength"],
        "follicles": draws[site["follicles"]],
    }


def _sex_factor(patient: Patient) -> float:
    value = ledger().value
    if patient.sex == "male":
        return value("site.melanocytes_male", "1")
    if patient.sex == "female":
        return value("site.melanocytes_female", "1")
    return 1.0


def _age_factor(patient: Patient, draws: Mapping[str, np.ndarray]) -> np.ndarray:
    """Decline of melanocytes between the age at which densities were measured and the patient's."""
    start = ledger().value("site.melanocyte_decline_from", "year")
    reference = max(ledger().value("site.age_origin", "year"), start)
    decades = (max(patient.age, start) - reference) / DECADE
    return np.asarray((1.0 - draws["melanocytes.loss_per_decade"]) ** decades)


def site_exposure(patient: Patient) -> float:
    """Exposure of the site relative to the face of an indoor worker."""
    value = ledger().value
    habit = {
        "avoid": value("sunlight.habit_avoid", "1"),
        "ordinary": value("sunlight.habit_ordinary", "1"),
        "outdoor": value("sunlight.habit_outdoor", "1"),
    }
    return habit[patient.sun] * value(site_keys(patient.site)["sun"], "1")
