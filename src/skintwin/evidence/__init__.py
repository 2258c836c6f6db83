"""Evidence: the ledger of sources, extracts, parameters and outcomes behind every number of the model.

``ledger().value("optics.blood_haemoglobin", "g/L")`` is all that most rooms need.
"""

from __future__ import annotations

from skintwin.evidence.grades import Grade
from skintwin.evidence.ledger import Ledger, ledger
from skintwin.evidence.records import Extract, Outcome, Parameter, Source

__all__ = ["Extract", "Grade", "Ledger", "Outcome", "Parameter", "Source", "ledger"]
