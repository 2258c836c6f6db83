"""Fits of the measured people, gathered by typology class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skintwin.optics.measured_skin import BAND_NM, ITA_CLASSES, MeasuredSet, ita_class
from skintwin.optics.spectrum_fit import SpectrumFit, fit_spectrum


@dataclass(frozen=True)
class ClassFit:
    """People of one class: how many, median and 90th percentile of rms (% of reflectance) and dE00."""

    name: str
    people: int
    rms_median: float
    rms_p90: float
    delta_e_median: float
    delta_e_p90: float


@dataclass(frozen=True, eq=False)
class MeasuredFit:
    """All people of a set; ``people`` holds their numbers in the file, from 1, in the order of ``fits``."""

    source: MeasuredSet
    people: tuple[int, ...]
    fits: tuple[SpectrumFit, ...]

    def overall(self) -> ClassFit:
        """Everybody together."""
        return _gather("all", self.fits)

    def by_class(self) -> list[ClassFit]:
        """One row for each class that has people, lightest first."""
        groups = [(name, [f for f in self.fits if ita_class(f.ita) == name]) for name, _ in ITA_CLASSES]
        return [_gather(name, fits) for name, fits in groups if fits]

    def worst(self, count: int = 3) -> list[tuple[int, SpectrumFit]]:
        """People with the largest rms, and their fits."""
        order = sorted(range(len(self.fits)), key=lambda i: -self.fits[i].rms_percent)
        return [(self.people[i], self.fits[i]) for i in order[:count]]

    def at_bounds(self) -> dict[str, int]:
        """How many fits ended with each number at a bound."""
        names = [name for fit in self.fits for name in fit.at_bound]
        return {name: names.count(name) for name in sorted(set(names))}


def fit_people(source: MeasuredSet, every: int = 1) -> MeasuredFit:
    """Fit each person of a set, or each ``every``-th one."""
    nm, spectra = source.visible()
    chosen = range(0, len(spectra), every)
    fits = tuple(fit_spectrum(spectra[i], nm, BAND_NM) for i in chosen)
    return MeasuredFit(source, tuple(i + 1 for i in chosen), fits)


def _gather(name: str, fits: list[SpectrumFit] | tuple[SpectrumFit, ...]) -> ClassFit:
    rms, delta = np.array([f.rms_percent for f in fits]), np.array([f.delta_e for f in fits])
    return ClassFit(
        name=name,
        people=len(fits),
        rms_median=float(np.median(rms)),
        rms_p90=float(np.percentile(rms, 90)),
        delta_e_median=float(np.median(delta)),
        delta_e_p90=float(np.percentile(delta, 90)),
    )
