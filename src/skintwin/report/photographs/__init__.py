"""Reports of measured photographs: one series, or the index of a folder of many."""

from __future__ import annotations

from skintwin.report.photographs.index import batch_index
from skintwin.report.photographs.page import write_photograph_report

__all__ = ["batch_index", "write_photograph_report"]
