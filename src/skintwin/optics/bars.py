"""The bars of the optics: what must hold, what is the best that the field shows, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from skintwin.optics.adding_doubling import layered_reflectance, slab_fluxes
from skintwin.optics.emulator import SkinEmulator
from skintwin.optics.emulator_error import emulator_error, one_core_speed
from skintwin.optics.forward_speed import recoated_ms, spectrum_ms
from skintwin.optics.measured_check import MeasuredFit
from skintwin.optics.quadrature import REFERENCE_POINTS, quadrature
from skintwin.optics.verification import Verification

STEP_SKIN = "S16"
"""Start of the name of the truth skin whose stratum corneum has an index of its own."""


@dataclass(frozen=True)
class Bar:
    """One row: what must hold and the best of the field, either of which may be None.

    ``digits`` after the point; ``more``: larger is better (else smaller).
    """

    item: str
    unit: str
    value: float
    must: float | None
    best: float | None
    digits: int = 2
    more: bool = False

    @property
    def passed(self) -> bool:
        """True if what must hold does."""
        return self.must is None or self._clears(self.must)

    @property
    def verdict(self) -> str:
        """Met or by how much it is missed."""
        if self.must is not None and not self._clears(self.must):
            return f"MISSED by {self._gap(self.must)}"
        if self.best is None:
            return "met"
        if self._clears(self.best):
            return "best met"
        return f"{'' if self.must is None else 'must met, '}best missed by {self._gap(self.best)}"

    def cells(self) -> tuple[str, str, str, str, str]:
        """Item, must, best, measured and verdict as text."""
        sign = "≥" if self.more else "≤"

        def bound(limit: float | None) -> str:
            return "–" if limit is None else f"{sign} {self._text(limit)}"

        return self.item, bound(self.must), bound(self.best), self._text(self.value), self.verdict

    def _clears(self, limit: float) -> bool:
        return bool(self.value >= limit if self.more else self.value <= limit)

    def _gap(self, limit: float) -> str:
        return f"{abs(self.value / limit - 1):.0%}"

    def _text(self, value: float) -> str:
        return f"{value:.{self.digits}f} {self.unit}".strip()


def transport_bars(found: Verification, points: int) -> list[Bar]:
    """Adding-doubling against Monte Carlo and two published slabs."""
    plain = max(skin.delta_e for skin in found.skins)
    rows = [
        Bar("Monte Carlo: rms of the relative difference", "%", 100 * found.relative_rms, 0.5, 0.21),
        Bar("Monte Carlo: its mean, absolute", "%", 100 * abs(found.relative_mean), 0.2, 0.005, 3),
        Bar("Monte Carlo: largest abs. z", "", found.z_max, 5.0, 3.5),
        Bar("Monte Carlo: sd of z", "", found.z_sd, None, 1.1),
        Bar("Monte Carlo: largest ΔE00 of a skin (SCE, D65/10°)", "", plain, 0.3, 0.1),
    ]
    stepped = [skin.delta_e for skin in found.skins if skin.name.startswith(STEP_SKIN)]
    rows += [Bar("Monte Carlo: ΔE00 with n = 1.5 in the stratum corneum", "", value, 0.5, 0.1) for value in stepped]
    slab = slab_fluxes(0.9, 2.0, 0.75, points=points)
    away = 1e4 * max(abs(float(slab.reflectance) - 0.09739), abs(float(slab.transmittance) - 0.66096))
    deep = float(layered_reflectance([1.0], [9.0], [0.0], [100.0], points=points, index=1.5))
    giovanelli = 1e4 * abs(deep + quadrature(points, 1.5).specular - 0.2600)
    rows.append(Bar("slab a 0.9, τ 2, g 0.75, n 1: R, T off by", "e-4", away, 2.0, 1.0, 1))
    rows.append(Bar("Giovanelli a 0.9, isotropic, n 1.5: R off by", "e-4", giovanelli, 5.0, 1.0, 1))
    return rows


def speed_bars() -> list[Bar]:
    """Cost of a spectrum on one core."""
    return [
        Bar("41 bands, five layers, N = 12", "ms", spectrum_ms(), 50.0, 14.0, 1),
        Bar("the same with the dermis kept", "ms", recoated_ms(), None, 4.0, 1),
    ]


def emulator_bars(skins: int = 2048) -> list[Bar]:
    """The packaged emulator on skins it has not seen."""
    error = emulator_error(SkinEmulator.load(), skins)
    return [
        Bar(f"emulator, {skins} skins: median ΔE00", "", error.median, 0.1, 0.03, 3),
        Bar("emulator: 99 % of ΔE00 below", "", error.p99, 0.5, 0.15, 3),
        Bar("emulator: spectra as components, one core", "M/s", one_core_speed() / 1e6, None, 0.7, 2, more=True),
    ]


def measured_bars(fits: list[MeasuredFit]) -> list[Bar]:
    """Measured people. The best of the field is a fit of another, larger set whose licence is not settled."""
    rows = []
    for fit in fits:
        every, name = fit.overall(), f"{fit.source.name}, {len(fit.fits)} spectra"
        rows += [
            Bar(f"{name}: rms, median", "%R", every.rms_median, 0.6, 0.5),
            Bar(f"{name}: rms, 90 %", "%R", every.rms_p90, None, 0.9),
            Bar(f"{name}: ΔE00, median", "", every.delta_e_median, 1.0, 0.9),
            Bar(f"{name}: ΔE00, 90 %", "", every.delta_e_p90, None, 1.4),
        ]
    return rows


def all_bars(
    found: Verification, fits: list[MeasuredFit], points: int = REFERENCE_POINTS, photographs: int = 0
) -> list[Bar]:
    """Every row, in the order of the page. photographs: how many to render for the coverage of the inverse."""
    from skintwin.optics.camera_bars import camera_bars  # they need Bar
    from skintwin.optics.inverse_bars import inverse_bars

    own = [*transport_bars(found, points), *speed_bars(), *emulator_bars(), *inverse_bars(photographs)]
    return [*own, *camera_bars(), *measured_bars(fits)]
