"""A study small enough for a test: a drawn lesion, few draws, few weeks."""

from __future__ import annotations

from typing import Any

from skintwin.study.config import Study, study_from


def small_content(**changes: Any) -> dict[str, Any]:
    """The mapping of a small study file; keyword arguments replace top-level entries."""
    content: dict[str, Any] = {
        "title": "Small",
        "patient": {"age": "34 years", "phototype": "III", "site": "forearm", "latitude": "40 degrees"},
        "lesion": {"disorder": "vitiligo", "synthetic": {"diameter": "5 mm", "patch": "9 mm", "melanin": 0.0}},
        "duration": "8 weeks",
        "draws": 8,
        "pixels": 24,
        "arms": [
            {"name": "none"},
            {
                "name": "cells and light",
                "plan": [
                    {"give": "uc_msc_injection", "sessions": 2, "every": "2 weeks", "spacing": "3 mm"},
                    {"give": "nb_uvb", "until": "8 weeks"},
                ],
            },
        ],
    }
    return {**content, **changes}


def small_study(**changes: Any) -> Study:
    """The same, checked."""
    return study_from(small_content(**changes))
