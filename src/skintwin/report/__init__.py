"""Reports: what a run found, for people, as pages that stand alone."""

from __future__ import annotations

from skintwin.report.page import write_report

__all__ = ["write_report"]
