"""The parts of the reader, each against something known."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import PhotographError
from skintwin.optics.colour import delta_e_2000
from skintwin.photo.cards.correction import fit_correction
from skintwin.photo.cards.homography import fit_affine, fit_homography, project
from skintwin.photo.cards.kinds import card_kind, card_kinds
from skintwin.photo.cards.reference import NEUTRALS, reference
from skintwin.photo.cards.ruler import scale_from_ruler
from skintwin.photo.cards.squares import find_squares
from tests.photo.cards.drawn import photograph

ALL = np.ones(24, dtype=bool)


@pytest.mark.parametrize(("edition", "name"), [("2014-11", "After"), ("before-2014-11", "Before")])
def test_published_colours_are_those_of_colour_science(edition, name):
    colour = pytest.importorskip("colour")
    theirs = colour.CCS_COLOURCHECKERS[f"ColorChecker24 - {name} November 2014"]
    xyz = colour.xyY_to_XYZ(np.array(list(theirs.data.values())))
    linear = colour.XYZ_to_RGB(xyz, "sRGB", illuminant=theirs.illuminant, chromatic_adaptation_transform="Bradford")
    assert reference(edition).linear_srgb == pytest.approx(linear, abs=2e-4)


def test_neutrals_are_neutral_and_in_order():
    for edition in ("2014-11", "before-2014-11", "cameratrax"):
        lab = reference(edition).lab[list(NEUTRALS)]
        assert (np.diff(lab[:, 0]) < 0).all()
        assert np.abs(lab[:, 1:]).max() < 3


def test_editions_are_near_each_other():
    known = reference("2014-11").lab
    assert np.median(delta_e_2000(known, reference("before-2014-11").lab)) < 2
    assert np.median(delta_e_2000(known, reference("cameratrax").lab)) < 5


def test_an_unknown_card_is_refused_with_the_known_names():
    with pytest.raises(PhotographError, match="passport"):
        card_kind("shirley")
    assert all(0.6 < kind.fill < 1 and kind.source for kind in card_kinds().values())


def test_a_homography_is_found_again():
    rng = np.random.default_rng(0)
    points = rng.uniform(-3, 3, (12, 2))
    h = np.array([[20, 3, 100], [-2, 25, 80], [0.01, -0.02, 1.0]])
    again = fit_homography(points, project(h, points))
    assert project(again, points) == pytest.approx(project(h, points), abs=1e-8)
    flat = np.array([[20, 3, 100], [-2, 25, 80], [0, 0, 1.0]])
    assert fit_affine(points, project(flat, points)) == pytest.approx(flat, abs=1e-9)


def test_points_behind_the_horizon_are_nowhere():
    assert np.isnan(project(np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 1.0]]), [[2.0, 0]])).all()


def test_squares_are_found_at_their_centres():
    picture = np.full((240, 320, 3), 0.2)
    picture[20:50, 30:60] = [0.8, 0.2, 0.1]
    picture[60:100, 100:140] = [0.1, 0.5, 0.9]
    found = find_squares(picture)
    assert sorted(np.round(found.centre, 1).tolist()) == [[44.5, 34.5], [119.5, 79.5]]


@pytest.mark.parametrize("power", [1.0, 1.25])
def test_a_camera_of_known_matrix_is_undone(power):
    card = reference("2014-11")
    mix = np.array([[0.8, 0.15, 0.05], [0.1, 0.8, 0.1], [0.02, 0.18, 0.8]])
    seen = np.maximum(card.linear_srgb, 0) @ mix.T * [0.9, 0.6, 0.4]
    fit = fit_correction(seen ** (1 / power), card, ALL)
    assert fit.power == pytest.approx(power)
    assert fit.median < 0.4  # the published neutrals are not quite neutral, and the fit makes them so
    assert np.nanmean(fit.leave_one_out) < 1.5  # cyan lies outside sRGB and was cut at zero


def test_a_neutral_stays_neutral():
    card = reference("2014-11")
    rng = np.random.default_rng(1)
    for forms in (("linear",), ("root",)):
        fit = fit_correction(np.maximum(card.linear_srgb, 0.001) ** 0.9 * [0.9, 0.6, 0.4], card, ALL, forms)
        made = fit(rng.uniform(0.05, 1, (5, 1)) / fit.gain ** (1 / fit.power))
        assert made == pytest.approx(np.repeat(made[:, :1], 3, axis=1), rel=1e-9)


def test_a_ruler_gives_its_period():
    x = np.arange(400)
    ticks = 0.5 + 0.3 * (np.mod(x, 7.3) < 2)
    picture = photograph(np.repeat(np.tile(ticks, (40, 1))[..., None], 3, axis=2))
    scale = scale_from_ruler(picture, (20, 20), (380, 20))
    assert scale.mm_per_pixel == pytest.approx(1 / 7.3, rel=3 * scale.relative_sd)
    assert scale.relative_sd < 0.005


def test_no_ruler_no_scale():
    rng = np.random.default_rng(0)
    picture = photograph(rng.uniform(0.3, 0.6, (60, 300, 3)))
    with pytest.raises(PhotographError, match="no even ticks"):
        scale_from_ruler(picture, (10, 30), (290, 30))
