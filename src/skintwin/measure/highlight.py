"""A lamp mirrored on the skin: how much of its light lies over every place, and the photograph without it.

What the surface of the skin reflects has the colour h of the light and adds to what skin sends back,

    x(p) = D(p) + g(p) h.

A lamp that is seen in the skin makes g a bell, a good part of the frame wide. It makes skin pale as a loss of pigment
does, and dark skin most: 0.03 of white are 6 units of L* in phototype VI and 2.5 in I. Colours, contrasts to the skin
around and what has closed of a lesion are all wrong by it, and no colour card sees it.

Over blocks k of healthy skin all over the frame and channels c, with places p in half diagonals from its middle,

    ln x_kc = ln(D_kc + a φ(p_k) h_c) + e_kc,        ln D_kc = s_c + b·t(p_k),        t = (x, y, x² + y², x², x y)
    cov e = σ_m² K_m ⊗ v vᵀ + σ_b² K_b ⊗ β βᵀ + σ_l² K_l ⊗ 1 1ᵀ + own.

D: skin of one colour in a light that slopes and falls off. e: melanin, blood and folds that differ from place to place
(v, β: what they do to ln light on this project's optics; K: Gaussian in distance). φ = exp(−|p − q|²/r²): a bell at
any place q and of any size r; a ≥ 0 half-normal. Bells on a grid are tried as faint ones, and the best few are fitted
by Gauss–Newton in s, b, a, q and ln r; the probability of a lamp is that of Laplace's approximation at the best,
against no lamp at all with even odds. How uneven a person's skin is, is not known either: σ_m, σ_b and σ_l are tried as
they are and up to 8 times as large (``_UNEVEN``), each with and without a lamp. What is known of a lamp's light at a
place follows from the same approximation; it is taken away in the measure of the probability that there is a lamp.

What all places of the frame share stays: an even sheen has no border against paler skin. Between crossed polarisers
there is nothing to take away.

A photograph without a colour card is left as it is (:func:`.lesion.measure_lesion`): the colour of its light and its
tone curve are not known, and on real ones the search took redness around a lesion, a thumb and the light skin of an
overexposed picture for lamps (docs/highlights.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from skintwin.evidence import ledger
from skintwin.measure.calibration import Calibration
from skintwin.measure.skin_light import blood_direction, melanin_direction
from skintwin.photo.cards.shading import frame_middle
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.skin_blocks import SkinBlocks, skin_blocks

Array = NDArray[np.float64]

_SIZES: Final = (0.25, 0.35, 0.5, 0.7)  # of bells on the grid, half diagonals
_APART: Final = 0.5  # sizes from one bell to the next
_SEEN: Final = 0.3  # of a bell's height, that some block must show
_STARTS: Final = 6  # bells that are fitted
_STEPS: Final = 12
_DAMPED: Final = 4  # times that a step is halved
_FEWEST: Final = 20  # blocks
_UNLIKELY: Final = 0.02  # probability below which there is no lamp
_AWAY: Final = 0.4  # radii of the lesion: a border that fades is no skin
_UNEVEN: Final = (1.0, 2.0, 4.0, 8.0)
_LEVEL: Final = 10.0  # sd of ln light of skin: not known beforehand
_PLACE: Final = 0.7  # half sides: sd of the place of a bell
_NODES: Final = 96  # along the longer side at which the reflection is worked out
_STRIP: Final = 16  # rows taken at a time: few enough to stay in the cache
_LEAST_LEFT: Final = 0.1  # of the light of a pixel, whatever is taken away
_SKIN: Final = 8  # numbers of the skin and its light


@dataclass(frozen=True, eq=False)
class Highlight:
    """Reflection of a lamp beyond what the whole frame shares.

    colour: (3,) h, linear sRGB of the photograph per unit of white. shape: of the photograph. bell: (4,) amplitude
    (units of a white), x, y (half diagonals from the middle of the frame), ln size. covariance: (4, 4) of it.
    probability: that there is a lamp.
    """

    colour: Array
    shape: tuple[int, int]
    bell: Array
    covariance: Array
    probability: float

    @property
    def found(self) -> bool:
        """Whether there is anything to take away."""
        return self.probability > 0.0

    def level(self, at: Array) -> tuple[Array, Array]:
        """(n,) reflection at (n, 2) x, y in pixels and its standard deviation, units of a white."""
        half, middle = frame_middle(self.shape)
        height, slopes = _bell((at - middle) / half, self.bell)
        mean = self.probability * height
        own = np.einsum("ni,ij,nj->n", slopes, self.covariance, slopes)
        variance = self.probability * (own + height**2) - mean**2
        return mean, np.sqrt(np.maximum(variance, 0.0) + (ledger().value("highlight.shape_sd", "1") * mean) ** 2)

    def in_region(self, region: Mask) -> tuple[float, float]:
        """Mean reflection over (h, w) region, and its standard deviation; 0 for an empty one."""
        y, x = np.nonzero(region)
        if not (x.size and self.found):
            return 0.0, 0.0
        few = slice(None, None, max(1, x.size // 500))
        mean, sd = self.level(np.stack([x[few], y[few]], axis=1).astype(np.float64))
        return float(mean.mean()), float(sd.mean())

    def taken_from(self, photograph: Photograph) -> Photograph:
        """The photograph without it."""
        if not self.found:
            return photograph
        import cv2

        step = max(self.shape) / _NODES
        rows, columns = (max(2, round(n / step)) for n in self.shape)
        y, x = ((np.arange(n) + 0.5) * side / n - 0.5 for n, side in zip((rows, columns), self.shape, strict=True))
        mean, _ = self.level(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
        coarse = mean.reshape(rows, columns).astype(np.float32)
        level = cv2.resize(coarse, self.shape[::-1], interpolation=cv2.INTER_CUBIC)
        linear, colour = np.empty_like(photograph.linear_srgb), self.colour.astype(np.float32)
        for first in range(0, self.shape[0], _STRIP):
            strip = slice(first, first + _STRIP)
            seen = photograph.linear_srgb[strip]
            least = np.minimum(seen, np.float32(_LEAST_LEFT) * seen)  # below 0 stays as it is
            np.maximum(seen - level[strip, :, None] * colour, least, out=linear[strip])
        return replace(photograph, linear_srgb=linear)


def no_highlight(shape: tuple[int, int]) -> Highlight:
    """Nothing to take away."""
    return Highlight(np.ones(3), shape, np.zeros(4), np.zeros((4, 4)), 0.0)


def find_highlight(photograph: Photograph, lesion: Mask, calibration: Calibration | None = None) -> Highlight:
    """The lamp mirrored on the skin of a photograph with a lesion (h, w), whose ``valid`` leaves out cards and rulers.

    With a colour card its white is the colour of the light; without, that of the file. Nothing where too little skin is
    seen around the lesion, or where a lamp is unlikely.
    """
    like = ledger().value("highlight.skin_like", "1")
    blocks = skin_blocks(photograph, lesion, like, away_radii=_AWAY)
    if len(blocks.at) < _FEWEST:
        return no_highlight(photograph.shape)
    colour = _colour(np.exp(np.median(blocks.logs[:, :3], axis=0)), calibration)
    tried = [_Search(blocks, photograph.shape, colour, uneven) for uneven in _UNEVEN]
    lamps = [lamp for lamp in (search.lamp() for search in tried) if lamp is not None]
    if not lamps:
        return no_highlight(photograph.shape)
    odds = float(np.logaddexp.reduce([lamp[2] for lamp in lamps]) - np.logaddexp.reduce([s.without for s in tried]))
    probability = float(1.0 / (1.0 + np.exp(-odds)))
    if probability < _UNLIKELY:
        return no_highlight(photograph.shape)
    bell, covariance, _ = max(lamps, key=lambda lamp: lamp[2])
    return Highlight(colour, photograph.shape, bell, covariance, probability)


def contrast_sd(sd: float, lesion: Array, skin: Array) -> Array:
    """(3,) by how much ln(lesion / skin) of light (3,) each is wrong where both have ``sd`` of white too much."""
    moved = np.log((lesion + sd) / (skin + sd)) - np.log(lesion / skin)
    return np.asarray(np.abs(moved), np.float64)


def _colour(skin: Array, calibration: Calibration | None) -> Array:
    """(3,) linear sRGB of the photograph that a unit of white adds to skin of (3,) this light."""
    if calibration is None or calibration.card is None:
        return np.ones(3)
    card = calibration.card.skin
    step = 0.05 * skin
    rise = (card.sensing.developed(skin + step) - card.sensing.developed(skin - step)) / card.white
    return np.asarray(2.0 * step / np.maximum(rise, 1e-6))


def _bell(p: Array, bell: Array) -> tuple[Array, Array]:
    """(n,) height of a bell (4,) at places (n, 2), and (n, 4) its slopes in the bell's numbers."""
    amplitude, x, y, log_size = bell
    size = np.exp(2.0 * log_size)
    away = p - [x, y]
    apart = (away**2).sum(axis=-1) / size
    shape = np.exp(-apart)
    slopes = [np.ones(len(p)), *(amplitude * 2.0 * away.T / size), 2.0 * amplitude * apart]
    return amplitude * shape, np.stack(slopes, axis=-1) * shape[:, None]


class _Search:
    """What is the same for every bell; see the module's docstring."""

    def __init__(self, blocks: SkinBlocks, shape: tuple[int, int], colour: Array, uneven: float) -> None:
        half, middle = frame_middle(shape)
        self.colour, self.p, value = colour, (blocks.at - middle) / half, ledger().value
        count = len(self.p)
        apart = ((self.p[:, None] - self.p[None]) ** 2).sum(axis=-1)
        pigment = np.exp(-apart / value("cards.mottle_size", "1") ** 2)
        folds = np.exp(-apart / value("highlight.light_size", "1") ** 2)
        melanin, blood = melanin_direction(float(np.exp(np.median(blocks.logs[:, 1])))), blood_direction()
        parts = (("melanin", pigment, uneven * melanin), ("blood", pigment, uneven * blood),
                 ("light", folds, uneven * np.ones(3)), ("block", np.eye(count), np.ones(3)))  # fmt: skip
        spread = sum(value(f"highlight.{name}_sd", "1") ** 2 * np.kron(k, np.outer(v, v)) for name, k, v in parts)
        own = np.hypot(blocks.sd[:, :3], 0.5 * value("highlight.block_sd", "1")) ** 2
        self.lower = np.linalg.cholesky(spread + np.diag(own.ravel()))
        x, y = self.p.T
        flat = np.stack([x, y, x**2 + y**2, x**2, x * y], axis=1)
        self.design = np.concatenate([np.tile(np.eye(3), (count, 1)), np.repeat(flat, 3, axis=0)], axis=1)
        slope = np.hypot(value("cards.light_slope_sd", "1"), value("cards.turn_sd", "1"))
        fall, curve = value("cards.light_fall_sd", "1"), value("cards.turn_curve_sd", "1")
        self.half_sides = np.array(shape[::-1]) / 2 / half
        skin_sd = [_LEVEL, _LEVEL, _LEVEL, slope, slope, fall, curve, curve]
        bell_sd = [value("highlight.amplitude", "1"), *(_PLACE * self.half_sides), value("highlight.size_sd", "1")]
        self.sd = np.array([*skin_sd, *bell_sd])
        self.usual = np.zeros(_SKIN + 4)
        self.usual[5] = -value("cards.light_fall", "1")
        self.usual[-1] = np.log(value("highlight.size", "1"))
        self.seen = self._white(blocks.logs[:, :3].ravel())
        self.volume = float(np.log(np.diag(self.lower)).sum())
        self.bare, precision = self._white(self.design), self.sd[:_SKIN] ** -2.0
        self.held = self.bare.T @ self.bare + np.diag(precision)
        pull = self.bare.T @ self.seen + precision * self.usual[:_SKIN]
        self.skin = np.asarray(np.linalg.solve(self.held, pull), np.float64)
        self.rest = self.seen - self.bare @ self.skin
        self.without = self._log_density(self.rest, self.skin) - 0.5 * float(np.linalg.slogdet(self.held)[1])

    def lamp(self) -> tuple[Array, Array, float] | None:
        """The likeliest bell (4,), its covariance, and ln of the probability of it and of what is seen; None where all
        would be negative. ``without`` is that of no bell."""
        fits = [fit for fit in (self._fit(start) for start in self._starts()) if fit is not None]
        if not fits:
            return None
        numbers, held, score = max(fits, key=lambda fit: fit[2])
        return numbers[_SKIN:], np.asarray(np.linalg.inv(held)[_SKIN:, _SKIN:], np.float64), score

    def _starts(self) -> list[Array]:
        """Bells on a grid that would take most of what is left, if they were faint."""
        light = np.exp(self.design @ self.skin).reshape(-1, 3)
        found = []
        for size in _SIZES:
            columns, rows = (max(4, int(np.ceil(n / (_APART * size) * 2))) for n in self.half_sides)
            x, y = (np.linspace(-n, n, count) for n, count in zip(self.half_sides, (columns, rows), strict=True))
            at = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
            heights = np.exp(-((self.p[:, None] - at[None]) ** 2).sum(axis=-1) / size**2)
            slopes = self._white((heights[:, None, :] * (self.colour / light)[:, :, None]).reshape(self.rest.size, -1))
            shared = self.bare.T @ slopes
            steep = (slopes**2).sum(axis=0) - (shared * np.linalg.solve(self.held, shared)).sum(axis=0)
            steep += self.sd[_SKIN] ** -2.0
            pull = slopes.T @ self.rest
            good = np.nonzero((pull > 0) & (heights.max(axis=0) > _SEEN))[0]
            found += [(pull[k] ** 2 / steep[k], pull[k] / steep[k], *at[k], np.log(size)) for k in good]
        found.sort(reverse=True)
        return [np.array(each[1:]) for each in found[:_STARTS]]

    def _fit(self, start: Array) -> tuple[Array, Array, float] | None:
        """All numbers, the precision they are held by, and ln of the probability of them and of what is seen, from a
        start; None where the amplitude would be negative."""
        numbers = np.concatenate([self.skin, start])
        cost, left, slopes = self._at(numbers)
        precision = self.sd**-2.0
        held = slopes.T @ slopes + np.diag(precision)
        for _ in range(_STEPS):
            way = np.linalg.solve(held, slopes.T @ left - precision * (numbers - self.usual))
            for halved in range(_DAMPED):
                moved = numbers + way * 0.5**halved
                moved[_SKIN] = max(moved[_SKIN], 0.0)
                new, left_new, slopes_new = self._at(moved)
                if new < cost:
                    break
            else:
                break
            done = cost - new < 1e-3
            numbers, cost, left, slopes = moved, new, left_new, slopes_new
            held = slopes.T @ slopes + np.diag(precision)
            if done:
                break
        if numbers[_SKIN] <= 0.0:
            return None
        # ln of the priors' densities that "no lamp" does not have, with Laplace's factors √2π; half-normal: times 2.
        score = -cost - 0.5 * np.linalg.slogdet(held)[1] + np.log(2.0) - np.log(self.sd[_SKIN:]).sum()
        return numbers, held, float(score)

    def _at(self, numbers: Array) -> tuple[float, Array, Array]:
        """−ln density but for constants, what is left of what is seen, and the slopes of what is expected."""
        skin = np.exp(self.design @ numbers[:_SKIN]).reshape(-1, 3)
        height, turns = _bell(self.p, numbers[_SKIN:])
        whole = skin + height[:, None] * self.colour
        left = self.seen - self._white(np.log(whole).ravel())
        by_skin = (skin / whole).reshape(-1, 1) * self.design
        by_bell = ((self.colour / whole)[:, :, None] * turns[:, None, :]).reshape(-1, 4)
        return -self._log_density(left, numbers), left, self._white(np.concatenate([by_skin, by_bell], axis=1))

    def _log_density(self, left: Array, numbers: Array) -> float:
        """Of what is seen and of the numbers, but for constants that all hypotheses share."""
        sd, usual = self.sd[: len(numbers)], self.usual[: len(numbers)]
        return -self.volume + float(-0.5 * left @ left - 0.5 * (((numbers - usual) / sd) ** 2).sum())

    def _white(self, values: Array) -> Array:
        return np.asarray(solve_triangular(self.lower, values, lower=True, check_finite=False))
