"""Mean and variance of sums and products of independent quantities, exactly.

    x + y:  μ = μₓ + μᵧ      v = vₓ + vᵧ
    x y:    μ = μₓ μᵧ        v = vₓ vᵧ + vₓ μᵧ² + vᵧ μₓ²
    s:      sd of what all measured areas share (scale, hand), to first order:
            s(x + y) = sₓ + sᵧ,  s(x y) = sₓ μᵧ + sᵧ μₓ

The variance of a score is v + s². No normality is needed; for parts on steps it is what enumeration of all steps gives.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Moments:
    """mean, variance (of what is independent of other parts), shared (signed sd of the common factor's effect)."""

    mean: float
    variance: float = 0.0
    shared: float = 0.0

    def __add__(self, other: Moments) -> Moments:
        """Sum of independent quantities."""
        return Moments(self.mean + other.mean, self.variance + other.variance, self.shared + other.shared)

    def __mul__(self, other: Moments) -> Moments:
        """Product of independent quantities."""
        x, y = self, other
        variance = x.variance * y.variance + x.variance * y.mean**2 + y.variance * x.mean**2
        return Moments(x.mean * y.mean, variance, x.shared * y.mean + y.shared * x.mean)

    def scaled(self, factor: float) -> Moments:
        """An exact factor."""
        return Moments(factor * self.mean, factor**2 * self.variance, factor * self.shared)

    @property
    def total_variance(self) -> float:
        """Independent and shared variance together."""
        return self.variance + self.shared**2
