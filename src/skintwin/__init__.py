"""skintwin: an in-silico skin that can be measured, made ill, treated and looked at.

    from skintwin import simulate, study_from, read_study, read_photograph, ledger

Each of these names is imported when it is first used, so that ``import skintwin`` stays quick.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.2.0"

_LAZY = {
    "simulate": "skintwin.study.simulate",
    "read_study": "skintwin.study.config",
    "study_from": "skintwin.study.config",
    "read_photograph": "skintwin.photo.intake",
    "ledger": "skintwin.evidence",
}

__all__ = ["__version__", "ledger", "read_photograph", "read_study", "simulate", "study_from"]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'skintwin' has no attribute {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
