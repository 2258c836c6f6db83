"""The bars of the inverse: error by tone, honesty of the intervals, speed, the table, channels, one picture."""

from __future__ import annotations

from time import thread_time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.bars import Bar
from skintwin.optics.measured_skin import ITA_CLASSES, ita_class
from skintwin.optics.posterior.bound import NUISANCES, TONES, least_sd, tone
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.exact import exact_posterior
from skintwin.optics.posterior.network import DERMAL_FOOT, MELANIN_FOOT, PosteriorNet
from skintwin.optics.posterior.photographs import ASKED, Coverage, photograph_coverage
from skintwin.optics.posterior.picture_check import picture_differences
from skintwin.optics.posterior.population import People, Priors, draw_people, record
from skintwin.optics.posterior.table import PosteriorTable
from skintwin.optics.posterior.training import train_posterior

Array = NDArray[np.float64]

SEED: Final = 20262
"""Seed of the people; training must not use it."""
PEOPLE: Final = 100_000
BANDS: Final = {"II": (0.015, 0.03), "III": (0.03, 0.06), "IV": (0.06, 0.10), "V": (0.10, 0.18), "VI": (0.18, 0.45)}
"""Melanosome shares that count as a tone."""
MELANIN_RMS: Final = {"II": 37.0, "III": 24.0, "IV": 17.0, "V": 14.0, "VI": 12.0}
"""rms error (%) of ln melanin of the best learned inverse that was measured, by tone."""
_EXACT: Final = (40, 2048, 150.0)  # pixels, draws, and effective draws from which a pixel counts
_LARGE: Final = 1 << 22
_DERMAL: Final = (1 << 18, 2500)


def inverse_bars(photographs: int = 0) -> list[Bar]:
    """Every row, two minutes on one core; ``photographs``: how many to render for the coverage of the intervals."""
    rows = [
        *tone_bars(),
        *interval_bars(),
        *table_bars(),
        *speed_bars(),
        dermal_bar(),
        *channel_bars(),
        *picture_bars(),
    ]
    return [*rows, *photograph_bars(photograph_coverage(PosteriorTable.packaged("photograph"), photographs))] if (
        photographs
    ) else rows  # fmt: skip


def _seen(prior: Priors, people: int = PEOPLE) -> tuple[People, Array]:
    channels, drawn = ChannelSet.srgb(), draw_people(people, SEED, prior)
    return drawn, record(drawn.raw(channels), channels, prior.shading, np.random.default_rng(SEED))


def tone_bars() -> list[Bar]:
    """rms errors by tone; the bars were measured on people whose stratum corneum and scattering slope are known."""
    usual = Priors.from_ledger()
    rows = []
    for prior, told in ((usual.known("corneum", "slope"), ""), (usual, ", horny layer and slope unknown too")):
        people, pictures = _seen(prior)
        found, barred = PosteriorTable.packaged().estimate(pictures), not told
        share = people.melanin_um / (1e3 * np.exp(usual.middle[4]))
        blood = {}
        for name, (low, high) in BANDS.items():
            band = (share > low) & (share <= high)
            error = 100 * _rms(np.log(found.melanin_um[band] / people.melanin_um[band]))
            blood[name] = 100 * _rms(np.log(found.blood[band] / people.blood[band]))
            must, best = (1.15 * MELANIN_RMS[name], 1.03 * MELANIN_RMS[name]) if barred else (None, None)
            rows.append(Bar(f"inverse: rms of ln melanin, type {name}{told}", "%", error, must, best, 1))
        light = max(blood[name] for name in BANDS if name != "VI")
        for name, error, must, best in (("II to V", light, 16.0, 14.0), ("VI", blood["VI"], 30.0, 25.0)):
            limits = (must, best) if barred else (None, None)
            rows.append(Bar(f"inverse: rms of ln blood, {name}{told}", "%", error, limits[0], limits[1], 1))
    return rows


def interval_bars() -> list[Bar]:
    """Largest distance of the coverage from what is asked, over tone classes of the recorded colour."""
    people, pictures = _seen(Priors.from_ledger())
    found = PosteriorTable.packaged().estimate(pictures)
    u = np.log((people.melanin_um + MELANIN_FOOT) / (found.melanin_um + MELANIN_FOOT)) / found.melanin_sd
    v = np.log(people.blood / found.blood) / found.blood_sd
    ita = colour.ita_degrees(colour.linear_srgb_to_lab(pictures))
    name = np.array([ita_class(float(each)) for each in ita])
    away = dict.fromkeys(ASKED, 0.0)
    for group in (name == each for each, _ in ITA_CLASSES):
        for asked, z in zip(ASKED, (1.0, 1.645), strict=True):
            got = [100.0 * float(np.mean(np.abs(each[group]) < z)) for each in (u, v) if group.any()]
            away[asked] = max([away[asked], *(abs(g - asked) for g in got)])
    return [
        Bar("inverse: 1-sd coverage off 68.3 %, worst class", "points", away[ASKED[0]], 8.0, 1.7, 1),
        Bar("inverse: coverage off 90 %, worst class", "points", away[ASKED[1]], 3.0, None, 1),
        Bar("inverse: people flagged as not skin", "%", 100.0 * float(np.mean(~found.in_gamut)), 1.0, None, 2),
    ]


def table_bars() -> list[Bar]:
    """The table against the network it was baked from, and both against the posterior by its definition."""
    _, pictures = _seen(Priors.from_ledger())
    table, net = PosteriorTable.packaged(), PosteriorNet.load()
    found, (mean, _) = table.estimate(pictures), net(pictures)
    within = found.in_gamut & (found.melanin_um > MELANIN_FOOT)
    own = np.maximum(np.exp(mean[:, 0]) - MELANIN_FOOT, 1e-3)
    off = 100 * _rms(np.log(found.melanin_um[within] / own[within]))
    pixels, draws, counts = _EXACT
    errors, noise, used = [], [], 0
    for k in range(pixels):
        exact = exact_posterior(pictures[k], ChannelSet.srgb(), draws, seed=k)
        if exact.samples > counts:
            used += 1
            errors.append(float(np.log(found.melanin_um[k] + MELANIN_FOOT) - exact.mean[0]))
            noise.append(float(exact.sd[0] ** 2 / exact.samples))
    rest = 100 * float(np.sqrt(max(float(np.mean(np.square(errors)) - np.mean(noise)), 0.0)))
    return [
        Bar("inverse: table's rms error of ln melanin by interpolation", "%", off, 3.0, 1.0),
        Bar(f"inverse: table less the exact posterior ({used} of {pixels} pixels), rms", "%", rest, 3.0, 1.0),
    ]  # fmt: skip


def speed_bars() -> list[Bar]:
    """Millions of pixels a second on this thread: melanin, blood, their sd and the flag; best of some repeats."""
    _, pictures = _seen(Priors.from_ledger(), 1 << 16)
    image = np.ascontiguousarray(np.resize(pictures.astype(np.float32), (_LARGE, 3)))
    codes = np.round(255 * colour.srgb_encode(np.clip(image, 0, 1))).astype(np.uint8)
    out, inside, table = np.empty((_LARGE, 4), np.float32), np.empty(_LARGE, np.bool_), PosteriorTable.packaged()

    def speed(pixels: NDArray[np.generic]) -> float:
        best = np.inf
        for _ in range(9):
            begun = thread_time()
            table.fill(pixels, out, inside)
            best = min(best, thread_time() - begun)
        return _LARGE / best / 1e6

    return [
        Bar("inverse: 4 outputs and flag from float32, one core", "Mpx/s", speed(image), 5.0, 20.0, 1, more=True),
        Bar("inverse: the same from 8-bit sRGB", "Mpx/s", speed(codes), 5.0, 25.0, 1, more=True),
    ]


def dermal_bar() -> Bar:
    """R² of dermal melanin among people who all may have it, by a network trained for them here."""
    prior, (people, steps) = Priors.dermal(), _DERMAL
    net = train_posterior(ChannelSet.srgb(), people, steps, priors=prior)
    drawn, pictures = _seen(prior, 40_000)
    truth, found = np.log(drawn.dermal_um + DERMAL_FOOT), net(pictures)[0][:, 2]
    explained = 1.0 - float(np.mean((truth - found) ** 2) / truth.var())
    return Bar("inverse: dermal melanin where it is suspected, R²", "", explained, None, 0.45, 2, more=True)


def channel_bars() -> list[Bar]:
    """What further channels are worth, by the bound: sd with them over sd without."""
    prior, rgb = Priors.dermal(), ChannelSet.srgb()
    uv, nir = ChannelSet.bands([365.0]), ChannelSet.bands([850.0])

    def worth(name: str, more: ChannelSet, less: ChannelSet) -> float:
        at = tone(TONES[name], prior, dermal=0.003)
        one, two = (least_sd(at, each, (*NUISANCES, "dermal"), priors=prior)["melanin"] for each in (more, less))
        return one / two

    return [
        Bar(
            "channels: sd of melanin with 365 nm over without, vitiligo",
            "",
            worth("vitiligo", rgb + uv, rgb),
            0.6,
            0.46,
        ),
        Bar("channels: with 365 and 850 nm over without, type II", "", worth("II", rgb + uv + nir, rgb), 0.8, 0.65),
    ]


def picture_bars() -> list[Bar]:
    """Errors of differences within a picture over the bound for two unknowns."""
    rows = []
    for left, must, best in ((0.8, 1.3, 1.05), (0.5, None, 1.3)):
        found = picture_differences(left)
        told = ", ".join(f"{each.name} {each.ratio:.2f}" for each in found)
        worst = max(each.ratio for each in found)
        rows.append(
            Bar(
                f"one picture, lesion with {left:.0%} of the melanin: error over the bound ({told})",
                "",
                worst,
                must,
                best,
            )
        )
    return rows


def photograph_bars(found: list[Coverage]) -> list[Bar]:
    """Coverage on rendered photographs by tone class."""
    return [
        Bar(
            f"photographs, {each.name} ({each.photographs}): melanin {each.melanin[0]:.0f}/{each.melanin[1]:.0f} %, "
            f"blood {each.blood[0]:.0f}/{each.blood[1]:.0f} % within 68/90 % intervals, off by",
            "points", each.worst, 3.0, None, 1,
        )
        for each in found
    ]  # fmt: skip


def _rms(values: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
