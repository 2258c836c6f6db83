"""What a pixel says: the packaged posterior is calibrated and near the exact one; odd colours are flagged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from skintwin.cli import optics as optics_cli
from skintwin.errors import ConfigError, PhotographError
from skintwin.optics.colour import srgb_encode
from skintwin.optics.posterior.channels import ChannelSet, PixelNoise
from skintwin.optics.posterior.exact import exact_posterior
from skintwin.optics.posterior.network import MELANIN_FOOT, PosteriorNet, made_from, write_posterior
from skintwin.optics.posterior.photographs import photograph_coverage
from skintwin.optics.posterior.population import People, Priors, draw_people, record
from skintwin.optics.posterior.table import PosteriorTable

Array = NDArray[np.float64]
SEED = 31337  # not that of the training


@pytest.fixture(scope="module")
def seen() -> tuple[People, Array]:
    """20,000 people and their recorded colours."""
    people, channels = draw_people(20_000, SEED), ChannelSet.srgb()
    raw = people.raw(channels)
    return people, record(raw, channels, Priors.from_ledger().shading, np.random.default_rng(SEED))


def test_intervals_hold_what_they_say_at_every_brightness(seen: tuple[People, Array]) -> None:
    people, pictures = seen
    found = PosteriorTable.packaged().estimate(pictures)
    u = np.log((people.melanin_um + MELANIN_FOOT) / (found.melanin_um + MELANIN_FOOT)) / found.melanin_sd
    v = np.log(people.blood / found.blood) / found.blood_sd
    assert found.in_gamut.mean() > 0.995
    for rows in np.array_split(np.argsort(pictures[:, 1]), 6):
        for z in (u[rows], v[rows]):
            # 3,333 people: one standard error is 0.8 points.
            assert abs(np.mean(np.abs(z) < 1.0) - 0.6827) < 0.03
            assert abs(np.mean(np.abs(z) < 1.645) - 0.90) < 0.03


def test_error_by_tone_is_that_of_the_best_learned_inverse(seen: tuple[People, Array]) -> None:
    people, pictures = seen
    found = PosteriorTable.packaged().estimate(pictures)
    share = people.melanin_um / 57.0
    for low, high, melanin in ((0.015, 0.03, 0.37), (0.03, 0.06, 0.24), (0.06, 0.1, 0.17), (0.1, 0.18, 0.14)):
        band = (share > low) & (share <= high)
        assert np.sqrt(np.mean(np.log(found.melanin_um[band] / people.melanin_um[band]) ** 2)) <= 1.03 * melanin


def test_network_is_near_the_posterior_by_definition(seen: tuple[People, Array]) -> None:
    _, pictures = seen
    channels, net = ChannelSet.srgb(), PosteriorNet.load()
    bright = pictures[pictures[:, 1] > 0.12][:3]
    mean, sd = net(bright)
    for k, pixel in enumerate(bright):
        exact = exact_posterior(pixel, channels, 1024)
        assert exact.samples > 100
        error = exact.sd / np.sqrt(exact.samples)  # of the reference itself
        assert np.all(np.abs(mean[k] - exact.mean)[:2] < 4.0 * error[:2] + 0.02)
        np.testing.assert_allclose(sd[k, :2], exact.sd[:2], rtol=0.2)


def test_table_bytes_and_floats_agree(seen: tuple[People, Array]) -> None:
    _, pictures = seen
    table, net = PosteriorTable.packaged(), PosteriorNet.load()
    mean, sd = net(pictures)
    found = table.estimate(pictures)
    inside = found.in_gamut & (found.melanin_um > 0.1)
    off = np.log(found.melanin_um + MELANIN_FOOT) - mean[:, 0]
    assert np.sqrt(np.mean(off[inside] ** 2)) < 0.012
    np.testing.assert_allclose(found.melanin_sd[inside], sd[inside, 0], rtol=0.25)
    codes = np.round(255 * srgb_encode(np.clip(pictures, 0, 1))).astype(np.uint8)
    assert np.median(np.abs(np.log(table.estimate(codes).melanin_um / found.melanin_um)[inside])) < 0.02


def test_colours_that_are_not_skin_are_flagged() -> None:
    odd = [
        [0.1, 0.2, 0.8],
        [0, 0, 0],
        [np.nan, 0.2, 0.1],
        [0.1, 0.6, 0.1],
        [-0.1, 0.2, 0.1],
        [np.inf, 0.2, 0.1],
        [1, 1, 1],
    ]
    found = PosteriorTable.packaged().estimate(np.array(odd, np.float32))
    assert not found.in_gamut.any()
    assert np.all(np.isfinite(found.melanin_um) & np.isfinite(found.blood_sd))
    assert not PosteriorTable.packaged().estimate(np.array([[0, 0, 255], [0, 0, 0]], np.uint8)).in_gamut.any()


def test_shapes_are_kept_and_wrong_ones_refused() -> None:
    table = PosteriorTable.packaged()
    assert table.estimate(np.full((2, 5, 3), 0.3)).melanin_um.shape == (2, 5)
    assert table.estimate([0.4, 0.25, 0.2]).blood.shape == ()
    low, high = table.estimate(np.array([0.4, 0.25, 0.2])).melanin_interval()
    assert 0 < low < high
    with pytest.raises(PhotographError, match="not empty"):
        table.estimate(np.ones((4, 4)))


def test_dermal_melanin_comes_with_its_ignorance(seen: tuple[People, Array]) -> None:
    _, pictures = seen
    index = PosteriorTable.packaged().dermal_index(pictures)
    dark = pictures[:, 1] < 0.05
    assert np.all(index.sd > 0.3)
    assert index.sd[dark].mean() > 0.93  # in dark skin the picture tells nothing


def test_weights_of_other_numbers_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "net.npz"
    write_posterior(PosteriorNet.load(), out, ChannelSet.srgb())
    with pytest.raises(ConfigError, match="skintwin optics train-inverse"):
        PosteriorNet.read(out, ChannelSet.srgb(PixelNoise(share=0.02)))
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"not weights")
    with pytest.raises(ConfigError, match="not a posterior"):
        PosteriorNet.read(bad, ChannelSet.srgb())


def test_command_trains_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "net.npz"
    done = CliRunner().invoke(optics_cli.app, ["train-inverse", "--out", str(out), "--people", "4096", "--steps", "20"])
    assert done.exit_code == 0, done.output
    assert PosteriorNet.read(out, ChannelSet.srgb()).channels == ("R", "G", "B")


def test_photographs_have_a_posterior_of_their_own() -> None:
    even, rough = PosteriorTable.packaged(), PosteriorTable.packaged("photograph")
    skin = np.array([[0.42, 0.25, 0.19], [0.16, 0.085, 0.05]])
    assert np.all(rough.estimate(skin).blood_sd > 1.02 * even.estimate(skin).blood_sd)
    np.testing.assert_allclose(rough.estimate(skin).melanin_um, even.estimate(skin).melanin_um, rtol=0.1)
    with pytest.raises(ConfigError, match="srgb or photograph"):
        PosteriorNet.load("film")
    with pytest.raises(ConfigError, match="of a photograph"):
        ChannelSet.photograph().covariance(skin)


@pytest.mark.slow
def test_intervals_hold_on_photographs_with_texture() -> None:
    found = photograph_coverage(PosteriorTable.packaged("photograph"), 512, seed=5)[-1]
    # 512 people: one standard error is 2 points; by class see docs/optics-verification.md.
    assert found.worst < 6.0, found


def test_the_fingerprint_is_of_numbers_and_not_of_a_machines_last_bit() -> None:
    own = ChannelSet.photograph()
    wells = tuple(well * (1 + 1e-13) for well in np.ravel(own.noise.full_well))
    other = replace(own, weights=own.weights - 1e-13, noise=replace(own.noise, full_well=wells))
    assert made_from(other) == made_from(own)
    assert made_from(replace(own, noise=replace(own.noise, read=own.noise.read + 0.1))) != made_from(own)
