"""Clinical scores, one file each. A file of this folder that defines a ``Score`` is found by itself.

``SCORES``  name → score: ``.title``, ``.regions``, ``.fields``, ``.parts``, ``.total(ratings)``.
``parts``   one value with its origin and error. ``base``: what a score is. ``from_photograph``: what skintwin
            can measure or propose. ``ratings``: reading a file of them. ``changes``: between visits. ``page``: docs.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache

from skintwin.errors import ConfigError
from skintwin.measure.scores.base import Ratings, Score, Total
from skintwin.measure.scores.parts import Field, Part

__all__ = ["SCORES", "Field", "Part", "Ratings", "Score", "Total", "score_named"]


@cache
def _found() -> dict[str, Score]:
    """Every score that a file of this folder defines, by name."""
    scores: dict[str, Score] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for kind in vars(loaded).values():
            own = isinstance(kind, type) and kind.__module__ == loaded.__name__
            if own and issubclass(kind, Score) and kind.name:
                scores[kind.name] = kind()
    return scores


class _Scores(Mapping[str, Score]):
    """The scores by name; the folder is read when one is first asked for."""

    def __getitem__(self, name: str) -> Score:
        return _found()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_found())

    def __len__(self) -> int:
        return len(_found())


SCORES: Mapping[str, Score] = _Scores()
"""Name → score."""


def score_named(name: str, where: str = "score") -> Score:
    """A score by its name; ConfigError with the names there are."""
    if name not in SCORES:
        raise ConfigError(f"no score {name!r}", where=where, expected=", ".join(SCORES))
    return SCORES[name]
