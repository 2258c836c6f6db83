"""Disorders: how a lesion is laid out in fields, and that its pigment is explained."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.disorders import disorders
from skintwin.disorders.base import Presentation
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms

SIDE, N = 40, 3
EMPTY = 0.35


def disc(radius: float) -> np.ndarray:
    y, x = np.indices((SIDE, SIDE)) + 0.5 - SIDE / 2
    return (np.hypot(y, x) < radius).astype(float)


def presentation(inside: float, *, activity: str = "stable", white: bool = False, core: float = 0.0) -> Presentation:
    """A disc of relative melanin ``inside`` on even skin, with a pigmented centre of radius ``core`` pixels."""
    lesion, centre = disc(12), disc(core)
    drive = np.ones((N, SIDE, SIDE))
    drive[:, lesion > 0] = inside
    drive[:, centre > 0] = 3.0
    keys = {key for disorder in disorders().values() for key in disorder.parameters}
    groups = ("paracrine", "melanogenesis", "inflammation", "vasculature")
    params = {
        m.name: {short: np.full(N, ledger().value(f"{m.name}.{short}")) for short in m.parameters}
        for m in mechanisms() if m.name in groups
    }  # fmt: skip
    return Presentation(
        drive=drive, lesion=lesion - centre, core=centre, capacity=np.array([800.0, 1000.0, 1500.0]),
        follicle_chance=np.broadcast_to(np.random.default_rng(1).random((SIDE, SIDE)), drive.shape),
        draws={key: np.full(N, ledger().value(key)) for key in keys}, activity=activity, white_hair=white, pixel=0.2,
        signals={"paracrine_uv": np.full(drive.shape, 0.1), "melanogenic_drive": np.full(drive.shape, 1.2)},
        params=params, pigment_gain=np.ones(N),
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(disorders()))
@given(inside=st.floats(0.0, 6.0))
@settings(max_examples=15, deadline=None)
def test_cells_times_production_never_explain_more_than_was_photographed(name: str, inside: float) -> None:
    at = presentation(inside)
    laid = disorders()[name].layout(at)
    explained = laid["melanocytes"] / at.capacity[:, None, None] * laid["melanogenic_capacity"]
    assert np.all(explained <= at.drive + 1e-9)
    assert all(np.isfinite(value).all() and value.min() >= 0 for value in laid.values())
    assert np.all(laid["melanocytes"] <= at.capacity[:, None, None] + 1e-9)


@pytest.mark.parametrize("name", ["healthy", "solar_lentigo"])
def test_brown_spots_and_healthy_skin_keep_their_cells_and_have_no_t_cells(name: str) -> None:
    at = presentation(2.5)
    laid = disorders()[name].layout(at)
    assert np.all(laid["melanocytes"] == at.capacity[:, None, None])
    assert laid["melanogenic_capacity"] + laid.get("clone", 0.0) == pytest.approx(at.drive)
    assert max(laid[k].max() for k in ("autoimmune_activity", "cd8", "cd8_resident")) == 0
    assert laid["reserve"].min() == 1


@pytest.mark.parametrize("inside", [0.0, 0.2, EMPTY - 0.01])
def test_below_what_a_photograph_can_tell_a_lesion_is_empty(inside: float) -> None:
    laid = disorders()["vitiligo"].layout(presentation(inside))
    assert laid["melanocytes"][:, disc(12) > 0].max() == 0
    assert laid["melanocytes"][:, disc(12) == 0].min() > 0


def test_a_half_pigmented_lesion_has_half_its_cells() -> None:
    at = presentation(0.5)
    laid = disorders()["vitiligo"].layout(at)
    assert laid["melanocytes"][:, 20, 20] == pytest.approx(0.5 * at.capacity)


def test_white_hair_means_an_empty_reserve() -> None:
    inside, shares = disc(12) > 0, []
    for white in (False, True):
        reserve = disorders()["vitiligo"].layout(presentation(0.1, white=white))["reserve"]
        shares.append(reserve[:, inside].mean())
        assert reserve[:, ~inside].min() == 1
    assert shares[0] == pytest.approx(ledger().value("follicles.reserve_in_lesion"), abs=0.1)
    assert shares[1] == pytest.approx(ledger().value("follicles.reserve_white_hair"), abs=0.03)


def test_an_active_lesion_has_effectors_at_its_border_only() -> None:
    laid = disorders()["vitiligo"].layout(presentation(0.1, activity="active"))
    cd8 = laid["cd8"][0]
    assert cd8.max() == pytest.approx(ledger().value("autoimmunity.border_effectors"), rel=0.1)
    assert cd8[20, 20] < 0.01 * cd8.max()
    assert cd8[0, 0] < 0.01 * cd8.max()
    assert laid["cd8_resident"][0, 20, 20] == pytest.approx(ledger().value("autoimmunity.resident_lesion"))
    assert laid["cd8_resident"][0, 0, 0] < 1e-3


def test_a_stable_lesion_has_memory_and_no_effectors() -> None:
    stable = disorders()["vitiligo"].layout(presentation(0.1))
    active = disorders()["vitiligo"].layout(presentation(0.1, activity="active"))
    assert stable["cd8"].max() == 0
    assert stable["cd8_resident"].max() > 0
    assert stable["autoimmune_activity"].max() < active["autoimmune_activity"].min()


def test_the_naevus_in_a_halo_is_left_alone() -> None:
    laid = disorders()["halo_naevus"].layout(presentation(0.1, core=4))
    naevus, halo = disc(4) > 0, (disc(12) > 0) & (disc(4) == 0)
    assert laid["melanogenic_capacity"][:, naevus].max() == 0
    assert laid["melanocytes"][:, naevus].max() == 0
    assert laid["melanogenic_capacity"][:, halo].min() == 1


def test_every_disorder_says_what_it_is() -> None:
    assert set(disorders()) == {
        "healthy", "vitiligo", "vitiligo_segmental", "vitiligo_acral", "vitiligo_trichrome", "halo_naevus", "melasma",
        "solar_lentigo", "lentigo_simplex", "puva_lentigines", "freckles", "pih_acne", "pih_wound", "pih_laser",
    }
    assert {d.kind for d in disorders().values()} == {"none", "hypopigmented", "hyperpigmented"}
    assert all(d.title for d in disorders().values())
