"""Colours of skin, which no patch of a card has, from what the card says of sensor and lamp.

    corrected = M t(y / (T 1))         y: developed reading of the skin, T 1: that of a perfect white

t: channels and square roots of their products (:mod:`.correction`). M (3, 6, rows sum to 1: a neutral stays one) is
fitted to skins drawn from the ledger's priors (:mod:`skintwin.optics.posterior.population`), with and without gloss,
under responses T drawn from their posterior, so that it counts on no more of T than the card has shown. ``sd_lab`` is
what is left on other skins under other draws. Terms that depend on the level of light follow the drawn skins more
closely and measured ones less (NIST's forearms: a*, b* wrong by 0.7 instead of 0.3), and are not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.evidence import ledger
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.photo.cards.correction import Correction, matrix_of, terms
from skintwin.photo.cards.reference import Reference
from skintwin.photo.cards.responses import ResponsePrior
from skintwin.photo.cards.sensing import Sensing, sense

Array = NDArray[np.float64]

_PEOPLE: Final = 400
_SEED: Final = 20260
_RESPONSES: Final = 48
_EACH: Final = 50  # skins under each response


@dataclass(frozen=True, eq=False)
class SkinColour:
    """sensing: of the card. white: (3,) T 1. matrix: (3, 6).

    sd_lab: (3,) standard deviation of L*, a*, b* of skin, the level of light at its place not counted. gain_sd: (3,) of
    ln of its channels. expected: CIEDE2000, median over skins. Where the card reads unlike that of any camera (a phone
    changes colours from place to place), skin is taken to be read as badly.
    """

    sensing: Sensing
    white: Array
    matrix: Array
    sd_lab: Array
    gain_sd: Array
    expected: float

    def __call__(self, linear_srgb: ArrayLike) -> Array:
        """(..., 3) linear sRGB of skin in the photograph → (..., 3) linear sRGB as lit by D65."""
        y = self.sensing.developed(np.asarray(linear_srgb, np.float64)) / self.white
        return np.asarray(terms(y, "root") @ self.matrix.T)


def fit_skin_colour(
    seen: Array, card: Reference, correction: Correction, prior: ResponsePrior | None = None
) -> SkinColour:
    """(24, 3) linear sRGB of the patches, the edition of the card, and the plain correction of it."""
    from skintwin.optics.colour import delta_e_2000

    sensing = sense(seen, card, correction, prior)
    spectra, colours = skins()
    responses = sensing.drawn(_RESPONSES)
    white = np.einsum("h,hcw->c", sensing.weight, sensing.mean)
    rng = np.random.default_rng(_SEED)
    chosen = np.stack([rng.permutation(len(spectra))[:_EACH] for _ in responses])
    gloss = rng.uniform(0.0, ledger().value("cards.gloss_most", "1"), (*chosen.shape, 1))
    x = np.einsum("ncw,npw->npc", responses, spectra[chosen]) + gloss * responses.sum(axis=2)[:, None]
    x, target = np.maximum(x / white, 1e-6), colours[chosen] + gloss

    def matrix(of: slice) -> Array:
        return matrix_of(x[of].reshape(-1, 3), target[of].reshape(-1, 3), "root")

    half = len(responses) // 2
    rough = np.sqrt(max(float(sensing.weight @ sensing.poor**2) - 1.0, 0.0))
    light, own = (rough * ledger().value(f"cards.{n}_sd", "1") for n in ("patch_light", "reading"))
    noise = light * rng.standard_normal((*chosen[half:].shape, 1)) + own * rng.standard_normal(x[half:].shape)
    made = np.maximum(terms(x[half:] * np.exp(noise), "root") @ matrix(slice(half)).T, 1e-4)
    lab, true = linear_srgb_to_lab(made), linear_srgb_to_lab(target[half:])
    sd, gain_sd = (np.sqrt((d**2).mean(axis=(0, 1))) for d in (lab - true, np.log(made / target[half:])))
    unlike = np.array([ledger().value(f"cards.skin_unlike_{c}", "1") for c in ("light", "hue", "hue")])
    expected = float(np.median(delta_e_2000(lab, true)))
    return SkinColour(sensing, white, matrix(slice(None)), np.hypot(sd, unlike), gain_sd, expected)


@cache
def skins() -> tuple[Array, Array]:
    """(n, 31) reflectance on ``VISIBLE_NM`` of skins from the priors, and (n, 3) their linear sRGB under D65."""
    from skintwin.optics.colour import xyz_to_linear_srgb
    from skintwin.optics.emulator import SkinEmulator
    from skintwin.optics.emulator_data import EMULATED_NM
    from skintwin.optics.posterior.population import draw_people
    from skintwin.optics.spectra import VISIBLE_NM, xyz_weights

    emulator = SkinEmulator.load()
    people = draw_people(_PEOPLE, _SEED)
    all_bands = emulator.spectra(emulator.coefficients(people.places))
    spectra = np.asarray(all_bands[:, np.searchsorted(EMULATED_NM, VISIBLE_NM)], np.float64)
    return spectra, xyz_to_linear_srgb(spectra @ xyz_weights())
