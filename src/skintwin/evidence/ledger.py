"""The ledger: look-up of parameters with units, keyed draws from their priors, the sources behind them."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skintwin.errors import LedgerError
from skintwin.evidence.draws import uniform_stream
from skintwin.evidence.grades import Grade, weakest
from skintwin.evidence.records import Extract, Outcome, Parameter, Source
from skintwin.evidence.units import conversion_factor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Ledger:
    """All rows by key. Made by :meth:`load`; ``ledger()`` gives the one that ships with the package."""

    sources: Mapping[str, Source]
    extracts: Mapping[str, Extract]
    parameters: Mapping[str, Parameter]
    outcomes: Mapping[str, Outcome]

    @classmethod
    def load(cls, path: Path | str = DATA) -> Ledger:
        """Read a folder: ``sources*.csv``, ``extracts.csv``, ``outcomes.csv``, ``parameters/*.csv``.

        LedgerError with file, row, column and what was expected at the first fault. A table that is not there
        is empty; whether the rows make sense together is the business of ``skintwin evidence check``.
        """
        from skintwin.evidence.loading import read_ledger

        ledger, problems = read_ledger(Path(path))
        if problems:
            raise problems[0].error()
        return ledger

    def parameter(self, key: str) -> Parameter:
        """The entry of a parameter; LedgerError that names near misses if there is none."""
        try:
            return self.parameters[key]
        except KeyError:
            near = difflib.get_close_matches(key, self.parameters, n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "see `skintwin evidence list`"
            raise LedgerError("no such parameter in the evidence ledger", where=key, do=hint) from None

    def value(self, key: str, unit: str | None = None) -> float:
        """Median of a parameter, in ``unit`` (its own unit if None)."""
        parameter = self.parameter(key)
        return parameter.value * self._factor(parameter, unit)

    def draw(
        self,
        keys: Iterable[str],
        n: int,
        seed: int,
        *,
        kinds: Iterable[str] = ("uncertainty",),
        units: Mapping[str, str] | None = None,
        stream: str = "",
    ) -> dict[str, NDArray[np.float64]]:
        """``n`` draws of each key, arrays of shape (n,) in the parameter's unit or in ``units[key]``.

        Only parameters of the given ``kinds`` vary, the rest stay at their median. Independent of the order
        of keys and, for the first draws, of ``n``; ``stream`` names another independent set (for
        designs of two matrices).
        """
        return self.quantiles(self.unit_draws(keys, n, seed, kinds=kinds, stream=stream), units=units)

    def unit_draws(
        self,
        keys: Iterable[str],
        n: int,
        seed: int,
        *,
        kinds: Iterable[str] = ("uncertainty",),
        stream: str = "",
    ) -> dict[str, NDArray[np.float64]]:
        """The uniform numbers behind :meth:`draw`, shape (n,): what a pick-freeze design exchanges.

        A parameter that does not vary (other kind, or fixed) has 0.5 throughout, its median.
        """
        import numpy as np

        varying = frozenset(kinds)
        result = {}
        for key in keys:
            parameter = self.parameter(key)
            if parameter.kind in varying and parameter.distribution != "fixed":
                result[key] = uniform_stream(key, n, seed, kind=parameter.kind, stream=stream)
            else:
                result[key] = np.full(n, 0.5)
        return result

    def quantiles(
        self, u: Mapping[str, ArrayLike], *, units: Mapping[str, str] | None = None
    ) -> dict[str, NDArray[np.float64]]:
        """Values at the probabilities ``u[key]`` (any shape), in the parameter's unit or ``units[key]``."""
        wanted = units or {}
        found = {}
        for key, probability in u.items():
            parameter = self.parameter(key)
            found[key] = parameter.prior.ppf(probability) * self._factor(parameter, wanted.get(key))
        return found

    def effective_grade(self, key: str) -> Grade:
        """The weakest of a parameter's own grade and the grades of the extracts and outcomes it cites."""
        parameter = self.parameter(key)
        rows = [self.extracts.get(name) or self.outcomes.get(name) for name in parameter.sources]
        return weakest([parameter.grade, *(row.grade for row in rows if row)])

    def knows(self, name: str) -> bool:
        """True if ``name`` is a source key, an extract id or an outcome id."""
        return name in self.sources or name in self.extracts or name in self.outcomes

    def groups(self, keys: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
        """Keys split into ``assumed`` and ``sourced`` by effective grade (all parameters if None)."""
        assumed: list[str] = []
        sourced: list[str] = []
        for key in self.parameters if keys is None else keys:
            (assumed if self.effective_grade(key).is_assumed else sourced).append(key)
        return {"assumed": tuple(assumed), "sourced": tuple(sourced)}

    def assumed_share(self, keys: Iterable[str] | None = None) -> float:
        """Fraction of the uncertain keys (kind ``uncertainty``) that are assumed; 0 if none is uncertain."""
        chosen = list(self.parameters if keys is None else keys)
        groups = self.groups(key for key in chosen if self.parameter(key).kind == "uncertainty")
        total = sum(map(len, groups.values()))
        return len(groups["assumed"]) / total if total else 0.0

    def sources_of(self, keys: Iterable[str]) -> tuple[Source, ...]:
        """Publications behind parameters, extracts, outcomes or source keys, each once, by key."""
        names = {source for key in keys for source in self._source_keys(key)}
        return tuple(self.sources[name] for name in sorted(names) if name in self.sources)

    def _source_keys(self, key: str) -> tuple[str, ...]:
        if key in self.sources:
            return (key,)
        row = self.extracts.get(key) or self.outcomes.get(key)
        if row is not None:
            return (row.source,)
        cited = self.parameter(key).sources
        return tuple(source for name in cited if self.knows(name) for source in self._source_keys(name))

    @staticmethod
    def _factor(parameter: Parameter, unit: str | None) -> float:
        if unit is None or unit == parameter.unit:
            return 1.0
        try:
            return conversion_factor(parameter.unit, unit)
        except LedgerError as error:
            raise LedgerError(error.what, where=parameter.key, expected=error.expected) from error


@functools.lru_cache(maxsize=1)
def ledger() -> Ledger:
    """The ledger that ships with the package, read once per process."""
    return Ledger.load()
