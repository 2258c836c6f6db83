"""The law of what a photograph does to a pixel: it is the one measured, and what JPEG takes of mottling is in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from skintwin.optics.camera.device import Camera
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.network import MELANIN_FOOT, PosteriorNet
from skintwin.optics.posterior.photograph_law import PhotographLaw, codes_of, deviated, features_of, photographed
from skintwin.optics.posterior.population import Priors, draw_people
from skintwin.optics.posterior.rendered import one_photograph, spread_people
from skintwin.optics.texture.settings import Texture

Array = NDArray[np.float64]
SEED = 60606  # neither that of the law nor of the training


@pytest.fixture(scope="module")
def law() -> PhotographLaw:
    found = PosteriorNet.load("photograph").law
    assert found is not None
    return found


def test_codes_without_deviation_give_the_colour_back() -> None:
    linear = np.array([[0.5, 0.3, 0.2], [0.08, 0.04, 0.03]])
    np.testing.assert_allclose(deviated(codes_of(linear), np.zeros((2, 3))), linear, rtol=1e-9)
    brighter = codes_of(deviated(codes_of(linear), np.tile([2.0, 0.0, 0.0], (2, 1))))
    np.testing.assert_allclose(brighter, codes_of(linear) + 2.0, rtol=1e-9)  # Y' alone moves all three


def test_draws_have_the_covariance_of_the_law(law: PhotographLaw) -> None:
    at = np.tile(law.centre, (200_000, 1))
    pigment, away = law.draw(at, np.random.default_rng(SEED))
    got, said = np.cov(np.concatenate([pigment, away], axis=1).T), law.covariance(law.centre[None])[0]
    unit = np.sqrt(np.diag(said))
    np.testing.assert_allclose(got / np.outer(unit, unit), said / np.outer(unit, unit), atol=0.012)
    assert np.linalg.eigvalsh(said).min() > 0
    # Beyond the people on whom it was measured it stays what it is at their border.
    np.testing.assert_allclose(law.covariance(law.high[None] + 5.0), law.covariance(law.high[None]))


def test_photographs_of_others_have_the_law(law: PhotographLaw) -> None:
    people, camera, count = spread_people(48, SEED), Camera.usual(), 48
    channels = ChannelSet.photograph()
    codes = codes_of(channels.recorded(people.raw(channels)))
    features = features_of(people, codes)
    ycc = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
    scores = []
    for n in range(count):
        seen = one_photograph(people, n, camera, Texture(), 1.0, side=64, seed=SEED)
        rows = np.flatnonzero(seen.hair < 0.02)
        pigment = np.stack(
            [
                np.log((seen.melanin + MELANIN_FOOT) / (people.melanin_um[n] + MELANIN_FOOT)),
                np.log(seen.blood / people.blood[n]),
            ],
            axis=1,
        )
        x = np.concatenate([pigment, (seen.pixels - codes[n]) @ ycc.T], axis=1)[rows]
        root = np.linalg.cholesky(law.covariance(features[n : n + 1])[0])
        scores.append(np.mean(np.linalg.solve(root, x.T) ** 2, axis=1))
    # 48 photographs: one standard error is 0.03, for Cb 0.08.
    np.testing.assert_allclose(np.mean(scores, axis=0), 1.0, atol=0.25)


def test_compression_takes_a_part_of_mottling() -> None:
    """JPEG shows less of the mottling, as spread light does: both errors of blood have the same sign."""
    people, camera = spread_people(32, SEED), Camera.usual(full_well=float("inf"), read_noise=0.0)
    slope = []
    for n in range(32):
        pair = [
            one_photograph(people, n, each, Texture(relief=False, pores=False, vellus=False), 1.0, side=48, seed=SEED)
            for each in (replace(camera, jpeg=None), camera)
        ]
        red = [np.log(each.pixels[:, 0] / 255.0) - np.log(each.pixels[:, 1] / 255.0) for each in pair]
        blood = np.log(pair[0].blood)
        slope.append([np.cov(each, blood)[0, 1] / blood.var() for each in red])
    plain, compressed = np.mean(slope, axis=0)
    assert 0.3 * plain < compressed < 0.97 * plain


def test_a_pixel_of_a_photograph_differs_from_its_person(law: PhotographLaw) -> None:
    people, channels = draw_people(20_000, SEED), ChannelSet.photograph()
    place, linear = photographed(people, channels, law, Priors.from_ledger().shading, np.random.default_rng(SEED))
    away = np.log(place.blood / people.blood)
    assert abs(away.std() - 0.11) < 0.01
    assert abs(away.mean()) < 0.01
    assert linear.shape == (20_000, 3)
    assert np.all((linear >= 0) & (linear <= 1))
    assert np.all(place.melanin_um >= 0)
