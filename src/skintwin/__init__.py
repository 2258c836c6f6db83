"""skintwin: an in-silico skin that can be measured, made ill, treated and looked at.

Heavy parts are imported where they are used, so that ``import skintwin`` stays quick.
"""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
