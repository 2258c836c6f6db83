"""``skintwin inspect PHOTOGRAPH``."""

from __future__ import annotations
