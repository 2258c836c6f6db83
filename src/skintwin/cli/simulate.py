"""``skintwin simulate STUDY.yaml --out DIR``."""

from __future__ import annotations
