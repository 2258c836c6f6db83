"""The page on how far the optics are verified, made by ``skintwin verify optics --write``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skintwin.optics.bars import Bar
from skintwin.optics.measured_check import MeasuredFit
from skintwin.optics.spectrum_fit import FREE
from skintwin.optics.verification import Verification

_INTRODUCTION = """# Optics: verification

Written by `skintwin verify optics --truth tests/data/monte_carlo_spectra.csv --photographs 2048 --write
docs/optics-verification.md`; do not edit. *Must* is what a release needs, *best* the best that the field shows
(measured or published). Times are processor time of one core of the machine that wrote the page.
"""
_PEOPLE = """
## Measured people

Nine numbers are fitted to each spectrum (400 to 730 nm in bands of 10 nm, as far as measured): {free}. Several of them
change a spectrum in nearly the same way, and many end at a bound: the fit shows that the model can draw the spectra of
people of every tone, **not** that its numbers are theirs. It is no validation of biology. The best of the field
(0.5 %R, ΔE00 0.9) was reached with eight numbers on other spectra, whose licence is not settled.
"""


def verification_page(bars: Sequence[Bar], found: Verification, fits: Sequence[MeasuredFit], points: int) -> str:
    """Markdown of the whole page."""
    skins = [
        _texts(s.name, s.points, f"{100 * s.relative_mean:+.3f}", 100 * s.relative_rms, s.z_max, s.delta_e)
        for s in found.skins
    ]
    free = "; ".join(f"{f.name.replace('_', ' ')} {f.low:g} to {f.high:g}" for f in FREE)
    parts = [
        _INTRODUCTION,
        _table(("item", "must", "best", "measured", ""), [bar.cells() for bar in bars]),
        f"\n## Adding-doubling ({points} directions) and Monte Carlo\n",
        _table(("skin", "points", "mean %", "rms %", "largest z", "ΔE00"), skins),
        _PEOPLE.format(free=free),
    ]
    return "\n".join([*parts, *(_people(fit) for fit in fits)])


def _people(fit: MeasuredFit) -> str:
    source = fit.source
    rows = [
        (c.name, str(c.people), _pair(c.rms_median, c.rms_p90), _pair(c.delta_e_median, c.delta_e_p90))
        for c in [*fit.by_class(), fit.overall()]
    ]
    worst = [
        _texts(person, f"{one.ita:.0f}", one.rms_percent, one.delta_e, ", ".join(one.at_bound) or "none")
        for person, one in fit.worst()
    ]
    stuck = ", ".join(f"{name} {count}" for name, count in fit.at_bounds().items()) or "none"
    return "\n".join(
        [
            f"### {source.name}: {source.site}, `{source.key}`\n",
            f"{source.geometry}; the typology angle (D65/10°) is that of the spectrum as measured.\n",
            _table(("class", "spectra", "rms %R, median / 90 %", "ΔE00, median / 90 %"), rows),
            f"\nAt a bound: {stuck}. Largest rms:\n",
            _table(("spectrum", "ITA °", "rms %R", "ΔE00", "at a bound"), worst),
            "",
        ]
    )


def _pair(first: float, second: float) -> str:
    return f"{first:.2f} / {second:.2f}"


def _texts(*cells: str | int | float) -> list[str]:
    return [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
