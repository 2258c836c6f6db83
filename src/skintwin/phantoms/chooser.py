"""Settings of a phantom by name: fixed by the caller, or drawn from a row of the ledger by random numbers of their own.

Each name has its own stream, so that fixing one setting leaves all others as they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key


class Chooser:
    """Draws of one phantom; ``visit`` is None for what does not change between visits."""

    def __init__(self, key: Key, fixed: Mapping[str, Any], used: set[str], visit: int | None = None) -> None:
        self._key, self._fixed, self._used, self._visit = key, fixed, used, visit

    def at(self, visit: int) -> Chooser:
        """The same for one visit."""
        return Chooser(self._key, self._fixed, self._used, visit)

    def given(self, name: str) -> bool:
        """Whether the caller has fixed a setting."""
        self._used.add(name)
        return name in self._fixed

    def value(self, name: str) -> Any:
        """What the caller has fixed."""
        return self._fixed[name]

    def stream(self, name: str) -> np.random.Generator:
        """Random numbers of a name."""
        return self._key.generator(f"phantom {'' if self._visit is None else self._visit} {name}")

    def number(self, name: str, row: str) -> float:
        """A draw from a row of the ledger, in the unit of the row."""
        drawn = float(ledger().parameter(row).prior.ppf(self.stream(name).uniform()))
        return float(self.value(name)) if self.given(name) else drawn

    def angle(self, name: str) -> float:
        """Any direction, degrees."""
        drawn = float(self.stream(name).uniform(0.0, 360.0))
        return float(self.value(name)) if self.given(name) else drawn

    def one_of(self, name: str, options: Mapping[Any, float] | Sequence[Any]) -> Any:
        """One of the options, by weight where they have any."""
        names = list(options)
        weights = np.array(list(options.values()) if isinstance(options, Mapping) else [1.0] * len(names))
        drawn = names[int(np.searchsorted(np.cumsum(weights / weights.sum()), self.stream(name).uniform()))]
        return self.value(name) if self.given(name) else drawn

    def checked(self, name: str, options: Sequence[Any], found: Any) -> Any:
        """``found`` if it is one of the options; ConfigError otherwise."""
        if found not in options:
            raise ConfigError(f"{name} {found!r}", where="phantom", expected=f"one of {', '.join(map(str, options))}")
        return found
