"""Whether a photograph can be measured: each question a number, a threshold with a reason, and a sentence."""

from skintwin.photo.quality.check import Check
from skintwin.photo.quality.gate import check_quality
from skintwin.photo.quality.view import QualityView

__all__ = ["Check", "QualityView", "check_quality"]
