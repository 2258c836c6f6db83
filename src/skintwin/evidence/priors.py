"""Prior distributions from a median and a central 90 % interval, as quantile functions.

Every distribution passes exactly through (low, value, high), also when the three are lopsided. On a scale
``g`` (identity, log or logit) let the textbook distribution with the same low and high have quantile
``b(u)``. Then

    g(q(u)) = g(low)  + [g(b(u)) - g(low)]  · [g(value) - g(low)]  / [g(b(½)) - g(low)]     u ≤ ½
    g(q(u)) = g(high) - [g(high) - g(b(u))] · [g(high) - g(value)] / [g(high) - g(b(½))]    u > ½

so each half is stretched to put the median at ``value``. With a consistent value the stretch is 1 and q is
the textbook distribution; otherwise it is a split normal (in log space for lognormal), a two-piece uniform,
or a stretched beta. The density may jump at the median; quantiles, which is all that sampling uses, do not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skintwin.errors import LedgerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from skintwin.evidence.records import Parameter

LOW_LEVEL, HIGH_LEVEL = 0.05, 0.95  # what low and high mean for the unbounded distributions and beta
_Z95 = 1.6448536269514722  # standard normal quantile at 0.95
_SCALES = {
    "normal": "identity",
    "uniform": "identity",
    "lognormal": "log",
    "loguniform": "log",
    "beta": "logit",
}


@dataclass(frozen=True)
class Prior:
    """A one-dimensional prior: ``family`` with median ``value`` and the interval (``low``, ``high``)."""

    family: str
    value: float
    low: float
    high: float

    @property
    def is_fixed(self) -> bool:
        """True if the number does not vary."""
        return self.family == "fixed"

    @property
    def levels(self) -> tuple[float, float]:
        """Probabilities at ``low`` and ``high``: (0, 1) for the uniform families, else (0.05, 0.95)."""
        return (0.0, 1.0) if self.family in ("uniform", "loguniform") else (LOW_LEVEL, HIGH_LEVEL)

    def median(self) -> float:
        """The median, which is ``value``."""
        return self.value

    def ppf(self, u: ArrayLike) -> NDArray[np.float64]:
        """Quantiles at probabilities ``u`` (any shape, 0 to 1); the inverse of the distribution function."""
        import numpy as np

        probability = np.asarray(u, dtype=np.float64)
        if self.is_fixed:
            return np.full(probability.shape, self.value)
        forward, backward = _scale(self.family)
        low, value, high = (float(forward(x)) for x in (self.low, self.value, self.high))
        base = self._base(probability)
        middle = float(self._base(np.asarray(0.5)))
        below = low + (base - low) * (value - low) / (middle - low)
        above = high - (high - base) * (high - value) / (high - middle)
        quantile = backward(np.where(probability <= 0.5, below, above))
        # The median to the last bit: a parameter held at u = 1/2 is the number in its row.
        return np.where(probability == 0.5, self.value, quantile)

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Central interval that holds ``level`` (0 to 1) of the probability."""
        ends = self.ppf([0.5 - level / 2, 0.5 + level / 2])
        return float(ends[0]), float(ends[1])

    @property
    def mean(self) -> float:
        """Expectation, by quadrature."""
        return self._moments()[0]

    @property
    def sd(self) -> float:
        """Standard deviation, by quadrature."""
        return self._moments()[1]

    def _base(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quantile of the textbook distribution with the same low and high, on the scale g."""
        import numpy as np
        from scipy.special import betaincinv, ndtri

        forward, _ = _scale(self.family)
        if self.family == "beta":
            a, b = beta_shape(self.low, self.high)
            return _logit(np.clip(betaincinv(a, b, u), 1e-300, 1 - 2**-53))
        low, high = float(forward(self.low)), float(forward(self.high))
        if self.family in ("uniform", "loguniform"):
            return low + (high - low) * u
        return np.asarray((low + high) / 2 + (high - low) / 2 * ndtri(u) / _Z95)

    def _moments(self) -> tuple[float, float]:
        """Mean and standard deviation: Gauss-Legendre over the normal score, each half by itself."""
        import numpy as np
        from scipy.special import ndtr

        if self.is_fixed:
            return self.value, 0.0
        node, weight = np.polynomial.legendre.leggauss(96)
        score = np.concatenate([(node - 1) * 4.0, (node + 1) * 4.0])  # -8 … 0 … 8
        density = np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi)
        mass = np.concatenate([weight, weight]) * 4.0 * density
        quantile = self.ppf(np.minimum(ndtr(score), np.nextafter(1.0, 0.0)))  # 1 would be infinitely far out
        mean = float(mass @ quantile)
        return mean, float(np.sqrt(mass @ (quantile - mean) ** 2))


def prior_of(parameter: Parameter) -> Prior:
    """The prior of a ledger entry; LedgerError if value, low and high do not fit its distribution."""
    fault = prior_fault(parameter.distribution, parameter.value, parameter.low, parameter.high)
    if fault:
        place = f" ({parameter.file}, row {parameter.row})" if parameter.file else ""
        expected = f"numbers that make a {parameter.distribution} distribution"
        raise LedgerError(fault, where=parameter.key + place, expected=expected)
    low = parameter.value if parameter.low is None else parameter.low
    high = parameter.value if parameter.high is None else parameter.high
    return Prior(parameter.distribution, parameter.value, low, high)


def prior_fault(distribution: str, value: float, low: float | None, high: float | None) -> str:
    """What is wrong with a median and an interval for this distribution; empty if nothing is."""
    if distribution == "fixed":
        return "" if low is None and high is None else "a fixed value has no low and high"
    if distribution not in _SCALES:
        return f"unknown distribution {distribution!r}"
    if low is None or high is None:
        return f"{distribution} needs low and high"
    if not low < value < high:
        return f"low < value < high does not hold for {low:g}, {value:g}, {high:g}"
    if _SCALES[distribution] == "log" and low <= 0:
        return f"{distribution} needs low > 0, not {low:g}"
    if distribution == "beta" and not (low > 0 and high < 1):
        return f"beta needs 0 < low and high < 1, not {low:g} and {high:g}"
    return ""


@functools.lru_cache(maxsize=1024)
def beta_shape(low: float, high: float) -> tuple[float, float]:
    """Shape (a, b) of the beta distribution whose 5 % and 95 % points are ``low`` and ``high``."""
    import numpy as np
    from scipy.optimize import root
    from scipy.special import betaincinv

    target = _logit(np.array([low, high]))
    # Start from the logit-normal of the same interval: a and b from its centre and spread.
    centre, spread = target.mean(), (target[1] - target[0]) / (2 * _Z95)
    share = 1 / (1 + np.exp(-centre))
    start = np.log([1 / spread**2 / (1 - share) + 0.5, 1 / spread**2 / share + 0.5])

    def miss(log_shape: NDArray[np.float64]) -> NDArray[np.float64]:
        a, b = np.exp(np.clip(log_shape, -12, 25))
        ends = np.clip(betaincinv(a, b, [LOW_LEVEL, HIGH_LEVEL]), 1e-300, 1 - 1e-16)
        return _logit(ends) - target

    found = root(miss, start, tol=1e-12)
    if not np.abs(miss(found.x)).max() < 1e-6:
        raise LedgerError(f"no beta distribution has {low:g} and {high:g} as its 5 % and 95 % points")
    a, b = np.exp(found.x)
    return float(a), float(b)


def _logit(x: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    with np.errstate(divide="ignore"):
        return np.asarray(np.log(x) - np.log1p(-np.asarray(x)))


def _scale(family: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Scale g of a family and its inverse."""
    import numpy as np
    from scipy.special import expit

    pairs: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
        "identity": (np.asarray, np.asarray),
        "log": (np.log, np.exp),
        "logit": (_logit, expit),
    }
    return pairs[_SCALES[family]]
