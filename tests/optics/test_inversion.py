"""Pigment from colour: what was rendered is found again, and the standard deviations are honest."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.optics import colour as c
from skintwin.optics.inversion import Inverter
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.nuisance import PixelPrior, nuisance_sd
from skintwin.optics.pigment_nodes import with_blood, with_melanin_column
from skintwin.optics.pigment_table import PigmentTable
from skintwin.optics.spectra import skin_spectrum, spectrum_to_linear_srgb

Array = NDArray[np.float64]
PHOTOTYPES = np.array([0.012, 0.02, 0.035, 0.06, 0.12, 0.22])  # melanosome share, I to VI


@pytest.fixture(scope="module")
def inverter() -> Inverter:
    return Inverter(PigmentTable.build(LayeredSkin.reference()))


def delta_e(one: Array, two: Array) -> Array:
    return c.delta_e_2000(c.linear_srgb_to_lab(one), c.linear_srgb_to_lab(two))


@pytest.mark.parametrize("one_person", [True, False])
def test_rendering_the_estimate_gives_the_picture_back(inverter: Inverter, one_person: bool) -> None:
    table = inverter.table
    blood = np.array([0.01, 0.02, 0.04, 0.08])
    for share in PHOTOTYPES:
        melanin = share * table.epidermis_um * np.array([[0.0], [0.3], [1.0], [1.5]])
        picture = table.linear_srgb(melanin, blood)
        found = inverter.estimate(picture, one_person=one_person)
        plain = table.linear_srgb(found.melanin_um, found.blood) * found.shading[..., None]
        assert np.median(delta_e(plain, picture)) < 0.5
        np.testing.assert_allclose(delta_e(found.render(table), picture), found.residual_de00, atol=1e-6)
        assert found.residual_de00.max() < 1.0
        assert found.in_gamut.all()


def test_what_was_put_in_is_found_within_its_standard_deviation(inverter: Inverter) -> None:
    melanin = PHOTOTYPES * inverter.table.epidermis_um
    found = inverter.estimate(inverter.table.linear_srgb(melanin, 0.02), one_person=False)
    assert np.all(np.abs(found.melanin_um - melanin) < 0.3 * found.melanin_sd)
    assert np.all(np.abs(found.blood - 0.02) < 0.3 * found.blood_sd)
    np.testing.assert_allclose(found.shading, 1, atol=0.01)
    # Relative standard deviations are far smaller: nuisances are common to one person.
    assert np.all(found.melanin_sd_relative < 0.55 * found.melanin_sd)


def test_depigmented_skin_is_ordinary(inverter: Inverter) -> None:
    melanin = np.array([0.0, 0.01, 0.03, 0.1, 0.2])
    found = inverter.estimate(inverter.table.linear_srgb(melanin, 0.02), one_person=False)
    assert np.all(np.isfinite(found.melanin_um) & (found.melanin_um >= 0))
    assert np.all(np.diff(found.melanin_um) > 0)
    assert np.all(np.abs(found.melanin_um - melanin) < found.melanin_sd)
    assert np.all((found.melanin_sd > 0.05) & (found.melanin_sd < 0.3))


def test_estimates_follow_melanin_and_blood_monotonically(inverter: Inverter) -> None:
    melanin = np.linspace(0.05, 20, 200)
    found = inverter.estimate(inverter.table.linear_srgb(melanin, 0.02))
    assert np.all(np.diff(found.melanin_um) > 0)
    blood = np.exp(np.linspace(np.log(0.003), np.log(0.15), 200))
    assert np.all(np.diff(inverter.estimate(inverter.table.linear_srgb(2.0, blood)).blood) > 0)


def simulated_people(count: int, template: LayeredSkin, prior: PixelPrior) -> tuple[Array, Array, Array]:
    """Melanin, blood and noisy colour of people drawn from the priors, computed by adding-doubling."""
    rng = np.random.default_rng(11)
    sd = nuisance_sd()

    def normal(shape: int | tuple[int, int] = count) -> Array:
        return rng.normal(size=shape)

    blood = np.clip(prior.blood * np.exp(prior.blood_sd * normal()), 0.002, 0.2)
    melanin = np.clip(prior.melanin_um * np.exp(prior.melanin_sd * normal()), 0, 25)
    people = with_blood(template, blood).replace(
        saturation=np.clip(template.saturation + sd["saturation"] * normal(), 0, 1),
        eumelanin_share=np.clip(template.eumelanin_share + sd["eumelanin_share"] * normal(), 0, 1),
        epidermis_mm=template.epidermis_mm * np.exp(sd["epidermal_thickness"] * normal()),
        scattering_scale=np.exp(sd["scattering"] * normal()),
    )
    melanin = np.minimum(melanin, 900 * np.asarray(people.epidermis_mm))
    rgb = spectrum_to_linear_srgb(skin_spectrum(with_melanin_column(people, melanin), points=8))
    rgb = rgb + sd["specular_residue"] * normal((count, 1))
    rgb = rgb * np.exp(prior.shading_sd * normal((count, 1)) + prior.noise * normal((count, 3)))
    return melanin, blood, rgb


def test_absolute_intervals_cover_a_population(inverter: Inverter) -> None:
    melanin, blood, rgb = simulated_people(800, inverter.table.template, inverter.prior)
    found = inverter.estimate(rgb, one_person=False)
    assert 0.60 <= np.mean(np.abs(found.melanin_um - melanin) < found.melanin_sd) <= 0.76
    assert 0.60 <= np.mean(np.abs(found.blood - blood) < found.blood_sd) <= 0.76
    assert found.in_gamut.mean() > 0.99
    # Error of ln melanin by tone: the bars are what the best learned inverse reached, with 15 % to spare.
    share = melanin / inverter.table.epidermis_um
    for low, high, bar in ((0.015, 0.03, 0.37), (0.03, 0.06, 0.24), (0.06, 0.1, 0.17), (0.1, 0.45, 0.14)):
        band = (share > low) & (share <= high)
        error = np.log(found.melanin_um[band] / melanin[band])
        assert np.sqrt(np.mean(error**2)) <= 1.15 * bar


def test_relative_intervals_cover_one_picture(inverter: Inverter) -> None:
    rng = np.random.default_rng(2)
    prior, shape = inverter.prior, (60, 60)
    melanin = np.exp(rng.normal(np.log(2.0), 0.7, shape))
    blood = np.exp(rng.normal(np.log(0.02), 0.3, shape))
    light = np.exp(
        prior.shading_sd * rng.normal(size=(*shape, 1)) + prior.noise * rng.normal(size=(*shape, 3))
    )
    found = inverter.estimate(inverter.table.linear_srgb(melanin, blood) * light)
    assert 0.60 <= np.mean(np.abs(found.melanin_um - melanin) < found.melanin_sd_relative) <= 0.76
    assert 0.60 <= np.mean(np.abs(found.blood - blood) < found.blood_sd_relative) <= 0.76


def test_two_unknowns_alone_reach_the_information_bound(inverter: Inverter) -> None:
    # Published in the design study: 1 % noise, all else known, percent of melanin for six tones.
    bound = np.array([0.46, 0.10, 0.05, 0.03, 0.02, 0.013, 0.010])
    share = np.array([0.002, 0.01, 0.02, 0.04, 0.07, 0.13, 0.25])
    flat = dataclasses.replace(inverter.prior, shading_sd=1e-6, melanin_sd=20.0, blood_sd=20.0)
    sharp = Inverter(inverter.table, flat)
    melanin = share * inverter.table.epidermis_um
    rng = np.random.default_rng(4)
    clean = np.broadcast_to(inverter.table.linear_srgb(melanin, 0.02), (600, 7, 3))
    for tone in range(1, 7):
        noisy = clean[:, tone] * np.exp(flat.noise * rng.normal(size=(600, 3)))
        found = sharp.estimate(noisy)
        assert np.log(found.melanin_um / melanin[tone]).std() <= 1.3 * bound[tone]
    stated = sharp.estimate(clean[0])
    assert np.all(stated.melanin_sd_relative / melanin <= 1.3 * bound)


def test_unknown_gains_widen_absolute_intervals_only(inverter: Inverter) -> None:
    picture = inverter.table.linear_srgb(PHOTOTYPES * inverter.table.epidermis_um, 0.02)
    known = inverter.estimate(picture)
    loose = Inverter(inverter.table, gain_sd=0.1).estimate(picture)
    assert np.all(loose.melanin_sd > 1.05 * known.melanin_sd)
    np.testing.assert_allclose(loose.melanin_sd_relative, known.melanin_sd_relative, rtol=0.1)


def test_colours_that_are_not_skin_are_flagged(inverter: Inverter) -> None:
    odd = np.array([[0.1, 0.2, 0.8], [0.0, 0.0, 0.0], [np.nan, 0.2, 0.1], [0.1, 0.6, 0.1], [-0.1, 0.2, 0.1]])
    found = inverter.estimate(odd, one_person=False)
    assert not found.in_gamut.any()
    assert np.all(np.isfinite(found.melanin_um) & np.isfinite(found.melanin_sd) & np.isfinite(found.blood))


def test_shapes_are_kept_and_wrong_ones_refused(inverter: Inverter) -> None:
    assert inverter.estimate(np.full((2, 3, 4, 3), 0.3)).melanin_um.shape == (2, 3, 4)
    assert inverter.estimate([0.4, 0.25, 0.2]).melanin_um.shape == ()
    for bad in (np.ones((4, 4)), np.ones((0, 3)), 1.0):
        with pytest.raises(PhotographError, match="linear sRGB"):
            inverter.estimate(bad)


def test_half_a_thousand_squared_pixels_take_seconds(inverter: Inverter) -> None:
    rng = np.random.default_rng(0)
    picture = inverter.table.linear_srgb(np.exp(rng.normal(0.7, 0.7, (512, 512))), 0.02)
    picture = picture * np.exp(0.02 * rng.normal(size=picture.shape))
    begin = time.process_time()
    inverter.estimate(picture)
    # About 1.1 s of one core; the limit leaves room for a slow machine.
    assert time.process_time() - begin < 5
