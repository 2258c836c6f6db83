"""Healthy skin stays put: every phototype at every site, five years, in the sun of its place."""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np
import pytest

from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.system import System
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms, neutral
from skintwin.skin.phototype import PHOTOTYPES, phototype_keys
from skintwin.skin.site import SITES, site_keys
from skintwin.study.config import Patient
from skintwin.study.keys import GENERAL, mechanism_params, patient_maps
from skintwin.study.spinup import DAYS, HealthySkin, spin_up
from skintwin.study.sun_course import sun_course
from tests.mechanisms.lab import column, medians, observe

DT, LIVED = 0.5, 5
LOSS = 0.13


@cache
def five_years(loss: float) -> dict[str, np.ndarray]:
    """Spin-up as a study does it, then five years at level 1, all phototypes and sites as one batch."""
    people = [Patient(age="40 years", phototype=p, site=s, latitude="45 degrees") for p in PHOTOTYPES for s in SITES]
    n = len(people)
    values = medians(n) | {key: np.full(n, ledger().value(key)) for key in GENERAL}
    values["melanocytes.loss_per_decade"] = np.full(n, loss)
    per_person, sun = [], []
    before = round(DAYS / DT)
    steps = before + round(LIVED * 365.25 / DT)
    for person in people:
        keys = [*site_keys(person.site).values(), *phototype_keys(person.phototype).values()]
        draws = {k: v[:1] for k, v in values.items()} | {k: np.array([ledger().value(k)]) for k in keys}
        per_person.append(patient_maps(person, draws))
        sun.append(sun_course(person, draws, datetime.date(2026, 1, 1), -before * DT, steps, DT)[0])
    maps = {k: np.array([m[k].item() for m in per_person]) for k in per_person[0] if k != "follicles"}
    course = np.stack(sun)
    nothing = np.zeros_like(course[:, :before])
    inputs = {name: nothing + value for name, value in neutral("input").items()} | {"sun": course[:, :before]}
    reference = np.array([ledger().value(phototype_keys(p.phototype)["melanin"]) * 70 for p in people])
    system, params = System(mechanisms(), Grid(1, 1, 0.2), DT), mechanism_params(people[0], values)
    healthy = spin_up(system, params, maps, inputs, reference)

    after, start = _live_on(system, params, maps, course[:, before:], healthy, reference)
    return {
        "melanin": (column(after) / column(start)).ravel(), "start": column(start).ravel() / reference,
        "cells": (after["melanocytes"] / start["melanocytes"]).ravel(),
        "others": np.array([np.abs(after[k]).max() for k in ("cd8", "cd8_resident", "msc", "melanoblasts")]),
        "days": np.array((steps - before) * DT),
    }  # fmt: skip


def _live_on(
    system: System, params: dict[str, dict[str, np.ndarray]], maps: dict[str, np.ndarray], sun: np.ndarray,
    healthy: HealthySkin, reference: np.ndarray,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:  # fmt: skip
    """From the state that a study would start from on even skin (production 1)."""
    n = len(reference)
    start = {k: healthy.at(k, np.ones((n, 1, 1))).astype(np.float32) for k in system.fields}
    zero = np.zeros((n, 1, 1), np.float32)
    constants = {k: v.astype(np.float32)[:, None, None] for k, v in maps.items()}
    constants = {name: zero + value for name, value in neutral("map").items()} | constants
    constants |= {
        "melanogenesis_rate": healthy.rate.astype(np.float32)[:, None, None],
        "reference_melanin": reference.astype(np.float32)[:, None, None],
    }  # fmt: skip
    inputs = {name: np.full_like(sun, value, np.float32) for name, value in neutral("input").items()}
    inputs["sun"] = sun.astype(np.float32)
    batch = Batch(start, constants, params, inputs, np.arange(n, dtype=np.int32))
    after, _ = March(system, observe, sun.shape[1]).advance(batch, start, 0)
    return {k: np.asarray(v, np.float64) for k, v in after.items()}, start


def test_without_ageing_melanin_and_melanocytes_are_where_they_were() -> None:
    """Same season, five years on: within 1 %."""
    got = five_years(0.0)
    print("no ageing: melanin", np.abs(got["melanin"] - 1).max(), "cells", np.abs(got["cells"] - 1).max(),
          "column at the start over the photographed one", np.abs(got["start"] - 1).max())  # fmt: skip
    assert np.abs(got["melanin"] - 1).max() < 0.01
    assert np.abs(got["cells"] - 1).max() < 1e-3
    assert np.abs(got["start"] - 1).max() < 0.01
    assert got["others"].max() == 0


@pytest.mark.slow
def test_with_ageing_they_decline_as_the_literature_says_and_no_more() -> None:
    """Melanocytes as (1 − loss per decade)^(t/decade) to 1e-3; melanin with them, within 1 %."""
    got = five_years(LOSS)
    expected = (1 - LOSS) ** (got["days"] / 3652.5)
    beyond = got["melanin"] / expected - 1
    print("ageing: cells", np.abs(got["cells"] / expected - 1).max(), "melanin", beyond.min(), beyond.max())
    assert np.abs(got["cells"] / expected - 1).max() < 1e-3
    assert np.all(got["melanin"] < 1)
    assert np.abs(beyond).max() < 0.01
