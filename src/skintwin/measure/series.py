"""Photographs of one lesion over time: the first is the baseline, every later one is laid over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from skintwin.errors import SkintwinError
from skintwin.measure.follow_up import Comparison, measure_follow_up
from skintwin.measure.observation import Observation
from skintwin.measure.visit import Visit, VisitSettings, measure_visit
from skintwin.photo.intake import read_photograph

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, eq=False)
class Series:
    """title: shown on reports. visits: in time. comparisons: of each with the first; None for the first itself."""

    title: str
    visits: tuple[Visit, ...]
    comparisons: tuple[Comparison | None, ...]

    def observations(self, visit: int) -> tuple[Observation, ...]:
        """Everything measured at a visit, the comparison with the baseline included."""
        comparison = self.comparisons[visit]
        return (*self.visits[visit].measures.observations, *(comparison.observations if comparison else ()))


def measure_series(
    photographs: Sequence[tuple[Path, VisitSettings]], title: str = "", progress: Progress | None = None
) -> Series:
    """Measure photographs in time order. progress: called with (done, all, label).

    Raises the error of the photograph that could not be measured, with its place in the series in front.
    """
    visits: list[Visit] = []
    comparisons: list[Comparison | None] = []
    for number, (path, settings) in enumerate(photographs):
        if progress is not None:
            progress(number, len(photographs), settings.label)
        try:
            photograph = read_photograph(path, capture=settings.capture)
            if not visits:
                visits.append(measure_visit(photograph, settings))
                comparisons.append(None)
            else:
                visit, comparison = measure_follow_up(visits[0], photograph, settings)
                visits.append(visit)
                comparisons.append(comparison)
        except SkintwinError as error:
            where = settings.label or f"photograph {number + 1}"
            inner = f"{error.where}: {error.what}" if error.where else error.what
            raise type(error)(inner, where=where, expected=error.expected, do=error.do) from error
    if progress is not None:
        progress(len(photographs), len(photographs), "")
    return Series(title, tuple(visits), tuple(comparisons))
